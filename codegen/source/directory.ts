/** Schema files of a folder, read from disk. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { CodegenError } from '../error.js';
import { MAX_FILE_BYTES, MAX_FILES } from '../model/limits.js';
import { SourceText } from '../model/source-text.js';

/** Files read at the same time. */
const PARALLEL_READS = 64;

/**
 * Every `.avsc` file below a folder, sorted by path; names are relative to `base` (the current
 * folder by default), so that messages can be clicked.
 * @throws CodegenError `SCHEMAS_UNREADABLE`
 */
export async function readSchemaFiles(
  folder: string,
  base: string = process.cwd(),
): Promise<SourceText[]> {
  const paths = await listFiles(folder);
  const sources: SourceText[] = [];
  for (let i = 0; i < paths.length; i += PARALLEL_READS) {
    const slice = paths.slice(i, i + PARALLEL_READS);
    sources.push(...(await Promise.all(slice.map((path) => readSource(path, nameOf(path, base))))));
  }
  return sources;
}

async function listFiles(folder: string): Promise<string[]> {
  let entries: string[];
  try {
    entries = await readdir(folder, { recursive: true });
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
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES) {
      throw new CodegenError(
        'SCHEMAS_UNREADABLE',
        `${name} is larger than ${MAX_FILE_BYTES} bytes.`,
      );
    }
    return new SourceText(name, await readFile(path, 'utf8'));
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
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'it does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'access is denied';
  if (code === 'ENOTDIR') return 'it is not a folder';
  if (code === 'EISDIR') return 'it is a folder';
  return error instanceof Error ? error.message : 'unknown reason';
}
