import type { Rule } from '../rule.js';

/** A field that an alias reads as before, under another name. */
export const sourceFieldRenamed: Rule<'field'> = {
  id: 'source-field-renamed',
  category: 'SOURCE',
  severity: 'warning',
  why: 'Data is read by the alias, and code that uses the field by its name no longer compiles.',
  fix: 'Change the code that uses it; the compiler lists the places.',
  example: {
    reader: {
      type: 'record',
      name: 'Trip',
      fields: [{ name: 'end', type: 'long', aliases: ['stop'] }],
    },
    writer: { type: 'record', name: 'Trip', fields: [{ name: 'stop', type: 'long' }] },
    repaired: [],
    code: {
      before: 'const end = (trip: Trip): bigint => trip.stop;',
      after: 'const end = (trip: Trip): bigint => trip.end;',
    },
  },
  check: ({ reader, writer }) =>
    reader.name === writer.name ? undefined : `${writer.name} is ${reader.name} now.`,
};
