/**
 * The tokens of Avro IDL: where things stand, and what avsc's reader, which reads the rest, would
 * take for something else, never come to the end of, or refuse without a place.
 * Source: Avro 1.12 specification, "Avro IDL"; avsc 5.7.9, `lib/specs.js`.
 */
import { MAX_JSON_DEPTH } from './limits.js';
import { DEFINED_KINDS } from './schema.js';
import type { Origin, SourceText } from './source-text.js';

export interface Token {
  readonly text: string;
  readonly offset: number;
}

/** What cannot be read, and where. */
export interface Unreadable {
  readonly at: Token;
  readonly why: string;
}

const SKIPPED = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/uy;
/** A string, a name, also a quoted one, a number, or any other character. */
const TOKEN = /"(?:[^"\\]|\\[\s\S])*"|`[^`\s]*`|[\p{L}_][\p{L}\p{Nd}_.-]*|-?\d[\d.eE+-]*|[\s\S]/uy;

/** The tokens of a text, comments left out. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; ; ) {
    SKIPPED.lastIndex = at;
    at += SKIPPED.exec(text)?.[0].length ?? 0;
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text)?.[0];
    if (found === undefined) return tokens;
    tokens.push({ text: found, offset: at });
    at += found.length;
    // Nothing behind it can be told from it.
    if (found === '"' || (found === '/' && text[at] === '*')) return tokens;
  }
}

/** The first thing that avsc's reader is not given. */
export function unreadable(tokens: readonly Token[]): Unreadable | undefined {
  const open: Token[] = [];
  for (const [i, at] of tokens.entries()) {
    const why =
      wrongAt(at.text, {
        before: tokens[i - 1]?.text ?? '',
        next: tokens[i + 1]?.text ?? '',
        afterNext: tokens[i + 2]?.text ?? '',
        isOutermost: open.length === 0,
      }) ?? wrongBracket(at, open);
    if (why !== undefined) return { at, why };
  }
  const [unclosed] = open;
  return unclosed && { at: unclosed, why: `the ${unclosed.text} is not closed` };
}

const CLOSING: Readonly<Record<string, string>> = { '}': '{', ']': '[', ')': '(', '>': '<' };
const OPENING = Object.values(CLOSING);

function wrongBracket(at: Token, open: Token[]): string | undefined {
  if (OPENING.includes(at.text) && open.push(at) > MAX_JSON_DEPTH)
    return `it nests deeper than ${MAX_JSON_DEPTH}`;
  const opening = CLOSING[at.text];
  return opening === undefined || open.pop()?.text === opening
    ? undefined
    : `the ${at.text} closes nothing`;
}

interface Around {
  readonly before: string;
  readonly next: string;
  readonly afterNext: string;
  /** Outside all brackets. */
  readonly isOutermost: boolean;
}

/** Of Avro 1.12. */
const DIRECTIVES = ['namespace', 'schema'];
const NAME = /^[\p{L}_`]/u;
const JSON_START = /^(?:["[{\d-]|(?:true|false|null)$)/;

function wrongAt(text: string, around: Around): string | undefined {
  const { before, next, afterNext, isOutermost } = around;
  if (text === '"' || (text === '/' && next === '')) return 'a string or comment has no end';
  if (text === '@' && !(NAME.test(next) && afterNext === '('))
    return 'an annotation is written @name(value)';
  if (text === '?') return 'avsc knows no ? behind a type: write union { null, … }';
  if (text === 'decimal' && next === '(' && !NAME.test(before))
    return 'avsc knows no decimal(…): write @logicalType("decimal") @precision(…) @scale(…) bytes';
  if (text === 'union' && next === '{' && before === ')')
    return 'avsc knows no annotations of a union';
  if (isOutermost && DIRECTIVES.includes(text) && !['@', 'import'].includes(before))
    return `avsc knows no "${text}" outside a protocol: write @namespace("…") protocol Name { … }`;
  // The symbol behind an enum is a name.
  if (text === '=' && before !== '}' && !JSON_START.test(next)) return 'a default is JSON';
  return wrongNumber(text);
}

/** avsc reads numbers as JavaScript does. */
function wrongNumber(text: string): string | undefined {
  if (!/^-?\d/.test(text)) return undefined;
  const isExact = /^-?\d+$/.test(text)
    ? Number.isSafeInteger(Number(text))
    : Number.isFinite(Number(text));
  return isExact ? undefined : `avsc would not read the number ${text} as it is`;
}

/**
 * Where names stand: of types under the name, of fields and symbols under the type's name, a space
 * and their own. Of several the first.
 */
export function placesIn(
  source: SourceText,
  tokens: readonly Token[],
): ReadonlyMap<string, Origin> {
  const places = new Map<string, Origin>();
  const note = (key: string, { text, offset }: Token): void => {
    if (!places.has(key)) places.set(key, { source, offset, length: text.length });
  };
  // What each bracket that is open belongs to: the type whose body it is, or nothing.
  const open: (string | undefined)[] = [];
  let type: string | undefined;
  for (const [i, token] of tokens.entries()) {
    const [before, next] = [tokens[i - 1]?.text ?? '', tokens[i + 1]?.text ?? ''];
    const owner = open.at(-1);
    if (OPENING.includes(token.text)) {
      open.push(type);
      type = undefined;
    } else if (CLOSING[token.text] !== undefined) open.pop();
    else if (DEFINED_KINDS.includes(before) && (next === '{' || next === '(')) {
      type = nameOf(token);
      note(type, token);
    } else if (owner !== undefined && [';', '=', ',', '}'].includes(next))
      note(`${owner} ${nameOf(token)}`, token);
  }
  return places;
}

function nameOf({ text }: Token): string {
  return text.replaceAll('`', '');
}
