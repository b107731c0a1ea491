/**
 * `npm run bench:codegen`: how long generating takes, beside the generators that people use.
 * `--runs N` for more runs each (5); `--json <file>` keeps the numbers.
 */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeSchemas } from './codegen/synthetic-schemas.js';
import {
  coldRun,
  isBuilt,
  judge,
  PEERS,
  TAVRO,
  type Tool,
  timed,
  watchedEdits,
} from './codegen/tools.js';

const { values: options } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, json: { type: 'string' } },
});
const runs = Number(options.runs);
const SMALL = 1_000;
const LARGE = 10_000;
// Within the repository: generated code finds `tavro/runtime` from there.
const scratch = join(import.meta.dirname, '..', 'node_modules', '.cache', 'tavro-bench-codegen');
const schemas = (count: number): string => join(scratch, `schemas-${count}`);
const outOf = ({ name }: Tool, count: number): string =>
  join(scratch, `${name.replace('/', '-')}-${count}`);

if (!isBuilt()) throw new Error('Build the package first: npm run build.');

function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function cold(tool: Tool, count: number, times: number): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < times; i++)
    took.push(await coldRun(tool, schemas(count), outOf(tool, count)));
  return median(took);
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const numbers: Record<string, number> = {};

await writeSchemas(schemas(SMALL), SMALL);
await writeSchemas(schemas(LARGE), LARGE);
console.log(
  `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? ''}; median of ${runs} runs\n`,
);
console.log(`| ${SMALL} schemas, cold | time | files | KiB | files that compile |`);
console.log('|---|---|---|---|---|');
for (const tool of [TAVRO, ...PEERS]) {
  const ms = await cold(tool, SMALL, runs);
  const { files, kilobytes, compiling } = await judge(outOf(tool, SMALL));
  numbers[`${tool.name} cold`] = ms;
  numbers[`${tool.name} compiling`] = compiling / files;
  console.log(
    `| ${tool.name} ${tool.version} | ${seconds(ms)} | ${files} | ${kilobytes} | ${compiling} |`,
  );
}

const again = median(
  Array.from({ length: runs }, () => timed(TAVRO, schemas(SMALL), outOf(TAVRO, SMALL))),
);
const edits = await watchedEdits({
  schemas: schemas(SMALL),
  out: outOf(TAVRO, SMALL),
  file: join(schemas(SMALL), 'team7', 'event_390.avsc'),
  generated: join(outOf(TAVRO, SMALL), 'com', 'acme', 'team7', 'Event390.ts'),
  times: 15,
});
const large = await cold(TAVRO, LARGE, Math.max(1, Math.floor(runs / 2)));
Object.assign(numbers, { again, edit: median(edits), large });
console.log(`
| tavro | time |
|---|---|
| ${SMALL} schemas, nothing changed | ${seconds(again)} |
| one file edited under \`--watch\`, saved to written | ${seconds(median(edits))} (worst of ${edits.length}: ${seconds(Math.max(...edits))}) |
| ${LARGE} schemas, cold | ${seconds(large)}: ${(large / (numbers['tavro cold'] ?? 1)).toFixed(1)} times that of ${SMALL} |`);
if (options.json !== undefined) await writeFile(options.json, JSON.stringify(numbers));
