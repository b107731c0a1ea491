/** Transactions whose coordinator, and whose partition's leader, move and go away. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createProducer, kafkajsTransport } from '../../producer/index.js';
import { newTopic } from './broker.js';
import { click, clicks, scriptedRegistry } from './clicks.js';
import { readCommitted } from './committed.js';
import { freePort } from './java-brokers.js';
import { startCluster, type TestCluster } from './kafka-cluster.js';

const START_MS = 120_000;
/** It has one partition here, whose leader is everybody's coordinator. */
const COORDINATORS = '__transaction_state';
const { registry } = scriptedRegistry(() => [404, {}]);

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster();
}, START_MS);
afterAll(() => cluster.stop(), START_MS);

it(
  'go on with whoever coordinates now, and are there once',
  async () => {
    const brokers = cluster.first.plaintext;
    const name = await newTopic(1, {}, brokers);
    const producer = createProducer({
      transport: kafkajsTransport({ brokers: [brokers], requestTimeoutMs: 2_000 }),
      registry,
      transactionalId: 'mover-0',
      deliveryTimeoutMs: START_MS,
      transactionTimeoutMs: START_MS,
    });
    let next = 0;
    let isOver = false;
    const wanted: string[] = [];
    const send = (meanwhile: () => Promise<void> = async () => {}) =>
      producer.transaction(async (tx) => {
        const [one, two] = [next++, next++];
        await tx.send({ ...clicks, name }, { key: null, value: click(one) });
        await meanwhile();
        await tx.send({ ...clicks, name }, { key: null, value: click(two) });
        wanted.push(`user-${one}`, `user-${two}`);
      });
    const port = await freePort();
    await send();
    let stopSecond = await cluster.start(2, port);

    // Inside of a transaction, with others one after another.
    await send(() => cluster.move(COORDINATORS, 2));
    await send(() => cluster.move(name, 2));
    const running = (async () => {
      while (!isOver) await send();
    })();
    await cluster.move(COORDINATORS, 1);
    await cluster.move(name, 1);
    await cluster.move(COORDINATORS, 2);

    // The coordinator is gone for a while.
    await stopSecond();
    stopSecond = await cluster.start(2, port);
    isOver = true;
    await running;
    await send();
    await producer.close();
    expect(await readCommitted(name, { brokers })).toEqual([wanted]);
    await stopSecond();
  },
  4 * START_MS,
);
