import { recordOf } from '../example.js';
import type { Rule } from '../rule.js';

/** An alias that is the name of another field of the same record. */
export const fieldAliasOfSibling: Rule<'ownField'> = {
  id: 'field-alias-of-sibling',
  category: 'LINT',
  severity: 'error',
  why: 'Data of this very schema has both fields, and nothing says which of the two values the field with the alias has. No later version that keeps both can be read, and registries refuse it.',
  fix: 'Remove the alias: the field that it names still exists.',
  example: {
    reader: {
      type: 'record',
      name: 'Span',
      fields: [
        { name: 'start', type: 'long' },
        { name: 'begin', type: 'long', aliases: ['start'] },
      ],
    },
    writer: 'null',
    repaired: [recordOf('Span', { name: 'start', type: 'long' }, { name: 'begin', type: 'long' })],
  },
  check({ field, record }) {
    if (field.aliases.length === 0) return undefined;
    const sibling = record.fields.find((one) => one !== field && field.aliases.includes(one.name));
    return sibling === undefined
      ? undefined
      : `${field.name} has the alias ${sibling.name}, which is another field of ${record.name}.`;
  },
};
