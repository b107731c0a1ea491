/** The lock beside what the schemas say now: made once for a run, and all that a run asks of the past. */
import { printJson } from '../../runtime/json.js';
import { Excerpt } from '../model/excerpt.js';
import type { SemanticNames } from '../model/semantic.js';
import { type Place, SourceText } from '../model/source-text.js';
import { type Lock, type LockedText, type LockedVersion, lockPath } from './lock.js';
import { releasedOf, type SubjectSchema, withDraft } from './subject.js';
import { Version } from './version.js';

export class History {
  /** As the file has it. */
  readonly lock: Lock;
  /** With the draft of each subject brought up to date. */
  readonly next: Lock;
  private readonly released = new Map<string, readonly Version[]>();

  private readonly semantics: SemanticNames;

  /**
   * @param subjects what the schemas say now; of the others the lock's words stand
   * @param semantics names of Kafka Connect that count as logical types
   */
  constructor(
    lock: Lock,
    subjects: readonly SubjectSchema[],
    semantics: SemanticNames = new Map(),
  ) {
    this.semantics = semantics;
    this.lock = lock;
    const next = new Map(lock.subjects);
    for (const { subject, schema } of subjects)
      next.set(subject, withDraft(lock.subjects.get(subject), schema));
    this.next = { ...lock, subjects: next };
  }

  /** A subject's released versions, oldest first: the same objects to all who ask. */
  releasedOf(subject: string): readonly Version[] {
    const known = this.released.get(subject);
    if (known !== undefined) return known;
    const versions = releasedOf(this.lock.subjects.get(subject)).map(
      (version) =>
        new Version(version, {
          text: () => this.textOf(subject, version),
          semantics: this.semantics,
          isAsWritten: () => this.lock.subjects.get(subject)?.origin?.isAsWritten(version) === true,
        }),
    );
    this.released.set(subject, versions);
    return versions;
  }

  /** A subject's versions with its draft, oldest first. */
  versionsOf(subject: string): readonly LockedVersion[] {
    return this.next.subjects.get(subject)?.versions ?? [];
  }

  /** The number of what the schema is now, released or not; nothing for an unknown subject. */
  newestOf(subject: string): number | undefined {
    return this.versionsOf(subject).at(-1)?.version;
  }

  /** Where the lock has a subject, or a version of it. */
  place(subject: string, version?: number): Place {
    const { origin } = this.lock.subjects.get(subject) ?? {};
    return origin?.place(version) ?? { file: lockPath(subject), line: 1, column: 1 };
  }

  /** Lets go of a subject's schemas: a project may have more than fit into memory at once. */
  forget(subject: string): void {
    for (const version of this.released.get(subject) ?? []) version.forget();
    this.lock.subjects.get(subject)?.origin?.forget();
  }

  private textOf(subject: string, version: LockedVersion): LockedText {
    const { origin } = this.lock.subjects.get(subject) ?? {};
    if (origin !== undefined) return origin.parsedOf(version);
    // One that was never in a file has no place but a start.
    const nowhere = new SourceText(lockPath(subject), '');
    return { source: new Excerpt(nowhere, printJson(version.schema), () => 0) };
  }
}
