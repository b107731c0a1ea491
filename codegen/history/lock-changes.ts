/** What becomes of the files of a lock: those that change are printed, all others stay as they are. */
import { CodegenError } from '../error.js';
import { SourceText } from '../model/source-text.js';
import { readSubject } from './format-2.js';
import { printHeader, printSubject, printTypes } from './format-2-text.js';
import {
  FORMAT_1_FILE,
  type Lock,
  type LockedNames,
  type LockedSubject,
  lockPath,
  TYPES_FILE,
} from './lock.js';

/** Paths are those in the schemas folder. */
export interface LockChanges {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** Files whose words stand elsewhere now. */
  readonly removed: readonly string[];
}

/** What to write so that the files of a lock say what another one says. */
export function lockChanges(before: Lock, next: Lock): LockChanges {
  const files: { path: string; text: string }[] = [];
  const owners = new Map<string, string>();
  const [had, has] = [topicsOf(before.names), topicsOf(next.names)];
  // Beside one of format 1 no file says all that the lock does.
  const isWhole = before.files?.has(FORMAT_1_FILE) !== true;
  for (const [subject, locked] of next.subjects) {
    const path = lockPath(subject);
    refuseShared(path, subject, owners);
    const now = { locked, topics: has.get(subject) ?? NONE };
    const [known, standing] = [before.subjects.get(subject), before.files?.get(path)];
    const was = known && { locked: known, topics: had.get(subject) ?? NONE };
    const isHome = isWhole && standing !== undefined && known?.origin?.source === standing;
    const text =
      isHome && was !== undefined
        ? changedText(standing.text, subject, { was, now })
        : printSubject(subject, locked, now.topics);
    if (text !== undefined && text !== standing?.text) files.push({ path, text });
  }
  const types = typesText(next);
  if (types !== undefined) {
    owners.set(TYPES_FILE, '');
    const standing = before.files?.get(TYPES_FILE);
    const isSame = isWhole && standing !== undefined && typesText(before) === types;
    if (standing?.text !== types && !isSame) files.push({ path: TYPES_FILE, text: types });
  }
  const removed = [...(before.files?.keys() ?? [])].filter((path) => !owners.has(path));
  return { files, removed };
}

/** The lock as it is read once the changes are made. */
export function afterChanges(before: Lock, next: Lock, { files, removed }: LockChanges): Lock {
  const texts = new Map(before.files);
  for (const path of removed) texts.delete(path);
  for (const { path, text } of files) texts.set(path, new SourceText(path, text));
  const subjects = new Map(
    [...next.subjects].map(([subject, locked]): [string, LockedSubject] => {
      const [was, path] = [before.subjects.get(subject), lockPath(subject)];
      const source = texts.get(path);
      if (source === undefined) return [subject, locked];
      return [subject, was?.origin?.source === source ? was : readSubject(source, path).locked];
    }),
  );
  return { ...(next.names && { names: next.names }), subjects, files: texts };
}

/** One line on a lock that is of format 2 from now on; nothing for other changes. */
export function migrationNote({ removed }: LockChanges, folder: string): string | undefined {
  return removed.includes(FORMAT_1_FILE)
    ? `The history is in ${folder}/lock/ now, a file for each subject, and ${folder}/${FORMAT_1_FILE} is gone. Commit both.`
    : undefined;
}

interface Content {
  readonly locked: LockedSubject;
  readonly topics: ReadonlyMap<string, string>;
}

/** What the file of a subject says now; nothing where it stands as it is. */
function changedText(
  text: string,
  subject: string,
  { was, now }: { was: Content; now: Content },
): string | undefined {
  if (isAlike(was, now)) return undefined;
  const header = printHeader(subject, was.locked, was.topics);
  // Only the first line says something else: versions stay as they stand.
  if (was.locked.versions === now.locked.versions && text.startsWith(header))
    return printHeader(subject, now.locked, now.topics) + text.slice(header.length);
  const printed = printSubject(subject, now.locked, now.topics);
  // As somebody else has laid it out: it stands as long as it says the same.
  const isSame = printed === text || printSubject(subject, was.locked, was.topics) === printed;
  return isSame ? undefined : printed;
}

const NONE: ReadonlyMap<string, string> = new Map();

/** Without a look at versions that nobody has asked for. */
function isAlike(was: Content, now: Content): boolean {
  if (was.topics.size !== now.topics.size) return false;
  for (const [topic, constant] of now.topics) if (was.topics.get(topic) !== constant) return false;
  if (was.locked === now.locked) return true;
  return was.locked.type === now.locked.type && was.locked.versions === now.locked.versions;
}

/** Subject -> the topics whose constants stand in its file. */
function topicsOf(names: LockedNames | undefined): ReadonlyMap<string, Map<string, string>> {
  const found = new Map<string, Map<string, string>>();
  for (const [topic, subject] of names?.subjects ?? []) {
    const constant = names?.topics.get(topic);
    if (constant === undefined) continue;
    const topics = found.get(subject) ?? new Map<string, string>();
    found.set(subject, topics.set(topic, constant));
  }
  return found;
}

/** Names that stand in no subject's file: of types, and of topics that are gone from a lock of format 1. */
function typesText({ names, subjects }: Lock): string | undefined {
  if (names === undefined) return undefined;
  const homeless = [...names.topics].filter(([topic]) => {
    const subject = names.subjects.get(topic);
    return subject === undefined || !subjects.has(subject);
  });
  return printTypes(new Map(homeless), names.types);
}

function refuseShared(path: string, subject: string, owners: Map<string, string>): void {
  const other = owners.get(path);
  if (other !== undefined)
    throw new CodegenError(
      'LOCK_INVALID',
      `${path} would be the file of two subjects, ${JSON.stringify(other)} and ${JSON.stringify(subject)}. Rename one of them.`,
    );
  owners.set(path, subject);
}
