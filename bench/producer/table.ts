/** The figures of `npm run bench:producer` as tables of Markdown, and how they stand to the aims. */
import { median } from '../scale/accounted.js';
import { AWAITED, MANY_AT_ONCE, MODES, SINGLE } from './modes.js';
import type { Measured } from './run.js';
import { isOurs, KAFKAJS, OURS_ON_KAFKAJS } from './sides.js';

/** Where all sides send to, in one table. */
export interface Place {
  readonly listener: 'plaintext' | 'saslSsl';
  readonly partitions: number;
}

export interface Result {
  readonly mode: string;
  readonly side: string;
  readonly figures: Measured;
}

export function placeName({ listener, partitions }: Place): string {
  const security = listener === 'saslSsl' ? 'SASL_SSL' : 'PLAINTEXT';
  return `${security}, ${partitions === 1 ? '1 partition' : `${partitions} partitions`}`;
}

/** Of several runs, the middle of each figure. */
export function middleOf(runs: readonly Measured[]): Measured {
  const of = (figure: keyof Measured) => median(runs.map((one) => one[figure]));
  return {
    sent: of('sent'),
    perSecond: of('perSecond'),
    cpuMicros: of('cpuMicros'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    memory: of('memory'),
  };
}

const HEAD = [
  'side',
  'messages/s',
  '× kafkajs',
  'CPU µs',
  '× kafkajs',
  'p50 ms',
  'p99 ms',
  'peak MiB',
];

export function printPlace(place: Place, results: readonly Result[]): string {
  const blocks = MODES.flatMap(({ id, title }) => {
    const ofMode = results.filter(({ mode }) => mode === id);
    if (ofMode.length === 0) return [];
    const base = ofMode.find(({ side }) => side === KAFKAJS)?.figures;
    const rows = ofMode.map(({ side, figures }) => [
      side,
      Math.round(figures.perSecond).toLocaleString('en'),
      times(figures.perSecond, base?.perSecond),
      figures.cpuMicros.toFixed(1),
      times(figures.cpuMicros, base?.cpuMicros),
      figures.p50Ms.toFixed(2),
      figures.p99Ms.toFixed(2),
      Math.round(figures.memory / 2 ** 20).toString(),
    ]);
    return [`${placeName(place)}: ${title}`, tableOf(HEAD, rows)];
  });
  return blocks.join('\n\n');
}

/** What is aimed at, as a figure that is reached from `least` on or up to `most`. */
interface Aim {
  readonly what: string;
  readonly least?: number;
  readonly most?: number;
  of(figures: Lookup): number | undefined;
}

interface Lookup {
  ours(mode: string): Measured | undefined;
  kafkajs(mode: string): Measured | undefined;
  /** Ours on the transport that sends most. */
  fastest(mode: string): Measured | undefined;
}

const AIMS: readonly Aim[] = [
  {
    what: '`await send` on kafkajs, times as many as kafkajs',
    least: 1,
    of: ({ ours, kafkajs }) => ratio(ours(AWAITED)?.perSecond, kafkajs(AWAITED)?.perSecond),
  },
  { what: 'its p50, ms', most: 0.6, of: ({ ours }) => ours(AWAITED)?.p50Ms },
  {
    what: "its p99, times kafkajs' own",
    most: 1.2,
    of: ({ ours, kafkajs }) => ratio(ours(AWAITED)?.p99Ms, kafkajs(AWAITED)?.p99Ms),
  },
  {
    what: 'single sends at once on kafkajs, times as many as kafkajs',
    least: 10,
    of: ({ ours, kafkajs }) => ratio(ours(SINGLE)?.perSecond, kafkajs(SINGLE)?.perSecond),
  },
  {
    what: "single sends at once on the fastest transport, of kafkajs' hand-made batches",
    least: 0.85,
    of: ({ fastest, kafkajs }) =>
      ratio(fastest(SINGLE)?.perSecond, kafkajs(MANY_AT_ONCE)?.perSecond),
  },
  {
    what: '`sendAll` on kafkajs, of its hand-made batches',
    least: 0.85,
    of: ({ ours, kafkajs }) =>
      ratio(ours(MANY_AT_ONCE)?.perSecond, kafkajs(MANY_AT_ONCE)?.perSecond),
  },
  {
    what: "`sendAll` on the fastest transport, of kafkajs' hand-made batches",
    least: 1.5,
    of: ({ fastest, kafkajs }) =>
      ratio(fastest(MANY_AT_ONCE)?.perSecond, kafkajs(MANY_AT_ONCE)?.perSecond),
  },
];

export function printAims(places: readonly (readonly [Place, readonly Result[]])[]): string {
  const lookups = places.map(([, results]) => lookupOf(results));
  const rows = AIMS.map(({ what, least, most, of }) => [
    what,
    least === undefined ? `≤ ${most}` : `≥ ${least}`,
    ...lookups.map((figures) => {
      const value = of(figures);
      if (value === undefined) return '';
      const isReached = value >= (least ?? value) && value <= (most ?? value);
      return isReached ? value.toFixed(2) : `${value.toFixed(2)}, not reached`;
    }),
  ]);
  return tableOf(['aim', '', ...places.map(([place]) => placeName(place))], rows);
}

function lookupOf(results: readonly Result[]): Lookup {
  const of = (mode: string, side: string) =>
    results.find((one) => one.mode === mode && one.side === side)?.figures;
  return {
    ours: (mode) => of(mode, OURS_ON_KAFKAJS),
    kafkajs: (mode) => of(mode, KAFKAJS),
    fastest: (mode) =>
      results
        .filter((one) => one.mode === mode && isOurs(one.side))
        .map(({ figures }) => figures)
        .sort((a, b) => b.perSecond - a.perSecond)[0],
  };
}

function ratio(figure: number | undefined, base: number | undefined): number | undefined {
  return figure === undefined || base === undefined ? undefined : figure / base;
}

function times(figure: number, base: number | undefined): string {
  return base === undefined ? '' : (figure / base).toFixed(2);
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
