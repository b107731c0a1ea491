import type {
  FetchedBatch,
  FetchedRecord,
  PollOptions,
  Position,
  Source,
  Subscription,
} from '../../../consumer/index.js';

/** A source over partition logs in memory, which keeps account of what is asked of it. */
export class LogSource implements Source {
  readonly name = 'log';
  readonly committed = new Map<string, bigint>();
  subscription: Subscription | undefined;
  closed = false;
  private readonly logs = new Map<
    string,
    { readonly topic: string; readonly partition: number; readonly records: FetchedRecord[] }
  >();
  private readonly positions = new Map<string, bigint>();
  /** Partitions that wait for commit or rewind. */
  private readonly held = new Set<string>();
  private wake = (): void => {};

  /** Appends a record; offsets count up from 0 unless given. */
  append(topic: string, partition: number, record: Partial<FetchedRecord> = {}): void {
    const id = `${topic}-${partition}`;
    const log = this.logs.get(id) ?? { topic, partition, records: [] };
    this.logs.set(id, log);
    const last = log.records.at(-1)?.offset ?? -1n;
    log.records.push({
      offset: last + 1n,
      timestampMs: 0,
      timestampType: 'CREATE_TIME',
      key: null,
      value: new TextEncoder().encode(`${id}@${last + 1n}`),
      headers: [],
      ...record,
    });
    this.wake();
  }

  async subscribe(subscription: Subscription): Promise<void> {
    this.subscription = subscription;
  }

  async poll(options: PollOptions): Promise<FetchedBatch | undefined> {
    const ready = this.next(options);
    if (ready) return ready;
    await this.arrival(options.waitMs);
    return this.next(options);
  }

  private next({ maxRecords }: PollOptions): FetchedBatch | undefined {
    if (this.closed) return undefined;
    for (const [id, { topic, partition, records }] of this.logs) {
      const position = this.positions.get(id) ?? 0n;
      const next = records.filter(({ offset }) => offset >= position).slice(0, maxRecords);
      const last = next.at(-1);
      if (this.held.has(id) || last === undefined) continue;
      this.held.add(id);
      this.positions.set(id, last.offset + 1n);
      return { topic, partition, records: next };
    }
    return undefined;
  }

  private async arrival(waitMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async commit(positions: readonly Position[]): Promise<void> {
    if (this.closed) throw new Error('commit after close');
    for (const { topic, partition, offset } of positions) {
      const id = `${topic}-${partition}`;
      this.committed.set(id, offset);
      if (offset >= (this.positions.get(id) ?? 0n)) this.held.delete(id);
    }
  }

  readFrom({ topic, partition, offset }: Position): void {
    const id = `${topic}-${partition}`;
    this.positions.set(id, offset);
    this.held.delete(id);
  }

  member(): undefined {}

  async close(): Promise<void> {
    this.closed = true;
    this.wake();
  }

  /** Records in all partitions. */
  get size(): number {
    return [...this.logs.values()].reduce((sum, { records }) => sum + records.length, 0);
  }

  /** What is committed, as `topic-partition` -> offset. */
  get offsets(): Record<string, number> {
    return Object.fromEntries([...this.committed].map(([id, offset]) => [id, Number(offset)]));
  }
}
