import { brokerError } from '../../producer/broker-error.js';
import type { KafkaConnection } from '../../producer/index.js';
import { createKafka } from '../../producer/kafkajs/client.js';
import { classifyKafkajs } from '../../producer/kafkajs/failure.js';
import { createSockets } from '../../producer/kafkajs/sockets.js';
import { withAdmin } from '../kafka/client.js';

/** Where each partition of a topic that has records ends now. @throws ProducerError */
export async function topicEnds(
  connection: KafkaConnection,
  topic: string,
): Promise<ReadonlyMap<number, bigint>> {
  const sockets = createSockets(connection.tunnel ?? {});
  try {
    const kafka = await createKafka(connection, sockets);
    return await withAdmin(kafka, async (admin) => {
      const offsets = await admin.fetchTopicOffsets(topic);
      const filled = offsets.filter(({ low, high }) => BigInt(high) > BigInt(low));
      return new Map(filled.map(({ partition, high }) => [partition, BigInt(high)]));
    });
  } catch (cause) {
    const brokers = connection.brokers.join(', ');
    throw brokerError(classifyKafkajs(cause), { brokers, action: 'read', topic, cause });
  } finally {
    sockets.cut();
  }
}
