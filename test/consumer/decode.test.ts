import { describe, expect, it } from '@jest/globals';
import {
  type ConsumedRecord,
  ConsumerError,
  headerText,
  on,
  type Route,
} from '../../consumer/index.js';
import { type KafkaRecordInput, type MappingInput, mskEvent } from '../../local/msk-event.js';
import { frame } from '../../runtime/index.js';
import {
  ACCOUNT_ID,
  AccountCodec,
  byAccount,
  CLICK_ID,
  ClickCodec,
  click,
  clicks,
  framed,
  invocation,
  keyless,
  OLD_CLICK_ID,
  PROTOBUF_ID,
  SECRET,
  UNREADABLE_ID,
} from './clicks.js';

/** Handles one record of `topic` and gives what its handler was given. */
async function consume(
  record: Omit<KafkaRecordInput, 'topic'> & { readonly topic?: string },
  mapping: MappingInput = {},
) {
  const records: ConsumedRecord<unknown, unknown>[] = [];
  const keep = (_: unknown, given: ConsumedRecord<unknown, unknown>) => void records.push(given);
  const routes: Route[] = [
    on(clicks, { record: keep, tombstone: keep }),
    on(keyless, { record: keep, tombstone: keep }),
    on(byAccount, { record: keep, tombstone: keep }),
  ];
  const { invoke, registry } = invocation({ routes });
  const answer = await invoke(mskEvent([{ topic: 'clicks', ...record }], mapping));
  return { answer, record: records[0], asked: registry.asked };
}

