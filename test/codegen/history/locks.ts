/** Locks as files have them, for tests: of format 1, which nothing writes any more, and of now. */
import { type Lock, type LockedVersion, lockPath } from '../../../codegen/history/lock.js';
import { lockChanges } from '../../../codegen/history/lock-changes.js';
import { readLockFiles } from '../../../codegen/history/read-lock.js';
import { SourceText } from '../../../codegen/model/source-text.js';
import { isArray, isObject, type Json } from '../../../runtime/json.js';

/** What the lock was before: all subjects in one file, in indented lines. */
export function printFormat1({ subjects, names }: Lock): string {
  const tables = Object.entries({ topics: names?.topics, types: names?.types });
  const kept = tables.filter(([, table]) => table !== undefined && table.size > 0);
  const printed = [...subjects].map(([name, { type, versions }]): [string, Json] => [
    name,
    {
      type,
      versions: versions.map(({ version, state, identity, schema, ids, machine }) => ({
        ...{ version, state, identity, schema, ids },
        ...(machine !== undefined && { machine }),
      })),
    },
  ]);
  const lock = {
    format: 1,
    ...(kept.length > 0 && {
      names: Object.fromEntries(kept.map(([key, table]) => [key, Object.fromEntries(table ?? [])])),
    }),
    subjects: Object.fromEntries(printed),
  };
  return `${indented(lock, '')}\n`;
}

function indented(json: Json, indent: string): string {
  const inner = `${indent}  `;
  if (isArray(json) && json.length > 0)
    return `[\n${json.map((item) => inner + indented(item, inner)).join(',\n')}\n${indent}]`;
  if (isObject(json) && Object.keys(json).length > 0) {
    const entries = Object.entries(json).map(
      ([key, value]) => `${inner}${JSON.stringify(key)}: ${indented(value, inner)}`,
    );
    return `{\n${entries.join(',\n')}\n${indent}}`;
  }
  return typeof json === 'bigint' ? json.toString() : JSON.stringify(json);
}

/** Texts by path -> the lock that they are; files are named as in a folder `schemas`. */
export function lockOf(texts: Readonly<Record<string, string>>): Lock {
  return readLockFiles(
    new Map(
      Object.entries(texts).map(([path, text]) => [path, new SourceText(`schemas/${path}`, text)]),
    ),
  );
}

/** All files of a lock, by path. */
export function filesOf(lock: Lock): Readonly<Record<string, string>> {
  const { files } = lockChanges({ subjects: new Map() }, lock);
  return Object.fromEntries(files.map(({ path, text }) => [path, text]));
}

/** What a lock says, without how it came to say so. */
export function factsOf({ subjects, names }: Lock) {
  return {
    names: names && { topics: new Map(names.topics), types: new Map(names.types) },
    subjects: new Map(
      [...subjects].map(([name, { type, versions }]) => [
        name,
        { type, versions: versions.map((version) => ({ ...version })) },
      ]),
    ),
  };
}

/** The one file of a subject that has these versions. */
export function subjectText(
  versions: readonly LockedVersion[],
  subject = 'orders-value',
  type = 'acme.Order',
): string {
  return filesOf({ subjects: new Map([[subject, { type, versions }]]) })[lockPath(subject)] ?? '';
}
