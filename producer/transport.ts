/**
 * The few Kafka operations that the producer needs. kafkajs is one implementation
 * (`kafkajs.ts`); the in-memory broker in `local/` is another.
 */
export interface Transport {
  /** Shown in errors: `b-1.example:9096` or `memory`. */
  readonly name: string;
  connect(): Promise<void>;
  /**
   * Sends one batch to one topic; messages of one partition keep their order.
   * Answers one outcome per message, in the order given.
   */
  send(topic: string, messages: readonly OutgoingMessage[]): Promise<readonly Outcome[]>;
  disconnect(): Promise<void>;
}

export interface OutgoingMessage {
  readonly key: Uint8Array | null;
  /** null is a tombstone. */
  readonly value: Uint8Array | null;
  readonly headers: Readonly<Record<string, Uint8Array>>;
  /** Milliseconds since the epoch. */
  readonly timestampMs: number;
  /** Left to the partitioner when absent. */
  readonly partition?: number;
}

/** What became of one message. `error.retriable` false means: it will never arrive as it is. */
export type Outcome =
  | { readonly partition: number; readonly offset: bigint }
  | { readonly error: Error };
