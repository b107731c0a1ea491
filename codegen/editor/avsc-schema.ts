/**
 * The JSON Schema of `.avsc` files: Avro 1.12 as `codegen/model` takes it. It knows the shape of a
 * file alone: whether a name is defined, and a default fits, `codegen` tells.
 */
import type { Json, JsonObject } from '../../runtime/json.js';
import { PRIMITIVES } from '../../runtime/schema/schema.js';
import { LOGICAL_TYPES } from '../model/logical.js';
import { DEFINED_KINDS, ORDERS } from '../model/schema.js';
import { DOCUMENTED_NAMES, SEMANTIC_KEY } from '../model/semantic.js';

const DRAFT = 'http://json-schema.org/draft-07/schema#';

/** Where the definitions stand in a file. */
const ref = (name: string): JsonObject => ({ $ref: `#/definitions/${name}` });

export function avscSchema(): JsonObject {
  return {
    $schema: DRAFT,
    title: 'Avro schema',
    allowComments: true,
    anyOf: [ref('type'), ref('protocol')],
    definitions: { ...AVRO_DEFINITIONS, protocol: PROTOCOL },
  };
}

/** What a primitive holds, for whoever picks one. */
const HOLDS: Readonly<Record<string, string>> = {
  null: 'Nothing: a branch of a union.',
  boolean: 'True or false.',
  int: 'A whole number of 32 bits.',
  long: 'A whole number of 64 bits: bigint, or number by option.',
  float: 'A number of 32 bits.',
  double: 'A number of 64 bits.',
  bytes: 'Bytes: Uint8Array.',
  string: 'Text.',
};

const CONTAINERS = ['array', 'map'];
const DEFINED = DEFINED_KINDS.filter((kind) => typeof kind === 'string');
const RESERVED = [...PRIMITIVES, ...DEFINED, ...CONTAINERS];

const STRING: JsonObject = { type: 'string' };
/** Names outside Avro's grammar may be allowed, but none that ends the text that it is shown in. */
const NAME: JsonObject = { type: 'string', pattern: '^[^"\'`\\\\]+$' };
const NAMES: JsonObject = { type: 'array', items: NAME };

const COMMON = {
  namespace: described(
    STRING,
    'What stands before the name; that of the type around it if absent.',
  ),
  doc: described(STRING, 'For people; it stands above the generated code.'),
  aliases: described(NAMES, 'Other names, by which data of older schemas is read.'),
};

