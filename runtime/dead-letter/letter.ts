import type { Cause, LetterHeader } from './cause.js';

/** A dead letter that was read back. */
export interface OpenedLetter {
  /** `<topic>-<partition>@<offset>`. */
  readonly id: string;
  readonly cause: LetterCause;
  /** Absent where only the place was kept. */
  readonly record?: LetterRecord | undefined;
}

/** A cause that says where the record lay: `partition` and `offset` are whole numbers. */
export type LetterCause = Cause & {
  readonly topic: string;
  readonly partition: string;
  readonly offset: string;
};

/** What Kafka holds, to the byte; without the headers of a cause. */
export interface LetterRecord {
  readonly key: Uint8Array | null;
  /** null is a tombstone. */
  readonly value: Uint8Array | null;
  readonly headers: readonly LetterHeader[];
}
