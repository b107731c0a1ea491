import type { ProducerError } from './errors.js';

/**
 * The few Kafka operations that the producer needs. kafkajs is one implementation
 * (`kafkajs.ts`); the in-memory broker in `local/` is another.
 */
export interface Transport {
  /** Shown in errors: `b-1.example:9096` or `memory`. */
  readonly name: string;
  /**
   * How many sends of one partition may be under way at a time; the transport keeps their order, also
   * where an earlier one is tried again or fails.
   * @default 1
   */
  readonly maxInFlight?: number;
  /**
   * Connects, unless connected, and soon tells why it cannot: for who wants to know. What follows
   * connects by itself, and a transport that lost its connections finds its own way back.
   * @throws ProducerError `UNREACHABLE`, `TLS`, `AUTHENTICATION`, `CONFIG` …
   */
  connect(): Promise<void>;
  /**
   * The partitions of a topic as they are now, by id from 0, without making the topic. Asked before the
   * first message, and about each second while messages come. Tries again within `timeoutMs`, also to
   * connect, unless that would not help: a password that is wrong, a certificate that is not trusted.
   * @throws ProducerError `TOPIC_UNKNOWN`, `UNREACHABLE`, `AUTHENTICATION` …
   */
  partitions(topic: string, limit: TimeLimit): Promise<readonly PartitionState[]>;
  /**
   * Sends one batch to one partition, in order. Answers one outcome per message, in the order given,
   * and does so within `timeoutMs`; it does not throw. The producer has no more sends per partition
   * under way than `maxInFlight`, so that a batch that is being retried is never overtaken.
   */
  send(
    to: TopicPartition,
    messages: readonly OutgoingMessage[],
    limit: TimeLimit,
  ): Promise<readonly Outcome[]>;
  /** Closes all connections. Safe to call twice, and without a {@link connect}. */
  disconnect(): Promise<void>;
}

export interface TimeLimit {
  /** Time for all of it, retries included, in milliseconds. */
  readonly timeoutMs: number;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface PartitionState {
  readonly id: number;
  /** Whether it has a leader now: messages without a key go to partitions that have one. */
  readonly available: boolean;
}

export interface OutgoingMessage {
  readonly key: Uint8Array | null;
  /** null is a tombstone. */
  readonly value: Uint8Array | null;
  /** In order; a name may come again. */
  readonly headers: readonly Header[];
  /** Milliseconds since the epoch. */
  readonly timestampMs: number;
}

export type Header = readonly [name: string, value: Uint8Array];

/** What became of one message. */
export type Outcome = Delivered | Undelivered;

export interface Delivered {
  readonly partition: number;
  readonly offset: bigint;
  /**
   * When the broker stored it, in milliseconds since the epoch, where the topic's messages have the
   * broker's time (`message.timestamp.type=LogAppendTime`).
   */
  readonly appendedMs?: number | undefined;
  readonly error?: undefined;
}

export interface Undelivered {
  readonly error: ProducerError;
}
