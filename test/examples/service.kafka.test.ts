/** `examples/service/`, as somebody who copied it has it: built, deployed on paper, in Lambda and in a container. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTopics } from '../../local/kafka/client.js';
import { mskEvent } from '../../local/msk-event.js';
import { type RegistryServer, startRegistry } from '../../local/registry/server.js';
import { createProducer, kafkajsTransport, type Producer } from '../../producer/index.js';
import { createRegistry } from '../../runtime/index.js';
import { sharedBroker } from '../kafka-broker.js';
import { readWhole } from '../kafka-reader.js';
import { withAdmin } from '../producer/broker.js';
import { freePort } from '../producer/java-brokers.js';
import { startQueue } from './queue.js';
import { type Entry, ShopLedger } from './shop-ledger.js';

const INSTALL_TIMEOUT_MS = 240_000;
/** The names that the example has. */
const GROUP = 'shop-ledger';
const TOPICS = ['orders', 'payments'];
const DEAD = 'shop.dead';
const PARTITIONS = 3;
/** More than are sent before the container is told to end. */
const LOAD = 500_000;
/** Neither a frame nor anything that is known. */
const POISON = new TextEncoder().encode('no frame');

let ledger: ShopLedger;
let registry: RegistryServer;
let producer: Producer;
let env: NodeJS.ProcessEnv;
let probes: string;

beforeAll(async () => {
  registry = await startRegistry();
  const { plaintext, saslSsl } = sharedBroker();
  const topics = [...TOPICS, DEAD];
  await createTopics(
    { saslSsl },
    topics.map((name) => ({ name, partitions: PARTITIONS })),
  );
  producer = createProducer({
    transport: kafkajsTransport({ brokers: plaintext.split(',') }),
    registry: createRegistry({ url: registry.url }),
  });
  const port = await freePort();
  probes = `http://localhost:${port}`;
  env = {
    KAFKA_BOOTSTRAP_SERVERS: plaintext,
    KAFKA_SECURITY_PROTOCOL: 'PLAINTEXT',
    SCHEMA_REGISTRY_URL: registry.url,
    PORT: String(port),
  };
  ledger = await ShopLedger.install();
}, INSTALL_TIMEOUT_MS);

afterAll(async () => {
  await ledger?.remove();
  await producer?.close();
  await registry?.stop();
});

const raw = (topic: string) => ({ name: topic, key: 'bytes', value: 'bytes' }) as const;
const sendPoison = (topic: string) => producer.send(raw(topic), { key: null, value: POISON });

/** All records of a topic, as an event of Lambda has them. */
async function recordsOf(topic: string) {
  const records: Parameters<typeof mskEvent>[0][number][] = [];
  await readWhole(
    { topic, brokers: sharedBroker().plaintext },
    (partition, { offset, key, value }) => {
      records.push({ topic, partition, offset: Number(offset), key, value });
    },
  );
  return records;
}

const byId = (entries: readonly Entry[]) => [...entries].sort((a, b) => (a.id < b.id ? -1 : 1));

it('has generated code of its schemas, and compiles', async () => {
  await ledger.desk.type('npm run build', { shows: [/up to date/] });
});

it('synthesizes the stack, whose mappings have what the routes fail by', async () => {
  await ledger.desk.type('node dist/infra/stack.js');
  const { Resources } = JSON.parse(await ledger.template());
  // Safe: a template is made of these.
  const all = Object.values(Resources) as { Type: string; Properties: Record<string, unknown> }[];
  const mappings = all.filter(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping');
  expect(mappings.map(({ Properties }) => Properties.Topics)).toEqual([['orders'], ['payments']]);
  for (const { Properties } of mappings)
    expect(Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
});

it('handles in the container what Lambda handles, and answers its probes', async () => {
  const container = ledger.start(env);
  try {
    await ledger.desk.type('npx tavro publish', { shows: [/Published\./] }, env);
    await ledger.desk.type('npm run produce -- 20', {}, env);
    await Promise.all(TOPICS.map(sendPoison));
    await ledger.desk.type('npm run produce -- 10', {}, env);
    await container.until('all was handled', () => container.entries.length >= 60);
    await container.until('poison was put aside', async () => (await recordsOf(DEAD)).length >= 2);
    for (const path of ['/live', '/ready']) {
      const answer = await fetch(probes + path);
      expect([path, answer.status, await answer.json()]).toEqual([
        path,
        200,
        { state: 'reading', partitions: 2 * PARTITIONS, held: 0 },
      ]);
    }

    await using queue = await startQueue();
    const credentials = {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 's',
    };
    const lambdaEnv = { ...env, ...credentials, DEAD_LETTER_QUEUE_URL: queue.url };
    const inLambda: Entry[] = [];
    for (const topic of TOPICS) {
      const event = mskEvent(await recordsOf(topic));
      const { answer, entries } = await ledger.invoke(event, lambdaEnv);
      expect(answer).toEqual({ batchItemFailures: [] });
      inLambda.push(...entries);
    }
    expect(byId(container.entries)).toEqual(byId(inLambda));
    expect(queue.records).toHaveLength(2);
  } finally {
    container.kill('SIGTERM');
    expect(await container.ended).toBe('SIGTERM');
  }
});

it('ends by SIGTERM under load, with all committed that it handled and nothing else', async () => {
  const container = ledger.start(env);
  const load = ledger.produce(LOAD, env);
  try {
    await container.until('it is under load', () => container.entries.length > 1_000);
    container.kill('SIGTERM');
    expect(await container.ended).toBe('SIGTERM');
  } finally {
    container.kill('SIGKILL');
    load.kill('SIGKILL');
    await load.ended;
  }
  const handled = new Set(container.entries.map(({ id }) => id));
  // None twice.
  expect(handled.size).toBe(container.entries.length);
  const committed = await withAdmin(sharedBroker().plaintext, (admin) =>
    admin.fetchOffsets({ groupId: GROUP, topics: ['orders'] }),
  );
  const ends = Object.fromEntries(
    (committed[0]?.partitions ?? []).map(({ partition, offset }) => [partition, Number(offset)]),
  );
  const next: Record<number, number> = {};
  for (const id of handled) {
    const [, partition = '', offset = ''] = /^orders-(\d+)@(\d+)$/.exec(id) ?? [];
    next[Number(partition)] = Math.max(next[Number(partition)] ?? 0, Number(offset) + 1);
  }
  expect(ends).toEqual({ ...ends, ...next });
  const left = (await recordsOf('orders')).length - Object.values(ends).reduce((a, b) => a + b);
  expect(left).toBeGreaterThan(0);
});
