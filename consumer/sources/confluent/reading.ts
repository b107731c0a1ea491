import type { NativeRecord } from '../../../producer/confluent/package.js';
import { pause } from '../back-off.js';
import type { Handout } from '../handout.js';
import type { SourceSettings } from '../options.js';
import type { ConsumerClient } from './client.js';
import type { ConfluentLane } from './lane.js';

export interface ReadingOptions extends SourceSettings {
  readonly client: ConsumerClient;
  readonly handout: Handout<ConfluentLane>;
  readonly closing: AbortSignal;
  trouble(error: unknown): void;
}

/** How long partitions with enough at hand hold up the others, in milliseconds; then they are paused. */
const HOLD_UP_MS = 500;

/**
 * Takes records out of librdkafka, all the time: it also counts as a sign of life. What librdkafka is
 * told about partitions it is told in between, when no records are on their way.
 */
export class Reading {
  /** When it has ended. */
  over: Promise<void> = Promise.resolve();
  private readonly options: ReadingOptions;
  private wake = new AbortController();

  constructor(options: ReadingOptions) {
    this.options = options;
  }

  run(): Promise<void> {
    this.over = this.read();
    return this.over;
  }

  /** Something was settled, or is to be read from elsewhere. */
  wanted(): void {
    this.wake.abort();
  }

  private async read(): Promise<void> {
    const { closing, client, trouble } = this.options;
    while (!closing.aborted) {
      await this.makeRoom();
      await this.move();
      if (closing.aborted) return;
      try {
        this.put(await client.consume());
      } catch (error) {
        if (closing.aborted) return;
        trouble(error);
        await pause(HOLD_UP_MS, closing);
      }
    }
  }

  /** Waits for what is at hand to be handled; who is slow is paused, so that others go on. */
  private async makeRoom(): Promise<void> {
    const { client, closing } = this.options;
    const lanes = [...this.options.handout.all];
    for (const lane of lanes) {
      if (!lane.isPaused || lane.bytes * 2 > this.options.maxBytesPerPartition) continue;
      lane.isPaused = false;
      client.resume([at(lane)]);
    }
    const untilMs = Date.now() + HOLD_UP_MS;
    while (!closing.aborted && this.full().length > 0 && Date.now() < untilMs) {
      this.wake = new AbortController();
      const { signal } = this.wake;
      await pause(Math.max(1, untilMs - Date.now()), signal);
    }
    const full = this.full();
    for (const lane of full) lane.isPaused = true;
    if (full.length > 0) client.pause(full.map(at));
  }

  private full(): readonly ConfluentLane[] {
    const { handout, maxBytesPerPartition } = this.options;
    return [...handout.all].filter((lane) => !lane.isPaused && lane.bytes > maxBytesPerPartition);
  }

  /** Has partitions read from elsewhere. */
  private async move(): Promise<void> {
    const { client, handout } = this.options;
    for (const lane of handout.all) {
      const { seekTo } = lane;
      if (seekTo === undefined) continue;
      // Where it fails, the next round tries again, unless the partition has gone meanwhile.
      const isDone = await client.seek({ ...at(lane), offset: seekTo }).then(
        () => true,
        () => false,
      );
      if (isDone && lane.seekTo === seekTo) lane.seekTo = undefined;
    }
  }

  private put(records: readonly NativeRecord[]): void {
    const { handout } = this.options;
    for (const record of records) handout.get(record)?.put(record);
    if (records.length > 0) handout.changed();
  }
}

function at({ topic, partition }: ConfluentLane) {
  return { topic, partition };
}
