/**
 * Avro schemas as the runtime needs them: enough to read, skip and resolve data. The generator's
 * model (`codegen/model`) extends these shapes with positions, docs and checks.
 */
import { AvroError } from '../errors.js';
import { isArray, isObject, type Json, type JsonObject, parseJson } from '../json.js';
import { MAX_DEPTH, MAX_NAMED_TYPES, MAX_SCHEMA_TEXT } from '../limits.js';

export type PrimitiveKind =
  | 'null'
  | 'boolean'
  | 'int'
  | 'long'
  | 'float'
  | 'double'
  | 'bytes'
  | 'string';

export interface PrimitiveSchema {
  readonly kind: PrimitiveKind;
}
export interface ArraySchema {
  readonly kind: 'array';
  readonly items: Schema;
}
export interface MapSchema {
  readonly kind: 'map';
  readonly values: Schema;
}
export interface UnionSchema {
  readonly kind: 'union';
  readonly branches: readonly Schema[];
}
export interface RecordSchema {
  readonly kind: 'record';
  /** Full name. */
  readonly name: string;
  /** Full names. */
  readonly aliases: readonly string[];
  readonly fields: readonly Field[];
}
export interface EnumSchema {
  readonly kind: 'enum';
  readonly name: string;
  readonly aliases: readonly string[];
  readonly symbols: readonly string[];
  /** Symbol that stands for a writer's symbol the reader does not know. */
  readonly default: string | undefined;
}
export interface FixedSchema {
  readonly kind: 'fixed';
  readonly name: string;
  readonly aliases: readonly string[];
  /** Bytes. */
  readonly size: number;
}
export interface Field {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly type: Schema;
  /** As in the schema's JSON; `undefined` where there is none. */
  readonly default: Json | undefined;
}
export type NamedSchema = RecordSchema | EnumSchema | FixedSchema;
export type Schema = PrimitiveSchema | ArraySchema | MapSchema | UnionSchema | NamedSchema;

/** Avro's primitive types by their names. */
export const PRIMITIVES: ReadonlySet<string> = new Set<PrimitiveKind>([
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
]);

/** Whether a type name is one of Avro's eight primitives. */
export function isPrimitive(name: string): name is PrimitiveKind {
  return PRIMITIVES.has(name);
}

/** The part of a full name after the last dot. */
export function simpleName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf('.') + 1);
}

/** The part of a full name before the last dot; empty for the null namespace. */
export function namespaceOf(fullName: string): string {
  return fullName.slice(0, Math.max(0, fullName.lastIndexOf('.')));
}

/** Qualifies a name as Avro does: a dot makes it a full name, else `namespace` goes before it. */
export function qualify(name: string, namespace: string): string {
  if (name.includes('.')) return name.startsWith('.') ? name.slice(1) : name;
  return namespace === '' ? name : `${namespace}.${name}`;
}

/**
 * Reads a schema text leniently: what registries hold was accepted once, so names and defaults are
 * not judged again. Types may refer forward, and to types of `references`. Comments are passed over.
 * @throws AvroError `AVRO_SCHEMA` for text that is no schema, `AVRO_LIMIT` for a hostile one.
 */
export function readSchema(text: string, references: readonly string[] = []): Schema {
  const names: Names = new Map();
  for (const reference of references) readText(reference, names);
  const schema = readText(text, names);
  const missing = [...names.values()].find((type) => !('kind' in type));
  if (missing !== undefined) {
    throw new AvroError(
      'AVRO_SCHEMA',
      `The schema uses the type ${missing.name}, which nothing defines.`,
      {
        schema: missing.name,
      },
    );
  }
  return schema;
}

/** Types by full name. An entry is made at first sight and filled when its definition comes. */
type Names = Map<string, Writable>;
interface Writable {
  kind?: string;
  name: string;
  [key: string]: unknown;
}

