/** Transactions on a real broker, read back as kafkajs reads what is committed. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import {
  createProducer,
  kafkajsTransport,
  type Producer,
  type ProducerOptions,
  systemClock,
} from '../../producer/index.js';
import { sharedBroker, uniqueName } from '../kafka-broker.js';
import { newTopic } from './broker.js';
import { click, clicks, failureOf, scriptedRegistry } from './clicks.js';
import { committedOffset, readCommitted } from './committed.js';
import { type AnswerFate, type KafkaProxy, startKafkaProxy } from './kafka-proxy.js';

const { registry } = scriptedRegistry(() => [404, {}]);
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const at = (n: number, partition = 0) => ({ key: null, value: click(n), partition });
/** Kafka's number for EndTxn. */
const END_TXN = 26;

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function transactional(options: Partial<ProducerOptions> = {}, tunnel?: string): Producer {
  const broker = sharedBroker().plaintext;
  const producer = createProducer({
    transport: kafkajsTransport({
      brokers: [broker],
      requestTimeoutMs: 500,
      ...(tunnel !== undefined && { tunnel: { [broker]: tunnel } }),
    }),
    registry,
    transactionalId: uniqueName('tx'),
    ...options,
  });
  ends.push(() => producer.close());
  return producer;
}

/** One whose only way to the broker is a proxy. */
async function proxied(
  fates: {
    readonly produce?: () => AnswerFate;
    readonly endTxn?: () => AnswerFate;
    readonly refuse?: (apiKey: number) => boolean;
  },
  options: Partial<ProducerOptions> = {},
): Promise<{ producer: Producer; proxy: KafkaProxy }> {
  const { produce = () => 'pass', endTxn = () => 'pass', refuse } = fates;
  const proxy = await startKafkaProxy(sharedBroker().plaintext, produce, {
    answers: (apiKey) => (apiKey === END_TXN ? endTxn() : 'pass'),
    ...(refuse !== undefined && { refuse }),
  });
  ends.push(() => proxy.close());
  return { producer: transactional(options, proxy.address), proxy };
}

const topicOf = async (partitions = 1) => ({ ...clicks, name: await newTopic(partitions) });

describe('a transaction', () => {
  it('commits messages of several topics, and offsets, when its function resolves', async () => {
    const [input, one, two] = await Promise.all([topicOf(), topicOf(2), topicOf()]);
    const group = uniqueName('group');
    const producer = transactional();
    const answer = await producer.transaction(async (tx) => {
      const report = await tx.send(one, at(0, 1));
      expect(report).toMatchObject({ topic: one.name, partition: 1, offset: 0n });
      // Not awaited: a part of it all the same.
      void tx.sendAll(one, [at(1), at(2, 1)]);
      void tx.send(two, at(3));
      tx.sendOffsets({ group, offsets: [{ topic: input.name, partition: 0, offset: 7n }] });
      // Outside of it.
      await producer.send(two, at(4));
      return 'done';
    });
    expect(answer).toBe('done');
    expect(await readCommitted(one.name)).toEqual([['user-1'], ['user-0', 'user-2']]);
    expect((await readCommitted(two.name)).flat().sort()).toEqual(['user-3', 'user-4']);
    expect(await committedOffset(group, input.name)).toBe(7n);
  });

  it('whose function throws leaves nothing, and the next one goes on', async () => {
    const topic = await topicOf();
    const group = uniqueName('group');
    const producer = transactional();
    const why = new RangeError('no more');
    const aborted = producer.transaction(async (tx) => {
      await tx.send(topic, at(0));
      tx.sendOffsets({ group, offsets: [{ topic: topic.name, partition: 0, offset: 1n }] });
      throw why;
    });
    await expect(aborted).rejects.toBe(why);
    await producer.transaction((tx) => tx.send(topic, at(1)));
    await producer.transaction(() => undefined);
    expect(await readCommitted(topic.name)).toEqual([['user-1']]);
    expect(await readCommitted(topic.name, { uncommitted: true })).toEqual([['user-0', 'user-1']]);
    expect(await committedOffset(group, topic.name)).toBe(-1n);
  });

  it('of another id runs beside it', async () => {
    const topic = await topicOf(2);
    const producers = numbers(3).map(() => transactional());
    await Promise.all(
      producers.flatMap((producer, p) =>
        numbers(6).map((n) =>
          producer
            .transaction(async (tx) => {
              await tx.send(topic, at(10 * p + n, n % 2));
              await tx.send(topic, at(10 * p + n, 1 - (n % 2)));
              // One alone: kafkajs's consumer loses its way in aborted ones that overlap.
              if (10 * p + n === 2) throw new Error('not this one');
            })
            .catch(() => undefined),
        ),
      ),
    );
    const all = numbers(3).flatMap((p) => numbers(6).map((n) => `user-${10 * p + n}`));
    const wanted = all.filter((user) => user !== 'user-2');
    for (const users of await readCommitted(topic.name)) {
      expect([...users].sort()).toEqual([...wanted].sort());
    }
  });

  it('is aborted when it outlasts its time, and that is all', async () => {
    const topic = await topicOf();
    const producer = transactional({ transactionTimeoutMs: 500 });
    const error = await failureOf(
      producer.transaction(async (tx) => {
        await tx.send(topic, at(0));
        await new Promise(() => {});
      }),
    );
    expect(error).toMatchObject({ code: 'TIMED_OUT', delivered: 'no' });
    await producer.transaction((tx) => tx.send(topic, at(1)));
    expect(await readCommitted(topic.name)).toEqual([['user-1']]);
  });

  it('may not be given more time than the broker allows', async () => {
    const producer = transactional({ transactionTimeoutMs: 3_600_000 });
    const error = await failureOf(producer.transaction(() => undefined));
    expect(error.code).toBe('CONFIG');
    expect(error.message).toBe(
      'transactionTimeoutMs is 3600000, and the broker allows less: give at most its ' +
        '`transaction.max.timeout.ms` (15 minutes, unless set).',
    );
  });
});

