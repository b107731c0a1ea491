import { Attempts } from './attempts.js';
import { type BrokerErrorContext, brokerError } from './broker-error.js';
import type { Clock } from './clock.js';
import { ProducerError } from './errors.js';
import type { ProducerIdAndEpoch } from './kafkajs/epochs.js';
import type { Failure, Stored } from './session.js';
import type {
  GroupOffsets,
  Outcome,
  OutgoingMessage,
  TimeLimit,
  TopicPartition,
  TransactionalSession,
} from './transport.js';

/** Requests of a transactional producer. Each is one attempt, and connects as needed. */
export interface TransactionRequests {
  /**
   * Asks for the producer id of the transactional id, with a higher epoch. With `current` only if that
   * is still the one; without, whoever has it is fenced.
   */
  initProducerId(current: ProducerIdAndEpoch | undefined): Promise<ProducerIdAndEpoch>;
  /** Sends with this id from now on, beginning a transaction. */
  begin(id: ProducerIdAndEpoch): void;
  send(to: TopicPartition, messages: readonly OutgoingMessage[]): Promise<Stored>;
  sendOffsets(offsets: GroupOffsets): Promise<void>;
  end(how: 'commit' | 'abort'): Promise<void>;
  close(): Promise<void>;
}

export interface TransactionalSessionOptions {
  /** The bootstrap brokers. */
  readonly name: string;
  readonly transactionalId: string;
  readonly requests: TransactionRequests;
  classify(error: unknown): Failure;
  /** Whether a broker says that there is nothing to abort. */
  isNothingToAbort(error: unknown): boolean;
  readonly clock: Clock;
  /** @default Math.random */
  readonly random?: () => number;
}

/** A {@link TransactionalSession} of requests that may fail: when to try again, and what it comes to. */
export function transactionalSession(options: TransactionalSessionOptions): TransactionalSession {
  return new Transactional(options);
}

type Explain = (failure: Failure, context: BrokerErrorContext) => ProducerError;

class Transactional implements TransactionalSession {
  private readonly options: TransactionalSessionOptions;
  private id: ProducerIdAndEpoch | undefined;
  /**
   * - `ours`: the id is, and nothing is open or under way;
   * - `unsettled`: a transaction is open, or may be; the next one needs an end of it and another epoch,
   *   so that requests of this one which arrive late are refused.
   */
  private state: 'new' | 'ours' | 'unsettled' = 'new';
  /** Whether something in this transaction failed, and may arrive yet. */
  private isDisturbed = false;
  private isEnding = false;
  private fenced: ProducerError | undefined;
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(options: TransactionalSessionOptions) {
    this.options = options;
  }

  async claim(limit: TimeLimit): Promise<void> {
    if (this.fenced !== undefined) throw this.fenced;
    const deadlineMs = this.deadline(limit);
    if (this.state === 'unsettled') {
      // A commit, or an abort, whose answer never came may arrive yet.
      this.isDisturbed = true;
      await this.endAsAborted(deadlineMs);
    }
    if (this.state === 'ours') return;
    const { requests } = this.options;
    const ask = () => requests.initProducerId(this.id);
    this.id = await this.persist(ask, this.attempts('begun', deadlineMs));
    this.state = 'ours';
  }

  async begin(limit: TimeLimit): Promise<void> {
    await this.claim(limit);
    if (this.id === undefined) throw new Error('claimed without an id');
    this.state = 'unsettled';
    this.isDisturbed = false;
    this.options.requests.begin(this.id);
  }

  async send(
    to: TopicPartition,
    messages: readonly OutgoingMessage[],
    limit: TimeLimit,
  ): Promise<readonly Outcome[]> {
    const send = () => this.options.requests.send(to, messages);
    // What is not committed is not delivered, wherever it is.
    const explain: Explain = (failure, context) =>
      brokerError(failure, { ...context, delivered: 'no' });
    try {
      const attempts = this.attempts(explain, this.deadline(limit), to);
      const { offset, appendedMs } = await this.track(this.persist(send, attempts));
      return messages.map((_, position) => ({
        partition: to.partition,
        offset: offset + BigInt(position),
        ...(appendedMs !== undefined && { appendedMs }),
      }));
    } catch (error) {
      this.isDisturbed = true;
      if (error instanceof ProducerError) return messages.map(() => ({ error }));
      throw error;
    }
  }

