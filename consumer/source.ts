import type { TimestampType } from './event.js';

/** Makes one member of a consumer group: `kafkajsSource(…)`, `memorySource(broker)` … give one. */
export type Sources = (group: string) => Source;

/**
 * What a consumer needs of Kafka: a member of a consumer group that is asked for records. Each client has
 * its own file in `sources/`; the in-memory broker in `local/` is another. `sourceContract` of
 * `tavro/testing` says what each of them keeps.
 *
 * A source connects by itself and finds its own way back: brokers that are away, for however long, are told
 * through {@link Subscription.onState}, and it goes on when they are there. What no waiting mends
 * rejects {@link subscribe} or {@link poll}: a password that is wrong, a topic that may not be read.
 */
export interface Source {
  /** Shown in messages: `127.0.0.1:9094` or `memory`. */
  readonly name: string;
  /**
   * Joins the group, to read each topic from where the group last committed. Called once.
   * @throws ConsumerError `AUTHENTICATION`, `NOT_AUTHORIZED`, `TOPIC_UNKNOWN`, `TLS`, `CONFIG`, `FENCED`,
   *   `BROKER`; not for brokers that are away, which it waits for
   */
  subscribe(subscription: Subscription): Promise<void>;
  /**
   * The next records of one partition: at least one, at most `maxRecords`; undefined when nothing arrived
   * within `waitMs`, or once {@link close} was called. One call at a time. Partitions have their turns.
   *
   * A partition gives no further records until what it gave is settled: by {@link readFrom}, or by a
   * {@link commit} of its end. So what was handed out and not answered for never falls behind.
   */
  poll(options: PollOptions): Promise<FetchedBatch | undefined>;
  /**
   * Commits how far the group has come. When it fails, nothing is lost: the next commit covers it, or the
   * records are handed out again, here or by the partition's new owner.
   * @throws ConsumerError `COMMIT`, as for a partition that is another member's now
   */
  commit(positions: readonly Position[]): Promise<void>;
  /**
   * The next records of this partition begin at `offset`: an earlier one, to have them again, or the end
   * of what was handed out, to read on before it is committed. Of a partition that is not ours: nothing.
   */
  readFrom(position: Position): void;
  /** The member as a transaction commits offsets for it (KIP-447); undefined while it is in no group. */
  member(): SourceMember | undefined;
  /** Leaves the group, and closes all connections. A {@link poll} under way answers undefined. Safe to call twice. */
  close(): Promise<void>;
}

export interface Subscription {
  readonly topics: readonly string[];
  /** Where a partition begins for which the group has committed nothing. @default 'earliest' */
  readonly from?: StartingPosition | undefined;
  /** These are ours from now on, besides those that were. */
  onAssigned(partitions: readonly SourcePartition[]): void;
  /**
   * These are about to go to another member: no record of them is given any more. The source waits for
   * the promise, as long as the group lets it, before it lets them go, so that what is under way
   * can be ended and committed. Afterwards nothing of them may be committed.
   */
  onRevoked(partitions: readonly SourcePartition[]): Promise<void>;
  /** These are gone already, as after a silence that was too long. What is under way of them may be handled twice. */
  onLost(partitions: readonly SourcePartition[]): void;
  onState(state: SourceState): void;
}

/** Of a member of a group. `error` is why it is not reading, as far as that is known. */
export interface SourceState {
  /** `joining` the group or sharing partitions out anew, `reading`, or looking for brokers. */
  readonly is: 'joining' | 'reading' | 'disconnected' | 'closed';
  readonly error?: unknown;
}

/** The oldest record that there is, only what comes from now on, or from a time on (by the records' timestamps). */
export type StartingPosition = 'earliest' | 'latest' | Date;

export interface SourcePartition {
  readonly topic: string;
  readonly partition: number;
}

export interface Position extends SourcePartition {
  /** The first offset that is not handled yet, or is to be read next. */
  readonly offset: bigint;
}

export interface SourceMember {
  readonly groupId: string;
  readonly generationId: number;
  readonly memberId: string;
  readonly groupInstanceId?: string | undefined;
}

export interface PollOptions {
  readonly maxRecords: number;
  readonly waitMs: number;
}

/** Records of one partition, in offset order (gaps are possible: compaction, transactions). */
export interface FetchedBatch extends SourcePartition {
  readonly records: readonly FetchedRecord[];
}

export interface FetchedRecord {
  readonly offset: bigint;
  /** Milliseconds since the epoch. */
  readonly timestampMs: number;
  readonly timestampType: TimestampType;
  readonly key: Uint8Array | null;
  /** null is a tombstone. */
  readonly value: Uint8Array | null;
  /** In the order written; a name may occur more than once. */
  readonly headers: readonly (readonly [name: string, value: Uint8Array | null])[];
}
