import { describe, expect, it } from '@jest/globals';
import {
  createProducer,
  type KafkajsTransportOptions,
  type ProducerOptions,
  partitionForKey,
} from '../../producer/index.js';
import { uniqueName } from '../kafka-broker.js';
import { newTopic, readTopic, saslSsl } from './broker.js';
import { click, clicks, failureOf, scriptedRegistry } from './clicks.js';
import { testedTransport } from './tested-transport.js';

const { registry } = scriptedRegistry(() => [404, {}]);
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const message = (n: number) => ({ key: `key-${n}`, value: click(n) });

async function withProducer<T>(
  connection: KafkajsTransportOptions,
  work: (producer: ReturnType<typeof createProducer>) => Promise<T>,
  options: Partial<ProducerOptions> = {},
): Promise<T> {
  const transport = testedTransport(connection);
  const producer = createProducer({ transport, registry, ...options });
  try {
    return await work(producer);
  } finally {
    await producer.close();
  }
}

describe('over SASL_SSL with SCRAM-SHA-512', () => {
  it('reports the partition and offset at which a consumer sees each message', async () => {
    const topic = { ...clicks, name: await newTopic(3) };
    const reports = await withProducer(saslSsl(), (producer) =>
      producer.sendAll(topic, numbers(500).map(message)),
    );
    const seen = await readTopic(topic.name);
    const at = new Map(seen.map(({ partition, offset, user }) => [`${partition}@${offset}`, user]));
    expect(reports.map(({ partition, offset }) => at.get(`${partition}@${offset}`))).toEqual(
      numbers(500).map((n) => `user-${n}`),
    );
    expect(seen).toHaveLength(500);
    expect(new Set(reports.map(({ partition }) => partition)).size).toBe(3);
  });

  it('keeps the order within a partition, and chooses it as Java does', async () => {
    const topic = { ...clicks, name: await newTopic(4) };
    await withProducer(
      saslSsl(),
      (producer) =>
        Promise.all(
          numbers(300).map((n) => producer.send(topic, { key: `key-${n % 10}`, value: click(n) })),
        ),
      { maxBatchMessages: 7 },
    );
    const seen = await readTopic(topic.name);
    for (const { key, partition } of seen) {
      expect(partition).toBe(partitionForKey(new TextEncoder().encode(key ?? ''), 4));
    }
    for (const partition of numbers(4)) {
      const users = seen.filter((one) => one.partition === partition).map(({ user }) => user);
      const inOrder = numbers(300)
        .map((n) => `user-${n}`)
        .filter((user) => users.includes(user));
      expect(users).toEqual(inOrder);
    }
  });

  it('carries headers, time, partition and tombstones', async () => {
    const topic = { ...clicks, name: await newTopic(3) };
    const timestamp = new Date('2026-01-02T03:04:05.678Z');
    const report = await withProducer(saslSsl(), (producer) =>
      producer.send(topic, {
        key: 'gone',
        value: null,
        headers: { trace: ['abc', Uint8Array.of(0xff), ''], other: 'ü' },
        timestamp,
        partition: 1,
      }),
    );
    expect(report).toEqual({ topic: topic.name, partition: 1, offset: 0n, timestamp });
    expect(await readTopic(topic.name)).toEqual([
      {
        partition: 1,
        offset: 0n,
        user: null,
        key: 'gone',
        timestampMs: timestamp.getTime(),
        headers: { trace: ['abc', '\uFFFD', ''], other: 'ü' },
      },
    ]);
  });

  it("tells the broker's time where messages have that", async () => {
    const config = { 'message.timestamp.type': 'LogAppendTime' };
    const topic = { ...clicks, name: await newTopic(1, config) };
    const before = Date.now();
    const sent = { key: 'k', value: click(1), timestamp: new Date(1) };
    const report = await withProducer(saslSsl(), (producer) => producer.send(topic, sent));
    const [seen] = await readTopic(topic.name);
    expect(report.timestamp).toEqual(new Date(seen?.timestampMs ?? 0));
    expect(report.timestamp.getTime()).toBeGreaterThanOrEqual(before);
  });

  it('compresses', async () => {
    const topic = { ...clicks, name: await newTopic(1) };
    await withProducer({ ...saslSsl(), compression: 'gzip' }, (producer) =>
      producer.sendAll(topic, numbers(50).map(message)),
    );
    expect(await readTopic(topic.name)).toHaveLength(50);
  });
});

