/** What a dead letter says of why it is one. Never a payload: names, numbers and our own words. */
import { given } from '../runtime/given.js';
import type { DeadLetter } from './dead-letter.js';
import type { RecordPart } from './errors.js';
import type { KafkaEventRecord } from './event.js';
import { idTakenOff } from './open-record.js';
import { headersOf, schemaMetadata } from './read-event.js';
import { headerText, type RecordHeader } from './record.js';
import { nameOfThrown } from './thrown.js';

/**
 * The headers that say why a record is a dead letter, and where it lay; all are text. They stand behind
 * the record's own. See docs/dead-letters.md for what Spring and Kafka Connect call the same.
 */
export const CAUSE_HEADERS = {
  /** {@link ConsumerError.code}. */
  code: 'tavro.cause.code',
  /** The error's message, which names topic, offset and path. */
  message: 'tavro.cause.message',
  /** Class or code of what a handler threw, such as `TypeError`; absent for other failures. */
  thrown: 'tavro.cause.thrown',
  topic: 'tavro.cause.topic',
  partition: 'tavro.cause.partition',
  offset: 'tavro.cause.offset',
  /** The record's own, in milliseconds since the epoch. */
  timestamp: 'tavro.cause.timestamp',
  /** `CREATE_TIME` or `LOG_APPEND_TIME`. */
  timestampType: 'tavro.cause.timestamp.type',
  /** The schema that an event source mapping took off and that cannot be put back: AWS Glue, Protobuf. */
  keySchemaId: 'tavro.cause.key.schema.id',
  valueSchemaId: 'tavro.cause.value.schema.id',
  /** How often the record became a dead letter, this time included: more than 1 after a replay. */
  attempts: 'tavro.cause.attempts',
} as const;

/** A dead letter's cause: a text for each of {@link CAUSE_HEADERS} that there is something to say for. */
export type Cause = Readonly<Partial<Record<keyof typeof CAUSE_HEADERS, string>>>;

/** Most characters of a message: headers count for what a record may hold. */
const MAX_MESSAGE = 1_000;

/** @throws ConsumerError `EVENT` for headers that are none */
export function causeOf({ record, error }: DeadLetter): Cause {
  const cause = {
    code: error.code,
    message: error.message.slice(0, MAX_MESSAGE),
    thrown: error.code === 'HANDLER' ? nameOfThrown(error.cause) : undefined,
    topic: record.topic,
    partition: String(record.partition),
    offset: String(record.offset),
    timestamp: String(record.timestamp),
    timestampType: record.timestampType,
    keySchemaId: lostSchemaId(record, 'key'),
    valueSchemaId: lostSchemaId(record, 'value'),
    attempts: String(attemptsBefore(headersOf(record)) + 1),
  };
  // Safe: what is undefined is left out.
  return given(cause) as Cause;
}

function lostSchemaId(record: KafkaEventRecord, part: RecordPart): string | undefined {
  const metadata = schemaMetadata(record, part);
  return idTakenOff(metadata) === undefined ? metadata?.schemaId : undefined;
}

/** A cause by the names of its headers. */
export function causeHeaders(cause: Cause): readonly (readonly [name: string, text: string])[] {
  const names: Readonly<Record<string, string>> = CAUSE_HEADERS;
  return Object.entries(cause).map(([part, text]) => [names[part] ?? part, text]);
}

const NAMES: readonly string[] = Object.values(CAUSE_HEADERS);

/** The record's own headers: without those that an earlier dead letter of the same record had. */
export function ownHeaders(headers: readonly RecordHeader[]): readonly RecordHeader[] {
  return headers.filter(({ name }) => !NAMES.includes(name));
}

function attemptsBefore(headers: readonly RecordHeader[]): number {
  const before = Number(headerText(headers, CAUSE_HEADERS.attempts) ?? 0);
  return Number.isSafeInteger(before) && before > 0 ? before : 0;
}
