import type { SendableLetter } from './select.js';

/** Where letters go. */
export interface LetterTarget {
  /** Such as `their own topics, on b-1.example:9096`. */
  readonly name: string;
  /** Sends them, and waits for what became of each. Does not throw. */
  send(letters: readonly SendableLetter[]): Promise<readonly SendOutcome[]>;
  close(): Promise<void>;
}

/** Why a letter was not sent, or may not have been; `undefined` for one that was. */
export type SendOutcome = string | undefined;
