/** How far long work is: not a word while it is quick, then one line that is written over. */
import { counted } from '../runtime/words.js';
import type { Context } from './context.js';

/** Milliseconds without a word, from the start. */
const QUIET_MS = 2_000;
/** Milliseconds from one line to the next: people cannot read faster. */
const BETWEEN_MS = 100;

type Told = Pick<Context, 'status' | 'now'>;

export class Progress {
  private readonly context: Told;
  /** When the next line may come, by {@link clock}. */
  private next: number;
  private readonly loud: number;

  constructor(context: Told) {
    this.context = context;
    this.loud = this.clock() + QUIET_MS;
    this.next = this.loud;
  }

  /** Told of each part of the work as it is done. */
  step(line: () => string): void {
    const { status } = this.context;
    if (status === undefined) return;
    const now = this.clock();
    if (now < this.next) return;
    this.next = now + BETWEEN_MS;
    status(line());
  }

  /** Told when another kind of work begins: its line comes at once, if the work is long already. */
  phase(line: string): void {
    if (this.clock() >= this.loud) this.context.status?.(line);
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

const started = new WeakMap<Told, Progress>();

/** That of a command: its two seconds count from the first call, whatever the command does meanwhile. */
export function progressOf(context: Told): Progress {
  const known = started.get(context);
  if (known !== undefined) return known;
  const progress = new Progress(context);
  started.set(context, progress);
  return progress;
}

/** `1 subject`, `20,000 subjects`. */
export function groupedOf(count: number, one: string): string {
  return count === 1 ? counted(1, one) : `${grouped(count)} ${one}s`;
}

/** A number as people read it. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
