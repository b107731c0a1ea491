import { type CloseOnSignals, listenToSignals } from '../runtime/closing-signals.js';
import { given } from '../runtime/given.js';
import { hasMethods, isObject } from '../runtime/misuse.js';
import { registryFromEnvironment } from './environment.js';
import type { ExactlyOnce } from './exactly-once.js';
import { type FailureOptions, failureHandling } from './failure-handling.js';
import { harmless } from './harmless.js';
import { jsonLogger, type Logger } from './logger.js';
import { checkFunction, checkNumber, checkShared, expect } from './misuse.js';
import type { Route } from './route.js';
import { bindRoutes, checkRoutes, type RegistrySource } from './routes.js';
import { RETRY_DEFAULTS, type RetryOptions } from './runner/backoff.js';
import type { ConsumerHealth } from './runner/health.js';
import { Runner } from './runner/runner.js';
import type { Sources, StartingPosition } from './source.js';
import type { TelemetryOptions } from './telemetry.js';

export interface ConsumerOptions extends FailureOptions, TelemetryOptions {
  /** For instance `kafkajsSource({ brokers, sasl })`. */
  readonly kafka: Sources;
  /** The consumer group: its members share the partitions of the topics. */
  readonly group: string;
  /** One per topic; see `on` and `onBatch`. The same as `createHandler` takes. */
  readonly routes: readonly Route[];
  /**
   * Where unknown writer schemas are asked for, or a function that gives it.
   * @default registryFromEnvironment
   */
  readonly registry?: RegistrySource | undefined;
  /** @default jsonLogger() */
  readonly logger?: Logger | undefined;
  /** Where a partition begins for which the group has committed nothing. @default 'earliest' */
  readonly from?: StartingPosition | undefined;
  /**
   * Records of one partition that are taken at once. They are committed together, so that
   * after a crash so many of each partition come again. @default 500
   */
  readonly maxRecords?: number | undefined;
  /** Partitions that are handled at the same time. @default 16 */
  readonly partitionsAtOnce?: number | undefined;
  /**
   * Records of one partition that are handled at the same time, no two of them with the same key: those
   * of a key keep their order. A record without a key waits for none. @default 1, in offset order
   */
  readonly keysAtOnce?: number | undefined;
  /**
   * Handles records within transactions: see {@link exactlyOnce}. Its handlers are those of `exactlyOnce(…).handler`.
   * @default none: at least once
   */
  readonly exactlyOnce?: Pick<ExactlyOnce<unknown>, 'within'> | undefined;
  /** How a handler that fails is called again, before its record's failure policy holds. */
  readonly retry?: RetryOptions | undefined;
  /**
   * How long what runs may take to end when the consumer stops, or a partition goes to another member, in
   * milliseconds. After seven tenths of it the handlers' signal is aborted; what is not over then comes again.
   * @default 20000, which is under the 30 s that Kubernetes and ECS give
   */
  readonly stopTimeoutMs?: number | undefined;
  /**
   * Whether it stops when the process is told to end, which then ends it: within {@link stopTimeoutMs}, and 5 s
   * for leaving.
   * @default SIGTERM and SIGINT
   */
  readonly stopOnSignals?: boolean | Pick<CloseOnSignals, 'signals'> | undefined;
}

export interface RunningConsumer {
  /**
   * Fulfilled after {@link stop}. Rejected when the consumer cannot go on: brokers that refuse it, a record under
   * the policy `fail`, a dead letter that nobody takes. By then it has committed what was handled, and left its group.
   */
  readonly done: Promise<void>;
  /**
   * Takes no further records, of one topic or of all, and keeps its partitions. What runs goes on.
   * @throws ConsumerError `CONFIG` for a topic that has no route
   */
  pause(topic?: string): void;
  /** @throws ConsumerError `CONFIG` for a topic that has no route */
  resume(topic?: string): void;
  /**
   * Takes no further record, lets what runs end, commits, and leaves the group: within `stopTimeoutMs`. Safe to
   * call twice. Never rejected: see {@link done}.
   */
  stop(): Promise<void>;
  /** For probes of liveness and readiness. */
  health(): ConsumerHealth;
  [Symbol.asyncDispose](): Promise<void>;
}

const DEFAULTS = {
  from: 'earliest',
  maxRecords: 500,
  partitionsAtOnce: 16,
  keysAtOnce: 1,
  stopTimeoutMs: 20_000,
  stopOnSignals: true,
} as const;

/** What leaving the group and handing on telemetry may take besides, in milliseconds. */
const LEAVE_MS = 5_000;

