import { sentenceOn } from '../../model/misspelt.js';
import type { Rule } from '../rule.js';

/** An attribute of a field that is nearly one of Avro's. */
export const fieldAttributeUnknown: Rule<'ownField'> = {
  id: 'field-attribute-unknown',
  category: 'LINT',
  severity: 'warning',
  why: 'Avro lets any attribute of a field pass, and gives meaning to its own alone: one that is misspelt does nothing. Its default, order or aliases are then not there.',
  fix: 'Correct the spelling. An attribute of your own that only looks like it: give its name a dot, such as "acme.docs".',
  example: {
    reader: {
      type: 'record',
      name: 'Click',
      doc: 'A click.',
      fields: [{ name: 'count', type: 'int', defualt: 0 }],
    },
    writer: 'null',
    repaired: [
      {
        type: 'record',
        name: 'Click',
        doc: 'A click.',
        fields: [{ name: 'count', type: 'int', default: 0 }],
      },
    ],
  },
  check({ field }) {
    const [first, ...others] = field.misspelt ?? [];
    if (first === undefined) return undefined;
    return {
      message: [first, ...others].map(sentenceOn).join(' '),
      reader: first.origin,
    };
  },
};
