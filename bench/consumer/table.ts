/** The figures of `npm run bench:consumer` as tables of Markdown, and how they stand to the aims. */
import { printTable } from '../codec/report.js';
import { type Case, type Measured, nameOf, type Result } from './measure.js';
import { AVSC, OURS, POWERTOOLS } from './sides.js';

export type CaseResults = readonly [Case, readonly Result[]];

const HEAD = [
  'side',
  'wall µs',
  'CPU µs',
  'CPU × avsc',
  'CPU × tavro',
  'allocated bytes',
  'peak MiB',
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
    Math.round(figures.memory / 2 ** 20).toString(),
  ]);
  return `${nameOf(one)}, each:\n\n${printTable([HEAD, ...rows], 1).join('\n')}`;
}

/** What is aimed at where the function looks at the value only: reached from `least` on, or up to `most`. */
interface Aim {
  readonly what: string;
  readonly least?: number;
  readonly most?: number;
  /** Of events with so many records only. */
  readonly records?: number;
  of(figures: Lookup): number | undefined;
}

interface Lookup {
  readonly ours: Measured | undefined;
  readonly avsc: Measured | undefined;
  readonly powertools: Measured | undefined;
}

const AIMS: readonly Aim[] = [
  {
    what: 'CPU of tavro, times that of avsc, base64 and a loop',
    most: 1,
    of: ({ ours, avsc }) => ratio(ours?.cpuMicros, avsc?.cpuMicros),
  },
  {
    what: 'CPU of Powertools, times that of tavro',
    least: 20,
    of: ({ ours, powertools }) => ratio(powertools?.cpuMicros, ours?.cpuMicros),
  },
  {
    what: 'CPU µs of tavro, events of 100',
    most: 0.75,
    records: 100,
    of: ({ ours }) => ours?.cpuMicros,
  },
  {
    what: 'CPU µs of tavro, events of 5,000',
    most: 0.5,
    records: 5_000,
    of: ({ ours }) => ours?.cpuMicros,
  },
  {
    what: 'peak memory of tavro, times that of avsc, base64 and a loop',
    most: 1.2,
    of: ({ ours, avsc }) => ratio(ours?.memory, avsc?.memory),
  },
];

export function printAims(cases: readonly CaseResults[]): string {
  const aimed = cases.filter(([{ looksAtAll }]) => !looksAtAll);
  const rows = AIMS.map(({ what, least, most, records, of }) => [
    what,
    least === undefined ? `≤ ${most}` : `≥ ${least}`,
    ...aimed.map(([one, results]) => {
      const value = (records ?? one.records) === one.records ? of(lookupOf(results)) : undefined;
      if (value === undefined) return '';
      const isReached = value >= (least ?? value) && value <= (most ?? value);
      return isReached ? value.toFixed(2) : `${value.toFixed(2)}, not reached`;
    }),
  ]);
  const head = ['aim', '', ...aimed.map(([one]) => nameOf(one))];
  return printTable([head, ...rows], 1).join('\n');
}

function lookupOf(results: readonly Result[]): Lookup {
  const of = (name: string) => results.find(({ side }) => side === name)?.figures;
  return { ours: of(OURS), avsc: of(AVSC), powertools: of(POWERTOOLS) };
}

function ratio(figure: number | undefined, base: number | undefined): number | undefined {
  return figure === undefined || base === undefined ? undefined : figure / base;
}

function times(figure: number, base: number | undefined): string {
  return base === undefined ? '' : (figure / base).toFixed(2);
}
