/** Schemas whose text grows with their depth, and whose unfolded tree with a power of it. */
import { readSchema, type Schema } from '../../runtime/avro.js';
import type { Json, JsonObject } from '../../runtime/json.js';

/** Types, each using those before it; the last one is the root. */
export type Types = readonly JsonObject[];

const field = (name: string, type: Json, more: JsonObject = {}): JsonObject => ({
  name,
  type,
  ...more,
});

interface Level {
  readonly leaf: readonly JsonObject[];
  /** How a level uses the one before. */
  readonly uses: (type: string) => readonly JsonObject[];
  readonly aliases?: (level: number) => readonly string[];
}

const twice = (wrap: (type: string) => Json, more: JsonObject = {}) => {
  return (type: string) => [field('a', wrap(type), more), field('b', wrap(type), more)];
};

const plain = (type: string): Json => type;
const X = field('x', 'int');

const LEVELS: Readonly<Record<string, Level>> = {
  'fields of records without fields': { leaf: [], uses: twice(plain) },
  'fields of records of null': { leaf: [field('n', 'null')], uses: twice(plain) },
  'fields of records of bytes without bytes': {
    leaf: [field('f', { type: 'fixed', name: 'F', size: 0 })],
    uses: twice(plain),
  },
  'fields of records of an int': { leaf: [X], uses: twice(plain) },
  arrays: { leaf: [X], uses: twice((items) => ({ type: 'array', items })) },
  'a field and an array of it, without bytes': {
    leaf: [],
    uses: (type) => [field('a', type), field('b', { type: 'array', items: type })],
  },
  maps: { leaf: [X], uses: twice((values) => ({ type: 'map', values })) },
  unions: { leaf: [X], uses: twice((type) => ['null', type]) },
  'unions in two orders': {
    leaf: [X],
    uses: (type) => [field('a', [type, 'string']), field('b', ['string', type])],
  },
  'unions in arrays in maps': {
    leaf: [X],
    uses: twice((type) => ({
      type: 'map',
      values: { type: 'array', items: ['null', type] },
    })),
  },
  defaults: {
    leaf: [field('x', 'int', { default: 1 })],
    uses: twice(plain, { default: {} }),
  },
  'defaults without bytes': {
    leaf: [field('n', 'null', { default: null })],
    uses: twice(plain, { default: {} }),
  },
  'defaults in arrays': {
    leaf: [field('x', 'int', { default: 1 })],
    uses: twice((items) => ({ type: 'array', items }), { default: [{}, {}] }),
  },
  aliases: {
    leaf: [X],
    uses: (type) => [
      field('a', type, { aliases: ['old_a'] }),
      field('b', type, { aliases: ['old_b'] }),
    ],
    aliases: (level) => [`Old${level}`],
  },
  'ten uses a level': {
    leaf: [X],
    uses: (type) =>
      Array.from({ length: 10 }, (_, i) =>
        field(
          `f${i}`,
          i % 3 === 0 ? type : i % 3 === 1 ? ['null', type] : { type: 'array', items: type },
        ),
      ),
  },
  'records that contain themselves': { leaf: [field('self', 'R0')], uses: twice(plain) },
  'a chain': { leaf: [X], uses: (type) => [field('a', type)] },
  circles: {
    leaf: [X],
    uses: (type) => [
      field('a', ['null', type]),
      field('up', ['null', 'Root']),
      field('b', ['null', type]),
    ],
  },
};

export const SHAPES: readonly string[] = Object.keys(LEVELS);

/** The types of a shape; `Root` is the last. */
export function typesOf(shape: string, depth: number): Types {
  const level = LEVELS[shape];
  if (level === undefined) throw new Error(`no shape ${shape}`);
  const nameOf = (i: number) => (i === depth - 1 ? 'Root' : `R${i}`);
  return Array.from({ length: depth }, (_, i) => ({
    type: 'record',
    name: nameOf(i),
    ...(level.aliases === undefined ? {} : { aliases: level.aliases(i) }),
    fields: i === 0 ? level.leaf : level.uses(nameOf(i - 1)),
  }));
}

/** The same types with a string in place of each int: data of one cannot be read as the other. */
export function retyped(types: Types): Types {
  const text = JSON.stringify(types)
    .replaceAll('"int"', '"string"')
    .replaceAll('"default":1', '"default":"1"');
  return JSON.parse(text);
}

/** One text: each type is defined where it is first used. */
export function selfContained(types: Types): string {
  const byName = new Map(types.map((type) => [String(type.name), type]));
  const defined = new Set<string>();
  const expand = (json: Json): Json => {
    if (typeof json === 'string') {
      const type = byName.get(json);
      if (type === undefined || defined.has(json)) return json;
      defined.add(json);
      return expandFields(type);
    }
    if (Array.isArray(json)) return json.map(expand);
    if (typeof json !== 'object' || json === null) return json;
    const object = json as JsonObject; // Safe: neither a list nor null.
    if (object.items !== undefined) return { ...object, items: expand(object.items) };
    if (object.values !== undefined) return { ...object, values: expand(object.values) };
    return object;
  };
  const expandFields = (type: JsonObject): JsonObject => ({
    ...type,
    // Safe: made above.
    fields: (type.fields as readonly JsonObject[]).map((one) => ({
      ...one,
      type: expand(one.type ?? null),
    })),
  });
  return JSON.stringify(expand('Root'));
}

export function schemaOf(types: Types): Schema {
  return readSchema(selfContained(types));
}