describe('a record that decodes', () => {
  const timestamp = new Date('2026-01-02T03:04:05.678Z');

  it.each<{
    name: string;
    given: Parameters<typeof consume>;
    want: Partial<ConsumedRecord<unknown, unknown>>;
  }>([
    {
      name: 'with a Confluent frame',
      given: [{ key: 'ann', value: framed('ann'), partition: 2, offset: 41, timestamp }],
      want: {
        id: 'clicks-2@41',
        topic: 'clicks',
        partition: 2,
        offset: 41,
        timestamp,
        timestampType: 'CREATE_TIME',
        key: 'ann',
        value: click('ann'),
        headers: [],
        schemaId: CLICK_ID,
      },
    },
    {
      name: 'without a frame, where the mapping has a registry and gives SOURCE records',
      given: [{ key: 'ann', value: framed('ann') }, { recordFormat: 'SOURCE' }],
      want: { key: 'ann', value: click('ann'), schemaId: CLICK_ID },
    },
    {
      name: 'from a self-managed cluster',
      given: [{ value: framed('ann') }, { eventSource: 'SelfManagedKafka' }],
      want: { key: null, value: click('ann') },
    },
    {
      name: 'stamped by the broker',
      given: [{ value: framed('ann'), timestampType: 'LOG_APPEND_TIME' }],
      want: { timestampType: 'LOG_APPEND_TIME' },
    },
    {
      name: 'written with another version of the schema',
      given: [
        {
          value: frame(
            OLD_CLICK_ID,
            // timestamp, user_id "u", url "l", referrer null
            Uint8Array.of(...[0x02], ...[0x02, 0x75], ...[0x02, 0x6c], 0x00),
          ),
        },
      ],
      want: { value: { user_id: 'u', url: 'l', timestamp: new Date(1) }, schemaId: OLD_CLICK_ID },
    },
    {
      name: 'with an empty key, which is not a missing one',
      given: [{ key: '', value: framed('ann') }],
      want: { key: '' },
    },
    {
      name: 'with a key beyond ASCII, byte order mark included',
      given: [{ key: '\uFEFFzoë', value: framed('ann') }],
      want: { key: '\uFEFFzoë' },
    },
    {
      name: 'of a topic that says it has no keys',
      given: [{ topic: 'keyless', key: Uint8Array.of(0xff), value: framed('ann') }],
      want: { key: null, value: click('ann') },
    },
    {
      name: 'with an Avro key',
      given: [
        {
          topic: 'by-account',
          key: AccountCodec.encodeFramed({ id: 2n ** 62n }, ACCOUNT_ID),
          value: framed('ann'),
        },
      ],
      want: { key: { id: 2n ** 62n }, schemaId: CLICK_ID },
    },
    {
      name: 'with an Avro key, both without frames',
      given: [
        {
          topic: 'by-account',
          key: AccountCodec.encodeFramed({ id: 1n }, ACCOUNT_ID),
          value: framed('ann'),
        },
        { recordFormat: 'SOURCE' },
      ],
      want: { key: { id: 1n }, value: click('ann') },
    },
    {
      name: 'a tombstone',
      given: [{ key: 'ann', value: null }],
      want: { key: 'ann', value: null, schemaId: undefined },
    },
  ])('$name', async ({ given, want }) => {
    const { answer, record } = await consume(...given);
    expect(record).toMatchObject(want);
    expect(answer).toEqual({ batchItemFailures: [] });
  });

  it('has its headers in order, repeated, signed bytes read as bytes', async () => {
    const { record } = await consume({
      value: framed('ann'),
      headers: [
        ['trace', 'first'],
        ['bytes', Uint8Array.of(0, 127, 128, 255)],
        ['trace', 'zoë'],
        ['__proto__', 'x'],
      ],
    });
    expect(record?.headers.map(({ name, value }) => [name, [...(value ?? [])]])).toEqual([
      ['trace', [...Buffer.from('first')]],
      ['bytes', [0, 127, 128, 255]],
      ['trace', [...Buffer.from('zoë')]],
      ['__proto__', [0x78]],
    ]);
    expect(headerText(record?.headers ?? [], 'trace')).toBe('zoë');
    expect(headerText(record?.headers ?? [], 'absent')).toBeUndefined();
  });

  it('takes the header bytes as Lambda sends them', async () => {
    const seen: unknown[] = [];
    const { invoke } = invocation({
      routes: [on(clicks, (_, record) => void seen.push(headerText(record.headers, 'h')))],
    });
    const event = mskEvent([{ topic: 'clicks', value: framed('ann') }]);
    const [record] = event.records['clicks-0'] ?? [];
    if (record === undefined) throw new Error('no record');
    const headers = [{ h: [104, 101, -61, -85] }];
    await invoke({ ...event, records: { 'clicks-0': [{ ...record, headers }] } });
    expect(seen).toEqual(['heë']);
  });

  it('has null for absent key, value and headers', async () => {
    const seen: unknown[] = [];
    const { invoke } = invocation({
      routes: [
        on(clicks, {
          record: () => {},
          tombstone: (key, { headers }) => void seen.push([key, headers]),
        }),
      ],
    });
    await invoke({
      ...mskEvent([]),
      records: {
        'clicks-0': [
          { topic: 'clicks', partition: 0, offset: 1, timestamp: 0, timestampType: 'CREATE_TIME' },
        ],
      },
    });
    expect(seen).toEqual([[null, []]]);
  });
});

describe('schema ids', () => {
  it('are asked for once each, however many records carry them', async () => {
    const { invoke, registry } = invocation({ routes: [on(clicks, () => {})] });
    const batch = mskEvent([
      ...Array.from({ length: 50 }, () => ({ topic: 'clicks', value: framed('ann') })),
      ...Array.from({ length: 50 }, () => ({
        topic: 'clicks',
        partition: 1,
        value: framed('bob'),
      })),
    ]);
    await invoke(batch);
    await invoke(batch);
    expect(registry.asked).toEqual([`/schemas/ids/${CLICK_ID}`]);
  });

  it('that were known at build time are never asked for', async () => {
    const { asked, record } = await consume({ value: framed('ann', 70) });
    expect(record?.value).toEqual(click('ann'));
    expect(asked).toEqual([]);
  });

  it('may be beyond 2^31 in a broken frame without an endless retry', async () => {
    await expect(consume({ value: framed('ann', 0xffffffff) })).rejects.toMatchObject({
      code: 'UNKNOWN_SCHEMA',
      schemaId: 0xffffffff,
    });
  });
});

