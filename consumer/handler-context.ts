import type { Signal } from './signal.js';

/** Under which circumstances a handler runs: what handlers get behind the record. */
export interface HandlerContext {
  /** Of the invocation in Lambda; undefined in a container. */
  readonly requestId: string | undefined;
  /**
   * Aborted when the work has to end: Lambda's deadline is near, the container stops, or the partition goes to
   * another member. A record whose handler rejects then counts as not handled, and comes again.
   */
  readonly signal: Signal;
  /** How long the handler may still run, in milliseconds; Infinity where nothing ends it. */
  remainingMs(): number;
  /** Which attempt at this record this is, from 1, as far as this process knows. */
  readonly attempt: number;
}
