import { describe, expect, it } from '@jest/globals';
import { type Account, account, FOREIGN, type Stored, WRONGS } from './accounting.js';
import { Ledger } from './ledger.js';

/** What became of a message: `partition@offset`, how it failed, or nothing yet. */
type Outcome = `${number}@${number}` | 'no' | 'unknown' | 'none';

/** Messages of one key, in the order of their sends. */
function ledgerOf(outcomes: readonly Outcome[]): Ledger {
  const ledger = new Ledger();
  for (const _ of outcomes) ledger.begin(7);
  outcomes.forEach((outcome, message) => {
    if (outcome === 'none') return;
    if (outcome === 'no' || outcome === 'unknown') {
      ledger.failed(message, outcome, 'TIMED_OUT');
      return;
    }
    const [partition = 0, offset = 0] = outcome.split('@').map(Number);
    ledger.acknowledged(message, { partition, offset });
  });
  return ledger;
}

/** What is wrong, with the example of each. */
function wrongsOf({ wrongs, examples }: Account): Record<string, string> {
  return Object.fromEntries(
    WRONGS.filter((wrong) => wrongs[wrong] > 0).map((wrong) => [
      wrong,
      `${wrongs[wrong]}: ${examples[wrong]}`,
    ]),
  );
}

interface Row {
  readonly said: readonly Outcome[];
  readonly stored: Stored;
  readonly wrong: Readonly<Record<string, string>>;
}

const rows: Readonly<Record<string, Row>> = {
  'all is well': { said: ['0@0', '0@1', '1@0'], stored: [[0, 1], [2]], wrong: {} },
  'a lost one': {
    said: ['0@0', '0@1'],
    stored: [[0]],
    wrong: { lost: '1: message 1 of key 7, acknowledged at 0@1, is not there' },
  },
  'one that was dropped for another at its place': {
    said: ['0@0', '0@0'],
    stored: [[1]],
    wrong: { lost: '1: message 0 of key 7, acknowledged at 0@0, is not there' },
  },
  'a doubled one': {
    said: ['0@0', '0@1'],
    stored: [[0, 1, 0]],
    wrong: { doubled: '1: message 0 of key 7 at 0@2 is there before' },
  },
  'one that is in two partitions': {
    said: ['0@0'],
    stored: [[0], [0]],
    wrong: { doubled: '1: message 0 of key 7 at 1@0 is there before' },
  },
  'an unknown one that is there twice': {
    said: ['unknown'],
    stored: [[0, 0]],
    wrong: { doubled: '1: message 0 of key 7 at 0@1 is there before' },
  },
  'misordered ones': {
    said: ['0@1', '0@0', '0@2'],
    stored: [[1, 0, 2]],
    wrong: { misordered: '1: message 0 of key 7 at 0@1 is behind message 1' },
  },
  'an order that is of two partitions': { said: ['1@0', '0@0'], stored: [[1], [0]], wrong: {} },
  'a wrong no': {
    said: ['0@0', 'no'],
    stored: [[0, 1]],
    wrong: { 'wrong no': '1: message 1 of key 7 at 0@1 was said not to be delivered' },
  },
  'a wrong offset': {
    said: ['0@0', '0@2'],
    stored: [[0, 1]],
    wrong: { 'wrong offset': '1: message 1 of key 7, acknowledged at 0@2, is elsewhere' },
  },
  'one whose offset was not told': { said: ['0@0', '0@-1'], stored: [[0, 1]], wrong: {} },
  'one whose offset was not told, in another partition': {
    said: ['0@0', '1@-1'],
    stored: [[0, 1], []],
    wrong: { 'wrong offset': '1: message 1 of key 7, acknowledged at 1@-1, is elsewhere' },
  },
  'one whose offset was not told, and that is not there': {
    said: ['0@0', '0@-1'],
    stored: [[0]],
    wrong: { lost: '1: message 1 of key 7, acknowledged at 0@-1, is not there' },
  },
  'one without an outcome': {
    said: ['0@0', 'none'],
    stored: [[0, 1]],
    wrong: { unsettled: '1: message 1 has no outcome' },
  },
  'what others sent, or nobody': { said: ['0@1'], stored: [[FOREIGN, 0, 99]], wrong: {} },
};

describe('the account', () => {
  it.each(Object.entries(rows))('of %s', (_name, { said, stored, wrong }) => {
    expect(wrongsOf(account(ledgerOf(said), stored))).toEqual(wrong);
  });

  it('counts each of the wrongs', () => {
    const { wrongs } = account(ledgerOf(['0@0', '0@1', '0@2', 'no', 'no']), [[2, 3, 4, 2]]);
    expect(wrongs).toMatchObject({ lost: 2, doubled: 1, 'wrong no': 2, 'wrong offset': 1 });
  });

  it('counts unknown ones that are there, and those behind a later acknowledged one', () => {
    const found = account(ledgerOf(['unknown', 'unknown', '0@1', 'unknown', 'no']), [[1, 2, 0]]);
    expect(found).toMatchObject({ unknown: 3, unknownStored: 2, unknownLate: 1 });
    expect(found).toMatchObject({ sent: 5, acknowledged: 1, no: 1 });
    expect(wrongsOf(found)).toEqual({});
  });

  it('excuses only the loss of what was sent before its topic was made anew', () => {
    const ledger = ledgerOf(['0@0', 'no']);
    ledger.excuse();
    ledger.acknowledged(ledger.begin(7), { partition: 0, offset: 0 });
    expect(wrongsOf(account(ledger, [[]]))).toEqual({
      lost: '1: message 2 of key 7, acknowledged at 0@0, is not there',
    });
    expect(wrongsOf(account(ledger, [[2, 1]]))).toHaveProperty('wrong no');
  });
});

describe('a ledger', () => {
  it('knows the longest times without acknowledgements, of all and of some partitions', () => {
    let nowMs = 0;
    const ledger = new Ledger(() => nowMs);
    for (const [atMs, partition] of [
      [1_000, 0],
      [1_500, 1],
      [2_100, 1],
      [4_000, 0],
    ] as const) {
      nowMs = atMs;
      ledger.acknowledged(ledger.begin(0), { partition, offset: 0 });
    }
    expect(ledger.longestGapMs()).toBe(1_900);
    expect(ledger.longestGapMs([1])).toBe(600);
    expect(ledger.longestGapMs([0, 1])).toBe(3_000);
    expect(ledger.longestGapMs([0, 1], { fromMs: 0, toMs: 900 })).toBe(0);
    expect(ledger.longestGapMs([1], { fromMs: 1_600, toMs: 1_700 })).toBe(600);
    expect(ledger.acknowledgedIn([1], { fromMs: 1_500, toMs: 2_100 })).toBe(1);
    expect(ledger.hasAcknowledged(1, 2_101)).toBe(false);
    expect(ledger.hasAcknowledged(0, 4_000)).toBe(true);
  });
});
