/**
 * `npm run bench:codec`: generated codecs against the JavaScript codecs that people use, then
 * decoders of older versions against avsc's resolver.
 * `--quick` for a first look; `--shapes user_click,order` for some shapes, `--only tavro,avsc` for some sides; `--json <file>` keeps the numbers.
 */
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { allocatedBytes } from './codec/allocations.js';
import { generatedCodecs } from './codec/generated-codecs.js';
import { measure } from './codec/measure.js';
import { type Measured, printReport } from './codec/report.js';
import { Random, SHAPES, type Shape } from './codec/shapes.js';
import { BATCH, type Side, sidesOf, VALUES } from './codec/sides.js';
import { flag, names, namesIn, readOptions, text } from './report/options.js';

const SCHEMAS = join(import.meta.dirname, 'schemas');
const SEED = 20_261_122;

const options = readOptions({
  quick: flag,
  shapes: namesIn(SHAPES.map(({ file }) => file)),
  only: names,
  json: text,
  allocations: flag,
});

const shapes = SHAPES.filter(({ file }) => options.shapes?.includes(file) ?? true);
const codecs = await generatedCodecs(
  SCHEMAS,
  shapes.map(({ type }) => type),
);

async function sidesOfShape(shape: Shape): Promise<Side[]> {
  const codec = codecs.get(shape.type);
  if (codec === undefined) throw new Error(`No codec for ${shape.type}.`);
  const random = new Random(SEED);
  const values = Array.from({ length: VALUES }, () => shape.value(random));
  const schema: unknown = JSON.parse(await readFile(join(SCHEMAS, `${shape.file}.avsc`), 'utf8'));
  const sides = sidesOf({ codec, schema, values });
  return sides.filter(({ name }) => options.only?.includes(name) ?? true);
}

/** What a process of its own prints. */
function inChild(args: readonly string[]): string {
  const all = [...process.execArgv, ...args];
  const child = spawnSync(process.execPath, all, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (child.status !== 0) throw new Error(`${args.join(' ')} failed: ${child.stderr}`);
  return child.stdout;
}

/** Allocations are counted in a process of their own, whose young generation is never collected. */
function allocationsInChild(): Record<string, Record<string, number>> {
  const flags = ['--expose-gc', '--max-semi-space-size=512', '--min-semi-space-size=512'];
  const args = [...flags, import.meta.filename, '--allocations'];
  if (options.shapes !== undefined) args.push('--shapes', options.shapes.join());
  if (options.only !== undefined) args.push('--only', options.only.join());
  return JSON.parse(inChild(args));
}

const effort = options.quick ? { blockMs: 8, rounds: 7 } : { blockMs: 25, rounds: 15 };

if (options.allocations) {
  const found: Record<string, Record<string, number>> = {};
  for (const shape of shapes) {
    for (const side of await sidesOfShape(shape)) {
      found[`${shape.file}/${side.name}`] = {
        encode: allocatedBytes((i) => side.encode(i)),
        decode: allocatedBytes((i) => side.decode(i)),
        batch: allocatedBytes((i) => side.decodeBatch(i)) / BATCH,
      };
    }
  }
  process.stdout.write(JSON.stringify(found));
} else {
  const allocations = allocationsInChild();
  const measured: Measured[] = [];
  for (const shape of shapes) {
    const sides = await sidesOfShape(shape);
    const times = (pick: (side: Side) => ((index: number) => unknown) | undefined) =>
      measure(
        new Map(
          sides.flatMap((side) => {
            const run = pick(side);
            return run ? [[side.name, run] as const] : [];
          }),
        ),
        effort,
      );
    const decode = times((side) => (i) => side.decode(i));
    const batch = times((side) => (i) => side.decodeBatch(i));
    const encode = times((side) => (i) => side.encode(i));
    const framed = times((side) => side.encodeFramed?.bind(side));
    for (const side of sides) {
      measured.push({
        shape: shape.file,
        side: side.name,
        bytes: side.bytes,
        encodeNs: encode.get(side.name)?.ns,
        encodeFramedNs: framed.get(side.name)?.ns,
        decodeNs: decode.get(side.name)?.ns,
        batchNs: (batch.get(side.name)?.ns ?? Number.NaN) / BATCH,
        allocated: allocations[`${shape.file}/${side.name}`],
      });
    }
    process.stderr.write(`${shape.file} done\n`);
  }
  const machine = `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model.trim()}`;
  process.stdout.write(await printReport(measured, machine));
  const isWhole = options.shapes === undefined && options.only === undefined;
  const versions = join(import.meta.dirname, 'versions.ts');
  if (isWhole)
    process.stdout.write(`\n${inChild([versions, ...(options.quick ? ['--quick'] : [])])}`);
  if (options.json !== undefined) await writeFile(options.json, JSON.stringify(measured, null, 1));
}
