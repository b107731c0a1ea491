import { expect, it } from '@jest/globals';
import { type Account, account, type Seen, WRONGS } from './accounting.js';
import { GOOD, type StoredEvent } from './events.js';
import type { Entry } from './journal.js';
import type { StoredLetter } from './letters.js';
import type { Policy } from './policies.js';
import { printLine, printTable } from './report.js';

const BATCH_SIZE = 2;
const POISON_AT = 2;

/** One partition and key: a tombstone at offset 2 among good events. */
const EVENTS: readonly StoredEvent[] = [0, 1, 2, 3, 4].map((offset) => ({
  partition: 0,
  offset,
  kind: offset === POISON_AT ? 'tombstone' : GOOD,
  key: Buffer.from('ann'),
  value: null,
}));

const at = (offset: number) => ({ partition: 0, offset });
const began: Entry = { did: 'began', how: 'started' };
const handled = (...offsets: number[]): Entry[] =>
  offsets.map((offset) => ({ did: 'handled', ...at(offset) }));
const committed = (offset: number): Entry => ({ did: 'committed', ...at(offset) });
const gaveUp = (offset: number): Entry => ({ did: 'gaveUp', ...at(offset) });
const skipped = (offset: number, code = 'TOMBSTONE'): Entry[] => [
  { did: 'skipped', ...at(offset), code },
  { did: 'counted', skipped: 1 },
];
const letter = (offset: number, changes: Partial<StoredLetter> = {}): StoredLetter => ({
  ...at(offset),
  code: 'TOMBSTONE',
  key: Buffer.from('ann'),
  value: null,
  ...changes,
});

const DEAD_LETTER = { poisonIn: 'letters', losesGood: false, repeatsAfterKillsOnly: true } as const;
const SKIP = { ...DEAD_LETTER, poisonIn: 'log' } as const;
const REPORT = { ...DEAD_LETTER, poisonIn: 'destination', losesGood: true } as const;
const FAIL = { ...REPORT, repeatsAfterKillsOnly: false } as const;

interface Row {
  readonly entries: readonly Entry[];
  /** @default one of the poison, unless the policy is another */
  readonly letters?: readonly StoredLetter[];
  /** @default DEAD_LETTER */
  readonly policy?: Pick<Policy, 'poisonIn' | 'losesGood' | 'repeatsAfterKillsOnly'>;
  readonly wrong: Readonly<Record<string, string>>;
}

const ALL = [0, 1, 3, 4];

