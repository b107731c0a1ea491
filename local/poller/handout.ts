import type { FetchedBatch, FetchedRecord } from '../../consumer/index.js';

/** What was fetched of one partition, and how far it was handed out. */
interface Lane {
  readonly batch: FetchedBatch;
  next: number;
  /** Index of the first record that was handed out and not answered for. */
  open: number | undefined;
}

/**
 * Records that were fetched and wait to be handed out, partition by partition in turn. A partition
 * with a batch handed out gives no other until that is settled.
 */
export class Handout {
  private readonly lanes = new Map<string, Lane>();
  private closed = false;
  private wake: () => void = () => {};

  /** Keeps what was fetched of a partition, instead of what was kept before. */
  put(batch: FetchedBatch): void {
    this.lanes.set(keyOf(batch.topic, batch.partition), { batch, next: 0, open: undefined });
    this.wake();
  }

  /** The next batch; undefined when none comes within `waitMs`, or once closed. */
  async take(maxRecords: number, waitMs: number): Promise<FetchedBatch | undefined> {
    const giveUpMs = Date.now() + waitMs;
    while (!this.closed) {
      const batch = this.next(maxRecords);
      if (batch !== undefined) return batch;
      const leftMs = giveUpMs - Date.now();
      if (leftMs <= 0) return undefined;
      await this.change(leftMs);
    }
    return undefined;
  }

  /** All up to `nextOffset` was handled. Answers whether nothing is left of what was fetched. */
  settle(topic: string, partition: number, nextOffset: bigint): boolean {
    const lane = this.lanes.get(keyOf(topic, partition));
    if (lane === undefined) return false;
    const last = lane.batch.records[lane.next - 1];
    if (last !== undefined && nextOffset <= last.offset) return false;
    lane.open = undefined;
    this.wake();
    const isEmpty = lane.next === lane.batch.records.length;
    if (isEmpty) this.lanes.delete(keyOf(topic, partition));
    return isEmpty;
  }

  /** Hands out again from `offset` on; answers false if that is not kept here any more. */
  rewind(topic: string, partition: number, offset: bigint): boolean {
    const lane = this.lanes.get(keyOf(topic, partition));
    const records: readonly FetchedRecord[] = lane?.batch.records ?? [];
    const index = records.findIndex((record) => record.offset >= offset);
    const isKept = index > 0 || (index === 0 && records[0]?.offset === offset);
    if (lane === undefined || !isKept) {
      this.lanes.delete(keyOf(topic, partition));
      return false;
    }
    lane.next = index;
    lane.open = undefined;
    this.wake();
    return true;
  }

  /** Hands out again what was handed out last. */
  again(topic: string, partition: number): void {
    const lane = this.lanes.get(keyOf(topic, partition));
    if (lane?.open === undefined) return;
    lane.next = lane.open;
    lane.open = undefined;
    this.wake();
  }

  clear(): void {
    this.lanes.clear();
  }

  close(): void {
    this.closed = true;
    this.wake();
  }

  private next(maxRecords: number): FetchedBatch | undefined {
    for (const [key, lane] of this.lanes) {
      const records = lane.batch.records.slice(lane.next, lane.next + maxRecords);
      if (lane.open !== undefined || records.length === 0) continue;
      lane.open = lane.next;
      lane.next += records.length;
      // To the end of the line.
      this.lanes.delete(key);
      this.lanes.set(key, lane);
      return { ...lane.batch, records };
    }
    return undefined;
  }

  private change(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.wake = () => {};
        resolve();
      };
      const timer = setTimeout(done, withinMs);
      this.wake = done;
    });
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic}\n${partition}`;
}
