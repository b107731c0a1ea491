import { describe, expect, it } from '@jest/globals';
import { type ConsumedRecord, createHandler, on, type Route } from '../../consumer/index.js';
import {
  eventRecord,
  type KafkaRecordInput,
  kafkaEvent,
  type MappingInput,
  mskEvent,
} from '../../local/msk-event.js';
import { createRegistry, type Registry, schemaIdBytes, type Topic } from '../../runtime/index.js';
import { type Click, ClickCodec, clicks, framed, testLogger } from './clicks.js';
import { LongCodec } from './customers.js';

const raw: Topic<Click, Click, 'bytes'> = { ...clicks, name: 'raw', key: 'bytes' };
const longs: Topic<Click, Click, typeof LongCodec> = {
  ...clicks,
  name: 'longs',
  key: LongCodec,
  subjects: { value: 'longs-value', key: 'longs-key' },
};
const value = framed('ann', 70);

const SCHEMAS: Readonly<Record<number, object>> = {
  1: { schema: '"long"' },
  2: { schema: '{"type":"string","connect.version":1}' },
  3: { schema: '{"type":"array","items":"int"}' },
  4: { schema: ClickCodec.schema },
  5: { schema: 'syntax = "proto3";', schemaType: 'PROTOBUF' },
  6: { schema: '{"type":"reco' },
  1633837924: { schema: '["null","string"]' },
};

/** The real client over {@link SCHEMAS}, and what it was asked. */
function registryOf(answer = (id: number): Response => found(id)) {
  const asked: number[] = [];
  const registry = createRegistry({
    url: 'http://registry.test',
    retries: 0,
    fetch: async (input) => {
      const id = Number(`${input}`.split('/').at(-1));
      asked.push(id);
      return answer(id);
    },
  });
  return { registry, asked };
}

function found(id: number): Response {
  const schema = SCHEMAS[id];
  return schema === undefined
    ? Response.json({ error_code: 40403, message: 'Schema not found' }, { status: 404 })
    : Response.json(schema);
}

/** A handler of the three topics, and the keys that it was given. */
function keysOf(registry: Registry) {
  const keys: unknown[] = [];
  const keep = (_: unknown, { key }: ConsumedRecord<unknown, unknown>) => void keys.push(key);
  const routes: Route[] = [on(clicks, keep), on(raw, keep), on(longs, keep)];
  const handler = createHandler({ registry, logger: testLogger(), routes });
  const invoke = (key: KafkaRecordInput['key'], topic = 'clicks', mapping: MappingInput = {}) =>
    handler(mskEvent([{ topic, key, value }], mapping));
  return { keys, invoke };
}

/** The bytes of a frame, and of text behind it. */
const frameLike = (id: number, rest: readonly number[] = [0x61]) =>
  Uint8Array.of(0, id >>> 24, id >>> 16, id >>> 8, id, ...rest);

