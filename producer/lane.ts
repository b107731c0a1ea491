import type { Clock } from './clock.js';
import { type Deliver, timedOut } from './delivery.js';
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

interface Queued extends Pending {
  readonly sinceMs: number;
}

export interface LaneOptions {
  readonly topic: string;
  readonly transportName: string;
  readonly limits: BatchLimits;
  readonly deliver: Deliver;
  readonly clock: Clock;
}

/**
 * A batch takes messages that came within this share of the delivery timeout of each other. All of
 * it fails at the deadline of its first message, so a batch cut after an outage must not hold
 * messages that have only just come.
 */
const BATCH_SPAN = 0.1;

/**
 * The messages of one topic, in order. One batch is under way at a time: what comes meanwhile makes
 * the next one, and nothing overtakes a batch that is being retried.
 */
export class Lane {
  private readonly options: LaneOptions;
  private queue: Queued[] = [];
  private queuedBytes = 0;
  /** How many of the first messages do not wait for the linger time. */
  private urgent = 0;
  private busy = false;
  private timer: { readonly atMs: number; readonly cancel: () => void } | undefined;

  constructor(options: LaneOptions) {
    this.options = options;
  }

  add(pending: readonly Pending[]): void {
    const sinceMs = this.options.clock.now();
    for (const one of pending) {
      this.queue.push({ ...one, sinceMs });
      this.queuedBytes += one.encoded.bytes;
    }
    this.advance();
  }

  /** Sends what waits now without lingering. */
  hurry(): void {
    this.urgent = this.queue.length;
    this.advance();
  }

  private advance(): void {
    this.expire();
    if (!this.busy && this.isDue()) this.start(this.cut());
    this.schedule();
  }

  private isDue(): boolean {
    const { limits, clock } = this.options;
    const [first] = this.queue;
    if (first === undefined) return false;
    return (
      this.urgent > 0 ||
      this.queue.length >= limits.maxBatchMessages ||
      this.queuedBytes >= limits.maxBatchBytes ||
      clock.now() >= first.sinceMs + limits.lingerMs
    );
  }

  private start(batch: readonly Queued[]): void {
    const [first] = batch;
    if (first === undefined) return;
    this.busy = true;
    const { topic, deliver, limits } = this.options;
    const messages = batch.map(({ encoded }) => encoded);
    const deadlineMs = first.sinceMs + limits.deliveryTimeoutMs;
    // `deliver` answers for every message and does not throw.
    void deliver({ topic, messages, deadlineMs }).then((outcomes) => {
      this.busy = false;
      outcomes.forEach((outcome, index) => {
        batch[index]?.settle(outcome);
      });
      this.advance();
    });
  }

  /** Takes the next batch off the queue; a message over the byte limit goes alone. */
  private cut(): readonly Queued[] {
    const { maxBatchMessages, maxBatchBytes, deliveryTimeoutMs } = this.options.limits;
    const lastMs = (this.queue[0]?.sinceMs ?? 0) + deliveryTimeoutMs * BATCH_SPAN;
    let count = 0;
    let bytes = 0;
    for (const { encoded, sinceMs } of this.queue) {
      const fits = count < maxBatchMessages && bytes + encoded.bytes <= maxBatchBytes;
      if (count > 0 && !(fits && sinceMs <= lastMs)) break;
      count++;
      bytes += encoded.bytes;
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
    const waitMs = this.busy ? limits.deliveryTimeoutMs : limits.lingerMs;
    const atMs = first === undefined ? undefined : first.sinceMs + waitMs;
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
