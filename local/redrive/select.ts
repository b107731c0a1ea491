import type { LetterDocument } from '../../codegen/decode/letters.js';
import type { LetterRecord, OpenedLetter } from '../../runtime/dead-letter/letter.js';
import type { LetterSource } from './source.js';

/** Which letters are meant. */
export interface Filters {
  /** Codes of causes, such as `DECODE`. @default all */
  readonly causes?: readonly string[] | undefined;
  /** Topics that the records lay in. @default all */
  readonly topics?: readonly string[] | undefined;
  /** The most letters. */
  readonly max: number;
}

/** A letter that can be sent: its bytes are there. */
export type SendableLetter = OpenedLetter & { readonly record: LetterRecord };

/** What is sent of one document. */
export interface Chosen {
  readonly document: LetterDocument;
  readonly letters: readonly SendableLetter[];
  /** Whether that is all of it: only then it is taken out. */
  readonly isWhole: boolean;
}

export interface Selection {
  readonly chosen: readonly Chosen[];
  /** How many letters these are. */
  readonly count: number;
  /** What is no dead letter. */
  readonly problems: readonly string[];
  /** What the filters let in, and cannot be sent; in sentences. */
  readonly unsendable: readonly string[];
  /** How many letters the filters did not let in. */
  readonly passedOver: number;
  /** Whether more may lie there. */
  readonly isCutShort: boolean;
}

/** Documents that one run looks at: SQS hides no more messages than 120,000. */
const MAX_DOCUMENTS = 100_000;
/** Bytes of keys and values that one run holds. */
const MAX_HELD_BYTES = 536_870_912;

/** Reads a source up to the limits, or until the signal. @throws CodegenError */
export async function select(
  source: LetterSource,
  filters: Filters,
  signal: AbortSignal,
): Promise<Selection> {
  const gathered = new Gathered(filters);
  for await (const document of source.read()) {
    gathered.add(document);
    if (gathered.isFull() || signal.aborted) break;
  }
  return gathered;
}

class Gathered implements Selection {
  readonly chosen: Chosen[] = [];
  readonly problems: string[] = [];
  readonly unsendable: string[] = [];
  count = 0;
  passedOver = 0;
  isCutShort = false;
  private documents = 0;
  private bytes = 0;
  private readonly filters: Filters;

  constructor(filters: Filters) {
    this.filters = filters;
  }

  add(document: LetterDocument): void {
    const { problem, letters: all } = document;
    this.documents++;
    if (problem !== undefined) this.problems.push(problem);
    const letters: SendableLetter[] = [];
    for (const letter of all) {
      const why = whyUnsendable(letter);
      if (!this.isMeant(letter)) this.passedOver++;
      else if (why !== undefined) this.unsendable.push(`${letter.id}: ${why}`);
      else if (this.count === this.filters.max) this.isCutShort = true;
      else letters.push(this.taken(letter));
    }
    const isWhole = letters.length === all.length;
    if (letters.length > 0) this.chosen.push({ document, letters, isWhole });
  }

  /** Answers whether to read no further. */
  isFull(): boolean {
    const isFull =
      this.count >= this.filters.max ||
      this.documents >= MAX_DOCUMENTS ||
      this.bytes >= MAX_HELD_BYTES;
    if (isFull) this.isCutShort = true;
    return isFull;
  }

  private taken(letter: OpenedLetter): SendableLetter {
    // Safe: what has none is unsendable.
    const sendable = letter as SendableLetter;
    this.count++;
    this.bytes += sizeOf(sendable);
    return sendable;
  }

  private isMeant({ cause }: OpenedLetter): boolean {
    const { causes, topics } = this.filters;
    return (causes?.includes(cause.code ?? '') ?? true) && (topics?.includes(cause.topic) ?? true);
  }
}

/** About what a letter takes when it is sent, in bytes. */
export function sizeOf({ record: { key, value, headers } }: SendableLetter): number {
  const inHeaders = headers.reduce((sum, header) => sum + (header.value?.length ?? 0), 0);
  return (key?.length ?? 0) + (value?.length ?? 0) + inHeaders;
}

function whyUnsendable({ record, cause }: OpenedLetter): string | undefined {
  if (record === undefined) return 'it says only where the record lies, which was too large';
  const part = cause.keySchemaId !== undefined ? 'key' : 'value';
  if (cause.keySchemaId === undefined && cause.valueSchemaId === undefined) return undefined;
  return `an event source mapping took the frame off its ${part}, of AWS Glue or Protobuf, and it cannot be put back`;
}
