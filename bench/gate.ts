/**
 * `npm run bench:gate`: how long a verdict takes, beside avsc's `createResolver` (which stops at the
 * first problem and says little), and how long `tavro check` takes over many subjects.
 * `--subjects N` (1,000) and `--versions N` (10) for the latter.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import avsc from 'avsc';
import { compare } from '../codegen/check/compare.js';
import { comparePair } from '../codegen/check/compare-pair.js';
import { parseSchema } from '../codegen/model/parse-schema.js';
import { type Json, printJson } from '../runtime/json.js';
import { bigRecord, typicalPairs } from './gate/pairs.js';
import { writeProject } from './gate/project.js';

const { values: options } = parseArgs({
  options: {
    subjects: { type: 'string', default: '1000' },
    versions: { type: 'string', default: '10' },
  },
});

/** Least time of several rounds, in milliseconds for each call. */
function best(work: () => void, calls: number): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    for (let i = 0; i < calls; i++) work();
    return (performance.now() - start) / calls;
  });
  return Math.min(...rounds);
}

const ROUNDS = 7;
const CALLS = 300;

const micro = (ms: number): string => `${(ms * 1000).toFixed(1)} µs`;
const { version } = (await import('avsc/package.json', { with: { type: 'json' } })).default;
console.log(
  `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? ''}; best of ${ROUNDS} rounds, schemas parsed before\n`,
);
console.log(`| pair | verdict | tavro | avsc ${version} | ratio |`);
console.log('|---|---|---|---|---|');
for (const { name, reader, writer } of typicalPairs()) {
  const ours = [reader, writer].map((schema) => ({ schema: parseSchema(schema).schema }));
  // Safe: avsc takes any JSON and throws where it is no schema.
  const theirs = [reader, writer].map((schema) => avsc.Type.forSchema(schema as avsc.Schema));
  const [ourReader, ourWriter] = ours;
  const [theirReader, theirWriter] = theirs;
  if (!ourReader || !ourWriter || !theirReader || !theirWriter) continue;
  const isFine = comparePair(ourReader, ourWriter).every(({ category }) => category !== 'WIRE');
  const tavro = best(() => comparePair(ourReader, ourWriter), CALLS);
  const peer = best(() => {
    try {
      theirReader.createResolver(theirWriter);
    } catch {
      // How avsc says no.
    }
  }, CALLS);
  console.log(
    `| ${name} | ${isFine ? 'clean' : 'refused, with witness'} | ${micro(tavro)} | ${micro(peer)} | ${(peer / tavro).toFixed(1)}× |`,
  );
}

const big = bigRecord();
const parsed = { schema: parseSchema(big).schema };
const changed: Json = JSON.parse(printJson(big));
const other = { schema: parseSchema(changed).schema };
console.log(`\n${Math.round(printJson(big).length / 1024)} KiB schema, both sides:`);
console.log(`  verdict ${best(() => comparePair(parsed, other), 10).toFixed(1)} ms`);
console.log(`  with parsing both ${best(() => compare(big, changed), 5).toFixed(1)} ms`);

const folder = await mkdtemp(join(tmpdir(), 'tavro-bench-gate-'));
try {
  const [subjects, versions] = [Number(options.subjects), Number(options.versions)];
  await writeProject(folder, { subjects, versions, drafts: true });
  const start = performance.now();
  const check = spawnSync(
    process.execPath,
    [join(import.meta.dirname, '..', 'bin', 'tavro.mjs'), 'check'],
    { cwd: folder, encoding: 'utf8' },
  );
  const seconds = (performance.now() - start) / 1000;
  if (check.status !== 0) throw new Error(`tavro check failed: ${check.stderr}`);
  console.log(
    `\ntavro check, ${subjects} subjects with ${versions} versions each, FULL_TRANSITIVE, each with a draft: ${seconds.toFixed(2)} s with process start`,
  );
} finally {
  await rm(folder, { recursive: true });
}
