/** What all benchmarks share: their options, the table of aims, the state of the machine, the marked tables. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { printAims } from '../../bench/report/aims.js';
import { loadOf } from '../../bench/report/machine.js';
import { withMarked } from '../../bench/report/marked.js';
import {
  BadOption,
  count,
  counts,
  flag,
  names,
  namesIn,
  parseOptions,
  text,
  texts,
} from '../../bench/report/options.js';
import { takeTurns } from '../../bench/scale/accounted.js';

describe('options', () => {
  const all = {
    quick: flag,
    json: text,
    node: texts,
    runs: count,
    records: counts,
    only: names,
    cases: namesIn(['values', 'untouched']),
  };

  it('are what was given, and undefined where nothing was', () => {
    expect(parseOptions(all, [])).toEqual({ quick: false, node: [] });
    const args =
      '--quick --json a.json --node=--x --node=--y --runs 3 --records 1,20 --only a,b --cases values';
    expect(parseOptions(all, args.split(' '))).toEqual({
      quick: true,
      json: 'a.json',
      node: ['--x', '--y'],
      runs: 3,
      records: [1, 20],
      only: ['a', 'b'],
      cases: ['values'],
    });
  });

  it.each([
    ['--quik', "Unknown option '--quik'"],
    ['--quick=1', "Option '--quick' does not take an argument"],
    ['--json', "Option '--json <value>' argument missing"],
    ['--runs 0', '--runs takes a number from 1, not 0'],
    ['--runs few', '--runs takes a number from 1, not few'],
    ['--records 1,,2', '--records takes a number from 1, not '],
    ['--cases values,some', '--cases takes values, untouched, not some'],
    ['folder', "Unexpected argument 'folder'"],
  ])('are refused in one line: %s', (args, message) => {
    const run = () => parseOptions(all, args.split(' '));
    expect(run).toThrow(BadOption);
    expect(run).toThrow(new RegExp(`^${message}[^\n]*$`));
  });
});

it.each([
  [['codec.ts', '--quik'], "Unknown option '--quik'."],
  [['codec.ts', '--gate', '--only', 'tavro'], '--write, --gate and --hold are of all shapes'],
  [['all.ts', '--only', 'codec,none'], '--only takes size, versions, cold-start, codec, gate'],
])('bench/%j ends with one line and exit code 2', ([file = '', ...args], message) => {
  const bench = fileURLToPath(new URL(`../../bench/${file}`, import.meta.url));
  const flags = ['--conditions=tavro-source', '--import', 'tsx', bench, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, flags, { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^[^\n]+\n$/);
  expect(stderr).toContain(message);
});

describe('aims', () => {
  it('are beside what is measured, with what is missed by how much', () => {
    const table = printAims([
      { what: 'after an edit', unit: 'ms', now: 471, peer: 50, limit: 25.04, aim: { most: 150 } },
      { what: 'share', unit: '%', now: 92, aim: { least: 92 } },
      { what: 'speed', unit: '×', now: 1_234.5, aim: { least: 2_000 } },
      { what: 'nothing', unit: 'µs', now: undefined, aim: { most: 0.75 } },
    ]);
    const cells = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    expect(cells.map((row) => row.slice(1, -1))).toEqual([
      ['what', 'now', 'peer', 'limit', 'aim', ''],
      expect.anything(),
      ['after an edit, ms', '471', '50.0', '25.0', '≤ 150', 'missed by 214.0 %'],
      ['share, %', '92.0', '', '', '≥ 92', 'reached'],
      ['speed, ×', '1,235', '', '', '≥ 2000', 'missed by 38.3 %'],
      ['nothing, µs', '', '', '', '≤ 0.75', ''],
    ]);
  });
});

it('lets sides take turns, each round beginning with another, and gives the median', async () => {
  const order: string[] = [];
  const side = (name: string, walls: number[]) => () => {
    order.push(name);
    return { wall: walls.shift() ?? 0, cpu: 1, memory: 2 };
  };
  const costs = await takeTurns({ a: side('a', [9, 1, 5]), b: side('b', [2, 2, 8]) }, 3);
  expect(order.join('')).toBe('abbaab');
  expect(costs.get('a')).toEqual({ wall: 5, cpu: 1, memory: 2 });
  expect(costs.get('b')?.wall).toBe(2);
});

it('notes a machine that did other work', () => {
  expect(loadOf(2, 2)).toBe('load 2.0');
  expect(loadOf(2.1, 2)).toMatch(/^load 2\.1 \(busy with other work/);
  expect(loadOf(4, 8)).toBe('load 4.0');
});

it('replaces what is between the markers, and nothing else', () => {
  const page = 'a\n<!-- one -->\nold $&\n<!-- /one -->\nb\n<!-- two -->\nkept\n<!-- /two -->\n';
  const replaced = withMarked(page, 'one', '| $1 |\n| new |');
  expect(replaced).toBe(page.replace('old $&', () => '| $1 |\n| new |'));
  expect(withMarked(replaced, 'one', '| $1 |\n| new |')).toBe(replaced);
  expect(() => withMarked(page, 'three', '')).toThrow('<!-- three -->');
});