describe('a key of text', () => {
  it.each<{ name: string; id: number; rest?: readonly number[]; write: string }>([
    { name: 'a long', id: 1, write: '"key": { "avro": "long" }' },
    { name: 'a string of Connect', id: 2, write: '"key": { "avro": "string" }' },
    { name: 'an array', id: 3, write: '"key": { "avro": <the array> }' },
    { name: 'a record', id: 4, write: '"key": "test.Click"' },
    { name: 'what is not Avro', id: 5, write: '"key": "bytes"' },
    { name: 'what cannot be read', id: 6, write: '"key": "bytes"' },
    { name: 'an id that is text, too', id: 0x61626364, write: '"key": { "avro": <the union> }' },
    { name: 'nothing behind the frame', id: 1, rest: [], write: '"key": { "avro": "long" }' },
  ])('that is framed is refused: $name', async ({ id, rest, write }) => {
    const { registry } = registryOf();
    const { invoke, keys } = keysOf(registry);
    const answer = invoke(frameLike(id, rest));
    await expect(answer).rejects.toMatchObject({
      code: 'KEY_FORMAT',
      topic: 'clicks',
      offset: 0,
      part: 'key',
      schemaId: id,
    });
    await expect(answer).rejects.toThrow(`Write ${write} for topic "clicks"`);
    await expect(answer).rejects.toThrow(`it comes with schema id ${id}, which the registry knows`);
    expect(keys).toEqual([]);
  });

  it('that the event source mapping has taken a frame off is refused as well', async () => {
    const { invoke } = keysOf(registryOf().registry);
    const answer = invoke(frameLike(1), 'clicks', { recordFormat: 'SOURCE' });
    await expect(answer).rejects.toMatchObject({ code: 'KEY_FORMAT', schemaId: 1 });
  });

  it.each<{ name: string; key: Uint8Array; text: string }>([
    { name: 'an id that the registry does not know', key: frameLike(9), text: '\0\0\0\0\x09a' },
    {
      name: 'an id that no registry gives',
      key: Uint8Array.of(0, 0xc3, 0xbc, 0xc3, 0xbc),
      text: '\0üü',
    },
    { name: 'fewer bytes than a frame', key: Uint8Array.of(0, 0, 0, 0), text: '\0\0\0\0' },
    {
      name: 'a frame that is not at its beginning',
      key: Uint8Array.of(0x61, 0, 0, 0, 0, 1),
      text: 'a\0\0\0\0\x01',
    },
  ])('that begins with zero stays text: $name', async ({ key, text }) => {
    const { invoke, keys } = keysOf(registryOf().registry);
    await invoke(key);
    expect(keys).toEqual([text]);
  });

  it.each([
    { name: 'that is no registry', answer: () => new Response('<html>', { status: 404 }) },
    { name: 'that forbids it', answer: () => Response.json({}, { status: 403 }) },
    { name: 'that refuses the request', answer: () => Response.json({}, { status: 422 }) },
  ])('stays text for a registry $name', async ({ answer }) => {
    const { invoke, keys } = keysOf(registryOf(answer).registry);
    await invoke(frameLike(1));
    expect(keys).toEqual(['\0\0\0\0\x01a']);
  });

  it('waits for a registry that gives no answer', async () => {
    let isDown = true;
    const { registry } = registryOf((id) => {
      if (isDown) throw new TypeError('fetch failed');
      return found(id);
    });
    const { invoke, keys } = keysOf(registry);
    await expect(invoke(frameLike(9))).rejects.toMatchObject({ code: 'REGISTRY', part: 'key' });
    isDown = false;
    await invoke(frameLike(9));
    expect(keys).toEqual(['\0\0\0\0\x09a']);
  });

  it('asks for an id once, known or not, and not for other keys', async () => {
    const { registry, asked } = registryOf();
    const { invoke } = keysOf(registry);
    for (const key of ['ann', '', null, Uint8Array.of(0x61, 0, 0, 0, 1)]) await invoke(key);
    expect(asked).toEqual([]);
    for (let i = 0; i < 3; i++) await invoke(frameLike(9));
    for (let i = 0; i < 3; i++) await invoke(frameLike(1)).catch(() => undefined);
    expect(asked).toEqual([9, 1]);
  });
});

const GUID = '00000000-0000-4000-8000-000000000404';

