import { expect, it } from '@jest/globals';
import { account } from './runner-accounting.js';
import { sequencedAt } from './runner-events.js';
import { isWrong, printLine, printTable, printWrong, type Ran } from './runner-report.js';
import { PLAIN, printThroughput } from './runner-throughput.js';

/** Four records, of which some were handled by a member that was killed, then some by another, in two seconds. */
function ran(first: readonly number[], second: readonly number[]): Ran {
  const entries = (offsets: readonly number[], atMs: number) =>
    offsets.map((offset) => ({ partition: 0, offset, ...sequencedAt(0, offset), atMs }));
  const members = [
    { entries: entries(first, 0), faults: 1 },
    { entries: entries(second, 2_000), faults: 0 },
  ];
  const found = account({ ends: [4], committed: [4], maxRecords: 2, members });
  const outcome = { ...found, maxRecords: 2, notes: ['1 kill'] };
  return { scenario: 'kill', transport: 'kafkajs', seconds: 9, outcome };
}

const FAILED: Ran = { ...ran([], []), outcome: { failed: 'a member ended (1)' } };
const ALL = [ran([0, 1], [2, 3]), ran([0, 1, 2], [2, 3]), ran([0], [2, 3]), FAILED];

it('a line tells what came of a scenario', () => {
  expect(ALL.map(printLine)).toEqual([
    'ok    kill (kafkajs, 9 s): 4 events; none wrong; 0 repeats; 2 a second; 1 kill',
    'ok    kill (kafkajs, 9 s): 4 events; none wrong; 1 repeat by 1 fault, 0.50 batches each, 1 of one partition at most; 2 a second; 1 kill',
    'FAIL  kill (kafkajs, 9 s): 4 events; 1 lost; 0 repeats; 2 a second; 1 kill',
    'FAIL  kill (kafkajs, 9 s): a member ended (1)',
  ]);
});

it('the command fails by what is wrong, or did not end', () => {
  expect(ALL.map(isWrong)).toEqual([false, false, true, true]);
});

it('what is wrong comes with an example and how to see it again', () => {
  const again = 'npm run soak:runner -- --only kill';
  expect(printWrong(ran([0], [2, 3]), again)).toBe(
    `kill (kafkajs)\n  lost: 0@1\n  again: ${again}`,
  );
  expect(printWrong(FAILED, again)).toContain('failed: a member ended (1)');
});

it('the table has a cell for each column', () => {
  const [head, rule, ...rows] = printTable(ALL.slice(0, 3)).split('\n');
  const cells = (line = '') => line.split('|').length;
  expect([rule, ...rows].map(cells)).toEqual([head, head, head, head].map(cells));
  expect(rows[1]).toBe('| kill | kafkajs | 4 | 0 | 0 | 0 | 0 | 0 | 1 | 1 | 0.50 | 1 | 2.0 s | 2 |');
});

it('ratios are to the side that is written by hand', () => {
  const text = printThroughput(
    [
      { side: 'kafkajs', wallMs: 1_000, cpuMs: 500 },
      { side: PLAIN, wallMs: 2_000, cpuMs: 2_000 },
    ],
    100_000,
  );
  expect(text.split('\n').slice(2)).toEqual([
    '| tavro on kafkajs | 100,000 | 0.50× | 5.00 | 0.25× |',
    '| kafkajs `eachBatch` + avsc | 50,000 | 1.00× | 20.00 | 1.00× |',
  ]);
});
