import type { Codec } from './codec.js';

/** How a topic's message keys are written: UTF-8 text, none at all, or an Avro codec. */
export type KeyFormat<Key, KeyInput = Key> = 'string' | 'none' | Codec<Key, KeyInput>;

/** The key a {@link KeyFormat} gives. */
export type KeyOf<F> = F extends 'string'
  ? string | null
  : F extends Codec<infer Key, infer _>
    ? Key | null
    : null;

/** The key a {@link KeyFormat} takes. */
export type KeyInputOf<F> = F extends 'string'
  ? string | null
  : F extends Codec<infer _, infer KeyInput>
    ? KeyInput | null
    : null;

/**
 * A Kafka topic and what it carries: one entry of `tavro.json`, generated into `topics/`.
 * Producer and consumer take their types from it.
 */
export interface Topic<
  Read,
  Write = Read,
  Key extends KeyFormat<unknown, never> = KeyFormat<unknown, never>,
> {
  readonly name: string;
  readonly value: Codec<Read, Write>;
  readonly key: Key;
  /** Schema Registry subjects; `key` only where keys are Avro. */
  readonly subjects: { readonly value: string; readonly key?: string };
}
