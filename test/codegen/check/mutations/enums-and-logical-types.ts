/** Mutations of enums and logical types. */
import { change, type Mutation, NEW, remove, reversed, set } from './edits.js';
import { at, nodeAt, objectAt, primitiveOf, put, textsOf } from './places.js';

export const LOGICAL_TYPES: readonly Mutation[] = [
  {
    what: 'a logical type is removed',
    mutate: at('slots', (slot) => remove(objectAt(slot) ?? {}, 'logicalType')),
    seenBy: ['logical-type-one-sided'],
  },
  {
    what: 'a logical type is added',
    mutate: at('slots', (slot) => {
      if (nodeAt(slot) !== 'long') return false;
      put(slot, { type: 'long', logicalType: 'timestamp-millis' });
      return true;
    }),
    seenBy: ['logical-type-one-sided'],
  },
  {
    what: 'the unit of a time changes',
    mutate: at('slots', (slot) =>
      change(objectAt(slot) ?? {}, 'logicalType', (name) =>
        objectAt(slot)?.type === 'long' &&
        /-(micros|nanos)$/.test(String(name)) &&
        name !== 'time-micros'
          ? String(name).replace(/-\w+$/, '-millis')
          : undefined,
      ),
    ),
    seenBy: ['time-unit-changed'],
  },
  {
    what: 'a timestamp becomes a local one',
    mutate: at('slots', (slot) =>
      change(objectAt(slot) ?? {}, 'logicalType', (name) =>
        String(name).startsWith('timestamp-') ? `local-${String(name)}` : undefined,
      ),
    ),
    seenBy: ['logical-type-changed'],
  },
  {
    what: 'the scale of a decimal changes',
    mutate: at('slots', (slot) =>
      change(objectAt(slot) ?? {}, 'scale', (scale) => (scale === 1 ? 0 : 1)),
    ),
    seenBy: ['decimal-changed'],
  },
  {
    what: 'the precision of a decimal changes',
    mutate: at('slots', (slot) => {
      const decimal = objectAt(slot) ?? {};
      return change(decimal, 'precision', (precision) =>
        Number(precision) > Number(decimal.scale ?? 0) ? Number(precision) - 1 : undefined,
      );
    }),
    seenBy: ['decimal-changed'],
  },
  {
    what: 'a logical type that Avro does not know is added',
    mutate: at('slots', (slot) => {
      const node = nodeAt(slot);
      if (typeof node !== 'string' || primitiveOf(node) === undefined) return false;
      put(slot, { type: node, logicalType: 'geo-point' });
      return true;
    }),
    seenBy: ['logical-type-ignored'],
  },
];

export const ENUMS: readonly Mutation[] = [
  {
    what: 'an enum gets a symbol',
    mutate: function* (before) {
      yield* at('enums', (type) => set(type, 'symbols', [...textsOf(type, 'symbols'), NEW]))(
        before,
      );
      yield* at('enums', (type) => set(type, 'symbols', [NEW, ...textsOf(type, 'symbols')]))(
        before,
      );
    },
    seenBy: ['source-symbol-added'],
  },
  {
    what: 'an enum loses a symbol',
    mutate: at('enums', (type) =>
      change(type, 'symbols', () => {
        const rest = textsOf(type, 'symbols').slice(1);
        return rest.length === 0 || !rest.includes(String(type.default ?? rest[0]))
          ? undefined
          : rest;
      }),
    ),
    seenBy: ['source-symbol-removed'],
  },
  {
    what: 'The symbols of an enum change places',
    mutate: at('enums', (type) =>
      change(type, 'symbols', () => reversed(textsOf(type, 'symbols'))),
    ),
    silent: 'Symbols are matched by name, and generated types do not number them.',
  },
  {
    what: 'An enum gets a default',
    mutate: at('enums', (type) =>
      type.default === undefined ? set(type, 'default', textsOf(type, 'symbols')[0]) : false,
    ),
    silent: 'It stands for symbols that the enum lacks, and all that were written so far it has.',
  },
  {
    what: 'the default of an enum is removed',
    mutate: at('enums', (type) => remove(type, 'default')),
    seenBy: ['source-enum-default-removed'],
  },
  {
    what: 'the default of an enum changes',
    mutate: at('enums', (type) =>
      change(type, 'default', (value) => textsOf(type, 'symbols').find((one) => one !== value)),
    ),
    seenBy: ['enum-default-changed'],
  },
];
