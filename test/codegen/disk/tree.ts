/** All files below a folder as text, by path: what a command left there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export type Tree = Readonly<Record<string, string>>;

export function treeOf(folder: string): Tree {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Object.fromEntries(
    files.map((file) => [relative(folder, file), readFileSync(file, 'utf8')]),
  );
}
