/** `tavro codegen`: schemas -> generated code and the lock's drafts. */

import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { Command } from 'commander';
import { visible } from '../../runtime/printable.js';
import { hasErrors, openGate, openLock, reportOf, runGate } from '../baseline/run.js';
import { textReport } from '../check/report/text.js';
import { type CommandLine, folderFlags, outOption, schemasOption } from '../command-line.js';
import { type Context, EXIT } from '../context.js';
import type { SourceMemory } from '../disk/directory.js';
import { compareOutput, listGenerated, refuseTaken } from '../disk/output.js';
import { reason } from '../disk/reason.js';
import { replaceFiles } from '../disk/replace.js';
import { isTemporary } from '../disk/temporary.js';
import type { FileText } from '../emit/file.js';
import { generateFiles } from '../emit/generate.js';
import { EmitMemory } from '../emit/memory.js';
import { isTopicFile } from '../emit/naming.js';
import { type GenerateOptions, type GivenNames, moveModules } from '../emit/options.js';
import { refuseBadSyntax } from '../emit/syntax.js';
import { CodegenError } from '../error.js';
import { knownIdsOf } from '../history/known-ids.js';
import { isLockPath, LOCK_FOLDER, type LockedNames } from '../history/lock.js';
import { type LockChanges, lockChanges, migrationNote } from '../history/lock-changes.js';
import { printProblem } from '../model/problem.js';
import { projectNames } from '../project/given-names.js';
import { loadSoundPart, type SchemaProject, schemaErrors, warningsOf } from '../project/load.js';
import { refuseEmpty } from '../project/passed-over.js';
import { readVerdicts } from '../project/read-verdicts.js';
import { retainedVersions } from '../project/retained-versions.js';
import { topicSources } from '../project/topic-sources.js';

interface CodegenOptions {
  readonly schemas: string;
  readonly out: string;
  /** Write nothing; answer whether something would be written. */
  readonly check?: boolean;
  /** Generate again whenever a schema changes, until the context's signal. */
  readonly watch?: boolean;
}

/** Milliseconds without a further change before files are read: editors write in several steps. */
const SETTLE_MS = 50;

/** What `--watch` keeps between runs, so that an edit costs no more than what it changes. */
interface Memory {
  readonly sources: SourceMemory;
  readonly emit: EmitMemory;
  /** Texts in the output folder, by path. */
  written: ReadonlyMap<string, string>;
}

function newMemory(): Memory {
  return { sources: new Map(), emit: new EmitMemory(), written: new Map() };
}

export const codegenCommand: CommandLine = (context, done) =>
  new Command('codegen')
    .description('write typed code for every schema; keep the drafts in the lock')
    .addOption(schemasOption())
    .addOption(outOption())
    .option('--check', 'write nothing; exit 100 when something is stale')
    .option('--watch', 'generate again whenever a schema changes')
    .action(async (options: CodegenOptions) => done(await codegen(options, context)));

async function codegen(options: CodegenOptions, context: Context): Promise<number> {
  if (options.watch !== true) return generate(options, context, newMemory());
  return watchSchemas(options, context);
}

async function generate(
  options: CodegenOptions,
  context: Context,
  memory: Memory,
): Promise<number> {
  const project = await loadSoundPart(options.schemas, memory.sources);
  refuseEmpty(options.schemas, project);
  for (const warning of warningsOf(project.model)) context.err(printProblem(warning));
  const { notes = [] } = project.history.lock;
  for (const note of [...notes, ...project.passedOver]) context.err(visible(note));
  const isWhole = project.errors.length === 0;
  if (isWhole && gateRefuses(project, options, context)) return EXIT.findings;
  const names = projectNames(project, {
    folder: options.schemas,
    written: () => listGenerated(options.out),
  });
  const emit = emitOptions(project, options, names.given);
  const files = generateFiles(project.model, project.topics, emit, memory.emit);
  const difference = compareOutput(options.out, files, memory.written);
  await refuseBadSyntax(difference.stale);
  if (!isWhole) return generateSoundPart(options, { project, stale: difference.stale });
  const lock = nextLock(project, names.locked);
  const stale = [
    ...difference.stale.map(({ path }) => join(options.out, path)),
    ...difference.obsolete.map((path) => `${join(options.out, path)} (no schema yields it)`),
    ...lock.files.map(({ path }) => join(options.schemas, path)),
    ...lock.removed.map(
      (path) => `${join(options.schemas, path)} (${LOCK_FOLDER}/ takes its place)`,
    ),
  ];
  refuseTaken(options.out, difference.stale);
  if (options.check === true) return report(stale, options, context);
  const { stale: code, obsolete: removed } = difference;
  replaceFiles([
    { folder: options.out, files: code, removed, isReproducible: true },
    { folder: options.schemas, ...lock },
  ]);
  const migrated = migrationNote(lock, options.schemas);
  if (migrated !== undefined) context.err(migrated);
  memory.written = new Map(files.map(({ path, text }) => [path, text]));
  context.err(
    `${project.model.types.length} types, ${project.topics.length} topics; ${stale.length} files written or removed.`,
  );
  return EXIT.clean;
}

