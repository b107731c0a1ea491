import { type BrokerErrorContext, brokerError } from './broker-error.js';
import type { Clock } from './clock.js';
import type { ProducerError } from './errors.js';
import type { Failure } from './session.js';

/**
 * First wait before another attempt, in milliseconds; it doubles up to the last. What a broker that is
 * back is still left alone for is the last, which is that of Kafka's Java client.
 */
export const FIRST_BACKOFF_MS = 100;
export const LAST_BACKOFF_MS = 1_000;
/** How long an unknown topic is asked for again: a new one takes a moment to be known everywhere. */
export const TOPIC_PATIENCE_MS = 2_000;

export interface AttemptsOptions {
  /** The bootstrap brokers. */
  readonly name: string;
  readonly topic?: string;
  readonly partition?: number;
  readonly deadlineMs: number;
  /** Whether an attempt sends messages, so that its fate can be unknown. */
  readonly sends: boolean;
  /** What it is when nobody was reached in time. @default 'UNREACHABLE', of a send 'TIMED_OUT' */
  readonly unreached?: ProducerError['code'];
  classify(error: unknown): Failure;
  /** Says what the last failure comes to. @default brokerError */
  readonly explain?: (failure: Failure, context: BrokerErrorContext) => ProducerError;
  readonly clock: Clock;
  readonly random?: () => number;
}

/** The attempts at one thing: their deadline, their pauses, and what to say in the end. */
export class Attempts {
  /** Whether the broker may have stored the batch, and no answer settled it since. */
  ambiguous = false;
  private backoffMs = FIRST_BACKOFF_MS;
  private readonly startMs: number;
  private readonly options: AttemptsOptions;
  private last = { failure: LATE, error: undefined as unknown };

  constructor(options: AttemptsOptions) {
    this.options = options;
    this.startMs = options.clock.running();
  }

  /** Runs one attempt, at most until the deadline. */
  async run<T>(attempt: () => Promise<T>): Promise<T> {
    const { clock, deadlineMs } = this.options;
    let cancel: (() => void) | undefined;
    const late = new Promise<never>((_, reject) => {
      cancel = clock.schedule(() => reject(new Late()), Math.max(0, deadlineMs - clock.running()));
    });
    try {
      const result = await Promise.race([attempt(), late]);
      this.ambiguous = false;
      return result;
    } finally {
      cancel?.();
    }
  }

  /** Takes note of a failed attempt; `isSent`: whether it came to send what it was to send. */
  note(error: unknown, isSent = true): Failure {
    const failure = error instanceof Late ? LATE : this.options.classify(error);
    const isDoubtful = failure.ambiguous && (isSent || failure !== LATE);
    this.ambiguous ||= this.options.sends && isDoubtful;
    // What went wrong before the time was up says more than that it was up.
    if (!(error instanceof Late)) this.last = { failure, error };
    return failure;
  }

  /**
   * Waits before the next attempt.
   * @throws ProducerError if there is to be none.
   */
  async pauseOrThrow(): Promise<void> {
    const { clock, random = Math.random, deadlineMs } = this.options;
    const waitMs = this.backoffMs * (0.5 + random() / 2);
    this.backoffMs = Math.min(this.backoffMs * 2, LAST_BACKOFF_MS);
    if (this.isOver()) throw this.error(this.last.failure.code);
    if (clock.running() + waitMs >= deadlineMs) throw this.error(this.lateCode());
    await new Promise<void>((resolve) => {
      clock.schedule(resolve, waitMs);
    });
  }

  /** Where there was nobody to send anything to, or no credentials, that is what is wrong. */
  private lateCode(): ProducerError['code'] {
    const { code, told } = this.last.failure;
    if (told !== undefined) return code;
    if (code !== 'UNREACHABLE') return 'TIMED_OUT';
    return this.options.unreached ?? (this.options.sends ? 'TIMED_OUT' : code);
  }

  private isOver(): boolean {
    const { code, verdict } = this.last.failure;
    if (code === 'TOPIC_UNKNOWN' && verdict === 'retry') {
      return this.options.clock.running() - this.startMs >= TOPIC_PATIENCE_MS;
    }
    return verdict === 'final' || (verdict === 'sequence' && this.ambiguous);
  }

  private error(code: ProducerError['code']): ProducerError {
    const { name, topic, partition, explain = brokerError } = this.options;
    return explain(this.last.failure, {
      brokers: name,
      code,
      topic,
      partition,
      delivered: this.ambiguous ? 'unknown' : 'no',
      cause: this.last.error,
    });
  }
}

/** The deadline came while an attempt was under way. */
class Late extends Error {}

const LATE: Failure = {
  code: 'TIMED_OUT',
  reason: 'no answer',
  verdict: 'retry',
  ambiguous: true,
};
