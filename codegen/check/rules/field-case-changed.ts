import type { Rule } from '../rule.js';
import { complain, renamedFrom } from './field-renamed.js';

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
  },
  check({ field, reader, writer }) {
    const source = renamedFrom(field, reader, writer);
    return source?.name.toLowerCase() === field.name.toLowerCase()
      ? complain(field, source)
      : undefined;
  },
};
