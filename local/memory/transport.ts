import { brokerError } from '../../producer/broker-error.js';
import type {
  Outcome,
  OutgoingMessage,
  ProducerErrorCode,
  TopicPartition,
  Transport,
} from '../../producer/index.js';
import { type MemoryBroker, MemoryBrokerError, type MemoryBrokerErrorCode } from './broker.js';

const NAME = 'memory';

const CODES: Readonly<Record<MemoryBrokerErrorCode, ProducerErrorCode>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'PARTITION_UNKNOWN',
  MESSAGE_TOO_LARGE: 'TOO_LARGE',
  TOPIC_ALREADY_EXISTS: 'BROKER',
  ILLEGAL_GENERATION: 'BROKER',
};

/** Sends to a broker in this process, as {@link kafkajsTransport} does to a real one. */
export function memoryTransport(broker: MemoryBroker): Transport {
  return {
    name: NAME,
    async connect() {},
    async partitions(topic) {
      const count = broker.partitionCount(topic);
      if (count === undefined) throw refusal('TOPIC_UNKNOWN', topic);
      return Array.from({ length: count }, (_, id) => ({ id, available: true }));
    },
    async send(to, messages) {
      return messages.map((message) => append(broker, to, message));
    },
    async disconnect() {},
  };
}

function append(broker: MemoryBroker, to: TopicPartition, message: OutgoingMessage): Outcome {
  const { topic, partition } = to;
  try {
    const offset = broker.append(to, message);
    const [stored] = broker.read(to, offset, 1);
    const isBrokers = stored?.timestampType === 'LOG_APPEND_TIME';
    return { partition, offset, ...(isBrokers && { appendedMs: stored.timestampMs }) };
  } catch (error) {
    if (!(error instanceof MemoryBrokerError)) throw error;
    return { error: refusal(CODES[error.code], topic, { partition, cause: error }) };
  }
}

function refusal(
  code: ProducerErrorCode,
  topic: string,
  context: { readonly partition?: number; readonly cause?: Error } = {},
) {
  const reason = context.cause?.message ?? code;
  const failure = { code, reason, verdict: 'final', ambiguous: false } as const;
  return brokerError(failure, { brokers: NAME, topic, ...context });
}
