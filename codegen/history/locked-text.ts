/** The text of a lock as findings about the past point into it. */
import { type Place, SourceText } from '../model/source-text.js';
import { LOCK_FILE, type LockedVersion, pretty } from './lock.js';
import { type LockPlaces, lockPlaces } from './lock-places.js';

/** How deep a version's schema is indented in lock.json. */
const SCHEMA_INDENT = ' '.repeat(10);

/** Places in a lock, looked for when first asked for. */
export class LockText {
  private readonly source: SourceText;
  private known: LockPlaces | undefined;

  /** @param source a lock that was never a file has no place but a start */
  constructor(source: SourceText = new SourceText(LOCK_FILE, '')) {
    this.source = source;
  }

  /** Where a subject stands, or a version of it. */
  place(subject: string, version?: number): Place {
    const { places } = this;
    return this.source.place(
      version === undefined ? places.subject(subject) : places.version(subject, version),
    );
  }

  /** A version's schema, whose places are those in the lock. */
  schemaOf(subject: string, version: LockedVersion): SourceText {
    return new LockedSchema(pretty(version.schema, SCHEMA_INDENT), (offset, printed) => {
      const { text, offset: start } = this.places.schema(subject, version.version);
      // A lock that someone formatted otherwise: the start of the schema is near enough.
      return this.source.place(text === printed ? start + offset : start);
    });
  }

  private get places(): LockPlaces {
    this.known ??= lockPlaces(this.source);
    return this.known;
  }
}

class LockedSchema extends SourceText {
  private readonly placeIn: (offset: number, text: string) => Place;

  constructor(text: string, placeIn: (offset: number, text: string) => Place) {
    super(LOCK_FILE, text);
    this.placeIn = placeIn;
  }

  override place(offset: number): Place {
    return this.placeIn(offset, this.text);
  }
}
