import { defaultBytes } from '../../../runtime/schema/default.js';
import { renameComplaint, renamesOf } from '../renames.js';
import type { Rule } from '../rule.js';

/** A field that looks renamed: the old value is dropped, the default takes its place. */
export const fieldRenamed: Rule<'unfed'> = {
  id: 'field-renamed',
  category: 'SEMANTIC',
  severity: 'error',
  why: 'Without an alias a renamed field is two fields: the value in the data is passed over, and the default of the other takes its place in silence.',
  fix: "Add the writer's name to the field's aliases. If they are two fields indeed, say so with a waiver.",
  example: {
    reader: {
      type: 'record',
      name: 'Trip',
      fields: [{ name: 'end_time', type: 'long', default: 0 }],
    },
    writer: { type: 'record', name: 'Trip', fields: [{ name: 'endtime', type: 'long' }] },
    repaired: [
      {
        type: 'record',
        name: 'Trip',
        fields: [{ name: 'end_time', type: 'long', default: 0, aliases: ['endtime'] }],
      },
    ],
  },
  check({ field, reader, writer }) {
    const rename = renamesOf(reader, writer).sources.get(field);
    if (rename === undefined || defaultBytes(field) === undefined) return undefined;
    return rename.source.name.toLowerCase() === field.name.toLowerCase()
      ? undefined
      : renameComplaint(field, rename);
  },
};
