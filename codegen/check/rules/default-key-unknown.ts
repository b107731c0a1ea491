import { isObject, type JsonObject } from '../../../runtime/json.js';
import { nearestName } from '../../../runtime/nearest-name.js';
import { jsonName } from '../../model/cases.js';
import { keysOf } from '../../model/json.js';
import type { RecordSchema } from '../../model/schema.js';
import { type DefaultPart, defaultParts } from '../default-parts.js';
import type { Complaint, Rule } from '../rule.js';

/** A default with a key that names no field: misspelt, or written as JSON encoding writes data. */
export const defaultKeyUnknown: Rule<'ownField'> = {
  id: 'default-key-unknown',
  category: 'LINT',
  severity: 'warning',
  why: "A key of a default that names no field is passed over, by Java too, and the field that was meant gets its own default. Within a union a default stands without its branch's name, other than in the JSON encoding of data.",
  fix: 'Write the keys of a default as the fields are named, and the value of a union without the name of its branch.',
  example: {
    reader: {
      type: 'record',
      name: 'Call',
      fields: [
        {
          name: 'options',
          type: {
            type: 'record',
            name: 'Options',
            fields: [{ name: 'retries', type: 'int', default: 3 }],
          },
          default: { retrys: 9 },
        },
      ],
    },
    writer: 'null',
    repaired: [
      {
        type: 'record',
        name: 'Call',
        fields: [
          {
            name: 'options',
            type: {
              type: 'record',
              name: 'Options',
              fields: [{ name: 'retries', type: 'int', default: 3 }],
            },
            default: { retries: 9 },
          },
        ],
      },
    ],
  },
  check({ field }) {
    for (const part of defaultParts(field)) {
      const complaint = jsonEncoded(part) ?? unknownKeys(part);
      if (complaint !== undefined)
        return { ...complaint, message: `The default of ${field.name} ${complaint.message}` };
    }
    return undefined;
  },
};

function unknownKeys({ schema, value, node }: DefaultPart): Complaint | undefined {
  if (schema.kind !== 'record' || !isObject(value)) return undefined;
  const names = schema.fields.map(({ name }) => name);
  const unknown = Object.keys(value).filter((key) => !names.includes(key));
  const [first] = unknown;
  if (first === undefined) return undefined;
  return {
    message: `gives ${unknown.map((key) => `"${key}"`).join(', ')}, and ${schema.name} has ${
      names.length === 0 ? 'no fields' : `the fields ${names.join(', ')}`
    }: it is passed over.`,
    ...fixOf(schema, value, unknown),
    ...keyOrigin(node, first),
  };
}

/** What to write instead, where some of the keys are like fields that are not given. */
function fixOf(
  { fields }: RecordSchema,
  value: JsonObject,
  unknown: readonly string[],
): Pick<Complaint, 'fix'> {
  const missing = fields.filter(({ name }) => !Object.hasOwn(value, name));
  const meant = unknown.flatMap((key) => {
    // A default is not data: the names that a field had before mean nothing in it.
    const renamed = missing.find(({ aliases }) => aliases.includes(key))?.name;
    const name =
      renamed ??
      nearestName(
        key,
        missing.map((field) => field.name),
      );
    return name === undefined ? [] : [`"${name}" in place of "${key}"`];
  });
  return meant.length === 0 ? {} : { fix: `Did you mean ${meant.join(', and ')}?` };
}

/** `{"v.One": {…}}`: the value of a union as data is written in JSON. */
function jsonEncoded({ schema, value, node }: DefaultPart): Complaint | undefined {
  if (schema.kind !== 'union' || !isObject(value)) return undefined;
  const [key, ...others] = Object.keys(value);
  if (key === undefined || others.length > 0) return undefined;
  if (!schema.branches.some((branch) => jsonName(branch) === key)) return undefined;
  const isField = schema.branches.some((branch) => branch.kind === 'record' && has(branch, key));
  if (isField) return undefined;
  return {
    message: `names its branch "${key}" as the JSON encoding of data does, so it is another value.`,
    fix: `Write the value without {"${key}": …} around it.`,
    ...keyOrigin(node, key),
  };
}

function has({ fields }: RecordSchema, key: string): boolean {
  return fields.some(({ name }) => name === key);
}

function keyOrigin(node: DefaultPart['node'], key: string): Pick<Complaint, 'reader'> {
  const reader = node?.kind === 'object' ? keysOf(node).get(key) : undefined;
  return reader === undefined ? {} : { reader };
}
