import { defaultBytes } from '../../../runtime/schema/default.js';
import { withArticle } from '../../../runtime/words.js';
import type { Rule } from '../rule.js';

/** A field that every producer must now give. */
export const sourceInputRequired: Rule<'unfed'> = {
  id: 'source-input-required',
  category: 'SOURCE',
  severity: 'warning',
  why: 'Code that makes the record does not give the field, so it no longer compiles.',
  fix: 'Give the field a default, or give it a value wherever the record is made.',
  example: {
    reader: { type: 'record', name: 'Click', fields: [{ name: 'url', type: 'string' }] },
    writer: { type: 'record', name: 'Click', fields: [] },
    repaired: [
      { type: 'record', name: 'Click', fields: [{ name: 'url', type: 'string', default: '' }] },
    ],
    code: {
      before: 'const click: ClickInput = {};',
      after: "const click: ClickInput = { url: '/' };",
    },
  },
  check: ({ field, reader }) =>
    defaultBytes(field) === undefined
      ? `Whoever makes ${withArticle(reader.name)} must now give ${field.name}.`
      : undefined,
};