describe('a record that does not decode', () => {
  const body = ClickCodec.encode(click(SECRET));

  it.each<{ name: string; given: Parameters<typeof consume>; want: Partial<ConsumerError> }>([
    {
      name: 'no magic byte',
      given: [{ value: new TextEncoder().encode(SECRET) }],
      want: { code: 'FRAME', part: 'value' },
    },
    {
      name: 'shorter than a frame',
      given: [{ value: Uint8Array.of(0, 0, 0) }],
      want: { code: 'FRAME' },
    },
    { name: 'no bytes at all', given: [{ value: new Uint8Array() }], want: { code: 'FRAME' } },
    {
      name: 'an id that the registry does not know',
      given: [{ value: frame(404, body) }],
      want: { code: 'UNKNOWN_SCHEMA', schemaId: 404 },
    },
    {
      name: 'an id whose schema is not Avro',
      given: [{ value: frame(PROTOBUF_ID, body) }],
      want: { code: 'UNKNOWN_SCHEMA', schemaId: PROTOBUF_ID },
    },
    {
      name: 'an id whose schema is broken',
      given: [{ value: frame(UNREADABLE_ID, body) }],
      want: { code: 'DECODE', schemaId: UNREADABLE_ID, avroCode: 'AVRO_SCHEMA' },
    },
    {
      name: 'bytes that end early',
      given: [{ value: frame(CLICK_ID, body.subarray(0, 10)) }],
      want: { code: 'DECODE', schemaId: CLICK_ID, path: 'user_id' },
    },
    {
      name: 'bytes left over',
      given: [{ value: frame(CLICK_ID, Uint8Array.of(...body, 0)) }],
      want: { code: 'DECODE', avroCode: 'AVRO_TRAILING_BYTES' },
    },
    {
      name: 'a schema that has nothing to do with the topic',
      given: [{ value: frame(ACCOUNT_ID, Uint8Array.of(2)) }],
      want: { code: 'DECODE', schemaId: ACCOUNT_ID },
    },
    {
      name: 'a text key that is not UTF-8',
      given: [{ key: Uint8Array.of(0x61, 0xff), value: framed('ann') }],
      want: { code: 'DECODE', part: 'key', avroCode: 'AVRO_UTF8' },
    },
    {
      name: 'an Avro key without a frame',
      given: [{ topic: 'by-account', key: SECRET, value: framed('ann') }],
      want: { code: 'FRAME', part: 'key' },
    },
    {
      name: 'a topic that nobody handles',
      given: [{ topic: 'elsewhere', value: framed(SECRET) }],
      want: { code: 'NO_ROUTE', topic: 'elsewhere' },
    },
  ])('$name', async ({ given, want }) => {
    const thrown = await consume(...given).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ConsumerError);
    const [{ topic = 'clicks' }] = given;
    expect(thrown).toMatchObject({ topic, partition: 0, offset: 0, ...want });
    expect(JSON.stringify([String(thrown), thrown])).not.toContain(SECRET);
    expect(String(thrown)).toContain(`${topic}-0@0`);
  });

  it.each([
    { dataFormat: 'PROTOBUF', schemaId: '7', says: 'PROTOBUF' },
    { dataFormat: 'AVRO', schemaId: '6cc0432b-8618-4f44-bccc-e1fbd8fb7c4d', says: 'Glue' },
    { dataFormat: 'AVRO', schemaId: '99999999999', says: 'Confluent' },
  ])('schema metadata $dataFormat $schemaId', async ({ dataFormat, schemaId, says }) => {
    const { invoke } = invocation({ routes: [on(clicks, () => {})] });
    const event = mskEvent([{ topic: 'clicks', value: framed('ann') }], { recordFormat: 'SOURCE' });
    const [record] = event.records['clicks-0'] ?? [];
    if (record === undefined) throw new Error('no record');
    const changed = { ...record, valueSchemaMetadata: { dataFormat, schemaId } };
    const answer = invoke({ ...event, records: { 'clicks-0': [changed] } });
    await expect(answer).rejects.toMatchObject({ code: 'FRAME' });
    await expect(answer).rejects.toThrow(says);
  });

  it('names the setting when the mapping renders records as JSON', async () => {
    const { invoke } = invocation({ routes: [on(clicks, () => {})] });
    const event = mskEvent([{ topic: 'clicks', value: framed('ann') }], { recordFormat: 'SOURCE' });
    const [record] = event.records['clicks-0'] ?? [];
    if (record === undefined) throw new Error('no record');
    const value = Buffer.from(JSON.stringify(click('ann'))).toString('base64');
    const answer = invoke({ ...event, records: { 'clicks-0': [{ ...record, value }] } });
    await expect(answer).rejects.toThrow('set the EventRecordFormat');
  });

  it('a tombstone where the handler takes none', async () => {
    const { invoke } = invocation({ routes: [on(clicks, () => {})] });
    const answer = invoke(mskEvent([{ topic: 'clicks', key: SECRET, value: null }]));
    await expect(answer).rejects.toMatchObject({ code: 'TOMBSTONE', offset: 0 });
    await expect(answer).rejects.toThrow('{ record, tombstone }');
  });
});

