import { createServer } from 'node:http';
import { Kafka } from 'kafkajs';
import { encodeOrder, registryAt } from './orders';

const registry = registryAt(process.env.SCHEMA_REGISTRY_URL ?? 'http://localhost:8081');
const producer = new Kafka({
  brokers: (process.env.BROKERS ?? 'localhost:9092').split(','),
}).producer();

createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const order = JSON.parse(Buffer.concat(chunks).toString());
  const value = await encodeOrder(registry, order);
  await producer.send({ topic: 'orders', messages: [{ key: order.order_id, value }] });
  response.writeHead(202).end();
}).listen(Number(process.env.PORT ?? 3000));
