/** Time as the producer sees it; tests give their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Runs `task` after `ms` milliseconds, of which 0 are the end of this turn of the event loop; the
   * answer cancels it.
   */
  schedule(task: () => void, ms: number): () => void;
}

export const systemClock: Clock = {
  now: Date.now,
  schedule(task, ms) {
    if (ms === 0) {
      const immediate = setImmediate(task);
      return () => clearImmediate(immediate);
    }
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};
