/** The output folder: what is there, and what should be. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FileText, isGenerated } from '../emit/file.js';
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

/**
 * Compares a folder with the files that should be in it. Files that tavro did not write are left alone.
 * @param given `files`: those that are wanted; `unused`: those that are not, if they are ours;
 * `present`: all that are there
 */
export function outputDifference(
  folder: string,
  given: {
    readonly files: readonly FileText[];
    readonly unused: Iterable<string>;
    readonly present: ReadonlyMap<string, Seen>;
  },
): OutputDifference {
  const { files, unused, present } = given;
  return {
    stale: files.filter(({ path, text }) => {
      const seen = present.get(path);
      return seen === undefined || seen.hash !== hashOf(text);
    }),
    obsolete: [...unused].filter(
      (path) => present.has(path) && isGenerated(readOrNothing(join(folder, path)) ?? ''),
    ),
  };
}

/** Most files that an error names. */
const MAX_NAMED = 20;

/**
 * Refuses to write over what tavro did not write: all such files are named, and nothing is done. The
 * disk is asked, not the listing: on some, `Topics.ts` and `topics.ts` are one file.
 * @throws CodegenError `OUTPUT_TAKEN`; `OUTPUT_UNWRITABLE` for what is no file
 */
export function refuseTaken(folder: string, stale: readonly FileText[]): void {
  const targets = new Targets(folder);
  const taken = stale
    .map(({ path }) => ({ path, file: join(folder, path) }))
    .filter(({ path, file }) => targets.standing(path) && !isGenerated(readOrNothing(file) ?? ''));
  if (taken.length === 0) return;
  const names = taken.slice(0, MAX_NAMED).map(({ file }) => `  ${file}`);
  if (taken.length > MAX_NAMED) names.push(`  and ${taken.length - MAX_NAMED} more`);
  throw new CodegenError(
    'OUTPUT_TAKEN',
    `Files stand where generated ones go, and were not written by tavro:\n${names.join('\n')}\nNothing was written. Move them away, or give generated code a folder of its own with --out.`,
  );
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Missing or unreadable is the same here: it will be written, which says what is wrong.
    return undefined;
  }
}
