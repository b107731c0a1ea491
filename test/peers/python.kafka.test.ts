import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHandler, on } from '../../consumer/index.js';
import { createTopics } from '../../local/kafka/client.js';
import { mskEvent } from '../../local/msk-event.js';
import { type RegistryServer, startRegistry } from '../../local/registry/server.js';
import { createProducer, kafkajsTransport } from '../../producer/index.js';
import { createRegistry } from '../../runtime/index.js';
import type { UserClick } from '../frozen/generated/com/mycompany/events/UserClick.js';
import { userClicksAvro } from '../frozen/generated/topics.js';
import { sharedBroker, uniqueName } from '../kafka-broker.js';
import { messages } from './messages.js';
import { type PythonEvent, type PythonSettings, pythonPeer, runPython } from './python/python.js';

const INSTALL_TIMEOUT_MS = 10 * 60 * 1000;
const PYTHON_TIMEOUT_MS = 120_000;
const COUNT = 5;
const PROJECT_SCHEMA = fileURLToPath(
  new URL('../frozen/schemas/com/mycompany/events/user_click.avsc', import.meta.url),
);
/** No colon in the password: the tutorial's client would cut it there. */
const USER = { username: 'key', password: 'secret' };

let server: RegistryServer;
beforeAll(async () => {
  await pythonPeer();
  server = await startRegistry({ auth: USER });
}, INSTALL_TIMEOUT_MS);
afterAll(() => server.stop());

describe('the tutorial’s Python client', () => {
  it.each([
    { title: 'AvroProducer and the schema of the tutorial', args: ['--client', 'legacy'] },
    { title: 'AvroSerializer and the schema of the tutorial', args: [] },
    { title: 'AvroSerializer and the schema of this project', args: ['--schema', PROJECT_SCHEMA] },
  ])(
    'writes with $title what our handler reads',
    async ({ args }) => {
      const topic = await newTopic();
      const written = await runPython(
        ['produce', '--count', String(COUNT), ...args],
        settingsFor(topic.name),
      );
      expect(written).toHaveLength(COUNT);
      const clicks = await handled(topic);
      expect(sorted(clicks.map(asWritten))).toEqual(sorted(written.map(({ value }) => value)));
    },
    PYTHON_TIMEOUT_MS,
  );

  it(
    'reads what our producer wrote',
    async () => {
      const topic = await newTopic();
      const clicks = Array.from({ length: COUNT }, (_, page) => ({
        user_id: `user-${page}`,
        url: `https://example.com/ü/${page}`,
        timestamp: new Date(1_700_000_000_123 + page),
      }));
      const reports = await produce(topic, clicks);
      const read = await runPython(['consume', '--count', String(COUNT)], settingsFor(topic.name));
      const wanted = clicks.map((click, index): PythonEvent => {
        const { partition = -1, offset = -1 } = reports[index] ?? {};
        return { partition, offset: Number(offset), value: asWritten(click) };
      });
      expect(sorted(read)).toEqual(sorted(wanted));
    },
    PYTHON_TIMEOUT_MS,
  );

  it(
    'and our producer register the schema of this project as one and the same',
    async () => {
      const topic = await newTopic();
      await runPython(
        ['produce', '--count', '1', '--schema', PROJECT_SCHEMA],
        settingsFor(topic.name),
      );
      await produce(topic, [{ user_id: 'u', url: 'https://example.com', timestamp: new Date() }]);
      const ids = (await messages(topic.name)).map(({ value }) => value?.readUInt32BE(1));
      expect(ids).toHaveLength(2);
      expect(new Set(ids).size).toBe(1);
    },
    PYTHON_TIMEOUT_MS,
  );

  it(
    'is refused by the registry when its password is wrong',
    async () => {
      const { registry, ...rest } = settingsFor((await newTopic()).name);
      const wrong = { ...rest, registry: { ...registry, password: 'wrong' } };
      await expect(runPython(['produce', '--count', '1'], wrong)).rejects.toThrow(
        /HTTP status code 401/,
      );
    },
    PYTHON_TIMEOUT_MS,
  );
});

type ClickTopic = typeof userClicksAvro;

/** The generated topic under a name of its own: the broker is shared. */
async function newTopic(): Promise<ClickTopic> {
  const name = uniqueName(userClicksAvro.name);
  await createTopics(sharedBroker(), [{ name, partitions: 3 }]);
  return { ...userClicksAvro, name, subjects: { value: `${name}-value` } };
}

function settingsFor(topic: string): PythonSettings {
  return { kafka: sharedBroker().saslSsl, topic, registry: { url: server.url, ...USER } };
}

function registryClient() {
  return createRegistry({ url: server.url, auth: USER });
}

async function produce(topic: ClickTopic, clicks: readonly UserClick[]) {
  const { brokers, ca, ...sasl } = sharedBroker().saslSsl;
  const producer = createProducer({
    transport: kafkajsTransport({ brokers: brokers.split(','), ssl: { ca }, sasl }),
    registry: registryClient(),
    register: 'allowed',
  });
  const sent = clicks.map((value) => ({ key: value.user_id, value }));
  try {
    return await producer.sendAll(topic, sent);
  } finally {
    await producer.close();
  }
}

/** What a handler gets when Lambda hands it the messages of a topic, as one event. */
async function handled(topic: ClickTopic): Promise<UserClick[]> {
  const clicks: UserClick[] = [];
  const handler = createHandler({
    registry: registryClient(),
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    routes: [on(topic, (click) => void clicks.push(click))],
  });
  const read = await messages(topic.name);
  const records = read.map(({ partition, offset, key, value }) => ({
    ...{ topic: topic.name, partition, offset: BigInt(offset), key, value },
  }));
  expect(await handler(mskEvent(records))).toEqual({ batchItemFailures: [] });
  return clicks;
}

function asWritten(click: UserClick) {
  return { ...click, timestamp: click.timestamp.getTime() };
}

function sorted<Item>(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}
