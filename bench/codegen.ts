/**
 * `npm run bench:codegen`: how long generating takes, beside the generators that people use, and what
 * it costs to start. `--quick` for a first look; `--runs N` for the median of others than 15;
 * `--json <file>` keeps the numbers; `--write` puts the tables into README.md.
 */
import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { printTable } from './codec/report.js';
import { measureStarts, printStartAims, printStarts } from './codegen/starts.js';
import { writeSchemas } from './codegen/synthetic-schemas.js';
import { isBuilt, judge, PEERS, TAVRO, type Tool, timed, watchedEdits } from './codegen/tools.js';
import { today } from './report/machine.js';
import { count, flag, readOptions, refuse, text } from './report/options.js';
import { publish } from './report/publish.js';
import { type Cost, median, takeTurns } from './scale/accounted.js';

const { quick, write, json, ...options } = readOptions({
  quick: flag,
  runs: count,
  json: text,
  write: flag,
});
if (!isBuilt()) refuse('Build the package first: npm run build');
const runs = options.runs ?? (quick ? 3 : 15);
const SMALL = quick ? 100 : 1_000;
const LARGE = SMALL * 10;
const TOOLS = [TAVRO, ...PEERS];
// Within the repository: generated code finds `tavro/generated-code` from there.
// Each run writes into a folder of its own, and all are removed at the end: for a while after many
// files were removed, making new ones takes ten times as long.
const scratch = join(
  import.meta.dirname,
  ...['..', 'node_modules', '.cache', `tavro-bench-codegen-${process.pid}`],
);
const schemas = (size: number): string => join(scratch, `schemas-${size}`);
const numbers: Record<string, number> = {};

try {
  const starts = await measureStarts(join(scratch, 'one'), runs);
  for (const [what, { wall, cpu }] of starts)
    Object.assign(numbers, { [what]: wall, [`${what}, CPU`]: cpu });
  await writeSchemas(schemas(SMALL), SMALL);
  await writeSchemas(schemas(LARGE), LARGE);
  const tables = [
    printStartAims(starts),
    printStarts(starts),
    await coldTable(),
    await ownTable(),
    await featureTable(),
  ];
  publish('codegen', [`${today()}; median of ${runs} runs:`, ...tables].join('\n\n'), { write });
  if (json !== undefined) await writeFile(json, JSON.stringify(numbers));
} finally {
  await rm(scratch, { recursive: true, force: true });
}

/** An empty folder for each run. */
function intoNew(tool: Tool, size: number): () => Cost {
  let run = 0;
  return () => timed(tool, schemas(size), outOf(tool, size, run++));
}

function outOf({ name }: Tool, size: number, run = 0): string {
  return join(scratch, `${name.replace('/', '-')}-${size}-${run}`);
}

async function coldTable(): Promise<string> {
  const sides = Object.fromEntries(TOOLS.map((tool) => [tool.name, intoNew(tool, SMALL)]));
  const costs = await takeTurns(sides, runs);
  const rows: string[][] = [];
  for (const tool of TOOLS) {
    const { wall = Number.NaN, cpu = Number.NaN } = costs.get(tool.name) ?? {};
    const { files, kilobytes, compiling } = await judge(outOf(tool, SMALL));
    Object.assign(numbers, { [`${tool.name} cold`]: wall, [`${tool.name} cpu`]: cpu });
    const counted = [files, kilobytes, compiling].map(String);
    rows.push([`${tool.name} ${tool.version}`, seconds(wall), seconds(cpu), ...counted]);
  }
  const head = [
    `${SMALL} schemas, cold`,
    ...['wall', 'processor', 'files', 'KiB', 'files that compile'],
  ];
  return printTable([head, ...rows], 1).join('\n');
}

async function ownTable(): Promise<string> {
  const again = 'nothing changed';
  const large = 'cold';
  const costs = await takeTurns(
    { [again]: () => timed(TAVRO, schemas(SMALL), outOf(TAVRO, SMALL)) },
    runs,
  );
  const largeCosts = await takeTurns({ [large]: intoNew(TAVRO, LARGE) }, Math.ceil(runs / 3));
  const edits = await watchedEdits({
    schemas: schemas(SMALL),
    out: outOf(TAVRO, SMALL),
    file: join(schemas(SMALL), 'team0', 'event_40.avsc'),
    generated: join(outOf(TAVRO, SMALL), 'com', 'acme', 'team0', 'Event40.ts'),
    times: 15,
  });
  Object.assign(numbers, { edit: median(edits) });
  const rows = [
    [`${SMALL} schemas, ${again}`, ...cells(costs.get(again))],
    [`${LARGE} schemas, ${large}`, ...cells(largeCosts.get(large))],
    [`one of ${SMALL} edited under \`--watch\`, from saved to written`, seconds(median(edits)), ''],
  ];
  return printTable([['tavro', 'wall', 'processor'], ...rows], 1).join('\n');
}

/** How much of what has every feature of Avro compiles. */
async function featureTable(): Promise<string> {
  const hard = join(import.meta.dirname, '..', 'test', 'codegen', 'golden', 'schemas');
  const inputs = (await readdir(hard, { recursive: true })).filter((path) =>
    path.endsWith('.avsc'),
  );
  const copy = join(scratch, 'schemas-hard');
  await cp(hard, copy, { recursive: true });
  const rows: string[][] = [];
  for (const tool of TOOLS) {
    const out = join(scratch, `${tool.name.replace('/', '-')}-hard`);
    timed(tool, copy, out);
    const { files, compiling } = await judge(out);
    rows.push([`${tool.name} ${tool.version}`, String(files), String(compiling)]);
  }
  const head = [`${inputs.length} files with every feature of Avro`, 'files', 'files that compile'];
  return printTable([head, ...rows], 1).join('\n');
}

function cells(cost: Cost | undefined): string[] {
  return cost === undefined ? ['', ''] : [seconds(cost.wall), seconds(cost.cpu)];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
