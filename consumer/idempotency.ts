import { ExpiringMap, MAX_REMEMBERED } from './expiring-map.js';

/** Remembers what was done, for `idempotent`: by keys such as `ConsumedRecord.id`. */
export interface IdempotencyStore {
  /**
   * Takes a key for so many milliseconds, unless it is `done` or another has it. Both in one step: of two that
   * ask at once, one gets it. What is over without a word from who had it, as after a crash, may be taken anew.
   */
  begin(key: string, leaseMs: number): Promise<IdempotencyLease | 'done' | 'in-progress'>;
}

/** A key that was taken. */
export interface IdempotencyLease {
  /** It is done, and stays so for as long as the store remembers: also where the lease was over before. */
  complete(): Promise<void>;
  /** It failed: the key is free again, unless the lease was over and another has it. */
  abandon(): Promise<void>;
}

/**
 * How long what is done is remembered, in milliseconds: as long as Kafka keeps records by default, and so
 * as long as a batch may come again.
 */
export const DONE_TTL_MS = 604_800_000;

export interface MemoryIdempotencyOptions {
  /** Keys that are remembered; the oldest is forgotten first, and then handled again. @default 10000 */
  readonly maxKeys?: number | undefined;
  /** How long what is done is remembered, in milliseconds. @default 604800000, seven days */
  readonly ttlMs?: number | undefined;
  /** Milliseconds since some fixed moment. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/** Of this process only: for tests, and where repeats within one process are all that matters. */
export function memoryIdempotency(options: MemoryIdempotencyOptions = {}): IdempotencyStore {
  const { maxKeys = MAX_REMEMBERED, ttlMs = DONE_TTL_MS, now } = options;
  const keys = new ExpiringMap<'done' | symbol>({ max: maxKeys, now });
  return {
    async begin(key, leaseMs) {
      const known = keys.get(key);
      if (known !== undefined) return known === 'done' ? 'done' : 'in-progress';
      const mine = Symbol(key);
      keys.set(key, mine, leaseMs);
      return {
        complete: async () => keys.set(key, 'done', ttlMs),
        abandon: async () => {
          if (keys.get(key) === mine) keys.delete(key);
        },
      };
    },
  };
}
