import type { Source } from '../../consumer/index.js';
import { kafkajsSource } from '../../consumer/sources/index.js';
import { kafkajsTransport, type Transport } from '../../producer/index.js';
import { createTopics, kafkaConfig, quietClient, withAdmin } from '../kafka/client.js';
import type { KafkaAddresses, LaunchedKafka } from '../kafka/launched.js';
import { MemoryBroker, memorySource, memoryTransport } from '../memory/index.js';

/** A Kafka as the demo uses it: real or in this process. */
export interface DemoKafka {
  /** How clients connect, in words. */
  readonly connection: string;
  readonly transport: Transport;
  /** Makes the topic, and lets the group begin behind what is there already. */
  prepare(topic: DemoTopic): Promise<void>;
  source(): Source;
}

export interface DemoTopic {
  readonly name: string;
  readonly partitions: number;
}

export function openKafka(launched: LaunchedKafka, group: string): DemoKafka {
  return launched.kind === 'memory' ? memoryKafka(group) : realKafka(launched, group);
}

function memoryKafka(group: string): DemoKafka {
  const broker = new MemoryBroker();
  return {
    connection: 'in this process; no broker, no network',
    transport: memoryTransport(broker),
    prepare: async ({ name, partitions }) => broker.createTopic(name, { partitions }),
    source: () => memorySource(broker)(group),
  };
}

/** SASL_SSL where the broker offers it, as on MSK. */
function realKafka(launched: LaunchedKafka, group: string): DemoKafka {
  const { saslSsl, plaintext = '' } = launched;
  const connection = {
    brokers: (saslSsl?.brokers ?? plaintext).split(','),
    ...(saslSsl && {
      sasl: {
        mechanism: saslSsl.mechanism,
        username: saslSsl.username,
        password: saslSsl.password,
      },
      ssl: saslSsl.ca === undefined ? true : { ca: saslSsl.ca },
    }),
  };
  return {
    connection: saslSsl
      ? `${saslSsl.brokers}, SASL_SSL with SCRAM-SHA-512, user ${saslSsl.username}`
      : `${plaintext}, PLAINTEXT: it has no SASL_SSL listener`,
    transport: kafkajsTransport(connection),
    async prepare(topic) {
      await createTopics(launched, [topic]);
      // In one that was started for us the topic is new. Elsewhere this takes seconds: kafkajs joins the group for it.
      if (launched.kind === 'address') await beginAtEnd(launched, topic.name, group);
    },
    source: () => kafkajsSource(connection)(group),
  };
}

/** A cluster that is not ours may hold records already, of schemas in another registry. */
async function beginAtEnd(
  addresses: KafkaAddresses,
  topic: string,
  groupId: string,
): Promise<void> {
  const client = await quietClient(kafkaConfig(addresses));
  await withAdmin(client, async (admin) => {
    const offsets = await admin.fetchTopicOffsets(topic);
    const partitions = offsets.map(({ partition, high }) => ({ partition, offset: high }));
    await admin.setOffsets({ groupId, topic, partitions });
  });
}
