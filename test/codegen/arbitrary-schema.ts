/** Random Avro schemas (as JSON) for property tests: every kind, every logical type, recursion, defaults. */
import fc from 'fast-check';
import type { Json, JsonObject } from '../../runtime/json.js';

const NAMES = [
  'a',
  'id',
  'class',
  'constructor',
  '__proto__',
  'delete',
  'größe',
  'value',
  'r',
  'w',
  'Array',
  'string',
  'date',
  'uuid',
  'read',
  'symbols',
];

/** What the names of a schema are drawn from. */
export interface NameSource {
  readonly parts: fc.Arbitrary<string>;
  /** Types are numbered, so that names within a schema never clash. */
  readonly types: readonly string[];
  readonly namespaces: readonly string[];
}

const AVRO_NAMES: NameSource = {
  parts: fc.oneof(fc.constantFrom(...NAMES), fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/)),
  types: ['T', 'Order', 'Object', 'interface', 'user_inner', 'Promise', 'Input', 'Codec', 'Date'],
  namespaces: ['', 'com.acme', 'com.acme.Inner', 'other'],
};

/** Characters that Avro's grammar does not have, and that are ones to some tool on the way. */
const OUTSIDE = '-.$@ #%&*/:;<=>?[]^{|}~+!(),1é𝒳\u0301\u200d\u00a0😀'.split('');

/** Names that registries hold and Avro's grammar does not have. */
export const NAMES_OUTSIDE: NameSource = {
  parts: fc.oneof(
    AVRO_NAMES.parts,
    fc.constantFrom('order-id', 'order_id', '1st', 'a b', '$ref', '@type', 'a.b', '*/', '//', '..'),
    fc
      .array(fc.oneof(fc.constantFrom(...OUTSIDE), AVRO_NAMES.parts), {
        minLength: 1,
        maxLength: 4,
      })
      .map((parts) => parts.join(''))
      .filter((name) => !/[\ud800-\udfff]/u.test(name)),
  ),
  types: [
    'app-',
    'app_',
    '1T',
    'Order Line',
    '$',
    '@',
    'T*',
    '😀',
    'é',
    'e\u0301',
    'Date-',
    'Date',
  ],
  namespaces: [
    '',
    'app-1.public',
    'app_1.public',
    'App-1.public',
    '1.2',
    'a b',
    'a..b',
    'con',
    '-',
  ],
};

const primitive = fc.constantFrom<Json>(
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
);

const logical = fc.constantFrom<Json>(
  { type: 'bytes', logicalType: 'decimal', precision: 20, scale: 3 },
  { type: 'bytes', logicalType: 'big-decimal' },
  { type: 'string', logicalType: 'uuid' },
  { type: 'int', logicalType: 'date' },
  { type: 'int', logicalType: 'time-millis' },
  { type: 'long', logicalType: 'time-micros' },
  { type: 'long', logicalType: 'timestamp-millis' },
  { type: 'long', logicalType: 'timestamp-micros' },
  { type: 'long', logicalType: 'timestamp-nanos' },
  { type: 'long', logicalType: 'local-timestamp-millis' },
  { type: 'long', logicalType: 'local-timestamp-micros' },
  { type: 'long', logicalType: 'local-timestamp-nanos' },
  { type: 'long', logicalType: 'no-such-type' },
);

/** Named types are numbered while a schema is drawn. */
interface Draw {
  readonly depth: number;
  readonly next: { count: number };
  readonly open: readonly string[];
  readonly done: string[];
  readonly names: NameSource;
}

/** A record schema with everything in it. */
export const arbitrarySchema: fc.Arbitrary<JsonObject> = schemasOf(AVRO_NAMES);

/** The same with other names. */
export function schemasOf(names: NameSource): fc.Arbitrary<JsonObject> {
  return fc.infiniteStream(fc.nat({ max: 2 ** 31 - 1 })).chain((stream) => {
    const seeds: number[] = [];
    const take = (): number => {
      const seed = stream.next().value ?? 0;
      seeds.push(seed);
      return seed;
    };
    return fc.constant(record(take, { depth: 0, next: { count: 0 }, open: [], done: [], names }));
  });
}

type Take = () => number;

