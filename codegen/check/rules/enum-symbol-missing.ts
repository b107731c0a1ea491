import type { EnumSchema } from '../../model/schema.js';
import type { Rule } from '../rule.js';

/** Symbols that the reader does not know and has no default for. */
export const enumSymbolMissing: Rule<'enum'> = {
  id: 'enum-symbol-missing',
  category: 'WIRE',
  severity: 'error',
  java: 'MISSING_ENUM_SYMBOLS',
  why: "The reader has no value for a symbol that it does not list. The enum's own default would stand in; the default of a field never does.",
  fix: 'Keep the symbols, or give the enum a "default", one of its symbols, which enum-default-used then asks about.',
  example: {
    reader: { type: 'enum', name: 'Status', symbols: ['OPEN'] },
    writer: { type: 'enum', name: 'Status', symbols: ['OPEN', 'CLOSED'] },
    repaired: [
      { type: 'enum', name: 'Status', symbols: ['OPEN', 'CLOSED'] },
      { type: 'enum', name: 'Status', symbols: ['OPEN'], default: 'OPEN' },
    ],
  },
  check({ reader, writer }) {
    if (reader.default !== undefined && reader.symbols.includes(reader.default)) return undefined;
    const missing = missingSymbols(reader, writer);
    const [first] = missing;
    if (first === undefined) return undefined;
    const origin = writer.symbolOrigins[writer.symbols.indexOf(first)];
    const [fallback] = reader.symbols;
    return {
      message: `The reader's ${reader.name} lacks ${missing.join(', ')}, which the writer may write.`,
      fix: `Keep ${missing.length === 1 ? 'the symbol' : 'the symbols'}${renamed(reader, writer)}, or give the enum a default, such as "default": "${fallback ?? 'UNKNOWN'}", before data with other symbols is written.`,
      pastReader: `Give the enum a default, such as "default": "${fallback ?? 'UNKNOWN'}", in a version of its own, and write ${missing.join(', ')} when all consumers have that.`,
      ...(origin === undefined ? {} : { writer: origin }),
    };
  },
};

/** A symbol in the place of one that is gone looks renamed, which Avro has no word for. */
function renamed(reader: EnumSchema, writer: EnumSchema): string {
  const added = missingSymbols(writer, reader);
  const index = writer.symbols.findIndex((symbol) => !reader.symbols.includes(symbol));
  const [old, heir] = [writer.symbols[index], reader.symbols[index]];
  const isInPlace = reader.symbols.length === writer.symbols.length;
  if (!isInPlace || old === undefined || heir === undefined || !added.includes(heir)) return '';
  return ` (symbols have no aliases: if ${heir} is ${old} renamed, list both)`;
}

/** The writer's symbols that the reader does not list. */
export function missingSymbols(reader: EnumSchema, writer: EnumSchema): readonly string[] {
  const known = new Set(reader.symbols);
  return writer.symbols.filter((symbol) => !known.has(symbol));
}
