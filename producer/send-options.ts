/** What a single call may ask for: less time, or to be called off. */
import type { Clock } from './clock.js';
import { ProducerError } from './errors.js';
import { checkRange, checkSignal, expect, isObject, MAX_TIMER_MS } from './misuse.js';
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
  given: SendOptions,
  { topic, clock }: LimitContext,
): SendLimit | undefined {
  expect(isObject(given), 'send: what is asked for', given, '{ timeoutMs, signal }');
  const { timeoutMs, signal } = given;
  if (timeoutMs === undefined && signal === undefined) return undefined;
  if (timeoutMs !== undefined) checkRange('send: timeoutMs', timeoutMs, [1, MAX_TIMER_MS]);
  checkSignal('send', signal);
  if (signal?.aborted) throw aborted(topic, 'no', signal.reason);
  const messages = new Set<Pending>();
  const withdraw = (error: (delivered: Delivered) => ProducerError) => {
    for (const one of [...messages]) one.withdraw(error);
  };
  const onAbort = () => withdraw((delivered) => aborted(topic, delivered, signal?.reason));
  const onTimeout = () => withdraw((delivered) => tooLate(topic, delivered, timeoutMs));
  signal?.addEventListener('abort', onAbort);
  const cancel = timeoutMs === undefined ? undefined : clock.schedule(onTimeout, timeoutMs);
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
