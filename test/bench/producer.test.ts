/** What `npm run bench:producer` prints of its figures, and whom it leaves out; the figures take a broker. */
import { describe, expect, it } from '@jest/globals';
import { isNodeWithin, withPackages } from '../../bench/peers/packages.js';
import { KAFKAJS, OURS_ON_KAFKAJS, SIDES } from '../../bench/producer/sides.js';
import { middleOf, printAims, printPlace, type Result } from '../../bench/producer/table.js';

const PLACE = { listener: 'saslSsl', partitions: 6 } as const;

function result(mode: string, side: string, figures: Partial<Result['figures']>): Result {
  const zero = { sent: 0, perSecond: 0, cpuMicros: 0, p50Ms: 0, p99Ms: 0, memory: 0 };
  return { mode, side, figures: { ...zero, ...figures } };
}

const RESULTS = [
  result('await', OURS_ON_KAFKAJS, { perSecond: 900, cpuMicros: 600, p50Ms: 0.5, p99Ms: 2.5 }),
  result('await', KAFKAJS, { perSecond: 1_000, cpuMicros: 500, p50Ms: 0.4, p99Ms: 2 }),
  result('concurrent', OURS_ON_KAFKAJS, { perSecond: 40_000 }),
  result('concurrent', 'tavro on another', { perSecond: 90_000 }),
  result('concurrent', KAFKAJS, { perSecond: 4_000 }),
  result('many', OURS_ON_KAFKAJS, { perSecond: 85_000 }),
  result('many', KAFKAJS, { perSecond: 100_000, memory: 100 * 2 ** 20 }),
];

it('holds each side against kafkajs in the same mode', () => {
  expect(printPlace(PLACE, RESULTS.slice(0, 2))).toBe(
    [
      'SASL_SSL, 6 partitions: `await send`, one after the other',
      '',
      '| side | messages/s | × kafkajs | CPU µs | × kafkajs | p50 ms | p99 ms | peak MiB |',
      '| --- | --- | --- | --- | --- | --- | --- | --- |',
      '| tavro on kafkajs | 900 | 0.90 | 600.0 | 1.20 | 0.50 | 2.50 | 0 |',
      '| kafkajs, encoded before | 1,000 | 1.00 | 500.0 | 1.00 | 0.40 | 2.00 | 0 |',
    ].join('\n'),
  );
});

it('says of each aim whether it is reached, and nothing of one that has no figures', () => {
  const cells = (results: readonly Result[]) =>
    printAims([[PLACE, results]])
      .split('\n')
      .slice(2)
      .map((line) => line.split(' | ').slice(1).join(' ').replace(/ \|$/, ''));
  expect(cells(RESULTS)).toEqual([
    '≥ 1 0.90, not reached',
    '≤ 0.6 0.50',
    '≤ 1.2 1.25, not reached',
    '≥ 10 10.00',
    '≥ 0.85 0.90',
    '≥ 0.85 0.85',
    '≥ 1.5 0.85, not reached',
  ]);
  expect(cells(RESULTS.filter(({ side }) => side !== KAFKAJS))[0]).toBe('≥ 1 ');
});

it('takes the middle of each figure by itself', () => {
  const runs = [
    [1, 9],
    [3, 7],
    [2, 8],
  ] as const;
  const middle = middleOf(
    runs.map(([perSecond, p99Ms]) => result('', '', { perSecond, p99Ms }).figures),
  );
  expect(middle).toMatchObject({ perSecond: 2, p99Ms: 8 });
});

it('leaves a side out by name, with all that it lacks', () => {
  const packages = new Map(
    SIDES.flatMap((side) => side.packages).map((name) => [
      name,
      name.startsWith('@confluentinc/') ? { missing: `no ${name}` } : { version: '1' },
    ]),
  );
  const { sides, leftOut } = withPackages(SIDES, packages);
  expect(sides.filter(({ packages: [first] }) => first?.startsWith('@confluentinc/'))).toEqual([]);
  expect(sides.length + leftOut.length).toBe(SIDES.length);
  expect(leftOut.map(([{ name }, why]) => [name, why])).toContainEqual([
    '@confluentinc/kafka-javascript + @confluentinc/schemaregistry',
    'no @confluentinc/kafka-javascript; no @confluentinc/schemaregistry',
  ]);
});

describe('isNodeWithin', () => {
  it.each([
    ['>=14', '20.20.2', true],
    ['>=22.0.0', '20.20.2', false],
    ['>= 22.22.0 || >= 24.6.0', '22.9.1', false],
    ['>= 22.22.0 || >= 24.6.0', '24.21.0', true],
    ['>=22.19', '22.19.0', true],
  ])('%s, %s: %s', (range, version, within) => {
    expect(isNodeWithin(range, version)).toBe(within);
  });
});
