/** A dead letter as a line of JSON: its cause, and what can be read of its record. */
import { isSingleObject } from '../../runtime/avro.js';
import type { LetterHeader } from '../../runtime/dead-letter/cause.js';
import type { LetterRecord, OpenedLetter } from '../../runtime/dead-letter/letter.js';
import { SCHEMA_ID_HEADERS } from '../../runtime/index.js';
import { FRAME_BYTES, MAGIC } from '../../runtime/wire/frame.js';
import { GUID_FRAME_BYTES, GUID_MAGIC } from '../../runtime/wire/schema-id.js';
import { CodegenError } from '../error.js';
import { decodeMessage, type MessageForm } from './message.js';
import type { WriterSchemas } from './writer-schemas.js';

export interface LetterLine {
  readonly json: string;
  /** How its key and value were read, for people. */
  readonly as: readonly string[];
}

/** Key and value decoded; where that cannot be, why, and the bytes in base64. @throws CodegenError */
export async function letterLine(
  { id, cause, record }: OpenedLetter,
  schemas: WriterSchemas,
): Promise<LetterLine> {
  const known = [`"id":${JSON.stringify(id)}`, `"cause":${JSON.stringify(cause)}`];
  if (record === undefined) return { json: `{${known.join(',')}}`, as: [] };
  const key = await readKey(record, schemas);
  const value = await readValue(record, schemas);
  const headers = `"headers":${JSON.stringify(record.headers.map(headerOf))}`;
  const members = [...known, ...membersOf('key', key), ...membersOf('value', value), headers];
  return { json: `{${members.join(',')}}`, as: [key, value].flatMap(({ as }) => as ?? []) };
}

/** What could be read of key or value. */
interface PartRead {
  readonly json?: string;
  readonly as?: string;
  /** Why there is no JSON. */
  readonly problem?: string;
  readonly bytes?: Uint8Array;
}

const NONE: PartRead = { json: 'null' };

function membersOf(part: string, { json, problem, bytes }: PartRead): string[] {
  if (json !== undefined) return [`"${part}":${json}`];
  return [
    ...(problem === undefined ? [] : [`"${part}Problem":${JSON.stringify(problem)}`]),
    `"${part}Base64":${JSON.stringify(base64(bytes ?? new Uint8Array()))}`,
  ];
}

/** Avro where it says its schema; else text, as most keys are. */
async function readKey(record: LetterRecord, schemas: WriterSchemas): Promise<PartRead> {
  const { key } = record;
  if (key === null) return NONE;
  const text = textOf(key);
  const message = framedPart(record, 'key') ?? key;
  if (isFramed(message)) {
    const read = await decoded(message, 'confluent', schemas);
    if (read.json !== undefined || text === undefined) return { ...read, bytes: key };
  }
  return text === undefined ? { bytes: key } : { json: JSON.stringify(text) };
}

async function readValue(record: LetterRecord, schemas: WriterSchemas): Promise<PartRead> {
  const { value } = record;
  if (value === null) return NONE;
  const message = framedPart(record, 'value') ?? value;
  const form = (await schemas.given()) === undefined ? formOf(message) : 'auto';
  if (form !== undefined) return { ...(await decoded(message, form, schemas)), bytes: value };
  const problem =
    'It does not say its schema: no header, Confluent frame or fingerprint. Give the schema (--type NAME, --schema FILE or --id ID).';
  return { problem, bytes: value };
}

/** Undefined for what may be anything: that it has no frame may be what is wrong with it. */
function formOf(message: Uint8Array): MessageForm | undefined {
  if (isSingleObject(message)) return 'single-object';
  return isFramed(message) ? 'confluent' : undefined;
}

async function decoded(
  message: Uint8Array,
  form: MessageForm,
  schemas: WriterSchemas,
): Promise<PartRead> {
  try {
    return await decodeMessage(message, form, schemas);
  } catch (error) {
    const isOfMessage =
      error instanceof CodegenError && (error.code === 'DECODE_FAILED' || error.code === 'USAGE');
    if (!isOfMessage) throw error;
    return { problem: error.message };
  }
}

/** The bytes behind the schema id that a header says: as a frame has them. */
function framedPart(record: LetterRecord, part: 'key' | 'value'): Uint8Array | undefined {
  const header = record.headers.findLast(({ name }) => name === SCHEMA_ID_HEADERS[part])?.value;
  const body = record[part];
  return header && body ? Buffer.concat([header, body]) : undefined;
}

function isFramed(bytes: Uint8Array): boolean {
  const [first] = bytes;
  return (
    (first === MAGIC && bytes.length >= FRAME_BYTES) ||
    (first === GUID_MAGIC && bytes.length >= GUID_FRAME_BYTES)
  );
}

function headerOf({ name, value }: LetterHeader): object {
  if (value === null) return { name, value };
  const text = textOf(value);
  return text === undefined ? { name, base64: base64(value) } : { name, value: text };
}

/** Control characters are those of bytes that are no text. */
const CONTROL = /[^\P{Cc}\t\n\r]/u;

function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return CONTROL.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
