/**
 * Avro's single-object encoding: a message that says by a fingerprint which schema wrote it, for
 * where there is no Schema Registry.
 */

import { AvroError } from '../errors.js';
import { SINGLE_OBJECT_MARKER as MARKER } from '../wire/frames-of-others.js';
import type { Codec } from './codec.js';

/** Two marker bytes and the 8-byte little-endian CRC-64-AVRO of the writer's schema. */
export const SINGLE_OBJECT_BYTES = 10;

/** What a single-object message holds. `body` is a view of the message, not a copy. */
export interface SingleObject {
  /** CRC-64-AVRO of the writer's parsing canonical form, 16 hex digits as `Codec.fingerprint`. */
  readonly fingerprint: string;
  readonly body: Uint8Array;
}

/** Whether a message starts as a single-object message does. */
export function isSingleObject(message: Uint8Array): boolean {
  return (
    message.length >= SINGLE_OBJECT_BYTES && message[0] === MARKER[0] && message[1] === MARKER[1]
  );
}

/**
 * Puts the single-object header before an Avro body.
 * Source: Avro 1.12 specification, "Single-object encoding".
 * @param fingerprint 16 hex digits, most significant first
 */
export function frameSingleObject(fingerprint: string, body: Uint8Array): Uint8Array {
  if (!/^[0-9a-f]{16}$/i.test(fingerprint)) {
    const expected = 'a fingerprint of 16 hex digits';
    throw new AvroError('AVRO_VALUE', `Expected ${expected}; Codec.fingerprint is one.`, {
      expected,
    });
  }
  const message = new Uint8Array(SINGLE_OBJECT_BYTES + body.length);
  message.set(MARKER);
  new DataView(message.buffer).setBigUint64(MARKER.length, BigInt(`0x${fingerprint}`), true);
  message.set(body, SINGLE_OBJECT_BYTES);
  return message;
}

/**
 * Takes a single-object message apart.
 * @throws AvroError `AVRO_FRAME` when it is shorter than 10 bytes or lacks the marker C3 01.
 */
export function unframeSingleObject(message: Uint8Array): SingleObject {
  if (!isSingleObject(message)) {
    const expected = `${SINGLE_OBJECT_BYTES} bytes or more that start with C3 01`;
    throw new AvroError(
      'AVRO_FRAME',
      `Not a single-object message: expected ${expected}. Was it produced as plain Avro, or for a Schema Registry?`,
      { offset: 0, expected, actual: `${message.length} bytes` },
    );
  }
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  const fingerprint = view.getBigUint64(MARKER.length, true).toString(16).padStart(16, '0');
  return { fingerprint, body: message.subarray(SINGLE_OBJECT_BYTES) };
}

/** Encodes one value as a single-object message. @throws AvroError as {@link Codec.encode} */
export function encodeSingleObject<Write>(
  codec: Pick<Codec<unknown, Write>, 'encode' | 'fingerprint'>,
  value: Write,
): Uint8Array {
  return frameSingleObject(codec.fingerprint, codec.encode(value));
}

/**
 * Decodes a single-object message that was written with the codec's schema or with an older version
 * that the generator knew. For another writer, take the message apart with
 * {@link unframeSingleObject} and make a `resolvingDecoder` of that writer's schema.
 * @throws AvroError `AVRO_FRAME`, `AVRO_WRITER_UNKNOWN`, and as {@link Codec.decode}
 */
export function decodeSingleObject<Read>(
  codec: Pick<Codec<Read, never>, 'name' | 'version'>,
  message: Uint8Array,
): Read {
  const { fingerprint, body } = unframeSingleObject(message);
  const decode = codec.version(fingerprint);
  if (decode === undefined) {
    throw new AvroError(
      'AVRO_WRITER_UNKNOWN',
      `${codec.name}: no version of its schema has the fingerprint ${fingerprint}. Give its schema to resolvingDecoder.`,
      { schema: codec.name, actual: fingerprint },
    );
  }
  return decode(body);
}
