/** Tables of the codec benchmark. */

import { type Aim, printAims } from '../report/aims.js';
import type { Ratios } from '../report/held.js';
import { today } from '../report/machine.js';
import { geometricMean, type Timing } from './measure.js';
import { versionOf } from './package-version.js';

export interface Measured {
  readonly shape: string;
  readonly side: string;
  /** Of one event without a frame, on average. */
  readonly bytes: number;
  /** Of one event each, by the names of {@link COLUMNS}; nothing where a side has no such thing. */
  readonly times: Readonly<Record<string, Timing | undefined>>;
  readonly allocated: Record<string, number> | undefined;
}

const PEERS = ['avsc', 'avro-js', '@bufbuild/protobuf', 'protobufjs', 'msgpackr'];
const OURS = 'tavro';
/** Whose ratios are told of each shape, and held. */
const FOREMOST = 'avsc';
const LIMIT = 'by hand';

const COLUMNS = ['encode', 'encode+frame', 'decode', 'decode, batch'] as const;

type Column = (typeof COLUMNS)[number];

export async function printReport(measured: readonly Measured[]): Promise<string> {
  const versions = await Promise.all(PEERS.map(versionOf));
  const lines = [
    `${today()}; ${versions.join(', ')}; ns of the processor, and on the clock:`,
    '',
    ...eventTable(measured),
    '',
    ...ratioTable(measured),
    '',
    printAims(limitAims(measured)),
  ];
  return lines.join('\n');
}

/** Nanoseconds and bytes of one event. */
function eventTable(measured: readonly Measured[]): string[] {
  const head = [
    'shape',
    'codec',
    ...COLUMNS.flatMap((title) => [`${title} ns`, 'clock']),
    'bytes',
    'alloc B: encode',
    'decode',
    'batch',
  ];
  const rows = measured.map((m) => [
    m.shape,
    m.side,
    ...COLUMNS.flatMap((column) => [whole(m.times[column]?.cpuNs), whole(m.times[column]?.ns)]),
    whole(m.bytes),
    whole(m.allocated?.encode),
    whole(m.allocated?.decode),
    whole(m.allocated?.batch),
  ]);
  return printTable([head, ...rows], 2);
}

/** How many times tavro's speed is that of avsc, and of each peer on average. */
function ratioTable(measured: readonly Measured[]): string[] {
  const shapes = [...new Set(measured.map(({ shape }) => shape))];
  const sides = [...new Set(measured.map(({ side }) => side))].filter((side) => side !== OURS);
  const head = ['times as fast as', 'on', ...COLUMNS];
  const perShape = shapes.map((shape) => [
    FOREMOST,
    shape,
    ...COLUMNS.map((column) => times(ratioTo(FOREMOST, { measured, shape, column }))),
  ]);
  const means = sides.map((side) => [
    side,
    'geometric mean',
    ...COLUMNS.map((column) => times(meanRatio(side, { measured, shapes, column }))),
  ]);
  return printTable([head, ...perShape, ...means], 2);
}

/** Of the shapes that another side has. */
function meanRatio(
  side: string,
  of: { measured: readonly Measured[]; shapes: readonly string[]; column: Column },
): number {
  const ratios = of.shapes.map((shape) => ratioTo(side, { ...of, shape }));
  return geometricMean(ratios.filter((ratio) => !Number.isNaN(ratio)));
}

/** Per cent of the speed of what is written by hand, of each shape that is. */
function limitAims(measured: readonly Measured[]): Aim[] {
  const shapes = measured.filter(({ side }) => side === LIMIT).map(({ shape }) => shape);
  const aims = [
    ['decode', 93],
    ['encode', 92],
  ] as const;
  return aims.flatMap(([column, least]) =>
    shapes.flatMap((shape) => {
      const now = 100 * ratioTo(LIMIT, { measured, shape, column });
      if (Number.isNaN(now)) return [];
      const peer = now / ratioTo(FOREMOST, { measured, shape, column });
      const what = `${column} ${shape}, beside by hand`;
      return [{ what, unit: '%', now, peer, limit: 100, aim: { least } }];
    }),
  );
}

/** What `--gate` compares: of each shape, how many times our speed is avsc's. */
export function ratiosOf(measured: readonly Measured[]): Ratios {
  const ours = measured.filter(({ side }) => side === OURS);
  const all = ours.flatMap(({ shape }) =>
    COLUMNS.map((column) => {
      const ratio = ratioTo(FOREMOST, { measured, shape, column });
      return [`${shape}, ${column}, × ${FOREMOST}`, ratio] as const;
    }),
  );
  return Object.fromEntries(all.filter(([, ratio]) => !Number.isNaN(ratio)));
}

/** Processor time of another side by ours. */
function ratioTo(
  side: string,
  of: { measured: readonly Measured[]; shape: string; column: Column },
): number {
  const cpuOf = (name: string) =>
    of.measured.find((m) => m.shape === of.shape && m.side === name)?.times[of.column]?.cpuNs;
  return (cpuOf(side) ?? Number.NaN) / (cpuOf(OURS) ?? Number.NaN);
}

/** Rows as Markdown; the first `texts` columns are text, the others numbers. */
export function printTable(rows: readonly (readonly string[])[], texts: number): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const pad = (cell: string, i: number) =>
    i < texts ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0);
  const line = (row: readonly string[]) => `| ${row.map(pad).join(' | ')} |`;
  const [head = [], ...rest] = rows;
  const rule = widths.map((width, i) => `${'-'.repeat(width + 1)}${i < texts ? '-' : ':'}`);
  return [line(head), `|${rule.join('|')}|`, ...rest.map(line)];
}

function whole(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '' : String(Math.round(value));
}

function times(value: number): string {
  return Number.isNaN(value) ? '' : value.toFixed(2);
}
