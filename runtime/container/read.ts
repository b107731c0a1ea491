import type { Codec, Decoder } from '../codec/codec.js';
import { resolvingDecoder } from '../codec/resolving-decoder.js';
import { AvroError } from '../errors.js';
import { fingerprintOf } from '../schema/canonical.js';
import { mostEmptyObjects } from '../schema/empty-values.js';
import { located } from '../schema/located-error.js';
import { readSchema, type Schema } from '../schema/schema.js';
import { minimumBytes } from '../schema/size.js';
import { type Skip, skipper } from '../schema/skip.js';
import { offset } from '../wire/input.js';
import type { Memory } from '../wire/memory.js';
import { copyOf, readPart } from '../wire/message.js';
import { type BlockCodec, type BlockCodecs, blockCodec } from './block-codec.js';
import { type ByteChunks, ByteStream } from './byte-stream.js';
import {
  MAGIC,
  MAX_BLOCK_BYTES,
  MAX_HEADER_BYTES,
  MAX_METADATA_ENTRIES,
  SYNC_BYTES,
} from './format.js';

export interface ReadContainerOptions {
  /** Codecs beside those that Node has: `snappy` for one. They go before Node's. */
  readonly codecs?: BlockCodecs;
  /** Largest block, as stored and decompressed, in bytes (134,217,728). */
  readonly maxBlockBytes?: number;
}

/** An Avro object container file whose header was read. Its objects can be read once. */
export interface ContainerFile {
  /** The schema that wrote the objects, as the file has it. */
  readonly schema: string;
  /** Name of the compression: `null`, `deflate`, `snappy`, `zstandard`, ... */
  readonly codec: string;
  /** All of the header's metadata, `avro.schema` and `avro.codec` included. */
  readonly metadata: ReadonlyMap<string, Uint8Array>;
  /** Each object as plain Avro binary: views of a block, valid for as long as they are kept. */
  objects(): AsyncGenerator<Uint8Array, void, undefined>;
  /** Each object in the codec's type, whatever version of its schema wrote the file. */
  values<Read>(
    codec: Pick<Codec<Read, never>, 'name' | 'schema' | 'decode' | 'version'>,
  ): AsyncGenerator<Read, void, undefined>;
}

/**
 * Reads the header of an Avro object container file (`.avro`); the objects follow as they are asked
 * for, a block in memory at a time. Leaving the iteration lets go of the stream.
 * Source: Avro 1.12 specification, "Object Container Files".
 * @throws AvroError `AVRO_CONTAINER`, `AVRO_COMPRESSION` or `AVRO_TRUNCATED`; iterating throws
 * `AVRO_SYNC` and whatever decoding an object can throw.
 */
export async function readContainer(
  bytes: ByteChunks,
  options: ReadContainerOptions = {},
): Promise<ContainerFile> {
  const stream = new ByteStream(bytes);
  try {
    return await openContainer(stream, options);
  } catch (error) {
    await stream.close();
    throw error;
  }
}

async function openContainer(
  stream: ByteStream,
  options: ReadContainerOptions,
): Promise<ContainerFile> {
  const metadata = await readHeader(stream);
  const text = (key: string): string | undefined => {
    const value = metadata.get(key);
    return value && Buffer.from(value).toString('utf8');
  };
  const schema = text('avro.schema');
  if (schema === undefined) throw refused('its header has no avro.schema', stream.offset);
  const codec = text('avro.codec') ?? 'null';
  const blocks = new Blocks(stream, {
    schema: readSchema(schema),
    codec: blockCodec(codec, options.codecs ?? {}),
    sync: await stream.take(SYNC_BYTES, 'the sync marker of the header'),
    maxBlockBytes: options.maxBlockBytes ?? MAX_BLOCK_BYTES,
  });
  return {
    schema,
    codec,
    metadata,
    objects: () => blocks.objects((bytes) => bytes),
    values: (codec) => blocks.objects(decoderOf(codec, schema)),
  };
}

function decoderOf<Read>(
  codec: Pick<Codec<Read, never>, 'name' | 'schema' | 'decode' | 'version'>,
  schema: string,
): Decoder<Read> {
  return codec.version(fingerprintOf(schema)) ?? resolvingDecoder(schema, codec);
}

function refused(what: string, offset: number): AvroError {
  return new AvroError('AVRO_CONTAINER', `Not a usable Avro container file: ${what}.`, { offset });
}

async function readHeader(stream: ByteStream): Promise<Map<string, Uint8Array>> {
  const magic = await stream.peek(MAGIC.length);
  if (magic.length < MAGIC.length || MAGIC.some((byte, i) => magic[i] !== byte)) {
    throw refused('it does not start with "Obj" and 1', 0);
  }
  await stream.take(MAGIC.length, 'the header');
  const metadata = new Map<string, Uint8Array>();
  const bytes = async (what: string): Promise<Uint8Array> => {
    const length = await stream.long(`length of ${what}`);
    if (length < 0n || length > MAX_HEADER_BYTES - stream.offset) {
      throw refused(`its header is damaged or over ${MAX_HEADER_BYTES} bytes`, stream.offset);
    }
    return stream.take(Number(length), what);
  };
  for (;;) {
    let count = await stream.long('number of metadata entries');
    if (count === 0n) return metadata;
    // A negative count is followed by the size of the block, which nothing here needs.
    if (count < 0n) {
      count = -count;
      await stream.long('size of the metadata');
    }
    if (count > MAX_METADATA_ENTRIES - metadata.size) {
      throw refused(`its header has over ${MAX_METADATA_ENTRIES} metadata entries`, stream.offset);
    }
    for (; count > 0n; count--) {
      const key = Buffer.from(await bytes('a metadata key')).toString('utf8');
      metadata.set(key, await bytes('a metadata value'));
    }
  }
}

