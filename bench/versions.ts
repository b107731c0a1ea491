/**
 * `npm run bench:versions`: decoding messages of an older version into the current type, against
 * avsc's resolver. Both are made before, as a consumer would. `--quick` for a first look; `--write` puts
 * the table into README.md.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import avsc from 'avsc';
import { parseSchema } from '../codegen/model/parse-schema.js';
import { fingerprintOf } from '../runtime/avro.js';
import { type Decoder, decodeBatch } from '../runtime/index.js';
import { byName } from '../test/codegen/by-name.js';
import { conversions } from './codec/conversions.js';
import { generatedBundle, generatedCodecs } from './codec/generated-codecs.js';
import { geometricMean, measure } from './codec/measure.js';
import { printTable } from './codec/report.js';
import { Random, SHAPES } from './codec/shapes.js';
import { at, BATCH, VALUES } from './codec/sides.js';
import { printAims } from './report/aims.js';
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
const { codecs: current, resolvingDecoder } = await generatedBundle(CURRENT, types, { versions });
const older = await generatedCodecs(OLDER, types);

interface AvscType {
  fromBuffer(bytes: Buffer, resolver?: object): unknown;
  createResolver(writer: AvscType): object;
}
// Safe: avsc's types name the options of `forSchema`, which these are.
const { Type } = avsc as unknown as { Type: { forSchema(s: unknown, o: object): AvscType } };

/** What an aim is held against, and how it is shown: CPU time, which a busy machine does not lengthen much. */
const SIDES = ['run time', 'run time, batches', 'generated', 'generated, batches', 'avsc'] as const;
type SideName = (typeof SIDES)[number];

const rows: string[][] = [];
const ratios = new Map<SideName, number[]>(SIDES.map((side) => [side, []]));
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
  const resolving = resolvingDecoder(text, codec);
  const times = measure(
    new Map<SideName, (n: number) => unknown>([
      ['run time', alone(resolving, messages)],
      ['run time, batches', batches(resolving, messages)],
      ['generated', alone(generated, messages)],
      ['generated, batches', batches(generated, messages)],
      ['avsc', (n: number) => reader.fromBuffer(at(messages, n % VALUES), resolver)],
    ]),
    effort,
  );
  const of = (side: SideName, what: 'ns' | 'cpuNs'): number => {
    const ns = times.get(side)?.[what] ?? Number.NaN;
    return side.endsWith('batches') ? ns / BATCH : ns;
  };
  for (const side of SIDES) ratios.get(side)?.push(of('avsc', 'cpuNs') / of(side, 'cpuNs'));
  rows.push([
    shape.file,
    ...SIDES.flatMap((side) => [of(side, 'cpuNs'), of(side, 'ns')].map((ns) => ns.toFixed(0))),
    ...SIDES.slice(0, -1).map((side) => (ratios.get(side)?.at(-1) ?? Number.NaN).toFixed(2)),
  ]);
}

const head = [
  'older',
  ...SIDES.flatMap((side) => [`${side} CPU ns`, 'ns']),
  ...SIDES.slice(0, -1).map((side) => `avsc / ${side}`),
];
const means = SIDES.slice(0, -1).map((side) => geometricMean(ratios.get(side) ?? []).toFixed(2));
const blanks = SIDES.flatMap(() => ['', '']);
const all = ratios.get('run time') ?? [];
const aims = printAims([
  {
    what: 'older version at run time, mean',
    unit: "times avsc's resolver",
    now: geometricMean(all),
    peer: 1,
    limit: geometricMean(ratios.get('generated') ?? []),
    aim: { least: 2 },
  },
  {
    what: 'older version at run time, the least of all shapes',
    unit: "times avsc's resolver",
    now: Math.min(...all),
    peer: 1,
    limit: Math.min(...(ratios.get('generated') ?? [])),
    aim: { least: 1 },
  },
]);
const table = printTable([head, ...rows, ['geometric mean', ...blanks, ...means]], 1);
publish('versions', `${today()}\n\n${aims}\n\n${table.join('\n')}`, { write });

function alone(decode: Decoder<unknown>, messages: readonly Buffer[]) {
  return (n: number) => decode(at(messages, n % VALUES));
}

function batches(decode: Decoder<unknown>, messages: readonly Buffer[]) {
  const all = Array.from({ length: VALUES / BATCH }, (_, b) =>
    messages.slice(b * BATCH, (b + 1) * BATCH),
  );
  return (n: number) => decodeBatch(decode, all[n % all.length] ?? []);
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
