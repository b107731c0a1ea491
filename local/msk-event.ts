/** Builds the events that Lambda's event source mapping for Kafka sends, for tests and the poller. */
import type {
  KafkaEvent,
  KafkaEventRecord,
  SchemaMetadata,
  TimestampType,
} from '../consumer/index.js';
import { FRAME_BYTES, MAGIC, unframe } from '../runtime/index.js';

/** One record as Kafka holds it. */
export interface KafkaRecordInput {
  readonly topic: string;
  /** @default 0 */
  readonly partition?: number | undefined;
  /** @default one more than that of the partition's record before it in the event, from 0 */
  readonly offset?: number | bigint | undefined;
  /** @default now */
  readonly timestamp?: Date | undefined;
  /** @default 'CREATE_TIME' */
  readonly timestampType?: TimestampType | undefined;
  /** Text stands for its UTF-8 bytes. @default null */
  readonly key?: Uint8Array | string | null | undefined;
  /** null is a tombstone. */
  readonly value: Uint8Array | null;
  /** In order; names may repeat; text stands for its UTF-8 bytes, null for no value. @default none */
  readonly headers?:
    | readonly (readonly [name: string, value: Uint8Array | string | null])[]
    | undefined;
}

/** The event source mapping that sends the event. */
export interface MappingInput {
  /** @default 'aws:kafka' */
  readonly eventSource?: KafkaEvent['eventSource'] | undefined;
  /** @default an MSK cluster in the documentation's account */
  readonly eventSourceArn?: string | undefined;
  /** @default that cluster's brokers */
  readonly bootstrapServers?: string | undefined;
  /**
   * `SOURCE` plays a mapping with a schema registry: Confluent frames are taken off, and the
   * schema id stands beside the bytes. @default 'as written'
   */
  readonly recordFormat?: 'as written' | 'SOURCE' | undefined;
}

const CLUSTER_ARN =
  'arn:aws:kafka:us-east-1:123456789012:cluster/example/6cc0432b-8618-4f44-bccc-e1fbd8fb7c4d-2';
const BOOTSTRAP_SERVERS =
  'b-1.example.c1.kafka.us-east-1.amazonaws.com:9096,b-2.example.c1.kafka.us-east-1.amazonaws.com:9096';

/**
 * The event that a function gets for these records.
 * @throws RangeError for an offset that JSON cannot hold (2^53 and more).
 * @throws AvroError `AVRO_FRAME` with `SOURCE`, for a value without a Confluent frame.
 */
export function mskEvent(
  records: readonly KafkaRecordInput[],
  mapping: MappingInput = {},
): KafkaEvent {
  const next = new Map<string, number>();
  return kafkaEvent(
    records.map((record) => {
      const partition = `${record.topic}-${record.partition ?? 0}`;
      const offset = Number(record.offset ?? next.get(partition) ?? 0);
      next.set(partition, offset + 1);
      return eventRecord({ ...record, offset }, mapping);
    }),
    mapping,
  );
}

/** One record in the form that events hold it. @throws as {@link mskEvent} */
export function eventRecord(
  record: KafkaRecordInput,
  { recordFormat }: MappingInput = {},
): KafkaEventRecord {
  const take = recordFormat === 'SOURCE' ? withoutFrame : asWritten;
  const value = take(record.value);
  const key = typeof record.key === 'string' ? asWritten(utf8(record.key)) : keyPart(record.key);
  return {
    topic: record.topic,
    partition: record.partition ?? 0,
    offset: safeOffset(record.offset ?? 0),
    timestamp: (record.timestamp ?? new Date()).getTime(),
    timestampType: record.timestampType ?? 'CREATE_TIME',
    key: key.base64,
    value: value.base64,
    headers: (record.headers ?? []).map(([name, bytes]) => ({
      [name]: bytes === null ? null : signed(bytes),
    })),
    ...(key.metadata && { keySchemaMetadata: key.metadata }),
    ...(value.metadata && { valueSchemaMetadata: value.metadata }),
  };

  /** Keys without a frame are ordinary text. */
  function keyPart(bytes: Uint8Array | null | undefined): EventPart {
    const framed = bytes?.[0] === MAGIC && bytes.length >= FRAME_BYTES;
    return framed ? take(bytes) : asWritten(bytes ?? null);
  }
}

/** The event for records that are in that form already, grouped by partition. */
export function kafkaEvent(
  records: readonly KafkaEventRecord[],
  mapping: MappingInput = {},
): KafkaEvent {
  const partitions = new Map<string, KafkaEventRecord[]>();
  for (const record of records) {
    const id = `${record.topic}-${record.partition}`;
    const others = partitions.get(id) ?? [];
    others.push(record);
    partitions.set(id, others);
  }
  const bootstrapServers = mapping.bootstrapServers ?? BOOTSTRAP_SERVERS;
  const byPartition = Object.fromEntries(partitions);
  return mapping.eventSource === 'SelfManagedKafka'
    ? { eventSource: 'SelfManagedKafka', bootstrapServers, records: byPartition }
    : {
        eventSource: 'aws:kafka',
        eventSourceArn: mapping.eventSourceArn ?? CLUSTER_ARN,
        bootstrapServers,
        records: byPartition,
      };
}

interface EventPart {
  readonly base64: string | null;
  readonly metadata?: SchemaMetadata;
}

function asWritten(bytes: Uint8Array | null): EventPart {
  return { base64: bytes === null ? null : base64(bytes) };
}

function withoutFrame(bytes: Uint8Array | null): EventPart {
  if (bytes === null) return { base64: null };
  const { schemaId, body } = unframe(bytes);
  return { base64: base64(body), metadata: { dataFormat: 'AVRO', schemaId: `${schemaId}` } };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

/** Java's bytes are signed, and Lambda passes them on as they are. */
function signed(bytes: Uint8Array | string): readonly number[] {
  return [...Int8Array.from(typeof bytes === 'string' ? utf8(bytes) : bytes)];
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function safeOffset(offset: number | bigint): number {
  const exact = Number(offset);
  if (Number.isSafeInteger(exact) && exact >= 0) return exact;
  throw new RangeError(`Offset ${offset} has no exact JSON number: Lambda events cannot hold it.`);
}
