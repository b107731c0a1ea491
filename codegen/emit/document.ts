/**
 * Code as a tree whose groups are printed on one line where they fit, and else broken at their lines:
 * Wadler's "A prettier printer". Each part is measured when it is made, so that printing looks at
 * every part once.
 */

/** Columns after which lines are broken, where they can be. */
export const MAX_COLUMNS = 100;

/** Columns per level. */
const INDENT = 2;

/** A piece of code: text that is never broken, or a part that may be. */
export type Doc = string | Part;

/** One shape for all kinds: printing reads nothing but these. */
interface Part {
  readonly kind: 'concat' | 'group' | 'indent' | 'line' | 'ifBroken' | 'either';
  /** Columns on one line; infinite where it must be broken. */
  readonly width: number;
  /** Columns before the first place where it can be broken. */
  readonly lead: number;
  readonly canBreak: boolean;
  /** What it is made of; the two ways of `either`. */
  readonly parts: readonly Doc[];
  /** Of a line: what stands there on one line. Of `ifBroken`: what stands there otherwise. */
  readonly text: string;
}

/** Columns that a document takes on one line. */
export function widthOf(doc: Doc): number {
  return typeof doc === 'string' ? doc.length : doc.width;
}

function leadOf(doc: Doc): number {
  return typeof doc === 'string' ? doc.length : doc.lead;
}

function canBreak(doc: Doc): boolean {
  return typeof doc !== 'string' && doc.canBreak;
}

/** One behind the other. */
export function concat(...parts: readonly Doc[]): Doc {
  return sequence(parts);
}

function sequence(parts: readonly Doc[]): Doc {
  let width = 0;
  let lead = 0;
  let isBroken = false;
  let text: string | undefined = '';
  for (const part of parts) {
    width += widthOf(part);
    if (!isBroken) lead += leadOf(part);
    isBroken ||= canBreak(part);
    text = text === undefined || typeof part !== 'string' ? undefined : text + part;
  }
  return text ?? { kind: 'concat', width, lead, canBreak: isBroken, parts, text: '' };
}

/** With a separator between each two. */
export function join(separator: Doc, docs: readonly Doc[]): Doc {
  const parts: Doc[] = [];
  for (const doc of docs) {
    if (parts.length > 0) parts.push(separator);
    parts.push(doc);
  }
  return sequence(parts);
}

function breakable(text: string, width: number): Part {
  return { kind: 'line', width, lead: 0, canBreak: true, parts: [], text };
}

/** A space, or a new line in a broken group. */
export const line: Doc = breakable(' ', 1);
/** Nothing, or a new line in a broken group. */
const softLine: Doc = breakable('', 0);
/** A new line: all groups around it are broken. */
export const hardLine: Doc = breakable('\n', Number.POSITIVE_INFINITY);

/** Nothing, but all groups around it are broken. */
export const forced: Doc = {
  kind: 'concat',
  width: Number.POSITIVE_INFINITY,
  lead: 0,
  canBreak: false,
  parts: [],
  text: '',
};

/** Printed on one line if it fits. */
export function group(content: Doc): Doc {
  return typeof content === 'string' ? content : wrapped('group', content);
}

/** New lines within it start a level further to the right. */
export function indent(...parts: readonly Doc[]): Doc {
  const content = sequence(parts);
  return typeof content === 'string' ? content : wrapped('indent', content);
}

function wrapped(kind: 'group' | 'indent', content: Part): Part {
  const { width, lead, canBreak } = content;
  return { kind, width, lead, canBreak, parts: [content], text: '' };
}

/** Text that stands there only where the group around it is broken. */
export function ifBroken(text: string): Doc {
  return { kind: 'ifBroken', width: 0, lead: text.length, canBreak: false, parts: [], text };
}

const COMMA = concat(',', line);
const LAST_COMMA = ifBroken(',');

/** On one line, or each on its own. */
export function listed(items: readonly Doc[]): Doc {
  return join(COMMA, items);
}

