import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from './clock.js';
import type { ProducerError } from './errors.js';
import type { DeliveryReport, MessageOf, SendableTopic } from './message.js';
import { checkOffsets, expect } from './misuse.js';
import type { SendFromOptions } from './send-from.js';
import type { SendOptions } from './send-options.js';
import {
  closed,
  nested,
  notAborted,
  outlasted,
  over,
  withoutTransactions,
} from './transaction-errors.js';
import { aborted } from './transactional-session.js';
import type { GroupOffsets, TransactionalSession, Transport } from './transport.js';

/** What is done in it is seen by readers of committed messages altogether, or not at all. */
export interface Transaction {
  /**
   * As {@link Producer.send}; the report says where the message will be, once committed. A message that
   * cannot be sent, or does not fit its schema, aborts the transaction, also where its error is caught.
   */
  send<T extends SendableTopic>(
    topic: T,
    message: MessageOf<T>,
    options?: SendOptions,
  ): Promise<DeliveryReport>;
  /** As {@link Producer.sendAll}. */
  sendAll<T extends SendableTopic>(
    topic: T,
    messages: readonly MessageOf<T>[],
    options?: SendOptions,
  ): Promise<readonly DeliveryReport[]>;
  /** As {@link Producer.sendFrom}; a message that was not delivered always ends it. */
  sendFrom<T extends SendableTopic>(
    topic: T,
    source: Iterable<MessageOf<T>> | AsyncIterable<MessageOf<T>>,
    options?: Omit<SendFromOptions<MessageOf<T>>, 'onFailed'>,
  ): Promise<number>;
  /**
   * Commits how far a consumer group has come together with the messages, in place of a commit by the
   * consumer: a batch counts as read if, and only if, what was made of it is there. It is sent when all
   * messages are, so that a group that gives the partitions away until then is noticed: the transaction
   * is `REBALANCED` where `group` names a member that is none any more.
   */
  sendOffsets(offsets: GroupOffsets): void;
}

/** The part of a producer that sends. */
interface Sender {
  send: Transaction['send'];
  sendAll: Transaction['sendAll'];
  sendFrom: Transaction['sendFrom'];
  flush(): Promise<void>;
}

type Work<T> = (transaction: Transaction) => Promise<T> | T;

export interface TransactionsOptions {
  readonly transport: Transport;
  readonly transactionalId: string;
  readonly transactionTimeoutMs: number;
  readonly deliveryTimeoutMs: number;
  readonly clock: Clock;
  /** Makes a producer that sends by this transport. */
  open(transport: Transport): Sender;
}

/** The transactions of a producer, one after another. */
export class Transactions {
  private readonly options: TransactionsOptions;
  private readonly session: TransactionalSession;
  /** Sends into the transaction that is running. */
  private readonly sender: Sender;
  private running: Running | undefined;
  private last: Promise<void> = Promise.resolve();
  private underWay = 0;
  private isClosed = false;
  private readonly inside = new AsyncLocalStorage<true>();

  constructor(options: TransactionsOptions) {
    const { transport, transactionalId, transactionTimeoutMs } = options;
    if (transport.transactional === undefined) throw withoutTransactions(transport.name);
    this.options = options;
    this.session = transport.transactional({ transactionalId, transactionTimeoutMs });
    this.sender = options.open({
      name: transport.name,
      connect: async () => {},
      partitions: (topic, limit) => transport.partitions(topic, limit),
      send: async (to, messages, limit) =>
        this.running?.isEnded === false
          ? this.session.send(to, messages, limit)
          : messages.map(() => ({ error: aborted() })),
      disconnect: async () => {},
    });
  }

  /** Takes the transactional id over; a transaction that is running, or waits, does so itself. */
  async claim(): Promise<void> {
    if (this.underWay === 0) await this.inTurn(() => this.session.claim(this.limit()));
  }

  async run<T>(work: Work<T>): Promise<T> {
    expect(typeof work === 'function', 'transaction: what it is given', work, 'a function');
    if (this.inside.getStore() === true) throw nested();
    return this.inTurn(() => this.runOne(work));
  }

  /** Lets the transaction that is running end within half of the delivery timeout; then aborts it. */
  async close(): Promise<void> {
    this.isClosed = true;
    const { clock } = this.options;
    const cancel = clock.schedule(() => this.running?.end(closed()), this.limit().timeoutMs);
    await this.last;
    cancel();
    await this.session.close();
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(() => {
      if (this.isClosed) throw closed();
      return work();
    });
    const isOver = () => {
      this.underWay--;
    };
    this.underWay++;
    this.last = result.then(isOver, isOver);
    return result;
  }

