/** `tavro check`: the schemas of a folder against what was there before. */
import { readFile } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import type { Baseline } from '../baseline/baseline.js';
import { gitBaseline } from '../baseline/git.js';
import { registryBaseline } from '../baseline/registry.js';
import { type Gate, hasErrors, openGate, openLock, reportOf, runGate } from '../baseline/run.js';
import type { Finding } from '../check/finding.js';
import { applyFix } from '../check/fix.js';
import { FORMATS, type Format } from '../check/report/index.js';
import type { Report } from '../check/report/report.js';
import { type Context, EXIT } from '../context.js';
import { replaceFiles } from '../disk/replace.js';
import { CodegenError } from '../error.js';
import { printPlace, SourceText } from '../model/source-text.js';
import { loadProject } from '../project/load.js';

export interface CheckOptions {
  readonly schemas: string;
  /** `lock`, `git[:ref]`, `registry[:url]`. */
  readonly against: readonly string[];
  readonly format: Format;
  /** Mend what is mechanical first. */
  readonly fix?: boolean;
}

export async function check(options: CheckOptions, context: Context): Promise<number> {
  if (options.fix === true) await fixAll(options, context);
  const project = await loadProject(options.schemas);
  for (const note of project.passedOver) context.err(note);
  const gate = openGate(project, options.schemas);
  const baselines = await openBaselines(gate, options.against, context);
  const run = runGate(gate, baselines, { context, withLint: true });
  const report = reportOf(gate, run, { baselines, context });
  const text = FORMATS[options.format](
    options.format === 'github' ? fromWorkspace(report, context) : report,
  );
  if (text !== '') context.out(text, { commands: options.format === 'github' });
  return hasErrors(run.findings) ? EXIT.findings : EXIT.clean;
}

/** GitHub finds files from the repository's root, wherever the command runs. */
function fromWorkspace(report: Report, { env }: Context): Report {
  const { GITHUB_WORKSPACE: root, PWD: here } = env;
  if (!root || !here) return report;
  const findings = report.findings.map((finding) => ({
    ...finding,
    at: {
      ...finding.at,
      file: relative(root, resolve(here, finding.at.file)).replaceAll('\\', '/'),
    },
  }));
  return { ...report, findings };
}

/** The baselines that `--against` names. @throws CodegenError */
export async function openBaselines(
  gate: Gate,
  against: readonly string[],
  context: Context,
): Promise<Baseline[]> {
  const baselines: Baseline[] = [];
  for (const name of against) {
    const [kind, rest] = split(name);
    if (kind === 'lock' && rest === undefined) baselines.push(openLock(gate));
    else if (kind === 'git') baselines.push(await gitBaseline(gate, { ref: rest, context }));
    else if (kind === 'registry')
      baselines.push(await registryBaseline(gate, { url: rest, context }));
    else
      throw new CodegenError(
        'USAGE',
        `--against takes lock, git, git:REF, registry or registry:URL, not ${name}.`,
      );
  }
  return baselines;
}

function split(name: string): readonly [string, string | undefined] {
  const at = name.indexOf(':');
  return at < 0 ? [name, undefined] : [name.slice(0, at), name.slice(at + 1)];
}

/** Most edits of one run: each may bring a further finding to light. */
const MAX_FIXES = 1_000;

/** Applies one fix to each file at a time and looks again: an edit moves all that stands behind it. */
async function fixAll(options: CheckOptions, context: Context): Promise<void> {
  let done = 0;
  let isDone = false;
  const failed = new Set<string>();
  while (!isDone && done < MAX_FIXES) {
    const gate = openGate(await loadProject(options.schemas), options.schemas);
    const baselines = await openBaselines(gate, options.against, context);
    const { findings } = runGate(gate, baselines, { context, withLint: true });
    const applied = await applyEach(gate, findings, failed);
    for (const { rule, at } of applied) context.err(`fixed ${rule} at ${printPlace(at)}`);
    done += applied.length;
    isDone = applied.length === 0;
  }
}

/** One fix for each file, the one furthest down. */
async function applyEach(
  gate: Gate,
  findings: readonly Finding[],
  failed: Set<string>,
): Promise<Finding[]> {
  const own = new Set(gate.project.model.files.map(({ source }) => source.file));
  const keyOf = ({ rule, at }: Finding): string => JSON.stringify([rule, at]);
  const byFile = new Map<string, Finding>();
  for (const finding of findings) {
    const { edit, at } = finding;
    if (edit === undefined || !own.has(at.file) || failed.has(keyOf(finding))) continue;
    const known = byFile.get(at.file)?.at;
    if (
      known === undefined ||
      at.line > known.line ||
      (at.line === known.line && at.column > known.column)
    )
      byFile.set(at.file, finding);
  }
  const applied: Finding[] = [];
  for (const [file, finding] of byFile) {
    if (await applyOne({ folder: gate.folder, file }, finding)) applied.push(finding);
    else failed.add(keyOf(finding));
  }
  // A file whose only fix failed may have another one.
  return applied.length === 0 && byFile.size > 0 ? applyEach(gate, findings, failed) : applied;
}

async function applyOne(
  { folder, file }: { folder: string; file: string },
  { edit, at }: Finding,
): Promise<boolean> {
  if (edit === undefined) return false;
  const raw = await readFile(file, 'utf8');
  const source = new SourceText(file, raw);
  const offset = source.offset(at);
  const next = applyFix(source.text, offset, edit);
  if (next === undefined || next === source.text) return false;
  const path = relative(folder, file).split(sep).join('/');
  const text = raw.startsWith('\uFEFF') ? `\uFEFF${next}` : next;
  replaceFiles([{ folder, files: [{ path, text }] }]);
  return true;
}
