/**
 * A topic of three types with `long` keys on a real broker: Confluent's client for Python produces
 * into it and reads from it, beside our producer and our handler, with schemas in prefixes and in
 * headers. Confluent's client for Node is for the registry only; its client for Kafka is librdkafka
 * again, so several-types.kafka.test.ts has its bytes.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTopics } from '../../local/kafka/client.js';
import type { KafkaRecordInput } from '../../local/msk-event.js';
import { type RegistryServer, startRegistry } from '../../local/registry/server.js';
import { createProducer, kafkajsTransport } from '../../producer/index.js';
import { createRegistry } from '../../runtime/index.js';
import { sharedBroker } from '../kafka-broker.js';
import { messages } from './messages.js';
import { startPythonRegistry } from './python/python.js';
import type { HexMessage, RegistryClient } from './registry-client.js';
import {
  answer,
  FRAMINGS,
  type Framing,
  messageOf,
  ofType,
  reading,
  registrations,
  SIDES,
  wantedOf,
  written,
} from './shop/tasks.js';
import { handle, messagesOf, SHOP_TOPICS } from './shop/topics.js';

const INSTALL_TIMEOUT_MS = 11 * 60 * 1000;
const USER = { username: 'key', password: 's:cret' };
const ROW = { title: 'on a broker', ...SHOP_TOPICS['topic-record'] };
/** Of at least 6 bytes: the client for Python reads no fewer beside a header. */
const LONGS = [-(2n ** 53n) + 2n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n];
const MESSAGES = messagesOf(ROW, LONGS).filter(({ event }) => event.value.id !== '');

let server: RegistryServer;
let client: RegistryClient;
beforeAll(async () => {
  server = await startRegistry({ auth: USER });
  client = await startPythonRegistry({ url: server.url, ...USER }, sharedBroker().saslSsl);
  for (const task of registrations(ROW)) await answer(client, task);
  await createTopics(sharedBroker(), [{ name: ROW.name, partitions: 1 }]);
}, INSTALL_TIMEOUT_MS);
afterAll(async () => {
  await client?.stop();
  await server?.stop();
});

const registry = () => createRegistry({ url: server.url, auth: USER });

it('is written and read by both, whoever wrote', async () => {
  for (const framing of FRAMINGS) {
    await produceInPython(framing);
    await produceHere(framing);
  }
  const all = FRAMINGS.flatMap(() => [...MESSAGES, ...MESSAGES]);
  const { seen, answer: handled } = await handle(ROW, await records(all.length), {
    registry: registry(),
  });
  expect(handled).toEqual({ batchItemFailures: [] });
  expect(seen).toEqual(all);
  const consume = { do: 'consume', topic: ROW.name, count: all.length } as const;
  // Safe: it is what the task answers.
  const consumed = (await answer(client, consume)) as HexMessage[];
  const read = await Promise.all(
    consumed.map(async (message) => {
      const [key, value] = await Promise.all(
        SIDES.map((part) => answer(client, reading(ROW, part, message))),
      );
      return { key, value };
    }),
  );
  expect(read).toEqual(all.map((message) => wantedOf(ROW, message)));
});

async function produceInPython(framing: Framing): Promise<void> {
  const produced: HexMessage[] = [];
  for (const { key, event } of MESSAGES) {
    const value = written(ROW, ofType(event));
    produced.push(await messageOf(client, ROW, { key, value, framing }));
  }
  await answer(client, { do: 'produce', topic: ROW.name, messages: produced });
}

async function produceHere(framing: Framing): Promise<void> {
  const { brokers, ca, ...sasl } = sharedBroker().saslSsl;
  const producer = createProducer({
    transport: kafkajsTransport({ brokers: brokers.split(','), ssl: { ca }, sasl }),
    ...{ registry: registry(), register: 'never', framing },
  });
  try {
    for (const message of MESSAGES) await ROW.send(producer, message);
  } finally {
    await producer.close();
  }
}

/** What is on the topic, as a handler's event has it. */
async function records(count: number): Promise<KafkaRecordInput[]> {
  const read = await messages(ROW.name);
  expect(read).toHaveLength(count);
  return read.map(({ partition, offset, key, value, headers = {} }) => ({
    ...{ topic: ROW.name, partition, offset: BigInt(offset), key, value },
    headers: Object.entries(headers).flatMap(([name, given]) =>
      [given ?? []].flat().map((one) => [name, Buffer.from(one)] as const),
    ),
  }));
}
