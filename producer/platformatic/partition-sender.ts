import { FIRST_BACKOFF_MS, LAST_BACKOFF_MS, TOPIC_PATIENCE_MS } from '../attempts.js';
import { brokerError } from '../broker-error.js';
import type { Clock } from '../clock.js';
import { ProducerError, type ProducerErrorCode } from '../errors.js';
import { encodeBatch } from '../record-batch.js';
import type { Failure, Stored } from '../session.js';
import type { Outcome, OutgoingMessage, TimeLimit, TopicPartition } from '../transport.js';
import { type Identity, PartitionSequence, type Unstored } from './partition-sequence.js';

/** Batches of a partition under way at a time, of which brokers know apart five. */
export const MAX_IN_FLIGHT = 5;
/** Without a batch for so long, a leader may have forgotten the producer, in milliseconds. */
const FORGOTTEN_MS = 60_000;

/** A way to the broker that leads a partition, over which requests keep their order. */
export interface Route {
  /** Sends one batch, once. */
  produce(request: ProduceRequest): Promise<Stored>;
}

export interface ProduceRequest extends TopicPartition {
  /** As {@link encodeBatch} makes it. */
  readonly batch: Buffer;
  readonly by: Identity;
  readonly sequence: number;
}

/** The brokers, as far as a partition needs them. */
export interface Leaders {
  /** The way to a partition's leader, if there is one open. */
  route(to: TopicPartition): Route | undefined;
  /** Opens it. */
  open(to: TopicPartition): Promise<void>;
  /** A failure may mean that another broker leads now. */
  doubt(to: TopicPartition): void;
  /** A producer, other than the one that is `lost`. */
  identify(lost: Identity | undefined): Promise<Identity>;
}

export interface PartitionSenderOptions {
  /** The bootstrap brokers. */
  readonly name: string;
  readonly leaders: Leaders;
  classify(error: unknown): Failure;
  readonly clock: Clock;
  /** @default Math.random */
  readonly random?: (() => number) | undefined;
}

type Ended = Stored | ProducerError;

interface Batch {
  readonly count: number;
  readonly bytes: Buffer;
  readonly sinceMs: number;
  /** What went wrong last. */
  last: Trouble;
  readonly cancel: () => void;
  resolve(ended: Ended): void;
}

interface Trouble {
  readonly failure: Failure;
  readonly error: unknown;
}

/**
 * Sends the batches of one partition, several at a time, each as often as it takes. What may be sent
 * when, and with what number, is for {@link PartitionSequence} to say.
 */
export class PartitionSender {
  private readonly to: TopicPartition;
  private readonly options: PartitionSenderOptions;
  private readonly sequence = new PartitionSequence<Batch>(MAX_IN_FLIGHT);
  /** Whether a way, a producer or the end of a pause is waited for. */
  private isWaiting = false;
  private backoffMs = FIRST_BACKOFF_MS;
  private lastStoredMs = 0;
  /** The producer of the last request. */
  private by: Identity | undefined;
  /** Where the requests under way went. */
  private route: Route | undefined;
  /** What goes wrong now, for those that it keeps from being sent. */
  private trouble: Trouble = LATE;

  constructor(to: TopicPartition, options: PartitionSenderOptions) {
    this.to = to;
    this.options = options;
  }

  /** Sends one batch after those before it; does not throw. */
  async send(
    messages: readonly OutgoingMessage[],
    { timeoutMs }: TimeLimit,
  ): Promise<readonly Outcome[]> {
    if (messages.length === 0) return [];
    const { partition } = this.to;
    const ended = await this.enqueue(messages, timeoutMs);
    if (ended instanceof ProducerError) return messages.map(() => ({ error: ended }));
    const { offset, ...when } = ended;
    return messages.map((_, n) => ({ partition, offset: offset + BigInt(n), ...when }));
  }

  private enqueue(messages: readonly OutgoingMessage[], timeoutMs: number): Promise<Ended> {
    const { clock } = this.options;
    return new Promise((resolve) => {
      const batch: Batch = {
        count: messages.length,
        bytes: encodeBatch(messages),
        sinceMs: clock.running(),
        last: this.trouble,
        cancel: clock.schedule(() => this.expire(batch), Math.max(1, timeoutMs)),
        resolve,
      };
      this.sequence.add(batch);
      this.pump();
    });
  }

  /** Sends what may be sent. */
  private pump(): void {
    const { leaders, clock } = this.options;
    while (!this.isWaiting && this.sequence.isReady) {
      const by = this.sequence.producer;
      const route = leaders.route(this.to);
      if (by === undefined || route === undefined) {
        void this.prepare();
        return;
      }
      if (this.sequence.inFlight === 0) {
        if (clock.now() > this.lastStoredMs + FORGOTTEN_MS) this.sequence.doubt();
      } else if (route !== this.route) {
        // On two ways they might overtake each other.
        return;
      }
      const next = this.sequence.next();
      if (next === undefined) return;
      this.route = route;
      this.by = by;
      void this.transmit(
        next.batch,
        route.produce({ ...this.to, batch: next.batch.bytes, by, sequence: next.sequence }),
      );
    }
  }

