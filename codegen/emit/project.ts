import { fingerprint } from '../../runtime/schema/canonical.js';
import { defaultBytes } from '../../runtime/schema/default.js';
import { nameOf } from '../../runtime/schema/located-error.js';
import { Planner } from '../../runtime/schema/plan.js';
import type { PublishedIds } from '../history/known-ids.js';
import { components } from '../model/components.js';
import type { Model } from '../model/parse.js';
import {
  childrenOf,
  type Field,
  isNamed,
  type NamedSchema,
  type RecordSchema,
  type Schema,
} from '../model/schema.js';
import type { ModelPlan } from './model-plan.js';
import { nameTypes, rootNames, type TypeNames } from './naming.js';
import type { GenerateOptions } from './options.js';
import { recordsWithOwnInput } from './own-input.js';
import { rootsOf, type TopicEntry } from './topics.js';

/** What all generated files share: names, options, and facts about the graph worked out once. */
export class Project {
  readonly types: readonly NamedSchema[];
  readonly options: GenerateOptions;
  /** Plans how each type reads itself; shared, so that each record is planned once. */
  private readonly planner = new Planner();
  private readonly names: ReadonlyMap<Schema, TypeNames>;
  private readonly canonical: ReadonlyMap<NamedSchema, NamedSchema>;
  private readonly ownInput: ReadonlySet<RecordSchema>;
  private readonly recursive: ReadonlySet<Schema>;
  private readonly versions = new Map<Schema, ReadonlyMap<string, Schema>>();

  /** @param topics after which schemas without a name are called */
  constructor(
    model: Pick<Model, 'types' | 'canonical'> & { readonly topics?: NamedTopics },
    options: GenerateOptions,
  ) {
    this.types = model.types;
    this.canonical = model.canonical;
    this.options = options;
    const roots = (model.topics ?? []).flatMap(([topic, constant]) =>
      namesOfRoots(topic, constant),
    );
    this.names = new Map([...nameTypes(model.types, options.names?.types), ...roots]);
    const records = [...model.canonical.keys()].filter((type) => type.kind === 'record');
    this.ownInput = recordsWithOwnInput(records, (field) => this.hasUsableDefault(field));
    this.recursive = recursiveRecords(records);
  }

  /** How data of a writer's schema is read as a reader's. */
  planOf(writer: Schema, reader: Schema): ModelPlan {
    // Plans of older versions are used once, and there are many.
    const planner = writer === reader ? this.planner : new Planner();
    // Safe: the planner makes plans of nothing but the schemas that it is given and theirs.
    return planner.pair(writer, reader) as ModelPlan;
  }

  /** Of a type, or of what a topic carries without a name. */
  namesOf(schema: Schema): TypeNames {
    const known = isNamed(schema) ? (this.canonical.get(schema) ?? schema) : schema;
    const names = this.names.get(known);
    if (names === undefined) throw new Error(`The generator has no names for ${nameOf(schema)}.`);
    return names;
  }

  /** The ids that registries gave to versions of a type. */
  knownIdsOf(type: Schema): Readonly<Record<string, PublishedIds>> {
    return this.options.knownIds?.get(type) ?? {};
  }

  /** The numbers of the versions of a topic's values, by the ids that registries gave to them. */
  writerVersionsOf(topic: TopicEntry): Readonly<Record<string, PublishedIds<number>>> {
    return this.options.writerVersions?.get(topic.name) ?? {};
  }

  /** Its released versions that may be retained, by fingerprint, without those laid out as it is now. */
  versionsOf(type: Schema): ReadonlyMap<string, Schema> {
    const known = this.versions.get(type);
    if (known !== undefined) return known;
    const released = this.options.versions?.get(type) ?? [];
    const older = new Map(released.map((schema) => [fingerprint(schema), schema]));
    older.delete(fingerprint(type));
    this.versions.set(type, older);
    return older;
  }

  /** Lets go of a type's versions: all of a project's may be more than fit into memory at once. */
  forget(type: Schema): void {
    this.versions.delete(type);
  }

  /** Whether the type to write differs from the type read. */
  hasOwnInput(record: RecordSchema): boolean {
    return this.ownInput.has(record);
  }

  /** Whether a record can contain itself. */
  isRecursive(record: Schema): boolean {
    return this.recursive.has(record);
  }

  hasUsableDefault(field: Field): boolean {
    return defaultBytes(field) !== undefined;
  }
}

/** Topics with their constants. */
export type NamedTopics = readonly (readonly [topic: TopicEntry, constant: string])[];

/** The schemas of a topic that have no name, with the ones that they get. */
function namesOfRoots(topic: TopicEntry, constant: string): (readonly [Schema, TypeNames])[] {
  return rootsOf(topic).map(({ schema, side }) => [schema, rootNames(topic.name, constant, side)]);
}

/** Records on a circle of references. */
function recursiveRecords(records: readonly RecordSchema[]): ReadonlySet<Schema> {
  const circles = components<Schema>(records, childrenOf).filter(
    ([first, second]) =>
      second !== undefined || (first !== undefined && childrenOf(first).includes(first)),
  );
  return new Set(circles.flat().filter(({ kind }) => kind === 'record'));
}
