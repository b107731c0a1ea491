/** Waiting for what brokers and producers do, so that whoever ends it can tell what did not come. */
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 100;

interface Wait {
  readonly what: string;
  readonly sinceMs: number;
  /** What went wrong the last time that it was looked for. */
  failure?: unknown;
}

let waits = new Set<Wait>();

/** Looks until it is so; where looking fails it is not. The limit of the scenario is the limit. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  pollMs = POLL_MS,
): Promise<void> {
  const wait: Wait = { what, sinceMs: Date.now() };
  const all = waits;
  all.add(wait);
  for (;;) {
    try {
      if (await isSo()) break;
    } catch (error) {
      wait.failure = error;
    }
    await sleep(pollMs);
  }
  all.delete(wait);
}

/** Those of a scenario that failed go on, and are no part of the next. */
export function forgetWaits(): void {
  waits = new Set();
}

/** What is waited for now, in words. */
export function tellWaits(nowMs = Date.now()): string {
  const told = [...waits].map(({ what, sinceMs, failure }) => {
    const seconds = Math.round((nowMs - sinceMs) / 1000);
    const last = failure === undefined ? '' : ` (last: ${String(failure)})`;
    return `${what}, for ${seconds} s${last}`;
  });
  return told.length === 0 ? 'nothing that is known' : told.join('; ');
}
