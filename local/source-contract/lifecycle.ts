import { deepEqual, equal, ok } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sources } from '../../consumer/index.js';
import { codeOf } from '../contract/bench.js';
import { type Bench, type Member, names, numbered, type SourceCases } from './bench.js';
import type { SourceOutage, SourceSubject } from './subject.js';

/** How sources begin and end. */
export const LIFECYCLE: SourceCases = {
  async 'tells its states: it joins, reads, and is closed'(bench) {
    const member = await bench.member(await bench.topic(1));
    await member.source.close();
    await bench.patience.until('it is closed', () => member.is('closed'));
    const told = member.states.map(({ is }) => is);
    ok(told.indexOf('joining') < told.indexOf('reading'), told.join());
    ok(told.includes('joining'), told.join());
    ok(!told.slice(0, -1).includes('closed'), told.join());
  },
  async 'says TOPIC_UNKNOWN of a topic that is not there, and does not make it'(bench) {
    const topic = `contract-${randomUUID()}`;
    for (const _ of [1, 2]) equal(await refusal(bench, topic), 'TOPIC_UNKNOWN');
  },
  async 'leaves its group at once when it is closed'(bench) {
    const topic = await bench.topic(2);
    const group = bench.group();
    const one = await bench.member(topic, { group });
    const other = await bench.member(topic, { group });
    await bench.shared(topic, 2, [one, other]);
    await other.source.close();
    const untilMs = Date.now() + bench.subject.sessionTimeoutMs;
    await bench.shared(topic, 2, [one]);
    ok(Date.now() < untilMs, 'the group did not wait for its session to end');
  },
  async 'ends a poll that waits when it is closed, and gives nothing afterwards'(bench) {
    const topic = await bench.topic(1);
    const member = await bench.member(topic);
    const polling = member.source.poll({ maxRecords: 1, waitMs: 600_000 });
    await sleep(bench.lookMs);
    await bench.close(member.source);
    equal(await bench.patience.inTime('poll', polling), undefined);
    await bench.write({ topic, partition: 0 }, numbered(1));
    await member.nothing();
  },
  async 'is closed more than once, at the same time, and without having subscribed'(bench) {
    const member = await bench.member(await bench.topic(1));
    const { source } = member;
    await bench.patience.inTime('close', Promise.all([source.close(), source.close()]));
    await source.close();
    await bench.close(bench.make());
  },
};

/** For a subject with transactions. */
export function transactional(
  write: NonNullable<SourceSubject['writeInTransaction']>,
): SourceCases {
  return {
    async 'gives what was committed in a transaction, and nothing of one that was aborted'(bench) {
      const topic = await bench.topic(1);
      const at = { topic, partition: 0 };
      await write(at, numbered(2), 'commit');
      await write(at, numbered(2, 10), 'abort');
      await bench.write(at, numbered(1, 2));
      await write(at, numbered(1, 3), 'commit');
      const member = await bench.member(topic);
      deepEqual(await member.read(4), names(4));
      await write(at, numbered(1, 11), 'abort');
      await member.nothing();
      await bench.write(at, numbered(1, 4));
      deepEqual(await member.read(1), names(1, 4));
    },
  };
}

/** For a subject that has a password. */
export function refusing(refused: Sources): SourceCases {
  return {
    async 'says AUTHENTICATION of a password that is wrong'(bench) {
      equal(await refusal(bench, await bench.topic(1), refused), 'AUTHENTICATION');
    },
  };
}

/** For a subject whose brokers may go away. */
export function surviving({ stop, start, lastsMs }: SourceOutage): SourceCases {
  const away = async (during: () => Promise<void>) => {
    await stop();
    await during().finally(start);
  };
  return {
    async 'waits for brokers that are away when it begins, however long'(bench) {
      const topic = await bench.topic(1, 2);
      const member = bench.joining();
      const subscribing = { work: Promise.resolve() };
      await away(async () => {
        subscribing.work = member.subscribe(topic);
        // What it rejects with is seen below.
        subscribing.work.catch(() => undefined);
        await sleep(lastsMs);
        await tellsItsTrouble(bench, member);
      });
      await bench.patience.inTime('subscribe', subscribing.work);
      deepEqual(await member.read(2), names(2));
      // A source may ask once more whether brokers are there before it says so.
      await bench.patience.until('it tells that it reads', () => member.is('reading'));
    },
    async 'goes on after brokers were away, however long, and no poll rejects'(bench) {
      const topic = await bench.topic(2, 2);
      const member = await bench.member(topic);
      deepEqual((await member.read(4)).length, 4);
      await away(async () => {
        await pollThrough(member, lastsMs);
        await tellsItsTrouble(bench, member);
      });
      for (const partition of [0, 1]) await bench.write({ topic, partition }, numbered(1, 2));
      deepEqual(await member.read(2), ['m2', 'm2']);
      // A source may ask once more whether brokers are there before it says so.
      await bench.patience.until('it tells that it reads', () => member.is('reading'));
    },
    async 'rejects a commit while brokers are away, and loses nothing by that'(bench) {
      const topic = await bench.topic(1, 3);
      const member = await bench.member(topic);
      const batch = await member.next(2);
      const offset = 2n;
      await away(async () => {
        const committing = member.source.commit([{ topic, partition: 0, offset }]);
        equal(await codeOf(bench.patience.inTime('commit', committing)), 'COMMIT');
      });
      // Given again, or committed after all: as long as no record is missing.
      member.source.readFrom({ topic, partition: 0, offset: batch.records[0]?.offset ?? 0n });
      deepEqual(await member.read(3), names(3));
    },
    async 'is closed while brokers are away'(bench) {
      const topic = await bench.topic(1);
      const member = await bench.member(topic);
      const joining = bench.joining();
      await away(async () => {
        const subscribing = joining.subscribe(topic).catch(() => undefined);
        await bench.patience.inTime(
          'close',
          Promise.all([member.source.close(), joining.source.close()]),
        );
        await bench.patience.inTime('subscribe', subscribing);
      });
    },
  };
}

/** Asks for records, and gets none. */
async function pollThrough(member: Member, forMs: number): Promise<void> {
  const untilMs = Date.now() + forMs;
  while (Date.now() < untilMs) await member.nothing();
}

/** When it notices is its own affair: the answer that does not come may be waited for long. */
async function tellsItsTrouble(bench: Bench, member: Member): Promise<void> {
  await bench.patience.until('it tells that it is disconnected', () => member.is('disconnected'));
}

/** The code with which it rejects, sooner or later. */
async function refusal(bench: Bench, topic: string, sources?: Sources): Promise<unknown> {
  const member = bench.joining({}, sources);
  const code = await codeOf(
    bench.patience.inTime(
      'a refusal',
      member.subscribe(topic).then(() => member.next()),
    ),
  );
  await member.source.close();
  return code;
}
