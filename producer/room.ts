import { counted } from '../runtime/words.js';
import type { Clock } from './clock.js';
import { ProducerError } from './errors.js';
import { Fifo } from './fifo.js';
import type { Pending } from './pending.js';
import type { Waiting as Waits } from './telemetry.js';

/**
 * How many bytes may wait for room, in multiples of the buffer. Calls that nobody awaits hold the
 * event loop until the last of them, and are bounded by nothing else.
 */
const WAITING_SHARE = 8;

export interface RoomLimits {
  readonly maxBufferedMessages: number;
  readonly maxBufferedBytes: number;
  readonly maxBlockMs: number;
}

/** A message that waits for room, and where it goes then. */
interface Waiting {
  readonly pending: Pending;
  readonly untilMs: number;
  enter(pending: Pending): void;
}

/**
 * What waits for its outcome: counted and bounded. What finds no room waits for it, first come, first
 * served, so that the order of the calls is kept.
 */
export class Room {
  private readonly limits: RoomLimits;
  private readonly clock: Clock;
  private messages = 0;
  private bytes = 0;
  private readonly waiting = new Fifo<Waiting>();
  private waitingBytes = 0;
  private cancelTimer: (() => void) | undefined;
  /** Who asked to be told when there is room. */
  private asking: (() => void)[] = [];

  constructor(limits: RoomLimits, clock: Clock) {
    this.limits = limits;
    this.clock = clock;
  }

  /** Whether a message that comes now need not wait. */
  get isFree(): boolean {
    const { maxBufferedMessages, maxBufferedBytes } = this.limits;
    const { waiting, messages, bytes } = this;
    return waiting.length === 0 && messages < maxBufferedMessages && bytes < maxBufferedBytes;
  }

  /** What has no outcome now. */
  waits(): Waits {
    return { messages: this.messages, bytes: this.bytes, blocked: this.waiting.length };
  }

  /** Settles when there is room. */
  async free(): Promise<void> {
    while (!this.isFree) await new Promise<void>((resolve) => this.asking.push(resolve));
  }

  /** Calls `enter` now, or when there is room; a message that may not wait so long is `BUFFER_FULL`. */
  admit(pending: Pending, enter: (pending: Pending) => void): void {
    const { maxBufferedBytes, maxBlockMs } = this.limits;
    const { bytes } = pending.encoded;
    if (bytes > maxBufferedBytes) {
      pending.settle({ error: neverFits(pending, maxBufferedBytes) });
    } else if (this.waiting.length === 0 && this.fits(pending)) {
      this.take(pending, enter);
    } else if (maxBlockMs === 0 || this.waitingBytes + bytes > maxBufferedBytes * WAITING_SHARE) {
      pending.settle({ error: this.full(pending.topic, ', nor may more wait for it') });
    } else {
      this.waiting.push({ pending, enter, untilMs: this.clock.running() + maxBlockMs });
      this.waitingBytes += bytes;
      this.watch();
    }
  }

  /** Messages have left; lets in what waits. */
  leave(messages: readonly Pending[]): void {
    this.messages -= messages.length;
    for (const { encoded } of messages) this.bytes -= encoded.bytes;
    this.letIn();
  }

  private letIn(): void {
    for (let next = this.waiting.first; next !== undefined; next = this.waiting.first) {
      const { pending } = next;
      if (!pending.isSettled && !this.fits(pending)) return;
      this.dropFirst(pending);
      if (!pending.isSettled) this.take(pending, next.enter);
    }
    this.watch();
    if (this.isFree) for (const resolve of this.asking.splice(0)) resolve();
  }

  private take(pending: Pending, enter: (pending: Pending) => void): void {
    this.messages++;
    this.bytes += pending.encoded.bytes;
    pending.sinceMs = this.clock.running();
    enter(pending);
  }

  private fits({ encoded }: Pending): boolean {
    const { maxBufferedMessages, maxBufferedBytes } = this.limits;
    return this.messages < maxBufferedMessages && this.bytes + encoded.bytes <= maxBufferedBytes;
  }

  private dropFirst({ encoded }: Pending): void {
    this.waiting.take(1);
    this.waitingBytes -= encoded.bytes;
  }

  /** Sees to it that the first in line waits no longer than it may: it came first, and ends first. */
  private watch(): void {
    const { first } = this.waiting;
    if (first === undefined) {
      this.cancelTimer?.();
      this.cancelTimer = undefined;
    }
    if (this.cancelTimer !== undefined || first === undefined) return;
    const wake = () => {
      this.cancelTimer = undefined;
      this.expire();
      this.watch();
    };
    this.cancelTimer = this.clock.schedule(wake, Math.max(1, first.untilMs - this.clock.running()));
  }

  private expire(): void {
    const nowMs = this.clock.running();
    const inTime = ` within maxBlockMs (${this.limits.maxBlockMs} ms)`;
    // One for all of a topic: an error takes the time of many messages.
    const errors = new Map<string, ProducerError>();
    for (let next = this.waiting.first; next !== undefined; next = this.waiting.first) {
      const { pending, untilMs } = next;
      if (!pending.isSettled && untilMs > nowMs) break;
      const { topic } = pending;
      const error = errors.get(topic) ?? this.full(topic, inTime);
      errors.set(topic, error);
      this.dropFirst(pending);
      pending.settle({ error });
    }
    this.letIn();
  }

  private full(topic: string, why: string): ProducerError {
    const { maxBufferedMessages, maxBufferedBytes } = this.limits;
    const waiting = this.waiting.length;
    return new ProducerError(
      'BUFFER_FULL',
      `A message to "${topic}" found no room${why}: ` +
        `${counted(this.messages, 'message')} of at most ${maxBufferedMessages} ` +
        `(${counted(this.bytes, 'byte')} of ${maxBufferedBytes}) ${this.messages === 1 ? 'is' : 'are'} ` +
        `on the way, ${counted(waiting, 'message')} ${waiting === 1 ? 'waits' : 'wait'} for room. It was ` +
        'not sent: await earlier sends, ask `hasRoom()` or use `sendFrom`, or raise the limits.',
      { topic },
    );
  }
}

function neverFits({ topic, encoded }: Pending, maxBufferedBytes: number): ProducerError {
  return new ProducerError(
    'TOO_LARGE',
    `A message to "${topic}" has ${counted(encoded.bytes, 'byte')}, more than the whole buffer holds ` +
      `(maxBufferedBytes, ${maxBufferedBytes}). It was not sent.`,
    { topic },
  );
}
