import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Source } from '../../consumer/index.js';
import type { GroupListener } from '../../local/memory/group.js';
import {
  MemoryBroker,
  MemoryBrokerError,
  memorySource,
  memoryTransport,
} from '../../local/memory/index.js';
import type { OutgoingMessage } from '../../producer/index.js';
import { subscription } from '../consumer/subscription.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | null | undefined) => value && new TextDecoder().decode(value);
const record = (value: string | null, timestampMs = 0) => ({
  key: null,
  value: value === null ? null : bytes(value),
  headers: [],
  timestampMs,
});

let broker: MemoryBroker;
beforeEach(() => {
  broker = new MemoryBroker({ maxRecordBytes: 20, maxRecords: 5, now: () => 777 });
  broker.createTopic('t', { partitions: 3 });
});

const LISTENER: GroupListener = {
  onRebalancing: () => {},
  onAssigned: () => {},
  onRevoked: async () => {},
  onLost: () => {},
};

describe('MemoryBroker', () => {
  it('counts offsets per partition and reads from any', () => {
    const at = { topic: 't', partition: 1 };
    expect(['a', 'b', 'c'].map((value) => broker.append(at, record(value)))).toEqual([0n, 1n, 2n]);
    expect(broker.append({ topic: 't', partition: 0 }, record('x'))).toBe(0n);
    expect(broker.read(at, 1n, 10).map(({ value }) => text(value))).toEqual(['b', 'c']);
    expect(broker.read(at, 0n, 2).map(({ value }) => text(value))).toEqual(['a', 'b']);
    expect(broker.read(at, 3n, 10)).toEqual([]);
    expect(broker.endOffset(at)).toBe(3n);
  });

  it('keeps key, tombstone, headers and time as they were when appended', () => {
    const value = bytes('a');
    const headers = [
      ['h', bytes('1')],
      ['h', bytes('2')],
    ] as const;
    const at = { topic: 't', partition: 0 };
    broker.append(at, { key: value, value: null, headers, timestampMs: 5 });
    value[0] = 0;
    expect(broker.read(at, 0n, 1)).toEqual([
      {
        offset: 0n,
        key: bytes('a'),
        value: null,
        headers,
        timestampMs: 5,
        timestampType: 'CREATE_TIME',
      },
    ]);
  });

  it('stamps its own time where the topic says so', () => {
    broker.createTopic('log', { timestampType: 'LOG_APPEND_TIME' });
    broker.append({ topic: 'log', partition: 0 }, record('a', 5));
    expect(broker.read({ topic: 'log', partition: 0 }, 0n, 1)).toMatchObject([
      { timestampMs: 777, timestampType: 'LOG_APPEND_TIME' },
    ]);
  });

  it('drops the oldest records over its limit, and reads on from what is left', () => {
    const at = { topic: 't', partition: 0 };
    for (const value of 'abcdefg') broker.append(at, record(value));
    expect(broker.read(at, 0n, 2).map(({ offset }) => offset)).toEqual([2n, 3n]);
    expect(broker.read(at, 4n, 9).map(({ offset }) => offset)).toEqual([4n, 5n, 6n]);
  });

  it.each([
    ['TOPIC_ALREADY_EXISTS', () => broker.createTopic('t')],
    ['UNKNOWN_TOPIC_OR_PARTITION', () => broker.append({ topic: 'u', partition: 0 }, record('a'))],
    ['UNKNOWN_TOPIC_OR_PARTITION', () => broker.read({ topic: 't', partition: 3 }, 0n, 1)],
    ['UNKNOWN_TOPIC_OR_PARTITION', () => broker.createPartitions('u', 2)],
    ['INVALID_PARTITIONS', () => broker.createPartitions('t', 3)],
    [
      'MESSAGE_TOO_LARGE',
      () => broker.append({ topic: 't', partition: 0 }, record('a'.repeat(21))),
    ],
  ])('refuses with %s', (code, act) => {
    expect(act).toThrow(expect.objectContaining({ name: 'MemoryBrokerError', code }));
  });

  it('shares partitions out among the members of a group, and anew when one leaves', async () => {
    const joined = async (group: string) => {
      const member = broker.member(group);
      await member.join(['t'], LISTENER);
      return { ...member, partitions: () => member.assigned().map(({ partition }) => partition) };
    };
    const first = await joined('g');
    expect(first.partitions()).toEqual([0, 1, 2]);
    const second = await joined('g');
    const other = await joined('other');
    expect([first, second, other].map((member) => member.partitions())).toEqual([
      [0, 2],
      [1],
      [0, 1, 2],
    ]);
    expect(() => first.commit([{ topic: 't', partition: 1, offset: 1n }])).toThrow(
      MemoryBrokerError,
    );
    first.leave();
    expect(second.partitions()).toEqual([0, 1, 2]);
    expect([first.partitions(), first.generation()]).toEqual([[], undefined]);
  });
});

