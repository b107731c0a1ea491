import type { KafkaMessage } from 'kafkajs';
import { sharedBroker } from '../kafka-broker.js';
import { readWhole } from '../kafka-reader.js';

export type Message = KafkaMessage & { readonly partition: number };

/** The messages of a topic, in the order of each partition. */
export async function messages(topic: string): Promise<Message[]> {
  const read: Message[] = [];
  await readWhole({ topic, brokers: sharedBroker().plaintext }, (partition, message) =>
    read.push({ ...message, partition }),
  );
  return read.sort((a, b) => a.partition - b.partition || Number(a.offset) - Number(b.offset));
}
