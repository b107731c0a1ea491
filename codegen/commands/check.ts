/** `tavro check`: the schemas of a folder against what was there before. */
import { relative, resolve } from 'node:path';
import type { Baseline } from '../baseline/baseline.js';
import { gitBaseline } from '../baseline/git.js';
import { registryBaseline } from '../baseline/registry.js';
import { type Gate, hasErrors, openGate, openLock, reportOf, runGate } from '../baseline/run.js';
import { FORMATS, type Format } from '../check/report/index.js';
import type { Report } from '../check/report/report.js';
import { type Context, EXIT } from '../context.js';
import { CodegenError } from '../error.js';
import { printPlace } from '../model/source-text.js';
import { loadProject } from '../project/load.js';
import { fixAll, type Look } from './fix-all.js';

export interface CheckOptions {
  readonly schemas: string;
  /** `lock`, `git[:ref]`, `registry[:url]`. */
  readonly against: readonly string[];
  readonly format: Format;
  /** Mend what is mechanical first. */
  readonly fix?: boolean;
}

export async function check(options: CheckOptions, context: Context): Promise<number> {
  if (options.fix === true)
    for (const { rule, at } of await fixAll(() => look(options, context)))
      context.err(`fixed ${rule} at ${printPlace(at)}`);
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

async function look({ schemas, against }: CheckOptions, context: Context): Promise<Look> {
  const gate = openGate(await loadProject(schemas), schemas);
  const baselines = await openBaselines(gate, against, context);
  const { files, types } = gate.project.model;
  return {
    folder: schemas,
    findings: runGate(gate, baselines, { context, withLint: true }).findings,
    files: new Set(files.map(({ source }) => source.file)),
    types: new Set(types.map(({ name }) => name)),
  };
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
