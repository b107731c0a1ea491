/** What was sent, as a consumer would read it. */
import type { RecordHeader } from '../../consumer/index.js';
import type { RawTopic, SendableTopic } from '../../producer/index.js';
import { keptDecoders } from '../../runtime/codec/decoders.js';
import { typeName } from '../../runtime/codec/unknown-type.js';
import { writerDecoder } from '../../runtime/codec/unknown-writer.js';
import {
  type AnyTopic,
  AvroError,
  type Codec,
  type Decoder,
  type KeyFormat,
  type KeyOf,
  type Registry,
  readSchemaId,
  SCHEMA_ID_HEADERS,
  type SchemaId,
  type ValueOf,
} from '../../runtime/index.js';
import { readSchema } from '../../runtime/schema/schema.js';
import { nameOfSchemaId, openFrame } from '../../runtime/wire/schema-id.js';
import type { StoredRecord, TopicPartition } from '../memory/index.js';
import type { KafkaRecordInput } from '../msk-event.js';

/** A message that the broker has. */
export interface SentMessage<T extends SendableTopic> {
  readonly key: KeyOf<T['key']>;
  /** null is a tombstone. */
  readonly value: SentValue<T> | null;
  /** In the order given; a name may occur more than once. */
  readonly headers: readonly SentHeader[];
  readonly partition: number;
  readonly offset: bigint;
  readonly timestamp: Date;
  /** The same as Kafka has it, key and value in bytes: what `mskEvent` takes. */
  readonly record: KafkaRecordInput;
}

export type SentValue<T extends SendableTopic> = T extends RawTopic
  ? Uint8Array
  : T extends AnyTopic
    ? ValueOf<T>
    : never;

/** A header in bytes, as consumers have it, and as text. */
export interface SentHeader extends RecordHeader {
  /** The value read as UTF-8. */
  readonly text: string;
}

/** A record and where it lies. */
export interface Located extends TopicPartition {
  readonly stored: StoredRecord;
}

/** What ids stand for: the schemas that were asked for by a producer, and those of generated code. */
export interface KnownSchemas {
  readonly registry: Registry;
  readonly byId: ReadonlyMap<SchemaId, string>;
}

/** @throws AvroError where the topic's code cannot read what was sent, as of another topic */
export function sentMessage<T extends SendableTopic>(
  topic: T,
  { stored, partition }: Located,
  schemas: KnownSchemas,
): SentMessage<T> {
  const headers = stored.headers.map(
    ([name, value]): SentHeader => ({ name, value, text: textOf(value) }),
  );
  const open = (part: 'key' | 'value', bytes: Uint8Array): Opened => {
    const said = headers.findLast(({ name }) => name === SCHEMA_ID_HEADERS[part])?.value;
    return said ? { schemaId: readSchemaId(said), body: bytes } : openFrame(bytes);
  };
  const { offset, timestampMs, timestampType } = stored;
  const timestamp = new Date(timestampMs);
  const bytes = { key: stored.key, value: stored.value, headers: stored.headers };
  return {
    // Safe: read in the topic's own format, and by its own codecs.
    key: readKey(topic.key, stored.key, { open, schemas }) as KeyOf<T['key']>,
    value: readValue(topic, stored.value, { open, schemas }) as SentValue<T> | null,
    headers,
    partition,
    offset,
    timestamp,
    record: { topic: topic.name, partition, offset, timestamp, timestampType, ...bytes },
  };
}

interface Opened {
  readonly schemaId: SchemaId;
  readonly body: Uint8Array;
}

interface Reading {
  open(part: 'key' | 'value', bytes: Uint8Array): Opened;
  readonly schemas: KnownSchemas;
}

function readKey(
  format: KeyFormat<unknown, never>,
  bytes: Uint8Array | null,
  { open, schemas }: Reading,
): unknown {
  if (bytes === null || format === 'none') return null;
  if (format === 'string') return textOf(bytes);
  if (format === 'bytes') return bytes;
  const { schemaId, body } = open('key', bytes);
  return decoderOf(format, schemaId, schemas)(body);
}

function readValue(topic: SendableTopic, bytes: Uint8Array | null, reading: Reading): unknown {
  if (bytes === null || ('value' in topic && topic.value === 'bytes')) return bytes;
  const { open, schemas } = reading;
  const { schemaId, body } = open('value', bytes);
  if ('value' in topic) return decoderOf(topic.value, schemaId, schemas)(body);
  const { types } = topic;
  const name = caseOf(types, schemaId, schemas);
  const type = types[name];
  if (type === undefined) throw unknownId(schemaId);
  return { case: name, value: decoderOf(type.codec, schemaId, schemas)(body) };
}

type Types = Readonly<Record<string, { readonly codec: Codec<unknown, never> }>>;

/** The case that was written: by the id that its code knows, or by the name of the schema. */
function caseOf(types: Types, id: SchemaId, { registry, byId }: KnownSchemas): string {
  const text = byId.get(id);
  const written = text === undefined ? undefined : typeName(readSchema(text));
  const found = Object.entries(types).find(([, { codec }]) =>
    written === undefined
      ? codec.knownIds[registry.url]?.[id] !== undefined
      : codec.name === written,
  );
  return found?.[0] ?? '';
}

function decoderOf(
  codec: Codec<unknown, never>,
  id: SchemaId,
  { registry, byId }: KnownSchemas,
): Decoder<unknown> {
  const known = keptDecoders(codec, registry).get(id);
  if (known !== undefined) return known;
  const schema = byId.get(id);
  if (schema === undefined) throw unknownId(id);
  return schema === codec.schema ? codec.decode : writerDecoder({ schema }, codec);
}

function unknownId(id: SchemaId): AvroError {
  return new AvroError(
    'AVRO_SCHEMA',
    `Nothing was sent with a schema of ${nameOfSchemaId(id)} that this topic's code has: ` +
      'give sent() the topic that was sent to.',
  );
}

function textOf(bytes: Uint8Array | null): string {
  return bytes === null ? '' : new TextDecoder().decode(bytes);
}
