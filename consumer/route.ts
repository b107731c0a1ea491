import { type AnyTopic, type Registry, typeDecoders, writerDecoders } from '../runtime/index.js';
import { Consumed } from './consumed.js';
import { ConsumerError } from './errors.js';
import { failureOf, type IncomingRecord, identityOf, recordId } from './incoming-record.js';
import type { Logger } from './logger.js';
import { type AvroPart, openPart } from './open-record.js';
import { PartDecoders } from './part-decoders.js';
import { decodeParts, partValue } from './schema-decoders.js';
import type { SchemaRequests } from './schema-requests.js';
import { SeenVersions } from './seen-versions.js';
import {
  batchHandlingOf,
  type Handling,
  handlingOf,
  type TopicBatchHandler,
  type TopicHandler,
} from './topic-handlers.js';
import { type TopicKeys, topicKeys } from './topic-keys.js';

/** One topic and its handler: what {@link on} and {@link onBatch} give, for `createHandler` and `runConsumer`. */
export interface Route {
  readonly topic: string;
  /** Called once, when the handler's registry is there. @param logger for {@link BoundRoute.decode} */
  bind(registry: Registry, logger?: Logger): BoundRoute;
}

/** A topic's decoders, and who takes what they give. */
export interface BoundRoute {
  readonly handling: Handling;
  /**
   * Decodes records of the topic; answers in the order given.
   * @param logger is told of versions that come first. @default that of {@link Route.bind}
   */
  decode(
    records: readonly IncomingRecord[],
    requests: SchemaRequests,
    logger?: Logger,
  ): Promise<readonly DecodedRecord[]>;
}

/** A record that is ready for its handler, or the reason why it never will be. */
export interface DecodedRecord {
  readonly record: IncomingRecord;
  readonly decoded: Consumed | ConsumerError;
}

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
  return route(topic, handlingOf(topic, handler));
}

/**
 * Says who handles a topic's records many at once: those of one partition that came together, in offset order, such as for one
 * write of many rows. The answer may name records that failed; each of them goes the way of `onFailure`, like one
 * that does not decode. A batch whose promise is rejected has failed as a whole, record by record.
 *
 * @example onBatch(userClicksAvro, async (records) => { await table.insert(records.map(({ value }) => value)) })
 * @example onBatch(customers, { tombstones: true, batch: async (records) => [{ record: records[0], error }] })
 */
export function onBatch<T extends AnyTopic>(topic: T, handler: TopicBatchHandler<T>): Route {
  return route(topic, batchHandlingOf(topic, handler));
}

function route(topic: AnyTopic, handling: Handling): Route {
  return {
    topic: topic.name,
    bind: (registry, logger) => {
      const reader = topicReader(topic, handling, registry);
      return {
        handling,
        decode: (records, requests, own = logger) =>
          decodeTopic(reader, records, { requests, logger: own }),
      };
    },
  };
}

interface TopicReader {
  readonly takesTombstones: boolean;
  readonly values: PartDecoders<unknown>;
  readonly keys: TopicKeys;
  readonly versions: SeenVersions;
}

function topicReader(
  topic: AnyTopic,
  { takesTombstones }: Handling,
  registry: Registry,
): TopicReader {
  const values =
    'types' in topic ? typeDecoders(topic.types, registry) : writerDecoders(topic.value, registry);
  return {
    takesTombstones,
    values: new PartDecoders<unknown>(values),
    keys: topicKeys(topic.key, registry),
    versions: new SeenVersions(topic, registry),
  };
}

/** A record's parts before their bytes are decoded. */
interface OpenedRecord {
  readonly key: AvroPart | null;
  readonly value: AvroPart | null;
}

async function decodeTopic(
  reader: TopicReader,
  records: readonly IncomingRecord[],
  { requests, logger }: { requests: SchemaRequests; logger: Logger | undefined },
): Promise<readonly DecodedRecord[]> {
  const opened = records.map((record) => opening(reader, record));
  const values = await decodeParts(
    opened.map((one) => (one instanceof ConsumerError ? null : one.value)),
    reader.values,
    requests,
  );
  const { decoders } = reader.keys;
  const keys = decoders
    ? await decodeParts(
        opened.map((one) => (one instanceof ConsumerError ? null : one.key)),
        decoders,
        requests,
      )
    : [];
  return records.map((record, place) => {
    // Safe: as many were opened as there are records.
    const found = opened[place] as OpenedRecord | ConsumerError;
    if (found instanceof ConsumerError) return { record, decoded: found };
    const parts = { opened: found, value: values[place], key: keys[place], logger };
    return { record, decoded: attempt(() => consumed(reader, record, parts)) };
  });
}

function opening(reader: TopicReader, record: IncomingRecord): OpenedRecord | ConsumerError {
  try {
    return openRecord(reader, record);
  } catch (error) {
    return failureOf(error);
  }
}

function openRecord({ keys, takesTombstones }: TopicReader, record: IncomingRecord): OpenedRecord {
  const value = openPart(record, 'value');
  if (value === null && !takesTombstones) throw unexpectedTombstone(record);
  return { key: keys.open(record), value };
}

interface ReadParts {
  readonly opened: OpenedRecord;
  readonly value: unknown;
  readonly key: unknown;
  readonly logger: Logger | undefined;
}

function consumed(reader: TopicReader, record: IncomingRecord, parts: ReadParts): Consumed {
  const { value: opened, key } = parts.opened;
  const writerVersion = opened ? reader.versions.of(opened, record, parts.logger) : undefined;
  const at = { record, part: 'value', writerVersion } as const;
  return new Consumed(record, {
    key: reader.keys.read(record, key, parts.key),
    value: opened && partValue(parts.value, opened, at),
    opened,
    writerVersion,
  });
}

function unexpectedTombstone(record: IncomingRecord): ConsumerError {
  return new ConsumerError(
    'TOMBSTONE',
    `${recordId(record)} has no value, and the handler of its topic takes none: ` +
      'give on() { record, tombstone }, or a tombstone beside its cases, to handle both.',
    { ...identityOf(record), part: 'value' },
  );
}

/** Failures of one record stay with that record; a mistake in this room is not one of them. */
function attempt<Done>(work: () => Done): Done | ConsumerError {
  try {
    return work();
  } catch (error) {
    return failureOf(error);
  }
}
