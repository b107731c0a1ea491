import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SourcePartition } from '../../../consumer/index.js';
import { assignCooperatively } from '../../../consumer/sources/assignor.js';
import type { MemberSubscription } from '../../../consumer/sources/protocol/subscription.js';

type Members = Readonly<Record<string, readonly number[]>>;

/** Members of one topic by the partitions that they have; answers what they get. */
function assign(members: Members, count: number, generations: Record<string, number> = {}) {
  const subscriptions = Object.entries(members).map(([id, owned]): [string, MemberSubscription] => [
    id,
    { topics: ['t'], owned: owned.map(at), generation: generations[id] },
  ]);
  const shares = assignCooperatively({
    members: new Map(subscriptions),
    partitions: new Map([['t', count]]),
  });
  return Object.fromEntries([...shares].map(([id, of]) => [id, of.map((one) => one.partition)]));
}

function at(partition: number): SourcePartition {
  return { topic: 't', partition };
}

describe('partitions are shared out', () => {
  it('evenly, where nobody has any', () => {
    expect(assign({ a: [], b: [] }, 5)).toEqual({ a: [0, 2, 4], b: [1, 3] });
  });

  it('by taking from who has more, and giving that to nobody yet', () => {
    expect(assign({ a: [0, 1, 2, 3], b: [] }, 4)).toEqual({ a: [0, 1], b: [] });
    expect(assign({ a: [0, 1], b: [] }, 4)).toEqual({ a: [0, 1], b: [2, 3] });
  });

  it('as they are, where that is even', () => {
    expect(assign({ a: [3, 1], b: [0], c: [2] }, 4)).toEqual({ a: [1, 3], b: [0], c: [2] });
  });

  it('to those that want the topic', () => {
    const members = new Map([
      ['a', { topics: ['t', 'u'], owned: [], generation: undefined }],
      ['b', { topics: ['u'], owned: [at(0)], generation: 1 }],
    ]);
    const partitions = new Map([
      ['t', 1],
      ['u', 1],
    ]);
    const shares = assignCooperatively({ members, partitions });
    expect(shares.get('b')).toEqual([{ topic: 'u', partition: 0 }]);
    // It is still claimed by one that does not want it any more.
    expect(shares.get('a')).toEqual([]);
  });

  it('by the claim of the later generation, where two claim the same', () => {
    expect(assign({ a: [0, 1], b: [0, 1] }, 2, { a: 3, b: 2 })).toEqual({ a: [0], b: [] });
    expect(assign({ a: [0], b: [0] }, 1, { a: 2, b: 2 })).toEqual({ a: [0], b: [] });
  });

  it('each to one member, and evenly in the end, whatever there was', () => {
    const anyMembers = fc.array(fc.array(fc.nat(11)), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(anyMembers, fc.integer({ min: 0, max: 12 }), (owned, count) => {
        let members: Members = Object.fromEntries(owned.map((of, i) => [`m${i}`, of]));
        // Each round is a rebalance: what was given up is free in the next.
        for (let round = 0; round < 3; round++) {
          members = assign(
            members,
            count,
            Object.fromEntries(Object.keys(members).map((id) => [id, round])),
          );
          const all = Object.values(members).flat();
          expect(new Set(all).size).toBe(all.length);
        }
        const sizes = Object.values(members).map((of) => of.length);
        expect(sizes.reduce((a, b) => a + b, 0)).toBe(count);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
