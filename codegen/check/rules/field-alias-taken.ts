import { recordOf } from '../example.js';
import type { Rule } from '../rule.js';
import { matchingName } from './field-default-missing.js';

/** A writer's field that two of the reader's fields claim. */
export const fieldAliasTaken: Rule<'unfed'> = {
  id: 'field-alias-taken',
  category: 'WIRE',
  severity: 'error',
  why: "A writer's field feeds one reader's field, and an alias comes before a name. The other one is left without a value. Java's checker accepts it and its decoder fails.",
  fix: 'Take the alias away and give the field that had it a default, or give the other field one.',
  example: {
    reader: {
      type: 'record',
      name: 'Span',
      fields: [
        { name: 'start', type: 'long' },
        { name: 'begin', type: 'long', aliases: ['start'] },
      ],
    },
    writer: { type: 'record', name: 'Span', fields: [{ name: 'start', type: 'long' }] },
    repaired: [
      recordOf(
        'Span',
        { name: 'start', type: 'long' },
        { name: 'begin', type: 'long', default: 0 },
      ),
      recordOf(
        'Span',
        { name: 'start', type: 'long', default: 0 },
        { name: 'begin', type: 'long', aliases: ['start'] },
      ),
    ],
  },
  check({ field, reader, writer }) {
    const source = matchingName(field, writer.fields);
    if (field.default !== undefined || source === undefined) return undefined;
    const other = reader.fields.find((one) => one !== field && one.aliases.includes(source));
    return `The writer's field ${source} goes to the reader's ${other?.name ?? 'other field'}, whose alias it is, so ${field.name} of ${reader.name} gets nothing and has no default.`;
  },
};
