import { visible } from '../../runtime/printable.js';

/** Where something stands in a file; lines and columns count from 1, columns in UTF-16 units. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The text of one schema file, which can tell the place of each character. */
export class SourceText {
  readonly file: string;
  readonly text: string;
  readonly path: string;
  private lineStarts: number[] | undefined;

  /**
   * @param file what messages call it
   * @param path where it stands beside others: its ending says how it is read. By default `file`
   */
  constructor(file: string, text: string, path: string = file) {
    this.file = file;
    this.path = path;
    // A byte order mark is no part of the text.
    this.text = text.startsWith('\uFEFF') ? text.slice(1) : text;
  }

  /** The place of the character at an offset. */
  place(offset: number): Place {
    const starts = this.starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.file, line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  }

  /** The offset of a place of this file. */
  offset({ line, column }: Pick<Place, 'line' | 'column'>): number {
    return (this.starts()[line - 1] ?? this.text.length) + column - 1;
  }

  /** A line's text, counting from 1. */
  line(number: number): string {
    const start = this.starts()[number - 1] ?? this.text.length;
    const end = this.text.indexOf('\n', start);
    return this.text.slice(start, end < 0 ? undefined : end).replace(/\r$/, '');
  }

  private starts(): number[] {
    if (this.lineStarts === undefined) {
      this.lineStarts = [0];
      for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) {
        this.lineStarts.push(at + 1);
      }
    }
    return this.lineStarts;
  }
}

/** A stretch of a source text: what an error points at. */
export interface Origin {
  readonly source: SourceText;
  readonly offset: number;
  readonly length: number;
}

/** The place where an origin starts. */
export function placeOf(origin: Origin): Place {
  return origin.source.place(origin.offset);
}

/** `file:line:column`, as editors and terminals link it. */
export function printPlace({ file, line, column }: Place): string {
  return `${visible(file)}:${line}:${column}`;
}
