/** The output folder: what is there, and what should be. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { type FileText, isGenerated, isTopicList } from '../emit/file.js';
import { CodegenError } from '../error.js';
import { hashOf, type Seen } from './stamps.js';
import { Targets } from './target.js';

/** How the folder differs from what the schemas yield. */
export interface OutputDifference {
  /** Files that are missing or have another text. */
  readonly stale: readonly FileText[];
  /** Generated files that no schema yields any more, relative to the folder. */
  readonly obsolete: readonly string[];
}

/** All that is in a folder, by path. */
type Present = ReadonlyMap<string, Seen>;

/**
 * Compares a folder with the files that should be in it. Files that tavro did not write are left alone,
 * and so are those of other output folders below this one.
 * @param given `files`: those that are wanted; `unused`: those that are not, if they are ours;
 * `present`: all that are there
 */
export function outputDifference(
  folder: string,
  given: {
    readonly files: readonly FileText[];
    readonly unused: Iterable<string>;
    readonly present: Present;
  },
): OutputDifference {
  const { files, unused, present } = given;
  const others = outputsBelow(folder, present);
  return {
    stale: files.filter(({ path, text }) => {
      const seen = present.get(path);
      return seen === undefined || seen.hash !== hashOf(text);
    }),
    obsolete: [...unused].filter(
      (path) => present.has(path) && isGeneratedFile(folder, path) && !isBelow(path, others),
    ),
  };
}

/** What every run writes, and nothing else looks like: where it is, an output folder is. */
const ROOT_FILE = 'topics.ts';

function isOutput(folder: string): boolean {
  const file = join(folder, ROOT_FILE);
  try {
    return statSync(file).isFile() && isTopicList(readFileSync(file, 'utf8'));
  } catch {
    // Missing or unreadable: whoever wants to write there is told.
    return false;
  }
}

/** The output folders below a folder, by path: other runs write and clean them. */
function outputsBelow(folder: string, present: Present): readonly string[] {
  return [...present.keys()]
    .filter((path) => path.endsWith(`/${ROOT_FILE}`))
    .map((path) => dirname(path))
    .filter((path) => isOutput(join(folder, path)));
}

function isBelow(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(`${folder}/`));
}

function isGeneratedFile(folder: string, path: string): boolean {
  return isGenerated(readOrNothing(join(folder, path)) ?? '');
}

/** For a folder that is no output folder yet: the one that it stands in, whose code it may hold. */
export function outputAround(folder: string): string | undefined {
  if (isOutput(folder)) return undefined;
  for (let at = resolve(folder); at !== dirname(at); at = dirname(at))
    if (isOutput(dirname(at))) return dirname(at);
  return undefined;
}

/** Most files that an error names. */
const MAX_NAMED = 20;

/**
 * Refuses to write over what tavro did not write, or what it wrote for others: all such files are named,
 * and nothing is done. The disk is asked, not the listing: on some, `Topics.ts` and `topics.ts` are one file.
 * @throws CodegenError `OUTPUT_TAKEN`; `OUTPUT_UNWRITABLE` for what is no file
 */
export function refuseTaken(
  folder: string,
  { stale, present }: { readonly stale: readonly FileText[]; readonly present: Present },
): void {
  if (stale.length === 0) return;
  refuseOthers(folder, { stale, present });
  const targets = new Targets(folder);
  const taken = stale
    .map(({ path }) => path)
    .filter((path) => targets.standing(path) && !isGeneratedFile(folder, path));
  if (taken.length === 0) return;
  throw new CodegenError(
    'OUTPUT_TAKEN',
    `Files stand where generated ones go, and were not written by tavro:\n${named(folder, taken)}\nNothing was written. Move them away, or give generated code a folder of its own with --out.`,
  );
}

/** Two runs that write into one folder would each remove what the other wrote. */
function refuseOthers(
  folder: string,
  { stale, present }: { stale: readonly FileText[]; present: Present },
): void {
  const others = outputsBelow(folder, present);
  const entered = others.filter((other) => stale.some(({ path }) => isBelow(path, [other])));
  if (entered.length > 0)
    throw new CodegenError(
      'OUTPUT_TAKEN',
      `Generated code would go into folders that hold that of other schemas:\n${named(folder, entered)}\nNothing was written. Give one of them another folder with --out, or remove what is no longer generated.`,
    );
  const around = outputAround(folder);
  if (around === undefined) return;
  const held = [...present.keys()].filter(
    (path) => !isBelow(path, others) && isGeneratedFile(folder, path),
  );
  if (held.length > 0)
    throw new CodegenError(
      'OUTPUT_TAKEN',
      `${folder} holds generated code of ${relative('', around) || '.'}, which is another output folder:\n${named(folder, held)}\nNothing was written. Give generated code a folder of its own with --out.`,
    );
}

function named(folder: string, paths: readonly string[]): string {
  const names = paths.slice(0, MAX_NAMED).map((path) => `  ${join(folder, path)}`);
  if (paths.length > MAX_NAMED) names.push(`  and ${paths.length - MAX_NAMED} more`);
  return names.join('\n');
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Missing or unreadable is the same here: it will be written, which says what is wrong.
    return undefined;
  }
}
