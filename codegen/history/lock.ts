/** `lock.json`: the history of every subject, so that the past can be checked without a network. */
import { isArray, isObject, type Json, type JsonObject, parseJson } from '../../runtime/json.js';
import { CodegenError } from '../error.js';
import { isName } from '../model/names.js';
import { SourceText } from '../model/source-text.js';

export const LOCK_FILE = 'lock.json';
/** Format of the file; a newer one is refused rather than misread. */
const FORMAT = 1;

/** One version of a subject's schema. */
export interface LockedVersion {
  readonly version: number;
  /** A draft follows the `.avsc`; a released version never changes. */
  readonly state: 'draft' | 'released';
  /** Hash over all that decides how data is read (`model/identity.ts`). */
  readonly identity: string;
  readonly schema: Json;
  /** Ids that registries gave, by registry URL. */
  readonly ids: Readonly<Record<string, number>>;
  /** The machine whose local registries `ids` are of (`runtime/registry/this-machine.ts`). */
  readonly machine?: string;
}

export interface LockedSubject {
  /** Full name of the type. */
  readonly type: string;
  readonly versions: readonly LockedVersion[];
}

/** Names that generated code has, so that no later entry takes one over. */
export interface LockedNames {
  /** Topic -> its constant; also of topics that are gone. */
  readonly topics: ReadonlyMap<string, string>;
  /** Types that want one name, or did: `project/given-names.ts` says by which key. */
  readonly types: ReadonlyMap<string, string>;
}

export interface Lock {
  readonly subjects: ReadonlyMap<string, LockedSubject>;
  /** Absent in locks that were written before names were kept. */
  readonly names?: LockedNames;
  /** The text that it was read from, where places point. */
  readonly source?: SourceText;
}

/** Parses a lock's text; `file` is for messages and places. */
export function parseLock(text: string, file: string): Lock {
  if (/^(<{7}|={7}|>{7})/m.test(text)) {
    throw new CodegenError(
      'LOCK_INVALID',
      `${file} has merge conflicts: both branches changed the history. Drafts are made anew from the .avsc files, so resolve those first, then run:\n  git checkout --ours -- ${file} && npx tavro codegen\nIf the other branch released a version meanwhile, take its file: --theirs in place of --ours.`,
    );
  }
  let json: Json;
  try {
    json = parseJson(text);
  } catch (cause) {
    throw new CodegenError(
      'LOCK_INVALID',
      `${file} is not JSON. Restore it from git: it is written by tavro only.`,
      { cause },
    );
  }
  const invalid = (what: string): never => {
    throw new CodegenError(
      'LOCK_INVALID',
      `${file}: ${what}. Restore it from git: it is written by tavro only.`,
    );
  };
  if (!isObject(json) || !isObject(json.subjects)) return invalid('there are no subjects');
  if (json.format !== FORMAT)
    return invalid(`the format is ${JSON.stringify(json.format)}, this tavro reads ${FORMAT}`);
  const subjects = Object.entries(json.subjects).map(([name, subject]): [string, LockedSubject] => {
    if (!isObject(subject) || typeof subject.type !== 'string' || !isArray(subject.versions)) {
      return invalid(`the subject ${name} has no type or no versions`);
    }
    return [
      name,
      {
        type: subject.type,
        versions: subject.versions.map(
          (v) => readVersion(v) ?? invalid(`a version of ${name} is incomplete`),
        ),
      },
    ];
  });
  const names = json.names === undefined ? undefined : readNames(json.names);
  if (names === null) return invalid('the names are no identifiers');
  return {
    subjects: new Map(subjects),
    ...(names && { names }),
    source: new SourceText(file, text),
  };
}

/** `null` for what is not written as names are. */
function readNames(json: Json): LockedNames | null {
  const { topics = {}, types = {} } = isObject(json) ? json : {};
  const read = (table: Json): [string, string][] | undefined => {
    const entries = isObject(table) ? Object.entries(table) : [];
    const sound = entries.flatMap(([key, name]): [string, string][] =>
      typeof name === 'string' && isName(name) ? [[key, name]] : [],
    );
    return sound.length === entries.length ? sound : undefined;
  };
  const [ofTopics, ofTypes] = [read(topics), read(types)];
  if (!isObject(json) || ofTopics === undefined || ofTypes === undefined) return null;
  return { topics: new Map(ofTopics), types: new Map(ofTypes) };
}

/** Nothing for a lock without names. */
function printNames({ topics, types }: LockedNames): JsonObject {
  if (topics.size === 0 && types.size === 0) return {};
  const tables = Object.entries({ topics, types }).filter(([, table]) => table.size > 0);
  const print = (table: ReadonlyMap<string, string>) => Object.fromEntries(sorted(table));
  return { names: Object.fromEntries(tables.map(([key, table]) => [key, print(table)])) };
}

function readVersion(json: Json): LockedVersion | undefined {
  if (!isObject(json)) return undefined;
  const { version, state, identity, schema, ids, machine } = json;
  if (typeof version !== 'number' || typeof identity !== 'string' || schema === undefined)
    return undefined;
  if (state !== 'draft' && state !== 'released') return undefined;
  return {
    version,
    state,
    identity,
    schema,
    ids: readIds(ids),
    ...(typeof machine === 'string' && { machine }),
  };
}

function readIds(json: Json | undefined): Record<string, number> {
  const entries = isObject(json) ? Object.entries(json) : [];
  return Object.fromEntries(
    entries.flatMap(([url, id]) => (typeof id === 'number' ? [[url, id]] : [])),
  );
}

/** The text of a lock: stable order, one line per version of schema-independent facts, ending in a newline. */
export function printLock(lock: Lock): string {
  // Not by assignment: a subject may be called __proto__.
  const subjects = Object.fromEntries(
    sorted(lock.subjects).map(([name, { type, versions }]): [string, Json] => [
      name,
      { type, versions: versions.map((version): JsonObject => ({ ...version })) },
    ]),
  );
  const kept = lock.names === undefined ? {} : printNames(lock.names);
  return `${pretty({ format: FORMAT, ...kept, subjects }, '')}\n`;
}

function sorted<T>(entries: Iterable<readonly [string, T]>): (readonly [string, T])[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** JSON in indented lines; bigint prints as an integer. */
export function pretty(json: Json, indent: string): string {
  const inner = `${indent}  `;
  if (isArray(json)) {
    return json.length === 0
      ? '[]'
      : `[\n${json.map((item) => inner + pretty(item, inner)).join(',\n')}\n${indent}]`;
  }
  if (isObject(json)) {
    const entries = Object.entries(json).map(
      ([key, value]) => `${inner}${JSON.stringify(key)}: ${pretty(value, inner)}`,
    );
    return entries.length === 0 ? '{}' : `{\n${entries.join(',\n')}\n${indent}}`;
  }
  return typeof json === 'bigint' ? json.toString() : JSON.stringify(json);
}
