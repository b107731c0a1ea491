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

export function withoutTransactions(transport: string): ProducerError {
  return new ProducerError(
    'CONFIG',
    `createProducer: transactionalId is given, and the transport (${transport}) has no transactions. ` +
      'kafkajsTransport and, in tests, memoryTransport have.',
  );
}

/** What a producer says that was given no transactional id. */
export function withoutTransactionalId(): ProducerError {
  return new ProducerError(
    'CONFIG',
    'This producer has no transactions: give createProducer a `transactionalId`, one per process.',
  );
}

export function nested(): ProducerError {
  return new ProducerError(
    'CONFIG',
    'A transaction was begun inside of another of the same producer, which would wait for itself. Use ' +
      'the outer one, or a producer with another transactionalId.',
  );
}

export function outlasted(timeoutMs: number): ProducerError {
  return new ProducerError(
    'TIMED_OUT',
    `The transaction took longer than ${timeoutMs} ms and was aborted. Do less in one, or raise ` +
      'transactionTimeoutMs.',
  );
}

export function over(): ProducerError {
  return new ProducerError(
    'CLOSED',
    'The transaction is over, and this is not a part of it: await all of its work inside of its function.',
  );
}

export function closed(): ProducerError {
  return new ProducerError('CLOSED', 'The producer is closed; the transaction was not committed.');
}

/** That we are fenced matters more than why a transaction had to be aborted which then is. */
export function notAborted(error: unknown, cause: unknown): unknown {
  if (error instanceof ProducerError && error.code === 'FENCED') {
    if (cause instanceof ProducerError && cause.code === 'FENCED') return cause;
    return new ProducerError('FENCED', error.message, { cause });
  }
  const code = error instanceof ProducerError ? error.code : 'BROKER';
  return new ProducerError(
    code,
    `The transaction failed: ${wordsOf(cause)}. It could not be aborted either: ${wordsOf(error)}. Readers of ` +
      'committed messages see nothing of it, and nothing after it until the broker aborts it after ' +
      'transactionTimeoutMs.',
    { cause },
  );
}

function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}
