import {
  type KeyFormat,
  type KeyOf,
  type Registry,
  type Topic,
  writerDecoders,
} from '../runtime/index.js';
import { ConsumerError } from './errors.js';
import type { KafkaEventRecord } from './event.js';
import { type AvroPart, openPart } from './open-record.js';
import { PartDecoders } from './part-decoders.js';
import { headersOf, identityOf, partBytes, recordId } from './read-event.js';
import type { ConsumedRecord } from './record.js';
import { type DecodedParts, decodeParts, partValue } from './schema-decoders.js';
import type { SchemaRequests } from './schema-requests.js';

/** Handles one record; the next of its partition waits for the promise. */
export type RecordHandler<Read, Key> = (
  value: Read,
  record: ConsumedRecord<Read, Key>,
) => void | Promise<void>;

/** Handles one record without a value, which on a compacted topic deletes its key. */
export type TombstoneHandler<Key> = (
  key: Key,
  record: ConsumedRecord<null, Key>,
) => void | Promise<void>;

/** For topics that carry tombstones. */
export interface TopicHandlers<Read, Key> {
  readonly record: RecordHandler<Read, Key>;
  readonly tombstone: TombstoneHandler<Key>;
}

/** One topic and its handler: what {@link on} gives and `createHandler` takes. */
export interface Route {
  readonly topic: string;
  /** Called once, when the handler's registry is there. */
  bind(registry: Registry): TopicDecoder;
}

/** Decodes the records of one topic in one event, in the order given. */
export type TopicDecoder = (
  records: readonly KafkaEventRecord[],
  requests: SchemaRequests,
) => Promise<readonly DecodedRecord[]>;

/** A record that is ready for its handler, or the reason why it never will be. */
export type DecodedRecord =
  | { readonly record: KafkaEventRecord; deliver(): void | Promise<void> }
  | { readonly record: KafkaEventRecord; readonly error: ConsumerError };

/**
 * Says who handles a topic's records, typed by the generated topic. Given one function, a
 * tombstone is a failure (`TOMBSTONE`), since that function cannot take it.
 *
 * @example on(userClicksAvro, async (click, record) => { await save(click.user_id, record.id) })
 */
export function on<Read, Key extends KeyFormat<unknown, never>>(
  topic: Topic<Read, never, Key>,
  handler: RecordHandler<Read, KeyOf<Key>> | TopicHandlers<Read, KeyOf<Key>>,
): Route {
  return {
    topic: topic.name,
    bind: (registry) => {
      const reader = topicReader(topic, handler, registry);
      return (records, requests) => decodeTopic(reader, records, requests);
    },
  };
}

interface TopicReader<Read, Key> {
  readonly values: PartDecoders<Read>;
  /** Only where keys are Avro. */
  readonly keys: PartDecoders<unknown> | undefined;
  readonly keyFormat: KeyFormat<unknown, never>;
  readonly onRecord: RecordHandler<Read, Key>;
  readonly onTombstone: TombstoneHandler<Key> | undefined;
}

function topicReader<Read, Key extends KeyFormat<unknown, never>>(
  topic: Topic<Read, never, Key>,
  handler: RecordHandler<Read, KeyOf<Key>> | TopicHandlers<Read, KeyOf<Key>>,
  registry: Registry,
): TopicReader<Read, KeyOf<Key>> {
  const keyFormat: KeyFormat<unknown, never> = topic.key;
  const keys = typeof keyFormat === 'string' ? undefined : writerDecoders(keyFormat, registry);
  return {
    values: new PartDecoders(writerDecoders(topic.value, registry)),
    keys: keys && new PartDecoders(keys),
    keyFormat,
    onRecord: typeof handler === 'function' ? handler : handler.record,
    onTombstone: typeof handler === 'function' ? undefined : handler.tombstone,
  };
}

/** A record whose schema ids are known and whose bytes are not decoded yet. */
interface OpenedRecord {
  readonly record: KafkaEventRecord;
  readonly key: AvroPart | null;
  readonly value: AvroPart | null;
}

interface DecodedBatch<Read> {
  readonly values: DecodedParts<Read>;
  readonly keys: DecodedParts<unknown>;
}

async function decodeTopic<Read, Key>(
  reader: TopicReader<Read, Key>,
  records: readonly KafkaEventRecord[],
  requests: SchemaRequests,
): Promise<readonly DecodedRecord[]> {
  const opened = records.map((record) => settle(record, () => openRecord(reader, record)));
  const sound = opened.filter((entry) => 'done' in entry).map((entry) => entry.done);
  const values = sound.map(({ value }) => value);
  const keys = sound.map(({ key }) => key);
  const batch: DecodedBatch<Read> = {
    values: await decodeParts(values, reader.values, requests),
    keys: reader.keys ? await decodeParts(keys, reader.keys, requests) : new Map(),
  };
  return opened.map((entry) => {
    if ('error' in entry) return entry;
    const { record } = entry;
    const decoded = settle(record, () => delivery(reader, batch, entry.done));
    return 'error' in decoded ? decoded : { record, deliver: decoded.done };
  });
}

function openRecord<Read, Key>(
  { keys, onTombstone }: TopicReader<Read, Key>,
  record: KafkaEventRecord,
): OpenedRecord {
  const value = openPart(record, 'value');
  if (value === null && onTombstone === undefined) throw unexpectedTombstone(record);
  return { record, key: keys ? openPart(record, 'key') : null, value };
}

/** What of the record was decoded, in a function that calls the handler with it. */
function delivery<Read, Key>(
  reader: TopicReader<Read, Key>,
  batch: DecodedBatch<Read>,
  opened: OpenedRecord,
): () => void | Promise<void> {
  const { record, value } = opened;
  const base = {
    id: recordId(record),
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    timestamp: new Date(record.timestamp),
    timestampType: record.timestampType,
    // Safe: KeyOf maps the format to what decodeKey gives for it, and Key is KeyOf of keyFormat.
    key: decodeKey(reader.keyFormat, batch.keys, opened) as Key,
    headers: headersOf(record),
    schemaId: value?.schemaId,
  };
  if (value === null) {
    const { onTombstone } = reader;
    if (onTombstone === undefined) throw unexpectedTombstone(record);
    return () => onTombstone(base.key, { ...base, value: null });
  }
  const decoded = partValue(batch.values, value, { record, part: 'value' });
  return () => reader.onRecord(decoded, { ...base, value: decoded });
}

function decodeKey(
  format: KeyFormat<unknown, never>,
  keys: DecodedParts<unknown>,
  { record, key }: OpenedRecord,
): unknown {
  if (format === 'none') return null;
  if (format === 'string') return keyText(record);
  return key === null ? null : partValue(keys, key, { record, part: 'key' });
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function keyText(record: KafkaEventRecord): string | null {
  const bytes = partBytes(record, 'key');
  if (bytes === null) return null;
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

function unexpectedTombstone(record: KafkaEventRecord): ConsumerError {
  return new ConsumerError(
    'TOMBSTONE',
    `${recordId(record)} has no value, and the handler of its topic takes none: ` +
      'give on() { record, tombstone } to handle both.',
    { ...identityOf(record), part: 'value' },
  );
}

type Settled<Done> =
  | { readonly record: KafkaEventRecord; readonly done: Done }
  | { readonly record: KafkaEventRecord; readonly error: ConsumerError };

/** Failures of one record stay with that record; a mistake in this room is not one of them. */
function settle<Done>(record: KafkaEventRecord, work: () => Done): Settled<Done> {
  try {
    return { record, done: work() };
  } catch (error) {
    if (error instanceof ConsumerError) return { record, error };
    throw error;
  }
}
