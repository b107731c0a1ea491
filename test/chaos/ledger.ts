/** What became of each message, as the producer told it. */

/** Where a message was stored. */
export interface Place {
  readonly partition: number;
  readonly offset: number;
}

export type Fate = 'pending' | 'acknowledged' | 'no' | 'unknown';

const FATES: readonly Fate[] = ['pending', 'acknowledged', 'no', 'unknown'];

/** A time without acknowledgements that is worth keeping, in milliseconds. */
const GAP_MS = 20;
/** Stands for all partitions together. */
const ANY = -1;

/** Both in milliseconds since the epoch. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

interface Gap extends TimeSpan {
  readonly partition: number;
}

const ALWAYS: TimeSpan = { fromMs: 0, toMs: Number.POSITIVE_INFINITY };

/**
 * Messages by number, from 0 in the order of their sends; a million take some 25 MB. A message's key
 * is one of few, so that each has many messages whose order counts.
 */
export class Ledger {
  private readonly keys: number[] = [];
  private readonly fates: number[] = [];
  private readonly partitions: number[] = [];
  private readonly offsets: number[] = [];
  /** Of those that failed, how many by code. */
  readonly failures = new Map<string, number>();
  private readonly gaps: Gap[] = [];
  /** When each acknowledgement came, by partition. */
  private readonly times = new Map<number, number[]>();
  private excusedBelow = 0;
  private readonly now: () => number;

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  get size(): number {
    return this.keys.length;
  }

  /** Notes a send; answers the message's number. */
  begin(key: number): number {
    this.fates.push(0);
    this.partitions.push(-1);
    this.offsets.push(-1);
    return this.keys.push(key) - 1;
  }

  acknowledged(message: number, { partition, offset }: Place): void {
    this.fates[message] = 1;
    this.partitions[message] = partition;
    this.offsets[message] = offset;
    const atMs = this.now();
    this.tick(partition, atMs);
    this.tick(ANY, atMs);
  }

  failed(message: number, delivered: 'no' | 'unknown', code: string): void {
    this.fates[message] = delivered === 'no' ? 2 : 3;
    this.failures.set(code, (this.failures.get(code) ?? 0) + 1);
  }

  /** What was sent up to now may be gone: its topic was deleted. */
  excuse(): void {
    this.excusedBelow = this.size;
  }

  isExcused(message: number): boolean {
    return message < this.excusedBelow;
  }

  keyOf(message: number): number | undefined {
    return this.keys[message];
  }

  fateOf(message: number): Fate {
    return FATES[this.fates[message] ?? 0] ?? 'pending';
  }

  placeOf(message: number): Place {
    return { partition: this.partitions[message] ?? -1, offset: this.offsets[message] ?? -1 };
  }

  count(fate: Fate): number {
    const wanted = FATES.indexOf(fate);
    let count = 0;
    for (const one of this.fates) if (one === wanted) count++;
    return count;
  }

  /** The longest time without any acknowledgement, or without one of one of some partitions. */
  longestGapMs(partitions: readonly number[] = [ANY], during: TimeSpan = ALWAYS): number {
    let longestMs = 0;
    for (const { partition, fromMs, toMs } of this.gaps) {
      if (!partitions.includes(partition)) continue;
      if (toMs < during.fromMs || fromMs > during.toMs) continue;
      longestMs = Math.max(longestMs, toMs - fromMs);
    }
    return longestMs;
  }

  /** Acknowledgements of some partitions in a span of time. */
  acknowledgedIn(partitions: readonly number[], { fromMs, toMs }: TimeSpan): number {
    let count = 0;
    for (const partition of partitions) {
      const times = this.times.get(partition) ?? [];
      for (const atMs of times) if (atMs >= fromMs && atMs < toMs) count++;
    }
    return count;
  }

  hasAcknowledged(partition: number, sinceMs: number): boolean {
    return (this.times.get(partition)?.at(-1) ?? 0) >= sinceMs;
  }

  private tick(partition: number, toMs: number): void {
    const times = this.times.get(partition) ?? [];
    const fromMs = times.at(-1) ?? toMs;
    if (toMs - fromMs >= GAP_MS) this.gaps.push({ partition, fromMs, toMs });
    if (times.push(toMs) === 1) this.times.set(partition, times);
  }
}
