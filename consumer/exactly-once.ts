import { hasMethods } from '../runtime/misuse.js';
import type { Consumed } from './consumed.js';
import { ConsumerError } from './errors.js';
import type { HandlerContext } from './handler-context.js';
import { identityOf, recordId } from './incoming-record.js';
import { expect } from './misuse.js';
import type { ConsumedRecord } from './record.js';
import type { Position, SourceMember } from './source.js';
import type { BatchHandling, Handling, SingleHandling } from './topic-handlers.js';

/** The part of `tavro/producer`'s Transaction that offsets go with. */
export interface OffsetsTransaction {
  sendOffsets(offsets: {
    readonly group: SourceMember;
    readonly offsets: readonly Position[];
  }): void;
}

/** The part of `tavro/producer`'s Producer that transactions are made with: one with a `transactionalId`. */
export interface TransactionalProducer<Transaction extends OffsetsTransaction> {
  transaction<T>(work: (transaction: Transaction) => Promise<T> | T): Promise<T>;
}

/** Handles one record, and sends what it makes of it by the transaction. */
export type TransactionHandler<Read, Key, Transaction> = (
  value: Read,
  record: ConsumedRecord<Read, Key>,
  transaction: Transaction,
  context: HandlerContext,
) => void | Promise<void>;

/** What {@link exactlyOnce} gives: for `runConsumer`, and for the handlers of its routes. */
export interface ExactlyOnce<Transaction> {
  /**
   * A handler for `on`, `{ record }` or `{ cases }`: what it sends by the transaction is seen if, and only if, the record counts
   * as handled.
   */
  handler<Read, Key>(
    handler: TransactionHandler<Read, Key, Transaction>,
  ): (
    value: Read,
    record: ConsumedRecord<Read, Key>,
    context: HandlerContext,
  ) => void | Promise<void>;
  /** A route's handling within transactions, each of which commits how far the group has come. */
  readonly within: (handling: Handling, member: () => SourceMember | undefined) => Transacting;
}

/** All records of a batch in one transaction, and each in one of its own. */
export interface Transacting {
  readonly together: BatchHandling;
  readonly each: SingleHandling;
}

/**
 * Consume, transform, produce, exactly once (KIP-447): the records of a batch are handled within one transaction of the
 * producer, which commits the group's offsets with what the handlers sent. Where one fails, nothing of the
 * batch is seen, and its records are handled again, each in a transaction of its own; those under
 * a failure policy are passed as ever. Readers see it so with `isolation.level=read_committed`. What a
 * handler does besides, such as a call of another service, is done at least once.
 *
 * @example
 * const exactly = exactlyOnce(createProducer({ transport, registry, transactionalId: 'billing' }));
 * runConsumer({
 *   kafka, group: 'billing', exactlyOnce: exactly,
 *   routes: [on(orders, exactly.handler(async (order, record, transaction) => {
 *     await transaction.send(invoices, { key: record.key, value: invoiceOf(order) });
 *   }))],
 * });
 */
export function exactlyOnce<Transaction extends OffsetsTransaction>(
  producer: TransactionalProducer<Transaction>,
): ExactlyOnce<Transaction> {
  const fits = hasMethods(producer, 'transaction');
  expect(fits, 'What exactlyOnce is given', producer, 'a producer with a transactionalId');
  const transactions = new WeakMap<HandlerContext, Transaction>();
  const run = async (
    records: readonly Consumed[],
    member: SourceMember | undefined,
    handle: (record: Consumed, within: (context: HandlerContext) => HandlerContext) => unknown,
  ): Promise<void> => {
    const last = records.at(-1);
    if (last === undefined) return;
    if (member === undefined) throw failed(last, new Error('the consumer is in no group'));
    try {
      await producer.transaction(async (transaction) => {
        for (const record of records) {
          await handle(record, (context) => {
            const own = { ...context };
            transactions.set(own, transaction);
            return own;
          });
        }
        const { topic, partition, offset } = last;
        const offsets = [{ topic, partition, offset: BigInt(offset) + 1n }];
        transaction.sendOffsets({ group: member, offsets });
      });
    } catch (error) {
      throw isOfTransaction(error) ? failed(last, error) : error;
    }
  };
  return {
    handler: (handler) => (value, record, context) => {
      const transaction = transactions.get(context);
      if (transaction !== undefined) return handler(value, record, transaction, context);
      throw new ConsumerError(
        'TRANSACTION',
        `The handler of topic "${record.topic}" is one of exactlyOnce(…), which runConsumer was not given: ` +
          'give it as `exactlyOnce`.',
        { topic: record.topic },
      );
    },
    within(handling, member) {
      const { takesTombstones, deliver } = singleOf(handling);
      return {
        each: {
          takesTombstones,
          deliver: (record, context) =>
            run([record], member(), (one, within) => deliver(one, within(context))),
        },
        together: {
          takesTombstones,
          deliverBatch: (records, context) =>
            // Safe: the core gives its own records.
            run(records as readonly Consumed[], member(), (one, within) =>
              deliver(one, within(context)),
            ),
        },
      };
    },
  };
}

function singleOf(handling: Handling): SingleHandling {
  if ('deliver' in handling) return handling;
  throw new ConsumerError(
    'CONFIG',
    'exactlyOnce takes routes made with on(…): it handles records together in a transaction already.',
  );
}

/** Whether it says nothing of the record: the brokers are away, or somebody else has taken over. */
function isOfTransaction(error: unknown): boolean {
  const { retriable, code }: { retriable?: unknown; code?: unknown } = Object(error);
  return retriable === true || code === 'REBALANCED' || endsTransactions(error);
}

/**
 * Whether nothing may be handled again: before the group's offsets are read anew, or at all, since there is no
 * transaction.
 */
export function endsTransactions(error: unknown): boolean {
  if (error === undefined) return true;
  const { code, delivered }: { code?: unknown; delivered?: unknown } = Object(error);
  return code === 'FENCED' || delivered === 'unknown';
}

function failed(record: Consumed, cause: unknown): ConsumerError {
  return new ConsumerError(
    'TRANSACTION',
    `The transaction up to ${recordId(record)} was not committed; the producer's error is the cause. ` +
      'Nothing of it is seen.',
    { ...identityOf(record), cause },
  );
}