  async sendOffsets(offsets: GroupOffsets, limit: TimeLimit): Promise<void> {
    const send = () => this.options.requests.sendOffsets(offsets);
    const attempts = this.attempts('given the offsets', this.deadline(limit));
    try {
      await this.track(this.persist(send, attempts));
    } catch (error) {
      this.isDisturbed = true;
      throw error;
    }
  }

  async commit(limit: TimeLimit): Promise<void> {
    const commit = () => this.options.requests.end('commit');
    await this.persist(commit, this.attempts('committed', this.deadline(limit)));
    this.state = 'ours';
  }

  async abort(limit: TimeLimit): Promise<void> {
    const deadlineMs = this.deadline(limit);
    this.isEnding = true;
    await Promise.allSettled(this.underWay);
    this.isEnding = false;
    await this.endAsAborted(deadlineMs);
  }

  close(): Promise<void> {
    return this.options.requests.close();
  }

  /** Ends a transaction that may be open: it may also have been committed without our learning of it. */
  private async endAsAborted(deadlineMs: number): Promise<void> {
    const { requests, isNothingToAbort } = this.options;
    const abort = async () => {
      try {
        await requests.end('abort');
      } catch (error) {
        if (!isNothingToAbort(error)) throw error;
        this.isDisturbed = true;
      }
    };
    await this.persist(abort, this.attempts('aborted', deadlineMs));
    this.state = this.isDisturbed ? 'new' : 'ours';
  }

  private async track<T>(work: Promise<T>): Promise<T> {
    this.underWay.add(work);
    try {
      return await work;
    } finally {
      this.underWay.delete(work);
    }
  }

  /** Attempts until one succeeds, none is to be made any more, or the transaction ends. */
  private async persist<T>(attempt: () => Promise<T>, attempts: Attempts): Promise<T> {
    while (true) {
      if (this.fenced !== undefined) throw this.fenced;
      try {
        return await attempts.run(attempt);
      } catch (error) {
        attempts.note(error);
      }
      if (this.isEnding) throw aborted();
      await attempts.pauseOrThrow();
      if (this.isEnding) throw aborted();
    }
  }

  private attempts(
    what: Explain | CoordinatorAction,
    deadlineMs: number,
    to?: TopicPartition,
  ): Attempts {
    const explain = typeof what === 'string' ? coordinatorError(what) : what;
    return new Attempts({
      ...this.options,
      ...to,
      deadlineMs,
      sends: to !== undefined || what === 'committed',
      explain: (failure, context) => {
        const error = explain(failure, context);
        if (error.code === 'FENCED') this.fenced = error;
        return error;
      },
    });
  }

  private deadline({ timeoutMs }: TimeLimit): number {
    return this.options.clock.running() + timeoutMs;
  }
}

type CoordinatorAction = 'begun' | 'given the offsets' | 'committed' | 'aborted';

function coordinatorError(action: CoordinatorAction): Explain {
  return (failure, { code = failure.code, brokers, delivered, cause }) => {
    const { told, host, reason } = failure;
    const message =
      told?.code === code
        ? told.message
        : `The transaction could not be ${action} at ${brokers}: ${reason.replace(/\.$/, '')}.`;
    const doubt = delivered === 'unknown' ? ` ${MAYBE_COMMITTED}` : '';
    return new ProducerError(code, message + doubt, { host, delivered, cause });
  };
}

const MAYBE_COMMITTED =
  'It may be committed all the same: read what it wrote, or its offsets, before doing it again.';

/** Of a message that was on its way, or about to be, when its transaction was aborted. */
export function aborted(): ProducerError {
  return new ProducerError(
    'ABORTED',
    'The transaction was aborted: no message of it is delivered.',
  );
}
