import { sentenceOn } from '../../model/misspelt.js';
import type { Rule } from '../rule.js';

/** An attribute of a type that is nearly one of Avro's. */
export const typeAttributeUnknown: Rule<'ownType'> = {
  id: 'type-attribute-unknown',
  category: 'LINT',
  severity: 'warning',
  why: 'Avro lets any attribute of a type pass, and gives meaning to its own alone: one that is misspelt does nothing. Its logical type or aliases are then not there.',
  fix: 'Correct the spelling. An attribute of your own that only looks like it: give its name a dot, such as "acme.docs".',
  example: {
    reader: {
      type: 'record',
      name: 'Click',
      doc: 'A click.',
      aliass: ['Tap'],
      fields: [],
    },
    writer: 'null',
    repaired: [
      {
        type: 'record',
        name: 'Click',
        doc: 'A click.',
        aliases: ['Tap'],
        fields: [],
      },
    ],
  },
  check({ schema }) {
    const [first, ...others] = schema.misspelt ?? [];
    if (first === undefined) return undefined;
    return {
      message: [first, ...others].map(sentenceOn).join(' '),
      reader: first.origin,
    };
  },
};