const rows: Readonly<Record<string, Row>> = {
  'all is well': { entries: [began, ...handled(...ALL), committed(5)], wrong: {} },
  'a batch again after a kill': {
    entries: [began, ...handled(0, 1), began, ...handled(0, 1, 3, 4)],
    wrong: {},
  },
  'a batch again after each of two kills': {
    entries: [began, ...handled(0, 1), began, ...handled(0, 1), began, ...handled(...ALL)],
    wrong: {},
  },
  'a lost one': {
    entries: [began, ...handled(0, 1, 3), committed(5)],
    wrong: { lost: '1: 0@4' },
  },
  'one handled again without a kill': {
    entries: [began, ...handled(0, 1, 1, 3, 4)],
    wrong: { repeats: '1: 0@1 is handled again without a kill' },
  },
  'more than a batch again after a kill': {
    entries: [began, ...handled(0, 1, 3), began, ...handled(0, 1, 3, 4)],
    wrong: { repeats: '1: 0@3 is the 3th of its partition after a kill' },
  },
  'one handled again once it was committed': {
    entries: [began, ...handled(0, 1), committed(2), began, ...handled(1, 3, 4)],
    wrong: { 'after commit': '1: 0@1' },
  },
  'one behind a later one of its key': {
    entries: [began, ...handled(0, 3, 1, 4)],
    wrong: { misordered: '1: 0@1, behind offset 3 of its key' },
  },
  'poison that is handled': {
    entries: [began, ...handled(0, 1, 2, 3, 4)],
    wrong: { 'poison handled': '1: 0@2 (tombstone)' },
  },
  'poison that is nowhere': {
    entries: [began, ...handled(...ALL)],
    letters: [],
    wrong: { 'poison lost': '1: 0@2 (tombstone)' },
  },
  'poison elsewhere than it belongs': {
    entries: [began, ...handled(...ALL), gaveUp(2)],
    letters: [],
    wrong: { 'wrong place': '1: 0@2 (tombstone) is in destination' },
  },
  'a dead letter for another cause': {
    entries: [began, ...handled(...ALL)],
    letters: [letter(2, { code: 'FRAME' })],
    wrong: { 'wrong cause': '1: 0@2 (tombstone) is FRAME' },
  },
  'a dead letter with another value': {
    entries: [began, ...handled(...ALL)],
    letters: [letter(2, { value: Buffer.alloc(0) })],
    wrong: { changed: '1: 0@2 (tombstone)' },
  },
  'a dead letter of a good one': {
    entries: [began, ...handled(...ALL)],
    letters: [letter(2), letter(3)],
    wrong: { 'good refused': '1: 0@3, for its contents' },
  },
  'a good one at the destination': {
    entries: [began, ...handled(0, 1, 3), gaveUp(4)],
    wrong: { 'good refused': '1: 0@4, for the destination' },
  },
  'a good one at the destination where that is so': {
    entries: [began, ...handled(0, 1), gaveUp(2), gaveUp(3), gaveUp(4)],
    letters: [],
    policy: REPORT,
    wrong: {},
  },
  'a batch again without a kill where that is so': {
    entries: [began, ...handled(0, 1), ...handled(0, 1), gaveUp(2), ...handled(3, 4)],
    letters: [],
    policy: FAIL,
    wrong: {},
  },
  'skipped poison': {
    entries: [began, ...handled(0, 1), ...skipped(2), ...handled(3, 4)],
    letters: [],
    policy: SKIP,
    wrong: {},
  },
  'skipped poison that the log does not count': {
    entries: [began, ...handled(0, 1), ...skipped(2).slice(0, 1), ...handled(3, 4)],
    letters: [],
    policy: SKIP,
    wrong: { miscounted: '1: the log says 0 for 1 records that were skipped 1 times' },
  },
  'a good one that is skipped': {
    entries: [began, ...handled(0, 1), ...skipped(2), ...handled(3), ...skipped(4)],
    letters: [],
    policy: SKIP,
    wrong: { 'good refused': '1: 0@4, for its contents', lost: '1: 0@4' },
  },
};

function accountOf({ entries, letters = [letter(2)], policy = DEAD_LETTER }: Row): Account {
  const seen: Seen = { events: EVENTS, entries, letters, policy, batchSize: BATCH_SIZE };
  return account(seen);
}

it.each(Object.entries(rows))('%s', (_, row) => {
  const { wrongs, examples } = accountOf(row);
  const found = WRONGS.filter((wrong) => wrongs[wrong] > 0);
  const told = found.map((wrong) => [wrong, `${wrongs[wrong]}: ${examples[wrong]}`]);
  expect(Object.fromEntries(told)).toEqual(row.wrong);
});

it('each event is in one count, however often it came', () => {
  const entries = [
    began,
    ...handled(0, 1),
    began,
    ...handled(0, 1),
    gaveUp(2),
    gaveUp(3),
    gaveUp(3),
  ];
  expect(accountOf({ entries, letters: [], policy: REPORT, wrong: {} })).toMatchObject({
    ...{ events: 5, handled: 2, repeated: 2, poison: 1, skipped: 0, letters: 0, rejoined: 0 },
    atDestination: { good: 1, bad: 1 },
  });
});

it('a line and a table tell what came of a policy', () => {
  const entries = [began, ...handled(0, 1), { did: 'began', how: 'joined' } as const];
  const found = accountOf({ entries, wrong: {} });
  const ran = { policy: 'dead-letter', kills: 1, seconds: 9, account: found };
  expect(printLine(ran)).toBe(
    'FAIL  dead-letter (9 s): 2 lost, such as 0@3; joined anew 1 time besides',
  );
  expect(printTable([ran], true)).toContain(
    '| dead-letter | 5 | 2 | 0 | 1 | 0 | 1 | 0 | 0 | 1 | 9 |',
  );
});
