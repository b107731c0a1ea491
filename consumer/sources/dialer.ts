import type { Failure } from '../../producer/session.js';
import type { Decompress } from './protocol/decompress.js';
import type { Request } from './protocol/request.js';

/** One connection to one broker, logged in. It answers in the order in which it is asked. */
export interface Link {
  /** Whether more may be asked over it. */
  readonly isOpen: boolean;
  /** Asks once. @throws Refused, or an error that {@link Dialer.classify} knows */
  call<T>(request: Request<T>): Promise<T>;
  /** What is under way fails. */
  close(): void;
}

/** How one of the clients of Kafka connects and logs in: all that a source takes of it. */
export interface Dialer {
  /**
   * Connects and logs in; after a refusal that other credentials may mend, once more.
   * @param broker as `host:port`
   */
  open(broker: string, options: LinkOptions): Promise<Link>;
  readonly decompress: Decompress;
  /** What an error of the client means. */
  classify(error: unknown): Failure;
}

export interface LinkOptions {
  /** How long an answer may take, in milliseconds. */
  readonly requestTimeoutMs: number;
}
