/** One run of codegen: does what changed since the last one, and everything where that cannot be told. */

import { join } from 'node:path';
import { visible } from '../../runtime/printable.js';
import { counted } from '../../runtime/words.js';
import {
  afterWriting,
  differences,
  lookAgain,
  outputFiles,
  schemaFiles,
} from '../cache/folders.js';
import { folderFlags } from '../command-line.js';
import { type Context, dayOf, EXIT } from '../context.js';
import { refuseTaken } from '../disk/output.js';
import { replaceFiles } from '../disk/replace.js';
import { LOCK_FOLDER } from '../history/lock.js';
import { grouped, progressOf } from '../progress.js';
import { type Result, type Run, type RunOptions, tell, tellChanges } from './run.js';
import { changesSince, type State } from './state.js';

/** What one run leaves for the next. */
export interface Kept {
  state?: State | undefined;
}

/** @returns the exit code. @throws CodegenError */
export async function generate(
  options: RunOptions,
  { context, kept }: { context: Context; kept: Kept },
): Promise<number> {
  const before = kept.state;
  const seen = {
    inputs: schemaFiles(options.schemas, before?.inputs),
    outputs: outputFiles(options.out, before?.outputs),
  };
  const run = { options, context, seen };
  const edits =
    before === undefined ? 'whole' : changesSince(before, { seen, today: dayOf(context) });
  if (before !== undefined && edits === 'nothing') {
    tell(before, context);
    kept.state = { ...before, ...seen };
    return finish({ ...run, result: nothing(before) }, kept);
  }
  const part =
    before !== undefined && typeof edits === 'object'
      ? await (await import('./part.js')).generatePart({ before, edits }, run)
      : undefined;
  if (part !== undefined) {
    tell(part.state, context);
    return finish({ ...run, result: part }, kept);
  }
  const { generateWhole } = await import('./whole.js');
  const whole = await generateWhole(run);
  return whole === 'refused' ? EXIT.findings : finish({ ...run, result: whole }, kept);
}

function nothing({ inputs, outputs, ...state }: State): Result {
  return { stale: [], obsolete: [], lock: { files: [], removed: [] }, notes: [], read: [], state };
}

/** Writes what is to be written, or tells of it. */
function finish({ options, context, seen, result }: Run & { result: Result }, kept: Kept): number {
  const { stale, obsolete, lock, state } = result;
  refuseTaken(options.out, { stale, present: seen.outputs });
  tellChanges(state.topics, context);
  const changes = [
    ...stale.map(({ path }) => join(options.out, path)),
    ...obsolete.map((path) => `${join(options.out, path)} (no schema yields it)`),
    ...lock.files.map(({ path }) => join(options.schemas, path)),
    ...lock.removed.map(
      (path) => `${join(options.schemas, path)} (${LOCK_FOLDER}/ takes its place)`,
    ),
  ];
  if (options.check === true && changes.length > 0) return reportStale(changes, options, context);
  if (changes.length > 0) progressOf(context).phase(`writing ${grouped(changes.length)} files`);
  if (changes.length > 0)
    replaceFiles([
      { folder: options.out, files: stale, removed: obsolete, isReproducible: true },
      { folder: options.schemas, ...lock },
    ]);
  for (const note of result.notes) context.err(note);
  context.err(
    options.check === true
      ? 'Generated code is up to date.'
      : `${counted(sumOf(state), 'type')}, ${counted(state.topics.size, 'topic')}; ${doneTo(result)}.`,
  );
  kept.state = changes.length === 0 ? { ...state, ...seen } : stateAfter(result, { options, seen });
  return EXIT.clean;
}

/** Nothing is kept if a schema changed while it was read: the next run looks at everything. */
function stateAfter(
  { stale, obsolete, lock, read, state }: Result,
  { options: { schemas }, seen }: Pick<Run, 'options' | 'seen'>,
): State | undefined {
  if (differences(lookAgain(schemas, seen.inputs, read), seen.inputs).size > 0) return undefined;
  return {
    ...state,
    inputs: afterWriting(seen.inputs, lock),
    outputs: afterWriting(seen.outputs, { files: stale, removed: obsolete }),
  };
}

function doneTo({ stale, obsolete, lock }: Result): string {
  const written = `${counted(stale.length + lock.files.length, 'file')} written`;
  const removed = obsolete.length + lock.removed.length;
  return removed === 0 ? written : `${written}, ${removed} removed`;
}

function sumOf({ files }: Pick<State, 'files'>): number {
  return [...files.values()].reduce((sum, { types }) => sum + types, 0);
}

function reportStale(stale: readonly string[], options: RunOptions, context: Context): number {
  for (const path of stale) context.out(`stale: ${visible(path)}`);
  context.err(
    `${stale.length === 1 ? '1 file does' : `${stale.length} files do`} not match the schemas. Run \`npm run codegen\` (or \`npx tavro codegen${folderFlags(options)}\`) and commit what it writes.`,
  );
  return EXIT.findings;
}
