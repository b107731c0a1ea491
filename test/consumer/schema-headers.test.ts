/** Records that say their schema in a header: that counts, and the bytes are the body alone. */
import { describe, expect, it } from '@jest/globals';
import {
  type ConsumedRecord,
  ConsumerError,
  createHandler,
  type DeadLetter,
  deadLetterTo,
  type KafkaEventHeader,
  type KafkaEventRecord,
  on,
} from '../../consumer/index.js';
import { kafkaEvent } from '../../local/msk-event.js';
import { frame, type SchemaId, schemaIdBytes } from '../../runtime/index.js';
import {
  ACCOUNT_GUID,
  ACCOUNT_ID,
  AccountCodec,
  byAccount,
  CLICK_GUID,
  CLICK_ID,
  ClickCodec,
  click,
  clicks,
  framed,
  invocation,
  KNOWN_GUID,
  OLD_CLICK_ID,
  PROTOBUF_GUID,
  PROTOBUF_ID,
  SECRET,
  testLogger,
  testRegistry,
} from './clicks.js';

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
/** As Lambda gives them: Java's bytes. */
const signed = (bytes: Uint8Array): number[] => [...Int8Array.from(bytes)];
const value = (id: SchemaId): KafkaEventHeader => ({
  __value_schema_id: signed(schemaIdBytes(id)),
});
const key = (id: SchemaId): KafkaEventHeader => ({ __key_schema_id: signed(schemaIdBytes(id)) });
const body = ClickCodec.encode(click('ann'));

function recordOf(given: Partial<KafkaEventRecord> & { readonly bytes?: Uint8Array }) {
  const { bytes = body, ...others } = given;
  const at = { partition: 0, offset: 5, timestamp: 0, timestampType: 'CREATE_TIME' } as const;
  return { topic: 'clicks', ...at, value: base64(bytes), ...others } satisfies KafkaEventRecord;
}

/** Handles one record of a topic and gives what its handler was given, and what was asked. */
async function consume(given: Parameters<typeof recordOf>[0]) {
  const records: ConsumedRecord<unknown, unknown>[] = [];
  const keep = (_: unknown, record: ConsumedRecord<unknown, unknown>) => void records.push(record);
  const handlers = { record: keep, tombstone: keep };
  const routes = [on(clicks, handlers), on(byAccount, handlers)];
  const { invoke, registry } = invocation({ routes });
  await invoke(kafkaEvent([recordOf(given)]));
  return { record: records[0], asked: registry.asked };
}