describe('what a topic does not take', () => {
  it('is refused alone: the rest of its batch is stored', async () => {
    const topic = { ...clicks, name: await newTopic(2, { 'max.message.bytes': '2000' }) };
    const large = { user_id: 'large', url: 'x'.repeat(3_000) };
    const error = await withProducer(saslSsl(), (producer) =>
      failureOf(
        producer.sendAll(
          topic,
          numbers(40).map((n) => ({ key: `key-${n}`, value: n === 17 ? large : click(n) })),
        ),
      ),
    );
    expect(error).toMatchObject({ code: 'TOO_LARGE', topic: topic.name, delivered: 'no' });
    expect(error.outcomes.flatMap((one, n) => (one.error ? [n] : []))).toEqual([17]);
    expect(await readTopic(topic.name)).toHaveLength(39);
  });

  it('names a partition that is not there', async () => {
    const topic = { ...clicks, name: await newTopic(2) };
    const error = await withProducer(saslSsl(), (producer) =>
      failureOf(producer.send(topic, { ...message(0), partition: 2 })),
    );
    expect(error).toMatchObject({ code: 'PARTITION_UNKNOWN', partition: 2 });
  });
});

describe('one clear message', () => {
  const attempt = (
    connection: KafkajsTransportOptions,
    name = 'any',
    options: Partial<ProducerOptions> = {},
  ) =>
    withProducer(
      connection,
      (producer) => failureOf(producer.send({ ...clicks, name }, message(0))),
      options,
    );

  it('for wrong credentials', async () => {
    const { brokers } = saslSsl();
    const sasl = { mechanism: 'scram-sha-512', username: 'tavro', password: 'wrong' } as const;
    const error = await attempt({ ...saslSsl(), sasl });
    expect(error).toMatchObject({ code: 'AUTHENTICATION', retriable: false });
    expect(error.message).toMatch(
      new RegExp(`^${brokers[0]} refused the credentials: Auth.*SCRAM`),
    );
    expect(error.message).not.toContain('wrong');
  });

  it('for wrong credentials made of a copy of the right ones', async () => {
    const right = saslSsl();
    const topic = { ...clicks, name: await newTopic(1) };
    await withProducer(right, (producer) => producer.send(topic, message(0)));
    const sasl = { ...right.sasl, password: 'rotated' } as typeof right.sasl;
    expect((await attempt({ ...right, ...(sasl && { sasl }) })).code).toBe('AUTHENTICATION');
  });

  it('for a certificate that is not trusted', async () => {
    const error = await attempt({ ...saslSsl(), ssl: true });
    expect(error).toMatchObject({ code: 'TLS', host: saslSsl().brokers[0] });
    expect(error.message).toMatch(/self-signed certificate.*`ssl: \{ ca \}`/);
  });

  it('for an unknown topic', async () => {
    const name = uniqueName('nowhere');
    const error = await attempt(saslSsl(), name);
    expect(error).toMatchObject({ code: 'TOPIC_UNKNOWN', topic: name });
    expect(error.message).toMatch(new RegExp(`There is no topic "${name}" at `));
  });

  it('for a broker that is not there', async () => {
    const connection = { brokers: ['127.0.0.1:1'] };
    const errors = [
      await withProducer(connection, (producer) => failureOf(producer.connect())),
      await attempt(connection, 'any', { deliveryTimeoutMs: 2_000 }),
    ];
    for (const error of errors) {
      expect(error).toMatchObject({ code: 'UNREACHABLE', host: '127.0.0.1:1', retriable: true });
      expect(error.message).toMatch(
        /^No Kafka broker could be reached at 127\.0\.0\.1:1: .*ECONNREFUSED/,
      );
    }
  });

  it.each([[[]], [['broker']], [['https://broker:9092']]])('for the addresses %p', (brokers) => {
    expect(() => testedTransport({ brokers })).toThrow(expect.objectContaining({ code: 'CONFIG' }));
  });
});