/** All that the generated code says beside the schemas. */
function emitOptions(
  project: SchemaProject,
  options: CodegenOptions,
  names: GivenNames,
): GenerateOptions {
  return {
    names,
    ...moveModules(project.config.emit, (module) => fromOutput(module, options)),
    knownIds: knownIdsOf(project.history),
    versions: retainedVersions(project),
    reads: readVerdicts(project),
    sources: topicSources(project, options.schemas),
  };
}

/** A module that tavro.json names, which stands in the schemas folder, as seen from the output. */
function fromOutput(module: string, { schemas, out }: CodegenOptions): string {
  const path = relative(out, join(schemas, module)).split(sep).join('/');
  return path.startsWith('.') ? path : `./${path}`;
}

/** Whether the change breaks a released version: then the report goes out and nothing is written. */
function gateRefuses(project: SchemaProject, options: CodegenOptions, context: Context): boolean {
  const gate = openGate(project, options.schemas);
  const baselines = [openLock(gate)];
  const run = runGate(gate, baselines, { context, withLint: false, keepsVersions: true });
  if (!hasErrors(run.findings)) return false;
  context.out(textReport(reportOf(gate, run, { baselines, context })));
  context.err(
    'Nothing was written: the change breaks what is released. Mend it, or accept it for a time with a waiver in tavro.json.',
  );
  return true;
}

/**
 * With errors in some files the types of the others are still written. Nothing is removed, and
 * topics and lock stay as they are: they speak of the project as a whole.
 */
async function generateSoundPart(
  options: CodegenOptions,
  { project, stale }: { project: SchemaProject; stale: readonly FileText[] },
): Promise<never> {
  const types = stale.filter(({ path }) => !isTopicFile(path));
  if (options.check !== true) {
    refuseTaken(options.out, types);
    replaceFiles([{ folder: options.out, files: types, isReproducible: true }]);
  }
  throw schemaErrors(project);
}

function report(stale: readonly string[], options: CodegenOptions, context: Context): number {
  if (stale.length === 0) {
    context.err('Generated code is up to date.');
    return EXIT.clean;
  }
  for (const path of stale) context.out(`stale: ${visible(path)}`);
  context.err(
    `${stale.length} files do not match the schemas. Run \`npm run codegen\` (or \`npx tavro codegen${folderFlags(options)}\`) and commit what it writes.`,
  );
  return EXIT.findings;
}

/** What changes in the lock. Without topics, and types that want one name, there is no lock. */
function nextLock({ history: { lock, next } }: SchemaProject, names: LockedNames): LockChanges {
  return lockChanges(lock, { ...next, names });
}

async function generateAndReport(
  options: CodegenOptions,
  context: Context,
  memory: Memory,
): Promise<void> {
  const start = performance.now();
  try {
    await generate(options, context, memory);
    context.err(
      `Done in ${Math.round(performance.now() - start)} ms. Watching ${options.schemas}.`,
    );
  } catch (error) {
    if (!(error instanceof CodegenError)) throw error;
    // The next edit may mend it: watching goes on.
    context.err(error.message);
  }
}

function openWatcher(folder: string): FSWatcher {
  try {
    // Node 20 watches a folder that does not exist without a word.
    readdirSync(folder);
    return watch(folder, { recursive: true });
  } catch (cause) {
    const message = `The schemas folder ${folder} cannot be watched: ${reason(cause)}.`;
    throw new CodegenError('SCHEMAS_UNREADABLE', message, { cause });
  }
}

async function watchSchemas(options: CodegenOptions, context: Context): Promise<number> {
  const memory = newMemory();
  // Watching starts first: what changes during the first run is seen by the second.
  const watcher = openWatcher(options.schemas);
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = generateAndReport(options, context, memory);
  watcher.on('change', (_, file) => {
    // The lock is written here, by way of a temporary file: they are no reason to start again.
    const path = String(file).split(sep).join('/');
    if (path === LOCK_FOLDER || isLockPath(path) || isTemporary(basename(path))) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(() => generateAndReport(options, context, memory));
    }, SETTLE_MS);
  });
  await new Promise((resolve) => context.signal.addEventListener('abort', resolve, { once: true }));
  clearTimeout(timer);
  watcher.close();
  await running;
  return EXIT.clean;
}
