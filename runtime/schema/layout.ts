/**
 * The layout that a codec's own schema text says: what names the field in an error. The generator wrote that text, so
 * that nothing in it is judged again, in contrast to `readSchema`, which takes what registries hold.
 */
import type { PrimitiveKind, Schema } from './schema.js';

/** A type as the generator writes it: each named type is defined at its first mention, and says its namespace. */
type Written = string | readonly Written[] | Definition;

interface Definition {
  readonly type: Written;
  readonly name?: string;
  readonly namespace?: string;
  readonly fields?: readonly { readonly name: string; readonly type: Written }[];
  readonly items?: Written;
  readonly values?: Written;
  readonly [other: string]: unknown;
}

/** Types that are defined in place; all others are names. */
const DEFINED = /^(record|error|enum|fixed|array|map)$/;

export function layoutOf(text: string): Schema {
  return layout(JSON.parse(text), new Map());
}

function layout(written: Written, known: Map<string, Schema>): Schema {
  const typeOf = (type: Written | undefined) => type && layout(type, known);
  // Safe: what is not defined before is one of Avro's primitive types.
  if (typeof written === 'string') return known.get(written) ?? { kind: written as PrimitiveKind };
  if (isList(written))
    return { kind: 'union', branches: written.map((type) => layout(type, known)) };
  const { type, name = '', namespace } = written;
  if (typeof type !== 'string' || !DEFINED.test(type)) return layout(type, known);
  const kind = type === 'error' ? 'record' : type;
  const made = { ...written, kind, name: namespace ? `${namespace}.${name}` : name };
  // Safe: the kind's other keys are set below, before anybody reads them.
  const schema = made as unknown as Schema;
  if (name) known.set(made.name, schema);
  return Object.assign(schema, {
    items: typeOf(written.items),
    values: typeOf(written.values),
    fields: written.fields?.map((field) => ({ ...field, type: layout(field.type, known) })),
  });
}

function isList(written: readonly Written[] | Definition): written is readonly Written[] {
  return Array.isArray(written);
}
