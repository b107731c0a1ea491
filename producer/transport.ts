import type { ProducerError } from './errors.js';

/**
 * The few Kafka operations that the producer needs. kafkajs is one implementation
 * (`kafkajs.ts`); the in-memory broker in `local/` is another.
 */
export interface Transport {
  /** Shown in errors: `b-1.example:9096` or `memory`. */
  readonly name: string;
  /**
   * Connects, unless connected. A transport that lost its connections finds its own way back.
   * @throws ProducerError `UNREACHABLE`, `TLS`, `AUTHENTICATION`, `CONFIG` …
   */
  connect(): Promise<void>;
  /**
   * Sends one batch to one topic; messages of one partition keep their order. Answers one outcome
   * per message, in the order given, and does so within `timeoutMs`; it does not throw. The
   * producer has one send per topic under way at a time, so that a batch that is being retried is
   * never overtaken by the next one.
   */
  send(
    topic: string,
    messages: readonly OutgoingMessage[],
    options: SendOptions,
  ): Promise<readonly Outcome[]>;
  /** Closes all connections. Safe to call twice, and without a {@link connect}. */
  disconnect(): Promise<void>;
}

export interface SendOptions {
  /** Time for the whole batch, retries included, in milliseconds. */
  readonly timeoutMs: number;
}

export interface OutgoingMessage {
  readonly key: Uint8Array | null;
  /** null is a tombstone. */
  readonly value: Uint8Array | null;
  readonly headers: Readonly<Record<string, Uint8Array>>;
  /** Milliseconds since the epoch. */
  readonly timestampMs: number;
  /** By its key, as in Java, when absent; without a key any partition will do. */
  readonly partition?: number;
}

/** What became of one message. */
export type Outcome = Delivered | Undelivered;

export interface Delivered {
  readonly partition: number;
  readonly offset: bigint;
  readonly error?: undefined;
}

export interface Undelivered {
  readonly error: ProducerError;
}
