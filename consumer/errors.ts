import type { AvroErrorCode } from '../runtime/index.js';
import { nameOfThrown } from './thrown.js';

/** Why a record or a batch was not handled. */
export type ConsumerErrorCode =
  | 'CONFIG' // createHandler or the environment is set up wrongly
  | 'EVENT' // the event is not what a Kafka event source mapping sends
  | 'NO_ROUTE' // no handler was given for the record's topic
  | 'TOMBSTONE' // a record without a value, and the topic's handler takes none
  | 'FRAME' // neither a header nor the bytes say a schema id of Confluent's kind
  | 'UNKNOWN_SCHEMA' // the registry does not know the schema id, or its answer cannot be used
  | 'UNKNOWN_TYPE' // the data is of a type that the topic's generated code does not have: no damage
  | 'KEY_FORMAT' // the key comes with a schema, and tavro.json says that it is text
  | 'DECODE' // the bytes do not decode, or nothing can with their schema
  | 'REGISTRY' // no answer, a busy registry (5xx, 429), or 401: nothing is wrong with the record
  | 'IN_PROGRESS' // another process has what is to happen once: nothing is wrong with the record
  | 'HANDLER' // the topic's handler threw
  | 'TRANSACTION' // exactly once: its transaction was not committed, and the record comes again
  | 'INTERRUPTED' // the container stops, or the partition goes to another member: it comes again
  | 'DEADLINE' // the function's time-out was near, and records were left: they come again
  | 'DEAD_LETTER' // the dead-letter sink did not take the record
  // Of a source, by the names that ProducerError has for them:
  | 'UNREACHABLE' // no broker answers; a source waits for them, and tells this as its state
  | 'TLS' // the broker's certificate or TLS setup does not fit ours
  | 'AUTHENTICATION' // a broker refused the user name, password or mechanism
  | 'NOT_AUTHORIZED' // the user may not read the topic, or not join the group
  | 'TOPIC_UNKNOWN' // there is no such topic
  | 'OFFSET_OUT_OF_RANGE' // what was to be read next is deleted; told as a state
  | 'COMMIT' // the group does not have this offset: the partition may be another member's
  | 'FENCED' // another member has the same groupInstanceId: this one has to stop
  | 'BROKER'; // anything else that brokers report

export interface ConsumerErrorFields {
  readonly topic?: string | undefined;
  readonly partition?: number | undefined;
  readonly offset?: number | undefined;
  /** Which half of the record could not be read. */
  readonly part?: RecordPart | undefined;
  /** The writer's schema id. */
  readonly schemaId?: number | undefined;
  /** Full name of the writer's type, where {@link code} is `UNKNOWN_TYPE`. */
  readonly type?: string | undefined;
  /** The version of the writer's schema, where the lock knew it. */
  readonly writerVersion?: number | undefined;
  /** The writer's schema, where the record calls it by a GUID. */
  readonly schemaGuid?: string | undefined;
  /** Field path inside the record, such as `lines[3].price`. */
  readonly path?: string | undefined;
  /** Why the bytes do not decode, where {@link code} is `DECODE`. */
  readonly avroCode?: AvroErrorCode | undefined;
  readonly cause?: unknown;
}

export type RecordPart = 'key' | 'value';

/**
 * A record or a batch that was not handled. The message and the fields name topic, partition,
 * offset, schema id and path, never the payload. What a handler threw is the `cause`, unchanged.
 */
export class ConsumerError extends Error {
  /**
   * `ConsumerError.` and the {@link code}; behind it, where something else was the cause, the code or class
   * of that: `ConsumerError.HANDLER.TypeError`, `ConsumerError.DECODE.AVRO_UTF8`. Lambda gives it as the
   * `errorType`, by which filters and alarms tell failures apart.
   */
  override readonly name: string;
  readonly code: ConsumerErrorCode;
  readonly topic: string | undefined;
  readonly partition: number | undefined;
  readonly offset: number | undefined;
  readonly part: RecordPart | undefined;
  readonly schemaId: number | undefined;
  readonly writerVersion: number | undefined;
  readonly type: string | undefined;
  readonly schemaGuid: string | undefined;
  readonly path: string | undefined;
  readonly avroCode: AvroErrorCode | undefined;

  constructor(code: ConsumerErrorCode, message: string, fields: ConsumerErrorFields = {}) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    // A set: a cause of the same code says no more.
    this.name = ['ConsumerError', ...new Set([code, nameOfThrown(fields.cause) ?? code])].join('.');
    this.code = code;
    this.topic = fields.topic;
    this.partition = fields.partition;
    this.offset = fields.offset;
    this.part = fields.part;
    this.schemaId = fields.schemaId;
    this.writerVersion = fields.writerVersion;
    this.type = fields.type;
    this.schemaGuid = fields.schemaGuid;
    this.path = fields.path;
    this.avroCode = fields.avroCode;
  }
}