const failureOf = (given: Parameters<typeof recordOf>[0]) =>
  consume(given).then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a header that says the schema', () => {
  it('by GUID: looked up once, and told to the handler', async () => {
    const { record, asked } = await consume({ headers: [value(CLICK_GUID)] });
    expect(record).toMatchObject({ value: click('ann'), schemaGuid: CLICK_GUID });
    expect(record?.schemaId).toBeUndefined();
    expect(asked).toEqual([`/schemas/guids/${CLICK_GUID}`]);
  });

  it('by id', async () => {
    const { record, asked } = await consume({ headers: [value(CLICK_ID)] });
    expect(record).toMatchObject({ value: click('ann'), schemaId: CLICK_ID });
    expect(record?.schemaGuid).toBeUndefined();
    expect(asked).toEqual([`/schemas/ids/${CLICK_ID}`]);
  });

  it.each([KNOWN_GUID, 70])(
    'by %s, which was known at build time: without a request',
    async (id) => {
      const { record, asked } = await consume({ headers: [value(id)] });
      expect(record?.value).toEqual(click('ann'));
      expect(asked).toEqual([]);
    },
  );

  it('in unsigned numbers, as the documentation of other sources has them', async () => {
    const header = { __value_schema_id: [...schemaIdBytes(ACCOUNT_GUID)] };
    const failure = await failureOf({ headers: [header] });
    expect(failure).toMatchObject({ code: 'DECODE', schemaGuid: ACCOUNT_GUID });
  });

  it('beside others, of which it changes none', async () => {
    const others = [{ trace: [1] }, value(CLICK_ID), { trace: [-2], other: null }];
    const { record } = await consume({ headers: others });
    expect(record?.headers.map(({ name }) => name)).toEqual([
      'trace',
      '__value_schema_id',
      'trace',
      'other',
    ]);
  });

  it.each<[string, KafkaEventHeader[]]>([
    ['last of several', [value(ACCOUNT_ID), value(OLD_CLICK_ID), value(CLICK_GUID)]],
    [
      'last of several with others behind',
      [value(ACCOUNT_ID), value(CLICK_GUID), key(OLD_CLICK_ID)],
    ],
    ['last after a damaged one', [{ __value_schema_id: [7] }, value(CLICK_GUID)]],
  ])('%s', async (_, headers) => {
    expect((await consume({ headers })).record?.schemaGuid).toBe(CLICK_GUID);
  });

  it('counts for a body that begins as a frame of another schema', async () => {
    const value = { ...click('ann'), user_id: '', url: '\0\0\0\t' };
    const bytes = ClickCodec.encode(value);
    expect([bytes[0], bytes[1]]).toEqual([0, 8]);
    for (const id of [CLICK_GUID, CLICK_ID]) {
      const headers = [{ __value_schema_id: signed(schemaIdBytes(id)) }];
      expect((await consume({ bytes, headers })).record?.value).toEqual(value);
    }
  });

  it('counts for a body that is a whole frame of a schema that is known', async () => {
    const bytes = framed('ann');
    const failure = await failureOf({ bytes, headers: [value(CLICK_GUID)] });
    expect(failure).toMatchObject({ code: 'DECODE', schemaGuid: CLICK_GUID });
  });

  it('of a key and of a value may differ, and one may stand in a prefix', async () => {
    const account = AccountCodec.encode({ id: 3n });
    const forms: Partial<KafkaEventRecord>[] = [
      { key: base64(account), headers: [key(ACCOUNT_GUID), value(CLICK_ID)] },
      { key: base64(account), headers: [key(ACCOUNT_ID), value(CLICK_GUID)] },
      { key: base64(account), headers: [key(ACCOUNT_ID)], value: base64(framed('ann')) },
      { key: base64(frame(ACCOUNT_ID, account)), headers: [value(CLICK_GUID)] },
    ];
    for (const form of forms) {
      const { record } = await consume({ topic: 'by-account', ...form });
      expect([record?.key, record?.value]).toEqual([{ id: 3n }, click('ann')]);
    }
  });

  it('means nothing for a tombstone', async () => {
    const given = { key: base64(Buffer.from('k')), headers: [value(CLICK_ID)], value: null };
    expect((await consume(given)).record).toMatchObject({ value: null, key: 'k' });
  });

  it('says that a key is no text, where the registry knows the schema', async () => {
    const given = { key: base64(Buffer.from('k')), headers: [key(ACCOUNT_ID), value(CLICK_ID)] };
    await expect(consume(given)).rejects.toMatchObject({ code: 'KEY_FORMAT', part: 'key' });
  });

  it.each<[string, KafkaEventRecord['headers']]>([
    ['no headers', null],
    ['a header without a value', [{ __value_schema_id: null }]],
    ['a header without a value behind another', [value(ACCOUNT_ID), { __value_schema_id: null }]],
    ['the header of the key', [key(ACCOUNT_ID)]],
    ['a header of a like name', [{ __VALUE_SCHEMA_ID: [1], value_schema_id: [1] }]],
  ])('is not there with %s: then the prefix counts', async (_, headers) => {
    const { record } = await consume({ bytes: framed('ann'), headers: headers ?? null });
    expect(record).toMatchObject({ value: click('ann'), schemaId: CLICK_ID });
  });
});

