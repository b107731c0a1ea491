import type { Registry } from '../runtime/index.js';
import { counted } from '../runtime/words.js';
import { type DecodedPartition, deliverPartitions, refuseWholeBatch } from './deliver.js';
import { registryFromEnvironment } from './environment.js';
import { ConsumerError } from './errors.js';
import type { BatchResponse, InvocationContext, KafkaEvent, KafkaEventRecord } from './event.js';
import { type FailureOptions, failureHandling } from './failure-handling.js';
import { jsonLogger, type Logger } from './logger.js';
import { once } from './once.js';
import { type EventPartition, identityOf, readEvent, recordId } from './read-event.js';
import type { DecodedRecord, Route, TopicDecoder } from './route.js';
import { SchemaRequests } from './schema-requests.js';

export interface HandlerOptions extends FailureOptions {
  /** One per topic; see `on`. */
  readonly routes: readonly Route[];
  /**
   * Where unknown writer schemas are asked for, or a function that gives it: called once, at the
   * first event. @default registryFromEnvironment
   */
  readonly registry?: Registry | (() => Registry | Promise<Registry>) | undefined;
  /** @default jsonLogger() */
  readonly logger?: Logger | undefined;
  /**
   * Partitions of one event that are handled at the same time. Records of one partition are
   * always handled one after the other, whatever this says. @default 1
   */
  readonly partitionsAtOnce?: number | undefined;
}

/** A Lambda handler. It is rejected, or answers with a list of what was not handled. */
export type KafkaHandler = (
  event: KafkaEvent,
  context?: InvocationContext,
) => Promise<BatchResponse>;

/**
 * Makes the Lambda handler for one or more topics.
 *
 * All records of an event are decoded before the first one is handled, so that a record that can
 * not be decoded fails the batch (by default) without repeating the effects of those before it.
 * Delivery is at least once: see `ConsumedRecord.id`. Nothing is ever reported as handled that was
 * not, unless the policy says `skip`.
 *
 * @throws ConsumerError `CONFIG`, when routes or options contradict each other.
 * @example
 * export const handler = createHandler({ routes: [on(userClicksAvro, async (click) => {})] });
 */
export function createHandler(options: HandlerOptions): KafkaHandler {
  const { routes, logger = jsonLogger(), partitionsAtOnce = 1 } = options;
  checkRoutes(routes);
  checkPartitionsAtOnce(partitionsAtOnce);
  const failures = failureHandling(options.onFailure, logger);
  const decoders = once(() =>
    bindRoutes(routes, options.registry ?? registryFromEnvironment, logger),
  );
  return async (event, context) => {
    const partitions = readEvent(event);
    const count = partitions.reduce((sum, { records }) => sum + records.length, 0);
    logger.info(`Received ${counted(count, 'record')}.`, {
      records: count,
      partitions: partitions.length,
    });
    const topics = await decoders();
    const requests = new SchemaRequests(context?.getRemainingTimeInMillis?.());
    const decoded = await decodeEvent(partitions, topics, requests);
    refuseWholeBatch(decoded, { failures, logger });
    return deliverPartitions(decoded, { failures, logger, partitionsAtOnce });
  };
}

function checkRoutes(routes: readonly Route[]): void {
  const topics = new Set<string>();
  for (const { topic } of routes) {
    if (topics.has(topic)) {
      throw new ConsumerError('CONFIG', `Two routes are given for topic "${topic}".`, { topic });
    }
    topics.add(topic);
  }
  if (topics.size === 0) {
    throw new ConsumerError('CONFIG', 'No routes are given: name topics with on(topic, handler).');
  }
}

function checkPartitionsAtOnce(value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new ConsumerError(
    'CONFIG',
    `partitionsAtOnce must be a whole number from 1; it is ${value}.`,
  );
}

type TopicDecoders = ReadonlyMap<string, TopicDecoder>;

async function bindRoutes(
  routes: readonly Route[],
  registry: NonNullable<HandlerOptions['registry']>,
  logger: Logger,
): Promise<TopicDecoders> {
  const bound = typeof registry === 'function' ? await registry() : registry;
  return new Map(routes.map((route) => [route.topic, route.bind(bound, logger)]));
}

async function decodeEvent(
  partitions: readonly EventPartition[],
  decoders: TopicDecoders,
  requests: SchemaRequests,
): Promise<readonly DecodedPartition[]> {
  const byTopic = new Map<string, KafkaEventRecord[]>();
  for (const record of partitions.flatMap(({ records }) => records)) {
    const records = byTopic.get(record.topic) ?? [];
    records.push(record);
    byTopic.set(record.topic, records);
  }
  const decoded = new Map<KafkaEventRecord, DecodedRecord>();
  const decodeTopic = async ([topic, records]: [string, KafkaEventRecord[]]): Promise<void> => {
    const decode = decoders.get(topic) ?? refuseUnrouted;
    for (const entry of await decode(records, requests)) decoded.set(entry.record, entry);
  };
  try {
    await Promise.all([...byTopic].map(decodeTopic));
  } finally {
    requests.end();
  }
  return partitions.map(({ id, records }) => ({
    id,
    records: records.flatMap((record) => decoded.get(record) ?? []),
  }));
}

const refuseUnrouted: TopicDecoder = async (records) =>
  records.map((record) => ({
    record,
    error: new ConsumerError(
      'NO_ROUTE',
      `No handler is given for topic "${record.topic}", of which ${recordId(record)} came.`,
      identityOf(record),
    ),
  }));
