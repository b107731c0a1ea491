import { AvroError } from '../errors.js';
import { nameOfOthers } from './frames-of-others.js';
import { refuseOtherThanBytes } from './kind-of.js';

/** First byte of a Confluent frame. */
export const MAGIC = 0;
/** Magic byte and 4-byte big-endian schema id. */
export const FRAME_BYTES = 5;

/** What a Confluent frame holds. `body` is a view of the message, not a copy. */
export interface Unframed {
  readonly schemaId: number;
  readonly body: Uint8Array;
}

/**
 * Puts a Confluent frame before an Avro body (one copy; `Codec.encodeFramed` needs none).
 * @throws AvroError `AVRO_FRAME` for an id that is not a whole number of 32 bits.
 * Source: Confluent Schema Registry, "Wire format".
 */
export function frame(schemaId: number, body: Uint8Array): Uint8Array {
  const framed = new Uint8Array(FRAME_BYTES + body.length);
  writeFrame(framed, schemaId);
  framed.set(body, FRAME_BYTES);
  return framed;
}

/**
 * Writes the five frame bytes at the start of `into`, or from `at` on.
 * @throws AvroError `AVRO_FRAME` for an id that is not a whole number of 32 bits.
 */
export function writeFrame(into: Uint8Array, schemaId: number, at = 0): void {
  if (schemaId >>> 0 !== schemaId) {
    const expected = 'a schema id of 32 bits';
    throw new AvroError('AVRO_FRAME', `Expected ${expected}, got ${String(schemaId)}`, {
      expected,
    });
  }
  into[at] = MAGIC;
  into[at + 1] = schemaId >>> 24;
  into[at + 2] = schemaId >>> 16;
  into[at + 3] = schemaId >>> 8;
  into[at + 4] = schemaId;
}

/**
 * Takes a Confluent frame apart.
 * @throws AvroError `AVRO_BYTES` for what is no Uint8Array, `AVRO_FRAME` when the message is shorter than 5 bytes or the magic byte is not 0.
 */
export function unframe(message: Uint8Array): Unframed {
  refuseOtherThanBytes(message);
  if (message.length < FRAME_BYTES) {
    throw new AvroError(
      'AVRO_FRAME',
      `Not a Confluent frame: the message has ${message.length} bytes, a frame has at least ${FRAME_BYTES}. ` +
        nameOfOthers(message),
      { offset: 0, expected: `${FRAME_BYTES} bytes`, actual: `${message.length} bytes` },
    );
  }
  const magic = message[0];
  if (magic !== MAGIC) {
    throw new AvroError(
      'AVRO_FRAME',
      `Not a Confluent frame: the first byte is ${magic}, not 0. ${nameOfOthers(message)}`,
      { offset: 0, expected: 'magic byte 0', actual: `byte ${magic}` },
    );
  }
  return { schemaId: frameId(message, 0), body: message.subarray(FRAME_BYTES) };
}

/** The schema id of a frame that begins at `at`, of which nothing is checked. */
export function frameId(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  const low = ((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0);
  return high * 0x1_0000 + low;
}
