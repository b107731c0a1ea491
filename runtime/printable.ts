/**
 * The door through which text of strangers (names, keys, docs, file names, words of a registry) leaves for
 * a terminal, a report or a comment. What a reader cannot see stands there as a JSON escape, so that text
 * of JSON and of TypeScript literals stays the same value.
 */

/**
 * Controls (C0, DEL, C1), format characters (bidi marks and the like), lone surrogates, line and paragraph
 * separators, and what XML cannot hold. The joiners stay: Persian and emoji are written with them.
 */
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/gu;
/** The same, but for what a text of lines is laid out with. */
const UNSEEN_IN_LINES = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/gu;
/** The sequences that colour text and do nothing else (ECMA-48, SGR). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with ESC.
const COLOR = /\u001b\[[\d;]*m/g;
/** What CI runners take for commands: `::error` that begins a line, `##[group]` and `##vso[` anywhere. */
const COMMAND = /^([^\S\n]*):(?=:)|#(?=#\w*\[)/gm;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** What most texts are made of, which is told in a tenth of the time. */
const PLAIN = /^[ -~]*$/;

/** A stranger's text as one line without anything unseen. */
export function visible(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNSEEN, escaped);
}

export interface PrintableOptions {
  /** Leave sequences that colour text. @default false */
  readonly color?: boolean;
  /** Leave what CI runners take for commands: the text is meant to be one. @default false */
  readonly commands?: boolean;
}

/** Lines of ours, with a stranger's text in them, as a terminal or the log of a CI runner may have them. */
export function printable(text: string, { color, commands }: PrintableOptions = {}): string {
  const lines = text.replaceAll('\r\n', '\n');
  const colors = color === true ? (lines.match(COLOR) ?? []) : [];
  const parts = colors.length === 0 ? [lines] : lines.split(COLOR);
  const seen = parts
    .map((part, i) => `${part.replace(UNSEEN_IN_LINES, escaped)}${colors[i] ?? ''}`)
    .join('');
  if (commands === true) return seen;
  return seen.replace(COMMAND, (_, indent: string | undefined) =>
    indent === undefined ? '\\u0023' : `${indent}\\u003a`,
  );
}

function escaped(char: string): string {
  const short = SHORT[char];
  if (short !== undefined) return short;
  // By UTF-16 units, as JSON has it.
  return char
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
