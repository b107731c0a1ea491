import type { LetterDocument } from '../../codegen/decode/letters.js';
import { CodegenError } from '../../codegen/error.js';

/** Where dead letters lie: files, a queue, a bucket, a topic. */
export interface LetterSource {
  /** Such as `queue https://…` and `s3://bucket/prefix`. */
  readonly name: string;
  /** What lies there, in order, until nothing more does. @throws CodegenError */
  read(): AsyncIterable<LetterDocument>;
  /**
   * Takes out what was sent, all of its letters. Absent where it stays, as in files.
   * @returns those that could not be taken out, and will be found there again
   */
  takeOut?(sent: readonly LetterDocument[]): Promise<readonly NotTakenOut[]>;
  /** Gives back what was not taken out. */
  close(): Promise<void>;
}

export interface NotTakenOut {
  readonly document: LetterDocument;
  readonly why: string;
}

/** What a client said, as an error of the command. */
export function failed(what: string, cause: unknown): CodegenError {
  if (cause instanceof CodegenError) return cause;
  const reason = reasonOf(cause);
  // All that the AWS SDK says of it.
  const advice = /region is missing/i.test(reason) ? '. Set AWS_REGION.' : '';
  return new CodegenError('REDRIVE_FAILED', `${what}: ${reason}${advice}`, { cause });
}

/** Name and message of what a client threw: that of an AWS SDK says more by its name. */
export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const { name, message } = thrown;
  return name === 'Error' || /Error$/.test(name) ? message : `${name}: ${message}`;
}

/** One by one, so many at a time. */
export async function takeEach(
  documents: readonly LetterDocument[],
  take: (document: LetterDocument) => Promise<unknown>,
): Promise<readonly NotTakenOut[]> {
  const outcomes = await Promise.allSettled(documents.map(take));
  return outcomes.flatMap((outcome, index) => {
    const document = documents[index];
    if (outcome.status === 'fulfilled' || document === undefined) return [];
    return [{ document, why: reasonOf(outcome.reason) }];
  });
}
