/** The lock: the history of every subject, so that the past can be checked without a network. */
import type { Json } from '../../runtime/json.js';
import { CodegenError } from '../error.js';
import { portableName } from '../model/portable-name.js';
import type { Field } from '../model/schema.js';
import type { Place, SourceText } from '../model/source-text.js';

/** Where it stands below the schemas folder: a file per subject. */
export const LOCK_FOLDER = 'lock';
/** The one file that it was before, in format 1. */
export const FORMAT_1_FILE = 'lock.json';
/** Names of types that want one name. No subject's file is called so. */
export const TYPES_FILE = `${LOCK_FOLDER}/~types.json`;

/** The path of a subject's file in the schemas folder. */
export function lockPath(subject: string): string {
  return `${LOCK_FOLDER}/${portableName(subject)}.json`;
}

/** Whether a path in the schemas folder is that of a file of the lock, of either format. */
export function isLockPath(path: string): boolean {
  return path === FORMAT_1_FILE || /^lock\/[^/]+\.json$/.test(path);
}

/** One version of a subject's schema. */
export interface LockedVersion {
  readonly version: number;
  /** A draft follows the `.avsc`; a released version never changes. */
  readonly state: 'draft' | 'released';
  /** Hash over all that decides how data is read (`model/identity.ts`). */
  readonly identity: string;
  /** Of a version that was read from a file, parsed when first asked for. */
  readonly schema: Json;
  /** Ids that registries gave, by registry URL. */
  readonly ids: Readonly<Record<string, number>>;
  /** GUIDs that they gave, likewise; absent where none did. */
  readonly guids?: Readonly<Record<string, string>>;
  /** The machine whose local registries `ids` are of (`runtime/registry/this-machine.ts`). */
  readonly machine?: string;
}

export interface LockedSubject {
  /** Full name of the type. */
  readonly type: string;
  /** Of a subject that was read from a file, read when first asked for. */
  readonly versions: readonly LockedVersion[];
  /** Where it was read from; absent in one that was made. */
  readonly origin?: LockedOrigin;
}

/** A text to parse. */
export interface LockedText {
  readonly source: SourceText;
  readonly sharedField?: (number: number) => Field | undefined;
}

/** A subject in the text that it was read from. */
export interface LockedOrigin {
  /** The subject's own file; in format 1 that of all subjects. */
  readonly source: SourceText;
  /** Where the subject stands, or a version of it. */
  place(version?: number): Place;
  /** A version's schema, whose places are those in the file. */
  schemaOf(version: LockedVersion): SourceText;
  /** The same as it is parsed: numbers in place of fields stand for those that versions share. */
  parsedOf(version: LockedVersion): LockedText;
  /** Lets go of what was made to parse its versions. */
  forget(): void;
  /** Whether a version's schema is known to be as it was written; in format 1 nothing tells. */
  isAsWritten(version: LockedVersion): boolean;
}

/** Names that generated code has, so that no later entry takes one over. */
export interface LockedNames {
  /** Topic -> its constant; also of topics that are gone. */
  readonly topics: ReadonlyMap<string, string>;
  /** Topic -> the subject of its values, in whose file the constant stands. */
  readonly subjects: ReadonlyMap<string, string>;
  /** Types that want one name, or did: `project/given-names.ts` says by which key. */
  readonly types: ReadonlyMap<string, string>;
}

export interface Lock {
  readonly subjects: ReadonlyMap<string, LockedSubject>;
  /** Absent in locks that were written before names were kept. */
  readonly names?: LockedNames;
  /** The files that it was read from, by path in the schemas folder. */
  readonly files?: ReadonlyMap<string, SourceText>;
  /** What whoever reads it should be told. */
  readonly notes?: readonly string[];
}

/** A file of the lock that cannot be used, and what to do. */
export function invalidLock(file: string, what: string, cause?: unknown): CodegenError {
  return new CodegenError(
    'LOCK_INVALID',
    `${file}: ${what}. Restore it from git: it is written by tavro only.`,
    { cause },
  );
}

/** @throws CodegenError `LOCK_INVALID` for a text with the marks of a merge conflict */
export function refuseConflict({ file, text }: SourceText): void {
  if (!/^(<{7}|={7}|>{7})/m.test(text)) return;
  throw new CodegenError(
    'LOCK_INVALID',
    `${file} has merge conflicts: both branches changed the history. Drafts are made anew from the .avsc files, so resolve those first, then run:\n  git checkout --ours -- ${file} && npx tavro codegen\nIf the other branch released a version meanwhile, take its file: --theirs in place of --ours.`,
  );
}
