/** Time as the producer sees it; tests give their own. */
export interface Clock {
  /** Milliseconds since the epoch: the time of messages. */
  now(): number;
  /**
   * Milliseconds that the process has run, from any start: deadlines are kept by it, so that neither a
   * change of the system's time uses them up nor a pause of the process (a frozen Lambda, a laptop
   * asleep).
   */
  running(): number;
  /**
   * Runs `task` when the process has run for `ms` milliseconds more, of which 0 are the end of this
   * turn of the event loop; the answer cancels it.
   */
  schedule(task: () => void, ms: number): () => void;
}

/** How often a process that waits for something looks whether it runs, in milliseconds. */
const BEAT_MS = 500;
/** A look that comes so much later was kept from coming, in milliseconds. */
const PAUSE_MS = 2_000;

/** @param read milliseconds that never go back */
export function createSystemClock(read = () => performance.now()): Clock {
  let ranMs = 0;
  let readAtMs = read();
  /** What waits for its time. */
  let waiting = 0;
  let isBeating = false;

  const running = (): number => {
    const nowMs = read();
    const gapMs = nowMs - readAtMs;
    readAtMs = nowMs;
    ranMs += isBeating && gapMs > PAUSE_MS ? BEAT_MS : gapMs;
    return ranMs;
  };
  const beat = (): void => {
    running();
    isBeating = waiting > 0;
    if (isBeating) setTimeout(beat, BEAT_MS).unref();
  };
  const later = (task: () => void, ms: number): (() => void) => {
    const dueMs = running() + ms;
    waiting++;
    if (!isBeating) beat();
    // Timers go on in a pause: what is not due waits for the rest of its time.
    const wake = (): void => {
      const leftMs = dueMs - running();
      if (leftMs > SLACK_MS) {
        timer = setTimeout(wake, leftMs);
        return;
      }
      waiting--;
      isOver = true;
      task();
    };
    let isOver = false;
    let timer = setTimeout(wake, ms);
    return () => {
      if (isOver) return;
      isOver = true;
      waiting--;
      clearTimeout(timer);
    };
  };
  return {
    now: Date.now,
    running,
    schedule(task, ms) {
      if (ms > 0) return later(task, ms);
      const immediate = setImmediate(task);
      return () => clearImmediate(immediate);
    },
  };
}

/** How much too early timers of Node may come, in milliseconds. */
const SLACK_MS = 2;

export const systemClock: Clock = createSystemClock();
