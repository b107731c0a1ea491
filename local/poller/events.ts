import type { SourceState } from '../../consumer/index.js';
import type { Condition } from './on-failure.js';

/** What a poller tells of itself. */
export type PollerEvent =
  /** How the source is: a broker that is away is waited for. */
  | ({ readonly kind: 'source' } & SourceState)
  | { readonly kind: 'invoked'; readonly requestId: string; readonly records: number }
  | {
      readonly kind: 'committed';
      readonly topic: string;
      readonly partition: number;
      /** The first offset not yet handled. */
      readonly nextOffset: bigint;
    }
  /** Polling goes on: the next commit of the partition covers this one, or its new owner repeats. */
  | {
      readonly kind: 'commit failed';
      readonly topic: string;
      readonly partition: number;
      readonly error: unknown;
    }
  /** The batch, or what is left of it, will be delivered again. */
  | {
      readonly kind: 'retrying';
      readonly records: number;
      /** How often these records have been delivered. */
      readonly deliveries: number;
      readonly waitMs: number;
      readonly reason: RetryReason;
      /** What the function threw, or why its answer could not be used. */
      readonly error?: unknown;
    }
  /** The schema registry of the mapping does not answer, and is waited for. */
  | { readonly kind: 'registry away'; readonly waitMs: number; readonly error: unknown }
  /** Records were given up: the destination has them, or nobody. */
  | {
      readonly kind: 'given up';
      readonly records: number;
      readonly condition: Condition;
      readonly destination: boolean;
    };

export type RetryReason = 'error' | 'partial response' | 'invalid response';
