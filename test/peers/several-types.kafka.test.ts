/**
 * Topics as real registries have them, between Confluent's own clients and our generated code: keys
 * of Avro primitives, and three types in one topic under each strategy. Like
 * registry-clients.kafka.test.ts it needs Python, and no broker.
 *
 * Confluent's serializers for Java are not among these: their artifacts (io.confluent) are in a Maven
 * repository of their own, not in Maven Central, from which these tests have the rest. In
 * several-types.java.test.ts Avro's own Java library, which those serializers write and read with,
 * judges what is behind the frame; the frame itself and their look-ups are not run in Java.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KafkaRecordInput } from '../../local/msk-event.js';
import { type RegistryServer, startRegistry } from '../../local/registry/server.js';
import { createProducer, type OutgoingMessage } from '../../producer/index.js';
import { createRegistry, SCHEMA_ID_HEADERS } from '../../runtime/index.js';
import { ScriptedTransport } from '../producer/clicks.js';
import { startConfluent } from './confluent/confluent.js';
import { startPythonRegistry } from './python/python.js';
import type { RegistryClient, RegistryTask } from './registry-client.js';
import {
  asJson,
  SCHEMAS,
  type ShopEvent,
  TYPES,
  TYPES_NEWER,
  type TypeName,
  unionOf,
} from './shop/events.js';
import { handle, isLong, messagesOf, SHOP_TOPICS, type ShopTopic } from './shop/topics.js';

const INSTALL_TIMEOUT_MS = 11 * 60 * 1000;
const USER = { username: 'key', password: 's:cret' };
const FRAMINGS = ['prefix', 'header-guid'] as const;
const SIDES = ['key', 'value'] as const;
/**
 * What the client for Node has whole. Its avsc refuses more than 2^53 - 2, and below -2^52 it takes
 * the sign from a number whose last bit is gone: -9007199254740990 is written, and read, as positive.
 */
const NODE_LONGS = [0n, -1n, 300n, -(2n ** 52n), 2n ** 53n - 2n];
const LONGS = [0n, -(2n ** 53n) + 2n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n, 300n];

/** A topic, and how the registry has its values: as one text, or as names of other subjects. */
interface Row extends ShopTopic {
  readonly title: string;
  readonly isOfReferences?: true;
}

const ROWS: readonly Row[] = [
  { title: 'one subject that is a union', ...SHOP_TOPICS.topic },
  { title: 'one union of references', ...SHOP_TOPICS.topic, isOfReferences: true },
  { title: 'a subject for each record', ...SHOP_TOPICS.record },
  { title: 'a subject for each record and topic', ...SHOP_TOPICS['topic-record'] },
];

