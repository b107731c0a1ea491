/** Every way to log in, at a real broker that ends sessions every few seconds. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { kafkajsSource } from '../../consumer/sources/index.js';
import { type Certificate, makeCertificate } from '../../local/kafka/certificate.js';
import {
  createProducer,
  type KafkaConnection,
  type KafkaCredentials,
  type KafkaSasl,
  kafkajsTransport,
  type LoginRequest,
  type Producer,
} from '../../producer/index.js';
import { subscription } from '../consumer/subscription.js';
import { newTopic, readTopic } from './broker.js';
import { click, clicks, failureOf, scriptedRegistry } from './clicks.js';
import { type LoginBroker, startLoginBroker } from './login-broker.js';
import { changePassword } from './scram.js';
import { unsecuredToken } from './unsecured-token.js';

const SESSION_MS = 3_000;
const { registry } = scriptedRegistry(() => [404, {}]);
const message = (n: number) => ({ key: null, value: click(n), partition: 0 });

let broker: LoginBroker;
let client: Certificate;
beforeAll(async () => {
  client = await makeCertificate();
  broker = await startLoginBroker({ sessionMs: SESSION_MS, clientCa: client.certificate });
}, 120_000);
afterAll(() => broker.stop());

async function withProducer<T>(
  connection: Partial<KafkaConnection>,
  work: (producer: Producer, topic: typeof clicks) => Promise<T>,
): Promise<T> {
  const topic = { ...clicks, name: await newTopic(1, {}, broker.plaintext) };
  const transport = kafkajsTransport({ brokers: [broker.login], ...connection });
  const producer = createProducer({ transport, registry, deliveryTimeoutMs: 20_000 });
  try {
    return await work(producer, topic);
  } finally {
    await producer.close();
  }
}

/** Sends one after another for a while; answers how many, all of which are in the topic once. */
async function sendFor(ms: number, producer: Producer, topic: typeof clicks): Promise<number> {
  const until = Date.now() + ms;
  let sent = 0;
  while (Date.now() < until) {
    await producer.send(topic, message(sent++));
    await sleep(20);
  }
  const users = (await readTopic(topic.name, broker.plaintext)).map(({ user }) => user);
  expect(users).toEqual(Array.from({ length: sent }, (_, n) => `user-${n}`));
  return sent;
}

/** Counts what it was asked for. */
function asked<T>(answer: (request: LoginRequest) => T) {
  const requests: LoginRequest[] = [];
  const give = async (request: LoginRequest) => {
    requests.push(request);
    return answer(request);
  };
  return { give, requests };
}

const ofUser = () => broker.user;
const tokenFor = (lifeMs: number) => () => unsecuredToken('app', lifeMs);

describe('sends go on while sessions end', () => {
  const WAYS: Readonly<Record<string, () => KafkaSasl>> = {
    'scram-sha-512': () => ({ mechanism: 'scram-sha-512', ...ofUser() }),
    'scram-sha-256': () => ({ mechanism: 'scram-sha-256', ...ofUser() }),
    plain: () => ({ mechanism: 'plain', ...ofUser() }),
    'a function': () => ({ mechanism: 'scram-sha-512', credentials: async () => ofUser() }),
    oauthbearer: () => ({ mechanism: 'oauthbearer', token: async () => tokenFor(60_000)().token }),
    'tokens that end before sessions do': () => ({
      mechanism: 'oauthbearer',
      token: async () => tokenFor(2_000)(),
    }),
  };

  it.each(Object.keys(WAYS))('%s', async (way) => {
    const sasl = WAYS[way]?.();
    await withProducer({ ...(sasl && { sasl }) }, async (producer, topic) => {
      expect(await sendFor(2 * SESSION_MS, producer, topic)).toBeGreaterThan(20);
    });
  });

  it('with a login for each session, not for each send', async () => {
    const { give, requests } = asked(tokenFor(60_000));
    const sasl = { mechanism: 'oauthbearer', token: give } as const;
    await withProducer({ sasl }, (producer, topic) => sendFor(2 * SESSION_MS, producer, topic));
    // Two connections at first, of which one is gone by the end of its session.
    expect(requests.length).toBeLessThan(8);
  });
});

