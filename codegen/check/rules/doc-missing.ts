import { isNamed } from '../../model/schema.js';
import type { Rule } from '../rule.js';

/** A type that nobody explains. */
export const docMissing: Rule<'ownType'> = {
  id: 'doc-missing',
  category: 'LINT',
  severity: 'off',
  why: 'The schema is what other teams read.',
  fix: 'Add "doc": what one of these is, and when it is written.',
  example: {
    reader: { type: 'record', name: 'Click', fields: [] },
    writer: 'null',
    repaired: [{ type: 'record', name: 'Click', doc: 'A click of a user on a link.', fields: [] }],
  },
  check: ({ schema }) =>
    isNamed(schema) && schema.doc === undefined ? `${schema.name} has no "doc".` : undefined,
};
