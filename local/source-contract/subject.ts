import type { FetchedRecord, Sources } from '../../consumer/index.js';

/** Sources that are held to their contract, and the brokers behind them. */
export interface SourceSubject {
  /** Makes members. Each case closes what it opened, and has groups of its own. */
  readonly sources: Sources;
  /** After how long without a sign of life the group goes on without a member, in milliseconds: some seconds. */
  readonly sessionTimeoutMs: number;
  /** How long a look takes that is to find nothing, in milliseconds. @default 1000 */
  readonly lookMs?: number | undefined;
  /** How long it is waited for what is to come, in milliseconds: a rebalance, a broker that starts. @default 90000 */
  readonly patienceMs?: number | undefined;
  /** Makes a topic that keeps records however old they are; answers its name, which is new. */
  createTopic(partitions: number): Promise<string>;
  /** Gives a topic more partitions: so many in all. */
  addPartitions(topic: string, total: number): Promise<void>;
  /** Writes to a partition, in this order, by another way than these sources. */
  write(at: WrittenTo, records: readonly WrittenRecord[]): Promise<void>;
  /** Writes in a transaction, and ends it. Leave it out where there are none. */
  writeInTransaction?(
    at: WrittenTo,
    records: readonly WrittenRecord[],
    end: 'commit' | 'abort',
  ): Promise<void>;
  /** All brokers go away, and come back with what they had. Leave it out where they cannot. */
  readonly outage?: SourceOutage | undefined;
  /** Sources with a password that is wrong. Leave it out where there is none to be given. */
  readonly refused?: Sources | undefined;
  /**
   * How long the group waits for a member that gives partitions away, in milliseconds. Leave it out where
   * that is longer than a test can wait.
   */
  readonly rebalanceTimeoutMs?: number | undefined;
  /**
   * What the client underneath does not tell: which member it is, so that no transaction can commit its
   * offsets; headers of null, which it gives as empty ones. @default nothing
   */
  readonly lacks?: readonly ('member' | 'null headers')[] | undefined;
}

export interface SourceOutage {
  stop(): Promise<void>;
  start(): Promise<void>;
  /** How long they stay away, in milliseconds: longer than any retries of the client underneath. */
  readonly lastsMs: number;
}

export interface WrittenTo {
  readonly topic: string;
  readonly partition: number;
}

export type WrittenRecord = Pick<FetchedRecord, 'key' | 'value' | 'headers' | 'timestampMs'>;
