import type { Rule } from '../rule.js';
import { missingSymbols } from './enum-symbol-missing.js';

/** Symbols that code may still name. */
export const sourceSymbolRemoved: Rule<'enum'> = {
  id: 'source-symbol-removed',
  category: 'SOURCE',
  severity: 'warning',
  why: 'Code that names the symbol no longer compiles.',
  fix: 'Change the code that names it; the compiler lists the places.',
  example: {
    reader: { type: 'enum', name: 'Status', symbols: ['OPEN'] },
    writer: { type: 'enum', name: 'Status', symbols: ['OPEN', 'CLOSED'] },
    repaired: [],
    code: {
      before: "const status: Status = 'CLOSED';",
      after: "const status: Status = 'OPEN';",
    },
  },
  check({ reader, writer }) {
    const removed = missingSymbols(reader, writer);
    return removed.length === 0 ? undefined : `${reader.name} loses ${removed.join(', ')}.`;
  },
};
