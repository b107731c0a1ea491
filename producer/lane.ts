import type { Clock } from './clock.js';
import { timedOut } from './delivery.js';
import type { Encoded } from './encode.js';
import type { Outcome } from './transport.js';

export interface BatchLimits {
  readonly lingerMs: number;
  readonly maxBatchMessages: number;
  readonly maxBatchBytes: number;
  readonly deliveryTimeoutMs: number;
}

/** A message on its way, and where its outcome goes. */
export interface Pending {
  readonly encoded: Encoded;
  settle(outcome: Outcome): void;
}

/** A message since when it waits. */
export interface Queued extends Pending {
  readonly sinceMs: number;
}

export interface LaneOptions {
  readonly topic: string;
  readonly transportName: string;
  readonly limits: BatchLimits;
  /** Answers for every message and does not throw. */
  deliver(messages: readonly Encoded[], deadlineMs: number): Promise<readonly Outcome[]>;
  readonly clock: Clock;
}

/**
 * A batch takes messages that came within this share of the delivery timeout of each other. All of
 * it fails at the deadline of its first message, so a batch cut after an outage must not hold
 * messages that have only just come.
 */
const BATCH_SPAN = 0.1;

/** Whether a message came so soon after the first that the first's deadline may be its own. */
export function isTogether(first: Queued, message: Queued, limits: BatchLimits): boolean {
  return message.sinceMs <= first.sinceMs + limits.deliveryTimeoutMs * BATCH_SPAN;
}

/**
 * The messages of one partition, in order. One batch is under way at a time: what comes meanwhile makes
 * the next one, and nothing overtakes a batch that is being retried.
 */
export class Lane {
  private readonly options: LaneOptions;
  private queue: Queued[] = [];
  private queuedBytes = 0;
  /** How many of the first messages do not wait for the linger time. */
  private urgent = 0;
  /** Since when the batch under way waits. */
  private sentSinceMs: number | undefined;
  /** Whether what waits goes at the end of this turn of the event loop. */
  private isTurn = false;
  private timer: { readonly atMs: number; readonly cancel: () => void } | undefined;

  constructor(options: LaneOptions) {
    this.options = options;
  }

  /** Takes a message, for {@link advance} to send. One that finds the lane idle does not linger. */
  push(message: Queued): void {
    const isIdle = this.queue.length === 0 && this.sentSinceMs === undefined;
    this.queue.push(message);
    this.queuedBytes += message.encoded.bytes;
    if (!isIdle || this.isTurn) return;
    this.isTurn = true;
    this.options.clock.schedule(() => {
      this.isTurn = false;
      this.hurry();
    }, 0);
  }

  /** Whether what waits makes a whole batch. */
  get isFull(): boolean {
    const { maxBatchMessages, maxBatchBytes } = this.options.limits;
    return this.queue.length >= maxBatchMessages || this.queuedBytes >= maxBatchBytes;
  }

  /** Whether a message that comes now would share the next batch, which nothing holds up. */
  get takesMore(): boolean {
    return this.sentSinceMs === undefined && !this.isFull;
  }

  /** How long the oldest message without an outcome waits. */
  ageMs(nowMs: number): number {
    return nowMs - (this.sentSinceMs ?? this.queue[0]?.sinceMs ?? nowMs);
  }

  /** Sends what waits now without lingering. */
  hurry(): void {
    this.urgent = this.queue.length;
    this.advance();
  }

  /** Sends what is due. */
  advance(): void {
    this.expire();
    if (this.sentSinceMs === undefined && this.isDue()) this.start(this.cut());
    this.schedule();
  }

  private isDue(): boolean {
    const { limits, clock } = this.options;
    const [first] = this.queue;
    if (first === undefined) return false;
    return this.urgent > 0 || this.isFull || clock.now() >= first.sinceMs + limits.lingerMs;
  }

  private start(batch: readonly Queued[]): void {
    const [first] = batch;
    if (first === undefined) return;
    this.sentSinceMs = first.sinceMs;
    const messages = batch.map(({ encoded }) => encoded);
    const deadlineMs = first.sinceMs + this.options.limits.deliveryTimeoutMs;
    void this.options.deliver(messages, deadlineMs).then((outcomes) => {
      this.sentSinceMs = undefined;
      outcomes.forEach((outcome, index) => {
        batch[index]?.settle(outcome);
      });
      this.advance();
    });
  }

  /** Takes the next batch off the queue; a message over the byte limit goes alone. */
  private cut(): readonly Queued[] {
    const { limits } = this.options;
    const [first] = this.queue;
    let count = 0;
    let bytes = 0;
    for (const message of this.queue) {
      bytes += message.encoded.bytes;
      const fits = count < limits.maxBatchMessages && bytes <= limits.maxBatchBytes;
      if (message !== first && !(fits && isTogether(first ?? message, message, limits))) break;
      count++;
    }
    return this.take(count);
  }

  /** Fails what waited too long behind earlier messages. */
  private expire(): void {
    const { clock, limits, topic, transportName } = this.options;
    const cutMs = clock.now() - limits.deliveryTimeoutMs;
    const first = this.queue.findIndex(({ sinceMs }) => sinceMs > cutMs);
    if (first === 0 || this.queue.length === 0) return;
    const expired = this.take(first < 0 ? this.queue.length : first);
    const error = timedOut(topic, `earlier messages to ${transportName}`);
    for (const one of expired) one.settle({ error });
  }

  private take(count: number): readonly Queued[] {
    const taken = this.queue.splice(0, count);
    for (const { encoded } of taken) this.queuedBytes -= encoded.bytes;
    this.urgent = Math.max(0, this.urgent - count);
    return taken;
  }

  /** One timer, for whichever comes first: the first message's linger time or its deadline. */
  private schedule(): void {
    const { clock, limits } = this.options;
    const [first] = this.queue;
    const waitMs = this.sentSinceMs !== undefined ? limits.deliveryTimeoutMs : limits.lingerMs;
    const atMs = first === undefined || this.isTurn ? undefined : first.sinceMs + waitMs;
    if (atMs === this.timer?.atMs) return;
    this.timer?.cancel();
    this.timer = undefined;
    if (atMs === undefined) return;
    const wake = () => {
      this.timer = undefined;
      this.advance();
    };
    const cancel = clock.schedule(wake, Math.max(0, atMs - clock.now()));
    this.timer = { atMs, cancel };
  }
}
