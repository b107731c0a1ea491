import type { Rule } from '../rule.js';

/** A field that generated types no longer have. */
export const sourceFieldRemoved: Rule<'skipped'> = {
  id: 'source-field-removed',
  category: 'SOURCE',
  severity: 'warning',
  why: 'Code that uses the field no longer compiles.',
  fix: 'Change the code that uses it; the compiler lists the places.',
  example: {
    reader: { type: 'record', name: 'Click', fields: [] },
    writer: { type: 'record', name: 'Click', fields: [{ name: 'url', type: 'string' }] },
    repaired: [],
    code: {
      before: 'const text = (click: Click): string => click.url;',
      after: "const text = (_: Click): string => 'a click';",
    },
  },
  check: ({ field, reader }) => `${reader.name} no longer has the field ${field.name}.`,
};
