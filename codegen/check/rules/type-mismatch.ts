import { describe } from '../../../runtime/schema/plan.js';
import { upperFirst, withArticle } from '../../../runtime/words.js';
import { recordOf } from '../example.js';
import type { Rule } from '../rule.js';

/** Two kinds of which one cannot be read as the other. */
export const typeMismatch: Rule<'mismatch'> = {
  id: 'type-mismatch',
  category: 'WIRE',
  severity: 'error',
  java: 'TYPE_MISMATCH',
  why: 'The bytes of one kind mean nothing as the other. Only the promotions of the specification can be read across: int to long, float, double; long to float, double; float to double; string to bytes and back.',
  fix: 'Keep the type, or add a field of the new type under another name and retire this one later.',
  example: {
    reader: recordOf('Order', { name: 'n', type: 'int' }),
    writer: recordOf('Order', { name: 'n', type: 'string' }),
    repaired: [
      recordOf('Order', { name: 'n', type: 'string' }),
      recordOf('Order', { name: 'n', type: 'string' }, { name: 'count', type: 'int', default: 0 }),
    ],
  },
  check({ reader, writer }) {
    const message = `${upperFirst(withArticle(describe(writer)))} cannot be read as ${describe(reader)}.`;
    const pastReader = `Keep ${describe(reader)} until nobody reads by a version that takes no ${describe(writer)}.`;
    if (writer.kind === 'null')
      return {
        message,
        pastReader,
        fix: `Keep "null" in the reader's union: ["null", …]. Data with null in it exists.`,
      };
    if (reader.kind === 'int' && writer.kind === 'long')
      return {
        message,
        pastReader,
        fix: 'Keep long: values beyond 32 bits may have been written.',
      };
    return { message, pastReader };
  },
};
