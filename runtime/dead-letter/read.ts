import { CAUSE_HEADERS } from './cause.js';
import { DeadLetterError } from './error.js';
import { bytes, count, type Fields, fields, isFields, list, text } from './fields.js';
import type { LetterCause, LetterRecord, OpenedLetter } from './letter.js';
import { isOnFailure, lettersOfBatch } from './on-failure.js';

/**
 * The dead letters of a text: a `StoredDeadLetter`, or what Lambda writes of a batch that it gave up
 * (several letters); a list of these, or what `aws sqs receive-message` prints (`Messages`).
 * @throws DeadLetterError naming the field, such as `record.headers[2].value`
 */
export function readDeadLetters(json: string): readonly OpenedLetter[] {
  const value = parsed(json);
  return Array.isArray(value)
    ? value.flatMap((one, index) => lettersIn(one, `[${index}].`))
    : lettersIn(value, '');
}

function parsed(json: string, path = ''): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // Not the parser's words: they quote the text.
    throw new DeadLetterError('NOT_JSON', path === '' ? 'not JSON.' : `${path} is not JSON.`);
  }
}

/** @param at the path so far, with a dot where there is one */
function lettersIn(value: unknown, at: string): readonly OpenedLetter[] {
  if (!isFields(value)) throw notOne(at);
  if (isOnFailure(value)) return lettersOfBatch(value, at);
  if (value.Messages !== undefined) return lettersOfQueue(value.Messages, `${at}Messages`);
  if (value.cause === undefined) throw notOne(at);
  return [storedLetter(value, at)];
}

function notOne(at: string): DeadLetterError {
  return new DeadLetterError(
    'NOT_A_LETTER',
    `${at === '' ? '' : `${at.replace(/\.$/, '')} is `}neither a dead letter of tavro (id, cause, record) nor ` +
      "a record of Lambda's on-failure destination for Kafka (requestContext, KafkaBatchInfo, payload).",
  );
}

function lettersOfQueue(messages: unknown, path: string): readonly OpenedLetter[] {
  return list(messages, path).flatMap((message, index) => {
    const at = `${path}[${index}]`;
    const body = text(fields(message, at).Body, `${at}.Body`);
    return lettersIn(parsed(body, `${at}.Body`), `${at}.Body.`);
  });
}

function storedLetter(letter: Fields, at: string): OpenedLetter {
  const { id, cause, record } = letter;
  return {
    id: text(id, `${at}id`),
    cause: letterCause(fields(cause, `${at}cause`), `${at}cause`),
    ...(record !== undefined && { record: storedRecord(record, `${at}record`) }),
  };
}

/** @throws DeadLetterError `FIELD` where topic, partition or offset are missing */
export function letterCause(cause: Fields, path: string): LetterCause {
  const said = Object.keys(CAUSE_HEADERS).filter((part) => cause[part] !== undefined);
  const texts = said.map((part) => [part, text(cause[part], `${path}.${part}`)]);
  return {
    ...Object.fromEntries(texts),
    topic: text(cause.topic, `${path}.topic`),
    partition: count(cause.partition, `${path}.partition`),
    offset: count(cause.offset, `${path}.offset`),
  };
}

function storedRecord(record: unknown, path: string): LetterRecord {
  const { key, value, headers } = fields(record, path);
  return {
    key: bytes(key, `${path}.key`),
    value: bytes(value, `${path}.value`),
    headers: list(headers, `${path}.headers`).map((header, index) => {
      const at = `${path}.headers[${index}]`;
      const own = fields(header, at);
      return { name: text(own.name, `${at}.name`), value: bytes(own.value, `${at}.value`) };
    }),
  };
}
