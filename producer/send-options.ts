/** What a single call may ask for: less time, or to be called off. */
import type { Clock } from './clock.js';
import { ProducerError } from './errors.js';
import type { Pending } from './pending.js';

export interface SendOptions {
  /**
   * How long the call may take, waiting for room included, in milliseconds. What is under way then may
   * be stored all the same (`delivered: 'unknown'`).
   * @default `deliveryTimeoutMs` of the producer, after there is room
   */
  readonly timeoutMs?: number;
  /** Calls it off, with `ABORTED`: an `AbortSignal`. What is not under way then is never sent. */
  readonly signal?: CancelSignal;
}

/** What is used of an `AbortSignal`. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Ends messages of one call before their time. */
export interface SendLimit {
  keep(pending: Pending): void;
  forget(pending: Pending): void;
}

interface LimitContext {
  readonly topic: string;
  readonly clock: Clock;
}

/** @throws ProducerError `CONFIG`, or `ABORTED` if it is called off already */
export function sendLimit(
  { timeoutMs, signal }: SendOptions,
  { topic, clock }: LimitContext,
): SendLimit | undefined {
  if (timeoutMs === undefined && signal === undefined) return undefined;
  if (signal?.aborted) throw aborted(topic, 'no', signal.reason);
  const messages = new Set<Pending>();
  const withdraw = (error: (delivered: Delivered) => ProducerError) => {
    for (const one of [...messages]) one.withdraw(error);
  };
  const onAbort = () => withdraw((delivered) => aborted(topic, delivered, signal?.reason));
  const onTimeout = () => withdraw((delivered) => tooLate(topic, delivered, timeoutMs));
  signal?.addEventListener('abort', onAbort);
  const cancel =
    timeoutMs === undefined ? undefined : clock.schedule(onTimeout, checked(timeoutMs));
  return {
    keep: (pending) => void messages.add(pending),
    forget(pending) {
      messages.delete(pending);
      if (messages.size > 0) return;
      cancel?.();
      signal?.removeEventListener('abort', onAbort);
    },
  };
}

/** The longest that a timer of Node can wait, in milliseconds. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

function checked(timeoutMs: number): number {
  if (timeoutMs >= 1 && timeoutMs <= MAX_TIMER_MS) return timeoutMs;
  throw new ProducerError(
    'CONFIG',
    `send: timeoutMs is ${timeoutMs}; it must be from 1 to ${MAX_TIMER_MS}`,
  );
}

type Delivered = 'no' | 'unknown';

const ENDS: Readonly<Record<Delivered, string>> = {
  no: 'It was not sent.',
  unknown: 'It was under way: the broker may store it all the same.',
};

function aborted(topic: string, delivered: Delivered, cause: unknown): ProducerError {
  const message = `A message to "${topic}" was called off. ${ENDS[delivered]}`;
  return new ProducerError('ABORTED', message, { topic, delivered, cause });
}

function tooLate(topic: string, delivered: Delivered, timeoutMs: number | undefined) {
  const message = `A message to "${topic}" was not acknowledged within its timeoutMs, ${timeoutMs}. ${ENDS[delivered]}`;
  return new ProducerError('TIMED_OUT', message, { topic, delivered });
}
