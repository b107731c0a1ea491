/**
 * A producer in a process of its own, that can be stopped and continued (frozen-process.kafka.test.ts):
 *
 *     node --conditions=tavro-source --import tsx test/producer/sending-process.ts BROKER TUNNEL TOPIC
 *
 * For each line of its input, a number, it sends so many messages, half of them by themselves; it
 * answers with one line of JSON, the offsets or an error.
 */
import { createInterface } from 'node:readline';
import { createProducer, kafkajsTransport, ProducerError } from '../../producer/index.js';
import { click, clicks, scriptedRegistry } from './clicks.js';

const [broker = '', tunnelled = '', name = ''] = process.argv.slice(2);
const { registry } = scriptedRegistry(() => [404, {}]);
const transport = kafkajsTransport({
  brokers: [broker],
  tunnel: { [broker]: tunnelled },
  requestTimeoutMs: 500,
});
const producer = createProducer({ transport, registry });
let next = 0;

async function send(count: number): Promise<string> {
  const messages = Array.from({ length: count }, () => ({
    key: null,
    value: click(next++),
    partition: 0,
  }));
  const half = Math.floor(count / 2);
  const singles = messages
    .slice(0, half)
    .map((message) => producer.send({ ...clicks, name }, message));
  const rest = producer.sendAll({ ...clicks, name }, messages.slice(half));
  const reports = [...(await Promise.all(singles)), ...(await rest)];
  return JSON.stringify(reports.map(({ offset }) => Number(offset)));
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = send(Number(line)).catch((error: unknown) =>
    JSON.stringify(error instanceof ProducerError ? `${error.code} ${error.message}` : 'failed'),
  );
  void answer.then((text) => process.stdout.write(`${text}\n`));
}
await producer.close();
