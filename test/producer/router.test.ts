/** Which partition a message goes to, and what becomes of it where partitions are sick or change. */
import { describe, expect, it } from '@jest/globals';
import {
  type Outcome,
  ProducerError,
  type ProducerOptions,
  partitionForKey,
} from '../../producer/index.js';
import {
  click,
  clicks,
  deferred,
  failureOf,
  keyless,
  partitions,
  setUp as setUpOne,
  userOf,
} from './clicks.js';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const to = (partition: number, n = partition) => ({ key: null, value: click(n), partition });
const hanging = () => new Promise<never>(() => {});

interface Topic {
  readonly count?: number;
  readonly leaderless?: readonly number[];
}

/** A producer to a topic of several partitions, of which some have no leader. */
function setUp({ count = 3, leaderless = [], ...options }: Partial<ProducerOptions> & Topic = {}) {
  const made = setUpOne(options);
  made.transport.onPartitions = async () => partitions(count, leaderless);
  const batches = (partition: number) =>
    made.transport.sent
      .filter((batch) => batch.partition === partition)
      .map(({ messages }) => messages.map(({ value }) => userOf(value)));
  return { ...made, batches };
}

describe('a partition that does not answer', () => {
  it('holds up its own messages alone', async () => {
    const { producer, transport, clock, batches } = setUp({ deliveryTimeoutMs: 1_000 });
    transport.reply = (messages, { partition, topic }) =>
      partition === 1 ? hanging() : transport.store(messages, { partition, topic });
    const sick = [failureOf(producer.send(clicks, to(1))), failureOf(producer.send(clicks, to(1)))];
    for (const round of numbers(3)) {
      const healthy = [producer.send(clicks, to(0)), producer.send(clicks, to(2))];
      await clock.advance(5);
      const want = [0, 2].map((partition) => ({
        topic: 'clicks',
        partition,
        offset: BigInt(round),
      }));
      expect(await Promise.all(healthy)).toMatchObject(want);
    }
    const late = failureOf(producer.send(clicks, to(1)));
    await clock.advance(3_000);
    const errors = await Promise.all([...sick, late]);
    expect(errors.map(({ code, delivered }) => [code, delivered])).toEqual([
      ['TIMED_OUT', 'unknown'],
      ['TIMED_OUT', 'unknown'],
      ['TIMED_OUT', 'no'],
    ]);
    expect(batches(1)).toEqual([['user-1', 'user-1']]);
  });

  it('is passed by what may go anywhere', async () => {
    const { producer, transport, clock } = setUp();
    transport.reply = (messages, place) =>
      place.partition === 1 ? hanging() : transport.store(messages, place);
    void producer.send(clicks, to(1));
    await clock.advance(5);
    for (const n of numbers(50)) {
      const sending = producer.send(clicks, { key: null, value: click(n) });
      await clock.advance(5);
      expect((await sending).partition).not.toBe(1);
    }
  });
});

describe('messages without a key', () => {
  it('go where there is a leader, and anywhere where there is none at all', async () => {
    for (const [leaderless, want] of [
      [[0, 2], [1]],
      [
        [0, 1, 2],
        [0, 1, 2],
      ],
    ] as const) {
      const { producer, clock } = setUp({ leaderless });
      const seen = new Set<number>();
      for (const n of numbers(60)) {
        const sending = producer.send(keyless, { value: click(n) });
        await clock.advance(5);
        seen.add((await sending).partition);
      }
      expect([...seen].sort()).toEqual(want);
    }
  });

  it('share a batch where they come together, and fill several where they are many', async () => {
    const { producer, transport, clock } = setUp({ maxBatchMessages: 4 });
    await producer.flush();
    const few = producer.sendAll(
      keyless,
      numbers(3).map((n) => ({ value: click(n) })),
    );
    await clock.advance(5);
    await few;
    expect(transport.sent.map(({ messages }) => messages.length)).toEqual([3]);
    const many = producer.sendAll(
      keyless,
      numbers(12).map((n) => ({ value: click(n) })),
    );
    await clock.advance(5);
    const partitionsOf = (await many).map(({ partition }) => partition);
    expect(transport.sent.map(({ messages }) => messages.length)).toEqual([3, 4, 4, 4]);
    expect([...new Set(partitionsOf)].sort()).toEqual([0, 1, 2]);
  });
});

it('a key stays in its partition, as Java chooses, in the order of the calls', async () => {
  const { producer, transport, clock, batches } = setUp({ maxBatchMessages: 2 });
  const answers: (() => void)[] = [];
  transport.reply = (messages, place) => {
    const answer = deferred<readonly Outcome[]>();
    answers.push(() => answer.resolve(transport.store(messages, place)));
    return answer.promise;
  };
  const sending = numbers(30).map((n) =>
    producer.send(clicks, { key: `key-${n % 5}`, value: click(n) }),
  );
  for (const _ of numbers(30)) {
    await clock.advance(5);
    // The last that was asked first: partitions wait for themselves alone.
    answers.pop()?.();
  }
  const reports = await Promise.all(sending);
  expect(reports.map(({ partition }) => partition)).toEqual(
    numbers(30).map((n) => partitionForKey(new TextEncoder().encode(`key-${n % 5}`), 3)),
  );
  for (const partition of numbers(3)) {
    const mine = numbers(30).filter((n) => reports[n]?.partition === partition);
    expect(batches(partition).flat()).toEqual(mine.map((n) => `user-${n}`));
  }
});

