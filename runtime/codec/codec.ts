import { AvroError } from '../errors.js';
import type { EncodeOptions } from '../wire/encode-options.js';
import type { Rewrite } from '../wire/message.js';

/**
 * Reads and writes one named Avro type. `Read` is what decoding gives; `Write` is what encoding
 * takes (fields with a default may be left out).
 */
export interface Codec<Read, Write = Read> {
  /** Full name, such as `com.mycompany.events.UserClick`. */
  readonly name: string;
  /** Self-contained Avro schema as JSON text: named types are defined at their first use. */
  readonly schema: string;
  /** CRC-64-AVRO of the parsing canonical form: 16 hex digits, most significant first. */
  readonly fingerprint: string;
  /**
   * Encodes one value as plain Avro binary. The bytes are never written to again, but are a view of
   * memory that other messages share, as Node's small Buffers are: mind `byteOffset` with `.buffer`.
   * @throws AvroError `AVRO_VALUE`, naming every field that does not fit; nothing is written then.
   */
  encode(value: Write, options?: EncodeOptions): Uint8Array;
  /**
   * Encodes one value behind a Confluent frame: magic byte 0, then `schemaId` as 4 bytes big-endian.
   * @throws AvroError as {@link encode}; `AVRO_FRAME` for an id that is not a whole number of 32 bits.
   */
  encodeFramed(value: Write, schemaId: number, options?: EncodeOptions): Uint8Array;
  /**
   * Encodes many values into one piece of memory, faster than one by one: no view of each is made.
   * A value that does not fit has an error, and does not touch the others.
   * @throws AvroError `AVRO_FRAME` for a `schemaId` that is not a whole number of 32 bits.
   */
  encodeMany(values: readonly Write[], options?: EncodeManyOptions): EncodedMany;
  /**
   * Decodes plain Avro binary written with this codec's own schema; all bytes must be used.
   * @throws AvroError with code, path and byte offset.
   */
  readonly decode: Decoder<Read>;
  /**
   * Decodes many messages of this codec's own schema, faster than one by one. Each gets its value,
   * or the AvroError why it has none: one bad message does not touch the others.
   */
  decodeBatch(messages: readonly Uint8Array[]): (Read | AvroError)[];
  /** Appends one value to the message that is being written; for codecs that nest this one. */
  write(value: Write): void;
  /**
   * Goes over a value as {@link encode} does, but tells of each part that does not fit, and goes on;
   * nothing is kept of what is written. For errors that name all such parts.
   */
  check(
    value: Write,
    onBad: (expected: string, value: unknown) => void,
    options?: EncodeOptions,
  ): void;
  /** Reads one value of the message that is being read; for codecs that nest this one. */
  read(): Read;
  /**
   * A decoder for data written with an older version of this schema that the generator knew
   * (the lock's history), found by the writer's {@link fingerprint}; `undefined` when unknown.
   */
  version(fingerprint: string): Decoder<Read> | undefined;
  /** Schema ids known when the code was generated: registry URL -> schema id -> writer fingerprint. */
  readonly knownIds: KnownIds;
}

/** How {@link Codec.encodeMany} encodes. */
export interface EncodeManyOptions extends EncodeOptions {
  /** Puts a Confluent frame with this id before each message, as {@link Codec.encodeFramed} does. */
  readonly schemaId?: number;
}

/** Messages in one piece of memory, as {@link decodeSlices} takes them. */
export interface EncodedMany {
  /** Never written to again, but a view of memory that other messages may share: mind `byteOffset`. */
  readonly memory: Uint8Array;
  /** Where each value's message lies; of one without a message nothing lies there. */
  readonly bounds: MessageBounds;
  /** Why values have no message, `AVRO_VALUE`, by their place; empty where all have one. */
  readonly errors: ReadonlyMap<number, AvroError>;
}

/** Decodes the plain Avro binary of one writer schema into `Read`. */
export interface Decoder<Read> {
  /** @throws AvroError with code, path and byte offset. */
  (bytes: Uint8Array): Read;
  /** A decoder of messages that are rewritten to the layout of this one's first; for the resolving decoder. */
  readonly rewritten?: (rewrite: Rewrite) => (bytes: Uint8Array) => Read;
  /** Many messages at once, as {@link Codec.decodeBatch}; {@link decodeBatch} does without, too. */
  readonly batch?: (messages: readonly Uint8Array[]) => (Read | AvroError)[];
  /** Many messages that lie in one piece of memory, as {@link decodeSlices}, which does without, too. */
  readonly slices?: (memory: Uint8Array, bounds: MessageBounds) => (Read | AvroError)[];
}

/** Where messages lie in memory: that of place `i` from `bounds[2 * i]` up to, and without, `bounds[2 * i + 1]`. */
export type MessageBounds = ArrayLike<number>;

/** Decodes many messages of one writer schema: each gets its value, or the reason why it has none. */
export function decodeBatch<Read>(
  decoder: Decoder<Read>,
  messages: readonly Uint8Array[],
): (Read | AvroError)[] {
  if (decoder.batch !== undefined) return decoder.batch(messages);
  return messages.map((bytes) => {
    try {
      return decoder(bytes);
    } catch (error) {
      if (error instanceof AvroError) return error;
      throw error;
    }
  });
}

/** Decodes many messages of one writer schema that lie in one piece of memory, without a view of each. */
export function decodeSlices<Read>(
  decoder: Decoder<Read>,
  memory: Uint8Array,
  bounds: MessageBounds,
): (Read | AvroError)[] {
  if (decoder.slices !== undefined) return decoder.slices(memory, bounds);
  const messages: Uint8Array[] = [];
  for (let at = 0; at + 1 < bounds.length; at += 2)
    messages.push(memory.subarray(bounds[at], bounds[at + 1]));
  return decodeBatch(decoder, messages);
}

/** `{ "https://registry.example": { "7": "<fingerprint>" } }`; empty until something was published. */
export type KnownIds = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The type that a codec decodes to. */
export type ReadOf<C> = C extends Codec<infer Read, infer _> ? Read : never;
/** The type that a codec encodes. */
export type WriteOf<C> = C extends Codec<infer _, infer Write> ? Write : never;
