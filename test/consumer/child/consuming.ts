/**
 * A consumer in a process that ends (ending-consumer.test.ts): `signal` has a record under way, says so and waits for a
 * signal; `listen` besides listens to it itself, and ends when the consumer is done; `fail` has a record that fails, and nobody waits for `done`;
 * `first` is as the first process of a container, which its own signal does not end, and has a server open.
 */
import { createServer } from 'node:http';
import { on, runConsumer } from '../../../consumer/index.js';
import { MemoryBroker, memorySource } from '../../../local/index.js';
import { clicks, framed, testLogger, testRegistry } from '../clicks.js';

const [how = ''] = process.argv.slice(2);
if (how === 'first') {
  process.kill = () => true;
  createServer().listen(0, '127.0.0.1');
}
const broker = new MemoryBroker();
const at = { topic: 'clicks', partition: 0 };
broker.createTopic('clicks');
for (const user of ['ann', 'bob']) {
  broker.append(at, { key: null, value: framed(user), headers: [], timestampMs: 1 });
}
const say = (text: string) => process.stdout.write(`${text}\n`);
process.on('exit', () => say(`committed ${broker.committed('billing', at)}`));

const consumer = runConsumer({
  kafka: memorySource(broker),
  group: 'billing',
  registry: testRegistry().registry,
  logger: testLogger(),
  retry: { attempts: 1 },
  routes: [
    on(clicks, async ({ user_id: user }) => {
      if (how === 'fail') throw new Error('no');
      if (user === 'bob') return;
      say('ready');
      await new Promise((resolve) => setTimeout(resolve, 300));
      say('handled');
    }),
  ],
});
if (how === 'listen') process.on('SIGTERM', () => void consumer.done.then(() => process.exit(7)));
