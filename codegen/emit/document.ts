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
  /** On one line; none where it must be broken. */
  readonly flat: string | undefined;
  /** Columns before the first place where it can be broken. */
  readonly lead: number;
  readonly canBreak: boolean;
  /** What it is made of; the two ways of `either`. Of a group it is made only when it does not fit. */
  readonly parts: readonly Doc[] | (() => readonly Doc[]);
}

const NO_PARTS: readonly Doc[] = [];

function flatOf(doc: Doc): string | undefined {
  return typeof doc === 'string' ? doc : doc.flat;
}

/** Columns that a document takes on one line; infinite where it must be broken. */
export function widthOf(doc: Doc): number {
  return flatOf(doc)?.length ?? Number.POSITIVE_INFINITY;
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
  let flat: string | undefined = '';
  let lead = 0;
  let isBroken = false;
  let isText = true;
  for (const part of parts) {
    const text = flatOf(part);
    flat = flat === undefined || text === undefined ? undefined : flat + text;
    if (!isBroken) lead += leadOf(part);
    isBroken ||= canBreak(part);
    isText &&= typeof part === 'string';
  }
  return isText ? (flat ?? '') : { kind: 'concat', flat, lead, canBreak: isBroken, parts };
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

function breakable(flat: string | undefined): Doc {
  return { kind: 'line', flat, lead: 0, canBreak: true, parts: NO_PARTS };
}

/** A space, or a new line in a broken group. */
export const line: Doc = breakable(' ');
/** Nothing, or a new line in a broken group. */
const softLine: Doc = breakable('');
/** A new line: all groups around it are broken. */
export const hardLine: Doc = breakable(undefined);

/** Nothing, but all groups around it are broken. */
export const forced: Doc = {
  kind: 'concat',
  flat: undefined,
  lead: 0,
  canBreak: false,
  parts: NO_PARTS,
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
  const { flat, lead, canBreak } = content;
  return { kind, flat, lead, canBreak, parts: [content] };
}

/** Text that stands there only where the group around it is broken. */
export function ifBroken(text: string): Doc {
  return { kind: 'ifBroken', flat: '', lead: text.length, canBreak: false, parts: [text] };
}

const COMMA = concat(',', line);
/** Behind the last item where each is on its own line. */
export const LAST_COMMA = ifBroken(',');

/** On one line, or each on its own. */
export function listed(items: readonly Doc[]): Doc {
  return join(COMMA, items);
}

/** Between brackets, which are broken apart where it does not fit between them. */
export function enclosed(open: string, content: Doc, close: string): Doc {
  const inner = flatOf(content);
  const flat = inner === undefined ? undefined : open + inner + close;
  const parts = () => [open, indent(softLine, content), softLine, close];
  return { kind: 'group', flat, lead: open.length, canBreak: true, parts };
}

/** Items between brackets, with a comma behind the last where each is on its own line. */
export function enclosedList(open: string, items: readonly Doc[], close: string): Doc {
  const parts = () => [open, indent(softLine, listed(items), LAST_COMMA), softLine, close];
  const inner = flatList(items);
  const flat = inner === undefined ? undefined : open + inner + close;
  return { kind: 'group', flat, lead: open.length, canBreak: true, parts };
}

/** Items between braces, which stand apart from them. */
export function braced(items: readonly Doc[]): Doc {
  const parts = () => ['{', indent(line, listed(items), LAST_COMMA), line, '}'];
  const inner = flatList(items);
  const flat = inner === undefined ? undefined : `{ ${inner} }`;
  return { kind: 'group', flat, lead: '{'.length, canBreak: true, parts };
}

function flatList(items: readonly Doc[]): string | undefined {
  let flat = '';
  for (const item of items) {
    const text = flatOf(item);
    if (text === undefined) return undefined;
    flat += flat === '' ? text : `, ${text}`;
  }
  return flat;
}

/** Two ways to break the same code: the first where what stands before its first break fits. */
export function either(first: Doc, other: Doc): Doc {
  const [flat, lead] = [flatOf(first), leadOf(other)];
  return { kind: 'either', flat, lead, canBreak: canBreak(other), parts: [first, other] };
}

/** Behind a head on the same line as far as its first break, or on the next one. */
export function behind(head: Doc, doc: Doc): Doc {
  return concat(group(head), either(concat(' ', doc), indent(line, doc)));
}

/** Behind a head on the same line as a whole, or on the next one. */
export function behindAsWhole(head: Doc, doc: Doc): Doc {
  const text = flatOf(doc);
  const flat = text === undefined ? undefined : ` ${text}`;
  const next: Doc = {
    kind: 'group',
    flat,
    lead: 0,
    canBreak: true,
    parts: () => [indent(line, doc)],
  };
  return concat(group(head), next);
}

/** A document on one line, but for lines that must be there. */
export function textOf(doc: Doc): string {
  const flat = flatOf(doc);
  if (flat !== undefined || typeof doc === 'string') return flat ?? '';
  if (doc.kind === 'line') return '\n';
  const parts = partsOf(doc);
  return (doc.kind === 'either' ? parts.slice(0, 1) : parts).map(textOf).join('');
}

function partsOf({ parts }: Part): readonly Doc[] {
  return typeof parts === 'function' ? parts() : parts;
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
    switch (part.kind) {
      case 'line':
        this.pieces.push('\n', ' '.repeat(indent));
        this.column = indent;
        break;
      case 'group':
        if (part.flat !== undefined && this.fits(part.flat.length)) this.write(part.flat);
        else this.concat(partsOf(part), indent);
        break;
      case 'indent':
        this.concat(partsOf(part), indent + INDENT);
        break;
      case 'either':
        this.push(this.better(partsOf(part)), indent);
        break;
      default:
        this.concat(partsOf(part), indent);
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

  /** The first of two ways if it fits on the line as far as its first break. */
  private better([first = '', other = '']: readonly Doc[]): Doc {
    const isFirst = canBreak(first)
      ? this.column + leadOf(first) <= MAX_COLUMNS
      : this.fits(widthOf(first));
    return isFirst ? first : other;
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
