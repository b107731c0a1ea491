/**
 * How a message says which schema wrote it: by an id that one registry gave, or by a GUID, which is
 * the same in all; before its body, or in a header of the record, which then counts.
 * Source: Confluent Schema Registry, "Wire format"; `SchemaId` and `DualSchemaIdDeserializer` of
 * confluentinc/schema-registry 8.1.
 */

import { AvroError } from '../errors.js';
import { FRAME_BYTES, MAGIC, unframe, writeFrame } from './frame.js';
import { refuseOtherThanBytes } from './kind-of.js';

/** A registry's id, or a GUID as lower-case text with hyphens. */
export type SchemaId = number | string;

/** Headers of a record that say which schema wrote its key and its value. */
export const SCHEMA_ID_HEADERS = { key: '__key_schema_id', value: '__value_schema_id' } as const;

/** First byte before a GUID. */
export const GUID_MAGIC = 1;
/** Magic byte and GUID. */
export const GUID_FRAME_BYTES = 17;

/** What a frame holds, of either kind. `body` is a view of the message, not a copy. */
export interface Opened {
  readonly schemaId: SchemaId;
  readonly body: Uint8Array;
}

/**
 * What a header says of a schema: magic byte 0 and an id of 4 bytes, or 1 and a GUID of 16.
 * @throws AvroError `AVRO_FRAME` for an id of more than 32 bits, or text that is no GUID
 */
export function schemaIdBytes(id: SchemaId): Uint8Array {
  const bytes = new Uint8Array(schemaIdLength(id));
  writeSchemaId(bytes, id);
  return bytes;
}

/** As messages name it: `id 7`, `GUID 4e4edcd2-…`. */
export function nameOfSchemaId(id: SchemaId): string {
  return `${typeof id === 'number' ? 'id' : 'GUID'} ${id}`;
}

/** Bytes that an id takes with its magic byte. */
export function schemaIdLength(id: SchemaId): number {
  return typeof id === 'number' ? FRAME_BYTES : GUID_FRAME_BYTES;
}

/** Writes the same to the start of `into`. @throws as {@link schemaIdBytes} */
export function writeSchemaId(into: Uint8Array, id: SchemaId): void {
  if (typeof id === 'number') return writeFrame(into, id);
  const digits = id.replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/i.test(digits)) {
    const expected = 'a GUID of 32 hex digits';
    throw new AvroError('AVRO_FRAME', `Expected ${expected}`, { expected });
  }
  into[0] = GUID_MAGIC;
  for (let at = 1; at < GUID_FRAME_BYTES; at++)
    into[at] = Number.parseInt(digits.slice(2 * at - 2, 2 * at), 16);
}

/**
 * Reads what a header says of a schema; nothing may follow it.
 * @throws AvroError `AVRO_BYTES` for what is no Uint8Array, `AVRO_FRAME` for anything else than
 * {@link schemaIdBytes} gives
 */
export function readSchemaId(header: Uint8Array): SchemaId {
  refuseOtherThanBytes(header);
  const [magic] = header;
  const length = magic === MAGIC ? FRAME_BYTES : magic === GUID_MAGIC ? GUID_FRAME_BYTES : 0;
  if (length > 0 && header.length === length) return openFrame(header).schemaId;
  throw new AvroError('AVRO_FRAME', `Not a schema id: ${damageOf(header, length)}`, {
    offset: 0,
    expected: '0 and 4 bytes, or 1 and 16 bytes',
    actual: `${header.length} bytes`,
  });
}

function damageOf(header: Uint8Array, length: number): string {
  if (header.length === 0) return 'it is empty.';
  if (length === 0) return `its first byte is ${header[0]}, neither 0 (an id) nor 1 (a GUID).`;
  const [what, size] = length === FRAME_BYTES ? ['an id', 4] : ['a GUID', 16];
  const has = `after ${header[0]} come ${header.length - 1} bytes, and ${what} has ${size}.`;
  return header.length < length
    ? has
    : `${has} Protobuf's message indexes stand there: is it a topic of Protobuf, which tavro does not read?`;
}

/**
 * Takes a frame apart that stands before the body: of an id as Confluent's serializers write it, or
 * of a GUID, which its deserializers take as well.
 * @throws AvroError as `unframe`
 */
export function openFrame(message: Uint8Array): Opened {
  refuseOtherThanBytes(message);
  if (message[0] !== GUID_MAGIC || message.length < GUID_FRAME_BYTES) return unframe(message);
  const digits = Array.from(message.subarray(1, GUID_FRAME_BYTES), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
  const schemaId = digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return { schemaId, body: message.subarray(GUID_FRAME_BYTES) };
}