describe('a key of text whose record says that it is Avro', () => {
  /** Text by its bytes: `\x06ann`. */
  const key = Uint8Array.of(6, 0x61, 0x6e, 0x6e);
  const mapping = (schemaId: string, dataFormat?: string) => ({
    keySchemaMetadata: { schemaId, ...(dataFormat !== undefined && { dataFormat }) },
  });
  const plain = () => registryOf().registry;
  const withoutGuids = (): Registry => {
    const { schemaByGuid: _, ...client } = plain();
    return client;
  };
  const consume = (registry: Registry, said: Partial<ReturnType<typeof eventRecord>>) => {
    const keys: unknown[] = [];
    const keep = (_: unknown, { key }: ConsumedRecord<unknown, unknown>) => void keys.push(key);
    const handler = createHandler({ registry, logger: testLogger(), routes: [on(clicks, keep)] });
    const record = { ...eventRecord({ topic: 'clicks', key, value }), ...said };
    return handler(kafkaEvent([record])).then(() => keys);
  };
  const inHeader = (bytes: Uint8Array) =>
    eventRecord({ topic: 'clicks', key, value, headers: [['__key_schema_id', bytes]] });

  it.each<[string, Parameters<typeof consume>, object]>([
    [
      'a header with an id that nobody knows',
      [plain(), inHeader(schemaIdBytes(9))],
      { code: 'UNKNOWN_SCHEMA', schemaId: 9 },
    ],
    [
      'a header with a GUID that nobody knows',
      [plain(), inHeader(schemaIdBytes(GUID))],
      { code: 'UNKNOWN_SCHEMA', schemaGuid: GUID },
    ],
    [
      'a GUID, to a client that cannot look one up',
      [withoutGuids(), inHeader(schemaIdBytes(GUID))],
      { code: 'DECODE', schemaGuid: GUID },
    ],
    [
      'metadata with an id that nobody knows',
      [plain(), mapping('9', 'AVRO')],
      { code: 'UNKNOWN_SCHEMA', schemaId: 9 },
    ],
    ['metadata without a format', [plain(), mapping('9')], { code: 'UNKNOWN_SCHEMA', schemaId: 9 }],
    ['a damaged header', [plain(), inHeader(Uint8Array.of(7))], { code: 'FRAME' }],
    ['an empty header', [plain(), inHeader(new Uint8Array())], { code: 'FRAME' }],
    [
      'a header beside metadata of another format',
      [plain(), { ...inHeader(schemaIdBytes(1)), ...mapping('1', 'JSON') }],
      { code: 'FRAME' },
    ],
    [
      'a header with an id that is known',
      [plain(), inHeader(schemaIdBytes(1))],
      { code: 'KEY_FORMAT', schemaId: 1 },
    ],
    [
      'metadata with an id that is known',
      [plain(), mapping('1', 'AVRO')],
      { code: 'KEY_FORMAT', schemaId: 1 },
    ],
  ])('fails by %s', async (_, given, want) => {
    await expect(consume(...given)).rejects.toMatchObject({ part: 'key', ...want });
  });

  it.each<[string, Parameters<typeof consume>[1]]>([
    ['a header without a value', { headers: [{ __key_schema_id: null }] }],
    ['metadata of another format', mapping('9', 'JSON')],
  ])('stays text with %s', async (_, said) => {
    await expect(consume(plain(), said)).resolves.toEqual(['\x06ann']);
  });
});

describe('a key of bytes', () => {
  it.each<{ name: string; key: Uint8Array | null }>([
    { name: 'that are no text', key: Uint8Array.of(0xff, 0, 0x80) },
    { name: 'that look like a frame of a known schema', key: frameLike(1) },
    { name: 'of which there are none', key: new Uint8Array() },
    { name: 'that is absent', key: null },
  ])('is as it is: $name', async ({ key }) => {
    const { registry, asked } = registryOf();
    const { invoke, keys } = keysOf(registry);
    await invoke(key, 'raw');
    expect(keys).toStrictEqual([key]);
    expect(asked).toEqual([]);
  });

  it("is its handler's own", async () => {
    const { invoke, keys } = keysOf(registryOf().registry);
    await invoke(Uint8Array.of(1, 2), 'raw');
    // Safe: the line before has put it there.
    expect((keys[0] as Uint8Array).buffer.byteLength).toBe(2);
  });
});

describe('a framed key that is no record', () => {
  it.each<{ name: string; id: number; mapping?: MappingInput }>([
    { name: 'in its frame', id: 1 },
    { name: 'without, where the mapping took it off', id: 1, mapping: { recordFormat: 'SOURCE' } },
  ])('is decoded $name', async ({ id, mapping }) => {
    const { invoke, keys } = keysOf(registryOf().registry);
    await invoke(LongCodec.encodeFramed(-(2n ** 62n), id), 'longs', mapping);
    await invoke(null, 'longs', mapping);
    expect(keys).toEqual([-(2n ** 62n), null]);
  });

  it.each<{ name: string; key: Uint8Array | string; want: object }>([
    { name: 'text', key: 'order-42', want: { code: 'FRAME' } },
    { name: 'another primitive', key: frameLike(2, [2, 0x61]), want: { code: 'DECODE' } },
    { name: 'too few bytes', key: frameLike(1, []), want: { code: 'DECODE' } },
  ])('refuses $name', async ({ key, want }) => {
    const { invoke } = keysOf(registryOf().registry);
    await expect(invoke(key, 'longs')).rejects.toMatchObject({ part: 'key', ...want });
  });
});
