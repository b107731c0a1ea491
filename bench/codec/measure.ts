/** Timing in one process: sides take turns in short blocks, so that a noisy moment hits all of them. */

/** One operation of one side; called with an index that grows. */
export type Operation = (index: number) => unknown;

export interface Timing {
  /** Nanoseconds of one call: median over the rounds. */
  readonly ns: number;
}

export interface MeasureOptions {
  /** Milliseconds of one block. */
  readonly blockMs: number;
  readonly rounds: number;
}

/** Kept, so that no engine can find a result unused. @public */
export let lastResult: unknown;

/** Times each side's operation, taking turns. */
export function measure(
  sides: ReadonlyMap<string, Operation>,
  { blockMs, rounds }: MeasureOptions,
): Map<string, Timing> {
  const calls = new Map([...sides].map(([name, run]) => [name, calibrate(run, blockMs)]));
  const samples = new Map<string, number[]>([...sides.keys()].map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    // Each round starts with another side.
    const order = [...sides];
    order.push(...order.splice(0, round % order.length));
    for (const [name, run] of order) samples.get(name)?.push(block(run, calls.get(name) ?? 1));
  }
  return new Map([...samples].map(([name, all]) => [name, { ns: median(all) }]));
}

/** Warms a side up and answers how many calls a block takes. */
function calibrate(run: Operation, blockMs: number): number {
  let calls = 64;
  for (let warm = 0; warm < 3; ) {
    const ms = (block(run, calls) * calls) / 1e6;
    if (ms >= blockMs) warm++;
    else
      calls = Math.ceil(calls * Math.min(4, Math.max(1.2, (blockMs * 1.1) / Math.max(ms, 0.01))));
  }
  return calls;
}

/** Nanoseconds of one call. */
function block(run: Operation, calls: number): number {
  const start = process.hrtime.bigint();
  for (let i = 0; i < calls; i++) lastResult = run(i);
  return Number(process.hrtime.bigint() - start) / calls;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function geometricMean(numbers: readonly number[]): number {
  return Math.exp(numbers.reduce((sum, n) => sum + Math.log(n), 0) / numbers.length);
}
