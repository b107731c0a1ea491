import type { DeadLetterPolicy } from './dead-letter.js';

/** Counts how often records failed, across invocations: by `ConsumedRecord.id`. */
export interface AttemptStore {
  /** Counts one more attempt that failed. @returns how many there were, this one included */
  failed(recordId: string): Promise<number>;
  /** The record is out of the way: handled at last, or moved on. */
  settled(recordId: string): Promise<void>;
}

/** How often a record may fail in its handler before it goes to the dead letters: see `FailureOptions.attempts`. */
export interface AttemptLimit {
  /** Failed attempts, from 1. */
  readonly max: number;
  readonly store: AttemptStore;
  readonly deadLetter: DeadLetterPolicy;
}
