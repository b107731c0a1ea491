import { Buffer } from 'node:buffer';
import type {
  FetchedBatch,
  FetchedRecord,
  KafkaEventRecord,
  Source,
} from '../../consumer/index.js';
import { eventRecord, kafkaEvent, type MappingInput } from '../msk-event.js';
import { type Batch, without } from './batch.js';

/** What one invocation carries at most, in bytes of its JSON event. Source: Lambda quotas. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
/** How long one look for records takes, in milliseconds: so soon is a stop noticed. */
const LOOK_MS = 200;

/** How the poller's events describe where they come from. */
export type Mapping = Omit<MappingInput, 'recordFormat'>;

export interface CollectorOptions {
  readonly source: Source;
  readonly batchSize: number;
  readonly windowMs: number;
  readonly mapping: Mapping;
  readonly isStopping: () => boolean;
}

/** Gathers batches, one after the other. */
export class Collector {
  private readonly options: CollectorOptions;
  private payload: Payload;

  constructor(options: CollectorOptions) {
    this.options = options;
    this.payload = new Payload(options.mapping);
  }

  /**
   * Gathers the next batch: until it has `batchSize` records, or the window since its first record
   * is over, or the next record would not fit into an invocation. A single record over the limit
   * comes alone. Answers whether there is one, which is not so when stopping.
   */
  async gather(): Promise<boolean> {
    const { source, batchSize, windowMs, mapping, isStopping } = this.options;
    const payload = new Payload(mapping);
    this.payload = payload;
    let deadline = 0;
    while (!isStopping()) {
      const started = payload.records.length > 0;
      const leftMs = started ? deadline - performance.now() : LOOK_MS;
      if (leftMs <= 0) break;
      const maxRecords = batchSize - payload.records.length;
      const polled = await source.poll({ maxRecords, waitMs: Math.min(leftMs, LOOK_MS) });
      if (polled === undefined) continue;
      if (!started) deadline = performance.now() + windowMs;
      const next = payload.add(polled);
      const full = next.refused || payload.records.length >= batchSize;
      // Lets the source give what follows in the same partition, now or in the next batch.
      source.readFrom({ ...at(polled), offset: next.offset });
      if (full) break;
    }
    return payload.records.length > 0;
  }

  /** The batch that was gathered. */
  take(): Batch {
    const { records } = this.payload;
    this.payload = new Payload(this.options.mapping);
    return records;
  }

  /** Another member of the group has these partitions. */
  drop(partitions: ReadonlySet<string>): void {
    this.payload.drop(partitions);
  }
}

/** The records of an event in the making, and how large it has become. */
class Payload {
  records: Batch = [];
  private readonly mapping: Mapping;
  private bytes: number;

  constructor(mapping: Mapping) {
    this.mapping = mapping;
    this.bytes = jsonBytes(kafkaEvent([], mapping));
  }

  /** Takes records as long as they fit; answers where the partition goes on. */
  add(polled: FetchedBatch): { refused: boolean; offset: bigint } {
    const taken: KafkaEventRecord[] = [];
    let next = 0n;
    let refused = false;
    for (const record of polled.records) {
      const one = toEventRecord(polled, record, this.mapping);
      // With its comma and, at worst, the opening of a new partition.
      const bytes = jsonBytes(one) + `,"${polled.topic}-${polled.partition}":[]`.length;
      const isFirst = this.records.length + taken.length === 0;
      refused = !isFirst && this.bytes + bytes > MAX_PAYLOAD_BYTES;
      next = refused ? record.offset : record.offset + 1n;
      if (refused) break;
      taken.push(one);
      this.bytes += bytes;
    }
    this.records = [...this.records, ...taken];
    return { refused, offset: next };
  }

  drop(partitions: ReadonlySet<string>): void {
    this.records = without(this.records, partitions);
  }
}

function at({ topic, partition }: FetchedBatch) {
  return { topic, partition };
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
