/** What is wrong with a text that is no JSON, in words for whoever wrote it, and where to mend it. */
import { createScanner, type ParseError, printParseErrorCode } from 'jsonc-parser';

/** An error of syntax. `offset` and `length`: the text to edit, or an empty stretch to write into. */
export interface SyntaxFault {
  readonly offset: number;
  readonly length: number;
  readonly message: string;
  readonly fix?: string;
}

interface Token {
  readonly offset: number;
  readonly end: number;
  /** As it is written. */
  readonly text: string;
}

/** A text up to where it is wrong. */
interface Met {
  /** What it is wrong at; empty where the text ends too early. */
  readonly at: Token;
  readonly before: Token | undefined;
  /** Brackets without their closing ones, outermost first. */
  readonly open: readonly Token[];
  /** What the parser calls it. */
  readonly error: string;
  /** Line and column, in words. */
  readonly where: (offset: number) => string;
}

const CLOSING: ReadonlyMap<string, string> = new Map([
  ['{', '}'],
  ['[', ']'],
]);

/** @param where line and column of an offset, in words */
export function syntaxFault(
  text: string,
  { error, offset }: ParseError,
  where: Met['where'],
): SyntaxFault {
  const met = { ...tokensUpTo(text, offset), error: printParseErrorCode(error), where };
  return (
    ofText(met) ??
    ofEnd(met) ??
    ofCommas(met) ??
    ofBrackets(met) ??
    ofStructure(met) ??
    fault(met.at, { message: `${quoted(met.at)} cannot stand here.` })
  );
}

function tokensUpTo(text: string, offset: number): Pick<Met, 'at' | 'before' | 'open'> {
  const scanner = createScanner(text, false);
  const open: Token[] = [];
  let before: Token | undefined;
  for (;;) {
    const at = next(scanner, text);
    if (at.text === '' || at.end > offset) return { at, before, open };
    if (isBlank(at)) continue;
    if (CLOSING.has(at.text)) open.push(at);
    if (isClosing(at)) open.pop();
    before = at;
  }
}

function next(scanner: ReturnType<typeof createScanner>, text: string): Token {
  scanner.scan();
  const offset = scanner.getTokenOffset();
  const end = offset + scanner.getTokenLength();
  return { offset, end, text: text.slice(offset, end) };
}

/** Space and comments, but for a comment without an end. */
function isBlank({ text }: Token): boolean {
  return /^(\s|\/\/|\/\*[\s\S]*\*\/$)/.test(text) && !text.startsWith('\uFEFF');
}

type Words = Pick<SyntaxFault, 'message' | 'fix'>;

function fault({ offset, end }: Token, words: Words): SyntaxFault {
  return { offset, length: end - offset, ...words };
}

/** Where something is to be written: behind what stands before. */
function behind({ before, at }: Met, words: Words): SyntaxFault {
  return { offset: before?.end ?? at.offset, length: 0, ...words };
}

/** Longest text that is quoted. */
const MAX_QUOTED = 30;

function quoted({ text }: Token): string {
  const cut = text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text;
  return isString(text) ? cut : JSON.stringify(cut);
}

const SCAN_FAULTS: Readonly<Record<string, Words>> = {
  UnexpectedEndOfComment: {
    message: 'this comment has no end.',
    fix: 'Write */ behind it.',
  },
  UnexpectedEndOfString: {
    message: 'this text has no closing quote on its line.',
    fix: 'Write " at its end. A line break within a text is \\n.',
  },
  UnexpectedEndOfNumber: { message: 'this number has no digits at its end.' },
  InvalidUnicode: {
    message: 'this text has a \\u without four hex digits.',
    fix: 'Write \\u0041, or \\\\ for a backslash.',
  },
  InvalidEscapeCharacter: {
    message: 'this text has a backslash before what needs none.',
    fix: 'Write \\\\ for a backslash.',
  },
  InvalidCharacter: {
    message: 'this text has a control character, such as a tab.',
    fix: 'Write \\t for a tab.',
  },
};

/** A token that is wrong in itself. */
function ofText({ at, before, open, error }: Met): SyntaxFault | undefined {
  const isRest = before !== undefined && open.length === 0 && !at.text.startsWith('/*');
  if (isRest) return undefined;
  const scanned = SCAN_FAULTS[error];
  if (scanned !== undefined) return fault(at, scanned);
  if (/^\d/.test(at.text) && before?.end === at.offset && before.text === '0')
    return fault(before, { message: 'a number begins with 0.', fix: 'Remove the zero.' });
  return error === 'InvalidSymbol' ? ofSymbol({ at, before }) : undefined;
}

