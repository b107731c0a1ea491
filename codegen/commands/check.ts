/** `tavro check`: the schemas of a folder against what was there before. */
import { relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { type CheckState, checkAgainstLock } from '../baseline/kept.js';
import { openBaselines } from '../baseline/open.js';
import { hasErrors, openGate, reportOf, runGate } from '../baseline/run.js';
import { stateFromJson, stateToJson } from '../cache/state.js';
import { storeAt } from '../cache/store.js';
import { FORMAT_NAMES, FORMATS, type Format } from '../check/report/index.js';
import type { Report } from '../check/report/report.js';
import {
  againstOption,
  type CommandLine,
  manual,
  noCacheOption,
  noRegistryOption,
  schemasOption,
} from '../command-line.js';
import { type Context, EXIT } from '../context.js';
import { printPlace } from '../model/source-text.js';
import { fixAll, type Look } from '../project/fix-all.js';
import { loadProject, passedOver } from '../project/load.js';

interface CheckOptions {
  readonly schemas: string;
  /** `lock`, `git[:ref]`, `registry[:url]`. */
  readonly against: readonly string[];
  readonly format: Format;
  /** Mend what is mechanical first. */
  readonly fix?: boolean;
  /** Whether to keep, and go by, what the last check found of which files. */
  readonly cache: boolean;
}

export const checkCommand: CommandLine = (context, done) =>
  new Command('check')
    .description('check the schemas against their history; exit 100 when something breaks')
    .addOption(schemasOption())
    .addOption(againstOption())
    .addOption(noRegistryOption())
    .addOption(new Option('--format <format>').choices(FORMAT_NAMES).default('text'))
    .option('--fix', 'mend what is mechanical first')
    .addOption(noCacheOption())
    .addHelpText(
      'after',
      manual({
        page: 'docs/compatibility.md',
        examples: [
          'tavro check',
          'tavro check --against git:origin/main --format github',
          'tavro check --against registry:https://registry.example.com',
        ],
      }),
    )
    .action(async (options: CheckOptions) => done(await check(options, context)));

async function check(options: CheckOptions, context: Context): Promise<number> {
  if (options.fix === true) await fix(options, context);
  const isOfLock = options.against.every((name) => name === 'lock');
  const report = isOfLock
    ? await reportOnLock(options, context)
    : await reportOnBaselines(options, context);
  const text = FORMATS[options.format](
    options.format === 'github' ? fromWorkspace(report, context) : report,
  );
  if (text !== '') context.out(text, { commands: options.format === 'github' });
  return hasErrors(report.findings) ? EXIT.findings : EXIT.clean;
}

async function fix(options: CheckOptions, context: Context): Promise<void> {
  const { fixed, inIdl } = await fixAll(() => look(options, context));
  for (const { rule, at } of fixed) context.err(`fixed ${rule} at ${printPlace(at)}`);
  for (const { rule, at } of inIdl)
    context.err(
      `not fixed: ${rule} at ${printPlace(at)} stands in Avro IDL, which is not written here`,
    );
}

/** Of what changed since the last check; what it found of the rest still holds. */
async function reportOnLock(options: CheckOptions, context: Context): Promise<Report> {
  const { schemas, cache } = options;
  const names = ['check', resolve(schemas), schemas, process.cwd()];
  const store = cache ? storeAt(schemas, names) : undefined;
  const before = stateFromJson<CheckState>(store?.load());
  const { verdict, subjects, notes, sourceOf, state } = await checkAgainstLock(schemas, {
    context,
    before,
  });
  for (const note of notes) context.err(note);
  if (state !== undefined) store?.save(stateToJson(state));
  return { ...verdict, subjects, sourceOf, color: context.color ?? false };
}

async function reportOnBaselines(options: CheckOptions, context: Context): Promise<Report> {
  const project = await loadProject(options.schemas);
  const { notes = [] } = project.history.lock;
  for (const note of [...notes, ...passedOver(project)]) context.err(note);
  const gate = openGate(project, options.schemas);
  const baselines = await openBaselines(gate, options.against, context);
  const run = runGate(gate, baselines, { context, withLint: true });
  return reportOf(gate, run, { baselines, context });
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