describe('memoryTransport', () => {
  const message = (more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
    key: bytes('k'),
    value: bytes('v'),
    headers: [['h', bytes('1')]],
    timestampMs: 9,
    ...more,
  });
  const send = (messages: readonly OutgoingMessage[], partition: number, topic = 't') =>
    memoryTransport(broker).send({ topic, partition }, messages, { timeoutMs: 1_000 });

  it('stores in order, and reports where', async () => {
    const outcomes = await send([message(), message({ key: null })], 2);
    expect(outcomes).toEqual([0n, 1n].map((offset) => ({ partition: 2, offset })));
    expect(broker.read({ topic: 't', partition: 2 }, 0n, 9).at(-1)).toMatchObject({
      timestampMs: 9,
      key: null,
      headers: [['h', bytes('1')]],
    });
  });

  it('tells the partitions', async () => {
    const ask = (topic: string) => memoryTransport(broker).partitions(topic, { timeoutMs: 1 });
    expect(await ask('t')).toEqual([0, 1, 2].map((id) => ({ id, available: true })));
    await expect(ask('u')).rejects.toMatchObject({ code: 'TOPIC_UNKNOWN', topic: 'u' });
  });

  it('refuses as a broker does', async () => {
    const codes = async (...given: Parameters<typeof send>) =>
      (await send(...given)).map(({ error }) => error?.code ?? 'stored');
    expect(await codes([message()], 9)).toEqual(['PARTITION_UNKNOWN']);
    expect(await codes([message({ value: bytes('x'.repeat(99)) }), message()], 0)).toEqual([
      'TOO_LARGE',
      'stored',
    ]);
  });
});

describe('memorySource', () => {
  const t0 = { topic: 't', partition: 0 };
  const look = { maxRecords: 2, waitMs: 0 };
  const fill = (partition: number, values: string) => {
    for (const value of values) broker.append({ topic: 't', partition }, record(value));
  };
  const subscribed = async (group = 'g') => {
    const source = memorySource(broker)(group);
    await source.subscribe(subscription(['t']));
    return source;
  };
  const show = (batch: Awaited<ReturnType<Source['poll']>>) =>
    batch && `${batch.partition}:${batch.records.map(({ value }) => text(value)).join('')}`;

  it('gives no more of a partition before what it gave is committed', async () => {
    fill(0, 'abc');
    fill(2, 'x');
    const source = await subscribed();
    expect(show(await source.poll(look))).toBe('0:ab');
    expect(show(await source.poll(look))).toBe('2:x');
    expect(await source.poll(look)).toBeUndefined();
    await source.commit([{ ...t0, offset: 1n }]);
    expect(await source.poll(look)).toBeUndefined();
    await source.commit([{ ...t0, offset: 2n }]);
    expect(show(await source.poll(look))).toBe('0:c');
  });

  it('gives again from where it is rewound to', async () => {
    fill(1, 'abc');
    const source = await subscribed();
    await source.poll(look);
    source.readFrom({ topic: 't', partition: 1, offset: 1n });
    expect(show(await source.poll(look))).toBe('1:bc');
  });

  it('goes on from the commit of whoever read before', async () => {
    fill(0, 'abc');
    const first = await subscribed();
    await first.poll(look);
    await first.commit([{ ...t0, offset: 2n }]);
    await first.close();
    expect(broker.committed('g', { topic: 't', partition: 0 })).toBe(2n);
    expect(show(await (await subscribed()).poll(look))).toBe('0:c');
    expect(show(await (await subscribed('another group')).poll(look))).toBe('0:ab');
  });

  it('wakes for a new record, and for its end', async () => {
    const source = await subscribed();
    const polling = source.poll({ maxRecords: 1, waitMs: 60_000 });
    fill(1, 'a');
    expect(show(await polling)).toBe('1:a');
    const last = source.poll({ maxRecords: 1, waitMs: 60_000 });
    await source.close();
    expect(await last).toBeUndefined();
  });

  it('reads again what was not committed of a partition that comes to it', async () => {
    fill(1, 'ab');
    const first = await subscribed();
    await first.poll(look);
    const second = await subscribed();
    expect(show(await second.poll(look))).toBe('1:ab');
    expect(await first.poll(look)).toBeUndefined();
    await second.close();
    expect(show(await first.poll(look))).toBe('1:ab');
  });

  it('waits for what is revoked, and lets its end be committed', async () => {
    fill(1, 'ab');
    const first = memorySource(broker)('g');
    const told: unknown[] = [];
    await first.subscribe(
      subscription(['t'], {
        onAssigned: (partitions) => told.push(['assigned', partitions.length]),
        onRevoked: async (partitions) => {
          const { generationId } = first.member() ?? {};
          told.push(['revoked', partitions, generationId]);
          await first.commit([{ topic: 't', partition: 1, offset: 1n }]);
        },
        onState: ({ is }) => told.push(is),
      }),
    );
    await first.poll(look);
    const second = await subscribed();
    expect(show(await second.poll(look))).toBe('1:b');
    expect(told).toEqual([
      'joining',
      ['assigned', 3],
      'reading',
      'joining',
      ['revoked', [{ topic: 't', partition: 1 }], 1],
      'reading',
    ]);
    expect(first.member()).toEqual({ groupId: 'g', generationId: 2, memberId: 'member-1' });
  });

  it('does not wait for ever for what is revoked', async () => {
    broker = new MemoryBroker({ rebalanceTimeoutMs: 5 });
    broker.createTopic('t', { partitions: 3 });
    const lost: unknown[] = [];
    const first = memorySource(broker)('g');
    await first.subscribe(
      subscription(['t'], {
        onRevoked: () => new Promise(() => {}),
        onLost: (partitions) => lost.push(...partitions),
      }),
    );
    await subscribed();
    expect(lost).toEqual([{ topic: 't', partition: 1 }]);
    const late = first.commit([{ topic: 't', partition: 1, offset: 1n }]);
    await expect(late).rejects.toMatchObject({ code: 'COMMIT' });
  });

  it.each([
    ['latest', '0:d'],
    ['earliest', '0:ab'],
    [new Date(150), '0:bc'],
    [new Date(300), '0:d'],
  ] as const)('begins at %p where nothing is committed', async (from, first) => {
    for (const [n, value] of [...'abc'].entries()) {
      broker.append({ topic: 't', partition: 0 }, { ...record(value), timestampMs: 101 + n * 50 });
    }
    const source = memorySource(broker)('g');
    await source.subscribe(subscription(['t'], { from }));
    broker.append({ topic: 't', partition: 0 }, { ...record('d'), timestampMs: 400 });
    const batch = await source.poll(look);
    expect(show(batch)).toBe(first);
  });

  it('shares out partitions that are new', async () => {
    const source = await subscribed();
    const polling = source.poll({ maxRecords: 1, waitMs: 60_000 });
    broker.createPartitions('t', 5);
    fill(4, 'x');
    expect(show(await polling)).toBe('4:x');
  });

  it('says which topic is not there', async () => {
    const source = memorySource(broker)('g');
    await expect(source.subscribe(subscription(['u']))).rejects.toMatchObject({
      code: 'TOPIC_UNKNOWN',
      topic: 'u',
    });
  });
});

