/**
 * `npm run bench:versions`: decoding messages of an older version into the current type, against
 * avsc's resolver. Both are made before, as a consumer would. `--quick` for a first look; `--write` puts
 * the table into README.md.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import avsc from 'avsc';
import { parseSchema } from '../codegen/model/parse-schema.js';
import { fingerprintOf, resolvingDecoder } from '../runtime/avro.js';
import type { Decoder } from '../runtime/index.js';
import { byName } from '../test/codegen/by-name.js';
import { conversions } from './codec/conversions.js';
import { generatedCodecs } from './codec/generated-codecs.js';
import { geometricMean, measure } from './codec/measure.js';
import { printTable } from './codec/report.js';
import { Random, SHAPES } from './codec/shapes.js';
import { at, BATCH, VALUES } from './codec/sides.js';
import { today } from './report/machine.js';
import { flag, readOptions } from './report/options.js';
import { publish } from './report/publish.js';

const CURRENT = join(import.meta.dirname, 'schemas');
const OLDER = join(import.meta.dirname, 'schemas-older');
const SEED = 20_261_122;

const { quick, write } = readOptions({ quick: flag, write: flag });
const effort = quick ? { blockMs: 8, rounds: 7 } : { blockMs: 25, rounds: 15 };

const types = SHAPES.map(({ type }) => type);
const texts = await Promise.all(
  SHAPES.map(({ file }) => readFile(join(OLDER, `${file}.avsc`), 'utf8')),
);
const versions = byName(
  SHAPES.map(
    ({ type }, i) => [type, [parseSchema(at(texts, i), { role: 'history' }).schema]] as const,
  ),
);
const current = await generatedCodecs(CURRENT, types, { versions });
const older = await generatedCodecs(OLDER, types);

interface AvscType {
  fromBuffer(bytes: Buffer, resolver?: object): unknown;
  createResolver(writer: AvscType): object;
}
// Safe: avsc's types name the options of `forSchema`, which these are.
const { Type } = avsc as unknown as { Type: { forSchema(s: unknown, o: object): AvscType } };

const rows: string[][] = [];
const ratios = { single: [] as number[], batch: [] as number[] };
for (const [i, shape] of SHAPES.entries()) {
  const text = at(texts, i);
  const codec = current.get(shape.type);
  const writer = older.get(shape.type);
  const generated = codec?.version(fingerprintOf(text));
  if (codec === undefined || writer === undefined || generated === undefined)
    throw new Error(`No decoder of the older ${shape.type}.`);
  const random = new Random(SEED);
  const messages = Array.from({ length: VALUES }, () =>
    Buffer.from(writer.encode(olderValue(shape.value(random)))),
  );
  const readerText = await readFile(join(CURRENT, `${shape.file}.avsc`), 'utf8');
  const reader = Type.forSchema(JSON.parse(readerText), { logicalTypes: conversions(avsc) });
  const resolver = reader.createResolver(Type.forSchema(JSON.parse(text), {}));
  const times = measure(
    new Map([
      ['generated', (n: number) => generated(at(messages, n % VALUES))],
      ['in batches', batches(generated, messages)],
      ['at run time', alone(resolvingDecoder(text, codec), messages)],
      ['avsc', (n: number) => reader.fromBuffer(at(messages, n % VALUES), resolver)],
    ]),
    effort,
  );
  const ns = (side: string) => times.get(side)?.cpuNs ?? Number.NaN;
  const batchNs = ns('in batches') / BATCH;
  ratios.single.push(ns('avsc') / ns('generated'));
  ratios.batch.push(ns('avsc') / batchNs);
  rows.push([
    shape.file,
    ...[ns('generated'), batchNs, ns('at run time'), ns('avsc')].map((n) => String(Math.round(n))),
    ...[ns('generated'), batchNs].map((n) => (ns('avsc') / n).toFixed(2)),
  ]);
}
const head = [
  'older',
  'generated ns',
  'in batches ns',
  'at run time ns',
  'avsc resolver ns',
  'times as fast',
  'in batches',
];
const means = [ratios.single, ratios.batch].map((all) => geometricMean(all).toFixed(2));
const table = printTable([head, ...rows, ['geometric mean', '', '', '', '', ...means]], 1);
publish('versions', `${today()}; ns of the processor:\n\n${table.join('\n')}`, { write });

function alone(decode: Decoder<unknown>, messages: readonly Buffer[]) {
  return (n: number) => decode(at(messages, n % VALUES));
}

function batches(decode: Decoder<unknown>, messages: readonly Buffer[]) {
  const all = Array.from({ length: VALUES / BATCH }, (_, b) =>
    messages.slice(b * BATCH, (b + 1) * BATCH),
  );
  return (n: number) => decode.batch?.(all[n % all.length] ?? []);
}

/** A current value with what only the older type has, and in its kinds. */
function olderValue(value: unknown): unknown {
  const current = Object(value);
  const lines = current.lines?.map((line: object) => ({ ...line, weight: 1.5 }));
  const source = (one: object) => ({ ...one, legacy_flags: 70_000n });
  return {
    ...current,
    session: 'session-0123456789',
    channel: 'web',
    firmware: '1.4.2-rc1',
    color: 'green',
    draft: false,
    server: 'edge-eu-west-1',
    ...(current.label !== undefined && treeOf(current)),
    ...(lines && { lines, customer_id: Number(current.customer_id) }),
    ...(current.temperature !== undefined && { temperature: Math.round(current.temperature) }),
    ...(current.booked_at && { sequence: Number(current.sequence) }),
    ...(typeof current.bytes === 'bigint' && { bytes: Number(current.bytes) }),
    ...(current.source && {
      source: source(current.source),
      previous: current.previous.map(source),
    }),
  };
}

function treeOf(node: { left?: object | null; right?: object | null }): object {
  // Safe: the children of a tree are trees.
  const child = (side: object | null | undefined) =>
    side ? treeOf(side as { left?: object }) : null;
  return { ...node, color: 'green', left: child(node.left), right: child(node.right) };
}
