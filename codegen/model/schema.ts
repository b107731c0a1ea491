/**
 * The schema graph: the runtime's shapes with what the generator and the gate need besides:
 * where each part stands, its documentation, its logical type and its other properties.
 */
import type { Json } from '../../runtime/json.js';
import type * as runtime from '../../runtime/schema/schema.js';
import type { JsonNode } from './json.js';
import type { LogicalType } from './logical.js';
import type { Misspelt } from './misspelt.js';
import type { Origin } from './source-text.js';

/** What every part of a schema has. */
interface Described {
  readonly origin: Origin;
  /** Properties that Avro gives no meaning to, and `logicalType` with its arguments. */
  readonly props: ReadonlyMap<string, Json>;
  /** Those of them that are nearly an attribute of Avro's. */
  readonly misspelt: readonly Misspelt[] | undefined;
}

interface Typed extends Described {
  /** Set when the schema carries a logical type that is valid for it. */
  readonly logical: LogicalType | undefined;
}

export interface PrimitiveSchema extends runtime.PrimitiveSchema, Typed {}

export interface ArraySchema extends Typed {
  readonly kind: 'array';
  readonly items: Schema;
}

export interface MapSchema extends Typed {
  readonly kind: 'map';
  readonly values: Schema;
}

export interface UnionSchema extends Described {
  readonly kind: 'union';
  readonly branches: readonly Schema[];
}

interface Named extends Typed {
  /** Full name. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly doc: string | undefined;
}

export interface RecordSchema extends Named {
  readonly kind: 'record';
  /** Declared as `error`: the same on the wire. */
  readonly isError: boolean;
  readonly fields: readonly Field[];
}

export interface EnumSchema extends Named {
  readonly kind: 'enum';
  readonly symbols: readonly string[];
  readonly symbolOrigins: readonly Origin[];
  readonly default: string | undefined;
}

export interface FixedSchema extends Named {
  readonly kind: 'fixed';
  readonly size: number;
}

export interface Field extends Described {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly doc: string | undefined;
  readonly order: 'ascending' | 'descending' | 'ignore' | undefined;
  readonly type: Schema;
  /** Where the field's type stands: a reference, or the definition itself. */
  readonly typeOrigin: Origin;
  readonly default: Json | undefined;
  readonly defaultNode: JsonNode | undefined;
}

export type NamedSchema = RecordSchema | EnumSchema | FixedSchema;
export type Schema = PrimitiveSchema | ArraySchema | MapSchema | UnionSchema | NamedSchema;

/** What a definition of a type says that it is. */
export const DEFINED_KINDS: readonly unknown[] = ['record', 'error', 'enum', 'fixed'];

/** Whether a schema has a name: a record, an enum or a fixed. */
export function isNamed(schema: Schema): schema is NamedSchema {
  return schema.kind === 'record' || schema.kind === 'enum' || schema.kind === 'fixed';
}

/** The schemas directly within a schema, in order. */
export function childrenOf(schema: Schema): readonly Schema[] {
  switch (schema.kind) {
    case 'array':
      return [schema.items];
    case 'map':
      return [schema.values];
    case 'union':
      return schema.branches;
    case 'record':
      return schema.fields.map((field) => field.type);
    default:
      return [];
  }
}

/** Visits a schema and everything within it once, outermost first. */
export function visit(
  schema: Schema,
  see: (schema: Schema) => void,
  seen: Set<Schema> = new Set(),
): void {
  // A stack of its own: types may refer to each other in a chain longer than the call stack.
  const open = [schema];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    see(next);
    for (const child of [...childrenOf(next)].reverse()) open.push(child);
  }
}
