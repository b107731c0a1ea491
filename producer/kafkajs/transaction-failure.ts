import type { Failure } from '../session.js';
import { type TransactionErrorCode, transactionError } from '../transaction-errors.js';
import type { TransactionalOptions } from '../transport.js';
import { classifyKafkajs } from './failure.js';
import { chainOf } from './signals.js';

/** What a kafkajs error means inside of a transaction: an attempt may be repeated, a sequence not. */
export function classifyTransactional(own: TransactionalOptions): (error: unknown) => Failure {
  return (error) => {
    const failure = classifyKafkajs(error);
    const code = findType(error, CODES);
    if (code !== undefined) {
      const told = transactionError(code, own, error);
      return { ...failure, code, told, verdict: 'final', ambiguous: false };
    }
    return failure.verdict === 'sequence' ? { ...failure, verdict: 'final' } : failure;
  };
}

/** Whether the coordinator has no transaction open, or has forgotten the id altogether. */
export function isNothingToAbort(error: unknown): boolean {
  return findType(error, { INVALID_TXN_STATE: true, INVALID_PRODUCER_ID_MAPPING: true }) ?? false;
}

/** Whether a broker answered, so that the connections to it are in order. */
export function isAnswered(error: unknown): boolean {
  for (const one of chainOf(error)) if ('type' in one && one.type !== undefined) return true;
  return false;
}

/** By Kafka's names, and by what kafkajs says of numbers that it does not know. */
const CODES: Readonly<Record<string, TransactionErrorCode>> = {
  INVALID_PRODUCER_EPOCH: 'FENCED',
  // PRODUCER_FENCED
  'Unknown error code 90': 'FENCED',
  INVALID_TRANSACTION_TIMEOUT: 'CONFIG',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'NOT_AUTHORIZED',
  INVALID_PRODUCER_ID_MAPPING: 'BROKER',
  UNKNOWN_MEMBER_ID: 'REBALANCED',
  ILLEGAL_GENERATION: 'REBALANCED',
  REBALANCE_IN_PROGRESS: 'REBALANCED',
  FENCED_INSTANCE_ID: 'REBALANCED',
};

function findType<T>(error: unknown, table: Readonly<Record<string, T>>): T | undefined {
  for (const one of chainOf(error)) {
    const type = 'type' in one && typeof one.type === 'string' ? one.type : '';
    const found = table[type] ?? table[one.message];
    if (found !== undefined) return found;
  }
  return undefined;
}
