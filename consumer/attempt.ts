import type { Consumed } from './consumed.js';
import { ConsumerError, type ConsumerErrorCode } from './errors.js';
import type { HandlerContext } from './handler-context.js';
import type { HarmlessBatch, HarmlessCall } from './harmless.js';
import { identityOf, recordId } from './incoming-record.js';
import { decodedRecordSeen } from './records-seen.js';
import type { BatchHandling, SingleHandling } from './topic-handlers.js';

/** What was met where the handler looked at the record, or around the handler: no trouble of its own. */
const NOT_OF_HANDLER: ReadonlySet<ConsumerErrorCode> = new Set([
  'EVENT',
  'TRANSACTION',
  'IN_PROGRESS',
]);

type Failure = ConsumerError | undefined;

export interface AttemptOptions {
  readonly context: HandlerContext;
  /** Who is told of the call. */
  readonly batch: HarmlessBatch | undefined;
}

/** Calls a record's handler. What is not a promise is not waited for. @returns how it failed, if it did */
export function attemptRecord(
  handling: SingleHandling,
  record: Consumed,
  { context, batch }: AttemptOptions,
): Failure | Promise<Failure> {
  const call = batch && observed(batch, [record]);
  try {
    const ends = call
      ? call.run(() => handling.deliver(record, context))
      : handling.deliver(record, context);
    if (isThenable(ends)) return ended(ends, record, call);
    call?.onHandled();
    return undefined;
  } catch (cause) {
    return failed(record, cause, call);
  }
}

async function ended(
  ends: PromiseLike<void>,
  record: Consumed,
  call: HarmlessCall | undefined,
): Promise<Failure> {
  try {
    await ends;
    call?.onHandled();
    return undefined;
  } catch (cause) {
    return failed(record, cause, call);
  }
}

function failed(record: Consumed, cause: unknown, call: HarmlessCall | undefined): ConsumerError {
  const error = handlerError(record, cause);
  call?.onFailed(error);
  return error;
}

/** Calls a batch handler. @returns the records that are not handled, and why */
export async function attemptBatch(
  { deliverBatch }: BatchHandling,
  records: readonly Consumed[],
  { context, batch }: AttemptOptions,
): Promise<ReadonlyMap<Consumed, ConsumerError>> {
  const call = batch && observed(batch, records);
  const run = () => deliverBatch(records, context);
  const failures = await failuresOf(records, call ? () => call.run(run) : run);
  const [error] = failures.values();
  if (error === undefined) call?.onHandled();
  else call?.onFailed(error);
  return failures;
}

async function failuresOf(
  records: readonly Consumed[],
  run: () => ReturnType<BatchHandling['deliverBatch']>,
): Promise<ReadonlyMap<Consumed, ConsumerError>> {
  try {
    const failed = (await run()) ?? [];
    const why = new Map<unknown, unknown>(failed.map(({ record, error }) => [record, error]));
    const found = records.filter((record) => why.has(record));
    if (found.length < why.size)
      throw new TypeError('The batch handler named a record that it was not given.');
    return new Map(found.map((record) => [record, handlerError(record, why.get(record))]));
  } catch (cause) {
    return new Map(records.map((record) => [record, handlerError(record, cause)]));
  }
}

function observed(batch: HarmlessBatch, records: readonly Consumed[]): HarmlessCall | undefined {
  return batch.onCall?.(records.map(decodedRecordSeen));
}

function isThenable(value: unknown): value is PromiseLike<void> {
  return typeof value === 'object' && value !== null && 'then' in value;
}

function handlerError(record: Consumed, cause: unknown): ConsumerError {
  if (cause instanceof ConsumerError && NOT_OF_HANDLER.has(cause.code)) return cause;
  const { schemaId, schemaGuid, writerVersion } = record;
  return new ConsumerError(
    'HANDLER',
    `The handler of topic "${record.topic}" failed on ${recordId(record)}; its error is the cause.`,
    { ...identityOf(record), schemaId, schemaGuid, writerVersion, cause },
  );
}
