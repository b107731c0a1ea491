/**
 * `npm run bench:gate`: how long a verdict takes, beside avsc's `createResolver` (which stops at the
 * first problem and says little), and how long `tavro check` takes over many subjects.
 * `--subjects N` (1,000) and `--versions N` (10) for the latter, `--runs N` for the median of others than
 * 15; `--quick` for a first look; `--write` puts the tables into README.md.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import avsc from 'avsc';
import { compare } from '../codegen/check/compare.js';
import { comparePair } from '../codegen/check/compare-pair.js';
import { parseSchema } from '../codegen/model/parse-schema.js';
import { type Json, printJson } from '../runtime/json.js';
import { geometricMean, measure, type Timing } from './codec/measure.js';
import { versionOf } from './codec/package-version.js';
import { printTable } from './codec/report.js';
import { bigRecord, typicalPairs } from './gate/pairs.js';
import { writeProject } from './gate/project.js';
import { printAims } from './report/aims.js';
import { today } from './report/machine.js';
import { count, flag, readOptions } from './report/options.js';
import { publish } from './report/publish.js';
import { accounted, type Cost, takeTurns } from './scale/accounted.js';

const { quick, write, ...options } = readOptions({
  quick: flag,
  subjects: count,
  versions: count,
  runs: count,
  write: flag,
});
const subjects = options.subjects ?? (quick ? 50 : 1_000);
const versions = options.versions ?? 10;
const runs = options.runs ?? (quick ? 3 : 15);
const effort = quick ? { blockMs: 8, rounds: 7 } : { blockMs: 25, rounds: 15 };
const OURS = 'tavro';
const AVSC = 'avsc';
const CHECK = `\`tavro check\`, ${subjects} subjects with ${versions} versions each`;

interface Verdict {
  readonly name: string;
  readonly isFine: boolean;
  readonly ours: Timing;
  readonly avsc: Timing;
}

const verdicts = typicalPairs().flatMap(verdictOf);
const check = await checkCost();
const text = [
  `${today()}; ${await versionOf('avsc')}; median of ${effort.rounds} blocks, schemas parsed before:`,
  aimsOf(verdicts),
  tableOf(verdicts),
  bigTable(),
  `${CHECK}, FULL_TRANSITIVE, each with a draft: ${seconds(check.wall)}, ${seconds(check.cpu)} of the processor, with the start of the process; median of ${runs} runs.`,
];
publish('gate', text.join('\n\n'), { write });

function verdictOf({ name, reader, writer }: ReturnType<typeof typicalPairs>[number]): Verdict[] {
  const [ourReader, ourWriter] = [reader, writer].map((schema) => ({
    schema: parseSchema(schema).schema,
  }));
  // Safe: avsc takes any JSON and throws where it is no schema.
  const theirs = [reader, writer].map((schema) => avsc.Type.forSchema(schema as avsc.Schema));
  const [theirReader, theirWriter] = theirs;
  if (!ourReader || !ourWriter || !theirReader || !theirWriter) return [];
  const resolve = () => {
    try {
      return theirReader.createResolver(theirWriter);
    } catch {
      // How avsc says no.
      return undefined;
    }
  };
  const operations = new Map<string, () => unknown>([
    [OURS, () => comparePair(ourReader, ourWriter)],
    [AVSC, resolve],
  ]);
  const times = measure(operations, effort);
  const [ours, theirsTook] = [times.get(OURS), times.get(AVSC)];
  if (ours === undefined || theirsTook === undefined) return [];
  const isFine = comparePair(ourReader, ourWriter).every(({ category }) => category !== 'WIRE');
  return [{ name, isFine, ours, avsc: theirsTook }];
}

/** What is refused is not aimed at: ours finds all problems and a witness, where avsc stops at the first. */
function aimsOf(all: readonly Verdict[]): string {
  const fine = all.filter(({ isFine }) => isFine);
  const mean = geometricMean(fine.map(({ ours, avsc: theirs }) => theirs.cpuNs / ours.cpuNs));
  const least = Math.min(...fine.map(({ ours, avsc: theirs }) => theirs.cpuNs / ours.cpuNs));
  const unit = "times avsc's speed";
  return printAims([
    { what: 'a clean pair, mean', unit, now: mean, peer: 1, aim: { least: 2 } },
    { what: 'the slowest clean pair', unit, now: least, peer: 1, aim: { least: 1 } },
  ]);
}

function tableOf(all: readonly Verdict[]): string {
  const rows = all.map(({ name, isFine, ours, avsc: theirs }) => [
    name,
    isFine ? 'clean' : 'refused, with witness',
    ...[ours.cpuNs, ours.ns, theirs.cpuNs, theirs.ns].map(micros),
    (theirs.cpuNs / ours.cpuNs).toFixed(2),
  ]);
  const head = ['pair', 'verdict', 'tavro CPU µs', 'clock', 'avsc CPU µs', 'clock', 'ratio'];
  return printTable([head, ...rows], 2).join('\n');
}

/** A schema as large as people have them, both sides. */
function bigTable(): string {
  const big = bigRecord();
  const changed: Json = JSON.parse(printJson(big));
  const [reader, writer] = [big, changed].map((schema) => ({ schema: parseSchema(schema).schema }));
  if (reader === undefined || writer === undefined) return '';
  const times = measure(
    new Map<string, () => unknown>([
      ['verdict', () => comparePair(reader, writer)],
      ['with parsing both', () => compare(big, changed)],
    ]),
    effort,
  );
  const rows = [...times].map(([what, { ns, cpuNs }]) => [what, millis(cpuNs), millis(ns)]);
  const size = Math.round(printJson(big).length / 1024);
  return printTable([[`a pair of ${size} KiB`, 'CPU ms', 'clock'], ...rows], 1).join('\n');
}

async function checkCost(): Promise<Cost> {
  const folder = await mkdtemp(join(tmpdir(), 'tavro-bench-gate-'));
  try {
    await writeProject(folder, { subjects, versions, drafts: true });
    const bin = join(import.meta.dirname, '..', 'bin', 'tavro.mjs');
    // Nothing is kept between runs: there is no node_modules.
    const costs = await takeTurns(
      { [CHECK]: () => accounted([bin, 'check'], { cwd: folder }) },
      runs,
    );
    return costs.get(CHECK) ?? { wall: Number.NaN, cpu: Number.NaN, memory: Number.NaN };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function micros(ns: number): string {
  return (ns / 1e3).toFixed(1);
}

function millis(ns: number): string {
  return (ns / 1e6).toFixed(1);
}

function seconds(ms: number): string {
  return `${(ms / 1e3).toFixed(2)} s`;
}
