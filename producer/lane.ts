import type { Clock } from './clock.js';
import { timedOut } from './delivery.js';
import type { Encoded } from './encode.js';
import { Fifo } from './fifo.js';
import type { Pending } from './pending.js';
import type { BatchSeen } from './telemetry.js';
import type { Outcome } from './transport.js';

export interface BatchLimits {
  readonly lingerMs: number;
  readonly maxBatchMessages: number;
  readonly maxBatchBytes: number;
  readonly deliveryTimeoutMs: number;
}

/** What a lane has sent for it. */
export interface LaneBatch {
  readonly messages: readonly Encoded[];
  readonly deadlineMs: number;
  /** Whether it may be sent again in parts: nothing of the partition is sent meanwhile. */
  readonly isAlone: boolean;
}

export interface LaneOptions {
  readonly topic: string;
  readonly transportName: string;
  /** How many batches may be under way, which the transport keeps in order. */
  readonly maxInFlight: number;
  readonly limits: BatchLimits;
  /** Answers for every message and does not throw. */
  deliver(batch: LaneBatch): Promise<readonly Outcome[]>;
  /** Makes room of messages that have left the lane. */
  leave(messages: readonly Pending[]): void;
  /** Hears of each batch that has its outcome. */
  readonly onBatch: ((batch: Omit<BatchSeen, 'topic' | 'partition'>) => void) | undefined;
  readonly clock: Clock;
}

/**
 * A batch takes messages that came within this share of the delivery timeout of each other. All of
 * it fails at the deadline of its first message, so a batch cut after an outage must not hold
 * messages that have only just come.
 */
const BATCH_SPAN = 0.1;

/** Whether a message came so soon after the first that the first's deadline may be its own. */
export function isTogether(first: Pending, message: Pending, limits: BatchLimits): boolean {
  return message.sinceMs <= first.sinceMs + limits.deliveryTimeoutMs * BATCH_SPAN;
}

/** A batch that is being sent. */
interface Flight {
  readonly sinceMs: number;
  readonly bytes: number;
  readonly isAlone: boolean;
}

/**
 * The messages of one partition, in order. As many batches are under way as the transport keeps in
 * order: what comes meanwhile makes the next one.
 */
export class Lane {
  private readonly options: LaneOptions;
  private readonly queue = new Fifo<Pending>();
  private queuedBytes = 0;
  /** How many of the first messages do not wait for the linger time. */
  private urgent = 0;
  /** The oldest first. */
  private readonly flights = new Set<Flight>();
  /** The largest batch, in bytes, that the broker has taken whole. */
  private provenBytes = 0;
  /** Whether what is due has to wait for the end of a batch that is under way. */
  private isHeld = false;
  /** Whether what waits goes at the end of this turn of the event loop. */
  private isTurn = false;
  private timer: { readonly atMs: number; readonly cancel: () => void } | undefined;

  constructor(options: LaneOptions) {
    this.options = options;
  }

  /** Takes a message, and sends what is due. One that finds the lane idle does not linger. */
  add(message: Pending): void {
    const isIdle = this.queue.length === 0 && this.flights.size === 0;
    this.queue.push(message);
    this.queuedBytes += message.encoded.bytes;
    if (isIdle && !this.isTurn) {
      this.isTurn = true;
      this.options.clock.schedule(() => {
        this.isTurn = false;
        this.hurry();
      }, 0);
    }
    this.advance();
  }

  /** Whether what waits makes a whole batch. */
  get isFull(): boolean {
    const { maxBatchMessages, maxBatchBytes } = this.options.limits;
    return this.queue.length >= maxBatchMessages || this.queuedBytes >= maxBatchBytes;
  }

  /** Whether a message that comes now would share the next batch, which nothing holds up. */
  get takesMore(): boolean {
    return this.flights.size < this.options.maxInFlight && !this.isFull;
  }

  /** How long the oldest message without an outcome waits. */
  ageMs(nowMs: number): number {
    const [oldest] = this.flights;
    return nowMs - (oldest?.sinceMs ?? this.queue.first?.sinceMs ?? nowMs);
  }

  /** Sends what waits now without lingering. */
  hurry(): void {
    this.urgent = this.queue.length;
    this.advance();
  }

  private advance(): void {
    this.expire();
    while (!this.isHeld && this.isDue()) this.start();
    this.schedule();
  }

  private isDue(): boolean {
    const { limits, clock } = this.options;
    const { first } = this.queue;
    if (first === undefined) return false;
    if (this.urgent > 0 || this.isFull) return true;
    return !this.isTurn && clock.running() >= first.sinceMs + limits.lingerMs;
  }