/** Between brackets, which are broken apart where it does not fit between them. */
export function enclosed(open: string, content: Doc, close: string): Doc {
  return group(concat(open, indent(softLine, content), softLine, close));
}

/** Items between brackets, with a comma behind the last where each is on its own line. */
export function enclosedList(open: string, items: Doc, close: string): Doc {
  return enclosed(open, concat(items, LAST_COMMA), close);
}

/** Two ways to break the same code: the first where what stands before its first break fits. */
export function either(first: Doc, other: Doc): Doc {
  return {
    kind: 'either',
    width: widthOf(first),
    lead: leadOf(other),
    canBreak: canBreak(other),
    parts: [first, other],
    text: '',
  };
}

/** Behind a head on the same line as far as its first break, or on the next one. */
export function behind(head: Doc, doc: Doc): Doc {
  return concat(group(head), either(concat(' ', doc), indent(line, doc)));
}

/** A document on one line, but for lines that must be there. */
export function textOf(doc: Doc): string {
  if (typeof doc === 'string') return doc;
  if (doc.kind === 'line') return doc.text;
  let text = '';
  for (const part of doc.parts) {
    text += textOf(part);
    if (doc.kind === 'either') break;
  }
  return text;
}

/** Prints a document, broken so that no line is longer than {@link MAX_COLUMNS} where that can be. */
export function print(doc: Doc): string {
  return new Printer(doc).print();
}

class Printer {
  /** Joined once: text that grows piece by piece is kept in pieces. */
  private readonly pieces: string[] = [];
  /** Columns on the line that is being printed. */
  private column = 0;
  /** What is still to print, all of it in broken groups, the next one last; and its indentation. */
  private readonly waiting: Doc[];
  private readonly indents: number[] = [0];

  constructor(doc: Doc) {
    this.waiting = [doc];
  }

  print(): string {
    for (let doc = this.waiting.pop(); doc !== undefined; doc = this.waiting.pop()) {
      const indent = this.indents.pop() ?? 0;
      if (typeof doc === 'string') this.write(doc);
      else this.part(doc, indent);
    }
    return this.pieces.join('');
  }

  private part(part: Part, indent: number): void {
    const first = part.parts[0] ?? '';
    switch (part.kind) {
      case 'concat':
        this.concat(part.parts, indent);
        break;
      case 'line':
        this.pieces.push('\n', ' '.repeat(indent));
        this.column = indent;
        break;
      case 'group':
        if (this.fits(part.width)) this.write(textOf(first));
        else this.push(first, indent);
        break;
      case 'indent':
        this.push(first, indent + INDENT);
        break;
      case 'ifBroken':
        this.write(part.text);
        break;
      case 'either':
        this.push(this.starts(first) ? first : (part.parts[1] ?? ''), indent);
    }
  }

  private concat(parts: readonly Doc[], indent: number): void {
    let start = 0;
    for (let text = parts[0]; typeof text === 'string'; text = parts[++start]) this.write(text);
    for (let i = parts.length - 1; i >= start; i--) this.push(parts[i] ?? '', indent);
  }

  private push(doc: Doc, indent: number): void {
    this.waiting.push(doc);
    this.indents.push(indent);
  }

  private write(text: string): void {
    this.pieces.push(text);
    this.column += text.length;
  }

  /** Whether a document fits on the line as far as its first break. */
  private starts(doc: Doc): boolean {
    return canBreak(doc) ? this.column + leadOf(doc) <= MAX_COLUMNS : this.fits(widthOf(doc));
  }

  /** Whether so many columns fit on the line, with what follows up to where it can be broken. */
  private fits(width: number): boolean {
    let end = this.column + width;
    for (let i = this.waiting.length - 1; i >= 0 && end <= MAX_COLUMNS; i--) {
      const next = this.waiting[i] ?? '';
      end += leadOf(next);
      if (canBreak(next)) break;
    }
    return end <= MAX_COLUMNS;
  }
}
