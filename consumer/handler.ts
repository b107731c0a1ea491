import { counted } from '../runtime/words.js';
import { Deadline } from './deadline.js';
import { ConsumerError } from './errors.js';
import type { BatchResponse, InvocationContext, KafkaEvent } from './event.js';
import { type DeliveryOptions, EventDelivery } from './event-delivery.js';
import { EventRecord } from './event-record.js';
import { type FailureOptions, failureHandling } from './failure-handling.js';
import { harmless } from './harmless.js';
import { invocationLogger, jsonLogger, type Logger } from './logger.js';
import { checkNumber, checkShared } from './misuse.js';
import { once } from './once.js';
import type { DecodedPartition } from './partition-delivery.js';
import { PartitionTally } from './partition-tally.js';
import { readEvent } from './read-event.js';
import { recordSeen } from './records-seen.js';
import { registryOnDemand } from './registry-on-demand.js';
import type { Route } from './route.js';
import { type BoundRoutes, bindRoutes, checkRoutes, type RegistrySource } from './routes.js';
import { SchemaRequests } from './schema-requests.js';
import type { BatchReceived, TelemetryOptions } from './telemetry.js';

export interface HandlerOptions extends FailureOptions, TelemetryOptions {
  /** One per topic; see `on` and `onBatch`. */
  readonly routes: readonly Route[];
  /**
   * Where unknown writer schemas are asked for, or a function that gives it: called once, at the
   * first event. @default registryFromEnvironment
   */
  readonly registry?: RegistrySource | undefined;
  /** @default jsonLogger() */
  readonly logger?: Logger | undefined;
  /**
   * Partitions of one event that are handled at the same time. Records of one partition are
   * always handled one after the other, whatever this says. @default 1
   */
  readonly partitionsAtOnce?: number | undefined;
  /**
   * Records of one partition that are handled at the same time, no two of them with the same key: those
   * of a key keep their order. A record without a key waits for none. What is behind a record that is reported
   * may have been handled already, and comes again with it. @default 1, in offset order
   */
  readonly keysAtOnce?: number | undefined;
  /**
   * How long before the function's time-out no further record is begun, in milliseconds. Then the signal of what still
   * runs is aborted, and it has half of this to end. What is left is reported, where the mapping reads
   * answers; else the batch fails with `DEADLINE`. Never more than half of the invocation's time.
   * @default 500, or 10 % of the invocation's time if that is more
   */
  readonly deadlineMarginMs?: number | undefined;
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
  checkShared('createHandler', options);
  const { routes, partitionsAtOnce = 1, keysAtOnce = 1 } = options;
  checkRoutes(routes);
  checkNumber('partitionsAtOnce', partitionsAtOnce, 1);
  checkNumber('keysAtOnce', keysAtOnce, 1);
  checkNumber('deadlineMarginMs', options.deadlineMarginMs ?? 0, 0);
  const ownLogger = options.logger ?? jsonLogger();
  const handling = failureHandling(options, ownLogger);
  const telemetry = harmless(options.telemetry);
  const registry = options.registry ?? registryOnDemand;
  const bound = once(() => bindRoutes(routes, registry, ownLogger));
  return async (event, context) => {
    const deadline = new Deadline(context, options.deadlineMarginMs);
    const logger = invocationLogger(ownLogger, context);
    const failures = handling.loggingTo(logger);
    try {
      const partitions = received(event, logger);
      const seen = telemetry.onBatch(batchReceived(partitions, context));
      const ways = { failures, logger, partitionsAtOnce, keysAtOnce, deadline, batch: seen };
      const handle = () => handleEvent(partitions, bound, ways);
      return await (seen ? seen.run(handle) : handle());
    } finally {
      deadline.end();
      await telemetry.flush(deadline.remainingMs());
    }
  };
}

