import { type Place, SourceText } from '../model/source-text.js';

/** The schema of a version as it is parsed, whose places are those in the file that it was read from. */
export class LockedSchema extends SourceText {
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
