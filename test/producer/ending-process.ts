/**
 * A producer in a process that ends (ending-process.kafka.test.ts):
 *
 *     node --conditions=tavro-source --import tsx test/producer/ending-process.ts BROKER TUNNEL TOPIC HOW
 *
 * `forget` sends, and never closes. `signal` has messages under way, says so, and waits for a signal;
 * `listen` besides listens to it itself, and ends when the producer has closed.
 */
import { createProducer, kafkajsTransport } from '../../producer/index.js';
import { click, clicks, scriptedRegistry } from './clicks.js';

const [broker = '', tunnelled = '', name = '', how = ''] = process.argv.slice(2);
const { registry } = scriptedRegistry(() => [404, {}]);
const transport = kafkajsTransport({ brokers: [broker], tunnel: { [broker]: tunnelled } });
const isForgotten = how === 'forget';
const producer = createProducer({
  transport,
  registry,
  lingerMs: 60_000,
  deliveryTimeoutMs: 120_000,
  ...(!isForgotten && { closeOnSignals: { timeoutMs: 3_000 } }),
});
const topic = { ...clicks, name };
const send = (n: number) => producer.send(topic, { key: null, value: click(n), partition: 0 });

const first = await send(0);
process.stdout.write(`${first.offset}\n`);
if (!isForgotten) {
  // One goes at once, the others linger.
  for (const n of [1, 2, 3]) void send(n).catch(() => undefined);
  setInterval(() => {}, 60_000);
  if (how === 'listen') {
    process.on('SIGTERM', () => void producer.close().then(() => process.exit(7)));
  }
  process.stdout.write('ready\n');
}
