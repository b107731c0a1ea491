import { Buffer } from 'node:buffer';
import type { KafkaEventRecord } from '../../consumer/index.js';
import { eventRecord, kafkaEvent, type MappingInput } from '../msk-event.js';
import type { Batch } from './batch.js';
import type { PolledBatch, PolledRecord, PollSource } from './source.js';

/** What one invocation carries at most, in bytes of its JSON event. Source: Lambda quotas. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
/** How long one look for records takes, in milliseconds: so soon is a stop noticed. */
const LOOK_MS = 200;

/** How the poller's events describe where they come from. */
export type Mapping = Omit<MappingInput, 'recordFormat'>;

export interface CollectOptions {
  readonly source: PollSource;
  readonly batchSize: number;
  readonly windowMs: number;
  readonly mapping: Mapping;
  readonly isStopping: () => boolean;
}

/**
 * Gathers the next batch: until it has `batchSize` records, or the window since its first record
 * is over, or the next record would not fit into an invocation. undefined when stopping.
 * A single record over the limit comes alone.
 */
export async function collect(options: CollectOptions): Promise<Batch | undefined> {
  const { source, batchSize, windowMs, isStopping } = options;
  const payload = new Payload(options.mapping);
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
    await source.rewind(polled.topic, polled.partition, next.offset);
    if (full) break;
  }
  return payload.records.length > 0 ? payload.records : undefined;
}

/** The records of an event in the making, and how large it has become. */
class Payload {
  readonly records: KafkaEventRecord[] = [];
  private readonly mapping: Mapping;
  private bytes: number;

  constructor(mapping: Mapping) {
    this.mapping = mapping;
    this.bytes = jsonBytes(kafkaEvent([], mapping));
  }

  /** Takes records as long as they fit; answers where the partition goes on. */
  add({ topic, partition, records }: PolledBatch): { refused: boolean; offset: bigint } {
    let next = 0n;
    for (const record of records) {
      const taken = toEventRecord({ topic, partition, record }, this.mapping);
      // With its comma and, at worst, the opening of a new partition.
      const bytes = jsonBytes(taken) + `,"${topic}-${partition}":[]`.length;
      if (this.records.length > 0 && this.bytes + bytes > MAX_PAYLOAD_BYTES) {
        return { refused: true, offset: record.offset };
      }
      this.records.push(taken);
      this.bytes += bytes;
      next = record.offset + 1n;
    }
    return { refused: false, offset: next };
  }
}

function toEventRecord(
  at: { readonly topic: string; readonly partition: number; readonly record: PolledRecord },
  mapping: Mapping,
): KafkaEventRecord {
  const { topic, partition, record } = at;
  const { offset, timestampMs, timestampType, key, value, headers } = record;
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
