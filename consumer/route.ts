import { type AnyTopic, type Registry, typeDecoders, writerDecoders } from '../runtime/index.js';
import { ConsumerError } from './errors.js';
import type { KafkaEventRecord } from './event.js';
import type { Logger } from './logger.js';
import { type AvroPart, openPart, writtenWith } from './open-record.js';
import { PartDecoders } from './part-decoders.js';
import { headersOf, identityOf, recordId } from './read-event.js';
import { type DecodedParts, decodeParts, partValue } from './schema-decoders.js';
import type { SchemaRequests } from './schema-requests.js';
import { SeenVersions } from './seen-versions.js';
import { type Handling, handlingOf, type TopicHandler } from './topic-handlers.js';
import { type TopicKeys, topicKeys } from './topic-keys.js';

/** One topic and its handler: what {@link on} gives and `createHandler` takes. */
export interface Route {
  readonly topic: string;
  /** Called once, when the handler's registry is there. @param logger is told of versions that come first */
  bind(registry: Registry, logger?: Logger): TopicDecoder;
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
 * tombstone is a failure (`TOMBSTONE`), since that function cannot take it. A topic of several types
 * takes a function for the union of them, or one for each.
 *
 * @throws ConsumerError `CONFIG` when a type has no function
 * @example on(userClicksAvro, async (click, record) => { await save(click.user_id, record.id) })
 * @example on(customers, { cases: { Created: (created) => {}, Deleted: (deleted) => {} } })
 */
export function on<T extends AnyTopic>(topic: T, handler: TopicHandler<T>): Route {
  const handling = handlingOf(topic, handler);
  return {
    topic: topic.name,
    bind: (registry, logger) => {
      const reader = topicReader(topic, handling, { registry, logger });
      return (records, requests) => decodeTopic(reader, records, requests);
    },
  };
}

interface TopicReader extends Handling {
  readonly values: PartDecoders<unknown>;
  readonly keys: TopicKeys;
  readonly versions: SeenVersions;
}

function topicReader(
  topic: AnyTopic,
  handling: Handling,
  { registry, logger }: { registry: Registry; logger: Logger | undefined },
): TopicReader {
  const values =
    'types' in topic ? typeDecoders(topic.types, registry) : writerDecoders(topic.value, registry);
  return {
    values: new PartDecoders<unknown>(values),
    keys: topicKeys(topic.key, registry),
    versions: new SeenVersions(topic, { registry, logger }),
    ...handling,
  };
}

/** A record whose schema ids are known and whose bytes are not decoded yet. */
interface OpenedRecord {
  readonly record: KafkaEventRecord;
  readonly key: AvroPart | null;
  readonly value: AvroPart | null;
}

interface DecodedBatch {
  readonly values: DecodedParts<unknown>;
  readonly keys: DecodedParts<unknown>;
}

async function decodeTopic(
  reader: TopicReader,
  records: readonly KafkaEventRecord[],
  requests: SchemaRequests,
): Promise<readonly DecodedRecord[]> {
  const opened = records.map((record) => settle(record, () => openRecord(reader, record)));
  const sound = opened.filter((entry) => 'done' in entry).map((entry) => entry.done);
  const values = sound.map(({ value }) => value);
  const keys = sound.map(({ key }) => key);
  const { decoders } = reader.keys;
  const batch: DecodedBatch = {
    values: await decodeParts(values, reader.values, requests),
    keys: decoders ? await decodeParts(keys, decoders, requests) : new Map(),
  };
  return opened.map((entry) => {
    if ('error' in entry) return entry;
    const { record } = entry;
    const decoded = settle(record, () => delivery(reader, batch, entry.done));
    return 'error' in decoded ? decoded : { record, deliver: decoded.done };
  });
}

function openRecord({ keys, onTombstone }: TopicReader, record: KafkaEventRecord): OpenedRecord {
  const value = openPart(record, 'value');
  if (value === null && onTombstone === undefined) throw unexpectedTombstone(record);
  return { record, key: keys.open(record), value };
}

/** What of the record was decoded, in a function that calls the handler with it. */
function delivery(
  reader: TopicReader,
  batch: DecodedBatch,
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
    key: reader.keys.read(record, opened.key, batch.keys),
    headers: headersOf(record),
    ...writtenWith(value),
    writerVersion: value === null ? undefined : reader.versions.of(value.schemaId),
  };
  if (value === null) {
    const { onTombstone } = reader;
    if (onTombstone === undefined) throw unexpectedTombstone(record);
    return () => onTombstone(base.key, { ...base, value: null });
  }
  const decoded = partValue(batch.values, value, { record, part: 'value' });
  return () => reader.onRecord(decoded, { ...base, value: decoded });
}

function unexpectedTombstone(record: KafkaEventRecord): ConsumerError {
  return new ConsumerError(
    'TOMBSTONE',
    `${recordId(record)} has no value, and the handler of its topic takes none: ` +
      'give on() { record, tombstone }, or a tombstone beside its cases, to handle both.',
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
