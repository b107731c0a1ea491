import type { Cause } from './cause.js';

/** A dead letter as JSON: the body of a message of SQS, and an object of S3. */
export interface StoredDeadLetter {
  /** `<topic>-<partition>@<offset>`. */
  readonly id: string;
  readonly cause: Cause;
  /** The record as Kafka holds it; absent where it was too large. */
  readonly record?: StoredDeadLetterRecord;
}

/** Bytes are base64. */
export interface StoredDeadLetterRecord {
  readonly key: string | null;
  readonly value: string | null;
  /** In order; a name may occur more than once. */
  readonly headers: readonly { readonly name: string; readonly value: string | null }[];
}

/** The most that one dead letter is as JSON, in bytes: what is written to S3, and read back. */
export const MAX_LETTER_BYTES = 268_435_456;
