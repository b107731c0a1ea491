import type { Clock } from '../../producer/index.js';

interface Task {
  readonly atMs: number;
  readonly run: () => void;
}

/** A clock that moves only when a test says so. */
export class ManualClock implements Clock {
  private nowMs = 1_000_000;
  private tasks: Task[] = [];

  running(): number {
    return this.nowMs;
  }

  now(): number {
    return this.nowMs;
  }

  schedule(run: () => void, ms: number): () => void {
    const task = { atMs: this.nowMs + ms, run };
    this.tasks.push(task);
    return () => {
      this.tasks = this.tasks.filter((one) => one !== task);
    };
  }

  /** Moves on, running what becomes due in its order. */
  async advance(ms: number): Promise<void> {
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

/** Lets everything run that waits for nothing but its turn. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
