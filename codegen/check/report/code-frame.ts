import { visible } from '../../../runtime/printable.js';
import type { Place, SourceText } from '../../model/source-text.js';

/** Longest line that is shown, in UTF-16 units: generated files may be one line. */
const MAX_LINE = 120;

/** The line of a place with its neighbours, and a mark below the character. */
export function codeFrame(source: SourceText, { line, column }: Place): readonly string[] {
  const width = String(line + 1).length;
  const show = (number: number, mark: string): string[] => {
    if (number < 1) return [];
    const text = source.line(number);
    if (text === '' && number !== line) return [];
    return [`${mark} ${String(number).padStart(width)} | ${window(text, from)}`];
  };
  // Columns far out are reached by cutting the left end of all three lines alike.
  const from = column > MAX_LINE - 20 ? column - 40 : 0;
  const before = window(source.line(line).slice(0, column - 1), from);
  return [
    ...show(line - 1, ' '),
    ...show(line, '>'),
    `  ${' '.repeat(width)} | ${' '.repeat(before.length)}^`,
    ...show(line + 1, ' '),
  ];
}

function window(text: string, from: number): string {
  const cut = text.slice(from, from + MAX_LINE).replaceAll('\t', ' ');
  return visible(
    `${from > 0 && cut !== '' ? `…${cut.slice(1)}` : cut}${text.length > from + MAX_LINE ? '…' : ''}`,
  );
}