interface BlockFormat {
  readonly schema: Schema;
  readonly codec: BlockCodec;
  readonly sync: Uint8Array;
  readonly maxBlockBytes: number;
}

class Blocks {
  private readonly stream: ByteStream;
  private readonly format: BlockFormat;
  private readonly skip: Skip;
  private readonly least: number;
  /** Most objects without bytes in a block. */
  private readonly mostEmpty: number;
  /** Blocks begun so far, for messages. */
  private block = 0;

  constructor(stream: ByteStream, format: BlockFormat) {
    this.stream = stream;
    this.format = format;
    this.skip = skipper(format.schema);
    this.least = minimumBytes(format.schema);
    this.mostEmpty = mostEmptyObjects(format.schema);
  }

  async *objects<T>(decode: (bytes: Uint8Array) => T): AsyncGenerator<T, void, undefined> {
    try {
      while (!(await this.stream.ended())) {
        this.block++;
        const { count, bytes } = await this.next();
        const block = copyOf(bytes);
        let at = 0;
        for (let number = 1; number <= count; number++) {
          const object = this.object(block, bytes.subarray(at), { at, number });
          at += object.length;
          yield this.named(number, () => decode(object));
        }
        if (at !== bytes.length) {
          throw this.error(
            'AVRO_TRAILING_BYTES',
            `has ${bytes.length - at} bytes after its last object`,
          );
        }
      }
    } finally {
      await this.stream.close();
    }
  }

  /** The bytes of an object, found by passing over it. */
  private object(
    block: Memory,
    rest: Uint8Array,
    { at, number }: { at: number; number: number },
  ): Uint8Array {
    const size = this.named(number, () => {
      try {
        return readPart(block, { from: at, to: at + rest.length }, () => {
          this.skip();
          return offset();
        });
      } catch (error) {
        throw located(error, { schema: this.format.schema, bytes: rest });
      }
    });
    return rest.subarray(0, size);
  }

  /** Says in the error which object it was. */
  private named<T>(number: number, run: () => T): T {
    try {
      return run();
    } catch (cause) {
      if (!(cause instanceof AvroError)) throw cause;
      const { code, schema, path, offset, expected, actual } = cause;
      const message = `Object ${number} in block ${this.block} of the container file: ${cause.message}`;
      throw new AvroError(code, message, { schema, path, offset, expected, actual, cause });
    }
  }

  /** The next block, decompressed. */
  private async next(): Promise<{ count: number; bytes: Uint8Array }> {
    const { stream, format } = this;
    const count = await stream.long('number of objects in a block');
    const size = await stream.long('size of a block');
    if (count < 0n || size < 0n) {
      throw this.error('AVRO_LENGTH', 'has a negative number of objects or bytes');
    }
    if (size > format.maxBlockBytes) throw this.tooLarge();
    const stored = await stream.take(Number(size), `block ${this.block}`);
    const sync = await stream.take(SYNC_BYTES, `the sync marker of block ${this.block}`);
    if (format.sync.some((byte, i) => sync[i] !== byte)) {
      throw this.error(
        'AVRO_SYNC',
        'does not end with the sync marker of the header: bytes are missing or damaged before here, or this is another file',
      );
    }
    const bytes = await this.decompress(stored);
    const most = this.least > 0 ? Math.floor(bytes.length / this.least) : this.mostEmpty;
    if (count > most) {
      const code = this.least > 0 ? 'AVRO_LENGTH' : 'AVRO_LIMIT';
      throw this.error(code, `says it has ${count} objects, and can have at most ${most}`);
    }
    return { count: Number(count), bytes };
  }

  private async decompress(stored: Uint8Array): Promise<Uint8Array> {
    const { codec, maxBlockBytes } = this.format;
    let bytes: Uint8Array;
    try {
      bytes = await codec.decompress(stored, maxBlockBytes);
    } catch (cause) {
      const isTooLarge =
        typeof cause === 'object' &&
        cause !== null &&
        'code' in cause &&
        cause.code === 'ERR_BUFFER_TOO_LARGE';
      if (isTooLarge) throw this.tooLarge();
      throw this.error('AVRO_COMPRESSION', 'cannot be decompressed', cause);
    }
    // A codec from outside may not have looked.
    if (bytes.length > maxBlockBytes) throw this.tooLarge();
    return bytes;
  }

  private tooLarge(): AvroError {
    return this.error(
      'AVRO_LIMIT',
      `has over ${this.format.maxBlockBytes} bytes. Give a larger maxBlockBytes if the file can be trusted`,
    );
  }

  private error(code: AvroError['code'], what: string, cause?: unknown): AvroError {
    const { offset } = this.stream;
    return new AvroError(
      code,
      `Block ${this.block} of the container file, which ends near byte ${offset}, ${what}.`,
      { offset, cause },
    );
  }
}
