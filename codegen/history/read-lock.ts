/** The files of a lock -> the lock. */
import type { SourceText } from '../model/source-text.js';
import { parseFormat1 } from './format-1.js';
import { readSubject, readTypes } from './format-2.js';
import { mergeLocks } from './half-migrated.js';
import { FORMAT_1_FILE, type Lock, type LockedSubject, TYPES_FILE } from './lock.js';
import { sorted } from './locked-facts.js';

/**
 * Reads a lock of either format, or what a migration or a merge has left of both.
 * @param files by path in the schemas folder
 * @throws CodegenError `LOCK_INVALID`
 */
export function readLockFiles(files: ReadonlyMap<string, SourceText>): Lock {
  const old = files.get(FORMAT_1_FILE);
  if (old === undefined) return files.size === 0 ? { subjects: new Map() } : readFormat2(files);
  const before = { ...parseFormat1(old), files };
  return files.size === 1 ? before : mergeLocks(readFormat2(files), before);
}

function readFormat2(files: ReadonlyMap<string, SourceText>): Lock & Required<Pick<Lock, 'names'>> {
  const subjects = new Map<string, LockedSubject>();
  const topics: (readonly [topic: string, named: { constant: string; subject: string }])[] = [];
  for (const [path, source] of sorted(files)) {
    if (path === FORMAT_1_FILE || path === TYPES_FILE) continue;
    const { subject, locked, topics: named } = readSubject(source, path);
    subjects.set(subject, locked);
    for (const [topic, constant] of named) topics.push([topic, { constant, subject }]);
  }
  const types = files.get(TYPES_FILE);
  const others = types === undefined ? { topics: [], types: [] } : readTypes(types);
  // Where two topics have one constant, as after a merge, the first by name keeps it.
  const homes = new Map(sorted(topics));
  const constants = [...homes].map(([topic, { constant }]) => [topic, constant] as const);
  return {
    subjects,
    names: {
      topics: new Map(sorted(new Map([...others.topics, ...constants]))),
      subjects: new Map([...homes].map(([topic, { subject }]) => [topic, subject])),
      types: new Map(others.types),
    },
    files,
  };
}
