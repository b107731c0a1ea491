import { type Place, SourceText } from './source-text.js';

/** A schema that stands within another text, as it is parsed: its places are those in that text's file. */
export class Excerpt extends SourceText {
  private readonly source: SourceText;
  private readonly offsetOf: (offset: number) => number;

  /** @param offsetOf where in the file a character of the text stands */
  constructor(source: SourceText, text: string, offsetOf: (offset: number) => number) {
    super(source.file, text);
    this.source = source;
    this.offsetOf = offsetOf;
  }

  override place(offset: number): Place {
    return this.source.place(this.offsetOf(offset));
  }
}
