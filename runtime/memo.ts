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

/** A bounded cache over `load`: single flight, least recently used first out. */
export function createMemo<V>(options: MemoOptions): Memo<V> {
  const { limit, now, freshMs = Number.POSITIVE_INFINITY, failureMs, staleMs } = options;
  const values: Entries<V> = new Map();
  // Apart from the values, so that a stream of unknown keys cannot push them out.
  const failures: Entries<unknown> = new Map();
  const flights = new Map<string, Promise<V>>();

  /** Puts the entry last, as the most recently used one, and lets the first go if there are many. */
  function keep<T>(entries: Entries<T>, key: string, is: T, until: number): void {
    entries.delete(key);
    entries.set(key, { is, until });
    const [oldest] = entries.keys();
    if (entries.size > limit && oldest !== undefined) entries.delete(oldest);
  }

  async function fly(key: string, load: () => Promise<V>): Promise<V> {
    try {
      const value = await load();
      keep(values, key, value, now() + freshMs);
      return value;
    } catch (error) {
      const old = values.get(key);
      const oldForMs = staleMs?.(error) ?? 0;
      if (old !== undefined && oldForMs > 0) {
        keep(values, key, old.is, now() + oldForMs);
        return old.is;
      }
      const failedForMs = failureMs?.(error) ?? 0;
      if (failedForMs > 0) keep(failures, key, error, now() + failedForMs);
      throw error;
    } finally {
      flights.delete(key);
    }
  }

  return async (key, load) => {
    const value = values.get(key);
    if (value !== undefined && now() < value.until) {
      keep(values, key, value.is, value.until);
      return value.is;
    }
    const failure = failures.get(key);
    if (failure !== undefined && now() < failure.until) throw failure.is;
    const flight = flights.get(key) ?? fly(key, load);
    flights.set(key, flight);
    return flight;
  };
}
