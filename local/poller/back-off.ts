/** Waits before something is tried again, in milliseconds: doubled each time. */
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 10_000;

/** How long it is waited after so many tries, in milliseconds. */
export function waitAfter(tries: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), LONGEST_WAIT_MS);
}
