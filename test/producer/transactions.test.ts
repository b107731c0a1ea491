/** What a producer makes of transactions, on the broker in this process. */
import { describe, expect, it } from '@jest/globals';
import { MemoryBroker, memorySource, memoryTransport } from '../../local/memory/index.js';
import {
  createProducer,
  type Producer,
  ProducerError,
  type ProducerOptions,
  type Transaction,
} from '../../producer/index.js';
import { subscription } from '../consumer/subscription.js';
import {
  click,
  clicks,
  deferred,
  failureOf,
  ScriptedTransport,
  scriptedRegistry,
  userOf,
} from './clicks.js';
import { ManualClock, settled } from './manual-clock.js';

const { registry } = scriptedRegistry(() => [404, {}]);
const at = (n: number, partition = 0) => ({ key: null, value: click(n), partition });

function setUp(options: Partial<ProducerOptions> = {}) {
  const broker = new MemoryBroker();
  broker.createTopic(clicks.name, { partitions: 2 });
  const clock = new ManualClock();
  const open = (more: Partial<ProducerOptions> = {}): Producer =>
    createProducer({
      transport: memoryTransport(broker),
      registry,
      transactionalId: 'orders-0',
      ...options,
      ...more,
    });
  const read = (partition: number, uncommitted = false) =>
    broker
      .read({ topic: clicks.name, partition }, 0n, 100, { uncommitted })
      .map(({ value }) => userOf(value));
  return { broker, clock, open, read, producer: open() };
}

describe('a transaction', () => {
  it('is there when it is committed, and holds up what comes after it until then', async () => {
    const { broker, producer, read } = setUp();
    const answer = await producer.transaction(async (tx) => {
      await tx.send(clicks, at(0));
      void tx.sendAll(clicks, [at(1), at(2, 1)]);
      await producer.send(clicks, at(3));
      tx.sendOffsets({ group: 'g', offsets: [{ topic: 'in', partition: 0, offset: 5n }] });
      expect([read(0), read(1), broker.committed('g', { topic: 'in', partition: 0 })]).toEqual([
        [],
        [],
        undefined,
      ]);
      return 7;
    });
    expect(answer).toBe(7);
    expect(read(0).sort()).toEqual(['user-0', 'user-1', 'user-3']);
    expect(read(1)).toEqual(['user-2']);
    expect(broker.committed('g', { topic: 'in', partition: 0 })).toBe(5n);
  });

  it('that throws leaves nothing, and its error comes out', async () => {
    const { broker, producer, read } = setUp();
    const why = new RangeError('mine');
    const aborted = producer.transaction(async (tx) => {
      await tx.send(clicks, at(0));
      tx.sendOffsets({ group: 'g', offsets: [{ topic: 'in', partition: 0, offset: 5n }] });
      throw why;
    });
    await expect(aborted).rejects.toBe(why);
    // Also one that throws at once.
    const atOnce = producer.transaction(() => {
      throw why;
    });
    await expect(atOnce).rejects.toBe(why);
    await producer.send(clicks, at(1));
    expect(read(0)).toEqual(['user-1']);
    expect(read(0, true)).toEqual(['user-0', 'user-1']);
    expect(broker.committed('g', { topic: 'in', partition: 0 })).toBeUndefined();
    // A poller passes over it, too.
    const source = memorySource(broker)('reader');
    await source.subscribe(subscription([clicks.name]));
    const batch = await source.poll({ waitMs: 0, maxRecords: 10 });
    expect(batch?.records.map(({ value }) => userOf(value))).toEqual(['user-1']);
  });

  it('with a message that does not fit is aborted, also where that is caught or not awaited', async () => {
    const { producer, read } = setUp();
    const bad = { ...at(1), value: { user_id: 'user-1' } } as never;
    const caught = producer.transaction(async (tx) => {
      await tx.send(clicks, at(0));
      await tx.send(clicks, bad).catch(() => undefined);
    });
    expect(await failureOf(caught)).toMatchObject({ code: 'ENCODE', delivered: 'no' });
    const ignored = producer.transaction((tx) => void tx.send(clicks, bad));
    expect(await failureOf(ignored)).toMatchObject({ code: 'ENCODE' });
    expect(read(0)).toEqual([]);
  });

  it('waits for its turn', async () => {
    const { producer, read } = setUp();
    const gate = deferred<void>();
    const seen: string[] = [];
    const first = producer.transaction(async (tx) => {
      await gate.promise;
      seen.push('first');
      await tx.send(clicks, at(0));
    });
    const second = producer.transaction(async (tx) => {
      seen.push('second');
      await tx.send(clicks, at(1));
    });
    await settled();
    gate.resolve();
    await Promise.all([first, second]);
    expect(seen).toEqual(['first', 'second']);
    expect(read(0)).toEqual(['user-0', 'user-1']);
  });

  it('inside of another is refused: it would wait for itself', async () => {
    const { producer } = setUp();
    const error = await failureOf(
      producer.transaction(() => producer.transaction(() => undefined)),
    );
    expect(error.code).toBe('CONFIG');
    expect(error.message).toBe(
      'A transaction was begun inside of another of the same producer, which would wait for itself. Use ' +
        'the outer one, or a producer with another transactionalId.',
    );
  });

  it('takes nothing more when its function is through', async () => {
    const { producer, read } = setUp();
    let kept: Transaction | undefined;
    await producer.transaction(async (tx) => {
      kept = tx;
      await tx.send(clicks, at(0));
    });
    const error = await failureOf(kept?.send(clicks, at(1)) ?? Promise.resolve());
    expect(error.code).toBe('CLOSED');
    expect(error.message).toBe(
      'The transaction is over, and this is not a part of it: await all of its work inside of its function.',
    );
    expect(read(0)).toEqual(['user-0']);
  });

  it('is aborted when its time is up, whatever its function does then', async () => {
    const { clock, open, read } = setUp();
    const producer = open({ clock, transactionTimeoutMs: 2_000 });
    const gate = deferred<void>();
    let after: unknown;
    const work = producer.transaction(async (tx) => {
      void tx.send(clicks, at(0));
      await gate.promise;
      after = await tx.send(clicks, at(1)).catch((error: unknown) => error);
    });
    const failed = failureOf(work);
    await clock.advance(2_000);
    expect((await failed).message).toBe(
      'The transaction took longer than 2000 ms and was aborted. Do less in one, or raise ' +
        'transactionTimeoutMs.',
    );
    gate.resolve();
    await settled();
    expect(after).toMatchObject({ code: 'TIMED_OUT' });
    expect([read(0), read(0, true)]).toEqual([[], ['user-0']]);
  });
});

