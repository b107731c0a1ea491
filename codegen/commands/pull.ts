/** `tavro pull`: a Schema Registry -> the schemas, topics and lock of a folder. */

import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { Command } from 'commander';
import { visible } from '../../runtime/printable.js';
import type { RegistryClient } from '../../runtime/registry/client.js';
import { DEFAULT_LEVEL } from '../../runtime/registry/levels.js';
import { createSubjects } from '../../runtime/registry/subjects.js';
import { counted } from '../../runtime/words.js';
import { type CommandLine, folderFlags, manual, schemasOption } from '../command-line.js';
import { type Context, EXIT } from '../context.js';
import { readSchemaFiles } from '../disk/directory.js';
import { readLock } from '../disk/lock-file.js';
import { replaceFiles } from '../disk/replace.js';
import type { FileText } from '../emit/file.js';
import { CodegenError } from '../error.js';
import { type LockChanges, lockChanges, migrationNote } from '../history/lock-changes.js';
import { parseFolder } from '../model/parse.js';
import { SourceText } from '../model/source-text.js';
import { grouped, groupedOf, type Progress, progressOf } from '../progress.js';
import { CONFIG_FILE, parseConfig, readConfig } from '../project/config/config.js';
import { topicNames } from '../project/given-names.js';
import { buildProject } from '../project/load.js';
import { registryOf } from '../registry/options.js';
import { combine, type Here, type Pulled } from '../registry/pulled.js';
import {
  forget,
  orFailure,
  type RegisteredSubject,
  readRegisteredSubjects,
} from '../registry/registered.js';

interface PullOptions {
  readonly schemas: string;
  /** Base URL; from SCHEMA_REGISTRY_URL when absent. */
  readonly registry?: string;
  /** Names, `*` standing for any text; all when absent. */
  readonly subject?: readonly string[];
  /** Replace files whose schemas the registry has otherwise. */
  readonly force?: boolean;
  /** Show what would be done and stop. */
  readonly dryRun?: boolean;
}

export const pullCommand: CommandLine = (context, done) =>
  new Command('pull')
    .description('take schemas, topics and history from a Schema Registry')
    .addOption(schemasOption('where they go'))
    .option('--registry <url>', 'Schema Registry to pull from (default: SCHEMA_REGISTRY_URL)')
    .option('--subject <name...>', 'only these; * stands for any text')
    .option('--force', 'replace schema files that the registry has otherwise')
    .option('--dry-run', 'show what would be written, and do nothing')
    .addHelpText(
      'after',
      manual({
        page: 'README.md',
        examples: [
          'tavro pull --registry http://localhost:8081 --dry-run',
          "tavro pull --registry https://registry.example.com --subject 'orders*'",
        ],
      }),
    )
    .action(async (options: PullOptions) => done(await pull(options, context)));

async function pull(options: PullOptions, context: Context): Promise<number> {
  const registry = registryOf(options, context.env);
  if (registry === undefined)
    throw new CodegenError('USAGE', 'Which registry? Give --registry URL, or SCHEMA_REGISTRY_URL.');
  const folder = options.schemas;
  const [config, lock] = await Promise.all([readConfig(folder), readLock(folder)]);
  const sources = existsSync(folder) ? readSchemaFiles(folder) : [];
  const below = sources.map(({ file, text }) => new SourceText(pathIn(folder, file), text));
  const local = parseFolder(below, { role: 'history' });
  const progress = progressOf(context);
  const subjects = await readSubjects(registry, options, { progress, signal: context.signal });
  const level = (await orFailure(createSubjects(registry).level())) ?? DEFAULT_LEVEL;
  progress.phase(`laying out what is in ${groupedOf(subjects.length, 'subject')}`);
  const before = buildProject({ config, lock, sources });
  const pulled = combine(subjects, {
    ...{ config, lock, local, level, url: registry.url },
    current: before.subjects,
    force: options.force === true,
  });
  // What was laid out is text: the same schemas are about to be read from there.
  for (const { versions } of subjects) forget(versions);
  const texts = chosen(pulled, context);
  const { history, errors } = nextLock(pulled, { folder, config, lock, sources, texts });
  if (errors.length > 0 && !isKnown(errors, before.errors)) return refuse(pulled, errors, context);
  for (const error of errors) context.err(`note: codegen will refuse it: ${error}`);
  for (const note of lock.notes ?? []) context.err(visible(note));
  const files = [...texts, ...history.files];
  if (options.dryRun !== true) progress.phase(`writing ${groupedOf(files.length, 'file')}`);
  const written = write({ files, removed: history.removed }, options, context);
  for (const note of pulled.notes) context.err(`note: ${visible(note)}`);
  for (const problem of pulled.refused) context.err(`refused: ${visible(problem)}`);
  const what = written === 0 ? 'Nothing changed' : `${counted(written, 'file')} written`;
  context.err(
    options.dryRun === true
      ? 'Nothing was written: this was a dry run.'
      : `${what}: looked at ${counted(subjects.length, 'subject')} of ${registry.url}. Run \`npx tavro codegen${folderFlags({ schemas: folder })}\` next.`,
  );
  return pulled.refused.length > 0 ? EXIT.findings : EXIT.clean;
}

