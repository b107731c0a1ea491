/** What a registry holds of a subject, where the lock can tell it: by two answers, however long the history. */
import { printJson } from '../../runtime/json.js';
import type { LockedSubject, LockedVersion } from '../history/lock.js';
import { recordedNames } from '../history/recorded-ids.js';
import { releasedOf, type SubjectSchema } from '../history/subject.js';
import { parseSchema } from '../model/parse-schema.js';
import {
  type ParsedVersion,
  type RegisteredSubject,
  type RegisteredVersion,
  type SubjectReader,
  textOf,
} from './registered.js';

/**
 * The versions of a subject, if the registry has the lock's under their numbers and no other. A
 * registry gives a number to one version only: where it has as many as gave the lock an id, and the
 * last has the same id and says the same, all are. `undefined` means that each must be read.
 * @throws RegistryError
 */
export async function versionsAsLocked(
  reader: SubjectReader,
  subject: string,
  { locked, url }: { locked: LockedSubject | undefined; url: string },
): Promise<RegisteredSubject['versions'] | undefined> {
  const released = releasedOf(locked);
  const versions = released.flatMap((version) => registeredAs(version, url) ?? []);
  const last = versions.at(-1);
  const ids = new Set(versions.map(({ id }) => id));
  if (last === undefined || ids.size < released.length) return undefined;
  const numbers = await reader.living(subject);
  const isSame = released.every(({ version }, index) => version === numbers[index]);
  if (!isSame || numbers.length !== released.length) return undefined;
  return (await isHeld(reader, subject, last)) ? versions : undefined;
}

/** Whether the registry has a version as it is expected: parsed only where it is in other words. */
async function isHeld(
  reader: SubjectReader,
  subject: string,
  { version, id, parsed: { text } }: LockedAsRegistered,
): Promise<boolean> {
  const found = await reader.subjects.version(subject, version);
  if (found.id !== id) return false;
  if (found.schema === text) return true;
  const { parsed } = await reader.version(subject, version, false);
  return 'text' in parsed && parsed.text === text;
}

/** Whether a schema is what was released last, word for word. */
export function isReleased({ schema }: SubjectSchema, locked: LockedSubject | undefined): boolean {
  const last = releasedOf(locked).at(-1);
  return last !== undefined && printJson(last.schema) === textOf(schema);
}

type LockedAsRegistered = RegisteredVersion & { readonly parsed: ParsedVersion };

/** A version of the lock as one of the registry that gave it an id. */
function registeredAs(locked: LockedVersion, url: string): LockedAsRegistered | undefined {
  const names = recordedNames(locked, url);
  if (names === undefined) return undefined;
  const parsed = {
    identity: locked.identity,
    get text() {
      return printJson(locked.schema);
    },
    get schema() {
      return parseSchema(locked.schema, { role: 'history' }).schema;
    },
  };
  return { version: locked.version, ...names, isDeleted: false, references: [], parsed };
}