describe('a transactional id', () => {
  it('is of one producer: another that connects fences the first', async () => {
    const { open, producer, read } = setUp();
    const error = await failureOf(
      producer.transaction(async (tx) => {
        await tx.send(clicks, at(0));
        await open().connect();
        await tx.send(clicks, at(1));
      }),
    );
    expect(error).toMatchObject({ code: 'FENCED', retriable: false });
    expect(error.message).toBe(
      'The broker takes nothing more of this producer: another one has the transactional id "orders-0" ' +
        'now, or a transaction outlasted its time while this process stood still. What it had open is ' +
        'aborted. Close it and, where this process is still wanted, make another.',
    );
    expect(await failureOf(producer.transaction(() => undefined))).toMatchObject({
      code: 'FENCED',
    });
    expect(read(0)).toEqual([]);
    const fencedAtCommit = open({ transactionalId: 'b' });
    const late = fencedAtCommit.transaction(async (tx) => {
      await tx.send(clicks, at(2));
      await open({ transactionalId: 'b' }).connect();
    });
    expect(await failureOf(late)).toMatchObject({ code: 'FENCED', delivered: 'no' });
    expect(read(0)).toEqual([]);
  });

  it('is taken when the producer connects, which waits for no transaction', async () => {
    const { open, producer } = setUp();
    const gate = deferred<void>();
    const running = producer.transaction(() => gate.promise);
    await settled();
    await producer.connect();
    gate.resolve();
    await running;
    await open().connect();
    // For probes: this process has no business any more.
    expect(await failureOf(producer.connect())).toMatchObject({ code: 'FENCED' });
  });

  it('is needed', async () => {
    const { broker } = setUp();
    const producer = createProducer({ transport: memoryTransport(broker), registry });
    expect((await failureOf(producer.transaction(() => undefined))).message).toBe(
      'This producer has no transactions: give createProducer a `transactionalId`, one per process.',
    );
  });

  const member = "the group's name or { groupId, generationId, memberId }";
  const one = { topic: 'in', partition: 0, offset: 5n };
  it.each<[unknown, string]>([
    [undefined, ' is undefined; it must be { group, offsets }'],
    [{ offsets: [one] }, `: group is undefined; it must be ${member}`],
    [{ group: '', offsets: [one] }, `: group is string; it must be ${member}`],
    [{ group: { groupId: 'g' }, offsets: [one] }, `: group is object; it must be ${member}`],
    [{ group: 'g', offsets: one }, ': offsets is object; it must be an array'],
    [
      { group: 'g', offsets: [one, { partition: 0, offset: 5n }] },
      ": offsets[1].topic is undefined; it must be a topic's name",
    ],
    [
      { group: 'g', offsets: [{ ...one, partition: -1 }] },
      ': offsets[0].partition is -1; it must be a whole number from 0',
    ],
    [
      { group: 'g', offsets: [{ ...one, offset: 5 }] },
      ': offsets[0].offset is 5; it must be a bigint from 0n',
    ],
    [
      { group: 'g', offsets: [{ ...one, offset: -5n }] },
      ': offsets[0].offset is bigint; it must be a bigint from 0n',
    ],
  ])('takes no offsets such as %o, and is aborted', async (offsets, says) => {
    const { producer, read } = setUp();
    const running = producer.transaction(async (tx) => {
      await tx.send(clicks, at(0));
      // Not safe, which is what is tried: JavaScript lets it through.
      tx.sendOffsets(offsets as never);
    });
    const { code, message } = await failureOf(running);
    expect([code, message]).toEqual(['CONFIG', `sendOffsets${says}`]);
    expect(read(0)).toEqual([]);
  });

  it('is a function', async () => {
    const { producer } = setUp();
    // Not safe, as above.
    const { code, message } = await failureOf(producer.transaction('x' as never));
    expect([code, message]).toEqual([
      'CONFIG',
      'transaction: what it is given is string; it must be a function',
    ]);
  });

  it('may not be empty', () => {
    const { broker } = setUp();
    const transport = memoryTransport(broker);
    expect(() => createProducer({ transport, registry, transactionalId: '' })).toThrow(
      'createProducer: transactionalId is empty; leave it out for no transactions',
    );
  });

  it('needs a transport with transactions', () => {
    const transport = new ScriptedTransport();
    expect(() => createProducer({ transport, registry, transactionalId: 'a' })).toThrow(
      'createProducer: transactionalId is given, and the transport (scripted) has no transactions. ' +
        'kafkajsTransport and, in tests, memoryTransport have.',
    );
  });
});

