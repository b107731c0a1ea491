/** Whole files as expected results: compared, or written when jest runs with `-u`. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { FileText } from '../../codegen/emit/file.js';

/** Texts by path; paths have forward slashes. */
export type Files = Readonly<Record<string, string>>;

/** What is in a golden folder, after writing `actual` to it if golden files are being updated. */
export async function golden(folder: string, actual: readonly FileText[]): Promise<Files> {
  if (process.env.TAVRO_GOLDEN === 'update') {
    await rm(folder, { recursive: true, force: true });
    for (const { path, text } of actual) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  }
  return readFolder(folder);
}

async function readFolder(folder: string): Promise<Files> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  return Object.fromEntries(
    paths.map((path, i) => [
      path
        .slice(folder.length + 1)
        .split(sep)
        .join('/'),
      texts[i] ?? '',
    ]),
  );
}

export function byPath(files: readonly FileText[]): Files {
  return Object.fromEntries(files.map(({ path, text }) => [path, text]));
}
