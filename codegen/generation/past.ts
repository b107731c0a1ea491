/** What generated code says of the past, worked out type by type and let go of again. */

import { nameOf } from '../../runtime/schema/located-error.js';
import type { SubjectReads } from '../check/verdicts.js';
import type { Lookup } from '../emit/options.js';
import { carriedBy } from '../emit/topics.js';
import { type PublishedIds, publishedIds, publishedVersions } from '../history/known-ids.js';
import { isNamed, type Schema } from '../model/schema.js';
import type { SchemaProject } from '../project/load.js';
import { type RetainedSubject, readsOf, retainedSubjects } from '../project/read-verdicts.js';
import { retainedVersions } from '../project/retained-versions.js';

/** The subjects of one schema: types, and what topics carry without a name. */
interface Carrier {
  /** Those of topics. */
  readonly now: Set<string>;
  /** Those that were not judged yet. */
  readonly open: Set<string>;
}

export class Past {
  /** By schema: its released versions whose data may still be there. */
  readonly versions: Lookup<readonly Schema[], Schema>;
  /** By schema: what registries call its versions. */
  readonly knownIds: Lookup<Readonly<Record<string, PublishedIds>>, Schema>;
  /** By topic: the numbers of its values' versions, by what registries call them. */
  readonly writerVersions: Lookup<Readonly<Record<string, PublishedIds<number>>>>;
  /** By subject: which of its versions cannot read which. */
  readonly reads: ReadonlyMap<string, SubjectReads>;
  private readonly history: SchemaProject['history'];
  private readonly retained: ReadonlyMap<string, RetainedSubject>;
  private readonly carriers = new Map<Schema, Carrier>();
  private readonly ofSubject = new Map<string, Schema[]>();
  private readonly judged = new Map<string, SubjectReads>();
  /** Full name of a type -> subjects that no topic has any more. */
  private readonly gone = new Map<string, string[]>();
  /** Names that several types have: whose the subjects of gone topics were, nobody can tell. */
  private readonly shared = new Set<string>();

  constructor({ history, topics, model }: Pick<SchemaProject, 'history' | 'topics' | 'model'>) {
    this.history = history;
    this.retained = new Map(retainedSubjects(topics).map((one) => [one.subject, one]));
    for (const { subject, schema } of topics.flatMap(carriedBy)) this.note(subject, schema);
    for (const [subject, { type }] of history.lock.subjects)
      if (!this.retained.has(subject)) this.gone.set(type, [...this.goneOf(type), subject]);
    const seen = new Set<string>();
    for (const { name } of model.types) (seen.has(name) ? this.shared : seen).add(name);
    this.versions = {
      get: (schema) => {
        const subjects = [...(this.carriers.get(schema)?.now ?? [])];
        return retainedVersions(
          history,
          subjects.flatMap((subject) => this.retained.get(subject) ?? []),
        );
      },
    };
    this.knownIds = { get: (schema) => publishedIds(history, this.subjectsOf(schema)) };
    const valuesOf = new Map(
      topics.map(({ name, values }) => [name, values.map(({ subject }) => subject)]),
    );
    this.writerVersions = {
      get: (topic) => publishedVersions(history, valuesOf.get(topic) ?? []),
    };
    this.reads = this.judged;
  }

  private note(subject: string, schema: Schema): void {
    const carrier = this.carriers.get(schema) ?? { now: new Set(), open: new Set() };
    carrier.now.add(subject);
    carrier.open.add(subject);
    this.carriers.set(schema, carrier);
    const schemas = this.ofSubject.get(subject) ?? [];
    if (!schemas.includes(schema)) this.ofSubject.set(subject, [...schemas, schema]);
  }

  private goneOf(name: string): readonly string[] {
    return this.gone.get(name) ?? [];
  }

  private subjectsOf(schema: Schema): readonly string[] {
    const now = this.carriers.get(schema)?.now ?? [];
    const isOnly = isNamed(schema) && !this.shared.has(schema.name);
    return [...now, ...(isOnly ? this.goneOf(nameOf(schema)) : [])];
  }

  /** Judges what a subject's versions read of each other. @returns the schemas of which it was the last */
  judge(subject: string): readonly Schema[] {
    const retained = this.retained.get(subject);
    if (retained === undefined) return [];
    this.judged.set(subject, readsOf(this.history, retained));
    return (this.ofSubject.get(subject) ?? []).filter((schema) => {
      const open = this.carriers.get(schema)?.open;
      open?.delete(subject);
      return open?.size === 0;
    });
  }

  /** Lets go of the schemas of a type's versions. */
  forget(schema: Schema): void {
    for (const subject of this.subjectsOf(schema)) this.history.forget(subject);
  }
}
