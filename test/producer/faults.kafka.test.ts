import { afterEach, describe, expect, it } from '@jest/globals';
import { createProducer, type Producer, type ProducerOptions } from '../../producer/index.js';
import { sharedBroker } from '../kafka-broker.js';
import { newTopic, readTopic } from './broker.js';
import { click, clicks, failureOf, scriptedRegistry } from './clicks.js';
import { freePort } from './java-brokers.js';
import { type AnswerFate, type KafkaProxy, startKafkaProxy } from './kafka-proxy.js';
import { testedTransport } from './tested-transport.js';

const { registry } = scriptedRegistry(() => [404, {}]);
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const message = (n: number) => ({ key: null, value: click(n), partition: n % 2 });
const usersOf = (partition: number, count: number) =>
  numbers(count)
    .filter((n) => n % 2 === partition)
    .map((n) => `user-${n}`);

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A producer whose only way to the broker is a proxy that treats its answers as `fate` says. */
async function setUp(
  fate: (produce: number) => AnswerFate,
  options: Partial<ProducerOptions> = {},
): Promise<{ producer: Producer; proxy: KafkaProxy }> {
  const broker = sharedBroker().plaintext;
  const proxy = await startKafkaProxy(broker, fate);
  const transport = testedTransport({
    brokers: [broker],
    tunnel: { [broker]: proxy.address },
    requestTimeoutMs: 500,
  });
  const producer = createProducer({ transport, registry, ...options });
  ends.push(
    () => proxy.close(),
    () => producer.close(),
  );
  return { producer, proxy };
}

describe.each(['swallow', 'hang up'] as const)('acknowledgements that get lost (%s)', (lost) => {
  it('lose, double and reorder nothing', async () => {
    const topic = { ...clicks, name: await newTopic(2) };
    // Every third answer, counting the repeated ones.
    const { producer, proxy } = await setUp((n) => (n % 3 === 0 ? lost : 'pass'), {
      maxBatchMessages: 10,
    });
    const reports = await Promise.all(numbers(60).map((n) => producer.send(topic, message(n))));
    const seen = await readTopic(topic.name);
    for (const partition of [0, 1]) {
      const users = seen.filter((one) => one.partition === partition).map(({ user }) => user);
      expect(users).toEqual(usersOf(partition, 60));
    }
    expect(reports).toMatchObject(
      numbers(60).map((n) => ({
        topic: topic.name,
        partition: n % 2,
        offset: BigInt(Math.floor(n / 2)),
      })),
    );
    // Three batches for each partition, and what was sent again.
    expect(proxy.produces()).toBeGreaterThan(6);
  });
});

describe('an acknowledgement that never comes', () => {
  it('is an unknown outcome, and the next message is not taken for a duplicate', async () => {
    const topic = { ...clicks, name: await newTopic(1) };
    let deaf = true;
    const { producer } = await setUp(() => (deaf ? 'swallow' : 'pass'), {
      deliveryTimeoutMs: 1_500,
    });
    const error = await failureOf(producer.send(topic, { key: null, value: click(0) }));
    expect(error).toMatchObject({ code: 'TIMED_OUT', delivered: 'unknown', partition: 0 });
    expect(error.message).toMatch(/may have stored it/);
    deaf = false;
    const report = await producer.send(topic, { key: null, value: click(1) });
    const seen = await readTopic(topic.name);
    expect(seen.find(({ offset }) => offset === report.offset)?.user).toBe('user-1');
    expect(seen.map(({ user }) => user)).toEqual(['user-0', 'user-1']);
  });
});

