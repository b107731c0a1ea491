import type { PartitionOutcome } from './telemetry.js';

/** Metrics that share their dimensions: what one line holds. */
export interface MetricSet {
  /** Besides those that all have. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly metrics: readonly Metric[];
  /** In the log only: what has too many values to be a dimension. */
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface Metric {
  readonly name: MetricName;
  readonly values: readonly number[];
}

/** Every metric, and its unit as CloudWatch calls it. */
export const METRICS = {
  Received: 'Count',
  Handled: 'Count',
  Skipped: 'Count',
  DeadLettered: 'Count',
  Held: 'Count',
  Failed: 'Count',
  Decoded: 'Count',
  DecodeTime: 'Milliseconds',
  OldestRecordAge: 'Milliseconds',
  Lag: 'Count',
} as const;

type MetricName = keyof typeof METRICS;

/** Names that are ours in a line, besides those of metrics. */
export const OWN_NAMES = ['_aws', 'Topic', 'Cause', 'WriterVersion', 'requestId', 'partitions'];

/** Most values of a metric in one line, as CloudWatch takes them. */
const MAX_VALUES = 100;
/** Longest that is gathered for one line, in milliseconds: CloudWatch keeps metrics by the minute. */
const MAX_GATHER_MS = 60_000;
/** Most partitions that a line names. */
const MAX_PARTITIONS = 100;

/** What became of the records of one topic since the last line. */
export class TopicMetrics {
  private readonly counts = { received: 0, handled: 0, skipped: 0, deadLettered: 0, held: 0 };
  private readonly causes = new Map<string, number>();
  private readonly versions = new Map<string, number>();
  private readonly decodeMs: number[] = [];
  private readonly ageMs: number[] = [];
  private readonly lag: number[] = [];
  private readonly partitions = new Map<number, Offsets>();
  private readonly sinceMs: number;
  private requestId: string | undefined;

  /** @param nowMs milliseconds since the epoch */
  constructor(nowMs: number) {
    this.sinceMs = nowMs;
  }

  /** What a line can hold is there, or has been for long enough. */
  isDue(nowMs: number): boolean {
    return this.decodeMs.length >= MAX_VALUES || nowMs - this.sinceMs >= MAX_GATHER_MS;
  }

  /** @param partitions of this topic in one batch */
  add(partitions: readonly PartitionOutcome[], requestId: string | undefined): void {
    this.requestId = requestId;
    for (const one of partitions) this.count(one);
    this.decodeMs.push(toMicroseconds(sum(partitions.map(({ decodeMs }) => decodeMs))));
    pushGreatest(
      this.ageMs,
      partitions.map(({ oldestAgeMs }) => oldestAgeMs),
    );
    pushGreatest(
      this.lag,
      partitions.map(({ lag }) => lag),
    );
  }

  sets(): readonly MetricSet[] {
    const { requestId } = this;
    const properties = requestId === undefined ? {} : { requestId };
    const one = (dimension: string, name: MetricName, [value, count]: [string, number]) => ({
      dimensions: { [dimension]: value },
      metrics: [{ name, values: [count] }],
      properties,
    });
    return [
      {
        dimensions: {},
        metrics: this.metrics(),
        properties: { ...properties, partitions: [...this.partitions.values()] },
      },
      ...[...this.causes].map((entry) => one('Cause', 'Failed', entry)),
      ...[...this.versions].map((entry) => one('WriterVersion', 'Decoded', entry)),
    ];
  }

  private metrics(): readonly Metric[] {
    const { received, handled, skipped, deadLettered, held } = this.counts;
    const all: readonly Metric[] = [
      { name: 'Received', values: [received] },
      { name: 'Handled', values: [handled] },
      { name: 'Skipped', values: [skipped] },
      { name: 'DeadLettered', values: [deadLettered] },
      { name: 'Held', values: [held] },
      { name: 'Failed', values: [sum([...this.causes.values()])] },
      { name: 'DecodeTime', values: this.decodeMs },
      { name: 'OldestRecordAge', values: this.ageMs },
      { name: 'Lag', values: this.lag },
    ];
    return all.filter(({ values }) => values.length > 0);
  }

  private count(one: PartitionOutcome): void {
    const { counts } = this;
    counts.received += one.received;
    counts.handled += one.handled;
    counts.skipped += one.skipped;
    counts.deadLettered += one.deadLettered;
    counts.held += one.held;
    for (const [code, count] of Object.entries(one.failed)) increase(this.causes, code, count);
    for (const { version, records } of one.writers)
      increase(this.versions, String(version ?? 'unknown'), records);
    this.widen(one);
  }

  private widen({ partition, received: records, firstOffset, lastOffset }: PartitionOutcome): void {
    const known = this.partitions.get(partition);
    if (known === undefined && this.partitions.size >= MAX_PARTITIONS) return;
    this.partitions.set(partition, {
      partition,
      records: records + (known?.records ?? 0),
      firstOffset: Math.min(firstOffset, known?.firstOffset ?? firstOffset),
      lastOffset: Math.max(lastOffset, known?.lastOffset ?? lastOffset),
    });
  }
}

interface Offsets {
  readonly partition: number;
  readonly records: number;
  readonly firstOffset: number;
  readonly lastOffset: number;
}

function increase(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** The greatest of those that are known, if any is. */
function pushGreatest(values: number[], candidates: readonly (number | undefined)[]): void {
  const known = candidates.filter((one) => one !== undefined);
  if (known.length > 0) values.push(Math.max(...known));
}

/** No more digits than a clock is good for. */
function toMicroseconds(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
