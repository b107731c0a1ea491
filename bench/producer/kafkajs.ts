/** kafkajs as it comes: with bytes that were made before, and with the encoder made for it. */
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { kafkaConfig } from '../../local/kafka/client.js';
import { EVENTS, encodedEvents, eventAt, plainValue } from './events.js';
import type { Sender, Target } from './side.js';

async function connected({ addresses, listener }: Target, idempotent: boolean): Promise<Producer> {
  const config = { ...kafkaConfig(addresses, listener), logLevel: logLevel.NOTHING };
  const producer = new Kafka(config).producer({ idempotent });
  await producer.connect();
  return producer;
}

export async function openKafkajs(target: Target, idempotent = false): Promise<Sender> {
  const { topic } = target;
  const producer = await connected(target, idempotent);
  const messages = [...encodedEvents()];
  return {
    send: (index) =>
      producer.send({ topic, messages: messages.slice(index % messages.length).slice(0, 1) }),
    sendMany: () => producer.send({ topic, messages }),
    close: () => producer.disconnect(),
  };
}

export async function openKafkajsWithRegistry(target: Target): Promise<Sender> {
  const { topic } = target;
  // Not above: whoever does without shall not load it.
  const { SchemaRegistry } = await import('@kafkajs/confluent-schema-registry');
  const producer = await connected(target, false);
  const registry = new SchemaRegistry({ host: target.registryUrl });
  const id = await registry.getLatestSchemaId(`${topic}-value`);
  const plain = EVENTS.map((event) => ({ key: event.key, value: plainValue(event) }));
  const encoded = async ({ key, value }: (typeof plain)[number]) => ({
    key,
    value: await registry.encode(id, value),
  });
  return {
    async send(index) {
      const event = eventAt(index);
      const message = await encoded({ key: event.key, value: plainValue(event) });
      return producer.send({ topic, messages: [message] });
    },
    sendMany: async () => producer.send({ topic, messages: await Promise.all(plain.map(encoded)) }),
    close: () => producer.disconnect(),
  };
}
