import { canonicalForm, crc64 } from './canonical.js';
import type { Codec, Decoder, KnownIds } from './codec.js';
import { AvroError } from './errors.js';
import { explain } from './explain.js';
import { locate } from './locate.js';
import { Reader } from './reader.js';
import { readSchema } from './schema.js';
import { Writer } from './writer.js';

/** What generated code gives to {@link createCodec}. */
export interface CodecParts<Read, Write> {
  /** Full name. */
  readonly name: string;
  /** Avro schema of this type alone: other named types stand in it by full name. */
  readonly schema: string;
  /** Codecs of the named types that {@link schema} mentions; a function, since types may be cyclic. */
  readonly references?: () => readonly { readonly name: string; readonly parts: SchemaParts }[];
  readonly fingerprint: string;
  readonly write: (writer: Writer, value: Write) => void;
  readonly read: (reader: Reader) => Read;
  /** Writer fingerprint -> what reads data of that older version. */
  readonly versions?: { readonly [fingerprint: string]: (reader: Reader) => Read };
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
  let schema: string | undefined;
  const decoder = (read: (reader: Reader) => Read, isOwn: boolean): Decoder<Read> => {
    return (bytes) => decodeWith(read, bytes, (error) => failure(error, { codec, bytes, isOwn }));
  };
  const codec: GeneratedCodec<Read, Write> = {
    name: parts.name,
    parts,
    fingerprint: parts.fingerprint,
    knownIds: parts.knownIds ?? {},
    write: parts.write,
    read: parts.read,
    get schema() {
      schema ??= selfContained(parts, new Set([parts.name]));
      return schema;
    },
    encode: (value) => encodeWith(codec, value, undefined),
    encodeFramed: (value, schemaId) => encodeWith(codec, value, schemaId),
    decode: decoder(parts.read, true),
    version(fingerprint) {
      if (fingerprint === parts.fingerprint) return codec.decode;
      const read = parts.versions?.[fingerprint];
      return read && decoder(read, false);
    },
  };
  return codec;
}

// Encoding and decoding are synchronous: one writer and one reader serve all codecs, except for a
// call from within a call (a getter or conversion that encodes), which gets its own.
const sharedWriter = new Writer();
const sharedReader = new Reader(new Uint8Array());
let writing = false;
let reading = false;

function encodeWith<Write>(
  codec: Codec<unknown, Write>,
  value: Write,
  schemaId: number | undefined,
): Uint8Array {
  const writer = writing ? new Writer() : sharedWriter;
  const outer = writing;
  writing = true;
  try {
    if (schemaId === undefined) writer.start();
    else writer.startFramed(schemaId);
    codec.write(writer, value);
    return writer.finish();
  } catch {
    throw explain(codec, value);
  } finally {
    writing = outer;
  }
}

function decodeWith<Read>(
  read: (reader: Reader) => Read,
  bytes: Uint8Array,
  failed: (error: AvroError) => AvroError,
): Read {
  const reader = reading ? new Reader(bytes) : sharedReader;
  const outer = reading;
  reading = true;
  try {
    reader.reset(bytes);
    const value = read(reader);
    reader.finish();
    return value;
  } catch (error) {
    throw error instanceof AvroError && error.schema === undefined ? failed(error) : error;
  } finally {
    reading = outer;
  }
}

function failure(
  error: AvroError,
  at: { codec: Codec<unknown, never>; bytes: Uint8Array; isOwn: boolean },
): AvroError {
  const { name, schema } = at.codec;
  // The layout of an older version is not kept: its errors have an offset, not a path.
  const path =
    at.isOwn && error.offset !== undefined
      ? locate(readSchema(schema), at.bytes, error.offset)
      : undefined;
  const where = path ? ` at ${path}` : '';
  return new AvroError(error.code, `${name}${where}: ${error.message} (byte ${error.offset})`, {
    schema: name,
    path,
    offset: error.offset,
    expected: error.expected,
    cause: error,
  });
}

/** Puts each mentioned type's definition at its first mention. */
function selfContained(parts: SchemaParts, defined: Set<string>): string {
  const references = new Map(parts.references?.().map((codec) => [codec.name, codec.parts]));
  if (references.size === 0) return parts.schema;
  // References are marked `{"$ref":"full.name"}` so that a name is never taken for another string.
  return parts.schema.replace(/\{"\$ref":"([^"]+)"\}/g, (_, name: string) => {
    const reference = references.get(name);
    if (reference === undefined || defined.has(name)) return JSON.stringify(name);
    defined.add(name);
    return selfContained(reference, defined);
  });
}

/** CRC-64-AVRO of the parsing canonical form of a writer's schema text, as `Codec.version` takes it. */
export function fingerprintOf(schema: string, references: readonly string[] = []): string {
  return crc64(canonicalForm(readSchema(schema, references)));
}
