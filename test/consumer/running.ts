/** Consumers over the in-memory broker, for the tests of `runConsumer`. */
import { afterEach } from '@jest/globals';
import {
  type ConsumerOptions,
  type Route,
  type RunningConsumer,
  runConsumer,
  type Source,
  type Sources,
} from '../../consumer/index.js';
import { MemoryBroker, type MemoryBrokerOptions, memorySource } from '../../local/index.js';
import { framed, testLogger, testRegistry } from './clicks.js';

const GROUP = 'billing';
export const TOPIC = 'clicks';
const running: RunningConsumer[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

export function brokerWith(partitions = 1, options: MemoryBrokerOptions = {}): MemoryBroker {
  const broker = new MemoryBroker(options);
  broker.createTopic(TOPIC, { partitions });
  return broker;
}

interface Given {
  readonly topic?: string;
  readonly partition?: number;
  readonly key?: string;
}

/** One record for each user; `poison` does not decode. */
export function write(broker: MemoryBroker, users: readonly string[], given: Given = {}): void {
  const { topic = TOPIC, partition = 0, key } = given;
  for (const user of users) {
    broker.append(
      { topic, partition },
      {
        key: new TextEncoder().encode(key ?? user),
        value: user === 'poison' ? new Uint8Array([9]) : framed(user),
        headers: [],
        timestampMs: Date.now(),
      },
    );
  }
}

/** Starts a consumer that is stopped when its test is over. */
export function start(
  broker: MemoryBroker,
  routes: readonly Route[],
  options: Partial<ConsumerOptions> = {},
) {
  const logger = testLogger();
  const registry = testRegistry();
  const consumer = runConsumer({
    kafka: memorySource(broker),
    group: GROUP,
    routes,
    registry: registry.registry,
    logger,
    retry: { attempts: 2, firstWaitMs: 1, longestWaitMs: 5 },
    stopTimeoutMs: 2_000,
    stopOnSignals: false,
    ...options,
  });
  running.push(consumer);
  return { consumer, logger, registry };
}

/** A source of the broker, some of whose methods are others. */
export function sourceWith(
  broker: MemoryBroker,
  change: (inner: Source) => Partial<Source>,
): Sources {
  return (group) => {
    const inner = memorySource(broker)(group);
    return {
      name: inner.name,
      subscribe: (subscription) => inner.subscribe(subscription),
      poll: (options) => inner.poll(options),
      commit: (positions) => inner.commit(positions),
      readFrom: (position) => inner.readFrom(position),
      member: () => inner.member(),
      close: () => inner.close(),
      ...change(inner),
    };
  };
}

export function committed(broker: MemoryBroker, partition = 0): number {
  return Number(broker.committed(GROUP, { topic: TOPIC, partition }) ?? 0n);
}

/** After this it never will be, also on a busy machine, in milliseconds. */
const NEVER_MS = 60_000;

/** Fulfilled when it is so. */
export async function until(what: () => boolean): Promise<void> {
  const giveUp = performance.now() + NEVER_MS;
  while (!what()) {
    if (performance.now() > giveUp) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
