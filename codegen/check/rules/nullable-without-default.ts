import type { Rule } from '../rule.js';
import { isNullable } from './field-default-missing.js';

/** A nullable field that must be given all the same. */
export const nullableWithoutDefault: Rule<'ownField'> = {
  id: 'nullable-without-default',
  category: 'LINT',
  severity: 'warning',
  why: 'Without a default the field cannot be left out, and adding it to data that exists breaks readers.',
  fix: 'Add "default": null, and put "null" first in the union.',
  example: {
    reader: {
      type: 'record',
      name: 'Click',
      fields: [{ name: 'note', type: ['null', 'string'] }],
    },
    writer: 'null',
    repaired: [
      {
        type: 'record',
        name: 'Click',
        fields: [{ name: 'note', type: ['null', 'string'], default: null }],
      },
    ],
  },
  check: ({ field }) =>
    field.default === undefined && isNullable(field)
      ? { message: `${field.name} may be null and has no default.`, edit: { kind: 'null-first' } }
      : undefined,
};
