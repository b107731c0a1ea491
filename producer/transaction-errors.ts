import { ProducerError, type ProducerErrorCode } from './errors.js';
import type { TransactionalOptions } from './transport.js';

export type TransactionErrorCode = Extract<
  ProducerErrorCode,
  'FENCED' | 'REBALANCED' | 'CONFIG' | 'NOT_AUTHORIZED' | 'BROKER'
>;

/** What a broker has against a transactional id, and what to do. */
export function transactionError(
  code: TransactionErrorCode,
  own: TransactionalOptions,
  cause?: unknown,
): ProducerError {
  return new ProducerError(code, SENTENCES[code](own), { cause });
}

const SENTENCES: Readonly<Record<TransactionErrorCode, (own: TransactionalOptions) => string>> = {
  FENCED: ({ transactionalId }) =>
    `The broker takes nothing more of this producer: another one has the transactional id ` +
    `"${transactionalId}" now, or a transaction outlasted its time while this process stood still. ` +
    'What it had open is aborted. Close it and, where this process is still wanted, make another.',
  CONFIG: ({ transactionTimeoutMs }) =>
    `transactionTimeoutMs is ${transactionTimeoutMs}, and the broker allows less: give at most its ` +
    '`transaction.max.timeout.ms` (15 minutes, unless set).',
  NOT_AUTHORIZED: ({ transactionalId }) =>
    `The broker does not allow this user to use the transactional id "${transactionalId}": it needs ` +
    'DESCRIBE and WRITE on that TransactionalId.',
  BROKER: ({ transactionalId }) =>
    `The broker has forgotten the transactional id "${transactionalId}", which was idle for longer ` +
    'than its `transactional.id.expiration.ms`. The transaction is aborted: run it again.',
  REBALANCED: () =>
    "The consumer group has rebalanced since these messages were read: this member's offsets are not " +
    'taken. Let the transaction be aborted; who has the partitions now reads the messages again.',
};
