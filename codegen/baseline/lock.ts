/** The lock as a baseline: the released versions of every subject. */
import type { Version as CheckedVersion } from '../check/check-subject.js';
import type { Finding } from '../check/finding.js';
import { releasedVersionEdited } from '../check/rules/released-version-edited.js';
import { releasedVersionRemoved } from '../check/rules/released-version-removed.js';
import { subjectRemoved } from '../check/rules/subject-removed.js';
import type { Severities } from '../check/severity.js';
import { CodegenError } from '../error.js';
import type { History } from '../history/history.js';
import type { Version } from '../history/version.js';
import { printProblem } from '../model/problem.js';
import { type Baseline, projectFinding } from './baseline.js';

/**
 * The lock of a schemas folder as a baseline.
 * @param subjects what the project has now: a released subject that is not among them was removed
 */
export function lockBaseline(
  history: History,
  subjects: ReadonlySet<string>,
  severities: Severities,
): Baseline {
  const integrity = new Integrity(history, severities);
  const { lock } = history;
  return {
    name: 'lock',
    history: (subject) => history.releasedOf(subject).map((version) => () => checked(version)),
    review: (subject) => [
      ...history.releasedOf(subject).flatMap((version) => integrity.edited(subject, version)),
      ...integrity.gaps(subject),
    ],
    findings: [...lock.subjects.keys()].flatMap((subject) =>
      subjects.has(subject) || history.releasedOf(subject).length === 0
        ? []
        : integrity.removed(subject),
    ),
    forget: (subject) => history.forget(subject),
    sourceOf: (file) => (file === lock.source?.file ? lock.source : undefined),
  };
}

/** A version to compare with. @throws CodegenError `SCHEMA_INVALID` */
function checked(version: Version): CheckedVersion {
  const read = version.read();
  if ('schema' in read) return { name: version.name, ...read };
  throw new CodegenError(
    'SCHEMA_INVALID',
    `A version of the past cannot be read.\n${read.problems.map(printProblem).join('\n')}`,
  );
}

/** Whether the lock still says what was released. */
class Integrity {
  private readonly history: History;
  private readonly severities: Severities;

  constructor(history: History, severities: Severities) {
    this.history = history;
    this.severities = severities;
  }

  edited(subject: string, one: Version): Finding[] {
    const { version, identity } = one.locked;
    const now = checked(one).identity;
    if (now === identity) return [];
    const at = this.history.place(subject, version);
    const message = `v${version} of ${subject} is released, and its schema in the lock is not the one that was: the identity is ${now.slice(0, 12)}…, not ${identity.slice(0, 12)}….`;
    return projectFinding(releasedVersionEdited, { subject, at, message }, this.severities);
  }

  gaps(subject: string): Finding[] {
    const versions = this.history.releasedOf(subject);
    const numbers = new Set(versions.map(({ locked }) => locked.version));
    const [first, last] = [Math.min(...numbers), Math.max(...numbers)];
    const missing: number[] = [];
    for (let n = first + 1; n < last && missing.length < MAX_MISSING; n++)
      if (!numbers.has(n)) missing.push(n);
    if (missing.length === 0) return [];
    const at = this.history.place(subject);
    const message = `The lock of ${subject} goes to v${last} and lacks ${missing.map((n) => `v${n}`).join(', ')}.`;
    return projectFinding(releasedVersionRemoved, { subject, at, message }, this.severities);
  }

  removed(subject: string): Finding[] {
    const at = this.history.place(subject);
    const message = `${subject} has released versions, and no topic of tavro.json has this subject any more.`;
    return projectFinding(subjectRemoved, { subject, at, message }, this.severities);
  }
}

/** Most missing versions that are named. */
const MAX_MISSING = 20;
