/** What consumers take in a process of their own, and how records that fail move on. */
import {
  type AttemptLimit,
  type BatchHandlerWithTombstones,
  type ConsumerOptions,
  createHandler,
  deadLetterTo,
  memoryAttempts,
  on,
  type RetryOptions,
  runConsumer,
} from '../../consumer/index.js';
import { fixedRegistry } from '../../local/fixed-registry.js';
import { MemoryBroker, memorySource } from '../../local/memory/index.js';
import { mskEvent } from '../../local/msk-event.js';
import { CLICK_SCHEMA, clicks, framed, testLogger } from '../consumer/clicks.js';
import { type Row, row } from './same.js';

const GROUP = 'g';
const AT = { topic: clicks.name, partition: 0 };
const known = fixedRegistry({ 7: CLICK_SCHEMA });
const attempts: AttemptLimit = { max: 1, deadLetter: deadLetterTo(() => undefined) };

/** Handles within no transaction, as far as anybody can see. */
const exactlyOnce = {
  within: (handling: {
    readonly takesTombstones: boolean;
    deliver(...given: unknown[]): unknown;
  }) => ({
    each: handling,
    together: {
      takesTombstones: false,
      async deliverBatch(
        records: Parameters<BatchHandlerWithTombstones<unknown, unknown>['batch']>[0],
      ) {
        for (const record of records) await handling.deliver(record, { attempt: 1 });
      },
    },
  }),
};

/** A consumer's way through what is there, and one record more that comes when it reads. */
async function consume(
  options: Partial<ConsumerOptions>,
  values: readonly Uint8Array[],
): Promise<unknown> {
  const broker = new MemoryBroker();
  broker.createTopic(clicks.name);
  const append = (value: Uint8Array): void =>
    void broker.append(AT, { timestampMs: Date.now(), key: null, value, headers: [] });
  values.forEach(append);
  const calls: unknown[] = [];
  const { write } = process.stdout;
  let writes = 0;
  // The default logger writes to standard output: whether it does is part of what is seen.
  process.stdout.write = () => ++writes > 0;
  const listeners = process.listenerCount('SIGTERM');
  try {
    const consumer = runConsumer({
      kafka: memorySource(broker),
      group: GROUP,
      routes: [
        on(clicks, ({ user_id }, { id }, { attempt }) => {
          calls.push([id, attempt]);
          if (user_id === 'boom') throw new Error('boom');
        }),
      ],
      ...options,
    });
    const listens = process.listenerCount('SIGTERM') - listeners;
    let ended: string | undefined;
    const done = consumer.done.then(
      () => 'stopped',
      (error: unknown) => String(error),
    );
    void done.then((how) => {
      ended = how;
    });
    const until = async (holds: () => boolean): Promise<void> => {
      while (ended === undefined && !holds()) await new Promise((tick) => setTimeout(tick, 1));
    };
    await until(() => consumer.health().state === 'reading' && consumer.health().partitions > 0);
    append(framed('last', 7));
    const end = BigInt(values.length + 1);
    await until(() => broker.committed(GROUP, AT) === end);
    await consumer.stop();
    return [await done, calls, listens, writes > 0];
  } finally {
    process.stdout.write = write;
  }
}

export const runnerRows: Readonly<Record<string, Row>> = {
  'consumer ConsumerOptions': row<ConsumerOptions>(
    {
      attempts,
      exactlyOnce,
      from: 'latest',
      keysAtOnce: 2,
      logger: testLogger(),
      maxRecords: 1,
      onFailure: 'skip',
      partitionsAtOnce: 1,
      registry: known,
      retry: { attempts: 1 },
      stopOnSignals: false,
      stopTimeoutMs: 1_000,
      telemetry: {},
    },
    (options) => consume(options, [framed('ann', 7), new TextEncoder().encode('no frame')]),
    // Without a registry it ends at once, which two of three do.
    40,
  ),
  'consumer RetryOptions': row<RetryOptions>(
    { attempts: 2, firstWaitMs: 1, longestWaitMs: 1 },
    (retry) =>
      consume({ retry, registry: known, onFailure: 'skip', logger: testLogger() }, [
        framed('boom', 7),
      ]),
    // Its waits are real.
    2,
  ),
  'consumer AttemptLimit': row<Pick<AttemptLimit, 'store'>>(
    { store: memoryAttempts() },
    async (options) => {
      const moved: string[] = [];
      const deadLetter = deadLetterTo(({ id }) => void moved.push(id));
      const handler = createHandler({
        registry: known,
        logger: testLogger(),
        attempts: { ...options, max: 2, deadLetter },
        routes: [on(clicks, () => Promise.reject(new Error('boom')))],
      });
      const event = mskEvent([{ ...AT, value: framed('ann', 7) }]);
      const invoke = () => handler(event).catch(String);
      return [await invoke(), await invoke(), moved];
    },
  ),
};
