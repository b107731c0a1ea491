import { randomBytes } from 'node:crypto';
import type { Codec } from '../codec/codec.js';
import { AvroError } from '../errors.js';
import { mostEmptyObjects } from '../schema/empty-values.js';
import { readSchema } from '../schema/schema.js';
import { message, raw } from '../wire/output.js';
import * as write from '../wire/write.js';
import { type BlockCodecs, blockCodec } from './block-codec.js';
import { BLOCK_BYTES, MAGIC, SYNC_BYTES } from './format.js';

export interface WriteContainerOptions {
  /** Compression of the blocks: `null`, `deflate`, or another of {@link codecs} or of this Node. @default 'deflate' */
  readonly codec?: string;
  /** Codecs beside those that Node has: `snappy` for one. They go before Node's. */
  readonly codecs?: BlockCodecs;
  /** Entries of the header; keys that start with `avro.` are taken. */
  readonly metadata?: Readonly<Record<string, string | Uint8Array>>;
  /** Bytes after which a block ends, before compression (64,000). */
  readonly blockBytes?: number;
  /** The 16 bytes between blocks; random unless two runs must write the same file. */
  readonly sync?: Uint8Array;
}

/**
 * Writes values as an Avro object container file (`.avro`), in pieces for a write stream:
 * `pipeline(writeContainer(values, UserClickCodec), createWriteStream(path))`. Messages that are
 * Avro already go in with `{ schema, encode: (bytes) => bytes }` for a codec.
 * Source: Avro 1.12 specification, "Object Container Files".
 * @throws AvroError (when iterated) `AVRO_COMPRESSION` for a codec that is not there, `AVRO_VALUE`
 * for a value that does not fit; what was written until then is a valid file.
 */
export async function* writeContainer<Write>(
  values: Iterable<Write> | AsyncIterable<Write>,
  codec: Pick<Codec<unknown, Write>, 'schema' | 'encode'>,
  options: WriteContainerOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { codec: compression = 'deflate', codecs = {}, blockBytes = BLOCK_BYTES } = options;
  const { sync = randomBytes(SYNC_BYTES) } = options;
  const { compress } = blockCodec(compression, codecs);
  if (compress === undefined) {
    throw new AvroError('AVRO_COMPRESSION', `The codec given for ${compression} cannot compress.`, {
      actual: compression,
    });
  }
  yield header(codec.schema, compression, { metadata: options.metadata ?? {}, sync });
  const block = async (objects: readonly Uint8Array[]): Promise<Uint8Array> => {
    const stored = await compress(Buffer.concat(objects));
    return Buffer.concat([long(objects.length), long(stored.length), stored, sync]);
  };
  let objects: Uint8Array[] = [];
  let bytes = 0;
  let mostEmpty: number | undefined;
  for await (const value of values) {
    const object = codec.encode(value);
    objects.push(object);
    bytes += object.length;
    // Objects without bytes are bounded by their number: so is what a reader takes.
    if (bytes === 0) mostEmpty ??= mostEmptyObjects(readSchema(codec.schema));
    if (bytes >= blockBytes || (bytes === 0 && objects.length >= (mostEmpty ?? 0))) {
      yield await block(objects);
      objects = [];
      bytes = 0;
    }
  }
  if (objects.length > 0) yield await block(objects);
}

function long(value: number): Uint8Array {
  return message(() => write.longNumber(value));
}

function header(
  schema: string,
  codec: string,
  { metadata, sync }: { metadata: Readonly<Record<string, string | Uint8Array>>; sync: Uint8Array },
): Uint8Array {
  if (sync.length !== SYNC_BYTES) {
    const expected = `sync marker of ${SYNC_BYTES} bytes`;
    throw new AvroError('AVRO_VALUE', `Expected a ${expected}, got ${sync.length}.`, { expected });
  }
  const taken = Object.keys(metadata).find((key) => key.startsWith('avro.'));
  if (taken !== undefined) {
    throw new AvroError(
      'AVRO_VALUE',
      `The metadata key ${taken} starts with "avro.", which Avro keeps for itself.`,
      { expected: 'a key of your own', actual: taken },
    );
  }
  const entries: [string, string | Uint8Array][] = [
    ['avro.schema', schema],
    ['avro.codec', codec],
    ...Object.entries(metadata),
  ];
  return message(() => {
    raw(MAGIC);
    write.longNumber(entries.length);
    for (const [key, value] of entries) {
      write.string(key);
      write.bytes(typeof value === 'string' ? Buffer.from(value, 'utf8') : value);
    }
    write.end();
    raw(sync);
  });
}
