import { expect, it } from '@jest/globals';
import type { FetchedBatch } from '../../../consumer/index.js';
import { Handout } from '../../../local/poller/handout.js';

/** Records at these offsets. */
function fetched(partition: number, offsets: readonly number[]): FetchedBatch {
  return {
    topic: 't',
    partition,
    records: offsets.map((offset) => ({
      offset: BigInt(offset),
      timestampMs: 0,
      timestampType: 'CREATE_TIME',
      key: null,
      value: null,
      headers: [],
    })),
  };
}

async function take(handout: Handout, maxRecords = 2): Promise<string | undefined> {
  const batch = await handout.take(maxRecords, 0);
  return batch && `${batch.partition}: ${batch.records.map(({ offset }) => offset).join(' ')}`;
}

it('hands out each partition in turn, and each further after it is settled', async () => {
  const handout = new Handout();
  handout.put(fetched(0, [1, 2, 4]));
  handout.put(fetched(1, [7]));
  expect([await take(handout), await take(handout), await take(handout)]).toEqual([
    '0: 1 2',
    '1: 7',
    undefined,
  ]);
  expect(handout.settle('t', 0, 2n)).toBe(false);
  expect(await take(handout)).toBeUndefined();
  expect(handout.settle('t', 0, 3n)).toBe(false);
  expect(await take(handout)).toBe('0: 4');
  expect(handout.settle('t', 0, 5n)).toBe(true);
  expect(handout.settle('t', 1, 8n)).toBe(true);
  expect(await take(handout)).toBeUndefined();
});

it('hands out again after a failed commit', async () => {
  const handout = new Handout();
  handout.put(fetched(0, [1, 2, 3]));
  await take(handout);
  handout.settle('t', 0, 3n);
  await take(handout);
  handout.again('t', 0);
  expect(await take(handout)).toBe('0: 3');
});

it.each([
  [2n, true, '0: 2 4'],
  [3n, true, '0: 4'],
  [1n, true, '0: 1 2'],
  [0n, false, undefined],
  [5n, false, undefined],
])('rewound to %p: kept %p', async (offset, isKept, next) => {
  const handout = new Handout();
  handout.put(fetched(0, [1, 2, 4]));
  await take(handout, 9);
  expect(handout.rewind('t', 0, offset)).toBe(isKept);
  expect(await take(handout)).toBe(next);
});

it('is not settled by a commit of what came before', async () => {
  const handout = new Handout();
  handout.put(fetched(0, [5, 6]));
  await take(handout);
  expect(handout.settle('t', 0, 5n)).toBe(false);
  expect(await take(handout)).toBeUndefined();
});

it('wakes who waits, for records and for the end', async () => {
  const handout = new Handout();
  const first = handout.take(1, 60_000);
  handout.put(fetched(0, [1]));
  expect((await first)?.records).toHaveLength(1);
  const second = handout.take(1, 60_000);
  handout.close();
  expect(await second).toBeUndefined();
});
