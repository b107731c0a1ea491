/** Room for messages that are on the way: who waits for it, how long, and who is told. */
import { describe, expect, it } from '@jest/globals';
import { ProducerError, type ProducerOptions } from '../../producer/index.js';
import { click, clicks, deferred, failureOf, setUp as setUpOne } from './clicks.js';
import { settled } from './manual-clock.js';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const message = (n: number) => ({ key: `user-${n}`, value: click(n) });
/** What one of these messages takes of the buffer. */
const BYTES = 109;
const TOO_LARGE = new ProducerError('TOO_LARGE', 'too large');

/** A producer whose broker answers when it is told to. */
function setUp(options: Partial<ProducerOptions> = {}) {
  const made = setUpOne({ maxBatchMessages: 1, ...options });
  const waiting: (() => void)[] = [];
  let isStopped = true;
  made.transport.reply = async (messages, to) => {
    if (isStopped) await new Promise<void>((resolve) => waiting.push(resolve));
    return made.transport.store(messages, to);
  };
  const answer = async () => {
    waiting.shift()?.();
    await settled();
  };
  const answerAll = () => {
    isStopped = false;
    for (const resolve of waiting.splice(0)) resolve();
  };
  return { ...made, answer, answerAll };
}

describe('a message that finds no room', () => {
  it('waits for it, in the order of the calls', async () => {
    const { producer, transport, clock, answer } = setUp({ maxBufferedMessages: 2 });
    const sending = numbers(5).map((n) => producer.send(clicks, message(n)));
    await clock.advance(5);
    for (const n of numbers(5)) {
      expect(transport.users().flat()).toEqual(numbers(n + 1).map((one) => `user-${one}`));
      await answer();
      await clock.advance(5);
    }
    expect((await Promise.all(sending)).map(({ offset }) => offset)).toEqual(
      numbers(5).map(BigInt),
    );
  });

  it('waits also where it would fit, behind one that does not', async () => {
    const { producer, transport, clock, answer } = setUp({ maxBufferedBytes: 2 * BYTES });
    const large = { key: 'large', value: { ...click(1), url: 'u'.repeat(60) } };
    void producer.send(clicks, message(0));
    void producer.send(clicks, large);
    void producer.send(clicks, message(2));
    await clock.advance(5);
    expect(transport.users()).toEqual([['user-0']]);
    await answer();
    await clock.advance(5);
    expect(transport.users()).toEqual([['user-0'], ['user-1']]);
    await answer();
    await clock.advance(5);
    expect(transport.users()).toEqual([['user-0'], ['user-1'], ['user-2']]);
  });

  it('is BUFFER_FULL when maxBlockMs is over, and was never sent', async () => {
    const { producer, transport, clock, answerAll } = setUp({
      maxBufferedMessages: 1,
      maxBlockMs: 100,
      deliveryTimeoutMs: 10_000,
    });
    const first = producer.send(clicks, message(0));
    const second = failureOf(producer.send(clicks, message(1)));
    await clock.advance(50);
    const third = failureOf(producer.send(clicks, message(2)));
    await clock.advance(50);
    const error = await second;
    expect(error).toMatchObject({
      code: 'BUFFER_FULL',
      retriable: true,
      delivered: 'no',
      topic: 'clicks',
      message:
        'A message to "clicks" found no room within maxBlockMs (100 ms): 1 message of ' +
        'at most 1 (109 bytes of 33554432) is on the way, 2 messages wait for room. It was not sent: await earlier sends, ask `hasRoom()` or use `sendFrom`, or raise the limits.',
    });
    await clock.advance(50);
    expect((await third).code).toBe('BUFFER_FULL');
    answerAll();
    expect((await first).offset).toBe(0n);
    expect(transport.users()).toEqual([['user-0']]);
  });

  it('is refused at once where maxBlockMs is 0, and where eight buffers wait already', async () => {
    const none = setUp({ maxBufferedMessages: 1, maxBlockMs: 0 });
    void none.producer.send(clicks, message(0));
    expect((await failureOf(none.producer.send(clicks, message(1)))).code).toBe('BUFFER_FULL');

    const { producer } = setUp({ maxBufferedBytes: BYTES });
    for (const n of numbers(1 + 8)) void producer.send(clicks, message(n));
    expect((await failureOf(producer.send(clicks, message(9)))).code).toBe('BUFFER_FULL');
  });

  it('of a sendAll lets those before it through', async () => {
    const { producer, clock, answerAll } = setUp({ maxBufferedMessages: 2, maxBlockMs: 100 });
    const error = failureOf(producer.sendAll(clicks, numbers(3).map(message)));
    await clock.advance(100);
    answerAll();
    await settled();
    expect((await error).outcomes).toMatchObject([
      { offset: 0n },
      { offset: 1n },
      { error: { code: 'BUFFER_FULL' } },
    ]);
  });

  it('has its delivery timeout from when there is room', async () => {
    const { producer, transport, clock, answer } = setUp({
      maxBufferedMessages: 1,
      deliveryTimeoutMs: 1_000,
    });
    void producer.send(clicks, message(0));
    void producer.send(clicks, message(1));
    await clock.advance(900);
    await answer();
    await clock.advance(5);
    expect(transport.sent.map(({ timeoutMs }) => timeoutMs)).toEqual([1_000, 1_000]);
  });
});

