/** The testing kit of `tavro/testing`: what a producer sent, sends that fail, a sick broker, a clock. */
import { describe, expect, it } from '@jest/globals';
import { ProducerError, type RawTopic } from 'tavro/producer';
import { type FailureCode, MemoryBroker, manualClock, testProducer } from 'tavro/testing';
import { byAccount, ClickCodec, click, clicks, KNOWN_GUID, keyless } from '../consumer/clicks.js';
import { customers, LongCodec, ofUnion, renamed } from '../consumer/customers.js';

const timestamp = new Date(1_234);
const bytes = (text: string) => new TextEncoder().encode(text);

/** How a promise ended: its ProducerError, or `stored`. */
function outcomeOf(sending: Promise<unknown>): Promise<ProducerError | 'stored'> {
  return sending.then(
    () => 'stored' as const,
    (error: unknown) => {
      if (error instanceof ProducerError) return error;
      throw error;
    },
  );
}

describe('what was sent', () => {
  it('is there typed, in order, with what was given beside it', async () => {
    const { producer, broker, sent } = testProducer();
    broker.createTopic(clicks.name, { partitions: 3 });
    const headers = { trace: 'abc', raw: Uint8Array.of(0xc3, 0xab) };
    await producer.sendAll(clicks, [
      { key: 'ann', value: click('ann'), headers, timestamp, partition: 2 },
      { key: null, value: null, partition: 2 },
    ]);
    const [first, second] = sent(clicks);
    expect(first).toMatchObject({ partition: 2, offset: 0n, timestamp });
    // To the compiler, too: a text, and a click.
    expect(first?.key?.toUpperCase()).toBe('ANN');
    expect(first?.value?.timestamp).toEqual(click('ann').timestamp);
    expect(first?.headers).toEqual([
      { name: 'trace', value: bytes('abc'), text: 'abc' },
      { name: 'raw', value: Uint8Array.of(0xc3, 0xab), text: 'ë' },
    ]);
    expect(second).toMatchObject({ key: null, value: null, headers: [], offset: 1n });
    expect(sent(keyless)).toEqual([]);
  });

  it('is there for keys of every format, and for several types', async () => {
    const { producer, sent } = testProducer();
    const key = Uint8Array.of(1, 2);
    await producer.send(keyless, { value: click('a') });
    await producer.send(byAccount, { key: { id: 5n }, value: click('b') });
    await producer.send(ofUnion, { key, value: { case: 'Deleted', value: { id: 'c' } } });
    await producer.sendAll(customers, [
      { key: 'd', value: { case: 'Deleted', value: { id: 'd' } } },
      { key: 'd', value: { case: 'Created', value: { id: 'd', name: 'D' } } },
      { key: 'd', value: null },
    ]);
    const deleted = { case: 'Removed', value: { id: 'f' } } as const;
    await producer.send(renamed, { key: 7n, value: deleted });
    const seen = [keyless, byAccount, ofUnion, customers, renamed].map((topic) =>
      sent(topic).map((message) => [message.key, message.value]),
    );
    expect(seen).toEqual([
      [[null, click('a')]],
      [[{ id: 5n }, click('b')]],
      [[key, { case: 'Deleted', value: { id: 'c' } }]],
      [
        ['d', { case: 'Deleted', value: { id: 'd' } }],
        ['d', { case: 'Created', value: { id: 'd', name: 'D' } }],
        ['d', null],
      ],
      [[7n, deleted]],
    ]);
  });

  it.each(['prefix', 'header-id', 'header-guid'] as const)(
    'is read with framing %s',
    async (framing) => {
      const { producer, sent } = testProducer({ framing });
      // Its id, and its GUID, are in the generated code; those of the key are not.
      await producer.send(byAccount, { key: { id: 5n }, value: click('ann') });
      await producer.send(customers, { key: 'd', value: { case: 'Deleted', value: { id: 'd' } } });
      expect(sent(byAccount)[0]).toMatchObject({ key: { id: 5n }, value: click('ann') });
      expect(sent(customers)[0]?.value).toEqual({ case: 'Deleted', value: { id: 'd' } });
      if (framing !== 'prefix')
        expect(sent(byAccount)[0]?.headers[0]?.name).toBe('__value_schema_id');
      expect(Object.keys(ClickCodec.knownIds['http://registry.test'] ?? {})).toContain(KNOWN_GUID);
    },
  );

  it('is in bytes for a raw topic', async () => {
    const letters: RawTopic = { name: 'letters', key: 'bytes', value: 'bytes' };
    const { producer, sent } = testProducer();
    await producer.send(letters, { key: null, value: Uint8Array.of(9) });
    expect(sent(letters)[0]?.value).toEqual(Uint8Array.of(9));
    // What the topic's own code would find in it is told as for any record.
    expect(() => sent({ ...clicks, name: 'letters' })).toThrow(/Confluent frame/);
  });

  it('of another topic is refused by the code of this one', async () => {
    const { producer, sent } = testProducer();
    await producer.send(
      { ...customers, name: 'clicks' },
      {
        key: 'd',
        value: { case: 'Deleted', value: { id: 'd' } },
      },
    );
    expect(() => sent(clicks)).toThrow(expect.objectContaining({ name: 'AvroError' }));
    const others = { ...renamed, name: 'clicks', key: 'string' } as const;
    expect(() => sent({ ...others, types: { Created: renamed.types.Created } })).toThrow(
      "Nothing was sent with a schema of id 1 that this topic's code has: give sent() the topic that was sent to.",
    );
    expect(LongCodec.name).toBe('long');
  });

  it('is only what this producer sent, in a broker of several', async () => {
    const broker = new MemoryBroker();
    broker.createTopic(clicks.name);
    const [one, other] = [testProducer({ broker }), testProducer({ broker })];
    await one.producer.send(clicks, { key: 'a', value: click('a') });
    await other.producer.send(clicks, { key: 'b', value: click('b') });
    expect(
      [one, other].map(({ sent }) => sent(clicks).map(({ key, offset }) => [key, offset])),
    ).toEqual([[['a', 0n]], [['b', 1n]]]);
    // The topics of a broker that was given are the test's own.
    const sending = one.producer.send(keyless, { value: click('a') });
    await expect(sending).rejects.toMatchObject({ code: 'TOPIC_UNKNOWN' });
  });
});

