/** Positions on their way to the group. */
import { expect, it } from '@jest/globals';
import type { Position } from '../../consumer/index.js';
import { Committer } from '../../consumer/runner/committer.js';
import { deferred } from '../deferred.js';

const at = (offset: number, partition = 0): Position => ({
  topic: 'clicks',
  partition,
  offset: BigInt(offset),
});
const ALWAYS = () => true;

/** A source whose commits end as one says, and what it was asked. */
function setUp() {
  const asked: (readonly Position[])[] = [];
  const ends: ReturnType<typeof deferred<void>>[] = [];
  const committer = new Committer({
    commit: (positions) => {
      asked.push(positions);
      const end = deferred<void>();
      ends.push(end);
      return end.promise;
    },
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { committer, asked, ends, turn };
}

it('gathers what comes while a request is under way', async () => {
  const { committer, asked, ends, turn } = setUp();
  const all = [committer.commit(at(1))];
  await turn();
  all.push(committer.commit(at(2)), committer.commit(at(3)), committer.commit(at(7, 1)));
  ends[0]?.resolve();
  await turn();
  ends[1]?.resolve();
  await Promise.all(all);
  expect(asked).toEqual([[at(1)], [at(3), at(7, 1)]]);
});

it('tries again what failed, until a later position of the partition is committed', async () => {
  const { committer, asked, ends, turn } = setUp();
  const first = committer.commit(at(1));
  await turn();
  ends[0]?.reject(new Error('no'));
  await expect(first).rejects.toThrow('no');
  await committer.retry(() => false);
  expect(asked).toHaveLength(1);
  const again = committer.retry(ALWAYS);
  await turn();
  ends[1]?.resolve();
  await again;
  await committer.retry(ALWAYS);
  expect(asked).toEqual([[at(1)], [at(1)]]);
});

it('forgets what another member may have come further in, also while it is under way', async () => {
  const { committer, asked, ends, turn } = setUp();
  const first = committer.commit(at(1));
  await turn();
  committer.forget([at(0)]);
  ends[0]?.reject(new Error('no'));
  await expect(first).rejects.toThrow('no');
  await committer.retry(ALWAYS);
  expect(asked).toHaveLength(1);
});
