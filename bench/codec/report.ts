/** Tables of the codec benchmark. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { geometricMean } from './measure.js';

export interface Measured {
  readonly shape: string;
  readonly side: string;
  /** Of one event without a frame, on average. */
  readonly bytes: number;
  readonly encodeNs: number | undefined;
  readonly encodeFramedNs: number | undefined;
  readonly decodeNs: number | undefined;
  readonly batchNs: number;
  readonly allocated: Record<string, number> | undefined;
}

const PEERS = ['avsc', 'avro-js', '@bufbuild/protobuf', 'protobufjs', 'msgpackr'];

const COLUMNS = [
  { title: 'encode', of: (m: Measured) => m.encodeNs },
  { title: 'encode+frame', of: (m: Measured) => m.encodeFramedNs },
  { title: 'decode', of: (m: Measured) => m.decodeNs },
  { title: 'decode, batch', of: (m: Measured) => m.batchNs },
] as const;

export async function printReport(measured: readonly Measured[], machine: string): Promise<string> {
  const versions = await Promise.all(PEERS.map(versionOf));
  const lines = [
    `${new Date().toISOString().slice(0, 10)}, ${machine}; ${versions.join(', ')}`,
    '',
    ...eventTable(measured),
    '',
    ...ratioTable(measured),
  ];
  return `${lines.join('\n')}\n`;
}

/** Nanoseconds and bytes of one event. */
function eventTable(measured: readonly Measured[]): string[] {
  const head = [
    'shape',
    'codec',
    ...COLUMNS.map(({ title }) => `${title} ns`),
    'bytes',
    'alloc B: encode',
    'decode',
    'batch',
  ];
  const rows = measured.map((m) => [
    m.shape,
    m.side,
    ...COLUMNS.map(({ of }) => whole(of(m))),
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
  const sides = [...new Set(measured.map(({ side }) => side))].filter((side) => side !== 'tavro');
  const find = (shape: string, side: string) =>
    measured.find((m) => m.shape === shape && m.side === side);
  const ratio = (shape: string, side: string, of: (m: Measured) => number | undefined) => {
    const ours = find(shape, 'tavro');
    const theirs = find(shape, side);
    return ((theirs && of(theirs)) ?? Number.NaN) / ((ours && of(ours)) ?? Number.NaN);
  };
  const head = ['times as fast as', 'on', ...COLUMNS.map(({ title }) => title)];
  const perShape = shapes.map((shape) => [
    'avsc',
    shape,
    ...COLUMNS.map(({ of }) => times(ratio(shape, 'avsc', of))),
  ]);
  const means = sides.map((side) => [
    side,
    'geometric mean',
    ...COLUMNS.map(({ of }) => times(geometricMean(shapes.map((shape) => ratio(shape, side, of))))),
  ]);
  return printTable([head, ...perShape, ...means], 2);
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

async function versionOf(name: string): Promise<string> {
  // Not every package exports its package.json: look beside its entry.
  const entry = createRequire(import.meta.url).resolve(name);
  const folder = entry.slice(
    0,
    entry.lastIndexOf(`/node_modules/${name}/`) + `/node_modules/${name}/`.length,
  );
  const manifest: { version?: string } = JSON.parse(
    await readFile(`${folder}package.json`, 'utf8'),
  );
  return `${name} ${manifest.version}`;
}
