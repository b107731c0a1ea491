/** A check against the lock that goes by what the last one found of all that did not change since. */
import { isDeepStrictEqual } from 'node:util';
import { type Edits, editsSince, isNothing } from '../cache/edits.js';
import { differences, type Files, schemaFiles } from '../cache/folders.js';
import { outlineOf } from '../cache/outline.js';
import { knownHistories, knownTopics, type Part, readPart } from '../cache/part.js';
import type { Known } from '../cache/state.js';
import type { Finding } from '../check/finding.js';
import { Severities } from '../check/severity.js';
import { type Context, dayOf } from '../context.js';
import { pathIn, readSources } from '../disk/directory.js';
import { FORMAT_1_FILE, lockPath } from '../history/lock.js';
import type { SourceText } from '../model/source-text.js';
import { progressOf } from '../progress.js';
import { type Config, readConfig } from '../project/config/config.js';
import { areContested } from '../project/given-names.js';
import { loadProject } from '../project/load.js';
import { limited, notesOnFiles } from '../project/passed-over.js';
import {
  type Checked,
  type CheckedSubject,
  checkBaseline,
  conclude,
  type Gate,
  inOrder,
  lintsOf,
  openGate,
  openLock,
  type Verdict,
} from './run.js';

/** What is kept of a check. */
export interface CheckState extends Known {
  /** What the lock itself gave cause to say, by subject. */
  readonly facts: ReadonlyMap<string, readonly Finding[]>;
  /** In the order of the topics. */
  readonly subjects: ReadonlyMap<string, CheckedSubject>;
  /** What schemas by themselves gave cause to say. */
  readonly lints: readonly Finding[];
  /** Why schema files yield no code, by path; and other files, under no path. */
  readonly notes: ReadonlyMap<string, readonly string[]>;
}

/** What came of a check. */
export interface KeptCheck {
  readonly verdict: Verdict;
  readonly subjects: readonly string[];
  readonly notes: readonly string[];
  /** The texts that places point into. */
  readonly sourceOf: (file: string) => SourceText | undefined;
  readonly state: CheckState | undefined;
}

/** Key of the notes on files that are no schemas. */
const OTHERS = '';

/** @throws CodegenError as `loadProject` does */
export async function checkAgainstLock(
  schemas: string,
  { context, before }: { context: Context; before: CheckState | undefined },
): Promise<KeptCheck> {
  const inputs = schemaFiles(schemas, before?.inputs);
  const again = before && (await checkPart(schemas, { before, inputs, today: dayOf(context) }));
  if (again !== undefined) return answer(again.state, { config: again.config, context, schemas });
  const project = await loadProject(schemas);
  const gate = openGate(project, schemas);
  const checked = checkBaseline(gate, openLock(gate), { progress: progressOf(context) });
  const state = stateOf(gate, checked, { schemas, inputs, today: dayOf(context) });
  const answered = answer(state, { config: project.config, context, schemas });
  const made = { ...answered, notes: [...(project.history.lock.notes ?? []), ...answered.notes] };
  // A lock of the old format, or a file that changed while it was read.
  const isSure =
    !inputs.has(FORMAT_1_FILE) && differences(inputs, schemaFiles(schemas, inputs)).size === 0;
  return isSure ? made : { ...made, state: undefined };
}

/** The state after what changed was checked again; `undefined` where a whole check must tell. */
async function checkPart(
  schemas: string,
  { before, inputs, today }: { before: CheckState; inputs: Files; today: string },
): Promise<{ state: CheckState; config: Config } | undefined> {
  const edits = editsSince(before, { inputs, today });
  if (edits === 'whole') return undefined;
  if (isNothing(edits)) return { state: { ...before, inputs }, config: await readConfig(schemas) };
  const part = await readPart(schemas, { before, edits });
  if (part === undefined || areContested(part.project.model.types)) return undefined;
  const gate = openGate(part.project, schemas);
  const made = stateOf(gate, checkBaseline(gate, openLock(gate)), { schemas, inputs, today });
  const lints = mergedLints(before, made, { part, edits, schemas });
  return (
    lints && { state: { ...merged(before, made, { part, edits }), lints }, config: part.config }
  );
}

