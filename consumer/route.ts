import type { AnyTopic } from '../runtime/codec/topic.js';
import type { Registry } from '../runtime/registry/client.js';
import type { DecodedRecord } from './consumed.js';
import { decodeTopic, topicReader } from './decode-topic.js';
import type { IncomingRecord } from './incoming-record.js';
import type { Logger } from './logger.js';
import type { SchemaRequests } from './schema-requests.js';
import {
  batchHandlingOf,
  type Handling,
  handlingOf,
  type TopicBatchHandler,
  type TopicHandler,
} from './topic-handlers.js';

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
