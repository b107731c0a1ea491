/** `npm run bench:cold-start`: what it prints of its figures, and that the handlers of its bundles start. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import type { Start } from '../../bench/cold-start/measure.js';
import { middleAndSpread, printAims, printStarts } from '../../bench/cold-start/table.js';
import { AVSC, OURS } from '../../bench/consumer/sides.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const start = (cpu: number): Start => ({
  loadWall: cpu - 1,
  loadCpu: cpu / 10,
  firstWall: 2,
  firstCpu: 1,
  wall: cpu + 100,
  cpu: cpu + 20,
});
const MEASURED = {
  empty: [start(0)],
  results: [
    {
      side: OURS,
      size: { minified: 31 * 1_024, packed: 10 * 1_024 },
      starts: [30, 10, 40].map(start),
    },
    { side: AVSC, size: { minified: 100 * 1_024, packed: 30 * 1_024 }, starts: [60].map(start) },
  ],
};

it('shows the median and the middle half', () => {
  expect(middleAndSpread([9, 1, 2, 3, 4])).toBe('3.0 (2.0 to 4.0)');
});

it('counts the process above one that loads nothing', () => {
  const [head, rule, ours, avsc, , last] = printStarts(MEASURED).split('\n');
  const cells = (line = '') => line.split('|').map((cell) => cell.trim());
  expect(cells(head)).toHaveLength(cells(rule).length);
  expect(cells(ours).slice(1, -1)).toEqual([
    OURS,
    '31.0',
    '10.0',
    '29.0 (9.0 to 39.0)',
    '3.0 (1.0 to 4.0)',
    '2.0 (2.0 to 2.0)',
    '1.0 (1.0 to 1.0)',
    '30.0 (10.0 to 40.0)',
    '30.0 (10.0 to 40.0)',
    '0.50',
  ]);
  expect(cells(avsc).at(-2)).toBe('1.00');
  expect(last).toBe('A process that loads nothing: 100.0 ms, 20.0 ms of the processor.');
});

it('says of each aim whether it is reached', () => {
  const [, , size, load] = printAims(MEASURED).split('\n');
  expect(size).toMatch(/ 31 \| +31\.0 \|$/);
  expect(load).toMatch(/ 3 \| +3\.0 \|$/);
  const [, , , slow] = printAims({
    ...MEASURED,
    results: MEASURED.results.map((one) => ({ ...one, starts: [start(31)] })),
  }).split('\n');
  expect(slow).toContain('3.1, not reached');
  expect(printAims({ ...MEASURED, results: [] })).toBe('');
});

it('starts the handlers of its bundles', () => {
  const flags = ['--conditions=tavro-source', '--import', 'tsx', 'bench/cold-start.ts'];
  const out = execFileSync(process.execPath, [...flags, '--runs', '1', '--only', 'tavro,avsc'], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const side of [OURS, 'tavro, schema asked for', AVSC])
    expect(out).toMatch(new RegExp(`^\\| ${side} +\\|[^N]+$`, 'm'));
});
