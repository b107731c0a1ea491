/** Generates what some edits reach and nothing else: just what a whole run does, on a part of the project. */
import { knownHistories, type Part, readPart } from '../cache/part.js';
import { pathIn } from '../disk/directory.js';
import { outputDifference } from '../disk/output.js';
import { lockChanges } from '../history/lock-changes.js';
import { type Produced, produce } from './produce.js';
import { fileStates, filesOf, topicStates } from './record.js';
import type { Result, Run } from './run.js';
import type { GeneratedEdits, State } from './state.js';

/** A state, and what became of its files since. */
interface Since {
  readonly before: State;
  readonly edits: GeneratedEdits;
}

/** @returns `undefined` where only a whole run can tell, as where the gate refuses */
export async function generatePart(since: Since, run: Run): Promise<Result | undefined> {
  const { schemas } = run.options;
  const part = await readPart(schemas, since);
  if (part === undefined) return undefined;
  const produced = produce(part.project, {
    ...run.options,
    context: run.context,
    written: () => [],
    isWanted: ({ origin }) => part.touched.has(pathIn(schemas, origin.source)),
  });
  return 'refused' in produced || meetsOthers(produced, { before: since.before, part })
    ? undefined
    : resultOf({ part, produced }, { since, run });
}

/** Whether a file wants the place of one that is not done again, or types want one name. */
function meetsOthers(
  { types, names }: Produced,
  { before, part: { touched } }: { before: State; part: Part },
): boolean {
  if (names.isContested) return true;
  const others = [...before.files].flatMap(([file, { outputs }]) =>
    touched.has(file) ? [] : outputs,
  );
  const taken = new Set(others.map(placeKey));
  return [...types.values()].flat().some(({ path }) => taken.has(placeKey(path)));
}

/** Where case does not count, two paths are one. */
function placeKey(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

/** What is changed, and the state as it was but for what was done again. */
function resultOf(
  { part, produced }: { part: Part; produced: Produced },
  { since: { before, edits }, run: { options, seen } }: { since: Since; run: Run },
): Result {
  const { project, touched } = part;
  const { inputs: _, outputs: __, ...state } = before;
  const unused = new Set([
    ...edits.strangers,
    ...[...touched, ...edits.removed].flatMap((file) => before.files.get(file)?.outputs ?? []),
  ]);
  const files = filesOf({ ...produced, lists: [] });
  for (const { path } of files) unused.delete(path);
  const { history } = project;
  const kept = [...before.files].filter(([file]) => !edits.removed.has(file));
  const remade = [...fileStates(project, produced, options.schemas)].filter(([file]) =>
    touched.has(file),
  );
  const all = [...new Map([...kept, ...remade])].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...outputDifference(options.out, { files, unused, present: seen.outputs }),
    lock: lockChanges(history.lock, { ...history.next, names: produced.names.locked }),
    notes: [],
    read: part.needed,
    state: {
      ...state,
      files: new Map(all),
      topics: new Map([...before.topics, ...topicStates(project, produced, options.schemas)]),
      histories: new Map([...before.histories, ...knownHistories(project)]),
    },
  };
}