describe('failNext', () => {
  const send = ({ producer }: ReturnType<typeof testProducer>, user = 'ann') =>
    outcomeOf(producer.send(clicks, { key: user, value: click(user) }));

  it.each<[FailureCode, boolean]>([
    ['TIMED_OUT', true],
    ['BROKER', true],
    ['BUFFER_FULL', true],
    ['REGISTRY', true],
    ['TOO_LARGE', false],
    ['NOT_AUTHORIZED', false],
    ['SCHEMA_UNREGISTERED', false],
  ])('gives %s as a producer does', async (code, retriable) => {
    const kit = testProducer();
    kit.failNext({ code });
    const error = await send(kit);
    expect(error).toMatchObject({ code, retriable, delivered: 'no', topic: 'clicks' });
    expect(await send(kit)).toBe('stored');
    expect(kit.sent(clicks)).toHaveLength(1);
  });

  it('says what a transport says', async () => {
    const kit = testProducer();
    kit.failNext({ code: 'TIMED_OUT', delivered: 'unknown' });
    const error = await send(kit);
    expect(error).toMatchObject({ delivered: 'unknown', partition: 0 });
    expect(String(error)).toBe(
      'ProducerError: memory did not acknowledge a message for topic "clicks", partition 0 within the ' +
        'delivery timeout; the last problem was: the test said so. The broker may have stored it all ' +
        'the same: sending it again may duplicate it.',
    );
    expect(kit.sent(clicks)).toEqual([]);
  });

  it('lets a message be stored whose fate is not known', async () => {
    const kit = testProducer();
    kit.failNext({ code: 'TIMED_OUT', delivered: 'unknown', stored: true });
    expect(await send(kit)).toMatchObject({ delivered: 'unknown' });
    // What the code under test does by that: sending it again duplicates it.
    await send(kit);
    expect(kit.sent(clicks).map(({ offset, key }) => [offset, key])).toEqual([
      [0n, 'ann'],
      [1n, 'ann'],
    ]);
  });

  it('counts messages, of one topic or of any', async () => {
    const kit = testProducer();
    kit.failNext({ code: 'BROKER', topic: clicks, times: 2 });
    kit.failNext({ code: 'REJECTED' });
    await kit.producer
      .send(keyless, { value: click('a') })
      .catch((error: ProducerError) => expect(error.code).toBe('REJECTED'));
    await kit.producer.send(keyless, { value: click('b') });
    const codes = [await send(kit), await send(kit), await send(kit)];
    expect(codes.map((one) => (one === 'stored' ? one : one.code))).toEqual([
      'BROKER',
      'BROKER',
      'stored',
    ]);
  });

  it.each<FailureCode>(['TOO_LARGE', 'REJECTED'])('fails as many of a list by %s', async (code) => {
    const kit = testProducer();
    kit.failNext({ code, times: 2 });
    const users = ['ann', 'bob', 'cid'];
    const messages = users.map((user) => ({ key: user, value: click(user) }));
    const error = await outcomeOf(kit.producer.sendAll(clicks, messages));
    if (error === 'stored') throw new Error('all of them were');
    expect(error.outcomes.map((one) => one.error?.code)).toEqual([code, code, undefined]);
    expect(kit.sent(clicks).map(({ key }) => key)).toEqual(['cid']);
  });

  it.each([
    [
      { code: 'REGISTRY', delivered: 'unknown' },
      "REGISTRY is told before anything is sent, so `delivered` is never 'unknown'.",
    ],
    [
      { code: 'BROKER', stored: true },
      "`stored: true` goes with `delivered: 'unknown'`: what is stored is not undelivered.",
    ],
    [{ code: 'BROKER', times: 0 }, '`times` is 0; it must be a whole number from 1.'],
    [
      { code: 'ENCODE' },
      '`code` is "ENCODE"; it must be one that a broker or the registry brings about, such as \'TIMED_OUT\'.',
    ],
    [
      { code: 'TIMEOUT' },
      '`code` is "TIMEOUT"; it must be one that a broker or the registry brings about, such as \'TIMED_OUT\'.',
    ],
    ['TIMED_OUT', "what it is given is string; it must be { code }, such as { code: 'BROKER' }"],
  ] as const)('refuses what no broker does: %j', (failure, message) => {
    const { failNext } = testProducer();
    // Not safe, which is what is tried: JavaScript lets it through.
    expect(() => failNext(failure as never)).toThrow(
      expect.objectContaining({ code: 'CONFIG', message: `failNext: ${message}` }),
    );
  });

  it('is forgotten after reset, as is what was sent', async () => {
    const kit = testProducer();
    await send(kit);
    kit.failNext({ code: 'BROKER' });
    kit.faults.cutOff();
    kit.reset();
    expect(kit.sent(clicks)).toEqual([]);
    expect(await send(kit, 'bob')).toBe('stored');
    expect(kit.sent(clicks).map(({ key, offset }) => [key, offset])).toEqual([['bob', 1n]]);
  });
});

