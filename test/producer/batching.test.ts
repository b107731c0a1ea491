import { describe, expect, it } from '@jest/globals';
import { type Outcome, ProducerError } from '../../producer/index.js';
import {
  click,
  clicks,
  deferred,
  failureOf,
  keyless,
  partitions,
  setUp,
  userOf,
} from './clicks.js';
import { settled } from './manual-clock.js';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const message = (n: number) => ({ key: `user-${n}`, value: click(n) });
const tooLarge: Outcome = { error: new ProducerError('TOO_LARGE', 'too large') };

describe('delivery reports', () => {
  it('says where a message was stored', async () => {
    const { producer, clock } = setUp();
    const timestamp = new Date(clock.now());
    const sending = producer.send(clicks, message(1));
    await clock.advance(5);
    expect(await sending).toEqual({ topic: 'clicks', partition: 0, offset: 0n, timestamp });
  });

  it('has the time of the broker where messages have that', async () => {
    const { producer, transport, clock } = setUp();
    transport.reply = () => [{ partition: 0, offset: 0n, appendedMs: 1_700_000_000_000 }];
    const sending = producer.send(clicks, { ...message(1), timestamp: new Date(1) });
    await clock.advance(5);
    expect((await sending).timestamp).toEqual(new Date(1_700_000_000_000));
  });

  it('gives each of many its own, in order', async () => {
    const { producer, clock } = setUp();
    const sending = producer.sendAll(clicks, numbers(3).map(message));
    await clock.advance(5);
    expect((await sending).map(({ offset }) => offset)).toEqual([0n, 1n, 2n]);
  });

  it('answers an empty list without sending', async () => {
    const { producer, transport } = setUp();
    expect(await producer.sendAll(clicks, [])).toEqual([]);
    expect(transport.calls).toEqual([]);
  });

  it('fails only the messages that failed, and tells of all', async () => {
    const { producer, transport, clock } = setUp();
    const refused = new ProducerError('REJECTED', 'no', { partition: 2 });
    transport.reply = ([one]) => [
      { partition: 0, offset: 5n },
      { error: refused },
      ...(one === undefined ? [] : [{ partition: 1, offset: 9n }]),
    ];
    const error = failureOf(producer.sendAll(clicks, numbers(3).map(message)));
    await clock.advance(5);
    expect(await error).toMatchObject({ code: 'REJECTED', topic: 'clicks', partition: 2 });
    expect((await error).message).toMatch(/^1 of 3 messages to "clicks" was not delivered/);
    expect((await error).outcomes).toEqual([
      { partition: 0, offset: 5n },
      { error: refused },
      { partition: 1, offset: 9n },
    ]);
  });
});

