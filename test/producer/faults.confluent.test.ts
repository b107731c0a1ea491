/** librdkafka, and answers and connections that get lost: nothing of that is to be doubled. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  confluentTransport,
  createProducer,
  type Outcome,
  type OutgoingMessage,
  type Producer,
  type ProducerOptions,
  type Transport,
} from '../../producer/index.js';
import { newTopic, readTopic } from './broker.js';
import { ClickCodec, click, clicks, failureOf, scriptedRegistry } from './clicks.js';
import { type AnswerFate, CUTS, type KafkaProxy } from './kafka-proxy.js';
import { type ProxiedBroker, startProxiedBroker } from './proxied-broker.js';

const START_MS = 120_000;
const { registry } = scriptedRegistry(() => [404, {}]);
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, n) => from + n);
const users = (all: readonly number[]) => all.map((n) => `user-${n}`);

let broker: ProxiedBroker;
beforeAll(async () => {
  broker = await startProxiedBroker();
}, START_MS);
afterAll(() => broker.stop());

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function setUp(
  fate: (produce: number) => AnswerFate,
): Promise<{ transport: Transport; proxy: KafkaProxy }> {
  const proxy = await broker.proxy(fate);
  const transport = confluentTransport({ brokers: [broker.proxied], requestTimeoutMs: 500 });
  ends.push(
    () => proxy.close(),
    () => transport.disconnect(),
  );
  return { transport, proxy };
}

function producerOn(transport: Transport, options: Partial<ProducerOptions> = {}): Producer {
  const producer = createProducer({ transport, registry, ...options });
  ends.push(() => producer.close());
  return producer;
}

const message = (n: number): OutgoingMessage => ({
  key: null,
  value: ClickCodec.encodeFramed(click(n), 7),
  headers: [],
  timestampMs: 1,
});
const offsets = (outcomes: readonly Outcome[]) =>
  outcomes.map(({ error, ...stored }) => (error === undefined ? stored : error.message));

const seenIn = async (topic: string) =>
  (await readTopic(topic, broker.plaintext)).map(({ user }) => user);

describe.each(['fall silent', 'hang up'] as const)(
  'acknowledgements that get lost (%s)',
  (lost) => {
    it('lose, double and reorder nothing, with several batches under way', async () => {
      const name = await newTopic(2, {}, broker.plaintext);
      // Every third answer, counting the repeated ones.
      const { transport, proxy } = await setUp((n) => (n % 3 === 0 ? lost : 'pass'));
      const batches = numbers(40).map((batch) => numbers(5, batch * 5));
      const outcomes = await Promise.all(
        batches.map(async (batch, n) => {
          await sleep(100 * (n >> 1));
          const to = { topic: name, partition: n % 2 };
          return transport.send(to, batch.map(message), { timeoutMs: 60_000 });
        }),
      );
      // Some were lost.
      expect(proxy.produces()).toBeGreaterThan(6);
      for (const partition of [0, 1]) {
        const mine = batches.filter((_, n) => n % 2 === partition).flat();
        const seen = await readTopic(name, broker.plaintext);
        const here = seen.filter((one) => one.partition === partition);
        expect(here.map(({ user }) => user)).toEqual(users(mine));
        expect(offsets(outcomes.filter((_, n) => n % 2 === partition).flat())).toEqual(
          numbers(100).map((n) => ({ partition, offset: BigInt(n) })),
        );
      }
    });
  },
);

describe('an acknowledgement that never comes', () => {
  it('is an unknown outcome, and what follows is neither dropped nor put before it', async () => {
    const name = await newTopic(1, {}, broker.plaintext);
    let deaf = true;
    const { transport } = await setUp(() => (deaf ? 'fall silent' : 'pass'));
    const producer = producerOn(transport, { deliveryTimeoutMs: 1_500 });
    const send = (n: number) => producer.send({ ...clicks, name }, { key: null, value: click(n) });
    const error = await failureOf(send(0));
    expect(error).toMatchObject({ code: 'TIMED_OUT', delivered: 'unknown', partition: 0 });
    expect(error.message).toBe(
      `${broker.proxied} did not acknowledge a message for topic "${name}", partition 0 within the ` +
        'delivery timeout; the last problem was: no answer. The broker may have stored it all the ' +
        'same: sending it again may duplicate it.',
    );
    deaf = false;
    for (const n of [1, 2, 3]) await send(n);
    expect(await seenIn(name)).toEqual(users([0, 1, 2, 3]));
  });
});

describe('no broker', () => {
  it('is no outcome in doubt, and passes', async () => {
    const name = await newTopic(1, {}, broker.plaintext);
    const { transport, proxy } = await setUp(() => 'pass');
    const to = { topic: name, partition: 0 };
    const send = (n: number, timeoutMs = 30_000) => transport.send(to, [message(n)], { timeoutMs });
    expect(offsets(await send(0))).toEqual([{ partition: 0, offset: 0n }]);
    await proxy.close();
    // It takes a moment to be noticed; until then a message may have been on its way.
    await sleep(500);
    const [outcome] = await send(1, 1_000);
    expect(outcome?.error).toMatchObject({ code: 'TIMED_OUT', delivered: 'no', partition: 0 });
    const waiting = [send(2), send(3), send(4)];
    const again = await broker.proxy(() => 'pass');
    ends.push(() => again.close());
    expect((await Promise.all(waiting)).flatMap(offsets)).toEqual(
      [1n, 2n, 3n].map((offset) => ({ partition: 0, offset })),
    );
    expect(await seenIn(name)).toEqual(users([0, 2, 3, 4]));
  });
});

it.each(CUTS)('nobody who sends notices connections that are cut (%s)', async (how) => {
  const name = await newTopic(2, {}, broker.plaintext);
  const { transport, proxy } = await setUp(() => 'pass');
  const producer = producerOn(transport);
  // Not for as long as it takes: on a busy machine nothing might get through in between.
  let cuts = 0;
  const cutting = setInterval(() => cuts++ < 8 && proxy.cut(how), 300);
  const reports = await Promise.all(
    numbers(300).map(async (n) => {
      await sleep(n * 10);
      return producer.send({ ...clicks, name }, { key: null, value: click(n), partition: n % 2 });
    }),
  );
  clearInterval(cutting);
  for (const partition of [0, 1]) {
    const mine = numbers(300).filter((n) => n % 2 === partition);
    const seen = await readTopic(name, broker.plaintext);
    const here = seen.filter((one) => one.partition === partition);
    expect(here.map(({ user }) => user)).toEqual(users(mine));
    expect(mine.map((n) => reports[n]?.offset)).toEqual(here.map(({ offset }) => offset));
  }
});

it('one message in doubt holds up its partition until the client before is gone, and no other', async () => {
  const name = await newTopic(2, {}, broker.plaintext);
  const { transport } = await setUp((n) => (n === 0 ? 'fall silent' : 'pass'));
  await transport.partitions(name, { timeoutMs: 10_000 });
  const send = (partition: number, n: number, timeoutMs: number) =>
    transport.send({ topic: name, partition }, [message(n)], { timeoutMs });
  const [first] = await send(0, 0, 300);
  expect(first?.error).toMatchObject({ code: 'TIMED_OUT', delivered: 'unknown' });
  const later = await Promise.all([1, 2, 3].map((n) => send(0, n, 20_000)));
  expect(later.flatMap(offsets)).toEqual([1n, 2n, 3n].map((offset) => ({ partition: 0, offset })));
  expect(offsets(await send(1, 9, 20_000))).toEqual([{ partition: 1, offset: 0n }]);
  expect(await seenIn(name)).toEqual(users([0, 1, 2, 3, 9]));
});

it('tells the broker’s time where the topic has it so, and no other', async () => {
  const config = { 'message.timestamp.type': 'LogAppendTime' };
  const [own, theirs] = [
    await newTopic(1, {}, broker.plaintext),
    await newTopic(1, config, broker.plaintext),
  ];
  const { transport } = await setUp(() => 'pass');
  const stored = async (topic: string) => {
    const [outcome] = await transport.send({ topic, partition: 0 }, [message(0)], {
      timeoutMs: 20_000,
    });
    const [seen] = await readTopic(topic, broker.plaintext);
    return { outcome, timestampMs: seen?.timestampMs };
  };
  expect(await stored(own)).toEqual({ outcome: { partition: 0, offset: 0n }, timestampMs: 1 });
  const { outcome, timestampMs } = await stored(theirs);
  expect(outcome).toEqual({ partition: 0, offset: 0n, appendedMs: timestampMs });
});
