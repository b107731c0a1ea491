import type { Rule } from '../rule.js';
import { missingSymbols } from './enum-symbol-missing.js';

/** Symbols that the reader's default stands in for. */
export const enumDefaultUsed: Rule<'enum'> = {
  id: 'enum-default-used',
  category: 'SEMANTIC',
  severity: 'warning',
  why: 'A symbol that the reader does not know becomes its default: the data says one thing, the reader hears another.',
  fix: 'Give the readers the new symbols before they are written. Where the default is right for them until then, say so with a waiver.',
  example: {
    reader: { type: 'enum', name: 'Status', symbols: ['UNKNOWN', 'OPEN'], default: 'UNKNOWN' },
    writer: { type: 'enum', name: 'Status', symbols: ['UNKNOWN', 'OPEN', 'CLOSED'] },
    repaired: [
      { type: 'enum', name: 'Status', symbols: ['UNKNOWN', 'OPEN', 'CLOSED'], default: 'UNKNOWN' },
    ],
  },
  check({ reader, writer }) {
    if (reader.default === undefined || !reader.symbols.includes(reader.default)) return undefined;
    const missing = missingSymbols(reader, writer);
    const origin = writer.symbolOrigins[writer.symbols.indexOf(missing[0] ?? '')];
    if (missing.length === 0) return undefined;
    return {
      message: `The reader takes ${missing.join(', ')} of ${writer.name} for ${reader.default}, its default.`,
      ...(origin === undefined ? {} : { writer: origin }),
    };
  },
};
