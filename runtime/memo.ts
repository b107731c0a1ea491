export interface MemoOptions {
  /** Most entries kept; the least recently used goes first. */
  readonly limit: number;
  /** Milliseconds since some fixed moment. */
  readonly now: () => number;
  /** How long a value is answered without asking again, in milliseconds; for ever when absent. */
  readonly freshMs?: number;
  /** How long this failure is answered without asking again, in milliseconds; 0 for not at all. */
  readonly failureMs?: (error: unknown) => number;
  /** How long an old value is answered instead of this failure, in milliseconds; 0 for not at all. */
  readonly staleMs?: (error: unknown) => number;
}

/** Answers what it remembers for `key`, or loads it: once, however many ask at the same time. */
export type Memo<V> = (key: string, load: () => Promise<V>) => Promise<V>;

interface Entry<V> {
  readonly answer: Promise<V>;
  readonly until: number;
}

/** A bounded cache of promises: single flight, least recently used first out. */
export function createMemo<V>(options: MemoOptions): Memo<V> {
  const { limit, now, freshMs = Number.POSITIVE_INFINITY, failureMs, staleMs } = options;
  const entries = new Map<string, Entry<V>>();
  const flights = new Map<string, Promise<V>>();

  function remember(key: string, answer: Promise<V>, forMs: number): void {
    entries.delete(key);
    entries.set(key, { answer, until: now() + forMs });
    const [oldest] = entries.keys();
    if (entries.size > limit && oldest !== undefined) entries.delete(oldest);
  }

  async function fly(key: string, load: () => Promise<V>): Promise<V> {
    const old = entries.get(key)?.answer;
    try {
      const value = await load();
      remember(key, Promise.resolve(value), freshMs);
      return value;
    } catch (error) {
      const oldForMs = old === undefined ? 0 : (staleMs?.(error) ?? 0);
      if (old !== undefined && oldForMs > 0) {
        remember(key, old, oldForMs);
        return old;
      }
      const forMs = failureMs?.(error) ?? 0;
      if (forMs > 0) {
        const failure = Promise.reject(error);
        failure.catch(() => undefined); // nobody may be waiting for it
        remember(key, failure, forMs);
      }
      throw error;
    } finally {
      flights.delete(key);
    }
  }

  return (key, load) => {
    const entry = entries.get(key);
    if (entry !== undefined && now() < entry.until) {
      entries.delete(key);
      entries.set(key, entry);
      return entry.answer;
    }
    const flight = flights.get(key) ?? fly(key, load);
    flights.set(key, flight);
    return flight;
  };
}
