/** What is kept of a run after which everything was as the schemas want it. */
import { type Edits, editsSince, isNothing, withAgain } from '../cache/edits.js';
import { differences, type Files } from '../cache/folders.js';
import type { Outline } from '../cache/outline.js';
import type { Known, KnownTopic } from '../cache/state.js';
import { isThere } from '../disk/directory.js';

/** What one schema file brought about. */
export interface FileState extends Outline {
  /** Generated files of the types that are generated from it. */
  readonly outputs: readonly string[];
  /** How many types these are. */
  readonly types: number;
  readonly warnings: readonly string[];
  /** Why it yields no code. */
  readonly notes: readonly string[];
}

export interface TopicState extends KnownTopic {
  readonly outputs: readonly string[];
  /** What its schemas are otherwise than they were released. */
  readonly changes: readonly string[];
}

export interface State extends Known {
  /** Of the output folder, those of others too. */
  readonly outputs: Files;
  readonly files: ReadonlyMap<string, FileState>;
  readonly topics: ReadonlyMap<string, TopicState>;
  /** Generated files that name all topics. */
  readonly lists: readonly string[];
  /** Files of modules that settings name. */
  readonly modules: readonly string[];
  /** On files that are no schemas. */
  readonly notes: readonly string[];
}

/** The schemas folder and the output folder as they are. */
export interface Seen {
  readonly inputs: Files;
  readonly outputs: Files;
}

export interface GeneratedEdits extends Edits {
  /** Files in the output folder that are not known to be someone else's. */
  readonly strangers: ReadonlySet<string>;
}

/** What is to be done since a state, of schemas and of generated files that are not as they were. */
export function changesSince(
  before: State,
  { seen, today }: { seen: Seen; today: string },
): GeneratedEdits | 'nothing' | 'whole' {
  if (!before.modules.every(isThere)) return 'whole';
  const edits = editsSince(before, { inputs: seen.inputs, today });
  if (edits === 'whole') return 'whole';
  const owners = ownersOf(before);
  const again: string[] = [];
  const strangers = new Set<string>();
  for (const path of differences(before.outputs, seen.outputs)) {
    const files = owners.get(path);
    if (files === 'all') return 'whole';
    again.push(...(files ?? []));
    if (files === undefined && seen.outputs.has(path)) strangers.add(path);
  }
  const all = withAgain({ ...edits, strangers }, again);
  return isNothing(all) && strangers.size === 0 ? 'nothing' : all;
}

/** Generated file -> the schema files that make it again; `all` for those that name everything. */
function ownersOf({ files, topics, lists }: State): ReadonlyMap<string, readonly string[] | 'all'> {
  const owners = new Map<string, readonly string[] | 'all'>(lists.map((path) => [path, 'all']));
  for (const [file, { outputs }] of files) for (const path of outputs) owners.set(path, [file]);
  for (const topic of topics.values())
    for (const path of topic.outputs) owners.set(path, topic.files);
  return owners;
}
