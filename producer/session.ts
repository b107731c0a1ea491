import type { ProducerError, ProducerErrorCode } from './errors.js';
import type { OutgoingMessage, PartitionState, TopicPartition } from './transport.js';

/**
 * One client of a Kafka cluster with one producer id: as long as the id is the same, the broker
 * stores a batch once however often it is sent, provided that every batch of a partition is settled
 * before the next one is sent.
 */
export interface Session {
  connect(): Promise<void>;
  /** The partitions of a topic, without creating it. */
  partitions(topic: string): Promise<readonly PartitionState[]>;
  /** Sends one batch to one partition. */
  send(to: TopicPartition, messages: readonly OutgoingMessage[]): Promise<Stored>;
  /** Lets requests under way end, then closes the connections. */
  close(): Promise<void>;
  /** Cuts the connections: whatever is under way fails, and nothing is sent again. */
  destroy(): void;
}

/** Where a batch is, and since when if the broker says it. */
export interface Stored {
  /** That of its first message. */
  readonly offset: bigint;
  /** As in {@link Delivered}. */
  readonly appendedMs?: number;
}

/** What a failed attempt means for the batch. */
export interface Failure {
  readonly code: ProducerErrorCode;
  readonly reason: string;
  /** Broker, as `host:port`. */
  readonly host?: string;
  /** An error of ours that says it all, in place of a sentence made of the others. */
  readonly told?: ProducerError;
  /**
   * - `final`: trying again would not help;
   * - `retry`: it may pass;
   * - `sequence`: the broker and the session disagree about sequence numbers; a new session may do.
   */
  readonly verdict: 'final' | 'retry' | 'sequence';
  /** Whether the broker may have stored the batch in this attempt. */
  readonly ambiguous: boolean;
}
