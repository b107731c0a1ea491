import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, ITopicConfig, Kafka, KafkaConfig } from 'kafkajs';
import { importKafkajs } from '../../producer/kafkajs/client.js';
import { counted } from '../../runtime/words.js';
import { KafkaLaunchError } from './errors.js';
import type { KafkaAddresses } from './launched.js';

/** Which listener a client uses. */
export type Listener = 'plaintext' | 'saslSsl';

/** Short: every broker that this is used with is near, and callers try again. */
export const CONNECT_TIMEOUT_MS = 5_000;
const TOPIC_TIMEOUT_MS = 15_000;
const TOPIC_POLL_MS = 50;

/**
 * kafkajs settings for a launched Kafka; the encrypted listener when there is one, unless the
 * caller names another.
 */
export function kafkaConfig(
  addresses: KafkaAddresses,
  listener: Listener = addresses.saslSsl === undefined ? 'plaintext' : 'saslSsl',
): KafkaConfig {
  const { plaintext, saslSsl } = addresses;
  const base = { clientId: 'tavro', connectionTimeout: CONNECT_TIMEOUT_MS };
  if (listener === 'saslSsl' && saslSsl !== undefined) {
    return {
      ...base,
      brokers: saslSsl.brokers.split(','),
      ssl: saslSsl.ca === undefined ? true : { ca: [saslSsl.ca] },
      sasl: {
        mechanism: saslSsl.mechanism,
        username: saslSsl.username,
        password: saslSsl.password,
      },
    };
  }
  if (listener === 'plaintext' && plaintext !== undefined) {
    return { ...base, brokers: plaintext.split(',') };
  }
  throw new KafkaLaunchError('KAFKA_SETTING', `This Kafka has no ${listener} listener.`);
}

export interface NewTopic {
  readonly name: string;
  readonly partitions: number;
}

/**
 * Creates the topics that are not there yet, and waits until they can be written.
 *
 * @throws KafkaLaunchError TOPIC_FAILED, with the topic.
 */
export async function createTopics(
  addresses: KafkaAddresses,
  topics: readonly NewTopic[],
): Promise<void> {
  const client = await quietClient(kafkaConfig(addresses));
  await withAdmin(client, async (admin) => {
    for (const { name, partitions } of topics) {
      try {
        await createTopic(admin, { topic: name, numPartitions: partitions });
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new KafkaLaunchError(
          'TOPIC_FAILED',
          `Cannot create topic ${name} with ${counted(partitions, 'partition')}: ${why}`,
          { topic: name, cause },
        );
      }
    }
  });
}

/**
 * Creates a topic unless it is there, and waits until it can be written. kafkajs's own wait asks a broker
 * that may not have heard of the topic yet, and takes that for a failure.
 */
export async function createTopic(admin: Admin, config: ITopicConfig): Promise<void> {
  const endMs = Date.now() + TOPIC_TIMEOUT_MS;
  await admin.createTopics({
    topics: [config],
    timeout: TOPIC_TIMEOUT_MS,
    waitForLeaders: false,
  });
  for (;;) {
    try {
      if (await isLed(admin, config.topic)) return;
    } catch (error) {
      if (Date.now() > endMs) throw error;
    }
    if (Date.now() > endMs) throw new Error(`it has no leaders after ${TOPIC_TIMEOUT_MS / 1000} s`);
    await sleep(TOPIC_POLL_MS);
  }
}

async function isLed(admin: Admin, topic: string): Promise<boolean> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const partitions = topics[0]?.partitions ?? [];
  return partitions.length > 0 && partitions.every(({ leader }) => leader >= 0);
}

/**
 * A kafkajs client that says nothing by itself: its errors reach the caller as errors.
 * @throws ProducerError `CONFIG` where kafkajs, an optional peer, is missing
 */
export async function quietClient(config: KafkaConfig): Promise<Kafka> {
  const { Kafka, logLevel } = await importKafkajs();
  return new Kafka({ ...config, logLevel: logLevel.NOTHING });
}

/** Runs `use` with a connected admin client and always disconnects it. */
export async function withAdmin<Result>(
  client: Kafka,
  use: (admin: Admin) => Promise<Result>,
): Promise<Result> {
  const admin = client.admin();
  try {
    await admin.connect();
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}
