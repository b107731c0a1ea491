/** Records that nothing can read, through a handler into a topic of a real broker: to the byte. */
import { expect, it } from '@jest/globals';
import { Kafka, type KafkaMessage, logLevel } from 'kafkajs';
import { CAUSE_HEADERS, createHandler, deadLetterTopic, on } from '../../consumer/index.js';
import { kafkajsSource } from '../../consumer/sources/index.js';
import { fixedRegistry } from '../../local/fixed-registry.js';
import { createTopics } from '../../local/kafka/client.js';
import { startPoller } from '../../local/poller/index.js';
import { createProducer, kafkajsTransport } from '../../producer/index.js';
import { sharedBroker, uniqueName } from '../kafka-broker.js';
import { readWhole } from '../kafka-reader.js';
import { saslSsl } from '../producer/broker.js';
import { clicks, framed, testLogger } from './clicks.js';

const TIMEOUT_MS = 60_000;
const POISON = Buffer.from([0, 0, 0, 0, 1, 200, 255, 254]);

/** kafkajs itself: who wrote the records, and an independent witness of the dead letters. */
function witness(): Kafka {
  return new Kafka({
    brokers: sharedBroker().plaintext.split(','),
    logLevel: logLevel.NOTHING,
    retry: { retries: 5, initialRetryTime: 100 },
  });
}

async function write(topic: string, messages: readonly object[]): Promise<void> {
  const producer = witness().producer({ allowAutoTopicCreation: false });
  await producer.connect();
  // Safe: they are written as kafkajs takes them, below.
  await producer.send({ topic, messages: messages as { value: Buffer }[] });
  await producer.disconnect();
}

async function read(topic: string, count: number): Promise<readonly KafkaMessage[]> {
  const seen: KafkaMessage[] = [];
  await readWhole({ topic, brokers: sharedBroker().plaintext }, (_partition, message) =>
    seen.push(message),
  );
  expect(seen).toHaveLength(count);
  return seen;
}

const ownHeaders = ({ headers = {} }: KafkaMessage) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('tavro.cause.')));

it(
  'go there with key, value and headers as they were written, and the good ones to the handler',
  async () => {
    const [topic, dead] = [uniqueName('clicks'), uniqueName('dead')];
    const { saslSsl: broker } = sharedBroker();
    await createTopics({ saslSsl: broker }, [
      { name: topic, partitions: 1 },
      { name: dead, partitions: 1 },
    ]);
    const headers = { trace: 'abc', again: ['1', Buffer.from([0xff, 0])], empty: '' };
    await write(topic, [
      { key: 'ann', value: POISON, headers },
      { key: 'bob', value: Buffer.from(framed('bob', 1)) },
      { key: null, value: Buffer.from('no frame') },
      { key: 'cid', value: Buffer.from(framed('cid', 99)) },
    ]);
    const seen: string[] = [];
    const transport = kafkajsTransport(saslSsl());
    const registry = fixedRegistry({ 1: clicks.value.schema });
    const producer = createProducer({ transport, registry });
    const handler = createHandler({
      registry,
      logger: testLogger(),
      onFailure: deadLetterTopic(producer, dead),
      routes: [on({ ...clicks, name: topic }, ({ user_id }) => void seen.push(user_id))],
    });
    const poller = startPoller({
      source: kafkajsSource(saslSsl())(uniqueName('group')),
      topics: [topic],
      handler,
      onEvent: (event) => {
        if (event.kind === 'committed' && event.nextOffset === 4n) void poller.stop();
      },
    });
    await poller.done;
    await producer.close();
    expect(seen).toEqual(['bob']);

    const letters = await read(dead, 3);
    const written = await read(topic, 4);
    const poison = [written[0], written[2], written[3]];
    for (const [index, letter] of letters.entries()) {
      const was = poison[index];
      expect([letter.key, letter.value]).toEqual([was?.key, was?.value]);
      expect(ownHeaders(letter)).toEqual(was?.headers);
    }
    const causes = letters.map(({ headers: all }) =>
      [CAUSE_HEADERS.code, CAUSE_HEADERS.topic, CAUSE_HEADERS.offset].map((name) =>
        String(all?.[name]),
      ),
    );
    expect(causes).toEqual([
      ['DECODE', topic, '0'],
      ['FRAME', topic, '2'],
      ['UNKNOWN_SCHEMA', topic, '3'],
    ]);
  },
  TIMEOUT_MS,
);