function pathIn(folder: string, file: string): string {
  return relative(folder, file).split(sep).join('/');
}

/** What the registry holds of the subjects to pull: of each, the schema that it carries now. */
async function readSubjects(
  registry: RegistryClient,
  options: PullOptions,
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<readonly RegisteredSubject[]> {
  const names = await namesOf(registry, options);
  progress.step(() => `listed ${groupedOf(names.length, 'subject')}`);
  return readRegisteredSubjects(registry, names, { progress, signal, onlyNewest: true });
}

/** Most subjects of one pull. With all that comes of it a subject takes some 200 KiB of memory. */
const MAX_SUBJECTS = 20_000;

/** The subjects to pull. @throws CodegenError `USAGE` for one that is not there, or too many */
async function namesOf(registry: RegistryClient, options: PullOptions): Promise<readonly string[]> {
  const names = await chosenNames(registry, options);
  if (names.length <= MAX_SUBJECTS) return names;
  throw new CodegenError(
    'USAGE',
    `${grouped(names.length)} subjects are more than one pull takes, which is ${grouped(MAX_SUBJECTS)}. Pull them in parts: --subject 'orders*' 'payments*'.`,
  );
}

async function chosenNames(
  registry: RegistryClient,
  { subject: wanted = [] }: PullOptions,
): Promise<readonly string[]> {
  const all = await orFailure(createSubjects(registry).list());
  if (wanted.length === 0) return [...all].sort();
  const patterns = wanted.map((text) => ({ text, matches: patternOf(text) }));
  for (const { text, matches } of patterns)
    if (!all.some((name) => matches.test(name)))
      throw new CodegenError('USAGE', `${registry.url} has no subject ${text}.`);
  return all.filter((name) => patterns.some(({ matches }) => matches.test(name))).sort();
}

function patternOf(text: string): RegExp {
  const parts = text.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

/** What changes but the lock. */
function chosen(pulled: Pulled, context: Context): readonly FileText[] {
  const kept = pulled.files.filter(({ isKept }) => isKept);
  for (const { path, type } of kept)
    context.err(
      `note: ${path} has another ${type} than the registry, and was kept. --force takes the registry's.`,
    );
  return [
    ...pulled.files.filter((file) => !kept.includes(file)),
    ...(pulled.config === undefined ? [] : [{ path: CONFIG_FILE, text: pulled.config }]),
  ];
}

/** The history, and what the folder's schemas will make of it: known before anything is written. */
function nextLock(
  pulled: Pulled,
  here: Pick<Here, 'config' | 'lock'> & {
    readonly folder: string;
    readonly sources: readonly SourceText[];
    readonly texts: readonly FileText[];
  },
): { readonly history: LockChanges; readonly errors: readonly string[] } {
  if (pulled.lock.subjects.size === 0) return { history: { files: [], removed: [] }, errors: [] };
  const { folder, texts } = here;
  const sources = new Map(here.sources.map((source) => [pathIn(folder, source.file), source]));
  for (const { path, text } of texts) sources.set(path, new SourceText(join(folder, path), text));
  const config = sources.get(CONFIG_FILE);
  sources.delete(CONFIG_FILE);
  const project = buildProject({
    config: config === undefined ? here.config : parseConfig(config),
    lock: pulled.lock,
    sources: [...sources].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, source]) => source),
  });
  const names = topicNames(project.topics, here.lock);
  const history = lockChanges(here.lock, { ...project.history.next, names });
  return { history, errors: project.errors };
}

/** Whether a folder had these errors before, at whatever place. */
function isKnown(errors: readonly string[], before: readonly string[]): boolean {
  const known = new Set(before.map(withoutPlace));
  return errors.every((error) => known.has(withoutPlace(error)));
}

function withoutPlace(error: string): string {
  return error.replace(/:\d+:\d+: /, ': ');
}

/** Nothing is written where `codegen` would refuse the whole. */
function refuse({ refused }: Pulled, errors: readonly string[], context: Context): number {
  for (const problem of [...refused, ...errors]) context.err(`refused: ${visible(problem)}`);
  context.err(
    'Nothing was written: codegen would refuse the folder with what was pulled. Mend the folder, or pull other subjects with --subject.',
  );
  return EXIT.findings;
}

/** Writes all of it or, when that fails, nothing. Answers how many files that is. */
function write(changes: LockChanges, options: PullOptions, context: Context): number {
  const { schemas: folder } = options;
  const { files, removed } = changes;
  const isDry = options.dryRun === true;
  const count = files.length + removed.length;
  if (!isDry && count > 0) replaceFiles([{ folder, ...changes }]);
  for (const { path } of files)
    context.out(`${isDry ? 'would write' : 'wrote'} ${visible(join(folder, path))}`);
  for (const path of removed)
    context.out(`${isDry ? 'would remove' : 'removed'} ${visible(join(folder, path))}`);
  const migrated = isDry ? undefined : migrationNote(changes, folder);
  if (migrated !== undefined) context.err(visible(migrated));
  return count;
}
