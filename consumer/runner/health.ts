import type { ConsumerError } from '../errors.js';
import type { SourcePartition, SourceState } from '../source.js';

/** How a consumer is: for probes, and for people. */
export interface ConsumerHealth {
  /** `disconnected` brokers are looked for without end; `failed` is {@link RunningConsumer.done} rejected. */
  readonly state: SourceState['is'] | 'starting' | 'paused' | 'stopping' | 'failed';
  /**
   * For a liveness probe: false once it has ended. Not while brokers are away, or a partition is
   * held: to begin anew mends neither.
   */
  readonly alive: boolean;
  /** For a readiness probe: it reads, or is paused by the application. */
  readonly ready: boolean;
  /** Since when {@link state} is what it is. */
  readonly since: Date;
  /** How many partitions are this member's. */
  readonly partitions: number;
  /** Partitions that wait for a record that is tried again. */
  readonly held: readonly HeldPartition[];
  /** Why it is not reading, as far as that is known. */
  readonly error: unknown;
}

export interface HeldPartition extends SourcePartition {
  readonly offset: number;
  readonly since: Date;
  readonly error: ConsumerError;
}
