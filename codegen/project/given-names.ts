/** Which names generated code has, and goes on having whatever is added: kept in the lock. */
import { relative, sep } from 'node:path';
import { contestedTypes, nameTypes, ownPath, topicConstants } from '../emit/naming.js';
import type { GivenNames } from '../emit/options.js';
import type { Lock, LockedNames } from '../history/lock.js';
import type { NamedSchema } from '../model/schema.js';
import type { SchemaProject } from './load.js';

/** The names of a project: for the generator, and for the lock. */
export interface ProjectNames {
  readonly given: GivenNames;
  readonly locked: LockedNames;
  /** Whether types want one name, or did: then what one is called depends on the others. */
  readonly isContested: boolean;
  /** What lost the name that the lock has for it, as where two branches gave one away, each for itself. */
  readonly moved: readonly string[];
}

/**
 * Every topic keeps its constant. Of types only those are kept that want the name of another: the
 * rest have the name that they would have alone. Of two that first meet, the one that is written stays.
 * @param written paths of files in the output folder; asked for only when types meet
 */
export function projectNames(
  { model, topics, history }: Pick<SchemaProject, 'model' | 'topics' | 'history'>,
  { folder, written }: { folder: string; written: () => readonly string[] },
): ProjectNames {
  const { lock } = history;
  const keys = keysOf(model.types, folder);
  const kept = new Map(
    model.types.flatMap((type): [NamedSchema, string][] => {
      const name = lock.names?.types.get(keys.get(type) ?? '');
      return name === undefined ? [] : [[type, name]];
    }),
  );
  const planned = nameTypes(model.types, kept);
  const contested = contestedTypes(model.types, planned);
  const isNew = contested.some((type) => !kept.has(type));
  const names = isNew ? nameTypes(writtenFirst(model.types, written()), kept) : planned;
  const before = topicNames(topics, lock);
  const locked = new Map(before.types);
  for (const type of contested) {
    const [key, name] = [keys.get(type), names.get(type)?.type];
    if (key !== undefined && name !== undefined) locked.set(key, name);
  }
  return {
    given: {
      topics: before.topics,
      types: new Map([...names].map(([type, { type: name }]) => [type, name])),
    },
    locked: { ...before, types: locked },
    isContested: locked.size > 0,
    moved: [
      ...movedFrom(lock.names?.topics ?? NONE, before.topics, 'the topic'),
      ...movedFrom(lock.names?.types ?? NONE, locked, 'the type'),
    ],
  };
}

const NONE: ReadonlyMap<string, string> = new Map();

/** A note on each that is called otherwise than before; the other that has its name comes first by name. */
function movedFrom(
  was: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
  what: string,
): string[] {
  return [...was].flatMap(([item, name]) => {
    const next = now.get(item);
    if (next === undefined || next === name) return [];
    const other = [...now].find(([one, given]) => given === name && one !== item)?.[0];
    return `note: ${what} ${item} is ${next} from now on: the lock gives ${name} to ${other ?? 'another'} too, as after a merge. Code that was written for it means the other one now: put ${next} in place of ${name} there.`;
  });
}

/** Whether types want one name: then what one is called depends on the others. */
export function areContested(types: readonly NamedSchema[]): boolean {
  return contestedTypes(types, nameTypes(types)).length > 0;
}

/** The names of a lock, with those of topics that it did not have yet. */
export function topicNames(topics: SchemaProject['topics'], lock: Lock): LockedNames {
  const { names } = lock;
  return {
    topics: topicConstants(topics, names?.topics ?? namesBefore(topics, lock)),
    subjects: new Map([
      ...(names?.subjects ?? []),
      ...topics.map((topic) => [topic.name, homeOf(topic)] as const),
    ]),
    types: names?.types ?? new Map(),
  };
}

/** The subject beside whose history a topic's constant stands. */
function homeOf({ values }: SchemaProject['topics'][number]): string {
  const [first = ''] = values.map(({ subject }) => subject).sort();
  return first;
}

/** A type's key in the lock: its full name, and its file where several types have that name. */
function keysOf(types: readonly NamedSchema[], folder: string): ReadonlyMap<NamedSchema, string> {
  const counts = new Map<string, number>();
  for (const { name } of types) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Map(
    types.map((type) => {
      const file = relative(folder, type.origin.source.file).split(sep).join('/');
      return [type, counts.get(type.name) === 1 ? type.name : `${type.name} of ${file}`];
    }),
  );
}

function writtenFirst(types: readonly NamedSchema[], written: readonly string[]): NamedSchema[] {
  const paths = new Set(written);
  const isWritten = (type: NamedSchema): boolean => paths.has(`${ownPath(type)}.ts`);
  return [...types.filter(isWritten), ...types.filter((type) => !isWritten(type))];
}

/** Before names were kept, constants were given in the order of `tavro.json`. */
function namesBefore(topics: SchemaProject['topics'], lock: Lock): ReadonlyMap<string, string> {
  const known = topics.filter((topic) => lock.subjects.has(homeOf(topic)));
  const names = new Map<string, string>();
  for (const topic of known)
    for (const [name, constant] of topicConstants([topic], names)) names.set(name, constant);
  return names;
}
