import { brokerError } from '../../producer/broker-error.js';
import {
  type Outcome,
  type OutgoingMessage,
  ProducerError,
  type ProducerErrorCode,
  type TopicPartition,
  type TransactionalOptions,
  type TransactionalSession,
  type Transport,
} from '../../producer/index.js';
import { transactionError } from '../../producer/transaction-errors.js';
import type { MemoryBroker, MemoryTransactions } from './broker.js';
import { MemoryBrokerError, type MemoryBrokerErrorCode } from './errors.js';

const NAME = 'memory';

const CODES: Readonly<Record<MemoryBrokerErrorCode, ProducerErrorCode>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'PARTITION_UNKNOWN',
  MESSAGE_TOO_LARGE: 'TOO_LARGE',
  TOPIC_ALREADY_EXISTS: 'BROKER',
  INVALID_PARTITIONS: 'BROKER',
  ILLEGAL_GENERATION: 'REBALANCED',
  PRODUCER_FENCED: 'FENCED',
  BROKER_NOT_AVAILABLE: 'UNREACHABLE',
};

/** Sends to a broker in this process, as {@link kafkajsTransport} does to a real one. */
export function memoryTransport(broker: MemoryBroker): Transport {
  return {
    name: NAME,
    async connect() {
      if (!broker.isRunning) throw refusal('UNREACHABLE');
    },
    async partitions(topic) {
      if (!broker.isRunning) throw refusal('UNREACHABLE', topic);
      const count = broker.partitionCount(topic);
      if (count === undefined) throw refusal('TOPIC_UNKNOWN', topic);
      return Array.from({ length: count }, (_, id) => ({ id, available: true }));
    },
    async send(to, messages) {
      return messages.map((message) => append(broker, to, message));
    },
    async disconnect() {},
    transactional: (own) => transactionalSession(broker, own),
  };
}

function transactionalSession(
  broker: MemoryBroker,
  own: TransactionalOptions,
): TransactionalSession {
  let holder: MemoryTransactions | undefined;
  const held = (): MemoryTransactions => {
    holder ??= broker.claim(own.transactionalId);
    return holder;
  };
  const end = async (work: () => void) => {
    try {
      work();
    } catch (error) {
      throw refused(error, own);
    }
  };
  // Also tells who is fenced.
  const settle = () => end(() => held().end('abort'));
  return {
    claim: settle,
    begin: settle,
    async send(to, messages) {
      const into = { append: held().append, read: broker.read.bind(broker) };
      return messages.map((message) => append(into, to, message, own));
    },
    sendOffsets: (offsets) => end(() => held().sendOffsets(offsets)),
    commit: () => end(() => held().end('commit')),
    abort: settle,
    async close() {},
  };
}

/** What was refused for the transactional id, as a broker's error. */
function refused(error: unknown, own: TransactionalOptions): unknown {
  if (!(error instanceof MemoryBrokerError)) return error;
  const code = CODES[error.code];
  return code === 'FENCED' || code === 'REBALANCED' ? transactionError(code, own, error) : error;
}

type Store = Pick<MemoryBroker, 'append' | 'read'>;

function append(
  broker: Store,
  to: TopicPartition,
  message: OutgoingMessage,
  own?: TransactionalOptions,
): Outcome {
  const { topic, partition } = to;
  try {
    const offset = broker.append(to, message);
    const [stored] = broker.read(to, offset, 1, { uncommitted: true });
    const isBrokers = stored?.timestampType === 'LOG_APPEND_TIME';
    return { partition, offset, ...(isBrokers && { appendedMs: stored.timestampMs }) };
  } catch (error) {
    if (!(error instanceof MemoryBrokerError)) throw error;
    const told = own === undefined ? error : refused(error, own);
    if (told instanceof ProducerError) return { error: told };
    return { error: refusal(CODES[error.code], topic, { partition, cause: error }) };
  }
}

function refusal(
  code: ProducerErrorCode,
  topic?: string,
  context: { readonly partition?: number; readonly cause?: Error } = {},
) {
  const reason = context.cause?.message ?? code;
  const failure = { code, reason, verdict: 'final', ambiguous: false } as const;
  return brokerError(failure, { brokers: NAME, ...(topic !== undefined && { topic }), ...context });
}
