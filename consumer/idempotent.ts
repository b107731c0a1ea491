import { hasMethods, isObject } from '../runtime/misuse.js';
import { ConsumerError } from './errors.js';
import type { HandlerContext } from './handler-context.js';
import type { IdempotencyLease, IdempotencyStore } from './idempotency.js';
import { jsonLogger, type Logger } from './logger.js';
import { checkFunction, expect } from './misuse.js';
import type { ConsumedRecord } from './record.js';

export interface IdempotentOptions<Value, Taken> {
  /** Such as of `dynamoDbIdempotency`, `powertoolsIdempotency`, or `memoryIdempotency` in tests. */
  readonly store: IdempotencyStore;
  /**
   * What is to happen once: records with the same key are one. It must not be empty, and stands in the store
   * as it is. @default `record.id`, the same whenever this record comes
   */
  readonly key?: ((value: Value, record: Taken) => string) | undefined;
  /**
   * How long a record stays taken by a process that never says how it went, in milliseconds: longer than
   * the handler ever takes. Less where Lambda ends the invocation before. @default 300000
   */
  readonly leaseMs?: number | undefined;
  /** Is told what the store could not keep. @default jsonLogger() */
  readonly logger?: Logger | undefined;
}

/** As long as Kafka's own clients let a handler take (`max.poll.interval.ms`), in milliseconds. */
const LEASE_MS = 300_000;

/** What of a record is needed here, with a value or without one. */
type Taken = Pick<ConsumedRecord<unknown, unknown>, 'id' | 'topic' | 'partition' | 'offset'>;

/**
 * A handler of the same types that handles each key once, whatever is delivered again: of a record, of a
 * tombstone or of a case. It runs again where the first time failed, or where its process ended before the
 * store knew that it was done: then the effect may be there already, so that effects are at least once, and
 * once only where no process ends between the two.
 *
 * While another process has the key, the handler rejects with `IN_PROGRESS`, so that the record comes again.
 * It also rejects when the store cannot be asked. When the store cannot be told that a record is done, the
 * record is handled all the same, and that is logged: to fail then would repeat the effect for certain.
 *
 * @throws ConsumerError `CONFIG`
 * @example on(orders, idempotent(async (order) => charge(order), { store: dynamoDbIdempotency({ table }) }))
 */
export function idempotent<Value, Record extends Taken, Further extends readonly unknown[]>(
  handler: (value: Value, record: Record, ...further: Further) => void | Promise<void>,
  options: IdempotentOptions<Value, Record>,
): (value: Value, record: Record, ...further: Further) => Promise<void> {
  checkFunction('What idempotent is given', handler, 'a handler');
  expect(isObject(options), "idempotent's options", options, '{ store, … }');
  expect(
    hasMethods(options.store, 'begin'),
    'store',
    options.store,
    'such as dynamoDbIdempotency(…)',
  );
  if (options.key !== undefined) checkFunction('key', options.key);
  const { store, key = (_, { id }) => id, leaseMs = LEASE_MS, logger = jsonLogger() } = options;
  const isLease = Number.isFinite(leaseMs) && leaseMs > 0;
  expect(isLease, 'leaseMs', leaseMs, 'milliseconds above 0');
  return async (value, record, ...further) => {
    const allowed = Math.max(1, Math.min(leaseMs, remainingMs(further)));
    const begun = await store.begin(checked(key(value, record), record), allowed);
    if (begun === 'done') {
      logger.debug(`${record.id} was handled before.`, { record: record.id });
      return;
    }
    if (begun === 'in-progress') throw inProgress(record);
    const told = tellingOf(begun, record, logger);
    try {
      await handler(value, record, ...further);
    } catch (error) {
      await told.abandon();
      throw error;
    }
    await told.complete();
  };
}

/** How long the invocation may go on, where the consumer says so behind the record. */
function remainingMs(further: readonly unknown[]): number {
  const { remainingMs }: Partial<HandlerContext> = Object(further[0]);
  return remainingMs?.() ?? Number.POSITIVE_INFINITY;
}

/** An empty key would make all records one, of which the first alone is handled. */
function checked(key: unknown, { id, topic, partition, offset }: Taken): string {
  if (typeof key === 'string' && key !== '') return key;
  throw new ConsumerError(
    'CONFIG',
    `key of idempotent() gave ${key === '' ? 'an empty text' : 'no text'} for ${id}: it must tell apart what is to happen once.`,
    { topic, partition, offset },
  );
}

function inProgress({ id, topic, partition, offset }: Taken): ConsumerError {
  return new ConsumerError(
    'IN_PROGRESS',
    `${id}, or a record with its key, is being handled elsewhere, or was when that process ended: ` +
      'it is handled when it comes again, once that is done or its lease is over.',
    { topic, partition, offset },
  );
}

/** The lease, whose failures are logged: they say nothing of the record. */
function tellingOf(lease: IdempotencyLease, { id }: Taken, logger: Logger): IdempotencyLease {
  const orLogged = async (telling: () => Promise<void>, what: string): Promise<void> => {
    try {
      await telling();
    } catch (error) {
      logger.error(`The idempotency store does not know that ${id} ${what}.`, {
        record: id,
        error,
      });
    }
  };
  return {
    complete: () =>
      orLogged(() => lease.complete(), 'was handled: if it comes again, it is handled again'),
    abandon: () =>
      orLogged(() => lease.abandon(), 'failed: it is handled again once its lease is over'),
  };
}
