import type { Consumed } from './consumed.js';
import { ConsumerError } from './errors.js';
import type { HandlerContext } from './handler-context.js';
import { identityOf, recordId } from './incoming-record.js';
import type { BatchHandling, SingleHandling } from './topic-handlers.js';

type Failure = ConsumerError | undefined;

/** Calls a record's handler. What is not a promise is not waited for. @returns how it failed, if it did */
export function attemptRecord(
  { deliver }: SingleHandling,
  record: Consumed,
  context: HandlerContext,
): Failure | Promise<Failure> {
  try {
    const ends = deliver(record, context);
    if (!isThenable(ends)) return undefined;
    return Promise.resolve(ends).then(
      () => undefined,
      (cause: unknown) => handlerError(record, cause),
    );
  } catch (cause) {
    return handlerError(record, cause);
  }
}

/** Calls a batch handler. @returns the records that are not handled, and why */
export async function attemptBatch(
  { deliverBatch }: BatchHandling,
  records: readonly Consumed[],
  context: HandlerContext,
): Promise<ReadonlyMap<Consumed, ConsumerError>> {
  try {
    const failed = (await deliverBatch(records, context)) ?? [];
    const why = new Map<unknown, unknown>(failed.map(({ record, error }) => [record, error]));
    const found = records.filter((record) => why.has(record));
    if (found.length < why.size)
      throw new TypeError('The batch handler named a record that it was not given.');
    return new Map(found.map((record) => [record, handlerError(record, why.get(record))]));
  } catch (cause) {
    return new Map(records.map((record) => [record, handlerError(record, cause)]));
  }
}

function isThenable(value: unknown): value is PromiseLike<void> {
  return typeof value === 'object' && value !== null && 'then' in value;
}

function handlerError(record: Consumed, cause: unknown): ConsumerError {
  // Of the event, met where the handler looked at it: no trouble of the handler's.
  if (cause instanceof ConsumerError && cause.code === 'EVENT') return cause;
  return new ConsumerError(
    'HANDLER',
    `The handler of topic "${record.topic}" failed on ${recordId(record)}; its error is the cause.`,
    { ...identityOf(record), cause },
  );
}