describe('close', () => {
  it('lets a transaction end, and refuses those that wait', async () => {
    const { producer, read } = setUp();
    const gate = deferred<void>();
    const running = producer.transaction(async (tx) => {
      await gate.promise;
      await tx.send(clicks, at(0));
    });
    const waiting = failureOf(producer.transaction(() => undefined));
    await settled();
    const closing = producer.close();
    gate.resolve();
    await Promise.all([running, closing]);
    expect(await waiting).toMatchObject({ code: 'CLOSED' });
    expect(await failureOf(producer.transaction(() => undefined))).toMatchObject({
      code: 'CLOSED',
    });
    expect(read(0)).toEqual(['user-0']);
  });

  it('aborts one that does not end within half of the delivery timeout', async () => {
    const { clock, open, read } = setUp();
    const producer = open({ clock, deliveryTimeoutMs: 10_000 });
    const running = failureOf(
      producer.transaction(async (tx) => {
        void tx.send(clicks, at(0));
        await new Promise(() => {});
      }),
    );
    await clock.advance(100);
    const closing = producer.close();
    await clock.advance(5_000);
    await closing;
    expect((await running).message).toBe(
      'The producer is closed; the transaction was not committed.',
    );
    expect([read(0), read(0, true)]).toEqual([[], ['user-0']]);
  });
});

describe('an abort that fails', () => {
  const why = new Error('mine');

  it.each([
    { thrown: new ProducerError('TIMED_OUT', 'no answer.'), code: 'TIMED_OUT', words: 'no answer' },
    { thrown: 'nothing', code: 'BROKER', words: 'nothing' },
  ])('says so, and why it had to be: $words', async ({ thrown, code, words }) => {
    const { broker } = setUp();
    const transport = memoryTransport(broker);
    const producer = createProducer({
      registry,
      transactionalId: 'a',
      transport: {
        ...transport,
        transactional: (own) => {
          const session = transport.transactional?.(own);
          if (session === undefined) throw new Error('none');
          return { ...session, abort: () => Promise.reject(thrown) };
        },
      },
    });
    const error = await failureOf(
      producer.transaction(() => {
        throw why;
      }),
    );
    expect(error).toMatchObject({ code, cause: why });
    expect(error.message).toBe(
      `The transaction failed: mine. It could not be aborted either: ${words}. ` +
        'Readers of committed messages see nothing of it, and nothing after it until the broker aborts ' +
        'it after transactionTimeoutMs.',
    );
  });
});
