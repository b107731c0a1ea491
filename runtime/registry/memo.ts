export interface MemoOptions {
  /** Most values kept, and most failures; the least recently used goes first. */
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

type Entries<T> = Map<string, { readonly is: T; readonly until: number }>;

const FOREVER_MS = 1e15;

/** A bounded cache over `load`: single flight, least recently used first out. */
export function createMemo<V>(options: MemoOptions): Memo<V> {
  const { limit, now, freshMs = FOREVER_MS, failureMs, staleMs } = options;
  const values: Entries<V> = new Map();
  // Apart from the values, so that a stream of unknown keys cannot push them out.
  const failures: Entries<unknown> = new Map();
  const flights = new Map<string, Promise<V>>();

  /** Puts the entry last, as the most recently used one, and lets the first go if there are many. */
  function keep<T>(entries: Entries<T>, key: string, is: T, until: number): T {
    entries.delete(key);
    entries.set(key, { is, until });
    const [oldest = key] = entries.keys();
    if (entries.size > limit) entries.delete(oldest);
    return is;
  }

  async function fly(key: string, load: () => Promise<V>): Promise<V> {
    try {
      return keep(values, key, await load(), now() + freshMs);
    } catch (error) {
      const old = values.get(key);
      const oldForMs = staleMs?.(error);
      if (old && oldForMs) return keep(values, key, old.is, now() + oldForMs);
      const failedForMs = failureMs?.(error);
      if (failedForMs) keep(failures, key, error, now() + failedForMs);
      throw error;
    } finally {
      flights.delete(key);
    }
  }

  return async (key, load) => {
    const value = values.get(key);
    if (value && now() < value.until) return keep(values, key, value.is, value.until);
    const failure = failures.get(key);
    if (failure && now() < failure.until) throw failure.is;
    const flight = flights.get(key) ?? fly(key, load);
    flights.set(key, flight);
    return flight;
  };
}
