/** `lock.json`: the history of every subject, so that the past can be checked without a network. */
import { isArray, isObject, type Json, type JsonObject, parseJson } from '../../runtime/json.js';
import { CodegenError } from '../error.js';

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

export interface Lock {
  readonly subjects: ReadonlyMap<string, LockedSubject>;
}

/** Parses a lock's text; `file` is for messages. */
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
  return { subjects: new Map(subjects) };
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
  return `${pretty({ format: FORMAT, subjects }, '')}\n`;
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