describe('a message that is on its way for longer than its delivery timeout', () => {
  it('does not arrive after one that was sent later and acknowledged', async () => {
    const topic = { ...clicks, name: await newTopic(2) };
    let holds = false;
    const { producer, proxy } = await setUp(() => (holds ? 'hold' : 'pass'), {
      deliveryTimeoutMs: 1_500,
    });
    const at = (n: number) => ({ key: null, value: click(n), partition: 0 });
    await producer.send(topic, at(0));
    holds = true;
    const late = await failureOf(producer.send(topic, at(1)));
    expect(late).toMatchObject({ code: 'TIMED_OUT', delivered: 'unknown' });
    holds = false;
    expect(await producer.send(topic, at(2))).toMatchObject({ offset: 1n });
    // The broker gets it only now, and once for each attempt.
    expect(await proxy.release()).toBeGreaterThan(0);
    expect(await producer.send(topic, at(3))).toMatchObject({ offset: 2n });
    const users = (await readTopic(topic.name)).map(({ user }) => user);
    expect(users).toEqual(['user-0', 'user-2', 'user-3']);
  });

  it('may arrive before it, and a second one goes the same way', async () => {
    const topic = { ...clicks, name: await newTopic(1) };
    let holds = true;
    const { producer, proxy } = await setUp(() => (holds ? 'hold' : 'pass'), {
      deliveryTimeoutMs: 1_500,
    });
    const at = (n: number) => ({ key: null, value: click(n), partition: 0 });
    for (const n of [0, 1]) {
      const late = await failureOf(producer.send(topic, at(n)));
      expect(late).toMatchObject({ code: 'TIMED_OUT', delivered: 'unknown' });
      if (n === 0) await proxy.release();
    }
    holds = false;
    expect(await producer.send(topic, at(2))).toMatchObject({ offset: 1n });
    await proxy.release();
    const users = (await readTopic(topic.name)).map(({ user }) => user);
    expect(users).toEqual(['user-0', 'user-2']);
  });
});

it('a broker that stores a message and goes away before it says so is an unknown outcome', async () => {
  const topic = { ...clicks, name: await newTopic(1) };
  const { producer, proxy } = await setUp(
    () => {
      // Nothing listens there any more: what comes after is a refused connection.
      proxy.leave();
      return 'hang up';
    },
    { deliveryTimeoutMs: 2_000 },
  );
  const error = await failureOf(producer.send(topic, { key: null, value: click(0) }));
  expect(await readTopic(topic.name)).toHaveLength(1);
  expect(error).toMatchObject({ delivered: 'unknown', partition: 0 });
});

it('a broker that goes away and comes back loses nothing', async () => {
  const topic = { ...clicks, name: await newTopic(1) };
  const broker = sharedBroker().plaintext;
  const first = await startKafkaProxy(broker, () => 'pass');
  const transport = testedTransport({ brokers: [broker], tunnel: { [broker]: first.address } });
  const producer = createProducer({ transport, registry });
  await producer.send(topic, { key: null, value: click(0) });
  await first.close();
  const sending = producer.send(topic, { key: null, value: click(1) });
  // The same address again, a while later.
  await new Promise((resolve) => setTimeout(resolve, 700));
  const listenOn = Number(first.address.split(':')[1]);
  const again = await startKafkaProxy(broker, () => 'pass', { listenOn });
  expect(await sending).toMatchObject({ offset: 1n });
  await producer.close();
  await again.close();
});

it('a broker that is not there yet is waited for', async () => {
  const topic = { ...clicks, name: await newTopic(1) };
  const broker = sharedBroker().plaintext;
  const port = await freePort();
  const tunnel = { [broker]: `127.0.0.1:${port}` };
  const transport = testedTransport({ brokers: [broker], tunnel });
  const producer = createProducer({ transport, registry });
  const sending = producer.send(topic, { key: null, value: click(0) });
  expect(await failureOf(producer.connect())).toMatchObject({ code: 'UNREACHABLE' });
  const proxy = await startKafkaProxy(broker, () => 'pass', { listenOn: port });
  expect(await sending).toMatchObject({ offset: 0n });
  await producer.connect();
  await producer.close();
  await proxy.close();
});
