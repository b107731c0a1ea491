import { ExpiringMap, MAX_REMEMBERED } from './expiring-map.js';

/**
 * Counts how often records failed, across invocations: by `ConsumedRecord.id`. `memoryAttempts` and
 * `dynamoDbAttempts` give one.
 *
 * Counting is best effort, and a store may be out of reach: then its promise is rejected. Nothing hangs on
 * that. The record failed by its own error, which is what the batch fails with; the store's error is logged,
 * and the record comes again as it would without a limit. A store that forgets or counts too low gives a
 * record more attempts, never fewer than none: no record is lost or dropped by it.
 */
export interface AttemptStore {
  /** Counts one more attempt that failed. @returns how many there were, this one included */
  failed(recordId: string): Promise<number>;
  /**
   * The record is out of the way: handled at last, or moved on. For records that are known to have failed:
   * what is never told so, the store forgets after a while by itself.
   */
  settled(recordId: string): Promise<void>;
}

export interface MemoryAttemptsOptions {
  /** Records that are remembered; the one that failed longest ago is forgotten first. @default 10000 */
  readonly maxRecords?: number | undefined;
  /** How long a record is remembered after it failed last, in milliseconds. @default 86400000, a day */
  readonly ttlMs?: number | undefined;
  /** Milliseconds since some fixed moment. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/** How long a record is remembered after it failed last: in milliseconds. */
export const ATTEMPTS_TTL_MS = 86_400_000;

/**
 * Counts in this process only: in Lambda as long as the execution environment is warm, of which there
 * may be several, so that a record may get as many times more attempts.
 */
export function memoryAttempts(options: MemoryAttemptsOptions = {}): AttemptStore {
  const { maxRecords = MAX_REMEMBERED, ttlMs = ATTEMPTS_TTL_MS, now } = options;
  const counts = new ExpiringMap<number>({ max: maxRecords, now });
  return {
    async failed(recordId) {
      const count = (counts.get(recordId) ?? 0) + 1;
      counts.set(recordId, count, ttlMs);
      return count;
    },
    async settled(recordId) {
      counts.delete(recordId);
    },
  };
}
