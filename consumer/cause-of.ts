/** What a dead letter says of why it is one. Never a payload: names, numbers and our own words. */
import { attemptsBefore, type Cause } from '../runtime/dead-letter/cause.js';
import { given } from '../runtime/given.js';
import { idTakenOff } from '../runtime/wire/taken-off.js';
import type { DeadLetter } from './dead-letter.js';
import type { RecordPart } from './errors.js';
import type { KafkaEventRecord } from './event.js';
import { headersOf, schemaMetadata } from './read-event.js';
import { nameOfThrown } from './thrown.js';

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
  const isPutBack = idTakenOff(metadata ?? {}) !== undefined;
  return isPutBack ? undefined : metadata?.schemaId;
}
