import type { Rule } from '../rule.js';
import { missingSymbols } from './enum-symbol-missing.js';

/** Symbols that a switch over the enum does not handle yet. */
export const sourceSymbolAdded: Rule<'enum'> = {
  id: 'source-symbol-added',
  category: 'SOURCE',
  severity: 'warning',
  why: 'A switch that handled every symbol no longer does.',
  fix: 'Handle the new symbols wherever the enum is looked at.',
  example: {
    reader: { type: 'enum', name: 'Status', symbols: ['OPEN', 'CLOSED'] },
    writer: { type: 'enum', name: 'Status', symbols: ['OPEN'] },
    repaired: [],
    code: {
      before: "const words: Record<Status, string> = { OPEN: 'open' };",
      after: "const words: Record<Status, string> = { OPEN: 'open', CLOSED: 'closed' };",
    },
  },
  check({ reader, writer }) {
    const added = missingSymbols(writer, reader);
    const origin = reader.symbolOrigins[reader.symbols.indexOf(added[0] ?? '')];
    if (added.length === 0) return undefined;
    return {
      message: `${reader.name} gains ${added.join(', ')}.`,
      ...(origin === undefined ? {} : { reader: origin }),
    };
  },
};
