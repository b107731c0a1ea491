/** The connection changes between two calls, or during one: nobody who sends is to notice. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Admin } from 'kafkajs';
import {
  createProducer,
  type DeliveryReport,
  type KafkajsTransportOptions,
} from '../../producer/index.js';
import { sharedBroker } from '../kafka-broker.js';
import { newTopic, readTopic, withAdmin } from './broker.js';
import { click, clicks, failureOf, scriptedRegistry } from './clicks.js';
import { CUTS, type Cut, startKafkaProxy } from './kafka-proxy.js';
import { testedTransport } from './tested-transport.js';

const { registry } = scriptedRegistry(() => [404, {}]);
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A producer whose only way to the shared broker is a proxy that can be cut. */
async function setUp(partitions: number, options: Partial<KafkajsTransportOptions> = {}) {
  const broker = sharedBroker().plaintext;
  const topic = { ...clicks, name: await newTopic(partitions) };
  const proxy = await startKafkaProxy(broker, () => 'pass');
  const tunnel: Record<string, string> = { [broker]: proxy.address };
  const transport = testedTransport({ brokers: [broker], tunnel, ...options });
  const producer = createProducer({ transport, registry });
  ends.push(
    () => proxy.close(),
    () => producer.close(),
  );
  return { producer, proxy, topic, tunnel };
}

const at = ({ partition, offset }: Pick<DeliveryReport, 'partition' | 'offset'>) =>
  `${partition}@${offset}`;

/** Everything acknowledged is there once, at the place acknowledged, and in the order sent. */
async function expectStored(name: string, reports: readonly DeliveryReport[]): Promise<void> {
  const seen = await readTopic(name);
  const stored = seen.map((one) => `${at(one)} ${one.user}`);
  const acknowledged = reports.map((report, n) => `${at(report)} user-${n}`);
  expect([...stored].sort()).toEqual([...acknowledged].sort());
  for (const { partition } of seen) {
    const order = seen.flatMap((one) =>
      one.partition === partition ? [Number(one.user?.slice('user-'.length))] : [],
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
  }
}

describe('connections that are cut', () => {
  it.each([
    [100, true],
    [30, false],
  ])(
    'while idle, %d times (idempotent: %p): each next send is delivered',
    async (cuts, idempotent) => {
      const { producer, proxy, topic } = await setUp(3, { idempotent });
      const reports: DeliveryReport[] = [];
      for (const round of numbers(cuts)) {
        const message = (n: number) => ({ key: `key-${n}`, value: click(n) });
        // By turns one, many at once, and a whole array.
        const from = reports.length;
        if (round % 3 === 0) reports.push(await producer.send(topic, message(from)));
        if (round % 3 === 1) {
          const sends = numbers(20).map((n) => producer.send(topic, message(from + n)));
          reports.push(...(await Promise.all(sends)));
        }
        if (round % 3 === 2) {
          reports.push(
            ...(await producer.sendAll(
              topic,
              numbers(20).map((n) => message(from + n)),
            )),
          );
        }
        proxy.cut(round % 2 === 0 ? 'close' : 'tear');
        // In half of the rounds the producer hears of the cut only with the next send.
        if (round % 4 < 2) await sleep(5);
      }
      await expectStored(topic.name, reports);
    },
  );

  it('while sends are under way, 100 times', async () => {
    const { producer, proxy, topic } = await setUp(6);
    let cuts = 0;
    const cutting = (async () => {
      for (; cuts < 100; cuts++) {
        await sleep(cuts % 30);
        proxy.cut(cuts % 2 === 0 ? 'close' : 'tear');
      }
    })();
    const reports: Promise<DeliveryReport>[] = [];
    while (cuts < 100) {
      const from = reports.length;
      const some = numbers(30).map((n) =>
        producer.send(topic, { key: null, value: click(from + n), partition: (from + n) % 6 }),
      );
      reports.push(...some);
      await Promise.all(some);
    }
    await cutting;
    await expectStored(topic.name, await Promise.all(reports));
  });

  it('without a sign, so that no answer comes any more', async () => {
    const { producer, proxy, topic } = await setUp(2, { requestTimeoutMs: 300 });
    const reports: DeliveryReport[] = [];
    for (const n of numbers(5)) {
      reports.push(await producer.send(topic, { key: null, value: click(n), partition: n % 2 }));
      proxy.cut('silent');
    }
    await expectStored(topic.name, reports);
  });
});

describe('what a producer knows of the cluster is old', () => {
  it.each(CUTS)('its broker has another address now, as DNS tells (%s)', async (how: Cut) => {
    const broker = sharedBroker().plaintext;
    const { producer, proxy, topic, tunnel } = await setUp(1, { requestTimeoutMs: 500 });
    const reports = [await producer.send(topic, { key: null, value: click(0) })];
    const other = await startKafkaProxy(broker, () => 'pass');
    ends.unshift(() => other.close());
    tunnel[broker] = other.address;
    proxy.cut(how);
    reports.push(await producer.send(topic, { key: null, value: click(1) }));
    expect(other.produces()).toBeGreaterThan(0);
    await expectStored(topic.name, reports);
  });

  it('its topic was made anew, with fewer partitions', async () => {
    const broker = sharedBroker().plaintext;
    const { producer, topic } = await setUp(3);
    for (const partition of [0, 1, 2]) {
      await producer.send(topic, { key: null, value: click(9), partition });
    }
    await withAdmin(broker, async (admin) => {
      await admin.deleteTopics({ topics: [topic.name] });
      await remake(admin, topic.name);
    });
    const gone = await failureOf(
      producer.send(topic, { key: null, value: click(9), partition: 2 }),
    );
    expect(gone).toMatchObject({ code: 'PARTITION_UNKNOWN', delivered: 'no', partition: 2 });
    const report = await producer.send(topic, { key: null, value: click(0), partition: 0 });
    await expectStored(topic.name, [report]);
  });
});

/** Deleting goes on for a moment after the answer. */
async function remake(admin: Admin, topic: string): Promise<void> {
  for (;;) {
    const made = await admin.createTopics({
      topics: [{ topic, numPartitions: 1 }],
      waitForLeaders: false,
    });
    if (made) return;
    await sleep(50);
  }
}