/** A state with a part that was done again. */
function merged(
  before: CheckState,
  made: CheckState,
  { part, edits }: { part: Part; edits: Edits },
): Omit<CheckState, 'lints'> {
  const isGone = ([file]: readonly [string, unknown]): boolean => edits.removed.has(file);
  const isTouched = ([file]: readonly [string, unknown]): boolean => part.touched.has(file);
  const files = [...before.files].filter((one) => !isGone(one));
  const notes = [...before.notes].filter((one) => !isGone(one));
  return {
    ...before,
    inputs: made.inputs,
    files: sorted([...files, ...[...made.files].filter(isTouched)]),
    notes: sorted([...notes, ...[...made.notes].filter(isTouched)]),
    topics: new Map([...before.topics, ...made.topics]),
    histories: new Map([...before.histories, ...made.histories]),
    facts: new Map([...before.facts, ...made.facts]),
    // Topics and their order are as before, or everything would have been checked.
    subjects: new Map([...before.subjects, ...made.subjects]),
  };
}

/**
 * A type is reported under the first subject that leads to it, which a part does not always tell:
 * `undefined` where it may be another one than before.
 */
function mergedLints(
  before: CheckState,
  made: CheckState,
  { part, edits, schemas }: { part: Part; edits: Edits; schemas: string },
): readonly Finding[] | undefined {
  const isOfPart = ({ at }: Finding): boolean => {
    const path = pathIn(schemas, at);
    return part.touched.has(path) || edits.removed.has(path);
  };
  const kept = before.lints.filter((lint) => !isOfPart(lint));
  const isElsewhere = before.lints.some(
    (lint) => isOfPart(lint) && lint.subject !== undefined && !made.subjects.has(lint.subject),
  );
  const leadsAsBefore =
    edits.removed.size === 0 &&
    [...part.outlines].every(([path, { mentions }]) =>
      isDeepStrictEqual(mentions, before.files.get(path)?.mentions),
    );
  if (isElsewhere || (kept.length > 0 && !leadsAsBefore)) return undefined;
  return inOrder([...kept, ...made.lints.filter(isOfPart)], [...before.subjects.keys()]);
}

function sorted<T>(entries: readonly (readonly [string, T])[]): ReadonlyMap<string, T> {
  return new Map([...new Map(entries)].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function stateOf(
  gate: Gate,
  checked: Checked,
  { schemas, inputs, today }: { schemas: string; inputs: Files; today: string },
): CheckState {
  const { project, subjects } = gate;
  const facts = new Map<string, Finding[]>();
  for (const subject of project.history.lock.subjects.keys()) facts.set(subject, []);
  for (const finding of checked.facts) facts.get(finding.subject ?? '')?.push(finding);
  const notes = notesOnFiles(project.model, project.config);
  const paths = project.model.files.map(({ source }) => [pathIn(schemas, source), source] as const);
  return {
    inputs,
    files: new Map(paths.map(([path, source]) => [path, outlineOf(source, path)])),
    topics: knownTopics(project, schemas),
    histories: knownHistories(project),
    day: project.config.check.waivers.length > 0 ? today : '',
    isContested: areContested(project.model.types),
    facts,
    subjects: new Map(
      subjects.map(({ subject }) => [subject, checked.subjects.get(subject) ?? { findings: [] }]),
    ),
    lints: lintsOf(gate),
    notes: new Map([
      ...paths.map(([path, { file }]) => [path, notes.get(file) ?? []] as const),
      [OTHERS, project.otherNotes] as const,
    ]),
  };
}

function answer(
  state: CheckState,
  { config, context, schemas }: { config: Config; context: Context; schemas: string },
): KeptCheck {
  const facts = [...state.facts].sort(([a], [b]) => (lockPath(a) < lockPath(b) ? -1 : 1));
  const checked = { facts: facts.flatMap(([, found]) => found), subjects: state.subjects };
  const verdict = conclude(
    { checked: [checked], lints: state.lints },
    { project: { config }, severities: new Severities(config.check) },
    { context, withLint: true, isRegistryAsked: false },
  );
  const others = state.notes.get(OTHERS) ?? [];
  const ofSchemas = [...state.notes].flatMap(([path, notes]) => (path === OTHERS ? [] : notes));
  return {
    verdict,
    subjects: [...state.subjects.keys()],
    notes: limited([...ofSchemas, ...others]),
    sourceOf: (file) => sourceIn(schemas, file, state),
    state,
  };
}

/** A file of the schemas folder by the name that messages have for it; those that were read are few. */
function sourceIn(schemas: string, file: string, { inputs }: Known): SourceText | undefined {
  const path = pathIn(schemas, { file });
  return inputs.has(path) ? readSources(schemas, [path]).get(path) : undefined;
}