describe('a transactional id that another producer takes over', () => {
  it('is lost for good, and what was open with it is aborted', async () => {
    const topic = await topicOf();
    const transactionalId = uniqueName('tx');
    const [first, second] = [
      transactional({ transactionalId }),
      transactional({ transactionalId }),
    ];
    const error = await failureOf(
      first.transaction(async (tx) => {
        await tx.send(topic, at(0));
        // As soon as it connects.
        await second.connect();
        await tx.send(topic, at(1));
      }),
    );
    expect(error).toMatchObject({ code: 'FENCED', retriable: false, delivered: 'no' });
    expect(error.message).toContain(
      `another one has the transactional id "${transactionalId}" now`,
    );
    await second.transaction((tx) => tx.send(topic, at(2)));
    expect(await failureOf(first.transaction(() => undefined))).toMatchObject({ code: 'FENCED' });
    // What is sent without a transaction is nobody else's.
    await first.send(topic, at(3));
    expect(await readCommitted(topic.name)).toEqual([['user-2', 'user-3']]);
  });

  it('is lost also between commits, and when it aborts', async () => {
    const topic = await topicOf();
    const transactionalId = uniqueName('tx');
    const [first, second] = [
      transactional({ transactionalId }),
      transactional({ transactionalId }),
    ];
    await first.transaction((tx) => tx.send(topic, at(0)));
    const why = new Error('mine');
    const error = await failureOf(
      first.transaction(async (tx) => {
        await tx.send(topic, at(1));
        await second.transaction((other) => other.send(topic, at(2)));
        throw why;
      }),
    );
    expect(error).toMatchObject({ code: 'FENCED', cause: why });
    expect(await readCommitted(topic.name)).toEqual([['user-0', 'user-2']]);
  });

  it('is lost to the broker, too, where a process stood still for longer than the time', async () => {
    const topic = await topicOf();
    const transactionTimeoutMs = 1_000;
    // It does not see its own time run out.
    const clock = {
      ...systemClock,
      schedule: (task: () => void, ms: number) =>
        ms === transactionTimeoutMs ? () => {} : systemClock.schedule(task, ms),
    };
    const producer = transactional({ transactionTimeoutMs, clock });
    const error = await failureOf(
      producer.transaction(async (tx) => {
        await tx.send(topic, at(0));
        // The broker looks for such transactions every 10 seconds.
        await new Promise((resolve) => setTimeout(resolve, 13_000));
        await tx.send(topic, at(1));
      }),
    );
    expect(error.code).toBe('FENCED');
    expect(await readCommitted(topic.name)).toEqual([[]]);
  }, 40_000);
});

describe('a commit', () => {
  it.each(['swallow', 'hang up'] as const)(
    'whose answer is lost is asked about until it is known (%s)',
    async (lost) => {
      const topic = await topicOf();
      let answers = 0;
      const { producer } = await proxied({ endTxn: () => (answers++ < 2 ? lost : 'pass') });
      await producer.transaction((tx) => tx.send(topic, at(0)));
      expect(answers).toBe(3);
      await producer.transaction((tx) => tx.send(topic, at(1)));
      expect(await readCommitted(topic.name)).toEqual([['user-0', 'user-1']]);
    },
  );

  it('of which nothing is learnt is an unknown outcome, and the next transaction goes on', async () => {
    const topic = await topicOf();
    let deaf = true;
    const { producer } = await proxied(
      { endTxn: () => (deaf ? 'swallow' : 'pass') },
      { deliveryTimeoutMs: 2_000 },
    );
    const error = await failureOf(producer.transaction((tx) => tx.send(topic, at(0))));
    expect(error).toMatchObject({ code: 'TIMED_OUT', delivered: 'unknown' });
    expect(error.message).toMatch(
      /^The transaction could not be committed at .*: .*\. It may be committed all the same: read /,
    );
    deaf = false;
    await producer.transaction((tx) => tx.send(topic, at(1)));
    expect(await readCommitted(topic.name)).toEqual([['user-0', 'user-1']]);
  });

  it('that never reaches the broker is none', async () => {
    const topic = await topicOf();
    let cut = true;
    const { producer } = await proxied(
      { endTxn: () => (cut ? 'hold' : 'pass') },
      { deliveryTimeoutMs: 2_000 },
    );
    const error = await failureOf(producer.transaction((tx) => tx.send(topic, at(0))));
    expect(error).toMatchObject({ code: 'TIMED_OUT', delivered: 'unknown' });
    cut = false;
    await producer.transaction((tx) => tx.send(topic, at(1)));
    expect(await readCommitted(topic.name)).toEqual([['user-1']]);
  });
});