/** Case does not count, as in Java. */
const ANY_CASE = ORDERS.map((order) =>
  order.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`),
);

const FIELD: JsonObject = {
  type: 'object',
  required: ['name', 'type'],
  properties: {
    name: described(NAME, 'The name of the field.'),
    type: ref('type'),
    doc: COMMON.doc,
    default: {
      description:
        'What a reader has where the data does not have the field; the field may be left out when writing.',
    },
    order: {
      description: 'How the field counts when records are sorted.',
      anyOf: [{ enum: [...ORDERS] }, { type: 'string', pattern: `^(?:${ANY_CASE.join('|')})$` }],
    },
    aliases: COMMON.aliases,
  },
};

/** Of any other logical type these words mean nothing. */
const DECIMAL: JsonObject = {
  if: { required: ['logicalType'], properties: { logicalType: { const: 'decimal' } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: {
    required: ['precision'],
    properties: {
      precision: { type: 'integer', minimum: 1 },
      scale: { type: 'integer', minimum: 0 },
    },
  },
};

const AVRO_KINDS = {
  record: named('record', {
    kinds: DEFINED.filter((kind) => kind !== 'enum' && kind !== 'fixed'),
    description: 'Fields with names.',
    required: ['fields'],
    properties: { fields: { type: 'array', items: ref('field') } },
  }),
  enum: named('enum', {
    kinds: ['enum'],
    description: 'One of some symbols.',
    required: ['symbols'],
    properties: {
      symbols: { ...NAMES, uniqueItems: true },
      default: described(STRING, 'The symbol that stands for one which a reader does not know.'),
    },
  }),
  fixed: named('fixed', {
    kinds: ['fixed'],
    description: 'A fixed number of bytes.',
    required: ['size'],
    properties: {
      size: {
        type: 'integer',
        minimum: 0,
        maximum: 0x7fff_ffff,
        description: 'How many bytes; 12 for a duration, 16 for a uuid.',
      },
      ...logicalOn('fixed'),
    },
    rest: DECIMAL,
  }),
  array: container('array', 'items', 'A list of values of one type.'),
  map: container('map', 'values', 'Values of one type by keys, which are text.'),
  ...Object.fromEntries([...PRIMITIVES].map((kind) => [kind, primitive(kind)])),
};

/** Of a type, and what it needs; `type` is where to start. */
export const AVRO_DEFINITIONS: JsonObject = {
  type: {
    anyOf: [
      ...[...PRIMITIVES].map((kind) => described({ const: kind }, HOLDS[kind] ?? '')),
      ref('reference'),
      ...Object.keys(AVRO_KINDS).map(ref),
      ref('namedType'),
      ref('union'),
    ],
  },
  reference: {
    ...STRING,
    not: { enum: RESERVED },
    description: 'The name of a type, full or within the namespace.',
  },
  namedType: {
    description: 'A type by its name, as an object.',
    type: 'object',
    required: ['type'],
    properties: { type: ref('reference') },
  },
  union: {
    description: 'A value of one of these types; none may be a list itself.',
    type: 'array',
    items: { allOf: [ref('type'), { not: { type: 'array' } }] },
    uniqueItems: true,
  },
  field: FIELD,
  ...AVRO_KINDS,
};

const PROTOCOL: JsonObject = {
  description: 'A protocol, of which the types count.',
  type: 'object',
  required: ['protocol'],
  properties: {
    protocol: described(STRING, 'Its name.'),
    namespace: COMMON.namespace,
    doc: COMMON.doc,
    types: { type: 'array', items: { anyOf: ['record', 'enum', 'fixed'].map(ref) } },
    messages: { type: 'object' },
  },
  not: { required: ['type'] },
};

function described(schema: JsonObject, description: string): JsonObject {
  return { ...schema, description };
}

interface Named {
  readonly kinds: readonly Json[];
  readonly description: string;
  readonly required: readonly string[];
  readonly properties: JsonObject;
  readonly rest?: JsonObject;
}

function named(
  title: string,
  { kinds, description, required, properties, rest }: Named,
): JsonObject {
  return {
    title,
    description,
    type: 'object',
    required: ['type', 'name', ...required],
    properties: {
      type: described({ enum: kinds }, description),
      name: described(NAME, 'Its name: full, or within the namespace.'),
      ...COMMON,
      ...properties,
    },
    ...rest,
  };
}

function container(kind: string, key: string, description: string): JsonObject {
  return {
    title: kind,
    description,
    type: 'object',
    required: ['type', key],
    properties: { type: described({ const: kind }, description), [key]: ref('type') },
  };
}

function primitive(kind: string): JsonObject {
  const description = HOLDS[kind] ?? '';
  return {
    title: kind,
    description,
    type: 'object',
    required: ['type'],
    properties: { type: described({ const: kind }, description), ...logicalOn(kind) },
    ...(isDecimal(kind) ? DECIMAL : {}),
  };
}

function isDecimal(base: string): boolean {
  return LOGICAL_TYPES.some(({ name, on }) => name === 'decimal' && Object.hasOwn(on, base));
}

/** The logical types that stand on a base, and what says them. Avro passes over others, which are allowed. */
function logicalOn(base: string): JsonObject {
  const rows = LOGICAL_TYPES.filter(({ on }) => Object.hasOwn(on, base));
  const names = DOCUMENTED_NAMES.filter(({ on }) => on.includes(base)).map(({ name }) => name);
  return {
    ...(rows.length === 0
      ? {}
      : {
          logicalType: {
            description: 'What a value means.',
            anyOf: [
              ...rows.map(({ name, on }) =>
                described({ const: name }, `${on[base]?.type ?? ''} in TypeScript.`),
              ),
              {},
            ],
          },
        }),
    ...(isDecimal(base)
      ? {
          precision: { description: 'Digits of a decimal in all.' },
          scale: { description: 'Digits of a decimal behind the point; 0 if absent.' },
        }
      : {}),
    ...(names.length === 0
      ? {}
      : {
          [SEMANTIC_KEY]: {
            description: 'What a value means to Kafka Connect; it counts where tavro.json says so.',
            anyOf: [{ enum: names }, {}],
          },
        }),
  };
}
