import { schemaOf, type WriterDecoders, writerDecoders } from '../runtime/codec/decoders.js';
import type { KeyFormat } from '../runtime/codec/topic.js';
import type { Registry } from '../runtime/registry/client.js';
import { FRAME_BYTES, MAGIC } from '../runtime/wire/frame.js';
import { nameOfSchemaId } from '../runtime/wire/schema-id.js';
import { SHORT_UTF8, shortUtf8 } from '../runtime/wire/short-text.js';
import { ConsumerError } from './errors.js';
import { type IncomingRecord, identityOf, recordId } from './incoming-record.js';
import { type AvroPart, openPart, writtenWith } from './open-record.js';
import { PartDecoders } from './part-decoders.js';
import { partValue, Undecoded } from './schema-decoders.js';
import { isPassing } from './schema-requests.js';

/** The keys of one topic, in its format. */
export interface TopicKeys {
  /** Only where keys may have schemas. */
  readonly decoders?: PartDecoders<unknown> | undefined;
  /** What of a key its decoders are asked about, if anything. @throws ConsumerError */
  open(record: IncomingRecord): AvroPart | null;
  /** The key as its handler gets it. @param decoded of what was opened, if anything was @throws ConsumerError */
  read(record: IncomingRecord, opened: AvroPart | null, decoded: unknown): unknown;
}

export function topicKeys(format: KeyFormat<unknown, never>, registry: Registry): TopicKeys {
  if (format === 'none') return { open: () => null, read: () => null };
  if (format === 'bytes') return { open: () => null, read: bytesOf };
  if (format === 'string') return textKeys(registry);
  return {
    decoders: new PartDecoders(writerDecoders(format, registry)),
    open: (record) => openPart(record, 'key'),
    read: (record, opened, decoded) =>
      opened && partValue(decoded, opened, { record, part: 'key' }),
  };
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
    open: openFrameLike,
    read(record, opened, decoded) {
      if (opened === null) return textOf(record);
      if (!(decoded instanceof Undecoded)) throw avroKey(record, opened, `${decoded}`);
      return isPassing(decoded.cause) || saysAvro(record)
        ? partValue(decoded, opened, { record, part: 'key' })
        : textOf(record);
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

/** A key that the record says to be Avro, or that may have a frame. */
function openFrameLike(record: IncomingRecord): AvroPart | null {
  if (saysAvro(record)) return openPart(record, 'key');
  // Of another format, and its frame is off.
  if (record.metadata('key') !== undefined) return null;
  if (!record.keyMayBeFramed()) return null;
  const bytes = record.bytes('key');
  const isFrameLike = bytes !== null && bytes.length >= FRAME_BYTES && bytes[0] === MAGIC;
  return isFrameLike ? openPart(record, 'key') : null;
}

/** Whether a schema stands in the key's header, or the event source mapping took one off. */
function saysAvro(record: IncomingRecord): boolean {
  if (record.schemaHeader('key')) return true;
  const metadata = record.metadata('key');
  return metadata !== undefined && (metadata.dataFormat ?? 'AVRO').toUpperCase() === 'AVRO';
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(record: IncomingRecord): string | null {
  const bytes = record.bytes('key');
  if (bytes === null) return null;
  if (bytes.length <= SHORT_UTF8) {
    const text = shortUtf8(bytes, 0, bytes.length);
    if (text !== undefined) return text;
  }
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

function avroKey(record: IncomingRecord, opened: AvroPart, format: string) {
  return new ConsumerError(
    'KEY_FORMAT',
    `The key of ${recordId(record)} is no text, as tavro.json says: it comes with schema ` +
      `${nameOfSchemaId(opened.schemaId)}, which the registry knows. Write "key": ${format} for topic "${record.topic}" in ` +
      'tavro.json, and run `npx tavro codegen`.',
    { ...identityOf(record), part: 'key', ...writtenWith(opened.schemaId) },
  );
}
