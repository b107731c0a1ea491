/** Mutations of fields and their defaults. */
import { change, type Mutation, NEW, remove, reversed, set } from './edits.js';
import { addAlias, at, fieldsOf, objectAt, primitiveOf } from './places.js';

/** One value within a default, changed; `undefined` where none can be. */
function otherValue(value: unknown): unknown {
  if (typeof value === 'number') return value === 0 ? 1 : 0;
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'string') return value === 'a' ? 'b' : 'a';
  if (Array.isArray(value)) return value.length > 0 ? value.slice(1) : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, held] of Object.entries(value)) {
    const other = otherValue(held);
    if (other !== undefined) return { ...value, [key]: other };
  }
  return undefined;
}

const DEFAULTS: Readonly<Record<string, unknown>> = {
  null: null,
  boolean: true,
  int: 1,
  long: 1,
  float: 1.5,
  double: 1.5,
  bytes: 'b',
  string: 's',
};

export const FIELDS: readonly Mutation[] = [
  {
    what: 'a field without a default is added',
    mutate: at('records', (record) =>
      set(record, 'fields', [...fieldsOf(record), { name: NEW, type: 'string' }]),
    ),
    seenBy: ['field-default-missing'],
  },
  {
    what: 'A field with a default is added',
    mutate: at('records', (record) =>
      set(record, 'fields', [...fieldsOf(record), { name: NEW, type: 'string', default: '' }]),
    ),
    silent:
      'Data from before reads as the default, readers of the version before pass the field over, and producers may leave it out.',
  },
  {
    what: 'a field is removed',
    mutate: at('fields', ({ field, record }) =>
      set(
        record,
        'fields',
        fieldsOf(record).filter((one) => one !== field),
      ),
    ),
    seenBy: ['source-field-removed'],
  },
  {
    what: 'a field is renamed',
    mutate: at('fields', ({ field }) => set(field, 'name', `${String(field.name)}${NEW}`)),
    // The latter where it had its own name as an alias.
    seenBy: ['source-field-removed', 'source-field-renamed'],
  },
  {
    what: 'a field is renamed, and an alias says so',
    mutate: at('fields', ({ field }) => {
      addAlias(field, String(field.name));
      return set(field, 'name', `${String(field.name)}${NEW}`);
    }),
    seenBy: ['source-field-renamed'],
  },
  {
    what: 'a field gets the name of another field as an alias',
    mutate: at('fields', ({ field, record }) => {
      const other = fieldsOf(record).find((one) => one !== field);
      if (other !== undefined) addAlias(field, String(other.name));
      return other !== undefined;
    }),
    seenBy: ['field-alias-of-sibling'],
  },
  {
    what: 'A field gets an alias that no other field has as name',
    mutate: at('fields', ({ field }) => {
      addAlias(field, NEW);
      return true;
    }),
    silent: 'It lets more data in, and what could be read before is read as before.',
  },
  {
    what: 'A field loses an alias',
    mutate: at('fields', ({ field }) => remove(field, 'aliases')),
    silent:
      'Data under the other name is data of an older version: the TRANSITIVE levels hold the change against that version.',
  },
  {
    what: 'The fields of a record change places',
    mutate: at('records', (record) => change(record, 'fields', () => reversed(fieldsOf(record)))),
    silent: 'Fields are matched by name, and data is read in the order in which it was written.',
  },
  {
    what: "a logicalType is put beside a field's type",
    mutate: at('fields', ({ field }) =>
      field.type === 'long' ? set(field, 'logicalType', 'timestamp-millis') : false,
    ),
    seenBy: ['logical-type-misplaced'],
  },
];

export const FIELD_DEFAULTS: readonly Mutation[] = [
  {
    what: 'a default changes',
    mutate: at('fields', ({ field }) => change(field, 'default', otherValue)),
    seenBy: ['default-changed'],
  },
  {
    what: 'a default is removed',
    mutate: at('fields', ({ field }) => remove(field, 'default')),
    seenBy: ['source-default-removed'],
  },
  {
    what: 'A field gets a default that is a value of its type',
    mutate: at('fields', ({ field }) => {
      const [first = ''] = Array.isArray(field.type) ? field.type : [field.type];
      const kind = primitiveOf(first);
      return field.default === undefined && kind !== undefined
        ? set(field, 'default', DEFAULTS[kind])
        : false;
    }),
    silent: 'All data that was written has the field; from now on producers may leave it out.',
  },
  {
    what: 'a default gets a key that names no field',
    mutate: at('fields', ({ field }) =>
      objectAt({ holder: field, key: 'type' })?.type === 'record'
        ? change(field, 'default', (value) => Object.assign({}, value, { [NEW]: 1 }))
        : false,
    ),
    seenBy: ['default-key-unknown'],
  },
  {
    what: 'a default is no value of its type',
    mutate: at('fields', ({ field }) =>
      field.type === 'int' || field.type === 'long'
        ? change(field, 'default', () => 'many')
        : false,
    ),
    seenBy: ['default-invalid'],
  },
];
