import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { account, type MemberWork, type Work } from './runner-accounting.js';
import { PARTITIONS, sequencedAt } from './runner-events.js';
import { countEntries, type Entry, openJournal, readEntries } from './runner-journal.js';

/** Handlings of partition 0, a millisecond each. */
function handled(offsets: readonly number[], fromMs = 0): Entry[] {
  return offsets.map((offset, n) => {
    return { partition: 0, offset, ...sequencedAt(0, offset), atMs: fromMs + n };
  });
}

function member(entries: Iterable<Entry>, faults = 0): MemberWork {
  return { entries, faults };
}

/** Of one partition with 100 records. */
function accountOf(members: readonly MemberWork[], more: Partial<Work> = {}) {
  return account({ ends: [100], committed: [100], maxRecords: 10, members, ...more });
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);

const NONE = { lost: 0, misordered: 0, foreign: 0, 'repeated beyond': 0, uncommitted: 0 };

it('finds nothing wrong where each record was handled once, in order', () => {
  const members = [member(handled(range(0, 60))), member(handled(range(60, 100), 1_000))];
  expect(accountOf(members)).toEqual({
    ...{ events: 100, handlings: 100, repeats: 0, worst: 0, faults: 0 },
    ...{ tookMs: 1_039, gapMs: 941, wrongs: NONE, examples: {} },
  });
});

it('counts what nobody handled', () => {
  const { wrongs, examples } = accountOf([member(handled([...range(0, 50), ...range(52, 100)]))]);
  expect(wrongs).toEqual({ ...NONE, lost: 2 });
  expect(examples.lost).toBe('0@50');
});

it('lets one batch of a partition come again for each fault of its member, and no more', () => {
  const next = member(handled(range(50, 100), 1_000));
  const after = (count: number, faults: number) =>
    accountOf([member(handled(range(0, 50 + count)), faults), next]);
  expect(after(10, 1)).toMatchObject({ repeats: 10, worst: 10, faults: 1, wrongs: NONE });
  expect(after(11, 1).wrongs['repeated beyond']).toBe(1);
  expect(after(11, 2).wrongs).toEqual(NONE);
  expect(after(1, 0).wrongs['repeated beyond']).toBe(1);
});

it('charges repeats to who handled the record before', () => {
  const first = member(handled(range(0, 60)), 0);
  const { examples } = accountOf([first, member(handled(range(55, 100), 1_000), 9)]);
  expect(examples['repeated beyond']).toBe(
    '5 of what process 0 handled of partition 0 came again, after 0 faults',
  );
});

it('looks at the order of a key among first handlings only', () => {
  // Offsets 0 and 40 are of one key, 1 and 41 of another.
  const swapped = [40, 0, ...range(1, 40), ...range(41, 100)];
  const { wrongs, examples } = accountOf([member(handled(swapped))]);
  expect(wrongs).toEqual({ ...NONE, misordered: 1 });
  expect(examples.misordered).toBe('0@0, event 0 of key 0 is behind event 1');
  const across = [41, 0, ...range(1, 41), ...range(42, 100)];
  expect(accountOf([member(handled(across))]).wrongs.misordered).toBe(1);
  const again = [member(handled(range(0, 50)), 1), member(handled(range(45, 100), 1_000))];
  expect(accountOf(again).wrongs).toEqual(NONE);
});

it('orders what members did by their clock', () => {
  const late = member(handled(range(0, 50), 1_000));
  const early = member(handled(range(50, 100)));
  expect(accountOf([late, early]).wrongs.misordered).toBe(50);
});

it('sees content of another record, and offsets that are not there', () => {
  const [first, ...others] = handled(range(0, 100));
  const wrong = { ...first, ...sequencedAt(0, 7), partition: 0, offset: 0, atMs: 0 };
  const beyond = handled([100]);
  const { wrongs } = accountOf([member([wrong, ...others, ...beyond])]);
  expect(wrongs).toEqual({ ...NONE, foreign: 2, lost: 1 });
});

it('wants commits at the end of the log', () => {
  const { wrongs, examples } = accountOf([member(handled(range(0, 100)))], { committed: [97] });
  expect(wrongs).toEqual({ ...NONE, uncommitted: 3 });
  expect(examples.uncommitted).toBe('partition 0 at 97 of 100');
});

it('a key is of one partition, and its events are numbered in the order of offsets', () => {
  const seen = range(0, 200).map((offset) => sequencedAt(5, offset));
  expect(seen.every(({ key }) => key % PARTITIONS === 5)).toBe(true);
  const ofOne = seen.filter(({ key }) => key === 5).map(({ seq }) => seq);
  expect(ofOne).toEqual([0, 1, 2, 3, 4]);
});

it('a journal holds what was written, up to a half entry', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tavro-journal-'));
  const file = join(directory, '0');
  expect(countEntries(file)).toBe(0);
  const write = openJournal(file);
  const entries = handled(range(0, 3), 1.5);
  for (const entry of entries) write(entry);
  expect(countEntries(file)).toBe(3);
  expect([...readEntries(file)]).toEqual(entries);
  rmSync(directory, { recursive: true });
});
