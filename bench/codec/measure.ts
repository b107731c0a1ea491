/** Timing in one process: sides take turns in short blocks, so that a noisy moment hits all of them. */

/** One operation of one side; called with an index that grows. */
export type Operation = (index: number) => unknown;

export interface Timing {
  /** Nanoseconds of one call on the clock: median over the rounds. */
  readonly ns: number;
  /** Nanoseconds of the processor, of all threads: what a busy machine does not lengthen much. */
  readonly cpuNs: number;
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
  const samples = new Map<string, Timing[]>([...sides.keys()].map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    // Each round starts with another side.
    const order = [...sides];
    order.push(...order.splice(0, round % order.length));
    for (const [name, run] of order) samples.get(name)?.push(block(run, calls.get(name) ?? 1));
  }
  return new Map([...samples].map(([name, all]) => [name, middleOf(all)]));
}

function middleOf(blocks: readonly Timing[]): Timing {
  return { ns: median(blocks.map(({ ns }) => ns)), cpuNs: median(blocks.map((one) => one.cpuNs)) };
}

/** Warms a side up and answers how many calls a block takes. */
function calibrate(run: Operation, blockMs: number): number {
  let calls = 64;
  for (let warm = 0; warm < 3; ) {
    const ms = (block(run, calls).ns * calls) / 1e6;
    if (ms >= blockMs) warm++;
    else
      calls = Math.ceil(calls * Math.min(4, Math.max(1.2, (blockMs * 1.1) / Math.max(ms, 0.01))));
  }
  return calls;
}

/** Of one call. */
function block(run: Operation, calls: number): Timing {
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  for (let i = 0; i < calls; i++) lastResult = run(i);
  const ns = Number(process.hrtime.bigint() - start);
  const { user, system } = process.cpuUsage(cpu);
  return { ns: ns / calls, cpuNs: ((user + system) * 1000) / calls };
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function geometricMean(numbers: readonly number[]): number {
  return Math.exp(numbers.reduce((sum, n) => sum + Math.log(n), 0) / numbers.length);
}