describe.each([
  {
    name: '@confluentinc/schemaregistry',
    ...{ start: startConfluent, longs: NODE_LONGS, shortest: 1 },
  },
  // It reads none of fewer bytes, though with the schema in a header it writes them.
  { name: 'confluent-kafka', start: startPythonRegistry, longs: LONGS, shortest: 6 },
])('$name', ({ start, longs, shortest }) => {
  describe.each(ROWS)('and $title', (row) => {
    let server: RegistryServer;
    let client: RegistryClient;
    beforeAll(async () => {
      server = await startRegistry({ auth: USER });
      client = await start({ url: server.url, ...USER });
      for (const task of registrations(row)) await answer(task);
    }, INSTALL_TIMEOUT_MS);
    afterAll(async () => {
      await client?.stop();
      await server?.stop();
    });

    /** What the client answers; an error is one of the test's. */
    async function answer(task: RegistryTask): Promise<unknown> {
      const said = await client.ask(task);
      if ('error' in said) throw new Error(`${task.do}: ${JSON.stringify(said.error)}`);
      return said.answer;
    }
    const registry = () => createRegistry({ url: server.url, auth: USER });

    /** A record that the client's serializers wrote. */
    async function record(key: string, value: Value, framing: Framing): Promise<KafkaRecordInput> {
      const headers: [string, Uint8Array][] = [];
      const write = async (side: Written): Promise<Uint8Array> => {
        if (framing === 'prefix') return bytes(String(await answer({ do: 'write', ...side })));
        // Safe: it is what the task answers.
        const written = (await answer({ do: 'writeHeader', ...side })) as InHeader;
        for (const [name, hex] of Object.entries(written.headers)) headers.push([name, bytes(hex)]);
        return bytes(written.hex);
      };
      const side = { topic: row.name, strategy: row.strategy };
      const keys = { ...side, part: 'key', strategy: 'topic' } as const;
      return {
        topic: row.name,
        key: await write({ ...keys, schema: row.keySchema, value: given(row, key) }),
        value: await write({ ...side, ...value }),
        headers,
      };
    }

    it.each(FRAMINGS)('writes what our handler reads: %s', async (framing) => {
      const messages = messagesOf(row, longs);
      const records: KafkaRecordInput[] = [];
      for (const { key, event } of messages)
        records.push(await record(key, written(row, ofType(event)), framing));
      const { seen, answer } = await handle(row, records, { registry: registry() });
      expect(answer).toEqual({ batchItemFailures: [] });
      expect(seen).toEqual(messages);
    });

    it.each(FRAMINGS)('reads what our producer writes: %s', async (framing) => {
      const transport = new ScriptedTransport();
      // It finds what the client registered, and registers nothing.
      const options = { registry: registry(), register: 'never', framing } as const;
      const producer = createProducer({ transport, ...options });
      const messages = messagesOf(row, longs);
      for (const message of messages) await row.send(producer, message);
      await producer.close();
      const sent = transport.sent.flatMap(({ messages }) => messages);
      expect(sent).toHaveLength(messages.length);
      for (const [i, { key, event }] of messages.entries()) {
        const wanted = { key: given(row, key), value: written(row, ofType(event)).value };
        for (const part of SIDES) {
          const length = sent[i]?.[part]?.length ?? 0;
          const tooShort = {
            message: expect.stringContaining(`total data size is ${length} bytes`),
          };
          expect(await client.ask(reading(row, part, sent[i]))).toEqual(
            length < shortest ? { error: tooShort } : { answer: wanted[part] },
          );
        }
      }
    });

    it('writes a type that our code does not have, which is UNKNOWN_TYPE', async () => {
      if (row.isOfReferences)
        await answer({ do: 'register', subject: 'shop.Returned', schema: SCHEMAS.Returned });
      const returned = written(
        row,
        { type: 'Returned', value: { id: 'o-1', reason: null } },
        TYPES_NEWER,
      );
      const records: KafkaRecordInput[] = [];
      const messages = messagesOf(row, longs).slice(0, 3);
      for (const { key, event } of messages)
        records.push(
          await record(key, written(row, ofType(event), TYPES_NEWER), 'prefix'),
          await record(key, returned, 'prefix'),
        );
      const failing = await handle(row, records, { registry: registry() });
      expect(failing.answer).toMatchObject({
        ...{ code: 'UNKNOWN_TYPE', type: 'shop.Returned', topic: row.name, offset: 1 },
      });
      const onFailure = { unknownType: 'skip' } as const;
      const skipping = await handle(row, records, { registry: registry(), onFailure });
      expect(skipping).toEqual({ seen: messages, answer: { batchItemFailures: [] } });
    });

    it('and our producer know no subjects but those', async () => {
      // Ids are the registry's: a schema under a wrong subject would have the id of the right one.
      for (const task of registrations(row, TYPES_NEWER)) await answer(task);
      const subjects = registrations(row, TYPES_NEWER).map(({ subject }) => subject);
      expect(await answer({ do: 'subjects' })).toEqual(subjects.sort());
    });
  });
});

type Framing = (typeof FRAMINGS)[number];
type Written = Omit<Extract<RegistryTask, { do: 'write' }>, 'do'>;
type Value = Pick<Written, 'schema' | 'references' | 'value'>;
interface InHeader {
  readonly hex: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A value in the words of a task; a union has the types that are given. */
function written(row: Row, { type, value }: OfType, types: readonly TypeName[] = TYPES): Value {
  if (row.strategy !== 'topic') return { schema: SCHEMAS[type], value };
  return { ...unionSchema(row, types), value: { [`shop.${type}`]: value } };
}

interface OfType {
  readonly type: TypeName;
  readonly value: unknown;
}

function ofType({ case: type, value }: ShopEvent): OfType {
  return { type, value: asJson(value) };
}

function unionSchema(row: Row, types: readonly TypeName[]): Pick<Value, 'schema' | 'references'> {
  if (!row.isOfReferences) return { schema: unionOf(types) };
  const names = types.map((type) => `shop.${type}`);
  return {
    schema: JSON.stringify(names),
    references: names.map((name) => ({ name, subject: name, version: 1 })),
  };
}

/** What the topic's subjects hold before anything is written. */
function registrations(row: Row, types: readonly TypeName[] = TYPES) {
  const register = (subject: string, schema: Pick<Value, 'schema' | 'references'>) =>
    ({ do: 'register', subject, ...schema }) as const;
  const prefix = row.strategy === 'topic-record' ? `${row.name}-` : '';
  const records = types.map((type) => register(`${prefix}shop.${type}`, { schema: SCHEMAS[type] }));
  return [
    register(`${row.name}-key`, { schema: row.keySchema }),
    ...(row.strategy !== 'topic' || row.isOfReferences ? records : []),
    ...(row.strategy === 'topic' ? [register(`${row.name}-value`, unionSchema(row, types))] : []),
  ];
}

/** A key in the words of a task. */
function given(row: Row, key: string): unknown {
  return isLong(row) ? { long: key } : key;
}

function reading(row: Row, part: 'key' | 'value', message?: OutgoingMessage): RegistryTask {
  const header = message?.headers[SCHEMA_ID_HEADERS[part]];
  return {
    ...{ do: 'read', topic: row.name, part, hex: hex(message?.[part]) },
    strategy: part === 'key' ? 'topic' : row.strategy,
    headers: header === undefined ? {} : { [SCHEMA_ID_HEADERS[part]]: hex(header) },
  };
}

const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
const hex = (bytes?: Uint8Array | null): string => Buffer.from(bytes ?? []).toString('hex');
