/** `tavro pull`: a Schema Registry -> the schemas, topics and lock of a folder. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { RegistryClient } from '../../runtime/registry/client.js';
import { createSubjects } from '../../runtime/registry/subjects.js';
import type { CompatibilityLevel } from '../check/modes.js';
import { type Context, EXIT } from '../context.js';
import { readSchemaFiles, reason } from '../disk/directory.js';
import { readLock, writeLock } from '../disk/lock-file.js';
import { CodegenError } from '../error.js';
import { withDrafts } from '../history/drafts.js';
import { type Lock, printLock } from '../history/lock.js';
import { contextOf, inContext } from '../history/subject-names.js';
import { type Model, parseFiles } from '../model/parse.js';
import { isNamed } from '../model/schema.js';
import { SourceText } from '../model/source-text.js';
import { CONFIG_FILE, type Config, DEFAULT_LEVEL, readConfig } from '../project/config/config.js';
import { loadSoundPart } from '../project/load.js';
import { registryOf } from '../registry/options.js';
import { filesOf, type PulledFile } from '../registry/pull-files.js';
import { withHistory } from '../registry/pull-history.js';
import { type LeveledRoot, topicsOf, withTopics } from '../registry/pull-topics.js';
import {
  orFailure,
  type RegisteredSubject,
  readRegisteredSubjects,
} from '../registry/registered.js';

export interface PullOptions {
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

export async function pull(options: PullOptions, context: Context): Promise<number> {
  const registry = registryOf(options, context.env);
  if (registry === undefined)
    throw new CodegenError('USAGE', 'Which registry? Give --registry URL, or SCHEMA_REGISTRY_URL.');
  const folder = options.schemas;
  await mkdir(folder, { recursive: true });
  const [config, lock, sources] = await Promise.all([
    readConfig(folder),
    readLock(folder),
    readSchemaFiles(folder),
  ]);
  const below = sources.map(({ file, text }) => new SourceText(pathIn(folder, file), text));
  const local = parseFiles(below, { role: 'history' });
  const subjects = await readRegisteredSubjects(registry, await namesOf(registry, options));
  const level = (await orFailure(createSubjects(registry).level())) ?? DEFAULT_LEVEL;
  const pulled = combine(subjects, { config, lock, local, level, url: registry.url });
  const written = await write(pulled, { folder, options, context });
  for (const note of pulled.notes) context.err(`note: ${note}`);
  for (const problem of pulled.problems) context.err(`error: ${problem}`);
  const what = written.length === 0 ? 'Nothing changed' : `${written.length} files written`;
  context.err(
    options.dryRun === true
      ? 'Nothing was written: this was a dry run.'
      : `${what}: ${subjects.length} subjects of ${registry.url}. Run \`tavro codegen\` next.`,
  );
  return pulled.problems.length > 0 ? EXIT.failure : EXIT.clean;
}

function pathIn(folder: string, file: string): string {
  return relative(folder, file).split(sep).join('/');
}

/** The subjects to pull. @throws CodegenError `USAGE` for one that is not there */
async function namesOf(
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

/** What a pull comes to. */
interface Pulled {
  readonly files: readonly PulledFile[];
  /** The text of `tavro.json`, if it changes. */
  readonly config: string | undefined;
  readonly lock: Lock;
  readonly notes: readonly string[];
  /** Versions that cannot be read: the history has a hole there. */
  readonly problems: readonly string[];
}

interface Here {
  readonly config: Config;
  readonly lock: Lock;
  readonly local: Model;
  /** The registry's default. */
  readonly level: CompatibilityLevel;
  readonly url: string;
}

function combine(subjects: readonly RegisteredSubject[], here: Here): Pulled {
  const { config, lock, local, url } = here;
  const notes: string[] = [];
  const roots = subjects.flatMap((one) => rootOf(one, here.level, notes));
  const found = topicsOf(roots, config, referencedBy(subjects));
  const { files, notes: ofFiles } = filesOf(roots, local);
  const own = new Set([
    ...config.topics.flatMap((topic) => Object.values(topic.subjects)),
    ...found.topics.flatMap((topic) => topic.subjects),
  ]);
  const histories = subjects.flatMap((one): [string, ReturnType<typeof withHistory>][] => {
    const type = roots.find(({ subject }) => subject === one.subject)?.schema.name;
    if (type === undefined || !own.has(one.subject)) return [];
    return [[one.subject, withHistory(lock.subjects.get(one.subject), one, { url, type })]];
  });
  return {
    files,
    config: found.topics.length === 0 ? undefined : withTopics(config.source?.text, found.topics),
    lock: { subjects: new Map([...lock.subjects, ...histories]) },
    notes: [...notes, ...found.notes, ...ofFiles],
    problems: subjects.flatMap(({ versions }) =>
      versions.flatMap(({ parsed }) => ('problem' in parsed ? [parsed.problem] : [])),
    ),
  };
}

/** What a subject carries now: its newest version that is not deleted. */
function rootOf(
  { subject, versions, level }: RegisteredSubject,
  fallback: CompatibilityLevel,
  notes: string[],
): LeveledRoot[] {
  const newest = versions.findLast(({ isDeleted }) => !isDeleted);
  if (newest === undefined || !('schema' in newest.parsed)) return [];
  const { schema } = newest.parsed;
  if (!isNamed(schema)) {
    notes.push(`${subject}: its schema is a ${schema.kind}, which has no name; left out.`);
    return [];
  }
  const held = { level: level ?? fallback, isOwnLevel: level !== undefined };
  return [{ subject, schema, id: newest.id, ...held }];
}

function referencedBy(subjects: readonly RegisteredSubject[]): ReadonlySet<string> {
  return new Set(
    subjects.flatMap(({ subject, versions }) =>
      versions.flatMap(({ references }) =>
        references.map((reference) => inContext(reference.subject, contextOf(subject))),
      ),
    ),
  );
}

/** Writes what changes; files that are there only if forced. Answers the paths. */
async function write(
  pulled: Pulled,
  { folder, options, context }: { folder: string; options: PullOptions; context: Context },
): Promise<readonly string[]> {
  const kept = pulled.files.filter(({ replaces }) => replaces && options.force !== true);
  for (const { path, type } of kept)
    context.err(
      `note: ${path} has another ${type} than the registry, and was kept. --force takes the registry's.`,
    );
  const texts = [
    ...pulled.files.filter((file) => !kept.includes(file)),
    ...(pulled.config === undefined ? [] : [{ path: CONFIG_FILE, text: pulled.config }]),
  ];
  const isDry = options.dryRun === true;
  for (const { path, text } of texts) {
    context.out(`${isDry ? 'would write' : 'wrote'} ${join(folder, path)}`);
    if (!isDry) await writeText(join(folder, path), text);
  }
  const written = texts.map(({ path }) => path);
  if (isDry) return written;
  return (await saveLock(folder, pulled.lock, context)) ? [...written, 'lock.json'] : written;
}

async function writeText(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (cause) {
    throw new CodegenError('OUTPUT_UNWRITABLE', `${path} cannot be written: ${reason(cause)}.`, {
      cause,
    });
  }
}

/** The history first, then what the schemas make of it. Answers whether the file changed. */
async function saveLock(folder: string, lock: Lock, context: Context): Promise<boolean> {
  const before = printLock(await readLock(folder));
  if (lock.subjects.size === 0) return false;
  const project = await loadSoundPart(folder);
  for (const error of project.errors) context.err(`note: codegen will refuse it: ${error}`);
  const next = withDrafts(lock, project.subjects);
  if (printLock(next) === before) return false;
  await writeLock(folder, next);
  context.out(`wrote ${join(folder, 'lock.json')}`);
  return true;
}
