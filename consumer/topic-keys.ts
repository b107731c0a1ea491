import { schemaOf, type WriterDecoders, writerDecoders } from '../runtime/codec/decoders.js';
import type { KeyFormat } from '../runtime/codec/topic.js';
import type { Registry } from '../runtime/registry/client.js';
import { FRAME_BYTES, MAGIC } from '../runtime/wire/frame.js';
import type { SchemaId } from '../runtime/wire/schema-id.js';
import { nameOfSchemaId } from '../runtime/wire/schema-id.js';
import { SHORT_UTF8, shortUtf8 } from '../runtime/wire/short-text.js';
import { ConsumerError } from './errors.js';
import { type IncomingRecord, identityOf, recordId } from './incoming-record.js';
import { writtenWith } from './open-record.js';
import { PartDecoders } from './part-decoders.js';
import { isUndecoded, Undecoded, undecodedError } from './schema-decoders.js';
import { isPassing } from './schema-requests.js';
import { Scratch } from './scratch.js';

/** The keys of one topic, in its format. */
export interface TopicKeys {
  /** Only where keys may have schemas. */
  readonly decoders?: PartDecoders<unknown> | undefined;
  /** Whether its decoders are asked about a record's key. @throws ConsumerError */
  mayBeAvro(record: IncomingRecord, saysSchema: boolean): boolean;
  /** The key as its handler gets it. @param asked what its decoders were asked about, if anything @throws ConsumerError */
  read(record: IncomingRecord, asked?: Asked): unknown;
}

/** A key's schema, and what its decoder gave. */
export interface Asked {
  readonly schemaId: SchemaId;
  readonly decoded: unknown;
}

export function topicKeys(format: KeyFormat<unknown, never>, registry: Registry): TopicKeys {
  if (format === 'none') return { mayBeAvro: () => false, read: () => null };
  if (format === 'bytes') return { mayBeAvro: () => false, read: bytesOf };
  if (format === 'string') return textKeys(registry);
  return {
    decoders: new PartDecoders(writerDecoders(format, registry)),
    mayBeAvro: () => true,
    read: (record, asked) => (asked === undefined ? null : keyValue(record, asked)),
  };
}

function keyValue(record: IncomingRecord, { schemaId, decoded }: Asked): unknown {
  if (isUndecoded(decoded)) throw undecodedError(decoded, { record, part: 'key', schemaId });
  return decoded;
}

/** A copy: Node's small Buffers are views of memory that they share. */
function bytesOf(record: IncomingRecord): Uint8Array | null {
  const bytes = record.bytes('key');
  return bytes && Uint8Array.from(bytes);
}

/**
 * Text may begin as a frame does, with a zero byte. Where the registry knows the schema id behind
 * it, the key is no text, and to hand it on as such would be nonsense that nobody sees. The byte is
 * no more than a guess; what a header or the mapping says of the key holds, whether it is known or not.
 */
function textKeys(registry: Registry): TopicKeys {
  return {
    decoders: new PartDecoders(formats(registry)),
    mayBeAvro: (record, saysSchema) =>
      saysSchema ? (isSaidAvro(record) ?? isFrameLike(record)) : isFrameLike(record),
    read(record, asked) {
      if (asked === undefined) return textOf(record);
      const { decoded, schemaId } = asked;
      if (!(decoded instanceof Undecoded)) throw avroKey(record, schemaId, `${decoded}`);
      const isKnown = isPassing(decoded.cause) || isSaidAvro(record) === true;
      return isKnown ? keyValue(record, asked) : textOf(record);
    },
  };
}

/** "Decodes" keys of a schema that the registry knows to what `tavro.json` calls their format. */
function formats(registry: Registry): WriterDecoders<string> {
  return {
    // The registry's client remembers schemas, and PartDecoders the ids that there are not.
    get: () => undefined,
    async load(schemaId) {
      const { keyFormatOf } = await import('./key-format.js');
      const format = await keyFormatOf(schemaOf(schemaId, registry));
      return () => format;
    },
  };
}

function isFrameLike(record: IncomingRecord): boolean {
  if (!record.keyMayBeFramed()) return false;
  const bytes = record.bytes('key');
  return bytes !== null && bytes.length >= FRAME_BYTES && bytes[0] === MAGIC;
}

/**
 * Whether the key is Avro, where the record says it: a schema stands in the key's header, or the event source mapping took
 * one off. false where that was of another format, and undefined where nothing is said.
 */
function isSaidAvro(record: IncomingRecord): boolean | undefined {
  if (record.schemaHeader('key')) return true;
  const metadata = record.metadata('key');
  return metadata && (metadata.dataFormat ?? 'AVRO').toUpperCase() === 'AVRO';
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Of one key at a time. */
const scratch = new Scratch();

function textOf(record: IncomingRecord): string | null {
  scratch.clear();
  if (!record.write('key', scratch)) {
    const unwritten = record.bytes('key');
    return unwritten && strictText(record, unwritten);
  }
  const { bytes, used } = scratch;
  if (used <= SHORT_UTF8) {
    const text = shortUtf8(bytes, 0, used);
    if (text !== undefined) return text;
  }
  const text = bytes.utf8Slice(0, used);
  // Bytes that are no text become U+FFFD.
  return text.includes('\uFFFD') ? strictText(record, bytes.subarray(0, used)) : text;
}

function strictText(record: IncomingRecord, bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new ConsumerError(
      'DECODE',
      `The key of ${recordId(record)} is not UTF-8 text: is the topic's key format "string"?`,
      { ...identityOf(record), part: 'key', avroCode: 'AVRO_UTF8', cause },
    );
  }
}

function avroKey(record: IncomingRecord, schemaId: SchemaId, format: string) {
  return new ConsumerError(
    'KEY_FORMAT',
    `The key of ${recordId(record)} is no text, as tavro.json says: it comes with schema ` +
      `${nameOfSchemaId(schemaId)}, which the registry knows. Write "key": ${format} for topic "${record.topic}" in ` +
      'tavro.json, and run `npx tavro codegen`.',
    { ...identityOf(record), part: 'key', ...writtenWith(schemaId) },
  );
}