describe('batching', () => {
  it('makes one request of sends that come together, in the order of the calls', async () => {
    const { producer, transport, clock } = setUp();
    const sending = numbers(200).map((n) => producer.send(clicks, message(n)));
    await clock.advance(5);
    expect((await Promise.all(sending)).map(({ offset }) => offset)).toEqual(
      numbers(200).map(BigInt),
    );
    expect(transport.users()).toEqual([numbers(200).map((n) => `user-${n}`)]);
  });

  it('waits for nothing where nothing is under way, but the end of the turn', async () => {
    const { producer, transport, clock } = setUp({ lingerMs: 20 });
    const startMs = clock.now();
    for (const n of [0, 2, 4]) {
      const sending = [producer.send(clicks, message(n))];
      await Promise.resolve();
      sending.push(producer.send(clicks, message(n + 1)));
      await clock.advance(0);
      await Promise.all(sending);
    }
    expect(clock.now()).toBe(startMs);
    expect(transport.users()).toEqual([
      ['user-0', 'user-1'],
      ['user-2', 'user-3'],
      ['user-4', 'user-5'],
    ]);
  });

  it.each([
    { endsMs: 10, lastMs: 19, wantMs: 20 },
    { endsMs: 20, lastMs: 19, wantMs: 20 },
    { endsMs: 30, lastMs: 29, wantMs: 30 },
  ])(
    'lingers under load: of a batch that ends after $endsMs ms the next begins after $wantMs',
    async ({ endsMs, lastMs, wantMs }) => {
      const { producer, transport, clock } = setUp({ lingerMs: 20 });
      void producer.send(clicks, message(0));
      const end = deferred<void>();
      transport.reply = (messages, to) => end.promise.then(() => transport.store(messages, to));
      await clock.advance(0);
      void producer.send(clicks, message(1));
      clock.schedule(end.resolve, endsMs);
      clock.schedule(() => void producer.send(clicks, message(2)), 5);
      await clock.advance(lastMs);
      expect(transport.users()).toEqual([['user-0']]);
      await clock.advance(wantMs - lastMs);
      expect(transport.users()).toEqual([['user-0'], ['user-1', 'user-2']]);
    },
  );

  it('collects the next batch while one is under way', async () => {
    const { producer, transport, clock } = setUp();
    const first = deferred<readonly Outcome[]>();
    transport.reply = () => first.promise;
    void producer.send(clicks, message(0));
    await clock.advance(5);
    for (const n of [1, 2, 3]) {
      void producer.send(clicks, message(n));
      await clock.advance(100);
    }
    expect(transport.users()).toEqual([['user-0']]);
    transport.reply = undefined;
    first.resolve([{ partition: 0, offset: 0n }]);
    await settled();
    expect(transport.users()).toEqual([['user-0'], ['user-1', 'user-2', 'user-3']]);
  });

  it('does not hold back one topic for another', async () => {
    const { producer, transport, clock } = setUp();
    transport.reply = () => new Promise(() => {});
    void producer.send(clicks, message(0));
    await clock.advance(5);
    void producer.send(keyless, { value: click(1) });
    await clock.advance(5);
    expect(transport.sent.map(({ topic }) => topic)).toEqual(['clicks', 'keyless-clicks']);
  });

  it.each([
    { limits: { maxBatchMessages: 2 }, want: [2, 2, 1] },
    { limits: { maxBatchBytes: 250 }, want: [2, 2, 1] },
    { limits: { maxBatchBytes: 1 }, want: [1, 1, 1, 1, 1] },
  ])('keeps a batch within $limits', async ({ limits, want }) => {
    const { producer, transport, clock } = setUp(limits);
    const sending = producer.sendAll(clicks, numbers(5).map(message));
    await clock.advance(5);
    await sending;
    expect(transport.sent.map(({ messages }) => messages.length)).toEqual(want);
    expect(transport.users().flat()).toEqual(numbers(5).map((n) => `user-${n}`));
  });

  it('sends a batch that the broker finds too large in halves', async () => {
    const { producer, transport, clock } = setUp();
    transport.reply = (messages, to) => {
      const fits =
        messages.length <= 2 && !messages.some(({ value }) => userOf(value) === 'user-5');
      if (fits) return transport.store(messages, to);
      return messages.map(() => tooLarge);
    };
    const error = failureOf(producer.sendAll(clicks, numbers(8).map(message)));
    await clock.advance(5);
    const codes = (await error).outcomes.map((one) => one.error?.code ?? 'stored');
    expect(codes).toEqual(numbers(8).map((n) => (n === 5 ? 'TOO_LARGE' : 'stored')));
    expect(transport.users().filter((users) => users.length === 1)).toEqual([
      ['user-4'],
      ['user-5'],
    ]);
  });
});

describe('flush and close', () => {
  it('flush sends at once and waits for the last report', async () => {
    const { producer, transport } = setUp({ lingerMs: 1_000, maxBatchMessages: 2 });
    const sending = numbers(5).map((n) => producer.send(clicks, message(n)));
    await producer.flush();
    expect(transport.sent).toHaveLength(3);
    expect(await Promise.all(sending)).toHaveLength(5);
  });

  it('flush settles when messages fail, too', async () => {
    const { producer, transport } = setUp();
    transport.reply = () => [tooLarge];
    const error = failureOf(producer.send(clicks, message(0)));
    await producer.flush();
    expect((await error).code).toBe('TOO_LARGE');
  });

  it('close flushes, then disconnects once, then refuses', async () => {
    const { producer, transport } = setUp();
    const sending = producer.send(clicks, message(0));
    await Promise.all([producer.close(), producer.close()]);
    expect((await sending).offset).toBe(0n);
    expect(transport.calls).toEqual(['partitions', 'send', 'disconnect']);
    expect(await failureOf(producer.send(clicks, message(1)))).toMatchObject({
      code: 'CLOSED',
      topic: 'clicks',
    });
  });
});

