import { fingerprint } from '../../runtime/schema/canonical.js';
import { defaultBytes } from '../../runtime/schema/default.js';
import { Planner } from '../../runtime/schema/plan.js';
import { minimumBytes } from '../../runtime/schema/skip.js';
import type { PublishedIds } from '../history/known-ids.js';
import type { Model } from '../model/parse.js';
import {
  childrenOf,
  type Field,
  type NamedSchema,
  type RecordSchema,
  type Schema,
} from '../model/schema.js';
import { nameTypes, type TypeNames } from './naming.js';
import type { GenerateOptions } from './options.js';
import { recordsWithOwnInput } from './own-input.js';

/** What all generated files share: names, options, and facts about the graph worked out once. */
export class Project {
  readonly types: readonly NamedSchema[];
  readonly options: GenerateOptions;
  /** Plans how each type reads itself; shared, so that each record is planned once. */
  readonly planner = new Planner();
  private readonly names: ReadonlyMap<NamedSchema, TypeNames>;
  private readonly canonical: ReadonlyMap<NamedSchema, NamedSchema>;
  private readonly ownInput: ReadonlySet<RecordSchema>;
  private readonly recursive: ReadonlySet<Schema>;
  private readonly leastBytes = new Map<Schema, number>();
  private readonly versions = new Map<NamedSchema, ReadonlyMap<string, Schema>>();

  constructor(model: Pick<Model, 'types' | 'canonical'>, options: GenerateOptions) {
    this.types = model.types;
    this.canonical = model.canonical;
    this.options = options;
    this.names = nameTypes(model.types, options.names?.types);
    const records = [...model.canonical.keys()].filter((type) => type.kind === 'record');
    this.ownInput = recordsWithOwnInput(records, (field) => this.hasUsableDefault(field));
    this.recursive = recursiveRecords(records);
  }

  namesOf(type: NamedSchema): TypeNames {
    const names = this.names.get(this.canonical.get(type) ?? type);
    if (names === undefined) throw new Error(`The generator has no names for ${type.name}.`);
    return names;
  }

  /** The ids that registries gave to versions of a type. */
  knownIdsOf({ name }: NamedSchema): Readonly<Record<string, PublishedIds>> {
    return this.options.knownIds?.get(name) ?? {};
  }

  /** The released versions of a type by fingerprint, without those laid out as it is now. */
  versionsOf(type: NamedSchema): ReadonlyMap<string, Schema> {
    const known = this.versions.get(type);
    if (known !== undefined) return known;
    const released = this.options.versions?.get(type.name) ?? [];
    const older = new Map(released.map((schema) => [fingerprint(schema), schema]));
    older.delete(fingerprint(type));
    this.versions.set(type, older);
    return older;
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

  /** Least bytes that a value of a schema takes. */
  leastBytesOf(schema: Schema): number {
    const known = this.leastBytes.get(schema);
    if (known !== undefined) return known;
    const least = minimumBytes(schema);
    this.leastBytes.set(schema, least);
    return least;
  }
}

/** Records on a circle of references: Tarjan's strongly connected components, without recursion. */
function recursiveRecords(records: readonly RecordSchema[]): ReadonlySet<Schema> {
  const index = new Map<Schema, number>();
  const low = new Map<Schema, number>();
  const stack: Schema[] = [];
  const onStack = new Set<Schema>();
  const recursive = new Set<Schema>();
  for (const root of records) {
    if (index.has(root)) continue;
    const work: { schema: Schema; children: readonly Schema[]; next: number }[] = [];
    const open = (schema: Schema): void => {
      index.set(schema, index.size);
      low.set(schema, index.size - 1);
      stack.push(schema);
      onStack.add(schema);
      work.push({ schema, children: childrenOf(schema), next: 0 });
    };
    open(root);
    for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
      const child = frame.children[frame.next++];
      if (child === undefined) {
        work.pop();
        const parent = work.at(-1)?.schema;
        const own = low.get(frame.schema) ?? 0;
        if (parent !== undefined) low.set(parent, Math.min(low.get(parent) ?? 0, own));
        if (own === index.get(frame.schema))
          closeComponent(frame.schema, { stack, onStack, recursive });
      } else if (!index.has(child)) open(child);
      else if (onStack.has(child)) {
        low.set(frame.schema, Math.min(low.get(frame.schema) ?? 0, index.get(child) ?? 0));
      }
    }
  }
  return recursive;
}

function closeComponent(
  root: Schema,
  { stack, onStack, recursive }: { stack: Schema[]; onStack: Set<Schema>; recursive: Set<Schema> },
): void {
  const component: Schema[] = [];
  let member: Schema | undefined;
  do {
    member = stack.pop();
    if (member === undefined) break;
    onStack.delete(member);
    component.push(member);
  } while (member !== root);
  const isCircle = component.length > 1 || childrenOf(root).includes(root);
  if (isCircle) for (const schema of component) if (schema.kind === 'record') recursive.add(schema);
}
