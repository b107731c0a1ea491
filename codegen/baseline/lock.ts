/** The lock as a baseline: the released versions of every subject. */
import type { Version as CheckedVersion } from '../check/check-subject.js';
import type { Fact } from '../check/facts.js';
import { CodegenError } from '../error.js';
import type { History } from '../history/history.js';
import type { Version } from '../history/version.js';
import { lockedIdentityOf } from '../model/identity.js';
import { once } from '../model/once.js';
import { printProblem } from '../model/problem.js';
import type { Baseline } from './baseline.js';

/**
 * The lock of a schemas folder as a baseline.
 * @param carried the subjects of the project's topics
 */
export function lockBaseline(history: History, carried: ReadonlySet<string>): Baseline {
  const { lock } = history;
  const sources = once(
    () => new Map([...(lock.files?.values() ?? [])].map((source) => [source.file, source])),
  );
  const added = once(() => [...carried].filter((subject) => !lock.subjects.has(subject)));
  const typeOf = (subject: string) => history.next.subjects.get(subject)?.type;
  const heirs = (gone: string) => added().filter((subject) => typeOf(subject) === typeOf(gone));
  return {
    name: 'lock',
    history: (subject) => history.releasedOf(subject).map((version) => () => checked(version)),
    factsOf: (subject) => [...versionFacts(history, subject), numbersOf(history, subject)],
    facts: [...lock.subjects.keys()].map((subject): Fact => {
      const released = history.releasedOf(subject).length;
      const isCarried = carried.has(subject);
      const facts = { subject, released, isCarried, heirs: isCarried ? [] : heirs(subject) };
      return { kind: 'gone', facts, at: () => history.place(subject) };
    }),
    forget: (subject) => history.forget(subject),
    sourceOf: (file) => sources().get(file),
  };
}

/** A version to compare with: where its identity is known, its schema is read when it is needed. */
function checked(version: Version): CheckedVersion {
  const { name, locked, isAsWritten } = version;
  if (!isAsWritten) return { name, ...readOf(version) };
  return {
    name,
    identity: locked.identity,
    get schema() {
      return readOf(version).schema;
    },
  };
}

/** @throws CodegenError `SCHEMA_INVALID` */
function readOf(version: Version): Pick<CheckedVersion, 'schema' | 'identity'> {
  const read = version.read();
  if ('schema' in read) return read;
  throw new CodegenError(
    'SCHEMA_INVALID',
    `A version of the past cannot be read.\n${read.problems.map(printProblem).join('\n')}`,
  );
}

/** The released versions, each with what it was released as and what its schema is. */
function versionFacts(history: History, subject: string): Fact[] {
  return history.releasedOf(subject).map((one): Fact => {
    const { version, identity: released } = one.locked;
    const found = one.isAsWritten ? released : lockedIdentityOf(checked(one).schema);
    const facts = { subject, version, released, found };
    return { kind: 'locked', facts, at: () => history.place(subject, version) };
  });
}

function numbersOf(history: History, subject: string): Fact {
  const numbers = history.releasedOf(subject).map(({ locked }) => locked.version);
  return {
    kind: 'locked',
    facts: { subject, numbers },
    at: () => history.place(subject),
  };
}
