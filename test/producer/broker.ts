/** Doors to the real broker for the tests of this room. */
import { type Admin, Kafka, type KafkaMessage, logLevel } from 'kafkajs';
import { createTopic } from '../../local/kafka/client.js';
import type { KafkajsTransportOptions } from '../../producer/index.js';
import { mendKafkajs } from '../../producer/kafkajs/mends.js';
import { sharedBroker, uniqueName } from '../kafka-broker.js';
import { readWhole } from '../kafka-reader.js';
import { userOf } from './clicks.js';

/** The SASL_SSL listener, as an application would use it. */
export function saslSsl(): KafkajsTransportOptions {
  const { brokers, username, password, ca } = sharedBroker().saslSsl;
  return {
    brokers: brokers.split(','),
    sasl: { mechanism: 'scram-sha-512', username, password },
    ssl: { ca },
  };
}

/** kafkajs itself: an independent witness of what the broker has. */
function witness(brokers: string): Kafka {
  return new Kafka({
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
    // kafkajs retries for many seconds where NODE_ENV is `test`.
    retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 1_000 },
  });
}

export async function withAdmin<T>(
  brokers: string,
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  // Its idle connections would wake a thousand times a second, of which Node 24 warns.
  await mendKafkajs();
  const admin = witness(brokers).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

export async function newTopic(
  partitions: number,
  config: Readonly<Record<string, string>> = {},
  brokers = sharedBroker().plaintext,
): Promise<string> {
  const topic = uniqueName('producer');
  // Messages of tests may say that they are old, and a broker deletes those when it looks for them.
  const entries = Object.entries({ 'retention.ms': '-1', ...config });
  const configEntries = entries.map(([name, value]) => ({ name, value }));
  await withAdmin(brokers, (admin) =>
    createTopic(admin, { topic, numPartitions: partitions, configEntries }),
  );
  return topic;
}

export interface Seen {
  readonly partition: number;
  readonly offset: bigint;
  readonly user: string | null;
  readonly key: string | null;
  readonly timestampMs: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

/** All clicks that a topic holds, by partition and offset. */
export async function readTopic(
  topic: string,
  brokers = sharedBroker().plaintext,
): Promise<readonly Seen[]> {
  const seen = (await readMessages(topic, brokers)).map(({ partition, message }) => ({
    partition,
    offset: BigInt(message.offset),
    user: userOf(message.value),
    key: message.key === null ? null : String(message.key),
    timestampMs: Number(message.timestamp),
    headers: Object.fromEntries(
      Object.entries(message.headers ?? {}).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.map(String) : String(value),
      ]),
    ),
  }));
  return seen.sort((a, b) => a.partition - b.partition || Number(a.offset - b.offset));
}

/** The bytes of a topic's values, and where they are, as `partition@offset`. */
export async function readValues(topic: string): Promise<{ at: string; value: Uint8Array }[]> {
  return (await readMessages(topic, sharedBroker().plaintext)).map(({ partition, message }) => ({
    at: `${partition}@${message.offset}`,
    value: message.value ?? new Uint8Array(),
  }));
}

export async function readMessages(
  topic: string,
  brokers: string,
): Promise<{ readonly partition: number; readonly message: KafkaMessage }[]> {
  const seen: { partition: number; message: KafkaMessage }[] = [];
  await readWhole({ topic, brokers }, (partition, message) => seen.push({ partition, message }));
  return seen;
}
