/** A run as its parts know it: what it is given, what it comes to, what it says. */
import { visible } from '../../runtime/printable.js';
import { counted } from '../../runtime/words.js';
import type { Format } from '../check/report/index.js';
import type { Context } from '../context.js';
import type { FileText } from '../emit/file.js';
import type { LockChanges } from '../history/lock-changes.js';
import { limited } from '../project/passed-over.js';
import type { Folders } from './produce.js';
import type { Said } from './record.js';
import type { Seen, State } from './state.js';

export interface RunOptions extends Folders {
  /** Write nothing; answer whether something would be written. */
  readonly check?: boolean;
  /** How findings are told for which nothing is written. @default 'text' */
  readonly format?: Format;
}

/** A run as its parts need to know it. */
export interface Run {
  readonly options: RunOptions;
  readonly context: Context;
  readonly seen: Seen;
}

/** What a run comes to. */
export interface Result {
  /** Generated files that are missing or have another text. */
  readonly stale: readonly FileText[];
  /** Generated files that no schema yields any more. */
  readonly obsolete: readonly string[];
  readonly lock: LockChanges;
  /** To be told once everything is written. */
  readonly notes: readonly string[];
  /** The schema files that were read, by path. */
  readonly read: Iterable<string>;
  /** What is to be kept, but for what the disk tells. */
  readonly state: Omit<State, 'inputs' | 'outputs'>;
}

/** Most changes that are told. */
const MAX_CHANGES = 20;

/** What released schemas are otherwise than they were, where the gate does not refuse it. */
export function tellChanges(topics: State['topics'], context: Context): void {
  const all = new Set([...topics.values()].flatMap(({ changes }) => changes));
  for (const change of [...all].slice(0, MAX_CHANGES)) context.err(change);
  const rest = all.size - MAX_CHANGES;
  if (rest > 0)
    context.err(`note: and ${counted(rest, 'more change')}: \`tavro check\` tells them all.`);
}

/** Warnings and notes of all files, those that were not done again too. */
export function tell(
  { files, notes }: { files: ReadonlyMap<string, Said>; notes: readonly string[] },
  context: Context,
): void {
  for (const { warnings } of files.values()) for (const text of warnings) context.err(text);
  const passedOver = [...files.values()].flatMap((file) => file.notes);
  for (const note of limited([...passedOver, ...notes])) context.err(visible(note));
}
