import type { Clock } from '../producer/index.js';
import { checkRange } from '../producer/misuse.js';

interface Task {
  readonly atMs: number;
  readonly run: () => void;
}

/** Where such clocks begin, in milliseconds since the epoch. */
const START_MS = 1_000_000;

/** A clock that moves only when a test says so. Made by {@link manualClock}. */
export class ManualClock implements Clock {
  private nowMs: number;
  private tasks: readonly Task[] = [];

  constructor(startMs: number = START_MS) {
    this.nowMs = startMs;
  }

  now(): number {
    return this.nowMs;
  }

  /** The same: a process that stands still while time goes on is no matter of a test's own clock. */
  running(): number {
    return this.nowMs;
  }

  schedule(run: () => void, ms: number): () => void {
    const task = { atMs: this.nowMs + ms, run };
    this.tasks = [...this.tasks, task];
    return () => {
      this.tasks = this.tasks.filter((one) => one !== task);
    };
  }

  /**
   * Moves on by so many milliseconds, running what becomes due in its order, and after each what waits
   * for nothing but its turn of the event loop. `advance(0)` lets a producer send what it was given.
   */
  async advance(ms: number): Promise<void> {
    checkRange('advance: what it is given', ms, [0, Number.MAX_SAFE_INTEGER]);
    const untilMs = this.nowMs + ms;
    await settled();
    while (true) {
      const next = this.tasks
        .filter(({ atMs }) => atMs <= untilMs)
        .sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.tasks = this.tasks.filter((one) => one !== next);
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.run();
      await settled();
    }
    this.nowMs = untilMs;
  }
}

/**
 * A clock that stands still until it is moved, for tests of time-outs that take no time.
 * @param startMs milliseconds since the epoch; @default 1000000
 * @example const clock = manualClock(); // createProducer({ clock, … }), then await clock.advance(30_000)
 */
export function manualClock(startMs?: number): ManualClock {
  return new ManualClock(startMs);
}

/** Lets everything run that waits for nothing but its turn. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
