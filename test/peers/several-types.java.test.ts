/**
 * What is behind the frame of keys that are Avro primitives and of values of several types, with
 * Avro's Java library as referee: Confluent's serializers for Java write and read it with that.
 * Those themselves are not run (several-types.kafka.test.ts says why): frames and registry are ours.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fixedRegistry } from '../../local/fixed-registry.js';
import { type RegistryServer, startRegistry } from '../../local/registry/server.js';
import { createProducer } from '../../producer/index.js';
import { createRegistry, frame, unframe } from '../../runtime/index.js';
import { ScriptedTransport } from '../producer/clicks.js';
import { type Referee, startReferee } from './java/referee.js';
import {
  asJson,
  EXAMPLES,
  SCHEMAS,
  type ShopEvent,
  TYPES,
  TYPES_NEWER,
  type TypeName,
  unionOf,
} from './shop/events.js';
import { handle, isLong, messagesOf, SHOP_TOPICS, type ShopTopic } from './shop/topics.js';

const START_TIMEOUT_MS = 11 * 60 * 1000;
const LONGS = [0n, -1n, 300n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n];
const KEY_ID = 1;
const TYPE_IDS: Readonly<Record<TypeName, number>> = {
  ...{ Placed: 2, Shipped: 3, Cancelled: 4, Returned: 5 },
};
const UNION = { id: 6, schema: unionOf(TYPES) };
const NEWER_UNION = { id: 7, schema: unionOf(TYPES_NEWER) };

let java: Referee;
let server: RegistryServer;
beforeAll(async () => {
  java = await startReferee();
  server = await startRegistry();
}, START_TIMEOUT_MS);
afterAll(async () => {
  await java?.stop();
  await server?.stop();
});

describe.each(Object.values(SHOP_TOPICS))('$name', (topic) => {
  const messages = messagesOf(topic, LONGS);
  const schemas = TYPES_NEWER.map((type) => [TYPE_IDS[type], SCHEMAS[type]] as const);
  const registry = fixedRegistry({
    ...Object.fromEntries(schemas),
    ...{
      [KEY_ID]: topic.keySchema,
      [UNION.id]: UNION.schema,
      [NEWER_UNION.id]: NEWER_UNION.schema,
    },
  });

  it('is read by Java as our producer writes it', async () => {
    const transport = new ScriptedTransport();
    const ours = createRegistry({ url: server.url });
    const producer = createProducer({ transport, registry: ours, register: 'allowed' });
    for (const message of messages) await topic.send(producer, message);
    await producer.close();
    const sent = transport.sent.flatMap(({ messages }) => messages);
    expect(sent).toHaveLength(messages.length);
    const read = async (framed: Uint8Array | null | undefined) => {
      const { schemaId, body } = unframe(framed ?? new Uint8Array());
      const { schema } = await ours.schemaById(schemaId);
      const { json, error } = await java.ask({ do: 'toJson', schema, hex: hex(body) });
      return error ?? String(json);
    };
    for (const [i, { key, event }] of messages.entries()) {
      const keyRead = await read(sent[i]?.key);
      expect(isLong(topic) ? keyRead : JSON.parse(keyRead)).toBe(key);
      expect(JSON.parse(await read(sent[i]?.value))).toEqual(valueJson(topic, avroJson(event)));
    }
  });

  it('is read by our handler as Java writes it', async () => {
    const records = await Promise.all(
      messages.map(({ key, event }) => record(topic, { key, ...avroJson(event) }, UNION)),
    );
    const { seen, answer } = await handle(topic, records, { registry });
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(seen).toEqual(messages);
  });

  it('may carry a type that our code does not have, which it takes for no other', async () => {
    const [known, other] = messages;
    if (known === undefined || other === undefined) throw new Error('There are no messages.');
    const returned = {
      key: other.key,
      type: 'Returned',
      value: { id: 'o', reason: null },
    } as const;
    const records = await Promise.all(
      [{ key: known.key, ...avroJson(known.event) }, returned].map((given) =>
        record(topic, given, NEWER_UNION),
      ),
    );
    const failing = await handle(topic, records, { registry });
    expect(failing.answer).toMatchObject({
      code: 'UNKNOWN_TYPE',
      type: 'shop.Returned',
      offset: 1,
    });
    const skipping = await handle(topic, records, { registry, onFailure: { unknownType: 'skip' } });
    expect(skipping).toEqual({ seen: [known], answer: { batchItemFailures: [] } });
  });
});

it('is taken by Java for a branch that has the same fields', async () => {
  // Where none has the writer's name. Our handlers go by names and aliases: ADR 4.
  const value = { id: 'o', reason: { string: 'late' } };
  const returned = { key: '1', type: 'Returned', value } as const;
  const written = await record(SHOP_TOPICS.topic, returned, NEWER_UNION);
  const schemas = { schema: UNION.schema, writer: NEWER_UNION.schema };
  const body = hex(unframe(written.value).body);
  const { json } = await java.ask({ do: 'resolve', ...schemas, hex: body });
  expect(JSON.parse(String(json))).toEqual({ 'shop.Cancelled': value });
});

interface OfType {
  readonly type: TypeName;
  /** As Avro-JSON. */
  readonly value: unknown;
}

function avroJson(event: ShopEvent): OfType {
  const unions = EXAMPLES.find((example) => example.event === event)?.unions;
  // Safe: every event is a record.
  const fields = asJson(event.value) as object;
  return { type: event.case, value: { ...fields, ...unions } };
}

function valueJson({ strategy }: ShopTopic, { type, value }: OfType): unknown {
  return strategy === 'topic' ? { [`shop.${type}`]: value } : value;
}

/** As text: its numbers are more than JavaScript's. */
function keyJson(topic: ShopTopic, key: string): string {
  return isLong(topic) ? key : JSON.stringify(key);
}

/** A record whose bytes Java wrote. */
async function record(topic: ShopTopic, given: OfType & { key: string }, union: typeof UNION) {
  const ofType = { id: TYPE_IDS[given.type], schema: SCHEMAS[given.type] };
  const written = async ({ id, schema }: typeof UNION, json: string): Promise<Uint8Array> => {
    const { hex, error } = await java.ask({ do: 'fromJson', schema, json });
    if (hex === undefined) throw new Error(error);
    return frame(id, Buffer.from(hex, 'hex'));
  };
  const key = { id: KEY_ID, schema: topic.keySchema };
  const value = topic.strategy === 'topic' ? union : ofType;
  return {
    topic: topic.name,
    key: await written(key, keyJson(topic, given.key)),
    value: await written(value, JSON.stringify(valueJson(topic, given))),
  };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
