import { writerDecoders } from '../runtime/codec/decoders.js';
import type { AnyTopic } from '../runtime/codec/topic.js';
import { typeDecoders } from '../runtime/codec/type-decoders.js';
import type { Registry } from '../runtime/registry/client.js';
import { Consumed, Refused } from './consumed.js';
import { ConsumerError } from './errors.js';
import { failureOf, type IncomingRecord, identityOf, recordId } from './incoming-record.js';
import type { Logger } from './logger.js';
import { type AvroPart, openPart } from './open-record.js';
import { PartDecoders } from './part-decoders.js';
import { EventDecoders, partValue } from './schema-decoders.js';
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

/** A record that is ready for its handler, or one that never will be. */
export type DecodedRecord = Consumed | Refused;

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

/**
 * Records that are decoded together, at most: few enough that what they hold is near when it is looked
 * at again, and enough that one decoder's values come fast.
 */
const LOT_RECORDS = 128;

/** Some records of a topic before their bytes are decoded, by place. */
interface Lot {
  readonly records: readonly IncomingRecord[];
  readonly values: (AvroPart | null)[];
  readonly keys: (AvroPart | null)[];
  /** Those that cannot be opened. */
  readonly failed: Map<number, ConsumerError>;
}

async function decodeTopic(
  reader: TopicReader,
  records: readonly IncomingRecord[],
  { requests, logger }: { requests: SchemaRequests; logger: Logger | undefined },
): Promise<readonly DecodedRecord[]> {
  const values = new EventDecoders(reader.values);
  const keys = reader.keys.decoders && new EventDecoders(reader.keys.decoders);
  const decoders = { values, keys };
  const decoded: DecodedRecord[] = [];
  const waiting: Lot[] = [];
  for (let from = 0; from < records.length; from += LOT_RECORDS) {
    const lot = open(reader, records.slice(from, from + LOT_RECORDS));
    // Both are looked at, so that what is missing is asked for together.
    const [hasValues, hasKeys] = [values.has(lot.values), keys?.has(lot.keys) ?? true];
    // What is behind a lot that waits waits as well, so that records come in their order.
    if (!hasValues || !hasKeys || waiting.length > 0) waiting.push(lot);
    else decoded.push(...decodeLot(reader, lot, { decoders, logger }));
  }
  // Awaited only where something has to be asked for.
  if (waiting.length > 0) {
    await values.ask(requests);
    await keys?.ask(requests);
  }
  for (const lot of waiting) decoded.push(...decodeLot(reader, lot, { decoders, logger }));
  return decoded;
}

function open({ keys, takesTombstones }: TopicReader, records: readonly IncomingRecord[]): Lot {
  const lot: Lot = { records, values: [], keys: [], failed: new Map() };
  for (const record of records) {
    let value: AvroPart | null = null;
    let key: AvroPart | null = null;
    try {
      value = openPart(record, 'value');
      if (value === null && !takesTombstones) throw unexpectedTombstone(record);
      key = keys.open(record);
    } catch (error) {
      // Nothing is decoded of it, or asked for.
      value = null;
      lot.failed.set(lot.values.length, failureOf(error));
    }
    lot.values.push(value);
    lot.keys.push(key);
  }
  return lot;
}

interface LotWays {
  readonly decoders: {
    readonly values: EventDecoders<unknown>;
    readonly keys: EventDecoders<unknown> | undefined;
  };
  readonly logger: Logger | undefined;
}

function decodeLot(reader: TopicReader, lot: Lot, { decoders, logger }: LotWays): DecodedRecord[] {
  const values = decoders.values.decode(lot.values);
  const keys = decoders.keys?.decode(lot.keys);
  return lot.records.map((record, place) => {
    const failed = lot.failed.size > 0 ? lot.failed.get(place) : undefined;
    if (failed !== undefined) return new Refused(record, failed);
    try {
      const opened = lot.values[place] ?? null;
      const writerVersion = opened
        ? reader.versions.of(opened.schemaId, record, logger)
        : undefined;
      const key = reader.keys.read(record, lot.keys[place] ?? null, keys?.[place]);
      const at = { record, part: 'value', writerVersion } as const;
      const value = opened && partValue(values[place], opened, at);
      return new Consumed(record, { key, value, schema: opened?.schemaId, writerVersion });
    } catch (error) {
      return new Refused(record, failureOf(error));
    }
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