function pick<T>(take: Take, items: readonly T[]): T {
  const item = items[take() % items.length];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

function sample<T>(take: Take, arbitrary: fc.Arbitrary<T>): T {
  const [value] = fc.sample(arbitrary, { numRuns: 1, seed: take() });
  if (value === undefined) throw new Error('no sample');
  return value;
}

function typeName(take: Take, draw: Draw): string {
  draw.next.count++;
  const base = pick(take, draw.names.types);
  const namespace = pick(take, draw.names.namespaces);
  return `${namespace === '' ? '' : `${namespace}.`}${base}${draw.next.count}`;
}

/** A name without dots takes the namespace around it, unless the definition says that it has none. */
function nullNamespace(full: string): JsonObject {
  return full.includes('.') ? {} : { namespace: '' };
}

function record(take: Take, draw: Draw): JsonObject {
  const full = typeName(take, draw);
  const inner = { ...draw, depth: draw.depth + 1, open: [...draw.open, full] };
  const fields = new Map<string, JsonObject>();
  const count = take() % (draw.depth > 2 ? 3 : 7);
  for (let i = 0; i < count; i++) {
    const field = sample(take, draw.names.parts);
    if (!fields.has(field)) fields.set(field, { name: field, ...typeAndDefault(take, inner) });
  }
  draw.done.push(full);
  return {
    type: 'record',
    name: full,
    ...nullNamespace(full),
    doc: 'ends a comment */ early',
    fields: [...fields.values()].map((field) => withAliases(take, field, [...fields.keys()])),
    // Properties without a meaning that look like parts of a schema.
    ...(take() % 4 === 0 && { items: full, values: [full], $ref: full }),
  };
}

/** Some fields with an alias: a name of another record's field, or of a sibling. */
function withAliases(take: Take, field: JsonObject, siblings: readonly string[]): JsonObject {
  const chosen = take() % 6;
  if (chosen > 1) return field;
  const others = siblings.filter((other) => other !== field.name);
  const alias = chosen === 0 && others.length > 0 ? pick(take, others) : 'formerly';
  return { ...field, aliases: [alias] };
}

function typeAndDefault(take: Take, draw: Draw): JsonObject {
  const chosen = take() % 12;
  if (chosen === 0)
    return { type: ['null', nonUnion(take, draw, new Set(['null']))], default: null };
  if (chosen === 1) return { type: 'long', default: pick<Json>(take, [0, -5, 123456789012]) };
  if (chosen === 2) return { type: ['string', 'null'], default: "it's" };
  if (chosen === 3)
    return { type: { type: 'array', items: 'int' }, default: pick<Json>(take, [[], [1, 2]]) };
  if (chosen === 4)
    return {
      type: { type: 'map', values: 'string' },
      default: pick<Json>(take, [{}, { a: 'b' }, ...draw.done.map((name) => ({ $ref: name }))]),
    };
  if (chosen === 5)
    return { type: { type: 'long', logicalType: 'timestamp-millis' }, default: 1700000000000 };
  if (chosen === 6) return { type: 'bytes', default: '\u0000\u00ff' };
  // A record that only an error's text names; a default that is the name of a type.
  if (chosen === 7)
    return { type: ['string', record(take, draw)], default: pick(take, ['r', ...draw.done]) };
  return { type: any(take, draw) };
}

function any(take: Take, draw: Draw): Json {
  if (take() % 3 !== 0) return nonUnion(take, draw, new Set());
  const used = new Set<string>();
  const branches: Json[] = [];
  const count = 1 + (take() % 4);
  for (let i = 0; i < count; i++) {
    const branch = nonUnion(take, draw, used);
    if (branch !== undefined) branches.push(branch);
  }
  return branches;
}

/** A type that is no union; `used` holds kinds that a union already has. */
function nonUnion(take: Take, draw: Draw, used: Set<string>): Json {
  for (let tries = 0; tries < 20; tries++) {
    const defined = draw.done.length;
    const type = candidate(take, draw);
    const key = typeof type === 'string' ? type : keyOf(type);
    if (used.has(key)) {
      // The types that it defined go with it.
      draw.done.length = defined;
      continue;
    }
    used.add(key);
    return type;
  }
  // Named types never run out.
  return enumeration(take, draw);
}

function keyOf(type: Json): string {
  if (typeof type !== 'object' || type === null || Array.isArray(type)) return '';
  const object = type as JsonObject; // Safe: narrowed to an object just above.
  const kind = String(object.type);
  return typeof object.name === 'string' ? object.name : kind;
}

function candidate(take: Take, draw: Draw): Json {
  const deep = draw.depth > 3;
  switch (take() % (deep ? 6 : 10)) {
    case 0:
    case 1:
      return sample(take, primitive);
    case 2:
      return sample(take, logical);
    case 3:
      return enumeration(take, draw);
    case 4:
      return fixed(take, draw);
    case 5:
      return draw.done.length > 0 ? pick(take, draw.done) : 'string';
    case 6:
      return { type: 'array', items: any(take, { ...draw, depth: draw.depth + 1 }) };
    case 7:
      return { type: 'map', values: any(take, { ...draw, depth: draw.depth + 1 }) };
    case 8:
      // Recursion through a list always has an end.
      return { type: 'array', items: pick(take, draw.open) };
    default:
      return record(take, draw);
  }
}

function enumeration(take: Take, draw: Draw): JsonObject {
  const full = typeName(take, draw);
  const { parts } = draw.names;
  const symbols = [...new Set([sample(take, parts), sample(take, parts), 'LAST'])];
  draw.done.push(full);
  return { type: 'enum', name: full, ...nullNamespace(full), symbols };
}

function fixed(take: Take, draw: Draw): JsonObject {
  const full = typeName(take, draw);
  draw.done.push(full);
  return pick<JsonObject>(take, [
    { type: 'fixed', name: full, ...nullNamespace(full), size: take() % 20 },
    { type: 'fixed', name: full, ...nullNamespace(full), size: 16, logicalType: 'uuid' },
    { type: 'fixed', name: full, ...nullNamespace(full), size: 12, logicalType: 'duration' },
    {
      type: 'fixed',
      name: full,
      ...nullNamespace(full),
      size: 9,
      logicalType: 'decimal',
      precision: 18,
      scale: 18,
    },
  ]);
}
