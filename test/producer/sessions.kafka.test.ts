/** A broker that ends sessions and closes idle connections, as MSK does, only sooner. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createProducer,
  type KafkaCredentials,
  type KafkajsTransportOptions,
  type Producer,
  type ProducerOptions,
} from '../../producer/index.js';
import { newTopic, readTopic } from './broker.js';
import { click, clicks, failureOf, scriptedRegistry } from './clicks.js';
import { startKafkaProxy } from './kafka-proxy.js';
import { IDLE_MS, type LimitedBroker, SESSION_MS, startLimitedBroker } from './limited-broker.js';
import { changePassword } from './scram.js';
import { testedTransport } from './tested-transport.js';

const { registry } = scriptedRegistry(() => [404, {}]);
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const message = (n: number) => ({ key: null, value: click(n), partition: 0 });

let broker: LimitedBroker;
beforeAll(async () => {
  broker = await startLimitedBroker();
}, 120_000);
afterAll(() => broker.stop());

/** By TLS with a login, or without both. */
const connections = {
  SASL_SSL: (): KafkajsTransportOptions => ({
    brokers: [broker.saslSsl.brokers],
    ssl: { ca: broker.saslSsl.ca ?? '' },
    sasl: {
      mechanism: 'scram-sha-512',
      username: broker.saslSsl.username,
      password: broker.saslSsl.password,
    },
  }),
  PLAINTEXT: (): KafkajsTransportOptions => ({ brokers: [broker.plaintext] }),
};

async function withProducer<T>(
  connection: KafkajsTransportOptions,
  work: (producer: Producer, topic: typeof clicks) => Promise<T>,
  options: Partial<ProducerOptions> = {},
): Promise<T> {
  const topic = { ...clicks, name: await newTopic(1, {}, broker.plaintext) };
  const transport = testedTransport(connection);
  const producer = createProducer({ ...options, transport, registry });
  try {
    return await work(producer, topic);
  } finally {
    await producer.close();
  }
}

const usersIn = async (topic: string) =>
  (await readTopic(topic, broker.plaintext)).map(({ user }) => user);
const users = (count: number) => numbers(count).map((n) => `user-${n}`);

it('delivers every send while sessions are renewed', async () => {
  await withProducer(connections.SASL_SSL(), async (producer, topic) => {
    const end = Date.now() + 1.5 * SESSION_MS;
    let sent = 0;
    while (Date.now() < end) {
      const { offset } = await producer.send(topic, message(sent));
      expect(offset).toBe(BigInt(sent++));
      await sleep(250);
    }
    expect(await usersIn(topic.name)).toEqual(users(sent));
  });
});

it('delivers one, many at once and an array after pauses, over whatever listener', async () => {
  const pause = () => sleep(IDLE_MS + 1_500);
  const send = (listener: keyof typeof connections, idempotent: boolean) =>
    withProducer({ ...connections[listener](), idempotent }, async (producer, topic) => {
      await producer.send(topic, message(0));
      await pause();
      await producer.send(topic, message(1));
      await pause();
      await Promise.all(numbers(50).map((n) => producer.send(topic, message(2 + n))));
      await pause();
      await producer.sendAll(
        topic,
        numbers(500).map((n) => message(52 + n)),
      );
      return usersIn(topic.name);
    });
  // All of them wait at the same time.
  const seen = await Promise.all([
    send('SASL_SSL', true),
    send('SASL_SSL', false),
    send('PLAINTEXT', true),
    send('PLAINTEXT', false),
  ]);
  expect(seen).toEqual(seen.map(() => users(552)));
});

describe('logins', () => {
  /** Kafka's numbers for SaslHandshake and SaslAuthenticate. */
  const LOGIN_KEYS = [17, 36];

  it.each([1, 2, 3, 4, 5])(
    'go on where a connection is cut, at step %d of the first',
    async (at) => {
      let steps = 0;
      const proxy = await startKafkaProxy(broker.saslPlaintext, () => 'pass', {
        refuse: (apiKey) => LOGIN_KEYS.includes(apiKey) && ++steps === at,
      });
      const tunnel = { [broker.saslPlaintext]: proxy.address };
      const { sasl } = connections.SASL_SSL();
      const connection = { brokers: [broker.saslPlaintext], tunnel, ...(sasl && { sasl }) };
      await withProducer(connection, async (producer, topic) => {
        await producer.send(topic, message(0));
        proxy.cut('tear');
        await producer.send(topic, message(1));
        expect(await usersIn(topic.name)).toEqual(users(2));
      });
      expect(steps).toBeGreaterThan(at);
      await proxy.close();
    },
  );

  it('take a password that was changed meanwhile', async () => {
    const { username, password } = broker.saslSsl;
    let current: KafkaCredentials = { username, password };
    const sasl = { mechanism: 'scram-sha-512', credentials: async () => current } as const;
    await withProducer({ ...connections.SASL_SSL(), sasl }, async (producer, topic) => {
      await producer.send(topic, message(0));
      current = { username, password: 'the next one' };
      await changePassword(broker.plaintext, current);
      await sleep(IDLE_MS + 1_500);
      await producer.send(topic, message(1));
      expect(await usersIn(topic.name)).toEqual(users(2));
      // Refused, and said so; the function may know better the next time.
      current = { username, password: 'an old one' };
      await sleep(IDLE_MS + 1_500);
      const refused = await failureOf(producer.send(topic, message(9)));
      expect(refused).toMatchObject({ code: 'AUTHENTICATION', delivered: 'no' });
      expect(refused.message).not.toMatch(/old one|next one/);
      current = { username, password };
      await changePassword(broker.plaintext, current);
      await producer.send(topic, message(2));
      expect(await usersIn(topic.name)).toEqual(users(3));
    });
  });

  it('whose credentials cannot be had are an error without what the function said', async () => {
    const cause = new Error('secret-store said hunter2');
    const credentials = () => Promise.reject(cause);
    const sasl = { mechanism: 'scram-sha-512', credentials } as const;
    await withProducer(
      { ...connections.SASL_SSL(), sasl },
      async (producer, topic) => {
        expect(await failureOf(producer.connect())).toMatchObject({
          code: 'AUTHENTICATION',
          cause,
        });
        const error = await failureOf(producer.send(topic, message(0)));
        expect(error).toMatchObject({ code: 'AUTHENTICATION', retriable: true, delivered: 'no' });
        expect(error.message).toMatch(
          /^There are no credentials for 127\.0\.0\.1:\d+: .*`sasl\.cred/,
        );
        expect(error.message).not.toContain('hunter2');
        expect(error.cause).toBe(cause);
      },
      { deliveryTimeoutMs: 2_000 },
    );
  });

  it('wait for credentials that cannot be had at first', async () => {
    const { username, password } = broker.saslSsl;
    let asked = 0;
    const credentials = async () => {
      if (asked++ < 2) throw new Error('busy');
      return { username, password };
    };
    const sasl = { mechanism: 'scram-sha-512', credentials } as const;
    await withProducer({ ...connections.SASL_SSL(), sasl }, async (producer, topic) => {
      await producer.send(topic, message(0));
      expect(await usersIn(topic.name)).toEqual(users(1));
    });
    expect(asked).toBeGreaterThan(2);
  });
});
