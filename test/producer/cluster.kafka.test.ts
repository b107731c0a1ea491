/** Brokers that take over from each other while a producer is idle. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createProducer, kafkajsTransport } from '../../producer/index.js';
import { newTopic, readTopic } from './broker.js';
import { click, clicks, scriptedRegistry } from './clicks.js';
import { freePort } from './java-brokers.js';
import { startCluster, type TestCluster } from './kafka-cluster.js';

const START_MS = 120_000;
const { registry } = scriptedRegistry(() => [404, {}]);

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster();
}, START_MS);
afterAll(() => cluster.stop(), START_MS);

it(
  'a send goes to who leads now, under whatever address or number',
  async () => {
    const name = await newTopic(1, {}, cluster.first.plaintext);
    const transport = kafkajsTransport({ brokers: [cluster.first.plaintext] });
    const producer = createProducer({ transport, registry });
    let sent = 0;
    const send = async () => {
      const message = { key: null, value: click(sent), partition: 0 };
      const { offset } = await producer.send({ ...clicks, name }, message);
      expect(offset).toBe(BigInt(sent++));
    };
    const [here, there] = [await freePort(), await freePort()];
    await send();

    // The leader moves: what the producer knows is old.
    let stopSecond = await cluster.start(2, here);
    await cluster.move(name, 2);
    await send();
    await cluster.move(name, 1);
    await send();
    await cluster.move(name, 2);
    await send();

    // The same broker at another address.
    await stopSecond();
    stopSecond = await cluster.start(2, there);
    await send();

    // Another broker at the same address.
    await cluster.move(name, 1);
    await stopSecond();
    const stopThird = await cluster.start(3, there);
    await cluster.move(name, 3);
    await send();

    const seen = await readTopic(name, cluster.first.plaintext);
    expect(seen.map(({ user }) => user)).toEqual(seen.map((_, n) => `user-${n}`));
    expect(seen).toHaveLength(sent);
    await producer.close();
    await stopThird();
  },
  4 * START_MS,
);
