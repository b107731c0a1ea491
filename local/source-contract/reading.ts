import { deepEqual, equal, ok } from 'node:assert/strict';
import type { StartingPosition } from '../../consumer/index.js';
import {
  at,
  type Bench,
  end,
  id,
  names,
  numbered,
  type SourceCases,
  values,
  written,
} from './bench.js';
import type { WrittenRecord } from './subject.js';

/** Which records are given, in which order, and when. */
export const READING: SourceCases = {
  async 'begins with the oldest record where the group has committed nothing'(bench) {
    const topic = await bench.topic(1, 3);
    const member = await bench.member(topic);
    deepEqual(await member.read(3), names(3));
  },
  async 'begins with what comes from now on, where it is asked to'(bench) {
    await beginsLater(bench, 'latest');
  },
  async 'begins with the first record that is as young as the time asked for'(bench) {
    const topic = await bench.topic(1, 5);
    const member = await bench.member(topic, { from: new Date(at(2)) });
    deepEqual(await member.read(3), names(3, 2));
  },
  async 'begins with what comes from now on, where no record is as young as the time asked for'(
    bench,
  ) {
    await beginsLater(bench, new Date(at(1_000)));
  },
  async 'goes on from what the group has committed, wherever else it was to begin'(bench) {
    const topic = await bench.topic(1, 5);
    const group = bench.group();
    const first = await bench.member(topic, { group });
    deepEqual(await first.read(2, 2), names(2));
    await first.source.close();
    const next = await bench.member(topic, { group, from: 'latest' });
    deepEqual(await next.read(3), names(3, 2));
  },
  async 'keeps the order in a partition, in batches as large as asked for'(bench) {
    const topic = await bench.topic(1, 100);
    const member = await bench.member(topic);
    deepEqual(await member.read(100, 7), names(100));
  },
  async 'gives no more of a partition until what it gave is committed to its end'(bench) {
    const topic = await bench.topic(1, 3);
    const member = await bench.member(topic);
    const batch = await member.next(2);
    await bench.write(batch, numbered(1, 3));
    await member.nothing();
    await member.source.commit([{ ...end(batch), offset: 1n }]);
    await member.nothing();
    await member.settle(batch);
    deepEqual(await member.read(2), names(2, 2));
  },
  async 'holds no partition up for another that is not settled'(bench) {
    const topic = await bench.topic(2, 2);
    const member = await bench.member(topic);
    const [first, second] = [await member.next(), await member.next()];
    deepEqual([first.partition, second.partition].sort(), [0, 1]);
    await bench.write(first, numbered(1, 2));
    await bench.write(second, numbered(1, 2));
    await member.settle(second);
    const third = await member.next();
    equal(id(third), id(second));
    deepEqual(values(third), ['m2']);
  },
  async 'gives partitions their turns'(bench) {
    const records = 1_000;
    const topic = await bench.topic(2, records);
    const member = await bench.member(topic);
    const turns = new Set<number>();
    // Neither has an end: how much of one is at hand before the other's first is the broker's affair.
    const take = async () => {
      const batch = await member.next(5);
      turns.add(batch.partition);
      const { offset, ...at } = end(batch);
      member.source.readFrom({ ...at, offset: offset < records / 2 ? offset : 0n });
    };
    const both = async () => {
      for (let batches = 0; turns.size < 2 && batches < 10 * records; batches++) await take();
      deepEqual([...turns].sort(), [0, 1]);
      turns.clear();
    };
    await both();
    await both();
    await both();
  },
  async 'reads on before a commit, once it is told from where'(bench) {
    const topic = await bench.topic(1, 4);
    const member = await bench.member(topic);
    const first = await member.next(2);
    member.source.readFrom(end(first));
    const second = await member.next(2);
    deepEqual([values(first), values(second)], [names(2), names(2, 2)]);
    await member.settle(second);
    await member.nothing();
  },
  async 'reads again from an earlier offset, also from one that is committed'(bench) {
    const topic = await bench.topic(1, 4);
    const member = await bench.member(topic);
    const batch = await member.next();
    member.source.readFrom({ ...end(batch), offset: 1n });
    deepEqual(await member.read(3), names(3, 1));
    member.source.readFrom({ ...end(batch), offset: 2n });
    deepEqual(await member.read(2), names(2, 2));
  },
  async 'reads from a later offset'(bench) {
    const topic = await bench.topic(1, 5);
    const member = await bench.member(topic);
    const batch = await member.next(1);
    member.source.readFrom({ ...end(batch), offset: 3n });
    deepEqual(await member.read(2), names(2, 3));
  },
  async 'is told nothing by an offset of a partition that it does not have'(bench) {
    const topic = await bench.topic(1, 1);
    const other = await bench.topic(1, 1);
    const member = await bench.member(topic);
    member.source.readFrom({ topic: other, partition: 0, offset: 0n });
    deepEqual(await member.read(1), names(1));
    await member.nothing();
  },
  async 'keeps keys and values apart: null, empty, binary'(bench) {
    const contents = [null, new Uint8Array(), Uint8Array.of(0, 255, 128)];
    const records = contents.flatMap((key) => contents.map((value) => written('', { key, value })));
    await same(bench, records, ({ key, value }) => [hex(key), hex(value)]);
  },
  async 'keeps headers: repeated, binary, empty, null'(bench) {
    const headers: readonly WrittenRecord['headers'][] = [
      [],
      [
        ['again', Uint8Array.of(1)],
        ['other', Uint8Array.of(2)],
        ['again', Uint8Array.of(3)],
      ],
      [
        ['binary', Uint8Array.of(0, 255, 128)],
        ['empty', new Uint8Array()],
        ['naïve', bench.lacks('null headers') ? new Uint8Array() : null],
      ],
    ];
    const records = headers.map((some) => written('x', { headers: some }));
    // Those of one name keep their order; the names among each other need not.
    await same(bench, records, (one) =>
      one.headers.map(([name, value]) => [name, hex(value)] as const).sort(byName),
    );
  },
  async 'keeps timestamps, and says whose they are'(bench) {
    const records = [1, Date.UTC(2026, 5, 1), Date.UTC(2020, 0, 1)].map((timestampMs) =>
      written('x', { timestampMs }),
    );
    await same(bench, records, ({ timestampMs }) => timestampMs);
    const topic = await bench.topic(1, 1);
    const { records: read } = await (await bench.member(topic)).next();
    equal(read[0]?.timestampType, 'CREATE_TIME');
  },
  async 'answers undefined when nothing comes'(bench) {
    const topic = await bench.topic(1);
    const member = await bench.member(topic);
    await member.nothing();
    equal(await member.source.poll({ maxRecords: 1, waitMs: 0 }), undefined);
  },
  async 'finds partitions that are new'(bench) {
    const topic = await bench.topic(1, 1);
    const member = await bench.member(topic);
    await member.read(1);
    await bench.subject.addPartitions(topic, 2);
    await bench.write({ topic, partition: 1 }, numbered(2, 1));
    deepEqual(await member.read(2), names(2, 1));
    ok(member.has({ topic, partition: 1 }), 'it is told of the new partition');
  },
};

