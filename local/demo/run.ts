import { onClosedPipe } from '../../runtime/closed-pipe.js';
import { printable } from '../../runtime/printable.js';
import { Cleanup, within } from './cleanup.js';

/** Everything, a first download of Kafka included, in milliseconds. */
const TOTAL_TIMEOUT_MS = 10 * 60_000;
const FAILED = 1;
/** By convention 128 and the signal's number. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof SIGNALS;

/**
 * Runs the demo, ends all that it started, and exits: 0, 1 with one message on standard error, or
 * as an interrupted program does. When nobody reads its output any more, it ends as if done.
 * TAVRO_STACK=1 asks for the stack trace.
 */
export async function runDemo(demo: (cleanup: Cleanup) => Promise<void>): Promise<never> {
  const cleanup = new Cleanup();
  const interrupted = firstSignal();
  const unread = new Promise<undefined>((resolve) => onClosedPipe(() => resolve(undefined)));
  let code: number;
  try {
    const ended = within(TOTAL_TIMEOUT_MS, demo(cleanup), 'The demo').then(() => undefined);
    const signal = await Promise.race([ended, interrupted, unread]);
    code = signal === undefined ? 0 : SIGNALS[signal];
    if (signal !== undefined) process.stderr.write(`\nStopping (${signal}) ...\n`);
  } catch (error) {
    code = FAILED;
    process.stderr.write(`\nThe demo failed: ${printable(explain(error))}\n`);
  }
  for (const failure of await cleanup.run()) {
    process.stderr.write(`Cannot end ${printable(failure)}\n`);
    code ||= FAILED;
  }
  process.exit(code);
}

/** The second signal does not wait for the cleanup: the broker's watchdog sees us go. */
function firstSignal(): Promise<Signal> {
  return new Promise((resolve) => {
    let signals = 0;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        signals += 1;
        if (signals > 1) process.exit(SIGNALS[signal]);
        resolve(signal);
      });
    }
  });
}

/** One message: what failed, then each cause that adds something. */
function explain(error: unknown): string {
  if (process.env.TAVRO_STACK === '1' && error instanceof Error)
    return error.stack ?? error.message;
  const messages: string[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (!messages.some((message) => message.includes(messageOf(cause)))) {
      messages.push(messageOf(cause));
    }
  }
  return messages.join('\n  because: ') || String(error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
