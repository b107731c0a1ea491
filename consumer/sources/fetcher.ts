import type { Position } from '../source.js';
import { BackOff } from './back-off.js';
import type { Cluster } from './cluster.js';
import type { Handout } from './handout.js';
import type { Lane } from './lane.js';
import { type Fetched, fetchRecords } from './protocol/log-requests.js';
import type { RefusalName, Refused } from './protocol/refused.js';

export interface FetchBounds {
  /** Fetched of one partition at a time, in bytes; as much again may wait to be handed out. */
  readonly maxBytesPerPartition: number;
  /** Fetched of all partitions and not settled, in bytes. */
  readonly maxBufferedBytes: number;
}

export interface FetcherOptions extends FetchBounds {
  readonly cluster: Cluster;
  readonly handout: Handout<Lane>;
  readonly closing: AbortSignal;
  refresh(): Promise<void>;
  /** The lane's position is not there any more. */
  outOfRange(lane: Lane, fetched: Fetched): void;
  /** `topic` where one is refused. */
  trouble(broker: string, error: unknown, topic?: string): void;
  fine(broker: string): void;
}

/**
 * How a broker is asked. Who waits for new records is asked `patiently`, for all partitions; one that
 * has more to give meanwhile, such as after what was fetched of it is handled, is asked `at once`.
 */
type Manner = 'patiently' | 'at once';

const MANNERS = {
  patiently: {
    purpose: 'wait',
    /** How long a broker waits for the first record, in milliseconds. */
    maxWaitMs: 500,
  },
  'at once': { purpose: 'fetch', maxWaitMs: 0 },
} as const;

/** Partitions without a leader wait for one together. */
const NO_LEADER = '';

const LEADER_MOVED: readonly RefusalName[] = [
  'FENCED_LEADER_EPOCH',
  'KAFKA_STORAGE_ERROR',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_OR_FOLLOWER',
  'OFFSET_NOT_AVAILABLE',
  'REPLICA_NOT_AVAILABLE',
  'UNKNOWN_LEADER_EPOCH',
  'UNKNOWN_TOPIC_OR_PARTITION',
];

/** Keeps records of all partitions at hand, and no more of them than its bounds. */
export class Fetcher {
  private readonly options: FetcherOptions;
  /** Brokers that are being asked, by the manner. */
  private readonly running = {
    patiently: new Set<string>(),
    'at once': new Set<string>(),
  } satisfies Record<Manner, Set<string>>;
  /** What requests under way may bring, in bytes. */
  private expectedBytes = 0;
  private turn = 0;

  constructor(options: FetcherOptions) {
    this.options = options;
  }

  /** Something may be wanted now. */
  wanted(): void {
    const { handout, closing } = this.options;
    if (closing.aborted) return;
    const isFull = this.room() <= 0;
    for (const lane of handout.all) {
      if (!this.wants(lane, isFull)) continue;
      const broker = this.brokerOf(lane);
      if (!this.running.patiently.has(broker)) this.start(broker, 'patiently');
      else if (!lane.isAtEnd && !this.running['at once'].has(broker)) this.start(broker, 'at once');
    }
  }

  private start(broker: string, manner: Manner): void {
    if (broker === NO_LEADER && manner === 'at once') return;
    this.running[manner].add(broker);
    void this.run(broker, manner);
  }

  private async run(broker: string, manner: Manner): Promise<void> {
    const { closing } = this.options;
    const backOff = new BackOff(closing);
    while (!closing.aborted) {
      const lanes = this.lanesOf(broker, manner);
      if (lanes.length === 0) break;
      const isFine = broker !== NO_LEADER && (await this.fetch(broker, manner, lanes));
      if (isFine) {
        backOff.reset();
        continue;
      }
      await backOff.wait();
      await this.options.refresh();
    }
    this.running[manner].delete(broker);
    // Partitions may have gone to another leader meanwhile.
    this.wanted();
  }

  /** Answers whether to go on at once. */
  private async fetch(broker: string, manner: Manner, lanes: readonly Lane[]): Promise<boolean> {
    const { cluster, maxBytesPerPartition, closing } = this.options;
    const { purpose, maxWaitMs } = MANNERS[manner];
    // A partition of which nothing is at hand may have a little beyond the bound, so that all go on.
    const maxBytes = Math.max(this.room(), maxBytesPerPartition);
    const request = fetchRecords(lanes.flatMap(positionOf), {
      maxWaitMs,
      maxBytes,
      maxBytesPerPartition,
    });
    const epochs = new Map(lanes.map((lane) => [lane, lane.epoch]));
    for (const lane of lanes) lane.isFetching = true;
    const expectedBytes = Math.min(maxBytes, lanes.length * maxBytesPerPartition);
    this.expectedBytes += expectedBytes;
    try {
      const fetched = await cluster.call({ broker, purpose }, request);
      this.options.fine(broker);
      return this.take(fetched, epochs);
    } catch (error) {
      if (!closing.aborted) this.options.trouble(broker, error);
      return false;
    } finally {
      for (const lane of lanes) lane.isFetching = false;
      this.expectedBytes -= expectedBytes;
    }
  }

  private take(answers: readonly Fetched[], epochs: ReadonlyMap<Lane, number>): boolean {
    const { handout } = this.options;
    let isFine = true;
    for (const fetched of answers) {
      const lane = handout.get(fetched);
      // Ours no more, or read from elsewhere by now.
      if (lane === undefined || epochs.get(lane) !== lane.epoch) continue;
      if (fetched.error === undefined) lane.put(fetched);
      else isFine = this.refused(lane, fetched, fetched.error) && isFine;
    }
    handout.changed();
    return isFine;
  }

  private refused(lane: Lane, fetched: Fetched, error: Refused): boolean {
    if (error.is('OFFSET_OUT_OF_RANGE')) {
      this.options.outOfRange(lane, fetched);
      return true;
    }
    if (!error.is(...LEADER_MOVED)) this.options.trouble('', error, lane.topic);
    return false;
  }

  private lanesOf(broker: string, manner: Manner): readonly Lane[] {
    const isFull = this.room() <= 0;
    const lanes = [...this.options.handout.all].filter(
      (lane) =>
        this.wants(lane, isFull) &&
        this.brokerOf(lane) === broker &&
        (manner === 'patiently' || !lane.isAtEnd),
    );
    // A broker fills its answer in this order, up to the bound.
    const from = lanes.length === 0 ? 0 : this.turn++ % lanes.length;
    return [...lanes.slice(from), ...lanes.slice(0, from)];
  }

  private wants(lane: Lane, isFull: boolean): boolean {
    if (lane.position === undefined || lane.isFetching) return false;
    return lane.isEmpty || (!isFull && lane.bytes < this.options.maxBytesPerPartition);
  }

  private brokerOf(lane: Lane): string {
    return this.options.cluster.leader(lane) ?? NO_LEADER;
  }

  private room(): number {
    let left = this.options.maxBufferedBytes - this.expectedBytes;
    for (const { bytes } of this.options.handout.all) left -= bytes;
    return left;
  }
}

function positionOf({ topic, partition, position }: Lane): Position[] {
  return position === undefined ? [] : [{ topic, partition, offset: position }];
}
