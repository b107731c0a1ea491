import { defaultBytes } from '../../../runtime/schema/default.js';
import type { Rule } from '../rule.js';

/** A field that producers could leave out and no longer can. */
export const sourceDefaultRemoved: Rule<'field'> = {
  id: 'source-default-removed',
  category: 'SOURCE',
  severity: 'warning',
  why: 'Code that left the field to its default no longer compiles.',
  fix: 'Keep the default, or give the field a value wherever the record is made.',
  example: {
    reader: { type: 'record', name: 'Click', fields: [{ name: 'n', type: 'int' }] },
    writer: { type: 'record', name: 'Click', fields: [{ name: 'n', type: 'int', default: 0 }] },
    repaired: [{ type: 'record', name: 'Click', fields: [{ name: 'n', type: 'int', default: 0 }] }],
    code: {
      before: 'const click: ClickInput = {};',
      after: 'const click: ClickInput = { n: 0 };',
    },
  },
  check: ({ reader, writer }) =>
    defaultBytes(writer) !== undefined && defaultBytes(reader) === undefined
      ? `${reader.name} could be left out and can no longer be.`
      : undefined,
};