describe('GUIDs that are not known', () => {
  const unknown = (count: number, offset = 0) =>
    kafkaEvent(
      Array.from({ length: count }, (_, n) => {
        const id = `10000000-0000-0000-0000-${String(n).padStart(12, '0')}`;
        return recordOf({ offset: offset + n, headers: [value(id)] });
      }),
    );

  it('are asked for in bounds, over several deliveries', async () => {
    const routes = [on(clicks, () => {})];
    const { invoke, registry } = invocation({ routes, onFailure: 'skip' });
    await expect(invoke(unknown(300))).rejects.toMatchObject({ code: 'REGISTRY' });
    expect(registry.asked).toHaveLength(256);
    await invoke(unknown(300));
    expect(registry.asked).toHaveLength(300);
    // Refused a short while ago: not asked for again.
    await invoke(unknown(300, 300));
    expect(registry.asked).toHaveLength(300);
  });

  it('come again whatever the policy while the registry gives no answer', async () => {
    const { invoke, registry } = invocation({ routes: [on(clicks, () => {})], onFailure: 'skip' });
    registry.down = true;
    await expect(invoke(unknown(1))).rejects.toMatchObject({ code: 'REGISTRY' });
    registry.down = false;
    expect(await invoke(unknown(1))).toEqual({ batchItemFailures: [] });
  });
});

it('reads a GUID before the body too', async () => {
  const bytes = Uint8Array.of(...schemaIdBytes(CLICK_GUID), ...body);
  expect((await consume({ bytes })).record).toMatchObject({
    value: click('ann'),
    schemaGuid: CLICK_GUID,
  });
});

describe('what is wrong with it', () => {
  it.each<[string, number[], string]>([
    ['an empty one', [], 'it is empty'],
    ['an unknown magic byte', [2, 0, 0, 0, 7], 'its first byte is 2'],
    ['an id as text', [55], 'its first byte is 55'],
    ['an id that ends early', [0, 0, 7], 'after 0 come 2 bytes, and an id has 4'],
    ['a GUID that ends early', [1, 78, 78], 'after 1 come 2 bytes, and a GUID has 16'],
    ['message indexes', [0, 0, 0, 0, 7, 0], "Protobuf's message indexes"],
  ])('%s', async (_, bytes, says) => {
    for (const part of ['key', 'value'] as const) {
      const name = `__${part}_schema_id`;
      const failure = await failureOf({
        topic: 'by-account',
        key: base64(frame(ACCOUNT_ID, AccountCodec.encode({ id: 3n }))),
        // Where the header were not looked at, the prefix would do.
        bytes: framed('ann'),
        headers: [{ [name]: bytes }],
      });
      expect(failure).toBeInstanceOf(ConsumerError);
      expect(failure).toMatchObject({ code: 'FRAME', part, topic: 'by-account', offset: 5 });
      expect(String(failure)).toContain(name);
      expect(String(failure)).toContain(says);
    }
  });

  it('no list of bytes', async () => {
    // What JSON can hold, whatever the types say.
    const header = { __value_schema_id: ['1'] as unknown as number[] };
    expect(await failureOf({ headers: [header] })).toMatchObject({ code: 'EVENT' });
  });

  it.each([
    {
      id: '00000000-0000-0000-0000-000000000404',
      says: 'Was it produced through another registry?',
    },
    { id: PROTOBUF_GUID, says: 'message indexes and Protobuf' },
    { id: PROTOBUF_ID, says: 'message indexes and Protobuf' },
    { id: 0, says: 'ids of 8 bytes' },
  ])('$id, which the registry has not as Avro', async ({ id, says }) => {
    const failure = await failureOf({ headers: [value(id)] });
    const named = typeof id === 'string' ? { schemaGuid: id } : { schemaId: id };
    expect(failure).toMatchObject({ code: 'UNKNOWN_SCHEMA', part: 'value', ...named });
    expect(String(failure)).toContain(`${typeof id === 'string' ? 'GUID' : 'id'} ${id}`);
    expect(String(failure)).toContain(says);
  });

  it('a GUID, of a client that cannot look one up', async () => {
    const { schemaByGuid: _, ...client } = testRegistry().registry;
    const handler = createHandler({
      registry: client,
      logger: testLogger(),
      routes: [on(clicks, () => {})],
    });
    const answer = handler(kafkaEvent([recordOf({ headers: [value(CLICK_GUID)] })]));
    await expect(answer).rejects.toMatchObject({ code: 'DECODE', schemaGuid: CLICK_GUID });
    await expect(answer).rejects.toThrow('Use createRegistry');
  });

  it('bytes that do not decode, which are not shown', async () => {
    const bytes = ClickCodec.encode(click(SECRET)).subarray(0, -2);
    const failure = await failureOf({ bytes, headers: [value(CLICK_GUID)] });
    expect(failure).toMatchObject({ code: 'DECODE', schemaGuid: CLICK_GUID, path: 'timestamp' });
    expect(String(failure)).toContain(`with schema GUID ${CLICK_GUID}`);
    expect(JSON.stringify([String(failure), failure])).not.toContain(SECRET);
  });
});