function received(event: KafkaEvent, logger: Logger): readonly ArrivedPartition[] {
  const partitions = readEvent(event);
  const records = partitions.reduce((sum, partition) => sum + partition.records.length, 0);
  logger.info(`Received ${counted(records, 'record')}.`, {
    records,
    partitions: partitions.length,
  });
  const arrivedMs = Date.now();
  return partitions
    .filter((partition) => partition.records.length > 0)
    .map(({ id, records }) => ({
      id,
      arrivedMs,
      records: records.map((record) => new EventRecord(record)),
    }));
}

function batchReceived(
  partitions: readonly ArrivedPartition[],
  context: InvocationContext | undefined,
): BatchReceived {
  const topics = new Set(partitions.flatMap(({ records: [first] }) => first?.topic ?? []));
  const [topic] = topics;
  return {
    requestId: context?.awsRequestId,
    group: undefined,
    topic: topics.size === 1 ? topic : undefined,
    count: partitions.reduce((sum, { records }) => sum + records.length, 0),
    *records() {
      for (const { records } of partitions) for (const record of records) yield recordSeen(record);
    },
  };
}

async function handleEvent(
  partitions: readonly ArrivedPartition[],
  routes: () => Promise<BoundRoutes>,
  options: DeliveryOptions,
): Promise<BatchResponse> {
  const { batch, deadline, logger } = options;
  const startMs = performance.now();
  let delivery: EventDelivery | undefined;
  const end = (error?: ConsumerError): void => {
    const durationMs = performance.now() - startMs;
    // All is held where nothing was decoded.
    const tallies = () =>
      delivery?.tallies ??
      partitions.map(({ records, arrivedMs }) => new PartitionTally(records, arrivedMs));
    batch?.onEnd({ durationMs, error, partitions: tallies() });
  };
  try {
    const requests = new SchemaRequests(deadline.remainingMs());
    const decoded = await decodeEvent(partitions, await routes(), { requests, logger });
    delivery = new EventDelivery(decoded, options);
    delivery.refuseWhole();
    await delivery.run();
    const answer = delivery.answer();
    end();
    return answer;
  } catch (error) {
    end(error instanceof ConsumerError ? error : undefined);
    throw error;
  }
}

/** Records of one partition of an event, not decoded yet. */
interface ArrivedPartition {
  readonly id: string;
  readonly records: readonly EventRecord[];
  readonly arrivedMs: number;
}

const NO_RECORDS: readonly EventRecord[] = [];

/** Decodes what is of one topic together, over all its partitions. */
async function decodeEvent(
  partitions: readonly ArrivedPartition[],
  routes: BoundRoutes,
  { requests, logger }: { readonly requests: SchemaRequests; readonly logger: Logger },
): Promise<readonly DecodedPartition[]> {
  const decoded = new Map<ArrivedPartition, DecodedPartition>();
  const decodeTopic = async ([topic, own]: [string, ArrivedPartition[]]): Promise<void> => {
    const { handling, decode } = routes.of(topic);
    const all = NO_RECORDS.concat(...own.map(({ records }) => records));
    const startMs = performance.now();
    const records = await decode(all, requests, logger);
    const msEach = (performance.now() - startMs) / all.length;
    let from = 0;
    for (const partition of own) {
      const { id, records: arrived, arrivedMs } = partition;
      const of = records.slice(from, from + arrived.length);
      const decodeMs = msEach * of.length;
      decoded.set(partition, { id, handling, records: of, arrived, decodeMs, arrivedMs });
      from += of.length;
    }
  };
  try {
    await Promise.all([...byTopic(partitions)].map(decodeTopic));
  } finally {
    requests.end();
  }
  return partitions.flatMap((partition) => decoded.get(partition) ?? []);
}

function byTopic(partitions: readonly ArrivedPartition[]): ReadonlyMap<string, ArrivedPartition[]> {
  const topics = new Map<string, ArrivedPartition[]>();
  for (const partition of partitions) {
    const [first] = partition.records;
    if (first === undefined) continue;
    const own = topics.get(first.topic) ?? [];
    own.push(partition);
    topics.set(first.topic, own);
  }
  return topics;
}