  /** Gets what is missing to send: a way to the leader, a producer. */
  private async prepare(): Promise<void> {
    const { leaders } = this.options;
    this.isWaiting = true;
    try {
      if (leaders.route(this.to) === undefined) await leaders.open(this.to);
      if (this.sequence.producer === undefined) {
        this.sequence.identify(nextEpoch(this.by) ?? (await leaders.identify(this.by)));
      }
      this.isWaiting = false;
    } catch (error) {
      this.unprepared(this.note(error));
    }
    this.pump();
  }

  private unprepared(trouble: Trouble): void {
    // What is under way fails by itself.
    const waiting = this.sequence.inFlight > 0 ? [] : this.sequence.batches;
    for (const batch of waiting) {
      batch.last = trouble;
      if (this.isOver(trouble.failure, batch)) {
        this.settle(this.sequence.giveUp(batch), batch);
      }
    }
    this.pause();
  }

  private async transmit(batch: Batch, request: Promise<Stored>): Promise<void> {
    try {
      const stored = await request;
      this.backoffMs = FIRST_BACKOFF_MS;
      this.lastStoredMs = this.options.clock.now();
      this.trouble = LATE;
      const settled = this.sequence.stored(batch);
      batch.cancel();
      batch.resolve(stored);
      this.settle(settled);
    } catch (error) {
      this.failed(batch, error);
    }
    this.pump();
  }

  private failed(batch: Batch, error: unknown): void {
    const isFirst = this.sequence.batches[0] === batch;
    const failure = this.options.classify(error);
    // Of the others brokers say that they do not follow the first.
    if (isFirst || failure.verdict !== 'sequence') batch.last = this.note(error);
    const verdict = this.isOver(failure, batch) ? 'final' : failure.verdict;
    this.settle(this.sequence.refused(batch, { ...failure, verdict }), batch);
    if (verdict !== 'final' && !this.isWaiting) this.pause();
  }

  private note(error: unknown): Trouble {
    const failure = this.options.classify(error);
    if (failure.verdict === 'retry') this.options.leaders.doubt(this.to);
    this.trouble = { failure, error };
    return this.trouble;
  }

  private isOver({ code, verdict }: Failure, { sinceMs }: Batch): boolean {
    if (code !== 'TOPIC_UNKNOWN' || verdict !== 'retry') return verdict === 'final';
    return this.options.clock.running() - sinceMs >= TOPIC_PATIENCE_MS;
  }

  private pause(): void {
    const { clock, random = Math.random } = this.options;
    this.isWaiting = true;
    const waitMs = this.backoffMs * (0.5 + random() / 2);
    this.backoffMs = Math.min(this.backoffMs * 2, LAST_BACKOFF_MS);
    clock.schedule(() => {
      this.isWaiting = false;
      this.pump();
    }, waitMs);
  }

  private expire(batch: Batch): void {
    this.settle(this.sequence.giveUp(batch), batch, 'TIMED_OUT');
    this.pump();
  }

  /** Tells of `told` what went wrong with it, and of the others that they are given up for that. */
  private settle(
    settled: readonly Unstored<Batch>[],
    told?: Batch,
    code?: ProducerErrorCode,
  ): void {
    for (const { batch, delivered } of settled) {
      const { failure, error } = batch.last;
      const context = { brokers: this.options.name, ...this.to, delivered, cause: error };
      batch.cancel();
      batch.resolve(
        batch === told
          ? brokerError(failure, { ...context, code: code ?? failure.code })
          : brokerError(givenUp(this.to, delivered), context),
      );
    }
  }
}

const LAST_EPOCH = 32_767;

/**
 * The same producer, for this partition only, under the epoch that follows. With its first batch the
 * leader refuses what is left of the one before, so that nothing of it is stored later (KIP-360).
 */
function nextEpoch(lost: Identity | undefined): Identity | undefined {
  if (lost === undefined || lost.epoch >= LAST_EPOCH) return undefined;
  return { ...lost, epoch: lost.epoch + 1 };
}

/** What became of a batch for the failure of another. */
function givenUp({ topic, partition }: TopicPartition, delivered: 'no' | 'unknown'): Failure {
  const where = `for topic "${topic}", partition ${partition}`;
  const message =
    delivered === 'no'
      ? `A later message ${where} was stored before this one, which the broker did not take; ` +
        'stored now it would be out of order. Send it again if that does no harm.'
      : `An earlier message ${where} was given up, so that this one cannot be sent again in its place.`;
  const told = new ProducerError('BROKER', message, { retriable: true });
  return { code: 'BROKER', reason: message, told, verdict: 'final', ambiguous: delivered !== 'no' };
}

const LATE: Trouble = {
  failure: { code: 'TIMED_OUT', reason: 'no answer', verdict: 'retry', ambiguous: true },
  error: undefined,
};
