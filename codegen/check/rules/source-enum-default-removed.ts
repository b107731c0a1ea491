import type { Rule } from '../rule.js';

/** An enum that took any symbol and takes only its own now. */
export const sourceEnumDefaultRemoved: Rule<'enum'> = {
  id: 'source-enum-default-removed',
  category: 'SOURCE',
  severity: 'warning',
  why: 'A symbol that code does not know was read as the default, and is refused now: no symbol can be added any more without breaking readers of this version.',
  fix: 'Keep the default of the enum.',
  example: {
    reader: { type: 'enum', name: 'Status', symbols: ['UNKNOWN', 'OPEN'] },
    writer: { type: 'enum', name: 'Status', symbols: ['UNKNOWN', 'OPEN'], default: 'UNKNOWN' },
    repaired: [{ type: 'enum', name: 'Status', symbols: ['UNKNOWN', 'OPEN'], default: 'UNKNOWN' }],
  },
  check: ({ reader, writer }) =>
    writer.default !== undefined && reader.default === undefined
      ? `${reader.name} read unknown symbols as ${writer.default} and now refuses them.`
      : undefined,
};
