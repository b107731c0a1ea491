/** What generated code says of the past, worked out type by type and let go of again. */
import type { SubjectReads } from '../check/verdicts.js';
import type { Lookup } from '../emit/options.js';
import { type PublishedIds, publishedIds } from '../history/known-ids.js';
import type { Schema } from '../model/schema.js';
import type { SchemaProject } from '../project/load.js';
import { type RetainedSubject, readsOf, retainedSubjects } from '../project/read-verdicts.js';
import { retainedVersions } from '../project/retained-versions.js';

export class Past {
  /** By full name of a type: its released versions whose data may still be there. */
  readonly versions: Lookup<readonly Schema[]>;
  /** By full name of a type: what registries call its versions. */
  readonly knownIds: Lookup<Readonly<Record<string, PublishedIds>>>;
  /** By subject: which of its versions cannot read which. */
  readonly reads: ReadonlyMap<string, SubjectReads>;
  private readonly history: SchemaProject['history'];
  private readonly retained: ReadonlyMap<string, RetainedSubject>;
  private readonly ofType = new Map<string, RetainedSubject[]>();
  private readonly judged = new Map<string, SubjectReads>();
  /** Full name of a type -> its subjects, those of topics that are gone too. */
  private readonly subjects = new Map<string, Set<string>>();
  /** Of each type: its subjects that were not judged yet. */
  private readonly open = new Map<string, Set<string>>();

  constructor({ history, topics }: Pick<SchemaProject, 'history' | 'topics'>) {
    this.history = history;
    this.retained = new Map(retainedSubjects(topics).map((one) => [one.subject, one]));
    for (const [subject, { type }] of history.lock.subjects) this.note(type, subject);
    for (const one of this.retained.values()) {
      const { subject, schema } = one;
      this.note(schema.name, subject);
      this.ofType.set(schema.name, [...(this.ofType.get(schema.name) ?? []), one]);
      const open = this.open.get(schema.name) ?? new Set();
      this.open.set(schema.name, open.add(subject));
    }
    this.versions = { get: (type) => retainedVersions(history, this.ofType.get(type) ?? []) };
    this.knownIds = { get: (type) => publishedIds(history, this.subjectsOf(type)) };
    this.reads = this.judged;
  }

  private note(type: string, subject: string): void {
    this.subjects.set(type, (this.subjects.get(type) ?? new Set()).add(subject));
  }

  private subjectsOf(type: string): readonly string[] {
    return [...(this.subjects.get(type) ?? [])];
  }

  /** Judges what a subject's versions read of each other. @returns whether it was its type's last */
  judge(subject: string): boolean {
    const retained = this.retained.get(subject);
    if (retained === undefined) return false;
    this.judged.set(subject, readsOf(this.history, retained));
    const open = this.open.get(retained.schema.name);
    open?.delete(subject);
    return open?.size === 0;
  }

  /** Lets go of the schemas of a type's versions. */
  forget(type: string): void {
    for (const subject of this.subjectsOf(type)) this.history.forget(subject);
  }
}