describe('a message of a transaction', () => {
  it.each(['swallow', 'hang up'] as const)(
    'is there once when acknowledgements get lost (%s)',
    async (lost) => {
      const topic = await topicOf(2);
      let n = 0;
      const { producer } = await proxied({ produce: () => (n++ % 3 === 0 ? lost : 'pass') });
      for (const round of numbers(4)) {
        await producer.transaction(async (tx) => {
          await Promise.all(numbers(6).map((m) => tx.send(topic, at(10 * round + m, m % 2))));
        });
      }
      const users = (partition: number) =>
        numbers(4).flatMap((round) => [0, 2, 4].map((m) => `user-${10 * round + m + partition}`));
      expect(await readCommitted(topic.name)).toEqual([users(0), users(1)]);
    },
  );

  it('that arrives when its transaction is aborted is in no later one', async () => {
    const topic = await topicOf();
    let holds = false;
    const { producer, proxy } = await proxied(
      { produce: () => (holds ? 'hold' : 'pass') },
      { deliveryTimeoutMs: 2_000 },
    );
    await producer.transaction((tx) => tx.send(topic, at(0)));
    holds = true;
    const late = await failureOf(producer.transaction((tx) => tx.send(topic, at(1))));
    expect(late).toMatchObject({ code: 'TIMED_OUT', delivered: 'no' });
    expect(late.message).not.toMatch(/stored it all the same/);
    holds = false;
    await producer.transaction(async (tx) => {
      await tx.send(topic, at(2));
      expect(await proxy.release()).toBeGreaterThan(0);
      await tx.send(topic, at(3));
    });
    expect(await readCommitted(topic.name)).toEqual([['user-0', 'user-2', 'user-3']]);
  });

  it('that is too large aborts it, also where its error is caught', async () => {
    const topic = { ...clicks, name: await newTopic(1, { 'max.message.bytes': '2000' }) };
    const producer = transactional();
    const large = { ...at(1), headers: { much: 'x'.repeat(3_000) } };
    const error = await failureOf(
      producer.transaction(async (tx) => {
        await tx.send(topic, at(0));
        await tx.send(topic, large).catch(() => undefined);
      }),
    );
    expect(error).toMatchObject({ code: 'TOO_LARGE', delivered: 'no' });
    await producer.transaction((tx) => tx.send(topic, at(2)));
    expect(await readCommitted(topic.name)).toEqual([['user-2']]);
  });
});

it('offsets of who is not a member of the group any more are refused', async () => {
  const topic = await topicOf();
  const groupId = uniqueName('group');
  const brokers = sharedBroker().plaintext.split(',');
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId, heartbeatInterval: 100, maxWaitTimeInMs: 100 });
  await consumer.connect();
  ends.push(() => consumer.disconnect());
  await consumer.subscribe({ topics: [topic.name] });
  const beat = new Promise<{ memberId: string; groupGenerationId: number }>((resolve) => {
    consumer.on(consumer.events.HEARTBEAT, ({ payload }) => resolve(payload));
  });
  void consumer.run({ eachMessage: async () => undefined });
  const { memberId, groupGenerationId: generationId } = await beat;
  const producer = transactional();
  const offsets = [{ topic: topic.name, partition: 0, offset: 3n }];
  for (const member of [
    { groupId, generationId: generationId - 1, memberId },
    { groupId, generationId, memberId: 'another' },
  ]) {
    const error = await failureOf(
      producer.transaction((tx) => tx.sendOffsets({ group: member, offsets })),
    );
    expect(error).toMatchObject({ code: 'REBALANCED', retriable: false });
  }
  expect(await committedOffset(groupId, topic.name)).toBe(-1n);
  const group = { groupId, generationId, memberId };
  await producer.transaction((tx) => tx.sendOffsets({ group, offsets }));
  expect(await committedOffset(groupId, topic.name)).toBe(3n);
});
