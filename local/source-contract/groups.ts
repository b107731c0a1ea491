import { deepEqual, equal, ok } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SourcePartition } from '../../consumer/index.js';
import { codeOf } from '../contract/bench.js';
import {
  type Bench,
  end,
  id,
  type Member,
  names,
  numbered,
  type OnRevoked,
  type SourceCases,
} from './bench.js';

/** What members of a group leave to each other. */
export const GROUPS: SourceCases = {
  async 'a new member goes on from the commit, and repeats what was not committed'(bench) {
    const topic = await bench.topic(1, 5);
    const group = bench.group();
    const first = await bench.member(topic, { group });
    const batch = await first.next(4);
    await first.source.commit([{ ...end(batch), offset: 3n }]);
    await first.source.close();
    const next = await bench.member(topic, { group });
    deepEqual(await next.read(2), names(2, 3));
  },
  async 'commits several partitions at once'(bench) {
    const topic = await bench.topic(2, 2);
    const group = bench.group();
    const first = await bench.member(topic, { group });
    const batches = [await first.next(), await first.next()];
    await first.source.commit(batches.map(end));
    await first.source.commit([]);
    await first.source.close();
    await (await bench.member(topic, { group })).nothing();
  },
  async 'does not commit for a partition that it does not have'(bench) {
    const topic = await bench.topic(2, 2);
    const group = bench.group();
    const [one, other] = await two(bench, topic, group);
    const at = [0, 1].map((partition) => ({ topic, partition, offset: 2n }));
    for (const member of [one, other]) {
      const foreign = at.filter((position) => !member.has(position));
      equal(foreign.length, 1);
      equal(await codeOf(member.source.commit(foreign)), 'COMMIT');
    }
    await one.source.close();
    await other.source.close();
    const next = await bench.member(topic, { group });
    equal((await next.read(4)).length, 4);
  },
  async 'a commit that was refused loses nothing'(bench) {
    const topic = await bench.topic(1, 2);
    const other = await bench.topic(1);
    const member = await bench.member(topic);
    const batch = await member.next();
    const foreign = { topic: other, partition: 0, offset: 0n };
    equal(await codeOf(member.source.commit([foreign])), 'COMMIT');
    await member.settle(batch);
    await bench.write(batch, numbered(1, 2));
    deepEqual(await member.read(1), ['m2']);
  },
  async 'members share the partitions, and share them anew when one comes or goes'(bench) {
    const topic = await bench.topic(6);
    const group = bench.group();
    const [one, other] = await two(bench, topic, group, 6);
    const third = await bench.member(topic, { group });
    await bench.shared(topic, 6, [one, other, third]);
    await readsAll(bench, topic, [one, other, third]);
    await third.source.close();
    await bench.shared(topic, 6, [one, other]);
    await readsAll(bench, topic, [one, other]);
    await other.source.close();
    await bench.shared(topic, 6, [one]);
    await readsAll(bench, topic, [one]);
  },
  async 'waits for what is revoked, gives nothing more of it, and lets its end be committed'(
    bench,
  ) {
    const topic = await bench.topic(4, 3);
    const group = bench.group();
    const revoking = heldRevocation();
    const one: Member = await bench.member(topic, { group, onRevoked: revoking.onRevoked });
    const held = await takeAll(one, 4, 2);
    const joining = bench.member(topic, { group });
    // Where this case fails before it is awaited.
    joining.catch(() => undefined);
    const gone = await revoking.begun;
    equal(one.lost.length, 0);
    for (const at of gone) one.source.readFrom({ ...at, offset: 0n });
    await one.nothing();
    // All of it was handled meanwhile.
    const commits = gone.map((at) => ({ ...at, offset: held.get(id(at)) ?? 0n }));
    await one.source.commit(commits);
    revoking.end();
    const other = await joining;
    await bench.shared(topic, 4, [one, other]);
    const moved = [...other.owned].length;
    const read = await other.read(moved);
    deepEqual(new Set(read), new Set(['m2']), 'nothing that was committed comes again');
  },
  async 'refuses a commit for what was revoked'(bench) {
    const topic = await bench.topic(2, 2);
    const group = bench.group();
    const one = await bench.member(topic, { group });
    await takeAll(one, 2, 1);
    const other = await bench.member(topic, { group });
    await bench.shared(topic, 2, [one, other]);
    const gone = [0, 1]
      .map((partition) => ({ topic, partition, offset: 1n }))
      .filter((at) => !one.has(at));
    ok(gone.length > 0, 'something went');
    equal(await codeOf(one.source.commit(gone)), 'COMMIT');
    deepEqual(await other.read(2), names(2));
  },
  async 'keeps a partition while what was handed out of it is worked on, without a poll'(bench) {
    const topic = await bench.topic(1, 2);
    const group = bench.group();
    const member = await bench.member(topic, { group });
    const batch = await member.next(1);
    await sleep(bench.subject.sessionTimeoutMs * 1.5);
    deepEqual(member.lost, []);
    await member.settle(batch);
    deepEqual(await member.read(1), ['m1']);
  },
  async 'tells as what it is in the group, while it is'(bench) {
    const topic = await bench.topic(1);
    const group = bench.group();
    const source = bench.make(group);
    equal(source.member(), undefined);
    const member = await bench.member(topic, { group });
    const told = member.source.member();
    if (bench.lacks('member')) return equal(told, undefined);
    equal(told?.groupId, group);
    ok(Number.isInteger(told.generationId) && told.generationId >= 0, 'it has a generation');
    ok(told.memberId !== '', 'it has an id');
    await member.source.close();
    equal(member.source.member(), undefined);
  },
};

