/**
 * How data of a writer's schema becomes data of a reader's: worked out once per pair of schemas,
 * then run by the resolving decoder (`resolve.ts`) or printed as code by the generator.
 * Source: Avro 1.12 specification, "Schema Resolution"; where it is silent, Java's `Resolver`.
 */
import { sameUnion } from './alike.js';
import { defaultBytes } from './default.js';
import { promotes } from './promotions.js';
import type {
  ArraySchema,
  EnumSchema,
  Field,
  FixedSchema,
  MapSchema,
  PrimitiveKind,
  RecordSchema,
  Schema,
  UnionSchema,
} from './schema.js';
import { simpleName } from './schema.js';

export type Plan =
  /** The same primitive on both sides. */
  | { readonly kind: 'same'; readonly type: PrimitiveKind; readonly reader: Schema }
  | {
      readonly kind: 'promote';
      readonly from: PrimitiveKind;
      readonly to: PrimitiveKind;
      readonly reader: Schema;
    }
  | { readonly kind: 'fixed'; readonly reader: FixedSchema }
  | EnumPlan
  | {
      readonly kind: 'array';
      readonly items: Plan;
      readonly reader: Schema;
      readonly writer: ArraySchema;
    }
  | {
      readonly kind: 'map';
      readonly values: Plan;
      readonly reader: Schema;
      readonly writer: MapSchema;
    }
  | RecordPlan
  /** The writer's datum starts with a branch index; each branch has its own way to the reader. */
  | { readonly kind: 'choose'; readonly branches: readonly Plan[]; readonly reader: Schema }
  /** The reader is a union; the datum becomes its branch `index`. */
  | {
      readonly kind: 'wrap';
      readonly index: number;
      readonly plan: Plan;
      readonly reader: UnionSchema;
    }
  /** Data that comes here cannot be read. */
  | { readonly kind: 'refuse'; readonly reason: string; readonly reader: Schema };

export interface EnumPlan {
  readonly kind: 'enum';
  readonly reader: EnumSchema;
  readonly writer: EnumSchema;
  /** Writer's symbol index -> reader's, or -1 for a symbol that the reader refuses. */
  readonly symbols: readonly number[];
}

export interface RecordPlan {
  readonly kind: 'record';
  readonly reader: RecordSchema;
  readonly writer: RecordSchema;
  /** In the writer's order, as the bytes come. */
  steps: readonly Step[];
  /** Reader's fields that the writer does not have: their defaults apply. */
  defaults: readonly number[];
}

/** One writer field: read into the reader's field `into`, or passed over. */
export type Step =
  | { readonly field: Field; readonly into: number; readonly plan: Plan }
  | { readonly field: Field; readonly into: undefined };

/** Plans how to read data of `writer` as `reader`. Parts that cannot be read become `refuse`. */
export function plan(writer: Schema, reader: Schema): Plan {
  return new Planner().pair(writer, reader);
}

/** Plans pairs of schemas, each pair of records once. */
export class Planner {
  private readonly records = new Map<RecordSchema, Map<RecordSchema, Plan>>();
  /** Fields still to be planned. A list instead of recursion: chains of types are long. */
  private readonly open: (() => void)[] = [];

  pair(writer: Schema, reader: Schema): Plan {
    const made = this.between(writer, reader);
    for (let next = this.open.pop(); next !== undefined; next = this.open.pop()) next();
    return made;
  }

