/** The schemas folder and the output folder as they stand: names and contents, nothing parsed. */
import { join } from 'node:path';
import { hashOf, lookAt, type Seen } from '../disk/stamps.js';
import { isTemporary } from '../disk/temporary.js';
import { walkFolder } from '../disk/walk-folder.js';
import { isSchemaFile } from '../model/schema-file.js';

/** Every file below a folder by its path in it, with forward slashes; sorted. */
export type Files = ReadonlyMap<string, Seen>;

/** What a file is seen as whose content counts for nothing. */
const NAME_ONLY: Seen = { stamp: '-', hash: '-' };

/**
 * The files of a schemas folder. The content of schema and `.json` files counts, of others the name.
 * @throws CodegenError `SCHEMAS_UNREADABLE`
 */
export function schemaFiles(folder: string, before?: Files): Files {
  return look(folder, {
    before,
    follow: true,
    counts: (name) => isSchemaFile(name) || /\.(avsc|json)$/i.test(name),
  });
}

/** The TypeScript files of an output folder. */
export function outputFiles(folder: string, before?: Files): Files {
  const all = look(folder, { before, follow: false, counts: (name) => name.endsWith('.ts') });
  return new Map([...all].filter(([, seen]) => seen !== NAME_ONLY));
}

function look(
  folder: string,
  {
    before = new Map(),
    follow,
    counts,
  }: { before: Files | undefined; follow: boolean; counts: (name: string) => boolean },
): Files {
  const found = [...walkFolder(folder, { follow })].flatMap(({ name, path }): [string, Seen][] => {
    if (isTemporary(name)) return [];
    const seen = counts(name) ? lookAt(join(folder, path), before.get(path)) : NAME_ONLY;
    return [[path, seen ?? { stamp: '', hash: '' }]];
  });
  return sortedByPath(found);
}

function sortedByPath(files: Iterable<readonly [string, Seen]>): Files {
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The files of a folder as they were seen, but for some, which may have changed since. */
export function lookAgain(folder: string, before: Files, paths: Iterable<string>): Files {
  const now = new Map(before);
  for (const path of paths) {
    const seen = lookAt(join(folder, path), before.get(path));
    if (seen === undefined) now.delete(path);
    else now.set(path, seen);
  }
  return sortedByPath(now);
}

/** What was done to a folder, by paths in it. */
export interface Replaced {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly removed: readonly string[];
}

/** The files of a folder once some are written and others removed. */
export function afterWriting(before: Files, { files, removed }: Replaced): Files {
  const now = new Map(before);
  for (const path of removed) now.delete(path);
  // Not read again: what somebody makes of them meanwhile differs from what was written.
  for (const { path, text } of files) now.set(path, { stamp: '', hash: hashOf(text) });
  return sortedByPath(now);
}

/** Paths whose content differs, or which only one of two has. */
export function differences(before: Files, now: Files): ReadonlySet<string> {
  const paths = new Set([...before.keys(), ...now.keys()]);
  return new Set([...paths].filter((path) => before.get(path)?.hash !== now.get(path)?.hash));
}