describe('an event that is not of Kafka', () => {
  const [sound] = mskEvent([{ topic: 'clicks', value: framed('ann') }]).records['clicks-0'] ?? [];

  it.each<{ name: string; event: unknown; says: string }>([
    { name: 'nothing', event: undefined, says: 'invoked with none' },
    { name: 'null', event: null, says: 'invoked with none' },
    { name: 'SQS', event: { Records: [{ eventSource: 'aws:sqs' }] }, says: 'invoked with none' },
    { name: 'another source', event: { eventSource: 'aws:kinesis' }, says: '"aws:kinesis"' },
    { name: 'no records', event: { eventSource: 'aws:kafka' }, says: 'no records object' },
    {
      name: 'records that are no list',
      event: { eventSource: 'aws:kafka', records: { 'clicks-0': 1 } },
      says: '"clicks-0" is not a list',
    },
    {
      name: 'a record under another partition',
      event: { eventSource: 'aws:kafka', records: { 'clicks-1': [sound] } },
      says: '"clicks-1" holds a record',
    },
    {
      name: 'an offset that JSON has rounded',
      event: { eventSource: 'aws:kafka', records: { 'clicks-0': [{ ...sound, offset: 2 ** 53 }] } },
      says: 'beyond 2^53',
    },
    {
      name: 'a hole',
      event: { eventSource: 'aws:kafka', records: { 'clicks-0': [null] } },
      says: '"clicks-0" holds a record',
    },
  ])('$name', async ({ event, says }) => {
    const { invoke } = invocation({ routes: [on(clicks, () => {})], onFailure: 'skip' });
    // Not an event on purpose.
    const answer = invoke(event as Parameters<typeof invoke>[0]);
    await expect(answer).rejects.toMatchObject({ code: 'EVENT' });
    await expect(answer).rejects.toThrow(says);
  });

  it.each([
    { name: 'base64', broken: { value: 'AAA*' } },
    { name: 'header bytes', broken: { headers: [{ h: [300] }] } },
  ])('$name that is broken belongs to its record', async ({ broken }) => {
    const looksAtHeaders = on(clicks, (_, { headers }) => expect(headers).toEqual([]));
    const { invoke, logger } = invocation({ routes: [looksAtHeaders], onFailure: 'report' });
    const event = mskEvent([{ topic: 'clicks', value: framed('ann') }]);
    const changed = { ...sound, ...broken };
    // As in `sound`, with one part replaced.
    const records = { 'clicks-0': [changed] } as typeof event.records;
    await expect(invoke({ ...event, records })).resolves.toEqual({
      batchItemFailures: [{ itemIdentifier: { partition: 'clicks-0', offset: 0 } }],
    });
    expect(logger.lines.map(({ fields }) => fields.code)).toContain('EVENT');
  });
});