/** Nothing that was there before; all that came after the first that was given. */
async function beginsLater(bench: Bench, from: StartingPosition): Promise<void> {
  const topic = await bench.topic(1, 3);
  const member = await bench.member(topic, { from });
  // When exactly it begins is not to be seen from here: what is written meanwhile may be missed.
  let count = 3;
  let first: string | undefined;
  while (first === undefined && count < 100) {
    const later = { timestampMs: at(10_000 + count) };
    await bench.write({ topic, partition: 0 }, [written(`m${count}`, later)]);
    count += 1;
    const batch = await member.source.poll({ maxRecords: 1, waitMs: bench.lookMs });
    if (batch === undefined) continue;
    first = values(batch)[0] ?? '';
    await member.settle(batch);
  }
  const number = Number(first?.slice(1));
  ok(number >= 3, `it begins with ${first}`);
  deepEqual(await member.read(count - number - 1), names(count - number - 1, number + 1));
}

type Shown = Pick<WrittenRecord, 'key' | 'value' | 'headers' | 'timestampMs'>;

/** Writes records, and is given them as they were. */
async function same(
  bench: Bench,
  records: readonly WrittenRecord[],
  show: (one: Shown) => unknown,
): Promise<void> {
  const topic = await bench.topic(1);
  await bench.write({ topic, partition: 0 }, records);
  const member = await bench.member(topic);
  const given: Shown[] = [];
  while (given.length < records.length) {
    const batch = await member.next();
    given.push(...batch.records);
    await member.settle(batch);
  }
  deepEqual(given.map(show), records.map(show));
}

function hex(value: Uint8Array | null): string | null {
  return value && Buffer.from(value).toString('hex');
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
