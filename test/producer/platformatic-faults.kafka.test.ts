/** Several batches of each partition under way, of which any may fail in any way. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { createProducer, ProducerError, platformaticTransport } from '../../producer/index.js';
import { sharedBroker } from '../kafka-broker.js';
import { newTopic, readTopic } from './broker.js';
import { click, clicks, scriptedRegistry } from './clicks.js';
import { startKafkaProxy } from './kafka-proxy.js';

const { registry } = scriptedRegistry(() => [404, {}]);
const PARTITIONS = 3;
const WAVES = 150;
const WAVE = 60;

it('what is acknowledged is stored once and in order, and what is not is told as it is', async () => {
  const broker = sharedBroker().plaintext;
  const name = await newTopic(PARTITIONS, { 'max.message.bytes': '4000' });
  const topic = { ...clicks, name };
  const proxy = await startKafkaProxy(broker, (n) =>
    n % 101 === 50 ? 'swallow' : n % 31 === 7 ? 'hang up' : 'pass',
  );
  const transport = platformaticTransport({
    brokers: [broker],
    tunnel: { [broker]: proxy.address },
    requestTimeoutMs: 300,
  });
  const limits = { maxBatchMessages: 4, deliveryTimeoutMs: 4_000 };
  const producer = createProducer({ transport, registry, ...limits });
  const outcomes = new Map<string, 'stored' | 'no' | 'unknown'>();
  const where = new Map<string, string>();
  const sends: Promise<void>[] = [];
  const send = async (n: number) => {
    const value = click(n);
    // Some are larger than the topic takes.
    const url = n % 97 === 13 ? 'x'.repeat(5_000) : value.url;
    const message = { key: null, value: { ...value, url }, partition: n % PARTITIONS };
    try {
      const { partition, offset } = await producer.send(topic, message);
      outcomes.set(value.user_id, 'stored');
      where.set(`${partition}@${offset}`, value.user_id);
    } catch (error) {
      if (!(error instanceof ProducerError)) throw error;
      outcomes.set(value.user_id, error.delivered);
    }
  };
  for (let wave = 0; wave < WAVES; wave++) {
    for (let n = wave * WAVE; n < (wave + 1) * WAVE; n++) sends.push(send(n));
    await sleep(wave % 9);
    if (wave % 13 === 7) proxy.cut(wave % 2 === 0 ? 'close' : 'tear');
    if (wave % 50 === 49) proxy.cut('silent');
  }
  await Promise.all(sends);
  await producer.close();
  await proxy.close();
  const seen = await readTopic(name);
  const users = seen.map(({ user }) => user ?? '');
  expect(new Set(users).size).toBe(users.length);
  for (const [user, outcome] of outcomes) {
    if (outcome === 'stored') expect(users).toContain(user);
    if (outcome === 'no') expect(users).not.toContain(user);
  }
  for (const { partition, offset, user } of seen) {
    const acknowledged = where.get(`${partition}@${offset}`);
    if (outcomes.get(user ?? '') === 'stored') expect(acknowledged).toBe(user);
    else expect(acknowledged).toBeUndefined();
  }
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const order = seen
      .filter((one) => one.partition === partition)
      .map(({ user }) => numberOf(user));
    // Those of unknown fate, too.
    expect(order).toEqual([...order].sort((a, b) => a - b));
  }
  // How many of each is a matter of the machine's speed.
  expect([...outcomes.values()]).toEqual(expect.arrayContaining(['stored', 'no']));
});

function numberOf(user: string | null): number {
  return Number(user?.slice('user-'.length));
}