describe('a password that is rotated', () => {
  const rotate = (to: KafkaCredentials) => changePassword(broker.plaintext, to);
  afterAll(() => rotate(broker.user));

  it('under sends, and read from a cache, costs none of them', async () => {
    let current: KafkaCredentials = { username: 'app', password: 'app-secret' };
    let cached = current;
    const { give, requests } = asked(({ refused }) => {
      if (refused) cached = current;
      return cached;
    });
    const sasl = { mechanism: 'scram-sha-512', credentials: give } as const;
    await withProducer({ sasl }, async (producer, topic) => {
      const sending = sendFor(4 * SESSION_MS, producer, topic);
      for (const password of ['second', 'third', 'fourth']) {
        await sleep(1.2 * SESSION_MS);
        current = { ...current, password };
        await rotate(current);
      }
      await sending;
    });
    expect(requests.filter(({ refused }) => refused).length).toBeGreaterThan(1);
  });

  it('costs a reader nothing either', async () => {
    await rotate(broker.user);
    const changed = { username: 'app', password: 'of readers' };
    const { give, requests } = asked(({ refused }) => (refused ? changed : broker.user));
    const topic = { ...clicks, name: await newTopic(1, {}, broker.plaintext) };
    const transport = kafkajsTransport({ brokers: [broker.plaintext] });
    const producer = createProducer({ transport, registry });
    const source = kafkajsSource({
      brokers: [broker.login],
      sasl: { mechanism: 'scram-sha-512', credentials: give },
    })(topic.name);
    try {
      await source.subscribe(subscription([topic.name]));
      await rotate(changed);
      const until = Date.now() + 3 * SESSION_MS;
      let [sent, read] = [0, 0];
      while (Date.now() < until || read < sent) {
        if (Date.now() < until) await producer.send(topic, message(sent++));
        const batch = await source.poll({ maxRecords: 100, waitMs: 100 });
        const last = batch?.records.at(-1);
        if (batch === undefined || last === undefined) continue;
        read += batch.records.length;
        await source.commit([{ topic: topic.name, partition: 0, offset: last.offset + 1n }]);
      }
      expect(read).toBe(sent);
      expect(requests.some(({ refused }) => refused)).toBe(true);
    } finally {
      await Promise.all([source.close(), producer.close()]);
    }
  });

  it('to one that nobody knows is a refusal after one more question', async () => {
    await rotate(broker.user);
    const { give, requests } = asked(() => ({ username: 'app', password: 'hunter2' }));
    const sasl = { mechanism: 'scram-sha-512', credentials: give } as const;
    await withProducer({ sasl }, async (producer, topic) => {
      const error = await failureOf(producer.send(topic, message(0)));
      expect(error).toMatchObject({ code: 'AUTHENTICATION', retriable: false, delivered: 'no' });
      expect(error.message).not.toContain('hunter2');
    });
    expect(requests.map(({ refused }) => refused)).toEqual([false, true]);
  });

  it('is asked for once by a fixed one', async () => {
    const sasl = { mechanism: 'plain', username: 'app', password: 'hunter2' } as const;
    await withProducer({ sasl }, async (producer, topic) => {
      const error = await failureOf(producer.send(topic, message(0)));
      expect(error).toMatchObject({ code: 'AUTHENTICATION', delivered: 'no' });
    });
  });
});

describe('a token', () => {
  it('that the broker refuses is asked for once more, and then a refusal', async () => {
    const expired = unsecuredToken('app', -60_000);
    const { give, requests } = asked(() => expired);
    const sasl = { mechanism: 'oauthbearer', token: give } as const;
    await withProducer({ sasl }, async (producer, topic) => {
      const error = await failureOf(producer.send(topic, message(0)));
      expect(error).toMatchObject({ code: 'AUTHENTICATION', delivered: 'no' });
    });
    expect(requests.map(({ refused }) => refused)).toEqual([false, true]);
  });

  it('that was kept too long is replaced', async () => {
    const { give } = asked(({ refused }) => unsecuredToken('app', refused ? 60_000 : -60_000));
    const sasl = { mechanism: 'oauthbearer', token: give } as const;
    await withProducer({ sasl }, async (producer, topic) => {
      await producer.send(topic, message(0));
    });
  });

  it('goes with its extensions', async () => {
    const token = { ...unsecuredToken('app', 60_000), extensions: { logicalCluster: 'lkc-1' } };
    const sasl = { mechanism: 'oauthbearer', token: async () => token } as const;
    await withProducer({ sasl }, async (producer, topic) => {
      await producer.send(topic, message(0));
    });
  });
});

describe('a client certificate', () => {
  const reach = (ssl: KafkaConnection['ssl']) => ({
    brokers: [broker.mutualTls],
    ssl: { ca: broker.saslSsl.ca ?? '', ...Object(ssl) },
  });

  it('lets in who has it', async () => {
    const { certificate: cert, privateKey: key } = client;
    await withProducer(reach({ cert, key }), async (producer, topic) => {
      await producer.send(topic, message(0));
    });
  });

  it('is asked of who has none', async () => {
    await withProducer(reach({}), async (producer, topic) => {
      const error = await failureOf(producer.send(topic, message(0)));
      expect(error).toMatchObject({ code: 'TLS', delivered: 'no' });
    });
  });
});
