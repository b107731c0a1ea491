import { Kafka, type KafkaMessage, logLevel } from 'kafkajs';
import { kafkaConfig } from '../../local/kafka/client.js';
import { sharedBroker, uniqueName } from '../kafka-broker.js';

export type Message = KafkaMessage & { readonly partition: number };

/** The first `count` messages of a topic, in the order of each partition. */
export async function messages(topic: string, count: number): Promise<Message[]> {
  const client = new Kafka({ ...kafkaConfig(sharedBroker()), logLevel: logLevel.NOTHING });
  const consumer = client.consumer({ groupId: uniqueName('peer') });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const read: Message[] = [];
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: async ({ message, partition }) => {
        read.push({ ...message, partition });
        if (read.length === count) resolve();
      },
    });
  });
  await consumer.disconnect();
  return read.sort((a, b) => a.partition - b.partition || Number(a.offset) - Number(b.offset));
}
