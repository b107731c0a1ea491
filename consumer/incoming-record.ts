import { ConsumerError, type ConsumerErrorFields, type RecordPart } from './errors.js';
import type { KafkaEventRecord, SchemaMetadata, TimestampType } from './event.js';
import type { RecordHeader } from './record.js';
import type { Scratch } from './scratch.js';

/** Where a record lies: what identifies it on every delivery. */
export interface RecordPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/**
 * A record before anything of it was decoded: from an event of Lambda (`event-record.ts`), or from a
 * source (`source-record.ts`). What it holds is looked at when somebody asks.
 */
export interface IncomingRecord extends RecordPlace {
  /** Milliseconds since the epoch. */
  readonly timestampMs: number;
  readonly timestampType: TimestampType;
  /** The bytes of its key or value; null when it has none. @throws ConsumerError `EVENT` */
  bytes(part: RecordPart): Uint8Array | null;
  /** Adds the same bytes to others; false where there are none, or none that can be read, and {@link bytes} says why. */
  write(part: RecordPart, scratch: Scratch): boolean;
  /** False where neither its headers nor an event source mapping say anything of a schema: found out at one look. */
  saysSchema(): boolean;
  /** False where its key certainly has no frame: found out without its bytes. */
  keyMayBeFramed(): boolean;
  /** Equal for equal keys, and for no others; null when it has none. */
  keyIdentity(): string | null;
  /** In the order written. @throws ConsumerError `EVENT` */
  headers(): readonly RecordHeader[];
  /**
   * The bytes of the last header that says the part's schema: the one that counts in Kafka. null for one
   * without a value, `undefined` where there is none. @throws ConsumerError `EVENT`
   */
  schemaHeader(part: RecordPart): Uint8Array | null | undefined;
  /** What an event source mapping says of a frame that it took off. */
  metadata(part: RecordPart): SchemaMetadata | undefined;
  /** In the form of Lambda's events, in which dead letters are told. */
  event(): KafkaEventRecord;
}

/** What an error about this record says of it. */
export function identityOf(record: RecordPlace): ConsumerErrorFields & { topic: string } {
  return { topic: record.topic, partition: record.partition, offset: record.offset };
}

/** `user-clicks-avro-0@42`. */
export function recordId(record: RecordPlace): string {
  return `${record.topic}-${record.partition}@${record.offset}`;
}

/** What fails because of one record is that record's trouble; anything else is thrown on. */
export function failureOf(error: unknown): ConsumerError {
  if (error instanceof ConsumerError) return error;
  throw error;
}
