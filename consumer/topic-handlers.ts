import type { AnyTopic, Case, CaseOf, CaseValue, KeyOf, ValueOf } from '../runtime/index.js';
import { isObject } from '../runtime/misuse.js';
import { Consumed } from './consumed.js';
import { ConsumerError } from './errors.js';
import type { HandlerContext } from './handler-context.js';
import { checkFunction, checkTopic, expect } from './misuse.js';
import type { ConsumedRecord } from './record.js';

/**
 * Handles one record; the next of its partition, or of its key, waits for the promise. One that is rejected is a
 * failure (`HANDLER`).
 */
export type RecordHandler<Read, Key> = (
  value: Read,
  record: ConsumedRecord<Read, Key>,
  context: HandlerContext,
) => void | Promise<void>;

/** Handles one record without a value, which on a compacted topic deletes its key. */
export type TombstoneHandler<Key> = (
  key: Key,
  record: ConsumedRecord<null, Key>,
  context: HandlerContext,
) => void | Promise<void>;

/** What a batch handler answers of a record that it could not handle. */
export interface FailedRecord<Value, Key> {
  readonly record: ConsumedRecord<Value, Key>;
  /** What went wrong, for the log and the dead letter. */
  readonly error?: unknown;
}

/**
 * Handles records of one partition together, in offset order. Nothing, or an empty list, says that all of them are
 * handled; a list names those that are not. Where the promise is rejected, none of them is.
 */
export type BatchHandler<Value, Key> = (
  records: readonly ConsumedRecord<Value, Key>[],
  context: HandlerContext,
) => BatchAnswer<Value, Key> | Promise<BatchAnswer<Value, Key>>;

// biome-ignore lint/suspicious/noConfusingVoidType: what a function without a return gives.
export type BatchAnswer<Value, Key> = readonly FailedRecord<Value, Key>[] | void;

/** A batch handler that takes tombstones among its records: their value is null. */
export interface BatchHandlerWithTombstones<Read, Key> {
  readonly batch: BatchHandler<Read | null, Key>;
  readonly tombstones: true;
}

/** What `onBatch` takes for a topic. */
export type TopicBatchHandler<T extends AnyTopic> =
  | BatchHandler<ValueOf<T>, KeyOf<T['key']>>
  | BatchHandlerWithTombstones<ValueOf<T>, KeyOf<T['key']>>;

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
export type Handling = SingleHandling | BatchHandling;

/** Records one by one. */
export interface SingleHandling {
  readonly takesTombstones: boolean;
  deliver(record: Consumed, context: HandlerContext): void | Promise<void>;
}

/** Records of a partition together. */
export interface BatchHandling {
  readonly takesTombstones: boolean;
  readonly deliverBatch: BatchHandler<unknown, unknown>;
}

/** @throws ConsumerError `CONFIG` when a type of the topic has no function */
export function handlingOf<T extends AnyTopic>(topic: T, given: TopicHandler<T>): SingleHandling {
  checkTopic('on', topic);
  checkHandler(topic.name, given);
  // Safe: what a topic decodes to is ValueOf and KeyOf of it, which these functions take.
  const handler = given as
    | RecordHandler<unknown, unknown>
    | TopicHandlers<unknown, unknown>
    | CaseHandlers<Case, unknown>;
  if (typeof handler === 'function') return single(handler, undefined);
  if ('record' in handler) return single(handler.record, handler.tombstone);
  const { cases, tombstone } = handler;
  if ('types' in topic) {
    for (const name of Object.keys(topic.types)) functionOf(cases, name, topic.name);
  }
  return single((value, record, context) => {
    // Safe: the compiler takes functions by case only where each value is a case or null.
    const { case: name, value: inner } = (value ?? { case: 'null', value: null }) as Case;
    const whole = record instanceof Consumed ? record.with(inner) : { ...record, value: inner };
    return functionOf(cases, name, topic.name)(inner, whole, context);
  }, tombstone);
}

function single(
  onRecord: RecordHandler<unknown, unknown>,
  onTombstone: TombstoneHandler<unknown> | undefined,
): SingleHandling {
  return {
    takesTombstones: onTombstone !== undefined,
    deliver(record, context) {
      if (record.isTombstone && onTombstone !== undefined)
        // Safe: of a tombstone the value is null.
        return onTombstone(record.key, record as ConsumedRecord<null, unknown>, context);
      return onRecord(record.value, record, context);
    },
  };
}

/** @throws ConsumerError `CONFIG` */
export function batchHandlingOf<T extends AnyTopic>(
  topic: T,
  given: TopicBatchHandler<T>,
): BatchHandling {
  checkTopic('onBatch', topic);
  const { batch, tombstones }: Partial<Record<string, unknown>> = Object(given);
  const fits = typeof given === 'function' || (typeof batch === 'function' && tombstones === true);
  const what = `onBatch: the handler of topic "${topic.name}"`;
  expect(fits, what, given, 'a function, or { batch, tombstones: true }');
  // Safe: what a topic decodes to is ValueOf and KeyOf of it, which these functions take.
  const handler = given as
    | BatchHandler<unknown, unknown>
    | BatchHandlerWithTombstones<unknown, unknown>;
  return typeof handler === 'function'
    ? { takesTombstones: false, deliverBatch: handler }
    : { takesTombstones: true, deliverBatch: handler.batch };
}

function checkHandler(topic: string, given: unknown): void {
  const what = `on: the handler of topic "${topic}"`;
  if (typeof given === 'function') return;
  const { record, cases, tombstone }: Partial<Record<string, unknown>> = Object(given);
  const fits = typeof record === 'function' || isObject(cases);
  expect(fits, what, given, 'a function, { record, tombstone } or { cases }');
  if (tombstone !== undefined) checkFunction(`${what}: tombstone`, tombstone);
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
