/**
 * Where the poller reads from: a consumer group's view of Kafka, cut down to what the Lambda
 * event source mapping does. `memory/source.ts` and `poller/kafkajs-source.ts` implement it.
 */
export interface PollSource {
  /** Shown in messages: `127.0.0.1:9094` or `memory`. */
  readonly name: string;
  /**
   * Joins the group and begins to read each topic where the group last committed; a partition
   * without a commit is read from its beginning (MSK's TRIM_HORIZON). Called once.
   */
  subscribe(topics: readonly string[]): Promise<void>;
  /**
   * The next batch of one partition: at least one record, at most `maxRecords`; undefined when
   * nothing arrived within `waitMs`, or once {@link close} was called. One call at a time.
   *
   * A partition whose last batch was neither committed to its end nor {@link rewind}ed gives no
   * further batch: what was handed out and not answered for never falls behind the read position.
   */
  poll(options: PollOptions): Promise<PolledBatch | undefined>;
  /**
   * Commits the group's position: `nextOffset` is the first offset not yet handled. When it fails,
   * the records are handed out again, here or by the partition's new owner.
   */
  commit(topic: string, partition: number, nextOffset: bigint): Promise<void>;
  /**
   * The next batch of this partition begins at `offset`: an earlier one, for redelivery, or the end
   * of what was handed out, to read on before it is committed.
   */
  rewind(topic: string, partition: number, offset: bigint): Promise<void>;
  /** Leaves the group. A {@link poll} under way answers undefined. */
  close(): Promise<void>;
}

export interface PollOptions {
  readonly maxRecords: number;
  readonly waitMs: number;
}

/** Records of one partition, in offset order (gaps are possible: compaction, transactions). */
export interface PolledBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly PolledRecord[];
}

export interface PolledRecord {
  readonly offset: bigint;
  readonly timestampMs: number;
  readonly timestampType: 'CREATE_TIME' | 'LOG_APPEND_TIME';
  readonly key: Uint8Array | null;
  /** null is a tombstone. */
  readonly value: Uint8Array | null;
  /** In the order written; a name may occur more than once. */
  readonly headers: readonly (readonly [name: string, value: Uint8Array])[];
}