describe('a broker with faults', () => {
  const TIMEOUT_MS = 30_000;

  /** A kit on a clock that stands still, and topics of two partitions. */
  function setUp() {
    const clock = manualClock();
    const kit = testProducer({ clock, deliveryTimeoutMs: TIMEOUT_MS });
    kit.broker.createTopic(clicks.name, { partitions: 2 });
    const ended: (ProducerError | 'stored')[] = [];
    const send = (partition?: number) => {
      const message = {
        key: null,
        value: click('ann'),
        ...(partition !== undefined && { partition }),
      };
      void outcomeOf(kit.producer.send(clicks, message)).then((one) => ended.push(one));
    };
    const stored = () => kit.sent(clicks).map(({ partition }) => partition);
    return { ...kit, clock, ended, send, stored };
  }

  it('without a leader holds up one partition, until there is one', async () => {
    const { faults, clock, ended, send, stored } = setUp();
    faults.loseLeader(clicks.name, 0);
    send(0);
    send(1);
    send();
    await clock.advance(10_000);
    expect(stored()).toEqual([1, 1]);
    faults.heal();
    await clock.advance(0);
    expect(stored()).toEqual([1, 1, 0]);
    expect(ended).toEqual(['stored', 'stored', 'stored']);
  });

  it('without a leader for longer than a message waits stores nothing', async () => {
    const { faults, clock, ended, send, stored } = setUp();
    faults.loseLeader(clicks.name, 0);
    send(0);
    await clock.advance(TIMEOUT_MS);
    expect(ended).toMatchObject([{ code: 'TIMED_OUT', delivered: 'no', partition: 0 }]);
    expect(String(ended[0])).toContain('there is no leader for this partition');
    faults.heal();
    await clock.advance(TIMEOUT_MS);
    expect(stored()).toEqual([]);
  });

  it('is not reached: connect says so at once, a message at the end of its time', async () => {
    const { producer, faults, clock, ended, send, stored } = setUp();
    faults.cutOff();
    await expect(producer.connect()).rejects.toMatchObject({ code: 'UNREACHABLE' });
    send(0);
    await clock.advance(TIMEOUT_MS);
    expect(ended).toMatchObject([{ code: 'UNREACHABLE', delivered: 'no' }]);
    faults.heal();
    await producer.connect();
    send(0);
    await clock.advance(0);
    faults.cutOff();
    send(0);
    await clock.advance(TIMEOUT_MS);
    expect(ended.slice(1)).toMatchObject(['stored', { code: 'TIMED_OUT', delivered: 'no' }]);
    expect(stored()).toEqual([0]);
  });

  it('that is slow acknowledges late, or too late', async () => {
    const { faults, clock, ended, send, stored } = setUp();
    faults.slowDown(2_000);
    send(0);
    await clock.advance(1_999);
    expect([stored(), ended]).toEqual([[0], []]);
    await clock.advance(1);
    expect(ended).toEqual(['stored']);
    faults.slowDown(TIMEOUT_MS + 1);
    send(0);
    await clock.advance(TIMEOUT_MS);
    expect(ended[1]).toMatchObject({ code: 'TIMED_OUT', delivered: 'unknown' });
    expect(stored()).toEqual([0, 0]);
  });

  it('swallows acknowledgements of what it stored', async () => {
    const { faults, clock, ended, send, stored } = setUp();
    faults.swallowAcknowledgements();
    send(0);
    await clock.advance(TIMEOUT_MS);
    expect(ended).toMatchObject([{ code: 'TIMED_OUT', delivered: 'unknown' }]);
    send(1);
    await clock.advance(1_000);
    faults.heal();
    await clock.advance(0);
    expect(ended[1]).toBe('stored');
    expect(stored()).toEqual([0, 1]);
  });
});

