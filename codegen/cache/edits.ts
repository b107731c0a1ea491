/** What became of a schemas folder since a run, by content. */
import { isSchemaFile } from '../model/schema-file.js';
import { differences, type Files } from './folders.js';
import type { Known } from './state.js';

/** Files to do again; paths are in the schemas folder. */
export interface Edits {
  /** Schema files that are new or have another text. */
  readonly changed: ReadonlySet<string>;
  readonly removed: ReadonlySet<string>;
  /** Files that stayed as they were, and are to be done again all the same. */
  readonly again: ReadonlySet<string>;
}

/**
 * The edits since a state. `whole`: settings, names or the set of histories changed, so that everything
 * depends on everything.
 * @param today such as `2026-11-30`
 */
export function editsSince(
  before: Known,
  { inputs, today }: { inputs: Files; today: string },
): Edits | 'whole' {
  if (before.isContested || (before.day !== '' && before.day !== today)) return 'whole';
  const [changed, removed, again] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const users = usersOfHistory(before);
  for (const path of differences(before.inputs, inputs)) {
    const isSchema = isSchemaFile(path);
    if (isSchema && inputs.has(path)) changed.add(path);
    else if (isSchema) removed.add(path);
    else {
      const files = users.get(path);
      if (files === undefined || !inputs.has(path)) return 'whole';
      for (const file of files) again.add(file);
    }
  }
  return withAgain({ changed, removed, again: new Set() }, again);
}

/** The same with further files that are to be done again. */
export function withAgain<Some extends Edits>(edits: Some, files: Iterable<string>): Some {
  const more = [...files].filter((file) => !edits.changed.has(file) && !edits.removed.has(file));
  return { ...edits, again: new Set([...edits.again, ...more]) };
}

export function isNothing({ changed, removed, again }: Edits): boolean {
  return changed.size === 0 && removed.size === 0 && again.size === 0;
}

/** File of a history -> the files of the types whose history it is. */
function usersOfHistory({ topics }: Known): ReadonlyMap<string, Set<string>> {
  const users = new Map<string, Set<string>>();
  for (const { files, histories } of topics.values())
    for (const history of histories) {
      const known = users.get(history) ?? new Set();
      users.set(history, known);
      for (const file of files) known.add(file);
    }
  return users;
}
