/** The output folder: what is there, what should be, and writing the difference. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
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

/** Compares a folder with the files that should be in it. Files that tavro did not write are left alone. */
export async function compareOutput(
  folder: string,
  files: readonly FileText[],
): Promise<OutputDifference> {
  const wanted = new Set(files.map((file) => file.path));
  const present = await listGenerated(folder);
  const texts = await Promise.all(files.map((file) => readOrNothing(join(folder, file.path))));
  const obsolete: string[] = [];
  for (const path of present) {
    if (wanted.has(path)) continue;
    if (isGenerated((await readOrNothing(join(folder, path))) ?? '')) obsolete.push(path);
  }
  return { stale: files.filter((file, i) => texts[i] !== file.text), obsolete };
}

/** Brings the folder up to date. @throws CodegenError `OUTPUT_UNWRITABLE` */
export async function writeOutput(
  folder: string,
  { stale, obsolete }: OutputDifference,
): Promise<void> {
  for (const { path, text } of stale) {
    const target = join(folder, path);
    try {
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, text);
    } catch (cause) {
      throw new CodegenError(
        'OUTPUT_UNWRITABLE',
        `${target} cannot be written: ${reason(cause)}.`,
        { cause },
      );
    }
  }
  for (const path of obsolete) {
    await rm(join(folder, path), { force: true });
    await removeEmptyFolders(folder, dirname(path));
  }
}

async function listGenerated(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true });
    return entries
      .filter((entry) => entry.endsWith('.ts'))
      .map((entry) => entry.split(sep).join('/'))
      .sort();
  } catch {
    // No folder yet: nothing is there.
    return [];
  }
}

async function readOrNothing(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    // Missing or unreadable is the same here: it will be written, which says what is wrong.
    return undefined;
  }
}

async function removeEmptyFolders(root: string, path: string): Promise<void> {
  for (let folder = path; folder !== '.'; folder = dirname(folder)) {
    const entries = await readdir(join(root, folder)).catch(() => ['unreadable']);
    if (entries.length > 0) return;
    await rm(join(root, folder), { recursive: true });
  }
}
