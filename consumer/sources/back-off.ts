import { FIRST_BACKOFF_MS, LAST_BACKOFF_MS } from '../../producer/attempts.js';

/** Waits between attempts, longer each time. Whoever ends it ends the wait. */
export class BackOff {
  private nextMs = FIRST_BACKOFF_MS;
  private readonly ended: AbortSignal;

  constructor(ended: AbortSignal) {
    this.ended = ended;
  }

  reset(): void {
    this.nextMs = FIRST_BACKOFF_MS;
  }

  async wait(): Promise<void> {
    const waitMs = this.nextMs * (0.5 + Math.random() / 2);
    this.nextMs = Math.min(this.nextMs * 2, LAST_BACKOFF_MS);
    await pause(waitMs, this.ended);
  }
}

/** Over early where the signal is. */
export async function pause(ms: number, ended: AbortSignal): Promise<void> {
  if (ended.aborted) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      ended.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    ended.addEventListener('abort', done);
  });
}

/** Waits for it, but no longer than that. */
export async function within(ms: number, work: Promise<void> | undefined): Promise<void> {
  const over = new AbortController();
  await Promise.race([work, pause(ms, over.signal)]);
  over.abort();
}
