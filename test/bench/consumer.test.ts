/** `npm run bench:consumer`: what it prints of its figures, and that its sides do the same work. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { eventText, expected } from '../../bench/consumer/events.js';
import { middleOf, nameOf, type Result } from '../../bench/consumer/measure.js';
import { AVSC, LIMIT, OURS, POWERTOOLS, sidesOf } from '../../bench/consumer/sides.js';
import { printAims, printCase } from '../../bench/consumer/table.js';
import type { KafkaEvent } from '../../consumer/index.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const UNTOUCHED = { records: 5_000, hasAll: true, looksAtAll: false } as const;

function result(side: string, figures: Partial<Result['figures']>): Result {
  const zero = { wallMicros: 0, cpuMicros: 0, allocated: 0, memory: 0, resident: 0 };
  return { side, figures: { ...zero, ...figures } };
}

const MIB = 2 ** 20;
const RESULTS = [
  result(OURS, {
    wallMicros: 0.61,
    cpuMicros: 0.6,
    allocated: 1_234.5,
    memory: 180 * MIB,
    resident: 90 * MIB,
  }),
  result(AVSC, {
    wallMicros: 0.41,
    cpuMicros: 0.5,
    allocated: 500,
    memory: 100 * MIB,
    resident: 80 * MIB,
  }),
  result(LIMIT, { wallMicros: 0.4, cpuMicros: 0.4, allocated: 700, resident: 75 * MIB }),
  result(POWERTOOLS, { wallMicros: 15, cpuMicros: 18, allocated: 21_000 }),
];

/** Rows of a table, as cells. */
function cells(table: string): string[][] {
  return table
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').slice(1, -1))
    .map((row) => row.map((cell) => cell.trim()));
}

it('holds the processor time of each side against that of avsc and ours', () => {
  const text = printCase([UNTOUCHED, RESULTS]);
  expect(text.split('\n')[0]).toBe('5,000 records, key and three headers, untouched, each:');
  expect(cells(text)).toEqual([
    [
      'side',
      'wall µs',
      'CPU µs',
      'CPU × avsc',
      'CPU × tavro',
      'allocated bytes',
      'peak MiB',
      'MiB after',
    ],
    [OURS, '0.61', '0.60', '1.20', '1.00', '1,235', '180', '90'],
    [AVSC, '0.41', '0.50', '1.00', '0.83', '500', '100', '80'],
    [LIMIT, '0.40', '0.40', '0.80', '0.67', '700', '0', '75'],
    [POWERTOOLS, '15.00', '18.00', '36.00', '30.00', '21,000', '0', '0'],
  ]);
});

it('says of each aim whether it is reached, and nothing where the function looks at all, or at another size', () => {
  const looked = { ...UNTOUCHED, looksAtAll: true };
  const [head, ...aims] = cells(
    printAims([
      [UNTOUCHED, RESULTS],
      [looked, RESULTS],
    ]),
  );
  expect(head).toEqual(['what', 'now', 'peer', 'limit', 'aim', '']);
  const name = nameOf(UNTOUCHED);
  expect(aims).toEqual([
    [`${name}, CPU µs a record`, '0.60', '0.50', '0.40', '≤ 0.5', 'missed by 20.0 %'],
    [`${name}, CPU of Powertools, times ours`, '30.0', '', '', '≥ 20', 'reached'],
    [`${name}, MiB after a run`, '90.0', '80.0', '75.0', '≤ 90', 'reached'],
  ]);
  const other = { ...UNTOUCHED, records: 7 };
  expect(cells(printAims([[other, RESULTS.slice(0, 2)]]))).toEqual([head]);
  const [, first] = cells(printAims([[UNTOUCHED, RESULTS.slice(1)]]));
  expect(first?.slice(1)).toEqual(['', '0.50', '0.40', '≤ 0.5', '']);
});

it('takes the middle of each figure by itself', () => {
  const runs = [
    { wallMicros: 1, cpuMicros: 9, memory: 5, resident: 1 },
    { wallMicros: 3, cpuMicros: 7, memory: 4, resident: 2 },
    { wallMicros: 2, cpuMicros: 8, memory: 6, resident: 3 },
  ];
  expect(middleOf(runs)).toEqual({ wallMicros: 2, cpuMicros: 8, memory: 5, resident: 2 });
});

it('makes events of the same records with frames and without, keys and headers only where asked for', () => {
  const recordsOf = (hasAll: boolean, takesNoFrames: boolean) => {
    // Safe: an event's text.
    const event = JSON.parse(eventText({ records: 3, hasAll }, takesNoFrames)) as KafkaEvent;
    return Object.values(event.records).flat();
  };
  const bytes = (takesNoFrames: boolean) =>
    recordsOf(true, takesNoFrames).map(({ value }) => Buffer.from(value ?? '', 'base64'));
  expect(bytes(false).map((framed) => framed.subarray(5))).toEqual(bytes(true));
  expect(recordsOf(true, true)[0]?.valueSchemaMetadata?.schemaId).toBe('1');

  const [first] = recordsOf(true, false);
  expect(Buffer.from(first?.key ?? '', 'base64').toString()).toBe(expected(1)[0]?.key);
  expect(first?.headers).toHaveLength(3);
  expect(recordsOf(false, false)).toMatchObject(Array(3).fill({ key: null, headers: [] }));
});

it('runs with sides that give what was sent, and prints what each costs', () => {
  const flags = ['--conditions=tavro-source', '--import', 'tsx', 'bench/consumer.ts'];
  const args = ['--quick', '--records', '100', '--only', 'tavro,avsc,powertools'];
  const out = execFileSync(process.execPath, [...flags, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const measured = cells(out).filter(([side]) =>
    sidesOf('consumer').some(({ name }) => name === side),
  );
  expect(measured.map(([side]) => side)).toEqual([OURS, 'tavro, log level WARN', AVSC, POWERTOOLS]);
  for (const [, ...figures] of measured)
    for (const figure of figures) expect(Number(figure.replace(',', ''))).toBeGreaterThan(0);
});
