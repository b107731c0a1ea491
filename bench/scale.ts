/**
 * `npm run bench:scale`: what `codegen` and `check` cost over large folders and long histories, how
 * that grows, and what one topic of many costs an application.
 * `--sizes 1000x10,20x100` for others (topics × released versions; `x1`: schemas without history);
 * `--quick` for a first look, without growth; `--runs N` for the median of more runs (1); `--write`
 * puts the tables into README.md; `--source` measures the sources in place of the built package.
 */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProjectSize } from './gate/project.js';
import { today } from './report/machine.js';
import { count, flag, names, readOptions, refuse } from './report/options.js';
import { publish } from './report/publish.js';
import { medianOf } from './scale/accounted.js';
import { builtPackage, sources } from './scale/build.js';
import {
  CHECK_COLD,
  CODEGEN_COLD,
  CODEGEN_EDIT,
  CODEGEN_UNCHANGED,
  type Costs,
  type Measured,
  type MeasureOptions,
  measure,
} from './scale/commands.js';
import { nameOf, printScale, type SizeReport, type UseReport } from './scale/table.js';
import { COMPILERS, compileTopic, importTopic, versionOf } from './scale/use.js';
import { Workspace } from './scale/workspace.js';

const { quick, write, ...options } = readOptions({
  sizes: names,
  quick: flag,
  runs: count,
  write: flag,
  source: flag,
});
const SIZES = ['1000x10', '100x50', '20x100', '10000x1'];
const QUICK_SIZES = ['100x10', '5x20'];
const GROWING = [CODEGEN_COLD, CODEGEN_UNCHANGED, CODEGEN_EDIT, CHECK_COLD];
/** Edits under `--watch`, and imports, of which the median is shown. */
const TIMES = quick ? 1 : 5;

const sizes = (options.sizes ?? (quick ? QUICK_SIZES : SIZES)).map(sizeOf);
const runs = options.runs ?? 1;
const build = options.source ? sources() : builtPackage();
// All is removed at the end: for a while after many files were removed, making new ones takes longer.
const scratch = mkdtempSync(join(tmpdir(), 'tavro-bench-scale-'));
let folders = 0;
const freshFolder = (): string => join(scratch, `${++folders}`);

function sizeOf(text: string): ProjectSize {
  const [, subjects, versions] = /^([1-9]\d*)x([1-9]\d*)$/.exec(text) ?? [];
  if (subjects === undefined) refuse(`--sizes takes topics × versions such as 20x100, not ${text}`);
  return { subjects: Number(subjects), versions: versions === '1' ? 0 : Number(versions) };
}

async function measureOften(
  size: ProjectSize,
  more: Pick<MeasureOptions, 'edits' | 'withDrafts'>,
): Promise<Measured> {
  process.stderr.write(`measuring ${nameOf(size)}\n`);
  const all: Measured[] = [];
  for (let at = 0; at < runs; at++)
    all.push(await measure(size, { ...more, build, scratch: freshFolder() }));
  const [first] = all;
  if (first === undefined) throw new Error('There was no run.');
  const costs = [...first.costs.keys()].map(
    (what) => [what, medianOf(all.flatMap((one) => one.costs.get(what) ?? []))] as const,
  );
  return { ...first, costs: new Map(costs) };
}

async function grow(size: ProjectSize): Promise<SizeReport['grown']> {
  const kinds = size.versions === 0 ? (['subjects'] as const) : (['subjects', 'versions'] as const);
  const grown: { twice: 'subjects' | 'versions'; costs: Costs }[] = [];
  for (const twice of kinds) {
    const larger = { ...size, [twice]: size[twice] * 2 };
    const { costs } = await measureOften(larger, { edits: 0, withDrafts: false });
    grown.push({ twice, costs: new Map([...costs].filter(([what]) => GROWING.includes(what))) });
  }
  return grown;
}

/** A project whose code is generated. */
async function generated(size: ProjectSize): Promise<Workspace> {
  const workspace = await Workspace.create(freshFolder(), size, build);
  workspace.run('codegen');
  return workspace;
}

async function useOne(size: ProjectSize): Promise<UseReport> {
  process.stderr.write(`using one topic of ${nameOf(size)}\n`);
  const [many, one] = [await generated(size), await generated({ ...size, subjects: 1 })];
  const compiled: UseReport['compiled'][number][] = [];
  for (const compiler of COMPILERS)
    compiled.push({
      compiler: `TypeScript ${versionOf(compiler)}`,
      many: await compileTopic(many, compiler),
      one: await compileTopic(one, compiler),
    });
  return { size, imported: await importTopic(many, TIMES), compiled };
}

try {
  const reports: SizeReport[] = [];
  for (const size of sizes) {
    const measured = await measureOften(size, { edits: TIMES, withDrafts: true });
    reports.push({ size, measured, grown: quick ? [] : await grow(size) });
  }
  const withTopics = reports.find(({ size }) => size.versions > 0)?.size;
  const use = withTopics === undefined ? undefined : await useOne(withTopics);
  const text = `${today()}; median of ${runs} runs:\n\n${printScale(reports, use)}`;
  publish('scale', text, { write });
} finally {
  await rm(scratch, { recursive: true });
}