/** What no value begins with. */
function ofSymbol({ at, before }: Pick<Met, 'at' | 'before'>): SyntaxFault | undefined {
  const [first = ''] = at.text;
  if (first === "'")
    return fault(at, {
      message: 'text stands in single quotes.',
      fix: 'Put double quotes around it.',
    });
  if (first === '#')
    return fault(at, { message: '# begins no comment.', fix: 'Begin it with //, or remove it.' });
  if (first === '=')
    return fault(at, { message: '"=" stands in place of a colon.', fix: 'Write ":".' });
  if (first === '\uFEFF')
    return fault(at, {
      message: 'a byte order mark stands within the text.',
      fix: 'Remove it: two files were put together, or the file begins with two marks.',
    });
  if (before !== undefined && /\d$/.test(before.text) && before.end === at.offset)
    return fault(at, { message: `${quoted(at)} behind a number.`, fix: 'Remove it.' });
  if (/^[+.\d]/.test(at.text))
    return fault(at, {
      message: `${quoted(at)} is no number as JSON has it.`,
      fix: 'Numbers begin with a digit or "-".',
    });
  if (/^[“”„‘’`]/.test(at.text))
    return fault(at, {
      message: `${quoted(at)} begins with a quote that JSON does not have.`,
      fix: 'Put the double quotes of a keyboard around it: ".',
    });
  if (!/^[\p{L}_$]/u.test(at.text)) return undefined;
  return fault(at, {
    message: `${quoted(at)} stands without quotes.`,
    fix: 'Put double quotes around text. Without them stand numbers, true, false and null.',
  });
}

/** The text ends too early. */
function ofEnd(met: Met): SyntaxFault | undefined {
  const { at, open } = met;
  if (at.text !== '') return undefined;
  const [inner] = open.slice(-1);
  if (inner === undefined)
    return {
      offset: 0,
      length: 0,
      message: 'the file is empty.',
      fix: 'Write its JSON into it, or remove it.',
    };
  const missing = [...open].reverse().map(({ text }) => CLOSING.get(text) ?? '');
  return behind(met, {
    message: `the file ends before the ${quoted(inner)} at ${met.where(inner.offset)} is closed.`,
    fix: `Finish it, and close what is open: ${missing.join('')}`,
  });
}

function isClosing({ text }: Token): boolean {
  return text === '}' || text === ']';
}

function isString(text: string | undefined): boolean {
  return text?.startsWith('"') === true;
}

/** A comma too many, or too few. */
function ofCommas(met: Met): SyntaxFault | undefined {
  const { at, before, open, error } = met;
  if (before?.text === ',' && isClosing(at))
    return fault(before, {
      message: `a trailing comma stands before ${quoted(at)}.`,
      fix: 'Remove the comma.',
    });
  if (at.text === ',' && open.length > 0) {
    if (before?.text === ':')
      return behind(met, { message: 'a key has no value.', fix: 'Write one behind the colon.' });
    if (!isString(before?.text) || error !== 'ColonExpected')
      return fault(at, { message: 'a comma stands where none belongs.', fix: 'Remove the comma.' });
  }
  if (at.text === ':' && error === 'CommaExpected')
    return fault(at, { message: 'a colon stands where none belongs.', fix: 'Remove it.' });
  if (error === 'CommaExpected' && !isClosing(at))
    return behind(met, {
      message: `a comma is missing before ${quoted(at)}.`,
      fix: 'Write "," here.',
    });
  return undefined;
}

/** A closing bracket that closes another one than it should, or none; what follows the end. */
function ofBrackets(met: Met): SyntaxFault | undefined {
  const { at, before, open } = met;
  const [inner] = open.slice(-1);
  if (inner === undefined) return before === undefined ? undefined : ofRest(at);
  if (!isClosing(at) || at.text === CLOSING.get(inner.text)) return undefined;
  return behind(met, {
    message: `the ${quoted(inner)} at ${met.where(inner.offset)} is not closed before ${quoted(at)}.`,
    fix: `Write ${JSON.stringify(CLOSING.get(inner.text))} here, or remove the ${quoted(at)} at ${met.where(at.offset)}.`,
  });
}

function ofRest(at: Token): SyntaxFault {
  if (isClosing(at))
    return fault(at, { message: `${quoted(at)} closes nothing.`, fix: 'Remove it.' });
  return fault(at, {
    message: 'text stands behind the end.',
    fix: 'Remove it. A file holds one value: put several schemas into files of their own, or into a list.',
  });
}

/** Keys and colons. */
function ofStructure(met: Met): SyntaxFault | undefined {
  const { at, before, error } = met;
  if (error === 'ColonExpected' && before !== undefined)
    return behind(met, {
      message: `the key ${quoted(before)} has no colon and value.`,
      fix: 'Write them behind it.',
    });
  if (before?.text === ':')
    return behind(met, { message: 'a key has no value.', fix: 'Write one behind the colon.' });
  if (error === 'PropertyNameExpected')
    return fault(at, {
      message: `${quoted(at)} stands where a key belongs.`,
      fix: 'Write "key": value.',
    });
  return undefined;
}
