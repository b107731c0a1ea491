import type { AnyTopic, KeyInputOf, ValueInputOf } from '../runtime/index.js';

export type { AnyTopic } from '../runtime/index.js';

/**
 * A topic whose messages are bytes already, key and value: what goes on as it came, such as a dead
 * letter. They are neither encoded nor framed, and no registry is asked.
 */
export interface RawTopic {
  readonly name: string;
  readonly key: 'bytes';
  readonly value: 'bytes';
}

/** What a producer sends to. */
export type SendableTopic = AnyTopic | RawTopic;

/** A message for a topic: what `send(topic, …)` takes. */
export type MessageOf<T extends SendableTopic> = MessageFor<T['key'], InputOf<T> | null>;

type InputOf<T extends SendableTopic> = T extends RawTopic
  ? Uint8Array
  : T extends AnyTopic
    ? ValueInputOf<T>
    : never;

type MessageFor<Key, Value> = Key extends 'none'
  ? KeylessMessage<Value>
  : KeyedMessage<KeyInputOf<Key>, Value>;

/** A message of a topic with keys. One interface, so that the compiler names what is missing of it. */
interface KeyedMessage<Key, Value> extends MessageOptions {
  /** Asked for each time; `null` says that this message has none. */
  readonly key: Key;
  /** null is a tombstone: in a compacted topic it deletes the key. */
  readonly value: Value;
}

/** A message of a topic without keys. */
interface KeylessMessage<Value> extends MessageOptions {
  readonly key?: null;
  /** null is a tombstone. */
  readonly value: Value;
}

/** Text or bytes. */
type HeaderValue = string | Uint8Array;

interface MessageOptions {
  /** Text is written as UTF-8. A list is a header of that name for each of its values. */
  readonly headers?: Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>;
  /**
   * When it happened.
   * @default now
   */
  readonly timestamp?: Date;
  /** @default by the key, as Kafka's Java client chooses; without a key, one that has a leader, changing per batch */
  readonly partition?: number;
}

/** Where the broker stored a message. */
export interface DeliveryReport {
  readonly topic: string;
  readonly partition: number;
  /**
   * -1 where the broker stored the message by an earlier try and no longer knew where: librdkafka counts that as
   * delivered, as Kafka's Java client does, whose report then has no offset. With the other transports it is unknown.
   */
  readonly offset: bigint;
  /** The message's time as consumers will see it: the broker's where the topic has it so, else its own. */
  readonly timestamp: Date;
}