/** For a subject that says how long its group waits. */
export const IMPATIENT: SourceCases = {
  async 'does not wait for ever for what is revoked, and tells that it is lost'(bench) {
    const topic = await bench.topic(2, 1);
    const group = bench.group();
    const one = await bench.member(topic, { group, onRevoked: () => new Promise(() => {}) });
    await takeAll(one, 2, 1);
    const other = await bench.member(topic, { group });
    await bench.patience.until('the other has a share', () => other.owned.size > 0);
    await bench.patience.until('the first is told', () => one.lost.length > 0);
    const late = one.lost.map((at) => ({ ...at, offset: 1n }));
    equal(await codeOf(one.source.commit(late)), 'COMMIT');
  },
};

/** Two members, each with a share. */
async function two(
  bench: Bench,
  topic: string,
  group: string,
  partitions = 2,
): Promise<readonly [Member, Member]> {
  const members = [
    await bench.member(topic, { group }),
    await bench.member(topic, { group }),
  ] as const;
  await bench.shared(topic, partitions, members);
  return members;
}

/** Has so many records of each partition handed out; answers where each of them ends. */
async function takeAll(
  member: Member,
  partitions: number,
  each: number,
): Promise<ReadonlyMap<string, bigint>> {
  const ends = new Map<string, bigint>();
  while (ends.size < partitions) {
    const batch = await member.next(each);
    ends.set(id(batch), end(batch).offset);
    equal(batch.records.length, each);
  }
  return ends;
}

/** Every partition has a new record, which one of the members is given. */
async function readsAll(bench: Bench, topic: string, members: readonly Member[]): Promise<void> {
  for (let partition = 0; partition < 6; partition++) {
    await bench.write({ topic, partition }, numbered(1));
  }
  let count = 0;
  for (const member of members) count += (await member.read(member.owned.size)).length;
  equal(count, 6);
  for (const member of members) await member.nothing();
}

/** A revocation that goes on until it is ended. */
function heldRevocation() {
  const begun = deferred<readonly SourcePartition[]>();
  const ended = deferred<void>();
  const onRevoked: OnRevoked = (gone) => {
    begun.resolve(gone);
    return ended.promise;
  };
  return { begun: begun.promise, onRevoked, end: ended.resolve };
}

function deferred<T>() {
  let resolve = (_: T): void => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: (value: T) => resolve(value) };
}