  private between(writer: Schema, reader: Schema): Plan {
    if (writer.kind === 'union') return this.fromUnion(writer, reader);
    if (reader.kind === 'union') return this.intoUnion(writer, reader);
    switch (writer.kind) {
      case 'record':
        if (reader.kind === 'record') return this.record(writer, reader);
        break;
      case 'enum':
        if (reader.kind === 'enum') return enumPlan(writer, reader);
        break;
      case 'fixed':
        if (reader.kind === 'fixed') return fixedPlan(writer, reader);
        break;
      case 'array':
        if (reader.kind !== 'array') break;
        return { kind: 'array', items: this.between(writer.items, reader.items), reader, writer };
      case 'map':
        if (reader.kind !== 'map') break;
        return { kind: 'map', values: this.between(writer.values, reader.values), reader, writer };
      default:
        if (writer.kind === reader.kind) return { kind: 'same', type: writer.kind, reader };
        if (promotes(writer.kind, reader.kind)) {
          // Safe: only primitives are in the table of promotions.
          return { kind: 'promote', from: writer.kind, to: reader.kind as PrimitiveKind, reader };
        }
    }
    return refuse(`${describe(writer)} cannot be read as ${describe(reader)}`, reader);
  }

  private fromUnion(writer: UnionSchema, reader: Schema): Plan {
    const alike = reader.kind === 'union' && sameUnion(writer, reader);
    const branches = writer.branches.map((branch, index) => {
      if (!alike) return this.between(branch, reader);
      const same = reader.branches[index] ?? reader;
      return { kind: 'wrap', index, plan: this.between(branch, same), reader } as const;
    });
    return { kind: 'choose', branches, reader };
  }

  private intoUnion(writer: Schema, reader: UnionSchema): Plan {
    const index = branchFor(writer, reader);
    const branch = reader.branches[index];
    if (branch === undefined)
      return refuse(`${describe(writer)} fits no branch of ${describe(reader)}`, reader);
    return { kind: 'wrap', index, plan: this.between(writer, branch), reader };
  }

  private record(writer: RecordSchema, reader: RecordSchema): Plan {
    const known = this.records.get(writer)?.get(reader);
    if (known !== undefined) return known;
    if (!sameName(writer, reader)) return refuse(nameReason(writer, reader), reader);
    const made: RecordPlan = { kind: 'record', reader, writer, steps: [], defaults: [] };
    this.remember(made, made);
    const targets = fieldTargets(writer, reader);
    if (typeof targets === 'string') return this.remember(refuse(targets, reader), made);
    const missing = fieldWithoutValue(reader, targets);
    if (missing !== undefined) {
      const reason = `field ${missing.name} of ${reader.name} is not in the data and has no default that can be used`;
      return this.remember(refuse(reason, reader), made);
    }
    this.open.push(() => {
      made.steps = writer.fields.map((field, index): Step => {
        const into = targets[index];
        const target = into === undefined ? undefined : reader.fields[into];
        if (into === undefined || target === undefined) return { field, into: undefined };
        return { field, into, plan: this.between(field.type, target.type) };
      });
    });
    const fed = new Set(targets);
    made.defaults = [...reader.fields.keys()].filter((into) => !fed.has(into));
    return made;
  }

  private remember<P extends Plan>(made: P, { writer, reader }: RecordPlan): P {
    const readers = this.records.get(writer) ?? new Map<RecordSchema, Plan>();
    this.records.set(writer, readers.set(reader, made));
    return made;
  }
}

/**
 * The reader's branch that a writer's datum becomes, or -1. The same type first, by full name or
 * alias; then a record of the same unqualified name that may take it; then a promotion. It looks
 * no deeper than one level, so that the answer does not depend on where the pair stands.
 */
export function branchFor(writer: Schema, reader: UnionSchema): number {
  let namesake = -1;
  for (const [index, branch] of reader.branches.entries()) {
    if (branch.kind !== writer.kind) continue;
    if (!('name' in branch) || !('name' in writer)) return index;
    if (branch.name === writer.name || branch.aliases.includes(writer.name)) return index;
    if (namesake < 0 && branch.kind === 'record' && mayRead(writer, branch)) namesake = index;
  }
  if (namesake >= 0) return namesake;
  return reader.branches.findIndex((branch) => promotes(writer.kind, branch.kind));
}

function mayRead(writer: Schema, reader: RecordSchema): boolean {
  if (writer.kind !== 'record' || !sameName(writer, reader)) return false;
  const targets = fieldTargets(writer, reader);
  if (typeof targets === 'string' || fieldWithoutValue(reader, targets) !== undefined) return false;
  return writer.fields.every((field, index) => {
    const target = reader.fields[targets[index] ?? -1];
    return target === undefined || mayMatch(field.type, target.type);
  });
}