/**
 * Runs routes in a process of its own, as a member of a consumer group: reads, decodes, calls the handlers and commits
 * what they are done with, until {@link RunningConsumer.stop} or a signal.
 *
 * Partitions are handled at the same time, and their records in order. A handler that fails is called again; after that
 * `onFailure` holds: `fail` ends the consumer, `report` holds the partition and tries again without end, `dead-letter`
 * and `skip` go on. That the registry cannot be asked holds the partition. Delivery is at least once: see
 * `ConsumedRecord.id`.
 *
 * @throws ConsumerError `CONFIG`, when routes or options contradict each other
 * @example
 * const consumer = runConsumer({
 *   kafka: kafkajsSource({ brokers }),
 *   group: 'billing',
 *   routes: [on(userClicksAvro, async (click) => {})],
 * });
 * await consumer.done;
 */
export function runConsumer(options: ConsumerOptions): RunningConsumer {
  checkShared('runConsumer', options);
  checkOwn(options);
  const { kafka, group, routes, registry = registryFromEnvironment } = options;
  const { logger = jsonLogger(), telemetry } = options;
  const settings = { ...DEFAULTS, ...given(options) };
  const { from, maxRecords, partitionsAtOnce, keysAtOnce, stopTimeoutMs, stopOnSignals } = settings;
  const retry = { ...RETRY_DEFAULTS, ...given(options.retry ?? {}) };
  checkRoutes(routes);
  const numbers = { maxRecords, partitionsAtOnce, keysAtOnce, stopTimeoutMs };
  for (const [name, value] of Object.entries(numbers)) checkNumber(name, value, 1);
  for (const [name, value] of Object.entries(retry)) checkNumber(`retry.${name}`, value, 1);
  const failures = failureHandling(options, logger);
  const source = kafka(group);
  const runner = new Runner({
    source,
    member: () => source.member(),
    exactlyOnce: options.exactlyOnce,
    topics: routes.map(({ topic }) => topic),
    group,
    from,
    ...numbers,
    retry,
    logger,
    telemetry: harmless(telemetry),
    failures,
  });
  const ended = runner.run(() => bindRoutes(routes, registry, logger));
  const stop = async (): Promise<void> => {
    runner.stop();
    await ended.catch(() => undefined);
  };
  const signals = stopOnSignals === true ? {} : stopOnSignals;
  const timeoutMs = stopTimeoutMs + LEAVE_MS;
  const stopListening = listenToSignals(signals && { ...signals, timeoutMs }, stop);
  const ofRoute = (call: string, topic: string | undefined): string | undefined => {
    const known = routes.map((route) => route.topic);
    const fits = topic === undefined || known.includes(topic);
    expect(fits, `${call}: the topic`, topic, `one of ${known.join(', ')}`);
    return topic;
  };
  return {
    // A promise of its own: where nobody waits for it, the process ends with what it is rejected with.
    done: ended.finally(() => stopListening?.()),
    stop,
    pause: (topic) => runner.pause(ofRoute('pause', topic)),
    resume: (topic) => runner.resume(ofRoute('resume', topic)),
    health: () => runner.health(),
    [Symbol.asyncDispose]: stop,
  };
}

/** What `createHandler` does not take. */
function checkOwn({
  kafka,
  group,
  from,
  retry,
  exactlyOnce,
  stopOnSignals,
}: ConsumerOptions): void {
  checkFunction('kafka', kafka, 'a source, such as kafkajsSource({ brokers })');
  expect(typeof group === 'string' && group !== '', 'group', group, "the consumer group's name");
  const isTime = from instanceof Date && !Number.isNaN(from.getTime());
  const isFrom = from === undefined || from === 'earliest' || from === 'latest' || isTime;
  expect(isFrom, 'from', from, "'earliest', 'latest' or a Date");
  const isRetry = retry === undefined || isObject(retry);
  expect(isRetry, 'retry', retry, '{ attempts, firstWaitMs, longestWaitMs }');
  const isExactly = exactlyOnce === undefined || hasMethods(exactlyOnce, 'within');
  expect(isExactly, 'exactlyOnce', exactlyOnce, 'exactlyOnce(producer)');
  const { signals }: Partial<CloseOnSignals> = Object(stopOnSignals);
  const isSignals = typeof (stopOnSignals ?? true) === 'boolean' || isObject(stopOnSignals);
  const isList = signals === undefined || (Array.isArray(signals) && signals.every(isSignal));
  expect(isSignals && isList, 'stopOnSignals', stopOnSignals, 'true, false or { signals }');
}

function isSignal(name: unknown): boolean {
  return name === 'SIGTERM' || name === 'SIGINT' || name === 'SIGHUP';
}
