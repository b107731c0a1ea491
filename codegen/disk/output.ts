/**
 * The output folder: what is there, what should be, and writing the difference. Synchronous: for
 * thousands of small files that takes a third of the time, and nothing else waits meanwhile.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { type FileText, isGenerated } from '../emit/file.js';
import { CodegenError } from '../error.js';
import { reason } from './directory.js';

/** How the folder differs from what the schemas yield. */
export interface OutputDifference {
  /** Files that are missing or have another text. */
  readonly stale: readonly FileText[];
  /** Generated files that no schema yields any more, relative to the folder. */
  readonly obsolete: readonly string[];
}

/**
 * Compares a folder with the files that should be in it. Files that tavro did not write are left
 * alone.
 * @param known texts that the folder had after the last run, by path: they are not read again
 */
export function compareOutput(
  folder: string,
  files: readonly FileText[],
  known: ReadonlyMap<string, string> = new Map(),
): OutputDifference {
  const wanted = new Set(files.map((file) => file.path));
  const present = new Set(listGenerated(folder));
  const textOf = (path: string): string | undefined =>
    present.has(path) ? (known.get(path) ?? readOrNothing(join(folder, path))) : undefined;
  const obsolete = [...present].filter(
    (path) => !wanted.has(path) && isGenerated(textOf(path) ?? ''),
  );
  return { stale: files.filter(({ path, text }) => textOf(path) !== text), obsolete };
}

/** Brings the folder up to date. @throws CodegenError `OUTPUT_UNWRITABLE` */
export function writeOutput(folder: string, { stale, obsolete }: OutputDifference): void {
  const folders = new Set(stale.map(({ path }) => dirname(join(folder, path))));
  for (const target of folders) guarded(target, () => mkdirSync(target, { recursive: true }));
  for (const { path, text } of stale) {
    const target = join(folder, path);
    guarded(target, () => writeFileSync(target, text));
  }
  for (const path of obsolete) {
    rmSync(join(folder, path), { force: true });
    removeEmptyFolders(folder, dirname(path));
  }
}

/** Runs a write; what fails says which file and why. */
function guarded(target: string, write: () => unknown): void {
  try {
    write();
  } catch (cause) {
    throw new CodegenError('OUTPUT_UNWRITABLE', `${target} cannot be written: ${reason(cause)}.`, {
      cause,
    });
  }
}

function listGenerated(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return entries
      .filter((entry) => entry.endsWith('.ts'))
      .map((entry) => entry.split(sep).join('/'))
      .sort();
  } catch {
    // No folder yet: nothing is there.
    return [];
  }
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Missing or unreadable is the same here: it will be written, which says what is wrong.
    return undefined;
  }
}

function removeEmptyFolders(root: string, path: string): void {
  for (let folder = path; folder !== '.'; folder = dirname(folder)) {
    if (entriesOf(join(root, folder)).length > 0) return;
    rmSync(join(root, folder), { recursive: true });
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Nothing is removed that cannot be looked into.
    return ['unreadable'];
  }
}
