import type { FetchedBatch, FetchedRecord, PollOptions, SourcePartition } from '../source.js';
import { keyOf } from './assignor.js';

/** A partition whose records are handed out. */
interface Queue extends SourcePartition {
  /** Whether it has records to hand out, and what was handed out is settled. */
  readonly isReady: boolean;
  /** None where it is not ours any more, or is read from elsewhere. */
  take(maxRecords: number): Promise<readonly FetchedRecord[]>;
  /** It is not ours any more. */
  drop(): void;
}

/** The partitions that are ours, and the records that wait to be handed out: partition by partition in turn. */
export class Handout<T extends Queue> {
  private readonly lanes = new Map<string, T>();
  private isClosed = false;
  private wake: () => void = () => {};

  get all(): Iterable<T> {
    return this.lanes.values();
  }

  get(at: SourcePartition): T | undefined {
    return this.lanes.get(keyOf(at));
  }

  add(lane: T): void {
    this.lanes.set(keyOf(lane), lane);
  }

  remove(at: SourcePartition): void {
    this.get(at)?.drop();
    this.lanes.delete(keyOf(at));
  }

  /** There may be something to hand out now, or something to tell. */
  changed(): void {
    this.wake();
  }

  close(): void {
    this.isClosed = true;
    this.wake();
  }

  /** The next records; undefined when none come within `waitMs`, or once `isOver` or closed. */
  async take(
    { maxRecords, waitMs }: PollOptions,
    isOver: () => boolean,
  ): Promise<FetchedBatch | undefined> {
    const giveUpMs = Date.now() + waitMs;
    while (!this.isClosed && !isOver()) {
      const lane = this.nextReady();
      if (lane === undefined) {
        const leftMs = giveUpMs - Date.now();
        if (leftMs <= 0) return undefined;
        await this.change(leftMs);
        continue;
      }
      const records = await lane.take(maxRecords);
      const { topic, partition } = lane;
      if (records.length > 0) return { topic, partition, records };
    }
    return undefined;
  }

  /** The first that is ready, which goes to the end of the line. */
  private nextReady(): T | undefined {
    for (const [key, lane] of this.lanes) {
      if (!lane.isReady) continue;
      this.lanes.delete(key);
      this.lanes.set(key, lane);
      return lane;
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
