import type { SchemaId } from '../runtime/index.js';
import type { ConsumerErrorCode } from './errors.js';
import type { PartitionOutcome, WriterSeen } from './telemetry.js';

interface RecordReceived {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since the epoch; below 0 for none. */
  readonly timestampMs: number;
}

/** Counts what becomes of the records of one partition in one batch. What has not become anything is held. */
export class PartitionTally implements PartitionOutcome {
  readonly topic: string;
  readonly partition: number;
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly received: number;
  handled = 0;
  skipped = 0;
  deadLettered = 0;
  decodeMs = 0;
  lag: number | undefined;
  readonly failed: Partial<Record<ConsumerErrorCode, number>> = {};
  private readonly records: readonly RecordReceived[];
  private readonly nowMs: number;
  private readonly bySchema = new Map<SchemaId, { version: number | undefined; records: number }>();

  /**
   * @param records at least one, in offset order
   * @param nowMs when they arrived, in milliseconds since the epoch
   */
  constructor(records: readonly RecordReceived[], nowMs: number) {
    const [first] = records;
    this.topic = first?.topic ?? '';
    this.partition = first?.partition ?? 0;
    this.received = records.length;
    this.firstOffset = first?.offset ?? 0;
    this.lastOffset = records.at(-1)?.offset ?? 0;
    this.records = records;
    this.nowMs = nowMs;
  }

  /** Found out when somebody asks. */
  get oldestAgeMs(): number | undefined {
    return oldestAge(this.records, this.nowMs);
  }

  get held(): number {
    return this.received - this.handled - this.skipped - this.deadLettered;
  }

  get writers(): readonly WriterSeen[] {
    return [...this.bySchema].map(([schemaId, seen]) => ({ schemaId, ...seen }));
  }

  /** One more failure. */
  failure(code: ConsumerErrorCode): void {
    this.failed[code] = (this.failed[code] ?? 0) + 1;
  }

  /** One more value, or some more, that decoded. */
  decoded(schemaId: SchemaId, version: number | undefined, records = 1): void {
    const seen = this.bySchema.get(schemaId);
    if (seen === undefined) this.bySchema.set(schemaId, { version, records });
    else seen.records += records;
  }
}

/** Clocks differ: what is of the future has no age. */
function oldestAge(records: readonly RecordReceived[], nowMs: number): number | undefined {
  let oldest: number | undefined;
  for (const { timestampMs } of records) {
    if (timestampMs >= 0 && (oldest === undefined || timestampMs < oldest)) oldest = timestampMs;
  }
  return oldest === undefined ? undefined : Math.max(0, nowMs - oldest);
}
