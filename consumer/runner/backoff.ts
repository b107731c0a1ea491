export interface RetryOptions {
  /** How often a handler is called with a record before its failure policy holds. @default 3 */
  readonly attempts?: number | undefined;
  /** Wait before the second attempt, in milliseconds; doubled each time, a fifth more or less. @default 200 */
  readonly firstWaitMs?: number | undefined;
  /** @default 30000 */
  readonly longestWaitMs?: number | undefined;
}

export const RETRY_DEFAULTS = { attempts: 3, firstWaitMs: 200, longestWaitMs: 30_000 } as const;

/** Spread of waits, so that members of a group do not come back together. */
const JITTER = 0.2;
/** Doublings after which a wait is the longest anyway. */
const MAX_DOUBLINGS = 30;

/** The wait after an attempt, in milliseconds. @param attempt from 1 */
export function waitAfter(
  attempt: number,
  { firstWaitMs, longestWaitMs }: { readonly firstWaitMs: number; readonly longestWaitMs: number },
): number {
  const wholeMs = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(attempt - 1, MAX_DOUBLINGS));
  return wholeMs * (1 - JITTER + Math.random() * 2 * JITTER);
}

/** The part of an `AbortSignal` that a pause needs. */
interface Ending {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Fulfilled after `ms` milliseconds, or when the signal is aborted. */
export function pause(ms: number, signal: Ending): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
