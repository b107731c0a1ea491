import type { LogicalType } from '../../model/logical.js';
import { recordOf } from '../example.js';
import type { Rule } from '../rule.js';

/** A decimal of another scale or precision. */
export const decimalChanged: Rule<'value'> = {
  id: 'decimal-changed',
  category: 'SEMANTIC',
  severity: 'error',
  why: 'The data holds the digits without the point. With another scale 12.34 becomes 1.234 or 123.4, and no decoder notices.',
  fix: 'Keep precision and scale, or add a field of the new decimal under another name.',
  example: {
    reader: recordOf('Order', {
      name: 'total',
      type: { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 4 },
    }),
    writer: recordOf('Order', {
      name: 'total',
      type: { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 2 },
    }),
    repaired: [
      recordOf('Order', {
        name: 'total',
        type: { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 2 },
      }),
      recordOf(
        'Order',
        { name: 'total', type: { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 2 } },
        {
          name: 'exact',
          type: ['null', { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 4 }],
          default: null,
        },
      ),
    ],
  },
  check({ reader, writer }) {
    const [to, from] = [reader.logical, writer.logical];
    if (to?.name !== 'decimal' || from?.name !== 'decimal') return undefined;
    if (to.scale === from.scale && to.precision === from.precision) return undefined;
    return `The writer's ${words(from)} is read as ${words(to)}.`;
  },
};

function words({ precision, scale }: LogicalType): string {
  return `decimal(${precision}, ${scale})`;
}