describe('a transaction', () => {
  const send = (user: string) => [clicks, { key: user, value: click(user) }] as const;

  it('is sent once it is committed, and never where it is aborted', async () => {
    const { producer, sent } = testProducer({ transactionalId: 'test' });
    await producer.transaction(async (tx) => {
      await tx.send(...send('ann'));
      expect(sent(clicks)).toEqual([]);
    });
    const aborting = producer.transaction(async (tx) => {
      await tx.send(...send('bob'));
      throw new RangeError('no');
    });
    await expect(aborting).rejects.toThrow('no');
    await producer.transaction((tx) => tx.send(...send('cid')));
    expect(sent(clicks).map(({ key }) => key)).toEqual(['ann', 'cid']);
    await producer.close();
  });

  it('fails with a message that is to fail, of which nothing is stored', async () => {
    const { producer, sent, failNext } = testProducer({ transactionalId: 'test' });
    failNext({ code: 'TIMED_OUT', delivered: 'unknown', stored: true });
    const failing = producer.transaction((tx) => tx.send(...send('ann')));
    await expect(failing).rejects.toMatchObject({ code: 'TIMED_OUT', delivered: 'no' });
    expect(sent(clicks)).toEqual([]);
  });

  it('may be committed without a word', async () => {
    const clock = manualClock();
    const { producer, sent, faults } = testProducer({ transactionalId: 'test', clock });
    const ended = outcomeOf(
      producer.transaction(async (tx) => {
        await tx.send(...send('ann'));
        faults.swallowAcknowledgements();
      }),
    );
    for (let second = 0; second < 60; second++) await clock.advance(1_000);
    expect(await ended).toMatchObject({ code: 'TIMED_OUT', delivered: 'unknown' });
    expect(sent(clicks)).toHaveLength(1);
  });
});

describe('a clock that is moved by hand', () => {
  it('runs what is due in its order, each at its time', async () => {
    const clock = manualClock(500);
    const ran: [string, number][] = [];
    const run = (name: string) => () => void ran.push([name, clock.now()]);
    clock.schedule(run('late'), 30);
    clock.schedule(run('first'), 10);
    clock.schedule(run('second'), 10);
    const cancel = clock.schedule(run('never'), 10);
    clock.schedule(() => clock.schedule(run('nested'), 5), 10);
    cancel();
    await clock.advance(20);
    expect(ran).toEqual([
      ['first', 510],
      ['second', 510],
      ['nested', 515],
    ]);
    expect(clock.now()).toBe(520);
    await clock.advance(10);
    expect(ran.at(-1)).toEqual(['late', 530]);
  });
});

describe('what JavaScript gives by mistake', () => {
  const kit = testProducer();
  // Not safe, which is what is tried, here and below.
  const name = clicks.name as never;
  it.each<[() => unknown, string]>([
    [
      () => kit.sent(name),
      "The topic is string and not one of the generated code, or { name, key: 'bytes', value: 'bytes' }",
    ],
    [
      () => kit.faults.loseLeader(clicks as never, 0),
      'loseLeader: the topic is object; it must be its name',
    ],
    [
      () => kit.faults.loseLeader('clicks', -1),
      'loseLeader: the partition is -1; it must be a whole number from 0',
    ],
    [
      () => kit.faults.slowDown(Number.NaN),
      'slowDown: what it is given is NaN; it must be from 0 to 2147483647',
    ],
    [
      () => manualClock().advance(-1),
      'advance: what it is given is -1; it must be from 0 to 9007199254740991',
    ],
  ])('%s', async (work, message) => {
    await expect((async () => work())()).rejects.toMatchObject({ code: 'CONFIG', message });
  });
});
