import { recordOf } from '../example.js';
import type { Rule } from '../rule.js';
import { timeOf } from './time-unit-changed.js';

/** A value that is one logical type to the writer and another to the reader. */
export const logicalTypeChanged: Rule<'value'> = {
  id: 'logical-type-changed',
  category: 'SEMANTIC',
  severity: 'error',
  why: 'The data does not say its logical type. Reader and writer must mean the same by it.',
  fix: 'Keep the logical type, or add a field of the other one under another name.',
  example: {
    reader: recordOf('Click', {
      name: 'at',
      type: { type: 'long', logicalType: 'local-timestamp-millis' },
    }),
    writer: recordOf('Click', {
      name: 'at',
      type: { type: 'long', logicalType: 'timestamp-millis' },
    }),
    repaired: [
      recordOf('Click', { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } }),
      recordOf(
        'Click',
        { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
        {
          name: 'local',
          type: ['null', { type: 'long', logicalType: 'local-timestamp-millis' }],
          default: null,
        },
      ),
    ],
  },
  check({ reader, writer }) {
    const [to, from] = [reader.logical?.name, writer.logical?.name];
    if (to === undefined || from === undefined || to === from) return undefined;
    const family = timeOf(to)?.family;
    if (family !== undefined && family === timeOf(from)?.family) return undefined;
    return `The writer's ${from} is read as ${to}.`;
  },
};
