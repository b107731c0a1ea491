/**
 * What Lambda writes of a batch of Kafka's that it gave up, to the on-failure destination of the event
 * source mapping: with the payload to S3 and to a topic, without it to SQS and SNS.
 * Source: AWS Lambda, "On-failure destinations for Kafka".
 */

import { frame } from '../wire/frame.js';
import { idTakenOff, type TakenOff } from '../wire/taken-off.js';
import { counted } from '../words.js';
import { attemptsBefore, type LetterHeader, ownHeaders } from './cause.js';
import { DeadLetterError } from './error.js';
import { bytes, count, type Fields, fields, isFields, list, text, wrong } from './fields.js';
import type { LetterCause, OpenedLetter } from './letter.js';

export function isOnFailure(value: Fields): boolean {
  return isFields(value.requestContext) && isFields(value.KafkaBatchInfo);
}

/** The records of the batch, each with what Lambda says of it. @throws DeadLetterError */
export function lettersOfBatch(given: Fields, at: string): readonly OpenedLetter[] {
  const { records } = fields(payloadOf(given, at), `${at}payload`);
  const path = `${at}payload.records`;
  const why = whyOf(given);
  return Object.entries(fields(records, path)).flatMap(([partition, some]) => {
    const here = `${path}[${JSON.stringify(partition)}]`;
    return list(some, here).map((record, index) =>
      letterOf(fields(record, `${here}[${index}]`), `${here}[${index}]`, why),
    );
  });
}

/** An event, or its JSON. */
function payloadOf({ payload }: Fields, at: string): unknown {
  if (payload === undefined || payload === null) {
    throw new DeadLetterError(
      'NO_PAYLOAD',
      `${at === '' ? '' : `${at.slice(0, -1)}: `}what Lambda tells SQS and SNS of a batch that it gave up: its numbers, ` +
        'without the records. They are in its on-failure destination where that is S3 or a topic.',
    );
  }
  if (typeof payload !== 'string') return payload;
  try {
    return JSON.parse(payload);
  } catch {
    throw wrong(`${at}payload`, 'an event of Kafka, or its JSON');
  }
}

/** Of the whole batch. */
function whyOf(given: Fields): { readonly code: string; readonly message: string } {
  const { condition, approximateInvokeCount, requestId } = fields(given.requestContext, '');
  const { functionError } = isFields(given.responseContext) ? given.responseContext : {};
  const times = typeof approximateInvokeCount === 'number' ? approximateInvokeCount : undefined;
  const said = [
    times !== undefined && ` after ${counted(times, 'invocation')}`,
    typeof functionError === 'string' && ` (${functionError})`,
    typeof requestId === 'string' && `, request ${requestId}`,
  ];
  return {
    code: typeof condition === 'string' ? condition : 'ON_FAILURE',
    message: `Lambda gave up the batch of this record${said.filter(Boolean).join('')}.`,
  };
}

function letterOf(record: Fields, at: string, why: ReturnType<typeof whyOf>): OpenedLetter {
  const topic = text(record.topic, `${at}.topic`);
  const partition = count(record.partition, `${at}.partition`);
  const offset = count(record.offset, `${at}.offset`);
  const headers = list(record.headers ?? [], `${at}.headers`).flatMap((header, index) =>
    headersOf(header, `${at}.headers[${index}]`),
  );
  const [key, value] = [part(record, 'key', at), part(record, 'value', at)];
  const cause: LetterCause = {
    ...why,
    topic,
    partition,
    offset,
    ...(typeof record.timestamp === 'number' && { timestamp: String(record.timestamp) }),
    ...(typeof record.timestampType === 'string' && { timestampType: record.timestampType }),
    ...(key.lostSchemaId !== undefined && { keySchemaId: key.lostSchemaId }),
    ...(value.lostSchemaId !== undefined && { valueSchemaId: value.lostSchemaId }),
    attempts: String(attemptsBefore(headers) + 1),
  };
  return {
    id: `${topic}-${partition}@${offset}`,
    cause,
    record: { key: key.bytes, value: value.bytes, headers: ownHeaders(headers) },
  };
}

/** As they were written: with the frame that the mapping took off. */
function part(record: Fields, name: 'key' | 'value', at: string) {
  const found = bytes(record[name], `${at}.${name}`);
  const metadata = record[`${name}SchemaMetadata`];
  if (!isFields(metadata) || typeof metadata.schemaId !== 'string') return { bytes: found };
  const { schemaId, dataFormat } = metadata;
  const taken: TakenOff = { schemaId, ...(typeof dataFormat === 'string' && { dataFormat }) };
  const id = idTakenOff(taken);
  if (id === undefined) return { bytes: found, lostSchemaId: schemaId };
  return { bytes: found && frame(id, found) };
}

const LEAST_SIGNED_BYTE = -128;
const GREATEST_BYTE = 255;

/** A name with its bytes as signed numbers. */
function headersOf(header: unknown, at: string): readonly LetterHeader[] {
  return Object.entries(fields(header, at)).map(([name, signed]) => {
    if (signed === null) return { name, value: null };
    const isBytes = (one: unknown): one is number =>
      Number.isInteger(one) && Number(one) >= LEAST_SIGNED_BYTE && Number(one) <= GREATEST_BYTE;
    const numbers = list(signed, at);
    if (!numbers.every(isBytes)) throw wrong(at, 'a list of bytes');
    return { name, value: Uint8Array.from(numbers) };
  });
}
