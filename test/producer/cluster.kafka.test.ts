/** Brokers that take over from each other, or that nobody takes over from. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createProducer } from '../../producer/index.js';
import { newTopic, readTopic } from './broker.js';
import { click, clicks, failureOf, scriptedRegistry } from './clicks.js';
import { freePort } from './java-brokers.js';
import { startCluster, type TestCluster } from './kafka-cluster.js';
import { startKafkaProxy } from './kafka-proxy.js';
import { testedTransport } from './tested-transport.js';

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
    const transport = testedTransport({ brokers: [cluster.first.plaintext] });
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

it(
  'a leader that stands still is replaced by who leads now',
  async () => {
    const port = await freePort();
    const stopSecond = await cluster.start(2, port);
    const name = await cluster.topicOn([2]);
    const proxy = await startKafkaProxy(`127.0.0.1:${port}`, () => 'pass');
    const tunnel = { [`127.0.0.1:${port}`]: proxy.address };
    const brokers = [cluster.first.plaintext];
    const transport = testedTransport({ brokers, tunnel, requestTimeoutMs: 500 });
    // Less than what metadata may be old where nothing fails.
    const producer = createProducer({ transport, registry, deliveryTimeoutMs: 10_000 });
    const message = { key: null, value: click(0), partition: 0 };
    await producer.send({ ...clicks, name }, message);
    proxy.swallowAll(true);
    await cluster.move(name, 1);
    expect(await producer.send({ ...clicks, name }, message)).toMatchObject({ offset: 1n });
    await producer.close();
    await proxy.close();
    await stopSecond();
  },
  4 * START_MS,
);

it(
  'partitions that nobody leads hold up nothing but what is sent to them',
  async () => {
    const brokers = [cluster.first.plaintext];
    const port = await freePort();
    const stopSecond = await cluster.start(2, port);
    const name = await cluster.topicOn([1, 2, 1, 1, 2, 1]);
    // What is held up is held up for longer than the test may take.
    const options = { registry, deliveryTimeoutMs: 10 * START_MS };
    const producer = createProducer({ ...options, transport: testedTransport({ brokers }) });
    const to = (partition: number) =>
      producer.send({ ...clicks, name }, { key: null, value: click(partition), partition });
    const healthy = [0, 2, 3, 5];
    await Promise.all([0, 1, 2, 3, 4, 5].map(to));

    await stopSecond();
    let delivered = 0;
    const sick = [1, 4].map((partition) => to(partition).then(() => delivered++));
    for (let n = 0; n < 20; n++) await Promise.all(healthy.map(to));
    await cluster.untilLeaderless(name, 4);
    const anywhere = [];
    for (let n = 0; n < 20; n++) {
      await Promise.all(healthy.map(to));
      const report = await producer.send({ ...clicks, name }, { key: null, value: click(n) });
      anywhere.push(report.partition);
    }
    expect(healthy).toEqual(expect.arrayContaining(anywhere));

    // A producer that knows nothing yet.
    const late = createProducer({ ...options, transport: testedTransport({ brokers }) });
    const message = { key: null, value: click(9) };
    const reports = [];
    for (const partition of healthy) {
      reports.push(await late.send({ ...clicks, name }, { ...message, partition }));
    }
    reports.push(await late.send({ ...clicks, name }, message));
    expect(healthy).toEqual(expect.arrayContaining(reports.map(({ partition }) => partition)));
    await late.close();
    const brief = createProducer({
      ...{ registry, deliveryTimeoutMs: 2_000 },
      transport: testedTransport({ brokers }),
    });
    const refused = await failureOf(brief.send({ ...clicks, name }, { ...message, partition: 4 }));
    expect(refused).toMatchObject({ code: 'TIMED_OUT', delivered: 'no', partition: 4 });
    expect(refused.message).toMatch(
      /the last problem was: the partition has no leader now \(LEADER_NOT_AVAILABLE\)\.$/,
    );
    await brief.close();
    expect(delivered).toBe(0);

    const stopAgain = await cluster.start(2, port);
    await Promise.all(sick);
    await producer.close();
    const seen = await readTopic(name, cluster.first.plaintext);
    expect(seen.filter(({ partition }) => partition === 4).map(({ user }) => user)).toEqual([
      'user-4',
      'user-4',
    ]);
    await stopAgain();
  },
  4 * START_MS,
);
