import type { Rule } from '../rule.js';

/** An enum with one default here and another there. */
export const enumDefaultChanged: Rule<'enum'> = {
  id: 'enum-default-changed',
  category: 'SEMANTIC',
  severity: 'warning',
  why: 'A symbol that neither version knows becomes one value to readers of this version and another to readers of that.',
  fix: 'Keep the default of the enum.',
  example: {
    reader: { type: 'enum', name: 'Status', symbols: ['OPEN', 'CLOSED'], default: 'CLOSED' },
    writer: { type: 'enum', name: 'Status', symbols: ['OPEN', 'CLOSED'], default: 'OPEN' },
    repaired: [{ type: 'enum', name: 'Status', symbols: ['OPEN', 'CLOSED'], default: 'OPEN' }],
  },
  check: ({ reader, writer }) =>
    reader.default === undefined ||
    writer.default === undefined ||
    reader.default === writer.default
      ? undefined
      : `Unknown symbols of ${reader.name} become ${reader.default} to the reader and ${writer.default} to the writer.`,
};
