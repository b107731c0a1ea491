/**
 * A schema text in Avro's own order of attributes. Registries compare these texts: two schemas
 * that differ in space or order alone are one id. Expects a text that parses as Avro.
 * Source: Avro Java 1.12, `Schema.toString`; Confluent, `normalize=true`.
 */
import { isArray, isObject, type Json, type JsonObject, printJson } from '../../runtime/json.js';
import { isPrimitive, namespaceOf, qualify, simpleName } from '../../runtime/schema/schema.js';

export interface CanonicalOptions {
  /** Full names of the types that the schema takes from elsewhere. */
  readonly known: Iterable<string>;
  /** Sorts the properties that Avro gives no meaning to. */
  readonly normalize?: boolean;
}

export function canonicalText(json: Json, { known, normalize = false }: CanonicalOptions): string {
  const printer = new Printer(normalize, new Set(known));
  return printJson(printer.type(json, undefined));
}

const TYPE_KEYS = new Set(
  'type name namespace doc aliases fields items values symbols size'.split(' '),
);
const ENUM_KEYS = new Set([...TYPE_KEYS, 'default']);
const FIELD_KEYS = new Set('name type doc default order aliases'.split(' '));

class Printer {
  private readonly normalize: boolean;
  /** Full names that a bare name may stand for. */
  private readonly names: Set<string>;

  constructor(normalize: boolean, names: Set<string>) {
    this.normalize = normalize;
    this.names = names;
  }

  /** @param namespace of the type around it; `undefined` at the root, empty for the null one */
  type(json: Json | undefined, namespace: string | undefined): Json {
    if (typeof json === 'string') return this.reference(json, namespace);
    if (isArray(json)) return json.map((branch) => this.type(branch, namespace));
    if (!isObject(json)) return null;
    const { type } = json;
    switch (type) {
      case 'array':
        return { type, items: this.type(json.items, namespace), ...this.props(json, TYPE_KEYS) };
      case 'map':
        return { type, values: this.type(json.values, namespace), ...this.props(json, TYPE_KEYS) };
      case 'record':
      case 'error':
      case 'enum':
      case 'fixed':
        return this.named(json, type, namespace);
      default: {
        const props = this.props(json, TYPE_KEYS);
        const isBare = typeof type !== 'string' || !isPrimitive(type) || isEmpty(props);
        return isBare ? this.type(type, namespace) : { type, ...props };
      }
    }
  }

  private reference(name: string, namespace: string | undefined): string {
    if (isPrimitive(name)) return name;
    const full = qualify(name, namespace ?? '');
    // Java takes a bare name as one of the null namespace where nothing else has it.
    return this.shorten(this.names.has(full) || !this.names.has(name) ? full : name, namespace);
  }

  /** The shortest name that means the same within a namespace. */
  private shorten(full: string, namespace: string | undefined): string {
    const within = namespaceOf(full) === (namespace ?? '') || namespaceOf(full) === '';
    return within && !isPrimitive(simpleName(full)) ? simpleName(full) : full;
  }

  private named(json: JsonObject, type: string, outer: string | undefined): Json {
    const own = typeof json.namespace === 'string' ? json.namespace : (outer ?? '');
    const full = qualify(String(json.name), own);
    const namespace = namespaceOf(full);
    this.names.add(full);
    const aliases = isArray(json.aliases)
      ? json.aliases.map((alias) => this.shorten(qualify(String(alias), namespace), namespace))
      : [];
    return {
      type,
      name: simpleName(full),
      ...(namespace !== (outer ?? '') && { namespace }),
      ...textOf(json, 'doc'),
      ...this.body(json, type, namespace),
      ...this.props(json, type === 'enum' ? ENUM_KEYS : TYPE_KEYS),
      ...(aliases.length > 0 && { aliases }),
    };
  }

  private body(json: JsonObject, type: string, namespace: string): JsonObject {
    if (type === 'enum') {
      const { symbols = [], default: fallback } = json;
      return { symbols, ...(fallback !== undefined && { default: fallback }) };
    }
    if (type === 'fixed') return { size: json.size ?? 0 };
    const fields = isArray(json.fields) ? json.fields : [];
    return { fields: fields.filter(isObject).map((field) => this.field(field, namespace)) };
  }

  private field(field: JsonObject, namespace: string): Json {
    const { name = null, type, default: fallback, order, aliases } = field;
    return {
      name,
      type: this.type(type, namespace),
      ...textOf(field, 'doc'),
      ...(fallback !== undefined && { default: fallback }),
      ...(typeof order === 'string' && order !== 'ascending' && { order }),
      ...(isArray(aliases) && aliases.length > 0 && { aliases }),
      ...this.props(field, FIELD_KEYS),
    };
  }

  private props(json: JsonObject, known: ReadonlySet<string>): JsonObject {
    const entries = Object.entries(json).filter(([key]) => !known.has(key));
    return this.normalize ? sorted(Object.fromEntries(entries)) : Object.fromEntries(entries);
  }
}

function textOf(json: JsonObject, key: string): JsonObject {
  const text = json[key];
  return typeof text === 'string' ? { [key]: text } : {};
}

function isEmpty(json: JsonObject): boolean {
  return Object.keys(json).length === 0;
}

/** Sorts the keys of an object, and of the objects within it. */
function sorted(json: JsonObject): JsonObject {
  const deep = (value: Json): Json =>
    isArray(value) ? value.map(deep) : isObject(value) ? sorted(value) : value;
  return Object.fromEntries(
    Object.entries(json)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, deep(value)]),
  );
}
