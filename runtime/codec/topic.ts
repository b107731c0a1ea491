import type { Codec, ReadOf, WriteOf } from './codec.js';

/** How a topic's message keys are written: UTF-8 text, bytes as they are, none at all, or an Avro codec. */
export type KeyFormat<Key, KeyInput = Key> = 'string' | 'bytes' | 'none' | Codec<Key, KeyInput>;

/** The key a {@link KeyFormat} gives. */
export type KeyOf<F> = F extends 'string'
  ? string | null
  : F extends 'bytes'
    ? Uint8Array | null
    : F extends Codec<infer Key, infer _>
      ? Key | null
      : null;

/** The key a {@link KeyFormat} takes. */
export type KeyInputOf<F> = F extends 'string'
  ? string | null
  : F extends 'bytes'
    ? Uint8Array | null
    : F extends Codec<infer _, infer KeyInput>
      ? KeyInput | null
      : null;

/** By registry URL: schema id -> version of the value's subject, as the lock counts. */
export type WriterVersions = Readonly<Record<string, Readonly<Record<string, number>>>>;

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
  /** What is known of the versions that values are written with; absent until something was published. */
  readonly writerVersions?: WriterVersions;
}

/** One of several types, told apart as the branches of a union are. */
export interface Case<Value = unknown> {
  readonly case: string;
  readonly value: Value;
}

/** The names of a discriminated union's cases; `'null'` where it may be null, as Avro names that branch. */
export type CaseOf<Union> = Union extends null
  ? 'null'
  : Union extends { readonly case: infer Name extends string; readonly value: unknown }
    ? Name
    : never;

/** What the case of that name holds. */
export type CaseValue<Union, Name> = Union extends null
  ? Name extends 'null'
    ? null
    : never
  : Union extends { readonly case: Name; readonly value: infer Value }
    ? Value
    : never;

/** One type of a {@link TopicOfTypes}. */
export interface TopicType<Read, Write = Read> {
  /** A method by itself takes codecs of narrower types, too: of another case. */
  readonly codec: Codec<Read, Write> & { readonly encode: (value: Write) => Uint8Array };
  /** The Schema Registry subject that it is registered under. */
  readonly subject: string;
}

/**
 * A Kafka topic that carries several types, each with a subject of its own (the strategies
 * `topic-record` and `record`). `Read` and `Write` are unions of one `{ case, value }` per type.
 */
export interface TopicOfTypes<
  Read,
  Write = Read,
  Key extends KeyFormat<unknown, never> = KeyFormat<unknown, never>,
> {
  readonly name: string;
  /** By the name of the case. */
  readonly types: {
    readonly [Name in CaseOf<Read>]: TopicType<CaseValue<Read, Name>, CaseValue<Write, Name>>;
  };
  readonly key: Key;
  /** Schema Registry subjects; `key` only where keys are Avro. */
  readonly subjects: { readonly key?: string };
  /** What is known of the versions that values are written with; absent until something was published. */
  readonly writerVersions?: WriterVersions;
}

/** Any generated topic that carries several types. */
export type AnyTopicOfTypes = TopicOfTypes<Case, Case<never>>;

/** Any generated topic. */
export type AnyTopic = Topic<unknown, never> | AnyTopicOfTypes;

/** The value that a topic gives. */
export type ValueOf<T extends AnyTopic> = T extends { readonly types: infer Types }
  ? { [Name in keyof Types]: { case: Name; value: ReadOf<CodecIn<Types[Name]>> } }[keyof Types]
  : ReadOf<CodecIn<T>>;

/** The value that a topic takes. */
export type ValueInputOf<T extends AnyTopic> = T extends { readonly types: infer Types }
  ? {
      [Name in keyof Types]: {
        readonly case: Name;
        readonly value: WriteOf<CodecIn<Types[Name]>>;
      };
    }[keyof Types]
  : WriteOf<CodecIn<T>>;

type CodecIn<Entry> = Entry extends { readonly codec: infer C } | { readonly value: infer C }
  ? C
  : never;
