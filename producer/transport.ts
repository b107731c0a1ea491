import type { ProducerError } from './errors.js';

/**
 * The few Kafka operations that the producer needs. kafkajs is one implementation
 * (`kafkajs/transport.ts`); the in-memory broker in `local/` is another.
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
  /** The transactions of one transactional id. A transport without transactions has no such method. */
  transactional?(options: TransactionalOptions): TransactionalSession;
}

export interface TransactionalOptions {
  readonly transactionalId: string;
  /** After which the broker aborts a transaction by itself. */
  readonly transactionTimeoutMs: number;
}

/**
 * Transactions of one transactional id, one after another, over connections of their own. What the
 * broker refuses because another producer took the id over is `FENCED`, from then on.
 */
export interface TransactionalSession {
  /**
   * Takes the id over, unless it is ours and at rest: fences who had it, and aborts what that one, or
   * we, had open.
   * @throws ProducerError
   */
  claim(limit: TimeLimit): Promise<void>;
  /** {@link claim}s, and begins a transaction. */
  begin(limit: TimeLimit): Promise<void>;
  /** Sends one batch inside of the transaction: as {@link Transport.send}, but never `unknown`. */
  send(
    to: TopicPartition,
    messages: readonly OutgoingMessage[],
    limit: TimeLimit,
  ): Promise<readonly Outcome[]>;
  /**
   * Commits offsets of a consumer group with the transaction.
   * @throws ProducerError `REBALANCED` for what is not the group's member any more
   */
  sendOffsets(offsets: GroupOffsets, limit: TimeLimit): Promise<void>;
  /**
   * Commits; tries again until the outcome is known.
   * @throws ProducerError whose `delivered` is `no` or `unknown`
   */
  commit(limit: TimeLimit): Promise<void>;
  /** Aborts. Sends under way are not tried again. @throws ProducerError */
  abort(limit: TimeLimit): Promise<void>;
  /** Closes its connections; a transaction that is open is left to the broker. */
  close(): Promise<void>;
}

/** How far a consumer group has come. */
export interface GroupOffsets {
  /**
   * The group's name, or the member of it that read the messages: then the broker refuses offsets of
   * a member that has lost its partitions meanwhile (KIP-447).
   */
  readonly group: string | GroupMember;
  readonly offsets: readonly PartitionOffset[];
}

export interface GroupMember {
  readonly groupId: string;
  readonly generationId: number;
  readonly memberId: string;
  /** Of a static member. */
  readonly groupInstanceId?: string | undefined;
}

export interface PartitionOffset extends TopicPartition {
  /** Of the next message to read: that of the last one handled, plus one. */
  readonly offset: bigint;
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
