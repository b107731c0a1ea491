import { fieldTargets } from '../../../runtime/schema/plan.js';
import { recordOf } from '../example.js';
import type { Rule } from '../rule.js';

/** A reader's field that two of the writer's fields would feed. */
export const fieldAliasAmbiguous: Rule<'record'> = {
  id: 'field-alias-ambiguous',
  category: 'WIRE',
  severity: 'error',
  why: "One field's name and alias both stand in the data, and nothing says which of the two values it has. Java's checker throws.",
  fix: 'Remove the alias: the field that it names still exists.',
  example: {
    reader: recordOf(
      'Span',
      { name: 'start', type: 'long' },
      { name: 'begin', type: 'long', aliases: ['start'] },
    ),
    writer: recordOf('Span', { name: 'start', type: 'long' }, { name: 'begin', type: 'long' }),
    repaired: [recordOf('Span', { name: 'start', type: 'long' }, { name: 'begin', type: 'long' })],
  },
  check({ reader, writer }) {
    const why = fieldTargets(writer, reader);
    if (typeof why !== 'string') return undefined;
    const fed = reader.fields.find(
      (field) =>
        writer.fields.filter(({ name }) => name === field.name || field.aliases.includes(name))
          .length > 1,
    );
    return {
      message: `The reader's ${why}.`,
      ...(fed === undefined ? {} : { reader: fed.origin }),
    };
  },
};
