import { recordOf } from '../example.js';
import type { Rule } from '../rule.js';

/** The same time in another unit. */
export const timeUnitChanged: Rule<'value'> = {
  id: 'time-unit-changed',
  category: 'SEMANTIC',
  severity: 'error',
  why: 'The data holds a count of units, not the unit. Read in another unit every value is a thousand or a million times too large or too small.',
  fix: 'Keep the unit, or add a field in the new unit under another name.',
  example: {
    reader: recordOf('Click', {
      name: 'at',
      type: { type: 'long', logicalType: 'timestamp-micros' },
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
          name: 'exact',
          type: ['null', { type: 'long', logicalType: 'timestamp-micros' }],
          default: null,
        },
      ),
    ],
  },
  check({ reader, writer }) {
    const to = timeOf(reader.logical?.name);
    const from = timeOf(writer.logical?.name);
    if (to === undefined || from === undefined || to.family !== from.family) return undefined;
    return to.unit === from.unit ? undefined : `The writer's ${from.name} is read as ${to.name}.`;
  },
};

/** `timestamp-millis` -> timestamp, millis. */
export function timeOf(
  name: string | undefined,
): { readonly name: string; readonly family: string; readonly unit: string } | undefined {
  const [, family, unit] =
    /^((?:local-)?timestamp|time)-(millis|micros|nanos)$/.exec(name ?? '') ?? [];
  return name === undefined || family === undefined || unit === undefined
    ? undefined
    : { name, family, unit };
}
