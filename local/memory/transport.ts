import { brokerError } from '../../producer/broker-error.js';
import type {
  Outcome,
  OutgoingMessage,
  ProducerErrorCode,
  Transport,
} from '../../producer/index.js';
import { partitionOf } from '../../producer/partitioner.js';
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
  let batches = 0;
  return {
    name: NAME,
    async connect() {},
    async send(topic, messages) {
      const partitions = broker.partitionCount(topic);
      if (partitions === undefined) {
        const error = refusal('TOPIC_UNKNOWN', topic);
        return messages.map(() => ({ error }));
      }
      const choice = { partitions, keyless: batches++ % partitions };
      return messages.map((message) =>
        append(broker, { topic, message }, partitionOf(message, choice)),
      );
    },
    async disconnect() {},
  };
}

function append(
  broker: MemoryBroker,
  { topic, message }: { readonly topic: string; readonly message: OutgoingMessage },
  partition: number,
): Outcome {
  const { headers, ...record } = message;
  try {
    const offset = broker.append(
      { topic, partition },
      { ...record, headers: Object.entries(headers) },
    );
    return { partition, offset };
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
