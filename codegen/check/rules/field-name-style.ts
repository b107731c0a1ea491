import { recordOf } from '../example.js';
import type { Rule } from '../rule.js';

/** A field spelled neither as its record's other fields nor as any convention. */
export const fieldNameStyle: Rule<'ownField'> = {
  id: 'field-name-style',
  category: 'LINT',
  severity: 'warning',
  why: 'Fields that start with a capital or mix two spellings are renamed by some generators and not by others.',
  fix: 'Write fields in camelCase or snake_case before they are released.',
  example: {
    reader: { type: 'record', name: 'Click', fields: [{ name: 'UserId', type: 'string' }] },
    writer: 'null',
    repaired: [
      recordOf('Click', { name: 'userId', type: 'string' }),
      recordOf('Click', { name: 'user_id', type: 'string' }),
    ],
  },
  check: ({ field: { name } }) =>
    /^_?\p{Ll}[^_]*$|^\P{Lu}*$/u.test(name)
      ? undefined
      : `The name ${name} is neither camelCase nor snake_case.`,
};