describe('connect', () => {
  it('is for who wants to know; a send does without', async () => {
    const { producer, transport, clock } = setUp();
    const nobody = new ProducerError('UNREACHABLE', 'nobody there');
    transport.onConnect = () => Promise.reject(nobody);
    expect(await failureOf(producer.connect())).toBe(nobody);
    const sending = producer.send(clicks, message(0));
    await clock.advance(0);
    expect((await sending).offset).toBe(0n);
    transport.onConnect = async () => {};
    await producer.connect();
    expect(transport.calls).toEqual(['connect', 'partitions', 'send', 'connect']);
  });

  it('fails once the producer is closed', async () => {
    const { producer, transport } = setUp();
    await producer.close();
    const error = await failureOf(producer.connect());
    expect([error.code, error.message]).toEqual(['CLOSED', 'The producer is closed.']);
    expect(transport.calls).toEqual(['disconnect']);
  });
});

it('is closed at the end of a block that uses it', async () => {
  const { producer, transport } = setUp();
  const sending = producer.send(clicks, message(0));
  await producer[Symbol.asyncDispose]();
  expect((await sending).offset).toBe(0n);
  expect(transport.calls).toEqual(['partitions', 'send', 'disconnect']);
});

describe('limits', () => {
  it.each([
    { lingerMs: -1 },
    { lingerMs: Number.NaN },
    { deliveryTimeoutMs: 0 },
    { maxBlockMs: -1 },
    { deliveryTimeoutMs: Number.POSITIVE_INFINITY },
    { maxBatchMessages: 0 },
  ])('refuses %p', (options) => {
    const [name] = Object.keys(options);
    expect(() => setUp(options)).toThrow(new RegExp(`createProducer: ${name} is`));
  });
});

describe('delivery timeout', () => {
  it('gives the transport the time that is left', async () => {
    const { producer, transport, clock } = setUp({ deliveryTimeoutMs: 1_000 });
    transport.onPartitions = () =>
      new Promise((resolve) => clock.schedule(() => resolve(partitions(1)), 10));
    void producer.send(clicks, message(0));
    await clock.advance(10);
    expect(transport.sent[0]?.timeoutMs).toBe(990);
  });

  it('fails what waits behind a stuck batch, surely undelivered', async () => {
    const { producer, transport, clock } = setUp({ deliveryTimeoutMs: 1_000 });
    transport.reply = () => new Promise(() => {});
    const stuck = failureOf(producer.send(clicks, message(0)));
    await clock.advance(500);
    const waiting = failureOf(producer.send(clicks, message(1)));
    await clock.advance(1_500);
    expect(await stuck).toMatchObject({ code: 'TIMED_OUT', delivered: 'unknown', topic: 'clicks' });
    expect(await waiting).toMatchObject({ code: 'TIMED_OUT', delivered: 'no' });
    expect(transport.users()).toEqual([['user-0']]);
  });

  it('does not tie fresh messages to the deadline of old ones', async () => {
    const { producer, transport, clock } = setUp({ deliveryTimeoutMs: 1_000 });
    const first = deferred<readonly Outcome[]>();
    transport.reply = () => first.promise;
    void producer.send(clicks, message(0));
    await clock.advance(100);
    void producer.send(clicks, message(1));
    await clock.advance(800);
    void producer.send(clicks, message(2));
    transport.reply = undefined;
    first.resolve([{ partition: 0, offset: 0n }]);
    await clock.advance(5);
    expect(transport.sent.map(({ timeoutMs }) => timeoutMs)).toEqual([1_000, 200, 995]);
  });
});

describe('a transport that fails', () => {
  it('fails what waits with the reason, and is asked again by the next', async () => {
    const { producer, transport, clock } = setUp();
    transport.onPartitions = async () => {
      throw new ProducerError('UNREACHABLE', 'nobody there');
    };
    const error = failureOf(producer.send(clicks, message(0)));
    await clock.advance(5);
    expect(await error).toMatchObject({ code: 'UNREACHABLE', message: 'nobody there' });
    transport.onPartitions = async () => partitions(1);
    const sending = producer.send(clicks, message(1));
    await clock.advance(5);
    expect((await sending).offset).toBe(0n);
  });

  it.each([
    ['throws', async () => Promise.reject(new Error('boom')), /boom/],
    ['answers too little', async () => [], /0 outcomes/],
  ] as const)('that %s leaves the fate of its messages unknown', async (_, reply, want) => {
    const { producer, transport, clock } = setUp();
    transport.reply = reply;
    const error = failureOf(producer.send(clicks, message(0)));
    await clock.advance(5);
    expect(await error).toMatchObject({ code: 'BROKER', delivered: 'unknown' });
    expect((await error).message).toMatch(want);
  });
});