it('refuses a message that is larger than the whole buffer', async () => {
  const { producer } = setUp({ maxBufferedBytes: 100 });
  expect(await failureOf(producer.send(clicks, message(0)))).toMatchObject({
    code: 'TOO_LARGE',
    message:
      'A message to "clicks" has 109 bytes, more than the whole buffer holds (maxBufferedBytes, ' +
      '100). It was not sent.',
  });
});

it('says whether there is room, and when', async () => {
  const { producer, clock, answer } = setUp({ maxBufferedMessages: 2 });
  expect(producer.hasRoom()).toBe(true);
  void producer.send(clicks, message(0));
  expect(producer.hasRoom()).toBe(true);
  void producer.send(clicks, message(1));
  expect(producer.hasRoom()).toBe(false);
  let isTold = false;
  const told = producer.room().then(() => {
    isTold = true;
  });
  await clock.advance(5);
  expect(isTold).toBe(false);
  await answer();
  await told;
  expect(producer.hasRoom()).toBe(true);
});

it('flush and close wait for what waits for room, too', async () => {
  const { producer, transport, answerAll } = setUp({ maxBufferedMessages: 1 });
  const sending = numbers(3).map((n) => producer.send(clicks, message(n)));
  await settled();
  answerAll();
  await producer.flush();
  expect(transport.sent).toHaveLength(3);
  expect(await Promise.all(sending)).toHaveLength(3);
});

describe('sendFrom', () => {
  it('asks its source for no more than there is room for', async () => {
    const { producer, clock, answerAll } = setUp({ maxBufferedMessages: 3 });
    let asked = 0;
    const source = function* () {
      for (const n of numbers(10)) {
        asked++;
        yield message(n);
      }
    };
    const sending = producer.sendFrom(clicks, source());
    await clock.advance(5);
    expect(asked).toBe(3);
    answerAll();
    await settled();
    await clock.advance(50);
    expect(await sending).toBe(10);
  });

  it('ends with the first that fails, once what is under way is done', async () => {
    const { producer, transport, clock } = setUp({ maxBufferedMessages: 1 });
    transport.reply = undefined;
    let isClosed = false;
    const source = async function* () {
      try {
        yield message(0);
        yield { key: 'k', value: { ...click(1), url: 1 } };
        yield message(2);
      } finally {
        isClosed = true;
      }
    };
    const error = failureOf(producer.sendFrom(clicks, source() as never));
    await clock.advance(50);
    expect(await error).toMatchObject({ code: 'ENCODE' });
    expect([transport.users(), isClosed]).toEqual([[['user-0']], true]);
  });

  it('goes on where failures are heard, and tells of each', async () => {
    const { producer, transport, clock } = setUp();
    transport.reply = (messages, to) =>
      transport.sent.length === 2 ? [{ error: TOO_LARGE }] : transport.store(messages, to);
    const heard: unknown[] = [];
    const sending = producer.sendFrom(clicks, numbers(3).map(message), {
      onDelivered: ({ offset }, { key }) => heard.push([key, offset]),
      onFailed: (_, { key }) => heard.push([key, 'failed']),
    });
    await clock.advance(50);
    expect(await sending).toBe(2);
    expect(heard).toEqual([
      ['user-0', 0n],
      ['user-1', 'failed'],
      ['user-2', 1n],
    ]);
  });

  it('throws what its source throws, and sends what it gave before', async () => {
    const { producer, transport, clock } = setUp();
    transport.reply = undefined;
    const source = async function* () {
      yield message(0);
      throw new Error('the file is gone');
    };
    const sending = producer.sendFrom(clicks, source()).catch((error: unknown) => error);
    await clock.advance(5);
    expect(await sending).toEqual(new Error('the file is gone'));
    expect(transport.users()).toEqual([['user-0']]);
  });

  it('is called off while its source gives nothing', async () => {
    const { producer } = setUp();
    const stop = new AbortController();
    const source = async function* () {
      await new Promise(() => {});
      yield message(0);
    };
    const error = failureOf(producer.sendFrom(clicks, source(), { signal: stop.signal }));
    stop.abort('enough');
    expect(await error).toMatchObject({ code: 'ABORTED', cause: 'enough' });
  });

  it('asks nothing of its source where it is called off before', async () => {
    const { producer } = setUp();
    let asked = 0;
    const source = (function* () {
      asked++;
      yield message(0);
    })();
    const signal = AbortSignal.abort('enough');
    const error = await failureOf(producer.sendFrom(clicks, source, { signal }));
    expect(error).toMatchObject({ code: 'ABORTED', delivered: 'no', cause: 'enough' });
    expect(asked).toBe(0);
  });
});