function readText(text: string, names: Names): Schema {
  if (text.length > MAX_SCHEMA_TEXT) {
    throw new AvroError('AVRO_LIMIT', `The schema has over ${MAX_SCHEMA_TEXT} characters.`);
  }
  let json: Json;
  try {
    json = parseJson(text);
  } catch (cause) {
    // A bare type name such as `string` is not JSON, yet some registries store it so.
    if (!isPrimitive(text.trim()))
      throw new AvroError('AVRO_SCHEMA', 'The schema is not JSON.', { cause });
    json = text.trim();
  }
  return readType(json, { names, namespace: '', depth: 0 });
}

interface Scope {
  readonly names: Names;
  readonly namespace: string;
  readonly depth: number;
}

function readType(json: Json | undefined, scope: Scope): Schema {
  if (scope.depth > MAX_DEPTH)
    throw new AvroError('AVRO_LIMIT', `The schema nests over ${MAX_DEPTH} deep.`);
  const inner = { ...scope, depth: scope.depth + 1 };
  if (typeof json === 'string') return reference(json, scope);
  if (isArray(json))
    return { kind: 'union', branches: json.map((branch) => readType(branch, inner)) };
  if (!isObject(json))
    throw new AvroError(
      'AVRO_SCHEMA',
      'The schema has a type that is neither a name, an object nor a union.',
    );
  switch (json.type) {
    case 'array':
      return { kind: 'array', items: readType(json.items, inner) };
    case 'map':
      return { kind: 'map', values: readType(json.values, inner) };
    case 'record':
    case 'error':
    case 'enum':
    case 'fixed':
      return define(json, inner);
    default:
      return readType(json.type, inner);
  }
}

function reference(name: string, scope: Scope): Schema {
  if (isPrimitive(name)) return { kind: name };
  const full = qualify(name, scope.namespace);
  // Java falls back to the null namespace for a bare name; registries hold such schemas.
  const known = scope.names.get(full) ?? scope.names.get(name) ?? entry(full, scope.names);
  // Safe: the entry is filled before readSchema returns, which checks that none was left open.
  return known as unknown as Schema;
}

function entry(name: string, names: Names): Writable {
  if (names.size >= MAX_NAMED_TYPES) {
    throw new AvroError('AVRO_LIMIT', `The schema has over ${MAX_NAMED_TYPES} named types.`);
  }
  const made: Writable = { name };
  names.set(name, made);
  return made;
}

function define(json: JsonObject, scope: Scope): Schema {
  const simple = text(json.name, 'name');
  const outer = typeof json.namespace === 'string' ? json.namespace : scope.namespace;
  const name = qualify(simple, outer);
  const inner = { ...scope, namespace: namespaceOf(name) };
  const type = scope.names.get(name) ?? entry(name, scope.names);
  type.aliases = strings(json.aliases).map((alias) => qualify(alias, inner.namespace));
  if (json.type === 'enum') {
    type.kind = 'enum';
    type.symbols = strings(json.symbols);
    type.default = typeof json.default === 'string' ? json.default : undefined;
  } else if (json.type === 'fixed') {
    type.kind = 'fixed';
    // Whatever it is: a size below 0 would lead a reader backwards.
    type.size = Number(json.size) >>> 0;
  } else {
    type.kind = 'record';
    const fields = isArray(json.fields) ? json.fields : [];
    type.fields = fields.map((field) => readField(field, inner));
  }
  // Safe: every key of the kind was set just above.
  return type as unknown as Schema;
}

function readField(json: Json, scope: Scope): Field {
  if (!isObject(json))
    throw new AvroError('AVRO_SCHEMA', 'The schema has a field that is not an object.');
  return {
    name: text(json.name, 'name'),
    aliases: strings(json.aliases),
    type: readType(json.type, scope),
    default: json.default,
  };
}

function text(json: Json | undefined, what: string): string {
  if (typeof json === 'string') return json;
  throw new AvroError('AVRO_SCHEMA', `The schema has a ${what} that is not a string.`);
}

function strings(json: Json | undefined): string[] {
  return isArray(json) ? json.filter((item) => typeof item === 'string') : [];
}
