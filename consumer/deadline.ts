import { MAX_TIMER_MS } from '../runtime/misuse.js';
import { ConsumerError } from './errors.js';
import type { InvocationContext } from './event.js';
import type { HandlerContext } from './handler-context.js';

/** The least that is left of an invocation by default, in milliseconds. */
const LEAST_MARGIN_MS = 500;
/** And as a share of its time. */
const MARGIN_SHARE = 0.1;
/** No margin takes more than this share, so that a short time-out leaves time for records. */
const MOST_OF_ALL = 0.5;
/** Which share of the margin is over when handlers that are under way have to have ended, and when the answer is due. */
const SHARE_FOR_HANDLERS = 0.5;
const SHARE_FOR_ALL = 0.9;

/**
 * When an invocation has to end: records are begun until the margin; then the signal is aborted, and what runs
 * has the first half of the margin to end. Without a context of Lambda there is no deadline.
 */
export class Deadline {
  readonly marginMs: number;
  /** Fulfilled when handlers that still run are not to be waited for any more. */
  readonly passed: Promise<void>;
  /** Fulfilled when nothing is to be waited for any more, dead letters neither. */
  readonly over: Promise<void>;
  private readonly context: InvocationContext | undefined;
  /** Made when somebody asks for its signal: most handlers never do. */
  private controller: AbortController | undefined;
  private readonly timers: ReturnType<typeof setTimeout>[] = [];

  constructor(context: InvocationContext | undefined, marginMs?: number) {
    this.context = context;
    const leftMs = this.remainingMs();
    const wanted = marginMs ?? Math.max(LEAST_MARGIN_MS, leftMs * MARGIN_SHARE);
    this.marginMs = Math.min(wanted, leftMs * MOST_OF_ALL);
    const whenOver = (share: number): Promise<void> =>
      new Promise((resolve) => this.at(leftMs - this.marginMs * (1 - share), resolve));
    this.at(leftMs - this.marginMs, () => {
      this.controller ??= new AbortController();
      this.controller.abort(nearTheEnd());
    });
    this.passed = whenOver(SHARE_FOR_HANDLERS);
    this.over = whenOver(SHARE_FOR_ALL);
  }

  /** Infinity where nothing says. */
  remainingMs(): number {
    return this.context?.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY;
  }

  /** Whether a further record may be begun. */
  mayTake(): boolean {
    return this.remainingMs() > this.marginMs || this.marginMs === Number.POSITIVE_INFINITY;
  }

  /** Whether handlers were told to end. */
  get isNear(): boolean {
    return this.controller?.signal.aborted ?? false;
  }

  /** What handlers of this invocation get. */
  handlerContext(attempt: number): HandlerContext {
    const signal = () => {
      this.controller ??= new AbortController();
      return this.controller.signal;
    };
    return {
      requestId: this.context?.awsRequestId,
      get signal() {
        return signal();
      },
      remainingMs: () => this.remainingMs(),
      attempt,
    };
  }

  /** The invocation ends. */
  end(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  private at(ms: number, what: () => void): void {
    // Without a deadline there is no such time.
    if (!Number.isFinite(ms)) return;
    this.timers.push(setTimeout(what, Math.min(ms, MAX_TIMER_MS)));
  }
}

function nearTheEnd(): ConsumerError {
  return new ConsumerError(
    'DEADLINE',
    "The function's time-out is near: end now, or the record comes again.",
  );
}