describe('a call with less time, or that is called off', () => {
  it.each(['timeoutMs', 'signal'] as const)('%s: what waits is never sent', async (how) => {
    const { producer, transport, clock, answer } = setUp({ maxBufferedMessages: 2 });
    const stop = new AbortController();
    const limit = how === 'signal' ? { signal: stop.signal } : { timeoutMs: 20 };
    const first = failureOf(producer.send(clicks, message(0), limit));
    const queued = failureOf(producer.send(clicks, message(1), limit));
    const roomless = failureOf(producer.send(clicks, message(2), limit));
    const last = producer.send(clicks, message(3));
    await clock.advance(10);
    stop.abort();
    await clock.advance(10);
    const code = how === 'signal' ? 'ABORTED' : 'TIMED_OUT';
    const errors = await Promise.all([first, queued, roomless]);
    expect(errors.map((error) => [error.code, error.delivered])).toEqual([
      [code, 'unknown'],
      [code, 'no'],
      [code, 'no'],
    ]);
    await answer();
    await clock.advance(5);
    await answer();
    expect((await last).offset).toBe(1n);
    expect(transport.users()).toEqual([['user-0'], ['user-3']]);
  });

  it('says what happened', async () => {
    const { producer, clock } = setUp();
    const stop = new AbortController();
    const errors = [
      failureOf(producer.send(clicks, message(0), { timeoutMs: 20 })),
      failureOf(producer.send(clicks, message(1), { timeoutMs: 20 })),
      failureOf(producer.send(clicks, message(2), { signal: stop.signal })),
    ];
    await clock.advance(20);
    stop.abort();
    expect((await Promise.all(errors)).map((error) => error.message)).toEqual([
      'A message to "clicks" was not acknowledged within its timeoutMs, 20. It was under way: the ' +
        'broker may store it all the same.',
      'A message to "clicks" was not acknowledged within its timeoutMs, 20. It was not sent.',
      'A message to "clicks" was called off. It was not sent.',
    ]);
  });

  it('refuses what is called off already, and times that no timer has', async () => {
    const { producer, transport } = setUp();
    const aborted = failureOf(producer.send(clicks, message(0), { signal: AbortSignal.abort() }));
    expect(await aborted).toMatchObject({ code: 'ABORTED', delivered: 'no' });
    for (const timeoutMs of [0, Number.NaN, 2 ** 31]) {
      const error = await failureOf(producer.send(clicks, message(0), { timeoutMs }));
      expect([error.code, error.message]).toEqual([
        'CONFIG',
        `send: timeoutMs is ${timeoutMs}; it must be from 1 to 2147483647`,
      ]);
    }
    await settled();
    expect(transport.calls).toEqual([]);
  });

  it('leaves no timer and no listener behind', async () => {
    const { producer, transport, clock } = setUp();
    transport.reply = undefined;
    const listeners = new Set<() => void>();
    const signal = {
      aborted: false,
      addEventListener: (_: 'abort', listener: () => void) => void listeners.add(listener),
      removeEventListener: (_: 'abort', listener: () => void) => void listeners.delete(listener),
    };
    const sending = producer.sendAll(clicks, numbers(3).map(message), { signal, timeoutMs: 50 });
    expect(listeners.size).toBe(1);
    await clock.advance(5);
    await sending;
    expect(listeners.size).toBe(0);
    expect(await producer.sendAll(clicks, [], { signal })).toEqual([]);
    expect(listeners.size).toBe(0);
  });
});

describe('several batches under way', () => {
  function several(options: Partial<ProducerOptions> = {}) {
    const made = setUpOne({ maxBatchMessages: 2, ...options });
    Object.assign(made.transport, { maxInFlight: 3 });
    const answers: (() => void)[] = [];
    made.transport.reply = async (messages, to) => {
      const { promise, resolve } = deferred<void>();
      answers.push(() => resolve());
      await promise;
      return made.transport.store(messages, to);
    };
    return { ...made, answers };
  }

  it('are as many as the transport keeps in order, once the first has been taken whole', async () => {
    const { producer, transport, clock, answers } = several();
    const sending = producer.sendAll(clicks, numbers(10).map(message));
    await clock.advance(5);
    expect(transport.sent).toHaveLength(1);
    answers.shift()?.();
    await clock.advance(5);
    expect(transport.sent).toHaveLength(4);
    for (const answer of answers.splice(0)) answer();
    await clock.advance(5);
    for (const answer of answers.splice(0)) answer();
    expect(await sending).toHaveLength(10);
    expect(transport.users().flat()).toEqual(numbers(10).map((n) => `user-${n}`));
  });

  it('are not sent again in parts, which would upset the order', async () => {
    const { producer, transport, clock, answers } = several();
    const first = producer.sendAll(clicks, numbers(2).map(message));
    await clock.advance(5);
    answers.shift()?.();
    await first;
    const { reply } = transport;
    transport.reply = async (messages, to) => {
      await reply?.(messages, to);
      return messages.map(() => ({ error: TOO_LARGE }));
    };
    const error = failureOf(producer.sendAll(clicks, numbers(4).map(message)));
    await clock.advance(5);
    for (const answer of answers.splice(0)) answer();
    await clock.advance(5);
    expect((await error).outcomes.map((one) => one.error?.code)).toEqual(
      numbers(4).map(() => 'TOO_LARGE'),
    );
    expect(transport.sent).toHaveLength(3);
  });
});
