/** What a producer sends of several types is what a handler gets: over a registry, a broker and events. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHandler, on } from '../../consumer/index.js';
import {
  fixedRegistry,
  MemoryBroker,
  memoryTransport,
  mskEvent,
  type RegistryServer,
  startRegistry,
  topicRecord,
} from '../../local/index.js';
import { createProducer, type MessageOf } from '../../producer/index.js';
import { createRegistry, type Registry } from '../../runtime/index.js';
import { testLogger } from '../consumer/clicks.js';
import { customers, namesakes, ofUnion, renamed, SCHEMAS } from '../consumer/customers.js';

let server: RegistryServer;
let registry: Registry;

beforeAll(async () => {
  server = await startRegistry();
  registry = createRegistry({ url: server.url });
});
afterAll(() => server.stop());

type Sent =
  | { readonly topic: typeof customers; readonly message: MessageOf<typeof customers> }
  | { readonly topic: typeof namesakes; readonly message: MessageOf<typeof namesakes> }
  | { readonly topic: typeof renamed; readonly message: MessageOf<typeof renamed> }
  | { readonly topic: typeof ofUnion; readonly message: MessageOf<typeof ofUnion> };

const text = fc.string({ unit: 'grapheme' });
const created = fc.record({ id: text, name: text });
const deleted = fc.record({ id: text });
const inCase = <const Name extends string, Value>(name: Name, value: fc.Arbitrary<Value>) =>
  value.map((inner) => ({ case: name, value: inner }));
const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { freq: 8 });
// What begins like a frame has a test of its own.
const key = orNull(text.filter((given) => !given.startsWith('\0')));

const sent: fc.Arbitrary<Sent> = fc.oneof(
  fc.record({
    topic: fc.constant(customers),
    message: fc.record({
      key,
      value: orNull(fc.oneof(inCase('Created', created), inCase('Deleted', deleted))),
    }),
  }),
  fc.record({
    topic: fc.constant(namesakes),
    message: fc.record({
      value: fc.oneof(inCase('ev.Created', created), inCase('other.Created', deleted)),
    }),
  }),
  fc.record({
    topic: fc.constant(renamed),
    message: fc.record({
      key: orNull(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      value: fc.oneof(inCase('Created', created), inCase('Removed', deleted)),
    }),
  }),
  fc.record({
    topic: fc.constant(ofUnion),
    message: fc.record({
      key: orNull(fc.uint8Array()),
      value: orNull(fc.oneof(inCase('Created', created), inCase('Deleted', deleted))),
    }),
  }),
);

const TOPICS = [customers, namesakes, renamed, ofUnion].map(({ name }) => name);

/** Sends them, and answers what the topics hold as one event. */
async function produce(messages: readonly Sent[]) {
  const broker = new MemoryBroker();
  for (const topic of TOPICS) broker.createTopic(topic);
  const transport = memoryTransport(broker);
  const producer = createProducer({ transport, registry, register: 'allowed', lingerMs: 0 });
  const sending = messages.map((one) =>
    // Safe: each topic stands beside a message of its own.
    producer.send<typeof customers>(one.topic as never, one.message as never),
  );
  await Promise.all(sending);
  await producer.close();
  return mskEvent(
    TOPICS.flatMap((topic) =>
      broker
        .read({ topic, partition: 0 }, 0n, messages.length)
        .map(({ key, value, offset }) => ({ topic, key, value, offset })),
    ),
  );
}

it('gets every value and key of random sequences, in order, each in its case', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(sent, { maxLength: 30 }), async (messages) => {
      const seen: Record<string, unknown[]> = {};
      const keep = (topic: string, key: unknown, value: unknown) => {
        seen[topic] ??= [];
        seen[topic].push({ ...(key !== null && { key }), value });
      };
      const handler = createHandler({
        registry,
        logger: testLogger(),
        routes: [
          on(customers, {
            cases: {
              Created: (value, { topic, key }) => keep(topic, key, { case: 'Created', value }),
              Deleted: (value, { topic, key }) => keep(topic, key, { case: 'Deleted', value }),
            },
            tombstone: (key, { topic }) => keep(topic, key, null),
          }),
          on(namesakes, (value, { topic, key }) => keep(topic, key, value)),
          on(renamed, (value, { topic, key }) => keep(topic, key, value)),
          on(ofUnion, {
            record: (value, { topic, key }) => keep(topic, key, value),
            tombstone: (key, { topic }) => keep(topic, key, null),
          }),
        ],
      });
      expect(await handler(await produce(messages))).toEqual({ batchItemFailures: [] });
      const want: Record<string, unknown[]> = {};
      for (const { topic, message } of messages) {
        const { key, value } = { key: null, ...message };
        want[topic.name] ??= [];
        want[topic.name]?.push({ ...(key !== null && { key }), value });
      }
      expect(seen).toEqual(want);
    }),
    { numRuns: 60 },
  );
});

it('has a subject for each type', async () => {
  const value = { id: 'a' };
  await produce([
    {
      topic: customers,
      message: { key: null, value: { case: 'Created', value: { ...value, name: '' } } },
    },
    { topic: customers, message: { key: null, value: { case: 'Deleted', value } } },
    { topic: renamed, message: { key: 1n, value: { case: 'Removed', value } } },
  ]);
  const answer = await fetch(`${server.url}/subjects`);
  expect(await answer.json()).toEqual(
    expect.arrayContaining([
      'customers-ev.Created',
      'customers-ev.Deleted',
      'renamed-ev.Removed',
      'renamed-key',
    ]),
  );
});

it('is tried without a server: ids of types begin at 11', async () => {
  const seen: unknown[] = [];
  const handler = createHandler({
    registry: fixedRegistry(SCHEMAS),
    logger: testLogger(),
    routes: [on(customers, (value, { schemaId }) => void seen.push([value.case, schemaId]))],
  });
  await handler(
    mskEvent([
      topicRecord(customers, { value: { case: 'Created', value: { id: 'a', name: 'Ann' } } }),
      topicRecord(customers, { value: { case: 'Deleted', value: { id: 'a' } } }),
      topicRecord(customers, {
        value: { case: 'Created', value: { id: 'b', name: '' } },
        schemaId: 21,
      }),
    ]),
  );
  expect(seen).toEqual([
    ['Created', 11],
    ['Deleted', 12],
    ['Created', 21],
  ]);
});

it('is not given what the topic does not carry', () => {
  const refused = [
    // @ts-expect-error There is no such case.
    () => topicRecord(customers, { value: { case: 'Moved', value: { id: 'a' } } }),
    // @ts-expect-error The value of another case.
    () => topicRecord(customers, { value: { case: 'Created', value: { id: 'a' } } }),
    // @ts-expect-error A value without its case.
    () => topicRecord(customers, { value: { id: 'a' } }),
    // @ts-expect-error A key is bytes here.
    () => topicRecord(ofUnion, { key: 7, value: { case: 'Moved', value: { id: 'a' } } }),
  ];
  for (const make of refused) expect(make).toThrow(expect.objectContaining({ code: 'AVRO_VALUE' }));
});