/** Whether data of a type can be taken, as far as kinds tell; for unions, some of it. */
export function mayMatch(writer: Schema, reader: Schema): boolean {
  if (writer.kind === 'union') return writer.branches.some((branch) => mayMatch(branch, reader));
  if (reader.kind === 'union') return reader.branches.some((branch) => mayMatch(writer, branch));
  return writer.kind === reader.kind || promotes(writer.kind, reader.kind);
}

/** A reader's field that gets no value: a default that is no value of its type is as good as none. */
function fieldWithoutValue(
  reader: RecordSchema,
  targets: readonly (number | undefined)[],
): Field | undefined {
  return reader.fields.find(
    (field, into) => !targets.includes(into) && defaultBytes(field) === undefined,
  );
}

/**
 * For each writer field the reader field it feeds. A reader's alias renames the writer's field
 * before names are compared, so it wins over a reader field of the old name; a writer field feeds
 * one reader field only. A text says why the fields cannot be matched at all: a reader's field whose
 * name and aliases stand for several of the writer's may mean any of them. A type reads its own data
 * field by field: aliases speak of others' data, also where one is the name of a sibling.
 */
export function fieldTargets(
  writer: RecordSchema,
  reader: RecordSchema,
): readonly (number | undefined)[] | string {
  if (writer === reader) return [...reader.fields.keys()];
  const written = new Set(writer.fields.map(({ name }) => name));
  const byName = new Map<string, number>();
  const byAlias = new Map<string, number>();
  for (const [index, field] of reader.fields.entries()) {
    byName.set(field.name, index);
    if (field.aliases.length === 0) continue;
    for (const alias of field.aliases) byAlias.set(alias, index);
    const matches = [...new Set([field.name, ...field.aliases])].filter((name) =>
      written.has(name),
    );
    if (matches.length > 1)
      return `field ${field.name} of ${reader.name} matches the fields ${matches.join(' and ')} of the data, by name and by alias`;
  }
  return writer.fields.map((field) => byAlias.get(field.name) ?? byName.get(field.name));
}

/** Whether a writer's named type may be read as the reader's: same unqualified name, or an alias. */
export function sameName(
  writer: { readonly name: string },
  reader: { readonly name: string; readonly aliases: readonly string[] },
): boolean {
  return (
    simpleName(writer.name) === simpleName(reader.name) || reader.aliases.includes(writer.name)
  );
}

function enumPlan(writer: EnumSchema, reader: EnumSchema): Plan {
  if (!sameName(writer, reader)) return refuse(nameReason(writer, reader), reader);
  const fallback = reader.default === undefined ? -1 : reader.symbols.indexOf(reader.default);
  const symbols = writer.symbols.map((symbol) => {
    const index = reader.symbols.indexOf(symbol);
    return index >= 0 ? index : fallback;
  });
  return { kind: 'enum', reader, writer, symbols };
}

function fixedPlan(writer: FixedSchema, reader: FixedSchema): Plan {
  if (!sameName(writer, reader)) return refuse(nameReason(writer, reader), reader);
  if (writer.size === reader.size) return { kind: 'fixed', reader };
  return refuse(
    `fixed ${writer.name} has ${writer.size} bytes, the reader's has ${reader.size}`,
    reader,
  );
}

function refuse(reason: string, reader: Schema): Plan {
  return { kind: 'refuse', reason, reader };
}

function nameReason(writer: { name: string }, reader: { name: string }): string {
  return `${writer.name} is not ${reader.name}, and no alias of the reader says so`;
}

/** A schema in a few words, for reasons. */
export function describe(schema: Schema): string {
  if ('name' in schema) return `${schema.kind} ${schema.name}`;
  if (schema.kind === 'union')
    return `union of ${schema.branches.map(describe).join(', ') || 'nothing'}`;
  return schema.kind;
}
