import type { AnyTopic, Case, CaseOf, CaseValue, KeyOf, ValueOf } from '../runtime/index.js';
import { ConsumerError } from './errors.js';
import type { ConsumedRecord } from './record.js';

/** Handles one record; the next of its partition waits for the promise. */
export type RecordHandler<Read, Key> = (
  value: Read,
  record: ConsumedRecord<Read, Key>,
) => void | Promise<void>;

/** Handles one record without a value, which on a compacted topic deletes its key. */
export type TombstoneHandler<Key> = (
  key: Key,
  record: ConsumedRecord<null, Key>,
) => void | Promise<void>;

/** For topics that carry tombstones. */
export interface TopicHandlers<Read, Key> {
  readonly record: RecordHandler<Read, Key>;
  readonly tombstone: TombstoneHandler<Key>;
}

/**
 * For topics whose value is one of several types: a function for each case, which gets what the case
 * holds, in the record too. A union's null that is no tombstone is the case `null`.
 */
export interface CaseHandlers<Read, Key> {
  readonly cases: [NonNullable<Read>] extends [Case]
    ? { readonly [Name in CaseOf<Read>]: RecordHandler<CaseValue<Read, Name>, Key> }
    : never;
  /** @default a tombstone is a failure (`TOMBSTONE`) */
  readonly tombstone?: TombstoneHandler<Key> | undefined;
}

/** What handles the values and keys of a topic. */
export type HandlerOf<Read, Key> =
  | RecordHandler<Read, Key>
  | TopicHandlers<Read, Key>
  | CaseHandlers<Read, Key>;

/** What `on` takes for a topic. */
export type TopicHandler<T extends AnyTopic> = HandlerOf<ValueOf<T>, KeyOf<T['key']>>;

/** A topic's handler in its one form; the topic's decoders give what the functions take. */
export interface Handling {
  readonly onRecord: RecordHandler<unknown, unknown>;
  readonly onTombstone: TombstoneHandler<unknown> | undefined;
}

/** @throws ConsumerError `CONFIG` when a type of the topic has no function */
export function handlingOf<T extends AnyTopic>(topic: T, given: TopicHandler<T>): Handling {
  // Safe: what a topic decodes to is ValueOf and KeyOf of it, which these functions take.
  const handler = given as
    | RecordHandler<unknown, unknown>
    | TopicHandlers<unknown, unknown>
    | CaseHandlers<Case, unknown>;
  if (typeof handler === 'function') return { onRecord: handler, onTombstone: undefined };
  if ('record' in handler) return { onRecord: handler.record, onTombstone: handler.tombstone };
  const { cases, tombstone } = handler;
  if ('types' in topic) {
    for (const name of Object.keys(topic.types)) functionOf(cases, name, topic.name);
  }
  const onRecord: Handling['onRecord'] = (value, record) => {
    // Safe: the compiler takes functions by case only where each value is a case or null.
    const { case: name, value: inner } = (value ?? { case: 'null', value: null }) as Case;
    return functionOf(cases, name, topic.name)(inner, { ...record, value: inner });
  };
  return { onRecord, onTombstone: tombstone };
}

type Functions = Readonly<Record<string, RecordHandler<unknown, unknown>>>;

/** For callers without the compiler, which names what is missing. */
function functionOf(cases: Functions, name: string, topic: string): Functions[string] {
  const found = Object.hasOwn(cases, name) ? cases[name] : undefined;
  if (typeof found === 'function') return found;
  throw new ConsumerError(
    'CONFIG',
    `Topic "${topic}" carries the case ${name}, and the handler has no function for it: ` +
      'give on() one in `cases`.',
    { topic },
  );
}
