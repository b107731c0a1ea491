import { defaultBytes } from '../../../runtime/schema/default.js';
import { renameComplaint, renamesOf } from '../renames.js';
import type { Rule } from '../rule.js';

/** A field that differs from another by case only. */
export const fieldCaseChanged: Rule<'unfed'> = {
  id: 'field-case-changed',
  category: 'SEMANTIC',
  severity: 'error',
  why: 'Names count with their case: a field whose case changed is another field, and the value in the data is dropped for its default.',
  fix: "Add the writer's spelling to the field's aliases.",
  example: {
    reader: {
      type: 'record',
      name: 'Trip',
      fields: [{ name: 'userId', type: 'string', default: '' }],
    },
    writer: { type: 'record', name: 'Trip', fields: [{ name: 'userid', type: 'string' }] },
    repaired: [
      {
        type: 'record',
        name: 'Trip',
        fields: [{ name: 'userId', type: 'string', default: '', aliases: ['userid'] }],
      },
    ],
  },
  check({ field, reader, writer }) {
    const rename = renamesOf(reader, writer).sources.get(field);
    if (rename === undefined || defaultBytes(field) === undefined) return undefined;
    return rename.source.name.toLowerCase() === field.name.toLowerCase()
      ? renameComplaint(field, rename)
      : undefined;
  },
};
