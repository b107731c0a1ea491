/**
 * The JSON Schema of `.avsc` files: Avro 1.12 as `codegen/model` takes it. It knows the shape of a
 * file alone: whether a name is defined, and a default fits, `codegen` tells.
 */
import { isObject, type JsonObject } from '../../runtime/json.js';
import type { PrimitiveKind } from '../../runtime/schema/schema.js';
import { ORDERS } from '../model/build-named.js';
import { LOGICAL_TYPES } from '../model/logical.js';
import { DEFINED_KINDS } from '../model/schema.js';
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
const HOLDS: Readonly<Record<PrimitiveKind, string>> = {
  null: 'Nothing: a branch of a union.',
  boolean: 'True or false.',
  int: 'A whole number of 32 bits.',
  long: 'A whole number of 64 bits: bigint, or number by option.',
  float: 'A number of 32 bits.',
  double: 'A number of 64 bits.',
  bytes: 'Bytes: Uint8Array.',
  string: 'Text.',
};

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

const RECORD = named('Fields with names.', {
  required: ['fields'],
  properties: { fields: { type: 'array', items: ref('field') } },
});

/** What a schema as an object says beside its kind, and what the kind is. */
const KINDS: Readonly<Record<string, JsonObject>> = {
  record: RECORD,
  error: RECORD,
  enum: named('One of some symbols.', {
    required: ['symbols'],
    properties: {
      symbols: { ...NAMES, uniqueItems: true },
      default: described(STRING, 'The symbol that stands for one which a reader does not know.'),
    },
  }),
  fixed: named('A fixed number of bytes.', {
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
    ...DECIMAL,
  }),
  array: {
    description: 'A list of values of one type.',
    required: ['items'],
    properties: { items: ref('type') },
  },
  map: {
    description: 'Values of one type by keys, which are text.',
    required: ['values'],
    properties: { values: ref('type') },
  },
  ...Object.fromEntries(
    Object.entries(HOLDS).map(([kind, description]) => [
      kind,
      { description, properties: logicalOn(kind), ...(isDecimal(kind) ? DECIMAL : {}) },
    ]),
  ),
};

/** Of a type, and what it needs; `type` is where to start. */
export const AVRO_DEFINITIONS: JsonObject = {
  type: {
    anyOf: [
      ...Object.entries(HOLDS).map(([kind, description]) =>
        described({ const: kind }, description),
      ),
      ref('reference'),
      ref('object'),
      ref('union'),
    ],
  },
  reference: {
    ...STRING,
    not: { enum: Object.keys(KINDS) },
    description: 'The name of a type, full or within the namespace.',
  },
  object: {
    type: 'object',
    required: ['type'],
    properties: {
      type: {
        anyOf: [
          ...Object.entries(KINDS).map(([kind, { description = '' }]) => ({
            const: kind,
            description,
          })),
          ref('reference'),
        ],
      },
    },
    // One after the other: an editor then offers all kinds, and tells what the one that is written lacks.
    allOf: Object.keys(KINDS).map((kind) => ({
      if: { required: ['type'], properties: { type: { const: kind } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: ref(kind),
    })),
  },
  union: {
    description: 'A value of one of these types; none may be a list itself.',
    type: 'array',
    items: { allOf: [ref('type'), { not: { type: 'array' } }] },
    uniqueItems: true,
  },
  field: FIELD,
  ...KINDS,
};

const PROTOCOL: JsonObject = {
  description: 'A protocol, of which the types count.',
  type: 'object',
  required: ['protocol'],
  properties: {
    protocol: described(STRING, 'Its name.'),
    namespace: COMMON.namespace,
    doc: COMMON.doc,
    types: {
      type: 'array',
      items: {
        allOf: [
          ref('object'),
          {
            required: ['type'],
            properties: {
              type: { enum: DEFINED_KINDS.filter((kind) => typeof kind === 'string') },
            },
          },
        ],
      },
    },
    messages: { type: 'object' },
  },
  not: { required: ['type'] },
};

function described(schema: JsonObject, description: string): JsonObject {
  return { ...schema, description };
}

function named(
  description: string,
  { required, properties, ...rest }: JsonObject & { readonly required: readonly string[] },
): JsonObject {
  return {
    description,
    required: ['name', ...required],
    properties: {
      name: described(NAME, 'Its name: full, or within the namespace.'),
      ...COMMON,
      ...(isObject(properties) ? properties : {}),
    },
    ...rest,
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