  /** Sends the next batch, unless it has to wait for those under way. */
  private start(): void {
    const [oldest] = this.flights;
    this.isHeld = this.flights.size >= this.options.maxInFlight || oldest?.isAlone === true;
    if (this.isHeld) return;
    const { count, bytes, waitsForId } = this.nextBatch();
    // One that the broker may find too large is sent again in parts, and one that waits for its
    // schema's id may be passed: beside others, either would upset the order.
    const isAlone = bytes > this.provenBytes || waitsForId;
    this.isHeld = isAlone && oldest !== undefined;
    if (this.isHeld) return;
    const taken = this.take(count);
    const batch = taken.filter((message) => !message.isSettled);
    const [first] = batch;
    if (first !== undefined) this.send(batch, { sinceMs: first.sinceMs, bytes, isAlone });
    if (batch.length < taken.length) this.options.leave(taken.filter((one) => one.isSettled));
  }

  private send(batch: readonly Pending[], flight: Flight): void {
    const { limits, maxInFlight, clock, onBatch } = this.options;
    const startMs = clock.running();
    this.flights.add(flight);
    for (const message of batch) message.isUnderWay = true;
    const sending = this.options.deliver({
      messages: batch.map(({ encoded }) => encoded),
      deadlineMs: flight.sinceMs + limits.deliveryTimeoutMs,
      isAlone: flight.isAlone || maxInFlight === 1,
    });
    void sending.then((outcomes) => {
      this.flights.delete(flight);
      this.isHeld = false;
      this.learn(flight, outcomes);
      onBatch?.({
        messages: batch.length,
        bytes: flight.bytes,
        durationMs: clock.running() - startMs,
        failed: outcomes.filter(({ error }) => error !== undefined).length,
      });
      this.options.leave(batch);
      outcomes.forEach((outcome, index) => {
        batch[index]?.settle(outcome);
      });
      this.advance();
    });
  }

  /** What the broker takes whole may be sent beside others; what it no longer does, alone again. */
  private learn({ bytes }: Flight, outcomes: readonly Outcome[]): void {
    if (outcomes.some(({ error }) => error?.code === 'TOO_LARGE')) this.provenBytes = 0;
    else if (outcomes.every(({ error }) => error === undefined)) {
      this.provenBytes = Math.max(this.provenBytes, bytes);
    }
  }

  /** Measures the next batch; a message over the byte limit goes alone. */
  private nextBatch() {
    const { limits } = this.options;
    const { first } = this.queue;
    let count = 0;
    let bytes = 0;
    let waitsForId = false;
    while (count < limits.maxBatchMessages) {
      const message = this.queue.at(count);
      if (message === undefined || first === undefined) break;
      const { encoded } = message;
      const isFit = bytes + encoded.bytes <= limits.maxBatchBytes;
      if (count > 0 && !(isFit && isTogether(first, message, limits))) break;
      count++;
      bytes += encoded.bytes;
      waitsForId ||= encoded.unstamped.length > 0;
    }
    return { count, bytes, waitsForId };
  }

  /** Fails what waited too long behind earlier messages. */
  private expire(): void {
    const { clock, limits, topic, transportName } = this.options;
    const cutMs = clock.running() - limits.deliveryTimeoutMs;
    let count = 0;
    while ((this.queue.at(count)?.sinceMs ?? Number.POSITIVE_INFINITY) <= cutMs) count++;
    if (count === 0) return;
    const error = timedOut(topic, `earlier messages to ${transportName}`);
    const expired = this.take(count);
    this.options.leave(expired);
    for (const message of expired) message.settle({ error });
  }

  private take(count: number): readonly Pending[] {
    const taken = this.queue.take(count);
    for (const { encoded } of taken) this.queuedBytes -= encoded.bytes;
    this.urgent = Math.max(0, this.urgent - count);
    return taken;
  }

  /** One timer, for whichever comes first: the first message's linger time or its deadline. */
  private schedule(): void {
    const { clock, limits } = this.options;
    const { first } = this.queue;
    const isHeld = this.isHeld || this.flights.size >= this.options.maxInFlight;
    const waitMs = isHeld ? limits.deliveryTimeoutMs : limits.lingerMs;
    const atMs = first === undefined || this.isTurn ? undefined : first.sinceMs + waitMs;
    if (atMs === this.timer?.atMs) return;
    this.timer?.cancel();
    this.timer = undefined;
    if (atMs === undefined) return;
    const wake = () => {
      this.timer = undefined;
      this.advance();
    };
    const cancel = clock.schedule(wake, Math.max(0, atMs - clock.running()));
    this.timer = { atMs, cancel };
  }
}
