import type { Encoded } from './encode.js';
import type { ProducerError } from './errors.js';
import type { Outcome } from './transport.js';

/** A message on its way to its outcome: through room, router and lane. */
export class Pending {
  readonly topic: string;
  readonly encoded: Encoded;
  /** Since when it may be sent, by the clock's running time; it waits for room before. */
  sinceMs = 0;
  /** Whether it is in a batch that is being sent. */
  isUnderWay = false;
  /** Whether its sender has been told. */
  isSettled = false;
  private readonly tell: (outcome: Outcome) => void;

  constructor(topic: string, encoded: Encoded, tell: (outcome: Outcome) => void) {
    this.topic = topic;
    this.encoded = encoded;
    this.tell = tell;
  }

  /** Tells the sender, once. */
  settle(outcome: Outcome): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.tell(outcome);
  }

  /** The sender waits no longer. What is not being sent then is never sent. */
  withdraw(error: (delivered: 'no' | 'unknown') => ProducerError): void {
    if (!this.isSettled) this.settle({ error: error(this.isUnderWay ? 'unknown' : 'no') });
  }
}
