/** Schema files of a folder, read from disk. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { CodegenError } from '../error.js';
import { MAX_FILE_BYTES, MAX_FILES } from '../model/limits.js';
import { SourceText } from '../model/source-text.js';

/** Files as they were read last, so that `--watch` reads only those that changed. */
export type SourceMemory = Map<string, { readonly stamp: string; readonly source: SourceText }>;

export interface ReadOptions {
  /** Names of files are relative to it, so that messages can be clicked: the current folder. */
  readonly base?: string;
  readonly memory?: SourceMemory;
}

/**
 * Every `.avsc` file below a folder, sorted by path.
 * @throws CodegenError `SCHEMAS_UNREADABLE`
 */
export function readSchemaFiles(
  folder: string,
  { base = process.cwd(), memory }: ReadOptions = {},
): SourceText[] {
  return listFiles(folder).map((path) => readFile(path, nameOf(path, base), memory));
}

function listFiles(folder: string): string[] {
  let entries: string[];
  try {
    entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (cause) {
    throw new CodegenError(
      'SCHEMAS_UNREADABLE',
      `The schemas folder ${folder} cannot be read: ${reason(cause)}.`,
      {
        cause,
      },
    );
  }
  const files = entries.filter(
    (entry) => entry.endsWith('.avsc') && !entry.split(sep).includes('node_modules'),
  );
  if (files.length > MAX_FILES) {
    throw new CodegenError(
      'SCHEMAS_UNREADABLE',
      `The schemas folder ${folder} has over ${MAX_FILES} schema files.`,
    );
  }
  return files.sort().map((entry) => join(folder, entry));
}

/** One file's text. @throws CodegenError `SCHEMAS_UNREADABLE` */
export async function readSource(path: string, name: string = path): Promise<SourceText> {
  return readFile(path, name);
}

// Synchronous: a thousand small files are read in a quarter of the time.
function readFile(path: string, name: string, memory?: SourceMemory): SourceText {
  try {
    const { size, mtimeMs } = statSync(path);
    if (size > MAX_FILE_BYTES) {
      throw new CodegenError(
        'SCHEMAS_UNREADABLE',
        `${name} is larger than ${MAX_FILE_BYTES} bytes.`,
      );
    }
    const stamp = `${size} ${mtimeMs}`;
    const known = memory?.get(path);
    if (known?.stamp === stamp) return known.source;
    const source = new SourceText(name, readFileSync(path, 'utf8'));
    memory?.set(path, { stamp, source });
    return source;
  } catch (cause) {
    if (cause instanceof CodegenError) throw cause;
    throw new CodegenError('SCHEMAS_UNREADABLE', `${name} cannot be read: ${reason(cause)}.`, {
      cause,
    });
  }
}

function nameOf(path: string, base: string): string {
  const name = relative(base, path);
  return (name.startsWith('..') ? path : name).split(sep).join('/');
}

/** What a failed file operation says, in words. */
export function reason(error: unknown): string {
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'it does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'access is denied';
  if (code === 'ENOTDIR') return 'it is not a folder';
  if (code === 'EISDIR') return 'it is a folder';
  return error instanceof Error ? error.message : 'unknown reason';
}
