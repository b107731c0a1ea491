/** What `--gate` and `--hold` of a benchmark do with the ratios that it measured. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from '@jest/globals';
import { FELL, fallen, holdRatios } from '../../bench/report/held.js';

const folder = mkdtempSync(join(tmpdir(), 'held-'));
const file = join(folder, 'ratios.json');

afterEach(() => {
  process.exitCode = undefined;
  rmSync(file, { force: true });
});

afterAll(() => rmSync(folder, { recursive: true }));

it('names ratios that fell by more than a tenth, and those that are missing', () => {
  expect(fallen({ one: 2, two: 2, three: 1 }, { one: 1.81, two: 1.5, four: 1 })).toEqual([
    'two: 1.500, held at 2: 25.0 % worse',
    'three: held at 1, but not measured',
  ]);
});

it('stores ratios that a later run is compared with', () => {
  holdRatios({ one: 2.000_04 }, { file, gate: false, hold: true });
  expect(readFileSync(file, 'utf8')).toBe('{\n  "one": 2\n}\n');
  holdRatios({ one: 1.9 }, { file, gate: true, hold: false });
  expect(process.exitCode).toBeUndefined();
  holdRatios({ one: 1.7 }, { file, gate: true, hold: false });
  expect(process.exitCode).toBe(FELL);
});

it('stores nothing unless asked', () => {
  writeFileSync(file, '{"one":1}');
  holdRatios({ one: 3 }, { file, gate: true, hold: false });
  expect(readFileSync(file, 'utf8')).toBe('{"one":1}');
});
