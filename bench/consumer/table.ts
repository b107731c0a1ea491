/** The figures of `npm run bench:consumer` as tables of Markdown, and how they stand to the aims. */
import { printTable } from '../codec/report.js';
import { type Aim, printAims as printRows } from '../report/aims.js';
import { type Case, nameOf, type Result } from './measure.js';
import { AVSC, LIMIT, OURS, POWERTOOLS } from './sides.js';

export type CaseResults = readonly [Case, readonly Result[]];

const HEAD = [
  'side',
  'wall µs',
  'CPU µs',
  'CPU × avsc',
  'CPU × tavro',
  'allocated bytes',
  'peak MiB',
  'MiB after',
];

/** Microseconds, bytes and ratios of one record. */
export function printCase([one, results]: CaseResults): string {
  const cpu = (name: string) => results.find(({ side }) => side === name)?.figures.cpuMicros;
  const rows = results.map(({ side, figures }) => [
    side,
    figures.wallMicros.toFixed(2),
    figures.cpuMicros.toFixed(2),
    times(figures.cpuMicros, cpu(AVSC)),
    times(figures.cpuMicros, cpu(OURS)),
    Math.round(figures.allocated).toLocaleString('en'),
    Math.round(figures.memory / MIB).toString(),
    Math.round(figures.resident / MIB).toString(),
  ]);
  return `${nameOf(one)}, each:\n\n${printTable([HEAD, ...rows], 1).join('\n')}`;
}

/** Microseconds of the processor by records of an event, where the function looks at the value only. */
const MOST_MICROS: ReadonlyMap<number, number> = new Map([
  [100, 0.75],
  [5_000, 0.5],
]);
const LEAST_TIMES_OF_POWERTOOLS = 20;
/** Of the memory after a run, to that of the codec alone. */
const MOST_MEMORY = 1.2;
const MIB = 2 ** 20;

/** The peer is avsc, the limit the codec with the same checks and nothing else. */
export function printAims(cases: readonly CaseResults[]): string {
  return printRows(cases.filter(([{ looksAtAll }]) => !looksAtAll).flatMap(aimsOf));
}

function aimsOf([one, results]: CaseResults): Aim[] {
  const of = (name: string) => results.find(({ side }) => side === name)?.figures;
  const [ours, avsc, limit, powertools] = [OURS, AVSC, LIMIT, POWERTOOLS].map(of);
  const aims: Aim[] = [];
  const micros = MOST_MICROS.get(one.records);
  if (micros !== undefined) {
    const [now, peer, least] = [ours, avsc, limit].map((figures) => figures?.cpuMicros);
    const aim = { most: micros };
    aims.push({ what: nameOf(one), unit: 'CPU µs a record', now, peer, limit: least, aim });
  }
  if (powertools !== undefined) {
    const now = ours && powertools.cpuMicros / ours.cpuMicros;
    const aim = { least: LEAST_TIMES_OF_POWERTOOLS };
    aims.push({ what: nameOf(one), unit: 'CPU of Powertools, times ours', now, aim });
  }
  if (limit !== undefined) {
    const [now, peer, least = 0] = [ours, avsc, limit].map((side) => side && side.resident / MIB);
    const aim = { most: Math.round(least * MOST_MEMORY) };
    aims.push({ what: nameOf(one), unit: 'MiB after a run', now, peer, limit: least, aim });
  }
  return aims;
}

function times(figure: number, base: number | undefined): string {
  return base === undefined ? '' : (figure / base).toFixed(2);
}
