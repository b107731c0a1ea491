/** Where Avro's Java library (1.12) departs from the specification: the one place that tests know it from. */
import { components } from '../../../codegen/model/components.js';
import type { Schema } from '../../../runtime/avro.js';
import { isArray, isObject, type Json, parseJson } from '../../../runtime/json.js';
import { isPrimitive } from '../../../runtime/schema/schema.js';

export interface Quirk {
  readonly what: string;
  readonly schema: Json;
  /** The message, and what Java prints of it; `undefined` where it refuses the schema. */
  readonly hex: string;
  readonly prints: string | undefined;
  /** Whether Java takes what it should have printed. */
  readonly reads: boolean;
}

const empty = (name: string): Json => ({ type: 'record', name, fields: [] });
const record = (name: string, types: Readonly<Record<string, Json>>): Json => ({
  type: 'record',
  name,
  fields: Object.entries(types).map(([name, type]) => ({ name, type })),
});

/** Each is asked of Java by a test, and is an example of every property: counterexamples stay here. */
export const QUIRKS: readonly Quirk[] = [
  {
    what: 'prints nothing of a record without fields',
    schema: empty('E'),
    hex: '',
    prints: '',
    reads: true,
  },
  {
    // Seed 282238621, path 82:0:0.
    what: 'prints nothing of records within records in which no field is a leaf',
    schema: record('none.Input1', { größe: empty('none.T2') }),
    hex: '',
    prints: '',
    reads: true,
  },
  {
    what: 'prints records without fields before a leaf',
    schema: record('R', { e: empty('E'), i: 'int' }),
    hex: '02',
    prints: '{"e":{},"i":1}',
    reads: true,
  },
  {
    what: 'prints lists and unions of records without fields',
    schema: record('R', { l: { type: 'array', items: empty('E') }, u: ['null', 'E'] }),
    hex: '040002',
    prints: '{"l":[{},{}],"u":{"E":{}}}',
    reads: true,
  },
  {
    what: 'prints 0 for the float -0',
    schema: 'float',
    hex: '00000080',
    prints: '0.0',
    reads: true,
  },
  {
    what: 'prints NaN as a string, which it cannot read',
    schema: 'double',
    hex: '000000000000f87f',
    prints: '"NaN"',
    reads: false,
  },
  {
    what: 'prints infinities as strings, which it cannot read',
    schema: ['null', 'float'],
    hex: '020000807f',
    prints: '{"float":"Infinity"}',
    reads: false,
  },
  {
    what: 'finds no type of the null namespace, still open, from within one in another',
    schema: record('X', { r: record('a.R', { x: { type: 'array', items: 'X' } }) }),
    hex: '00',
    prints: undefined,
    reads: false,
  },
  {
    // Seed 115, path 206: the reader of P is taken before it is whole, and leaves fields null.
    what: 'loses fields in a circle of records that is entered at two of them',
    schema: record('O', {
      r: record('R', {
        a: { type: 'array', items: 'R' },
        p: record('P', { c: { type: 'array', items: 'R' } }),
      }),
      p: 'P',
    }),
    hex: '020000000000',
    prints: undefined,
    reads: false,
  },
];

/** Whether a schema has a circle of records that is entered at two of them. */
export function isEnteredTwice(root: Schema): boolean {
  const records = new Set(recordsIn(root));
  for (const record of records) for (const next of recordsWithin(record)) records.add(next);
  return components<Schema>([...records], recordsWithin).some((circle) => {
    const outside = [...records].filter((record) => !circle.includes(record));
    const entered = [...recordsIn(root), ...outside.flatMap(recordsWithin)];
    return new Set(entered.filter((record) => circle.includes(record))).size > 1;
  });
}

/** The records that a schema is, or leads to without another record between. */
function recordsIn(schema: Schema): Schema[] {
  return schema.kind === 'record' ? [schema] : recordsWithin(schema);
}

function recordsWithin(schema: Schema): Schema[] {
  switch (schema.kind) {
    case 'record':
      return schema.fields.flatMap(({ type }) => recordsIn(type));
    case 'array':
      return recordsIn(schema.items);
    case 'map':
      return recordsIn(schema.values);
    case 'union':
      return schema.branches.flatMap(recordsIn);
    default:
      return [];
  }
}

/** Types whose JSON has no leaf: Java's encoder begins an object only when a leaf or a list asks for it. */
export function printsNothing(type: Schema): boolean {
  return type.kind === 'record' && type.fields.every((field) => printsNothing(field.type));
}

/** What Java prints of the message of which we print `ours`, but for what `comparable` takes away. */
export const asJavaPrints = (type: Schema, ours: string): string =>
  printsNothing(type) ? '' : ours;

/** Whether Java reads a text that it would print itself. */
export const isReadByJava = (json: string): boolean => !/"-?Infinity"|"NaN"/.test(json);

/** A text of Avro-JSON as a value, -0 as 0. */
export function comparable(json: string): Json {
  const strip = (value: Json): Json => {
    if (isArray(value)) return value.map(strip);
    if (isObject(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, strip(held)]));
    }
    return Object.is(value, -0) ? 0 : value;
  };
  return json === '' ? '' : strip(parseJson(json));
}

/** A schema in which all names have a namespace: what Java finds in one schema it finds in the other. */
export function inNamespaces(type: Json | undefined): Json {
  const full = (name: string): string =>
    name.includes('.') || isPrimitive(name) ? name : `none.${name}`;
  if (typeof type === 'string') return full(type);
  if (isArray(type)) return type.map(inNamespaces);
  if (!isObject(type)) return type ?? null;
  const { name, fields, items, values } = type;
  return {
    ...type,
    ...(typeof name === 'string' && { name: full(name) }),
    ...(items !== undefined && { items: inNamespaces(items) }),
    ...(values !== undefined && { values: inNamespaces(values) }),
    ...(isArray(fields) && {
      fields: fields
        .filter(isObject)
        .map((field) => ({ ...field, type: inNamespaces(field.type) })),
    }),
  };
}