describe('beside the metadata of an event source mapping with a registry', () => {
  const metadata = (schemaId: string) => ({
    valueSchemaMetadata: { dataFormat: 'AVRO', schemaId },
  });

  it('of the same id says the same', async () => {
    const given = { ...metadata(`${CLICK_ID}`), headers: [value(CLICK_ID)] };
    expect((await consume(given)).record?.value).toEqual(click('ann'));
  });

  it.each([CLICK_GUID, ACCOUNT_ID])('of %s is refused: the mapping takes bytes off', async (id) => {
    const failure = await failureOf({ ...metadata(`${CLICK_ID}`), headers: [value(id)] });
    expect(failure).toMatchObject({ code: 'FRAME' });
    expect(String(failure)).toContain('take the schema registry out of the mapping');
  });
});

describe('bytes of others', () => {
  it.each<[string, Uint8Array, string]>([
    ['Glue', Uint8Array.of(3, 0, ...Array<number>(18).fill(0x88)), 'AWS Glue Schema Registry'],
    ['single objects', Uint8Array.of(0xc3, 1, ...Array<number>(12).fill(1)), 'decodeSingleObject'],
    ['JSON', Buffer.from(JSON.stringify({ a: SECRET })), 'It looks like JSON text'],
    ['JSON Schema', frame(CLICK_ID, Buffer.from('{"a":1}')), 'It looks like JSON'],
    ['Protobuf', frame(PROTOBUF_ID, Uint8Array.of(0, 10, 1, 97)), 'message indexes and Protobuf'],
  ])('%s are named', async (_, bytes, says) => {
    const failure = await failureOf({ bytes });
    expect(String(failure)).toContain(says);
    expect(String(failure)).not.toContain(SECRET);
  });

  it.each([
    ['apicurio.value.globalId', 'clicks', true],
    ['apicurio.value.contentId', 'clicks', true],
    ['apicurio.key.globalId', 'clicks', false],
    ['apicurio.key.globalId', 'by-account', false],
  ])('with header %s of topic %s', async (name, topic, isNamed) => {
    const headers = [{ [name]: [0, 0, 0, 0, 0, 0, 0, 7] }];
    const text = String(await failureOf({ topic, headers }));
    expect(text.includes("Apicurio's serializers")).toBe(isNamed);
    expect(text).toContain('Not a Confluent frame');
  });
});

it('leaves a dead letter its headers, as they came', async () => {
  const letters: DeadLetter[] = [];
  const { invoke } = invocation({
    routes: [on(clicks, () => {})],
    onFailure: deadLetterTo((letter) => void letters.push(letter)),
  });
  const record = recordOf({ bytes: body.subarray(1), headers: [{ h: [-1] }, value(CLICK_GUID)] });
  await invoke(kafkaEvent([record]));
  expect(letters.map((letter) => letter.record)).toEqual([record]);
  expect(letters[0]?.error).toMatchObject({ code: 'DECODE', schemaGuid: CLICK_GUID });
});
