/** Most entries of a memory that nothing else bounds; some megabytes. */
export const MAX_REMEMBERED = 10_000;

/** A bounded map whose entries are forgotten after a time; the one that was set longest ago is forgotten first. */
export class ExpiringMap<Value> {
  private readonly entries = new Map<string, { readonly value: Value; readonly until: number }>();
  private readonly max: number;
  private readonly now: () => number;

  /** @param options.now milliseconds since some fixed moment */
  constructor(options: { readonly max: number; readonly now?: (() => number) | undefined }) {
    this.max = options.max;
    this.now = options.now ?? Date.now;
  }

  get(key: string): Value | undefined {
    const entry = this.entries.get(key);
    return entry !== undefined && this.now() < entry.until ? entry.value : undefined;
  }

  set(key: string, value: Value, ttlMs: number): void {
    // Behind the others, so that the oldest comes first.
    this.entries.delete(key);
    this.entries.set(key, { value, until: this.now() + ttlMs });
    const [oldest = key] = this.entries.keys();
    if (this.entries.size > this.max) this.entries.delete(oldest);
  }

  delete(key: string): void {
    this.entries.delete(key);
  }
}
