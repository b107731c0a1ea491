/** How far long work is: not a word while it is quick, then a line now and then. */
import type { Context } from '../context.js';

/** Milliseconds without a word, from the start and from one line to the next. */
const QUIET_MS = 2_000;
/** A line comes once the time since the start has grown by this much: hours of work are no thousand lines. */
const GROWTH = 1.1;

export class Progress {
  private readonly context: Pick<Context, 'err' | 'now'>;
  private readonly start: number;
  /** When the next line may come, in milliseconds since the start. */
  private next = QUIET_MS;

  constructor(context: Pick<Context, 'err' | 'now'>) {
    this.context = context;
    this.start = this.clock();
  }

  /** Told of each part of the work as it is done. */
  step(line: () => string): void {
    const elapsed = this.clock() - this.start;
    if (elapsed < this.next) return;
    this.next = Math.max(elapsed + QUIET_MS, elapsed * GROWTH);
    this.context.err(line());
  }

  /** Told when another kind of work begins: its line comes at once, if the work is long already. */
  phase(line: string): void {
    if (this.clock() - this.start >= QUIET_MS) this.context.err(line);
  }

  /** Steps of one kind over so many things. */
  counter(total: number, line: (done: string, total: string) => string): () => void {
    let done = 0;
    return () => {
      done++;
      this.step(() => line(grouped(done), grouped(total)));
    };
  }

  private clock(): number {
    return (this.context.now?.() ?? new Date()).getTime();
  }
}

/** A number as people read it. */
export function grouped(count: number): string {
  return count.toLocaleString('en');
}
