import { afterEach, describe, expect, it } from '@jest/globals';
import type { FetchedBatch, Source } from '../../../consumer/index.js';
import { kafkajsSource } from '../../../local/poller/index.js';
import { createProducer, kafkajsTransport } from '../../../producer/index.js';
import { subscription } from '../../consumer/subscription.js';
import { uniqueName } from '../../kafka-broker.js';
import { newTopic, saslSsl } from '../../producer/broker.js';
import { click, clicks, scriptedRegistry, userOf } from '../../producer/clicks.js';

const { registry } = scriptedRegistry(() => [404, {}]);
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function produce(topic: string, partition: number, users: readonly number[]): Promise<void> {
  const producer = createProducer({ transport: kafkajsTransport(saslSsl()), registry });
  await producer.sendAll(
    { ...clicks, name: topic },
    users.map((n) => ({
      key: `key-${n}`,
      value: click(n),
      partition,
      headers: { n: `${n}` },
      timestamp: new Date(1_700_000_000_000 + n),
    })),
  );
  await producer.close();
}

async function subscribed(topic: string, group = uniqueName('group')): Promise<Source> {
  const source = kafkajsSource(saslSsl())(group);
  ends.push(() => source.close());
  await source.subscribe(subscription([topic]));
  return source;
}

/** The next batch, however long the broker takes. */
async function next(source: Source, maxRecords = 100): Promise<FetchedBatch> {
  for (;;) {
    const batch = await source.poll({ maxRecords, waitMs: 1_000 });
    if (batch !== undefined) return batch;
  }
}

const usersOf = ({ records }: FetchedBatch) => records.map(({ value }) => userOf(value));
const users = (...ns: number[]) => ns.map((n) => `user-${n}`);

describe('kafkajsSource', () => {
  it('gives records as they were written, from the beginning', async () => {
    const topic = await newTopic(1);
    await produce(topic, 0, [0, 1]);
    const { records } = await next(await subscribed(topic));
    expect(records).toMatchObject([
      {
        offset: 0n,
        key: Buffer.from('key-0'),
        timestampMs: 1_700_000_000_000,
        timestampType: 'CREATE_TIME',
        headers: [['n', Buffer.from('0')]],
      },
      { offset: 1n, timestampMs: 1_700_000_000_001 },
    ]);
  });

  it('says whose time it is', async () => {
    const topic = await newTopic(1, { 'message.timestamp.type': 'LogAppendTime' });
    await produce(topic, 0, [0]);
    const { records } = await next(await subscribed(topic));
    expect(records[0]?.timestampType).toBe('LOG_APPEND_TIME');
    expect(records[0]?.timestampMs).toBeGreaterThan(1_700_000_000_000);
  });

  it('gives no more of a partition before what it gave is committed, and holds up no other', async () => {
    const topic = await newTopic(2);
    await produce(topic, 0, [0, 1, 2]);
    const source = await subscribed(topic);
    expect(usersOf(await next(source, 2))).toEqual(users(0, 1));
    await produce(topic, 1, [10]);
    expect(usersOf(await next(source, 2))).toEqual(users(10));
    await produce(topic, 0, [3]);
    expect(await source.poll({ maxRecords: 2, waitMs: 500 })).toBeUndefined();
    await source.commit([{ topic, partition: 0, offset: 2n }]);
    expect(usersOf(await next(source, 2))).toEqual(users(2));
    await source.commit([{ topic, partition: 0, offset: 3n }]);
    expect(usersOf(await next(source, 2))).toEqual(users(3));
  });

  it('gives again from where it is rewound to, also what it no longer keeps', async () => {
    const topic = await newTopic(1);
    await produce(topic, 0, numbers(4));
    const source = await subscribed(topic);
    await next(source);
    source.readFrom({ topic, partition: 0, offset: 1n });
    expect(usersOf(await next(source))).toEqual(users(1, 2, 3));
    await source.commit([{ topic, partition: 0, offset: 4n }]);
    source.readFrom({ topic, partition: 0, offset: 2n });
    expect(usersOf(await next(source))).toEqual(users(2, 3));
  });

  it('goes on from the commit of whoever read before, and repeats what was not committed', async () => {
    const topic = await newTopic(1);
    const group = uniqueName('group');
    await produce(topic, 0, numbers(5));
    const first = await subscribed(topic, group);
    await next(first, 4);
    await first.commit([{ topic, partition: 0, offset: 3n }]);
    await first.close();
    expect(usersOf(await next(await subscribed(topic, group)))).toEqual(users(3, 4));
  });

  it('shares partitions with a second member, and loses nothing', async () => {
    const topic = await newTopic(4);
    const group = uniqueName('group');
    const first = await subscribed(topic, group);
    const second = await subscribed(topic, group);
    for (const partition of numbers(4)) await produce(topic, partition, [partition]);
    const seen = new Set<string | null>();
    while (seen.size < 4) {
      for (const source of [first, second]) {
        const batch = await source.poll({ maxRecords: 10, waitMs: 200 });
        for (const user of batch ? usersOf(batch) : []) seen.add(user);
      }
    }
    expect([...seen].sort()).toEqual(users(0, 1, 2, 3));
  });
});

describe('one clear message', () => {
  it('for an unknown topic', async () => {
    const topic = uniqueName('nowhere');
    await expect(subscribed(topic)).rejects.toMatchObject({
      code: 'TOPIC_UNKNOWN',
      topic,
      message: expect.stringContaining(`There is no topic "${topic}"`),
    });
  });

  it('for wrong credentials', async () => {
    const sasl = { mechanism: 'scram-sha-512', username: 'tavro', password: 'wrong' } as const;
    const source = kafkajsSource({ ...saslSsl(), sasl })(uniqueName('group'));
    await expect(source.subscribe(subscription(['any']))).rejects.toMatchObject({
      code: 'AUTHENTICATION',
    });
    await source.close();
  });
});
