import { Buffer } from 'node:buffer';
import type { FetchedBatch, FetchedRecord, KafkaEventRecord } from '../../consumer/index.js';
import { isUnanswered } from '../../runtime/registry/error.js';
import { eventRecord, kafkaEvent } from '../msk-event.js';
import { waitAfter } from './back-off.js';
import { type Batch, partitionId, without } from './batch.js';
import type { Mapping } from './options.js';
import { RecordFormat, type Refused } from './schema-registry.js';
import type { Settings } from './settings.js';

/** What one invocation carries at most, in bytes of its JSON event. Source: Lambda quotas. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
/** How long one look for records takes, in milliseconds: so soon is a stop noticed. */
const LOOK_MS = 200;

/** What was gathered for one invocation. */
export interface Gathered {
  readonly records: Batch;
  /** What the function does not get. */
  readonly refused: readonly Refused[];
}

/** Gathers batches, one after the other. */
export class Collector {
  private readonly settings: Settings;
  private readonly stopping: AbortSignal;
  private readonly format: RecordFormat;
  private payload: Payload;
  /** Of the partition whose records are being taken: whether it went meanwhile. */
  private taking = { id: '', isGone: false };

  constructor(settings: Settings, stopping: AbortSignal) {
    this.settings = settings;
    this.stopping = stopping;
    this.format = new RecordFormat(settings.schemaRegistry);
    this.payload = new Payload(settings.mapping);
  }

  /**
   * Gathers the next batch: until it has `batchSize` records, or the window since its first record
   * is over, or the next record would not fit into an invocation. A single record over the limit
   * comes alone. Answers whether there is one, which is not so when stopping.
   */
  async gather(): Promise<boolean> {
    const { source, batchSize, windowMs, mapping } = this.settings;
    const payload = new Payload(mapping);
    this.payload = payload;
    let deadline = 0;
    while (!this.stopping.aborted) {
      const leftMs = payload.size > 0 ? deadline - performance.now() : LOOK_MS;
      if (leftMs <= 0) break;
      const maxRecords = batchSize - payload.size;
      const polled = await source.poll({ maxRecords, waitMs: Math.min(leftMs, LOOK_MS) });
      if (polled === undefined) continue;
      if (payload.size === 0) deadline = performance.now() + windowMs;
      if (await this.add(polled)) break;
    }
    return payload.size > 0;
  }

  /** The batch that was gathered. */
  take(): Gathered {
    const { records, refused } = this.payload;
    this.payload = new Payload(this.settings.mapping);
    return { records, refused };
  }

  /** Another member of the group has these partitions. */
  drop(partitions: ReadonlySet<string>): void {
    this.payload.drop(partitions);
    if (partitions.has(this.taking.id)) this.taking.isGone = true;
  }

  /** Takes records as long as they fit; answers whether the batch is full. */
  private async add(polled: FetchedBatch): Promise<boolean> {
    const { source, mapping, batchSize } = this.settings;
    const { topic, partition, records } = polled;
    const taking = { id: partitionId(polled), isGone: false };
    this.taking = taking;
    for (const record of records) {
      const opened = await this.open(toEventRecord(polled, record, mapping));
      if (taking.isGone || opened === undefined) return false;
      if (!this.payload.add(opened)) {
        source.readFrom({ topic, partition, offset: record.offset });
        return true;
      }
      // Lets the source give what follows in the same partition, now or in the next batch.
      if (record === records.at(-1)) {
        source.readFrom({ topic, partition, offset: record.offset + 1n });
      }
    }
    return this.payload.size >= batchSize;
  }

  /** Waits for a registry that does not answer; undefined when stopping. */
  private async open(record: KafkaEventRecord): Promise<KafkaEventRecord | Refused | undefined> {
    for (let tries = 1; !this.stopping.aborted; tries++) {
      try {
        return await this.format.open(record);
      } catch (error) {
        if (!isUnanswered(error)) throw error;
        const waitMs = waitAfter(tries);
        this.settings.emit({ kind: 'registry away', waitMs, error });
        await this.settings.wait(waitMs, this.stopping);
      }
    }
    return undefined;
  }
}

/** The records of an event in the making, and how large it has become. */
class Payload {
  records: Batch = [];
  refused: readonly Refused[] = [];
  private bytes: number;

  constructor(mapping: Mapping) {
    this.bytes = jsonBytes(kafkaEvent([], mapping));
  }

  get size(): number {
    return this.records.length + this.refused.length;
  }

  /** Answers false for a record that does not fit any more. */
  add(opened: KafkaEventRecord | Refused): boolean {
    if ('condition' in opened) {
      this.refused = [...this.refused, opened];
      return true;
    }
    // With its comma and, at worst, the opening of a new partition.
    const bytes = jsonBytes(opened) + `,"${partitionId(opened)}":[]`.length;
    if (this.records.length > 0 && this.bytes + bytes > MAX_PAYLOAD_BYTES) return false;
    this.records = [...this.records, opened];
    this.bytes += bytes;
    return true;
  }

  drop(partitions: ReadonlySet<string>): void {
    this.records = without(this.records, partitions);
    this.refused = this.refused.filter(({ record }) => !partitions.has(partitionId(record)));
  }
}

function toEventRecord(
  { topic, partition }: FetchedBatch,
  { offset, timestampMs, timestampType, key, value, headers }: FetchedRecord,
  mapping: Mapping,
): KafkaEventRecord {
  const timestamp = new Date(timestampMs);
  return eventRecord(
    { topic, partition, offset, timestamp, timestampType, key, value, headers },
    mapping,
  );
}

/** Bytes of the value as JSON. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
