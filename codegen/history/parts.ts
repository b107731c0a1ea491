/** Texts of the lock that name parts by their numbers: each stands for a whole schema, or a field of one. */
import { MAX_HISTORY_DEPTH } from '../model/limits.js';

/** Most characters that parts may put into a subject's versions: parts may double with each that names them. */
export const MAX_UNFOLDED_CHARACTERS = 268_435_456;
/** Deepest nesting of a schema with its parts: twice what can be parsed as one. */
const MAX_DEPTH = 2 * MAX_HISTORY_DEPTH;

/** Most characters of a number that an error shows. */
const MAX_SHOWN = 20;

/** A stretch of a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What stands where: only an item of the `fields` of a type may be the number of a part. */
export type Position = 'type' | 'fields' | 'field' | 'part' | 'other';

/** A number in a text, and what it stands for. */
interface Reference extends Span {
  readonly part: FoldedText;
}

/** JSON in which numbers may stand for parts. */
export class FoldedText {
  /** Characters of the text that it stands for. */
  readonly length: number;
  /** Deepest nesting of that text. */
  readonly depth: number;
  private readonly source: string;
  private readonly span: Span;
  private readonly references: readonly Reference[];
  private known: string | undefined;
  /** The same, shared parts left as their numbers. */
  private knownBut: string | undefined;

  /**
   * @param span where the text stands in its file: JSON, as somebody has seen
   * @param parts those that it may name
   * @throws RangeError for a number of no part, and for what is too long or too deep
   */
  constructor(
    source: string,
    span: Span,
    { position, parts }: { position: 'type' | 'part'; parts: readonly FoldedText[] },
  ) {
    this.source = source;
    this.span = span;
    const found = new Scanner(source, span.start).scan(position);
    let { depth } = found;
    let length = span.end - span.start;
    this.references = found.numbers.map(({ start, end, depth: at }) => {
      const written = source.slice(start, end);
      const part = /^\d+$/.test(written) ? parts[Number(written)] : undefined;
      if (part === undefined)
        throw new RangeError(
          `it names a part ${written.slice(0, MAX_SHOWN)} that does not stand before it`,
        );
      depth = Math.max(depth, at + part.depth);
      length += part.length - written.length;
      return { start, end, part };
    });
    if (depth > MAX_DEPTH) throw new RangeError('its parts nest too deep');
    if (length > MAX_UNFOLDED_CHARACTERS) throw new RangeError('its parts are too long');
    this.length = length;
    this.depth = depth;
  }

  /** Whether it names no other part. */
  get isPlain(): boolean {
    return this.references.length === 0;
  }

  /** Where in the file a character of that text stands. */
  offsetOf(offset: number, isShared: IsShared = NONE): number {
    let at = this.span.start;
    let left = offset;
    for (const { start, end, part } of this.references) {
      if (left < start - at) break;
      left -= start - at;
      const length = part.lengthBut(isShared) ?? end - start;
      if (left < length) return isShared(part) ? start + left : part.offsetOf(left, isShared);
      left -= length;
      at = end;
    }
    return at + left;
  }

  /** The text that it stands for, made anew: of parts it is kept, since many name them. */
  unfold(): string {
    return this.joined((part) => {
      part.known ??= part.unfold();
      return part.known;
    });
  }

  /** The same with the numbers of shared parts. @param isShared always the same */
  unfoldBut(isShared: IsShared): string {
    return this.joined((part, written) => {
      if (isShared(part)) return written;
      part.knownBut ??= part.unfoldBut(isShared);
      return part.knownBut;
    });
  }

  /** Characters of the text with the numbers of shared parts; of a shared part nobody knows. */
  private lengthBut(isShared: IsShared): number | undefined {
    if (isShared(this)) return undefined;
    if (isShared === NONE) return this.length;
    this.knownBut ??= this.unfoldBut(isShared);
    return this.knownBut.length;
  }

  private joined(textOf: (part: FoldedText, written: string) => string): string {
    let text = '';
    let at = this.span.start;
    for (const { start, end, part } of this.references) {
      text += this.source.slice(at, start) + textOf(part, this.source.slice(start, end));
      at = end;
    }
    return text + this.source.slice(at, this.span.end);
  }
}

/** Whether the number of a part is left as it is. */
export type IsShared = (part: FoldedText) => boolean;

const NONE: IsShared = () => false;

/** Finds the numbers of parts in a text that is JSON. */
class Scanner {
  private readonly text: string;
  private at: number;
  private depth = 0;
  private deepest = 0;
  private readonly numbers: (Span & { readonly depth: number })[] = [];

  constructor(text: string, start: number) {
    this.text = text;
    this.at = start;
  }

  scan(position: Position) {
    this.value(position);
    return { numbers: this.numbers, depth: this.deepest };
  }

  private value(position: Position): void {
    const char = this.next();
    if (char === '{') this.object(position);
    else if (char === '[') this.array(itemOf(position));
    else if (char === '"') this.string();
    else this.scalar(position);
  }

  private object(position: Position): void {
    this.enter();
    while (this.next() !== '}') {
      const key = this.string();
      this.next();
      this.at += 1;
      this.value(positionOf(position, key));
      if (this.next() === ',') this.at += 1;
    }
    this.leave();
  }

  private array(position: Position): void {
    this.enter();
    while (this.next() !== ']') {
      this.value(position);
      if (this.next() === ',') this.at += 1;
    }
    this.leave();
  }

  private enter(): void {
    this.at += 1;
    this.depth += 1;
    this.deepest = Math.max(this.deepest, this.depth);
    if (this.depth > MAX_DEPTH) throw new RangeError('it nests too deep');
  }

  private leave(): void {
    this.at += 1;
    this.depth -= 1;
  }

  private string(): string {
    const start = this.at + 1;
    let end = this.text.indexOf('"', start);
    while (this.isEscaped(end)) end = this.text.indexOf('"', end + 1);
    this.at = end + 1;
    return this.text.slice(start, end);
  }

  private isEscaped(at: number): boolean {
    let first = at;
    while (this.text[first - 1] === '\\') first -= 1;
    return (at - first) % 2 === 1;
  }

  private scalar(position: Position): void {
    SCALAR.lastIndex = this.at;
    SCALAR.test(this.text);
    const [start, end] = [this.at, SCALAR.lastIndex];
    this.at = end;
    if (position === 'field' && /[-\d]/.test(this.text[start] ?? ''))
      this.numbers.push({ start, end, depth: this.depth });
  }

  /** The next character that is no blank. */
  private next(): string {
    while (BLANKS.has(this.text[this.at] ?? '')) this.at += 1;
    return this.text[this.at] ?? '';
  }
}

const SCALAR = /[-+.\w]+/y;
const BLANKS: ReadonlySet<string> = new Set(' \t\r\n');

function positionOf(position: Position, key: string): Position {
  if (position === 'type' && key === 'fields') return 'fields';
  if (position === 'type' && (key === 'items' || key === 'values')) return 'type';
  return key === 'type' && position !== 'other' && position !== 'fields' ? 'type' : 'other';
}

function itemOf(position: Position): Position {
  if (position === 'type') return 'type';
  return position === 'fields' ? 'field' : 'other';
}
