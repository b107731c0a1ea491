import type { Rule } from '../rule.js';

/** An enum that cannot grow without breaking whoever reads it today. */
export const enumDefaultMissing: Rule<'ownType'> = {
  id: 'enum-default-missing',
  category: 'LINT',
  severity: 'off',
  why: 'Readers refuse a symbol that they do not know unless their enum has a default, so each new symbol has to wait until all consumers know it.',
  fix: 'Add a symbol that stands for all others, and name it as "default".',
  example: {
    reader: { type: 'enum', name: 'Status', symbols: ['OPEN', 'PAID'] },
    writer: 'null',
    repaired: [
      { type: 'enum', name: 'Status', symbols: ['UNKNOWN', 'OPEN', 'PAID'], default: 'UNKNOWN' },
    ],
  },
  check: ({ schema }) =>
    schema.kind === 'enum' && schema.default === undefined
      ? `${schema.name} has no default for symbols that come later.`
      : undefined,
};
