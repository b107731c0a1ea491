import type { AvroError } from '../errors.js';
import { layoutOf } from '../schema/layout.js';
import { locate } from '../schema/locate.js';
import { placed } from '../schema/located-error.js';
import type { Schema } from '../schema/schema.js';
import type { Codec, KnownIds } from './codec.js';
import { type BatchDecoder, createDecoder } from './create-decoder.js';
import { type Encoding, encodingOf } from './encoding.js';

/** What generated code gives to {@link createCodec}. */
export interface CodecParts<Read, Write> {
  /** Full name. */
  readonly name: string;
  /**
   * Avro schema of this type alone. Of one that mentions other named types the pieces of its text,
   * with the full name of such a type between each two.
   */
  readonly schema: string | readonly string[];
  /** Codecs of the named types that {@link schema} mentions; a function, since types may be cyclic. */
  readonly references?: () => readonly { readonly name: string; readonly parts: SchemaParts }[];
  readonly fingerprint: string;
  readonly write: (value: Write) => void;
  readonly read: () => Read;
  /** Writer fingerprint -> what reads data of that older version; a function, since files are cyclic. */
  readonly versions?: () => { readonly [fingerprint: string]: () => Read };
  readonly knownIds?: KnownIds;
}

/** A type's own schema and those it mentions. */
export type SchemaParts = Pick<CodecParts<unknown, unknown>, 'schema' | 'references'>;

/** A codec as generated code exports it. */
export interface GeneratedCodec<Read, Write> extends Codec<Read, Write> {
  readonly parts: SchemaParts;
}

/** Makes a codec of generated read and write functions. Called once per generated type. */
export function createCodec<Read, Write>(
  parts: CodecParts<Read, Write>,
): GeneratedCodec<Read, Write> {
  return codecOf(parts, encodingOf(parts));
}

/** A codec that reads by `parts`, and writes by `encoding`. */
export function codecOf<Read, Write>(
  parts: CodecParts<Read, Write>,
  encoding: Encoding<Write>,
): GeneratedCodec<Read, Write> {
  let schema: string | undefined;
  let parsed: Schema | undefined;
  // Parsed when a message first fails, and kept: damaged messages come in numbers.
  const layout = (): Schema => {
    parsed ??= layoutOf(codec.schema);
    return parsed;
  };
  const decoder = (read: () => Read, isOwn: boolean): BatchDecoder<Read> =>
    createDecoder(read, (error, at) => failure(error, { codec, isOwn, layout, ...at }));
  const decode = decoder(parts.read, true);
  const codec: GeneratedCodec<Read, Write> = {
    ...encoding,
    parts,
    fingerprint: parts.fingerprint,
    knownIds: parts.knownIds ?? {},
    read: parts.read,
    get schema() {
      schema ??= selfContained(parts, new Set([parts.name]));
      return schema;
    },
    decode,
    decodeBatch: decode.batch,
    version(fingerprint) {
      if (fingerprint === parts.fingerprint) return decode;
      const read = new Map(Object.entries(parts.versions?.() ?? {})).get(fingerprint);
      return read && decoder(read, false);
    },
  };
  return codec;
}

function failure(
  error: AvroError,
  at: {
    codec: Codec<unknown, never>;
    layout: () => Schema;
    bytes: Uint8Array;
    offset: number;
    isOwn: boolean;
  },
): AvroError {
  // The layout of an older version is not kept: its errors have an offset, not a path.
  const path = at.isOwn ? locate(at.layout(), at.bytes, at.offset) : undefined;
  return placed(error, { schema: at.codec.name, path, offset: at.offset });
}

/** Puts each mentioned type's definition at its first mention. */
function selfContained({ schema, references }: SchemaParts, defined: Set<string>): string {
  if (typeof schema === 'string') return schema;
  const mentioned = new Map(references?.().map(({ name, parts }) => [name, parts]));
  return schema
    .map((piece, i) => {
      if (i % 2 === 0) return piece;
      const parts = mentioned.get(piece);
      if (parts === undefined || defined.has(piece)) return JSON.stringify(piece);
      defined.add(piece);
      return selfContained(parts, defined);
    })
    .join('');
}
