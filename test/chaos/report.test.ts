import { expect, it } from '@jest/globals';
import { account } from './accounting.js';
import { drawsFrom } from './draws.js';
import { Ledger } from './ledger.js';
import { isWrong, printLine, printTable, printWrong, type Ran } from './report.js';
import { forgetWaits, tellWaits, until } from './waiting.js';

/** Two messages, of which as many are stored as is said. */
function ran(stored: readonly number[], sender = 'kafkajs'): Ran {
  const ledger = new Ledger();
  for (const offset of [0, 1]) {
    ledger.acknowledged(ledger.begin(3), { partition: 0, offset });
  }
  ledger.failed(ledger.begin(3), 'no', 'TIMED_OUT');
  const found = account(ledger, [stored]);
  const seen = { failures: ledger.failures, gapMs: 1_250, rate: 99.6, notes: ['1 cut'] };
  return { scenario: 'kill', sender, seconds: 9, outcome: { ...found, ...seen } };
}

const failed: Ran = {
  scenario: 'kill',
  sender: 'kafkajs',
  seconds: 9,
  outcome: { failed: 'took long' },
};
const impossible: Ran = {
  scenario: 'disk',
  sender: 'kafkajs',
  seconds: 9,
  outcome: { impossible: 'no root' },
};

it('a line tells what came of a scenario', () => {
  expect(
    [ran([0, 1]), ran([0]), ran([0], 'plain kafkajs'), failed, impossible].map(printLine),
  ).toEqual([
    'ok    kill (kafkajs, 9 s): 3 messages, 2 acknowledged; none wrong; failed: 1 TIMED_OUT; 100 a second; 1 cut',
    'FAIL  kill (kafkajs, 9 s): 3 messages, 2 acknowledged; 1 lost; failed: 1 TIMED_OUT; 100 a second; 1 cut',
    'wrong kill (plain kafkajs, 9 s): 3 messages, 2 acknowledged; 1 lost; failed: 1 TIMED_OUT; 100 a second; 1 cut',
    'FAIL  kill (kafkajs, 9 s): took long',
    '-     disk (kafkajs, 9 s): not run: no root',
  ]);
});

it('the command fails by what is wrong with ours, or did not end', () => {
  const all = [ran([0, 1]), ran([0]), ran([0], 'plain kafkajs'), failed, impossible];
  expect(all.map(isWrong)).toEqual([false, true, false, true, false]);
});

it('what is wrong comes with an example and how to see it again', () => {
  expect(printWrong(ran([0, 2]), 'npm run chaos -- --seed 7 --only kill')).toBe(
    [
      'kill (kafkajs)',
      '  lost: message 1 of key 3, acknowledged at 0@1, is not there',
      '  wrong no: message 2 of key 3 at 0@1 was said not to be delivered',
      '  again: npm run chaos -- --seed 7 --only kill',
    ].join('\n'),
  );
});

it('what failed comes with its reason, at the end, too', () => {
  expect(printWrong(failed, 'npm run chaos -- --seed 7 --only kill')).toBe(
    [
      'kill (kafkajs)',
      '  failed: took long',
      '  again: npm run chaos -- --seed 7 --only kill',
    ].join('\n'),
  );
});

it('what is waited for is told, with what went wrong last, until it came', async () => {
  forgetWaits();
  let looks = 0;
  let told = '';
  await until(
    'the third look',
    () => {
      told = tellWaits();
      if (++looks === 2) throw new Error('not now');
      return looks > 3;
    },
    1,
  );
  expect(told).toMatch(/^the third look, for \d+ s \(last: Error: not now\)$/);
  expect(tellWaits()).toBe('nothing that is known');
});

it('the table has a row for each, in text and in Markdown', () => {
  expect(
    printTable([ran([0, 1]), impossible], true)
      .split('\n')
      .slice(1),
  ).toEqual([
    `|${' --- |'.repeat(14)}`,
    '| kill | kafkajs | 3 | 2 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 1.3 s | 100 |',
    '| disk | kafkajs | not run |',
  ]);
  const [head = '', row = ''] = printTable([ran([0, 1])], false).split('\n');
  expect(row.indexOf('1.3 s')).toBe(head.indexOf('longest gap'));
});

it('the same seed draws the same', () => {
  const three = (seed: number) => {
    const draws = drawsFrom(seed);
    return [draws.whole(0, 1_000_000), draws.whole(0, 1_000_000), draws.pick(['a', 'b', 'c'])];
  };
  expect(three(7)).toEqual(three(7));
  expect(three(7)).not.toEqual(three(8));
  const draws = drawsFrom(1);
  const seen = new Set(Array.from({ length: 200 }, () => draws.whole(2, 4)));
  expect([...seen].sort()).toEqual([2, 3, 4]);
  expect(() => draws.pick([])).toThrow('nothing to pick from');
});