  private async runOne<T>(work: Work<T>): Promise<T> {
    await this.session.begin(this.limit());
    if (this.isClosed) throw closed();
    const sendOffsets = (offsets: GroupOffsets) => this.session.sendOffsets(offsets, this.limit());
    const running = new Running(this.sender, sendOffsets);
    this.running = running;
    const { clock, transactionTimeoutMs } = this.options;
    const end = () => running.end(outlasted(transactionTimeoutMs));
    const cancel = clock.schedule(end, transactionTimeoutMs);
    try {
      const done = this.inside.run(true, async () => work(running));
      const result = await Promise.race([done, running.ended]);
      await Promise.race([running.finish(), running.ended]);
      await this.commit();
      return result;
    } catch (error) {
      if (!(error instanceof NotCommitted)) await this.abort(running, error);
      throw error instanceof NotCommitted ? error.error : error;
    } finally {
      cancel();
      running.end(over());
    }
  }

  /** What a commit leaves is told by its error, and settled before the next transaction. */
  private async commit(): Promise<void> {
    try {
      await this.session.commit(this.limit());
    } catch (error) {
      throw new NotCommitted(error);
    }
  }

  /** @throws ProducerError where the transaction cannot be aborted; its cause is why it had to be. */
  private async abort(running: Running, cause: unknown): Promise<void> {
    running.end(aborted());
    try {
      await this.session.abort(this.limit());
    } catch (error) {
      throw notAborted(error, cause);
    } finally {
      await this.sender.flush();
    }
  }

  private limit() {
    const { deliveryTimeoutMs } = this.options;
    return { timeoutMs: this.isClosed ? deliveryTimeoutMs / 2 : deliveryTimeoutMs };
  }
}

/** Around the error of a commit: there is nothing left to abort. */
class NotCommitted extends Error {
  readonly error: unknown;

  constructor(error: unknown) {
    super();
    this.error = error;
  }
}

/** One transaction, as its function sees it. */
class Running implements Transaction {
  /** Rejects when the transaction ends before its function does. */
  readonly ended: Promise<never>;
  private readonly sender: Sender;
  private readonly commitOffsets: (offsets: GroupOffsets) => Promise<void>;
  private readonly offsets: GroupOffsets[] = [];
  private reject: (error: ProducerError) => void = () => {};
  private endedBy: ProducerError | undefined;
  private isFinishing = false;
  private failure: { readonly error: unknown } | undefined;
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(sender: Sender, commitOffsets: (offsets: GroupOffsets) => Promise<void>) {
    this.sender = sender;
    this.commitOffsets = commitOffsets;
    this.ended = new Promise((_, reject) => {
      this.reject = reject;
    });
    this.ended.catch(() => undefined);
  }

  get isEnded(): boolean {
    return this.endedBy !== undefined;
  }

  end(error: ProducerError): void {
    this.endedBy ??= error;
    this.reject(error);
  }

  send: Transaction['send'] = (topic, message, options) =>
    this.track(() => this.sender.send(topic, message, options));

  sendAll: Transaction['sendAll'] = (topic, messages, options) =>
    this.track(() => this.sender.sendAll(topic, messages, options));

  sendFrom: Transaction['sendFrom'] = (topic, source, options) =>
    this.track(() => this.sender.sendFrom(topic, source, options));

  sendOffsets: Transaction['sendOffsets'] = (offsets) => {
    if (this.endedBy !== undefined) throw this.endedBy;
    if (this.isFinishing) throw over();
    checkOffsets(offsets);
    this.offsets.push(offsets);
  };

  /** Takes no more, waits for what was not awaited, and sends the offsets. @throws what failed first */
  async finish(): Promise<void> {
    this.isFinishing = true;
    await this.sender.flush();
    await Promise.allSettled(this.underWay);
    if (this.failure !== undefined) throw this.failure.error;
    for (const one of this.offsets) await this.commitOffsets(one);
  }

  private track<T>(work: () => Promise<T>): Promise<T> {
    if (this.isFinishing) return Promise.reject(over());
    const tracked = this.attempt(work);
    this.underWay.add(tracked);
    // Who does not await it hears of it by the transaction.
    tracked.catch(() => undefined);
    return tracked;
  }

  private async attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      if (this.endedBy !== undefined) throw this.endedBy;
      return await work();
    } catch (error) {
      this.failure ??= { error };
      throw error;
    }
  }
}