describe('transactions', () => {
  const at = { topic: 't', partition: 0 };
  const values = (uncommitted = false) =>
    broker
      .read(at, 0n, 10, { uncommitted })
      .map(({ offset, value }) => [Number(offset), text(value)]);

  it('are read when they are committed, and hold up what comes after them', () => {
    const [one, two] = [broker.claim('one'), broker.claim('two')];
    broker.append(at, record('a'));
    one.append(at, record('b'));
    two.append(at, record('c'));
    broker.append(at, record('d'));
    expect(values()).toEqual([[0, 'a']]);
    two.end('abort');
    expect(values()).toEqual([[0, 'a']]);
    one.end('commit');
    expect(values()).toEqual([
      [0, 'a'],
      [1, 'b'],
      [3, 'd'],
    ]);
    expect(values(true)).toEqual([
      [0, 'a'],
      [1, 'b'],
      [2, 'c'],
      [3, 'd'],
    ]);
    // Each end took an offset, as in Kafka.
    expect(broker.append(at, record('e'))).toBe(6n);
    expect(broker.read(at, 4n, 1).map(({ offset }) => offset)).toEqual([6n]);
  });

  it('are of the last who claimed their id', () => {
    const first = broker.claim('one');
    first.append(at, record('a'));
    const second = broker.claim('one');
    for (const work of [
      () => first.append(at, record('b')),
      () => first.sendOffsets({ group: 'g', offsets: [] }),
      () => first.end('commit'),
    ]) {
      expect(work).toThrow('Another producer has the transactional id "one" now.');
    }
    second.append(at, record('c'));
    second.end('commit');
    expect(values()).toEqual([[2, 'c']]);
  });

  it('commit offsets of the generation that read, when they are committed', async () => {
    const member = broker.member('g');
    await member.join(['t'], LISTENER);
    const group = { groupId: 'g', generationId: member.generation() ?? 0, memberId: member.id };
    const holder = broker.claim('one');
    const offsets = [{ ...at, offset: 3n }];
    holder.sendOffsets({ group, offsets });
    holder.end('abort');
    expect(broker.committed('g', at)).toBeUndefined();
    holder.sendOffsets({ group, offsets });
    holder.end('commit');
    expect(broker.committed('g', at)).toBe(3n);
    await broker.member('g').join(['t'], LISTENER);
    expect(() => holder.sendOffsets({ group, offsets })).toThrow(
      'Group "g" has no member "member-1" of generation 1.',
    );
  });
});
