import { describe, expect, it } from '@jest/globals';
import { createHandler, type KafkaEvent, on } from '../../../consumer/index.js';
import { kafkajsSource } from '../../../consumer/sources/index.js';
import { fixedRegistry } from '../../../local/fixed-registry.js';
import { createTopics } from '../../../local/kafka/client.js';
import { type PollerOptions, startPoller } from '../../../local/poller/index.js';
import { createProducer, kafkajsTransport } from '../../../producer/index.js';
import { CLICK_SCHEMA, type Click, click, clicks, testLogger } from '../../consumer/clicks.js';
import { sharedBroker, uniqueName } from '../../kafka-broker.js';

const TIMEOUT_MS = 120_000;
const USERS = Array.from({ length: 12 }, (_, index) => `user-${index}`);

/** A topic of its own with one click per user in three partitions. */
async function filledTopic() {
  const { saslSsl } = sharedBroker();
  const connection = {
    brokers: saslSsl.brokers.split(','),
    sasl: {
      mechanism: saslSsl.mechanism,
      username: saslSsl.username,
      password: saslSsl.password,
    },
    ssl: { ca: saslSsl.ca },
  };
  const topic = { ...clicks, name: uniqueName('poller') };
  await createTopics({ saslSsl }, [{ name: topic.name, partitions: 3 }]);
  // Any id will do: the handlers' registry has the schema under this one.
  const registry = { ...fixedRegistry({ 1: CLICK_SCHEMA }), lookup: async () => 1 };
  const producer = createProducer({ transport: kafkajsTransport(connection), registry });
  const send = (users: readonly string[]) =>
    producer.sendAll(
      topic,
      users.map((user) => ({ key: user, value: click(user) })),
    );
  await send(USERS);
  const group = uniqueName('group');
  return { topic, registry, producer, send, source: () => kafkajsSource(connection)(group) };
}

type Filled = Awaited<ReturnType<typeof filledTopic>>;

/** Polls until `until` holds after a commit, then stops. */
async function poll(
  { topic, source }: Filled,
  options: Pick<PollerOptions, 'handler'> & Partial<PollerOptions>,
  until: (committed: ReadonlyMap<number, bigint>) => boolean,
): Promise<void> {
  const committed = new Map<number, bigint>();
  let finish = (): void => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const poller = startPoller({
    ...options,
    source: source(),
    topics: [topic.name],
    onEvent: (event) => {
      if (event.kind !== 'committed') return;
      committed.set(event.partition, event.nextOffset);
      if (until(committed)) finish();
    },
  });
  await Promise.race([finished, poller.done]);
  await poller.stop();
}

const total = (committed: ReadonlyMap<number, bigint>) =>
  [...committed.values()].reduce((sum, offset) => sum + offset, 0n);
const all = (committed: ReadonlyMap<number, bigint>) => total(committed) === BigInt(USERS.length);

describe('the poller over a real broker', () => {
  it(
    'delivers a failed batch again, commits once it passed, and never delivers it after that',
    async () => {
      const filled = await filledTopic();
      const seen: string[] = [];
      let failures = 2;
      const handler = createHandler({
        registry: filled.registry,
        logger: testLogger(),
        routes: [
          on(filled.topic, ({ user_id }: Click, { key }) => {
            if (key === 'user-7' && failures-- > 0) throw new Error('not yet');
            seen.push(user_id);
          }),
        ],
      });
      await poll(filled, { handler }, all);
      expect(new Set(seen)).toEqual(new Set(USERS));

      await filled.send(['user-late']);
      await filled.producer.close();
      const late: string[] = [];
      const keep = async ({ records }: KafkaEvent) => {
        for (const { key } of Object.values(records).flat()) {
          late.push(Buffer.from(key ?? '', 'base64').toString());
        }
      };
      await poll(filled, { handler: keep }, ({ size }) => size === 1);
      expect(late).toEqual(['user-late']);
    },
    TIMEOUT_MS,
  );

  it(
    'delivers again only from where a partition stopped, when answers are read',
    async () => {
      const filled = await filledTopic();
      await filled.producer.close();
      const seen: string[] = [];
      let failures = 1;
      const handler = createHandler({
        registry: filled.registry,
        logger: testLogger(),
        onFailure: 'report',
        routes: [
          on(filled.topic, ({ user_id }: Click) => {
            if (user_id === 'user-7' && failures-- > 0) throw new Error('not yet');
            seen.push(user_id);
          }),
        ],
      });
      await poll(filled, { handler, reportBatchItemFailures: true }, all);
      expect([...seen].sort()).toEqual([...USERS].sort());
    },
    TIMEOUT_MS,
  );
});
