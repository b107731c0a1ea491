/**
 * `npm run bench:codegen`: how long generating takes, beside the generators that people use.
 * `--runs N` for more runs each (5); `--json <file>` keeps the numbers.
 */
import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeSchemas } from './codegen/synthetic-schemas.js';
import { isBuilt, judge, PEERS, TAVRO, type Tool, timed, watchedEdits } from './codegen/tools.js';
import { type Cost, median, medianOf } from './scale/accounted.js';

const { values: options } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, json: { type: 'string' } },
});
const runs = Number(options.runs);
const SMALL = 1_000;
const LARGE = 10_000;
// Within the repository: generated code finds `tavro/generated-code` from there.
// Each run writes into a folder of its own, and all are removed at the end: for a while after many
// files were removed, making new ones takes ten times as long.
const scratch = join(
  import.meta.dirname,
  ...['..', 'node_modules', '.cache', `tavro-bench-codegen-${process.pid}`],
);
const schemas = (count: number): string => join(scratch, `schemas-${count}`);
const outOf = ({ name }: Tool, count: number, run = 0): string =>
  join(scratch, `${name.replace('/', '-')}-${count}-${run}`);

if (!isBuilt()) throw new Error('Build the package first: npm run build.');

function cold(tool: Tool, count: number, times: number): Cost {
  const took: Cost[] = [];
  for (let i = 0; i < times; i++) took.push(timed(tool, schemas(count), outOf(tool, count, i)));
  return medianOf(took);
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const numbers: Record<string, number> = {};

await writeSchemas(schemas(SMALL), SMALL);
await writeSchemas(schemas(LARGE), LARGE);
const date = new Date().toISOString().slice(0, 10);
const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? ''}, load ${loadavg()[0]?.toFixed(1)}`;
console.log(`${date}, Node ${process.version}, ${machine}; median of ${runs} runs\n`);

console.log(`| ${SMALL} schemas, cold | time | processor | files | KiB | files that compile |`);
console.log('|---|---|---|---|---|---|');
for (const tool of [TAVRO, ...PEERS]) {
  const { wall, cpu } = cold(tool, SMALL, runs);
  const { files, kilobytes, compiling } = await judge(outOf(tool, SMALL));
  Object.assign(numbers, { [`${tool.name} cold`]: wall, [`${tool.name} cpu`]: cpu });
  console.log(
    `| ${tool.name} ${tool.version} | ${seconds(wall)} | ${seconds(cpu)} | ${files} | ${kilobytes} | ${compiling} |`,
  );
}

const again = medianOf(
  Array.from({ length: runs }, () => timed(TAVRO, schemas(SMALL), outOf(TAVRO, SMALL))),
);
const edits = await watchedEdits({
  schemas: schemas(SMALL),
  out: outOf(TAVRO, SMALL),
  file: join(schemas(SMALL), 'team7', 'event_390.avsc'),
  generated: join(outOf(TAVRO, SMALL), 'com', 'acme', 'team7', 'Event390.ts'),
  times: 15,
});
const large = cold(TAVRO, LARGE, Math.max(1, Math.floor(runs / 2)));
const times = (large.cpu / (numbers['tavro cpu'] ?? 1)).toFixed(1);
Object.assign(numbers, { again: again.wall, edit: median(edits), large: large.wall });
console.log(`
| tavro | time | processor |
|---|---|---|
| ${SMALL} schemas, nothing changed | ${seconds(again.wall)} | ${seconds(again.cpu)} |
| one file of ${SMALL} edited under \`--watch\`, from saved to written | ${seconds(median(edits))} (worst of ${edits.length}: ${seconds(Math.max(...edits))}) | |
| ${LARGE} schemas, cold | ${seconds(large.wall)} | ${seconds(large.cpu)}, ${times} times that of ${SMALL} |
`);

const hard = join(import.meta.dirname, '..', 'test', 'codegen', 'golden', 'schemas');
const inputs = (await readdir(hard, { recursive: true })).filter((path) => path.endsWith('.avsc'));
console.log(`| ${inputs.length} files with every feature of Avro | files | files that compile |`);
console.log('|---|---|---|');
const copy = join(scratch, 'schemas-hard');
await cp(hard, copy, { recursive: true });
for (const tool of [TAVRO, ...PEERS]) {
  const out = join(scratch, `${tool.name.replace('/', '-')}-hard`);
  timed(tool, copy, out);
  const { files, compiling } = await judge(out);
  console.log(`| ${tool.name} ${tool.version} | ${files} | ${compiling} |`);
}
await rm(scratch, { recursive: true });
if (options.json !== undefined) await writeFile(options.json, JSON.stringify(numbers));
