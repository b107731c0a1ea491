/** The lock as a baseline: the released versions of every subject. */
import type { Version } from '../check/check-subject.js';
import type { Finding } from '../check/finding.js';
import { releasedVersionEdited } from '../check/rules/released-version-edited.js';
import { releasedVersionRemoved } from '../check/rules/released-version-removed.js';
import { subjectRemoved } from '../check/rules/subject-removed.js';
import type { Severities } from '../check/severity.js';
import { lockPath, lockSource } from '../disk/lock-file.js';
import {
  LOCK_FILE,
  type Lock,
  type LockedSubject,
  type LockedVersion,
  pretty,
} from '../history/lock.js';
import { type LockPlaces, lockPlaces } from '../history/lock-places.js';
import { identityOf } from '../model/identity.js';
import { type Place, SourceText } from '../model/source-text.js';
import { type Baseline, once, parsePast, projectFinding } from './baseline.js';

/** How deep a version's schema is indented in lock.json. */
const SCHEMA_INDENT = ' '.repeat(10);

/** Released versions of a subject, oldest first. */
export function releasedOf(subject: LockedSubject | undefined): readonly LockedVersion[] {
  return subject?.versions.filter(({ state }) => state === 'released') ?? [];
}

/**
 * The lock of a schemas folder as a baseline.
 * @param subjects what the project has now: a released subject that is not among them was removed
 */
export function lockBaseline(
  lock: Lock,
  { folder, subjects }: { folder: string; subjects: ReadonlySet<string> },
  severities: Severities,
): Baseline {
  const file = lockPath(folder);
  const whole = once(() => lockSource(folder));
  const text: LockText = { whole, places: once(() => lockPlaces(whole())) };
  const integrity = new Integrity(severities, text);
  const released = (subject: string): readonly LockedVersion[] =>
    releasedOf(lock.subjects.get(subject));
  return {
    name: 'lock',
    history: (subject) =>
      released(subject).map((version) =>
        once(() => versionOf(version, new LockedText({ subject, version, ...text }))),
      ),
    review: (subject, history) => [
      ...released(subject).flatMap((version, index) =>
        integrity.edited(subject, version, history[index]?.()),
      ),
      ...integrity.gaps(subject, released(subject)),
    ],
    findings: [...lock.subjects.keys()].flatMap((subject) =>
      subjects.has(subject) || released(subject).length === 0 ? [] : integrity.removed(subject),
    ),
    sourceOf: (name) => (name === file ? whole() : undefined),
  };
}

function versionOf({ version }: LockedVersion, text: SourceText): Version {
  const schema = parsePast(text);
  return { name: `v${version}`, schema, identity: identityOf(schema) };
}

/** The text of the lock and what stands where in it, each had when first asked for. */
interface LockText {
  readonly whole: () => SourceText;
  readonly places: () => LockPlaces;
}

/** Whether the lock still says what was released. */
class Integrity {
  private readonly severities: Severities;
  private readonly whole: () => SourceText;
  private readonly places: () => LockPlaces;

  constructor(severities: Severities, { whole, places }: LockText) {
    this.severities = severities;
    this.whole = whole;
    this.places = places;
  }

  edited(
    subject: string,
    { version, identity }: LockedVersion,
    now: Version | undefined,
  ): Finding[] {
    if (now === undefined || now.identity === identity) return [];
    const at = this.whole().place(this.places().version(subject, version));
    const message = `v${version} of ${subject} is released, and its schema in the lock is not the one that was: the identity is ${now.identity.slice(0, 12)}…, not ${identity.slice(0, 12)}….`;
    return projectFinding(releasedVersionEdited, { subject, at, message }, this.severities);
  }

  gaps(subject: string, versions: readonly LockedVersion[]): Finding[] {
    const numbers = new Set(versions.map(({ version }) => version));
    const [first, last] = [Math.min(...numbers), Math.max(...numbers)];
    const missing: number[] = [];
    for (let n = first + 1; n < last && missing.length < MAX_MISSING; n++)
      if (!numbers.has(n)) missing.push(n);
    if (missing.length === 0) return [];
    const at = this.whole().place(this.places().subject(subject));
    const message = `The lock of ${subject} goes to v${last} and lacks ${missing.map((n) => `v${n}`).join(', ')}.`;
    return projectFinding(releasedVersionRemoved, { subject, at, message }, this.severities);
  }

  removed(subject: string): Finding[] {
    const at = this.whole().place(this.places().subject(subject));
    const message = `${subject} has released versions, and no topic of tavro.json has this subject any more.`;
    return projectFinding(subjectRemoved, { subject, at, message }, this.severities);
  }
}

/** Most missing versions that are named. */
const MAX_MISSING = 20;

/** A version's schema as lock.json shows it, so that places point there. */
class LockedText extends SourceText {
  private readonly of: LockText & { subject: string; version: LockedVersion };

  constructor(of: LockText & { subject: string; version: LockedVersion }) {
    super(LOCK_FILE, pretty(of.version.schema, SCHEMA_INDENT));
    this.of = of;
  }

  override place(offset: number): Place {
    const { subject, version, whole, places } = this.of;
    const { text, offset: start } = places().schema(subject, version.version);
    // A lock that someone formatted otherwise: the start of the schema is near enough.
    return whole().place(text === this.text ? start + offset : start);
  }
}