describe('partitions that change', () => {
  it('are asked for once a second, while messages come', async () => {
    const { producer, transport, clock } = setUp();
    const asked = () => transport.calls.filter((call) => call === 'partitions').length;
    for (const [waitMs, want] of [
      [5, 1],
      [900, 1],
      [100, 2],
      [10_000, 3],
      [0, 3],
    ] as const) {
      await clock.advance(Math.max(0, waitMs - 5));
      void producer.send(clicks, to(0));
      await clock.advance(5);
      expect([waitMs, asked()]).toEqual([waitMs, want]);
    }
  });

  it('grow: one that was not there is asked for once more', async () => {
    const { producer, transport, clock } = setUp();
    void producer.send(clicks, to(0));
    await clock.advance(5);
    transport.onPartitions = async () => partitions(4);
    const sending = producer.sendAll(clicks, [to(3), to(0)]);
    const missing = failureOf(producer.send(clicks, to(4)));
    await clock.advance(5);
    expect((await sending).map(({ partition }) => partition)).toEqual([3, 0]);
    expect(await missing).toMatchObject({ code: 'PARTITION_UNKNOWN', partition: 4 });
    expect((await missing).message).toBe(
      'Topic "clicks" has no partition 4; it has 4, counted from 0.',
    );
  });

  it('are fewer after a topic was made anew: keys find those that are left', async () => {
    const { producer, transport, clock } = setUp();
    const gone: Outcome = { error: new ProducerError('PARTITION_UNKNOWN', 'gone') };
    const keys = numbers(9).map((n) => ({ key: `key-${n}`, value: click(n) }));
    const before = producer.sendAll(clicks, keys);
    await clock.advance(5);
    await before;
    transport.onPartitions = async () => partitions(1);
    transport.reply = (messages, place) =>
      place.partition > 0 ? messages.map(() => gone) : transport.store(messages, place);
    expect(await failureOf(advanced(clock, producer.send(clicks, to(2))))).toBe(gone.error);
    const after = producer.sendAll(clicks, keys);
    await clock.advance(5);
    expect((await after).map(({ partition }) => partition)).toEqual(keys.map(() => 0));
  });

  it('and cannot be had for a while: what is known is good enough', async () => {
    const { producer, transport, clock } = setUp();
    void producer.send(clicks, to(0));
    await clock.advance(2_000);
    transport.onPartitions = () => Promise.reject(new Error('no'));
    const sending = producer.send(clicks, to(2));
    await clock.advance(5);
    expect((await sending).partition).toBe(2);
  });
});

describe('until the partitions are known', () => {
  it('messages wait in order', async () => {
    const { producer, transport, clock, batches } = setUp();
    const known = deferred<void>();
    transport.onPartitions = () => known.promise.then(() => partitions(3));
    const sending = numbers(4).map((n) => producer.send(clicks, to(n % 2, n)));
    await clock.advance(500);
    expect(transport.sent).toEqual([]);
    known.resolve();
    await clock.advance(5);
    await Promise.all(sending);
    expect([batches(0), batches(1)]).toEqual([[['user-0', 'user-2']], [['user-1', 'user-3']]]);
  });

  it('an unknown topic fails those that wait, and is asked for again by the next', async () => {
    const { producer, transport, clock } = setUp();
    transport.onPartitions = async () => {
      throw new ProducerError('TOPIC_UNKNOWN', 'no such topic');
    };
    const errors = [
      failureOf(producer.send(clicks, to(0))),
      failureOf(producer.send(clicks, to(1))),
    ];
    await clock.advance(5);
    expect((await Promise.all(errors)).map(({ code }) => code)).toEqual([
      'TOPIC_UNKNOWN',
      'TOPIC_UNKNOWN',
    ]);
    transport.onPartitions = async () => partitions(3);
    const sending = producer.send(clicks, to(1));
    await clock.advance(5);
    expect((await sending).partition).toBe(1);
  });

  it('each has a deadline of its own', async () => {
    const { producer, transport, clock } = setUp({ deliveryTimeoutMs: 1_000 });
    transport.onPartitions = hanging;
    const first = failureOf(producer.send(clicks, to(0)));
    await clock.advance(1_500);
    const second = producer.send(clicks, to(0));
    // Asked again for the second when the first has failed.
    transport.onPartitions = async () => partitions(3);
    await clock.advance(500);
    expect(await first).toMatchObject({ code: 'TIMED_OUT', delivered: 'no', topic: 'clicks' });
    expect((await first).message).toBe(
      'A message to "clicks" waited for its partitions from scripted until the delivery timeout. ' +
        'It was not sent.',
    );
    expect((await second).offset).toBe(0n);
  });

  it('tells of a transport that breaks its promise', async () => {
    for (const [answer, want] of [
      [() => Promise.reject(new Error('boom')), 'boom'],
      [async () => [], 'The transport answered no partitions'],
    ] as const) {
      const { producer, transport, clock } = setUp();
      transport.onPartitions = answer;
      const error = await failureOf(advanced(clock, producer.send(clicks, to(0))));
      expect(error).toMatchObject({ code: 'BROKER', delivered: 'no', message: want });
    }
  });

  it('flush hurries them', async () => {
    const { producer, clock } = setUp({ lingerMs: 1_000 });
    const before = clock.now();
    const sending = producer.send(clicks, to(0));
    await producer.flush();
    expect((await sending).offset).toBe(0n);
    expect(clock.now()).toBe(before);
  });
});

/** What is sent, with the time that a batch takes. */
async function advanced<T>(clock: { advance(ms: number): Promise<void> }, sending: Promise<T>) {
  sending.catch(() => undefined);
  await clock.advance(5);
  return sending;
}
