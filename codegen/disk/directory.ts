/** Schema files of a folder, read from disk. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { CodegenError } from '../error.js';
import { isLockPath } from '../history/lock.js';
import { MAX_FILE_BYTES, MAX_FILES } from '../model/limits.js';
import { isSchemaFile } from '../model/schema-file.js';
import { SourceText } from '../model/source-text.js';
import { reason } from './reason.js';
import { isTemporary } from './temporary.js';
import { utf8Text } from './utf8.js';
import { walkFolder } from './walk-folder.js';

export interface ReadOptions {
  /** Names of files are relative to it, so that messages can be clicked: the current folder. */
  readonly base?: string;
}

/** A schemas folder as it was read. */
export interface SchemaFolder {
  /** Every `.avsc`, `.avpr` and `.avdl` file, sorted by path. */
  readonly sources: readonly SourceText[];
  /** Names of all other files but the lock's, sorted. */
  readonly others: readonly string[];
}

/**
 * Reads a schemas folder. Links are followed, `node_modules` are left out.
 * @throws CodegenError `SCHEMAS_UNREADABLE`
 */
export function readSchemaFolder(
  folder: string,
  { base = process.cwd() }: ReadOptions = {},
): SchemaFolder {
  const entries = [...walkFolder(folder, { follow: true })];
  const files = entries.filter(({ name }) => isSchemaFile(name));
  if (files.length > MAX_FILES) {
    throw new CodegenError(
      'SCHEMAS_UNREADABLE',
      `The schemas folder ${folder} has over ${MAX_FILES} schema files.`,
    );
  }
  const named = (path: string): string => nameOf(join(folder, path), base);
  const sources = files
    .sort(byPath)
    .map(({ path }) => readFile(join(folder, path), { name: named(path) }));
  const others = entries.filter(
    ({ name, path }) => !isSchemaFile(name) && !isTemporary(name) && !isLockPath(path),
  );
  return { sources, others: others.map(({ path }) => named(path)).sort() };
}

function byPath(one: { readonly path: string }, other: { readonly path: string }): number {
  return one.path < other.path ? -1 : 1;
}

/** The schema files of {@link readSchemaFolder}. @throws CodegenError `SCHEMAS_UNREADABLE` */
export function readSchemaFiles(folder: string, options: ReadOptions = {}): readonly SourceText[] {
  return readSchemaFolder(folder, options).sources;
}

/** Some files of a folder, by their paths in it. @throws CodegenError `SCHEMAS_UNREADABLE` */
export function readSources(
  folder: string,
  paths: Iterable<string>,
): ReadonlyMap<string, SourceText> {
  const read = (path: string): SourceText => {
    const file = join(folder, path);
    return readFile(file, { name: nameOf(file, process.cwd()) });
  };
  return new Map([...paths].map((path) => [path, read(path)]));
}

/** The path of a file in a folder that it was read from, with forward slashes. */
export function pathIn(folder: string, { file }: Pick<SourceText, 'file'>): string {
  return relative(folder, file).split(sep).join('/');
}

/** A file that somebody named, which may be a pipe. @throws CodegenError `SCHEMAS_UNREADABLE` */
export async function readSource(path: string, name: string = path): Promise<SourceText> {
  return readAny(path, { name });
}

/** Whether a file or folder is there. */
export function isThere(path: string): boolean {
  return existsSync(path);
}

/** The names of what is in a folder; none where it cannot be read. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A file of a folder. A FIFO there would be waited for. @throws CodegenError `SCHEMAS_UNREADABLE` */
export function readFile(path: string, options: FileOptions = {}): SourceText {
  return readAny(path, { ...options, isRegular: true });
}

interface FileOptions {
  /** What messages call it. @default its path */
  readonly name?: string;
  /** Refuses what is no regular file, such as a FIFO. */
  readonly isRegular?: boolean;
}

// Synchronous: a thousand small files are read in a quarter of the time.
function readAny(path: string, { name = path, isRegular }: FileOptions): SourceText {
  const fail = (why: string, cause?: unknown): never => {
    throw new CodegenError('SCHEMAS_UNREADABLE', `${name} ${why}.`, { cause });
  };
  try {
    const found = statSync(path);
    if (isRegular === true && !found.isFile()) return fail('cannot be read: it is not a file');
    if (found.size > MAX_FILE_BYTES) return fail(`is larger than ${MAX_FILE_BYTES} bytes`);
    return new SourceText(name, utf8Text(readFileSync(path), name, 'SCHEMAS_UNREADABLE'));
  } catch (cause) {
    if (cause instanceof CodegenError) throw cause;
    return fail(`cannot be read: ${reason(cause)}`, cause);
  }
}

function nameOf(path: string, base: string): string {
  const name = relative(base, path);
  return (name.startsWith('..') ? path : name).split(sep).join('/');
}
