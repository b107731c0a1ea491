/**
 * `npm run bench:codec`: generated codecs against the JavaScript codecs that people use.
 * `--quick` for a first look; `--shapes user_click,order` for some shapes, `--only tavro,avsc` for some
 * sides; `--json <file>` keeps the numbers; `--write` puts the tables into README.md; `--gate` exits
 * with 100 when a ratio to avsc is a tenth below what `--hold` kept of it.
 */
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allocatedBytes } from './codec/allocations.js';
import { generatedCodecs } from './codec/generated-codecs.js';
import { loadHandWritten } from './codec/hand-written/load.js';
import { measure, type Timing } from './codec/measure.js';
import { type Measured, printReport, ratiosOf } from './codec/report.js';
import { Random, SHAPES, type Shape } from './codec/shapes.js';
import { BATCH, type Side, sidesOf, VALUES } from './codec/sides.js';
import { holdRatios, refuseUnheld } from './report/held.js';
import { flag, names, namesIn, readOptions, refuse, text } from './report/options.js';
import { publish } from './report/publish.js';

const SCHEMAS = join(import.meta.dirname, 'schemas');
const SEED = 20_261_122;
const HELD = join(import.meta.dirname, 'codec', 'ratios.json');

const options = readOptions({
  quick: flag,
  shapes: namesIn(SHAPES.map(({ file }) => file)),
  only: names,
  json: text,
  write: flag,
  gate: flag,
  hold: flag,
  allocations: flag,
});
const isPart = options.shapes !== undefined || options.only !== undefined;
if (isPart && (options.write || options.gate || options.hold))
  refuse('--write, --gate and --hold are of all shapes and sides');
refuseUnheld({ file: HELD, ...options });

const shapes = SHAPES.filter(({ file }) => options.shapes?.includes(file) ?? true);
const codecs = await generatedCodecs(
  SCHEMAS,
  shapes.map(({ type }) => type),
);

const byHand = await loadHandWritten();

async function sidesOfShape(shape: Shape): Promise<Side[]> {
  const codec = codecs.get(shape.type);
  if (codec === undefined) throw new Error(`No codec for ${shape.type}.`);
  const random = new Random(SEED);
  const values = Array.from({ length: VALUES }, () => shape.value(random));
  const schema: unknown = JSON.parse(await readFile(join(SCHEMAS, `${shape.file}.avsc`), 'utf8'));
  const sides = sidesOf({ codec, schema, values, byHand: byHand(shape.file) });
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
        ...(side.encode && { encode: allocatedBytes(side.encode.bind(side)) }),
        decode: allocatedBytes((i) => side.decode(i)),
        batch: allocatedBytes((i) => side.decodeBatch(i)) / BATCH,
      };
    }
  }
  process.stdout.write(JSON.stringify(found));
} else {
  const measured = await measureShapes();
  publish('codec', await printReport(measured), options);
  holdRatios(ratiosOf(measured), { file: HELD, ...options });
  if (options.json !== undefined) await writeFile(options.json, JSON.stringify(measured, null, 1));
}

async function measureShapes(): Promise<Measured[]> {
  const allocations = allocationsInChild();
  const measured: Measured[] = [];
  for (const shape of shapes) {
    const sides = await sidesOfShape(shape);
    const runs = {
      decode: timesOf(sides, (side) => (i) => side.decode(i)),
      'decode, batch': timesOf(sides, (side) => (i) => side.decodeBatch(i), BATCH),
      encode: timesOf(sides, (side) => side.encode?.bind(side)),
      'encode+frame': timesOf(sides, (side) => side.encodeFramed?.bind(side)),
    };
    for (const { name, bytes } of sides) {
      const times = Object.entries(runs).map(([column, of]) => [column, of.get(name)]);
      measured.push({
        shape: shape.file,
        side: name,
        bytes,
        times: Object.fromEntries(times),
        allocated: allocations[`${shape.file}/${name}`],
      });
    }
    process.stderr.write(`${shape.file} done\n`);
  }
  return measured;
}

/** What one event takes each side that does it. */
function timesOf(
  sides: readonly Side[],
  pick: (side: Side) => ((index: number) => unknown) | undefined,
  events = 1,
): ReadonlyMap<string, Timing> {
  const operations = sides.flatMap((side) => {
    const run = pick(side);
    return run ? [[side.name, run] as const] : [];
  });
  const times = [...measure(new Map(operations), effort)];
  return new Map(
    times.map(([name, { ns, cpuNs }]) => [name, { ns: ns / events, cpuNs: cpuNs / events }]),
  );
}
