/** Real Kafka for what every source keeps. */
import { Buffer } from 'node:buffer';
import { Kafka, logLevel, type Message, Partitioners, type Producer } from 'kafkajs';
import type { Sources } from '../../../consumer/index.js';
import type { SourceOptions } from '../../../consumer/sources/index.js';
import type { SourceSubject } from '../../../local/index.js';
import type { KafkaConnection } from '../../../producer/index.js';
import { uniqueName } from '../../kafka-broker.js';
import { newTopic, withAdmin } from '../../producer/broker.js';
import type { RestartableBroker } from './restartable-broker.js';
import { type WrittenRecord, writeRecords } from './write-records.js';

/** The least that brokers take. */
const SESSION_MS = 6_000;
const REBALANCE_MS = 6_000;
/** Longer than sessions are, and than kafkajs tries. */
const OUTAGE_MS = 20_000;

/** A source through TLS and a login, at a broker that comes and goes. */
export function contractSubject(
  make: (options: KafkaConnection & SourceOptions) => Sources,
  broker: () => RestartableBroker,
  lacks: SourceSubject['lacks'] = [],
): SourceSubject {
  const timeouts = { sessionTimeoutMs: SESSION_MS, rebalanceTimeoutMs: REBALANCE_MS };
  const sources = (password?: string): Sources => {
    return (group) => make({ ...connectionTo(broker(), password), ...timeouts })(group);
  };
  return {
    ...timeouts,
    lacks,
    sources: sources(),
    refused: sources('wrong'),
    // Records of the contract are older than brokers keep any by default.
    createTopic: (partitions) => newTopic(partitions, { 'retention.ms': '-1' }, broker().plaintext),
    addPartitions: (topic, count) =>
      withAdmin(broker().plaintext, async (admin) => {
        await admin.createPartitions({ topicPartitions: [{ topic, count }] });
      }),
    write: (at, records) => writeRecords(broker().plaintext, at, records),
    writeInTransaction: ({ topic, partition }, records, end) => {
      const own = { transactionalId: uniqueName('writer'), maxInFlightRequests: 1 };
      return withProducer(broker(), own, async (producer) => {
        const transaction = await producer.transaction();
        await transaction.send({ topic, messages: records.map(messageTo(partition)) });
        await transaction[end]();
      });
    },
    outage: { stop: () => broker().stop(), start: () => broker().start(), lastsMs: OUTAGE_MS },
  };
}

function connectionTo({ saslSsl }: RestartableBroker, password?: string): KafkaConnection {
  const { brokers, username, ca = '' } = saslSsl;
  return {
    brokers: brokers.split(','),
    sasl: { mechanism: 'scram-sha-512', username, password: password ?? saslSsl.password },
    ssl: { ca },
  };
}

function messageTo(partition: number): (record: WrittenRecord) => Message {
  return ({ key, value, timestampMs }) => ({
    partition,
    key: asBuffer(key),
    value: asBuffer(value),
    timestamp: String(timestampMs),
  });
}

function asBuffer(bytes: Uint8Array | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes);
}

async function withProducer(
  { plaintext }: RestartableBroker,
  options: object,
  work: (producer: Producer) => Promise<void>,
): Promise<void> {
  const kafka = new Kafka({ brokers: [plaintext], logLevel: logLevel.NOTHING });
  const createPartitioner = Partitioners.DefaultPartitioner;
  const producer = kafka.producer({ createPartitioner, ...options });
  await producer.connect();
  await work(producer).finally(() => producer.disconnect());
}
