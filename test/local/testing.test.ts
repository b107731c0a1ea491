/** `tavro/testing` as a user's test would use it. */
import { describe, expect, it } from '@jest/globals';
import { createHandler, on } from 'tavro/consumer';
import {
  fixedRegistry,
  type KafkaRecordInput,
  mskEvent,
  testProducer,
  topicRecord,
} from 'tavro/testing';
import {
  ACCOUNT_SCHEMA,
  byAccount,
  CLICK_SCHEMA,
  click,
  clicks,
  keyless,
  testLogger,
} from '../consumer/clicks.js';
import { customers } from '../consumer/customers.js';

describe('a handler under test', () => {
  it('gets typed messages without Kafka, registry or Lambda', async () => {
    const seen: unknown[] = [];
    const handler = createHandler({
      registry: fixedRegistry({ 1: CLICK_SCHEMA, 2: ACCOUNT_SCHEMA }),
      logger: testLogger(),
      routes: [
        on(clicks, {
          record: (value, { key }) => void seen.push([key, value]),
          tombstone: (key) => void seen.push([key, null]),
        }),
        on(keyless, (value, { key }) => void seen.push([key, value])),
        on(byAccount, (value, { key }) => void seen.push([key, value])),
      ],
    });
    await handler(
      mskEvent([
        topicRecord(clicks, { key: 'ann', value: click('ann') }),
        topicRecord(clicks, { key: 'ann', value: null }),
        topicRecord(keyless, { value: click('bob') }),
        topicRecord(byAccount, { key: { id: 5n }, value: click('cid') }),
      ]),
    );
    expect(seen).toEqual([
      ['ann', click('ann')],
      ['ann', null],
      [null, click('bob')],
      [{ id: 5n }, click('cid')],
    ]);
  });

  it('is refused a schema id that the registry does not have', async () => {
    const handler = createHandler({
      registry: fixedRegistry({}),
      logger: testLogger(),
      routes: [on(clicks, () => {})],
    });
    const event = mskEvent([topicRecord(clicks, { value: click('ann'), schemaId: 3 })]);
    await expect(handler(event)).rejects.toMatchObject({ code: 'UNKNOWN_SCHEMA', schemaId: 3 });
  });

  it('is not given what the topic does not take', () => {
    // @ts-expect-error A url is missing.
    const make = () => topicRecord(clicks, { value: { user_id: 'ann', timestamp: new Date() } });
    expect(make).toThrow(expect.objectContaining({ code: 'AVRO_VALUE' }));
  });
});

describe('a value with a field that its schema lacks', () => {
  const value = { ...click('ann'), refferer: 'x' };

  it('is no record under test, unless it is let be', () => {
    const make = (strictFields?: boolean) => topicRecord(clicks, { value, strictFields });
    expect(() => make()).toThrow(/refferer: expected no field of this name/);
    expect(() => make(true)).toThrow(/refferer/);
    expect(make(false).value).toEqual(topicRecord(clicks, { value: click('ann') }).value);
    const key = { id: 5n, idd: 6n };
    expect(() => topicRecord(byAccount, { key, value: click('ann') })).toThrow(/\bidd: /);
    expect(topicRecord(byAccount, { key: { id: 5n }, value: null }).value).toBeNull();
  });

  it('is none of one of several types, within it or beside it', () => {
    const given = { case: 'Deleted' as const, value: { id: 'a', di: 'b' }, vlaue: 1 };
    expect(() => topicRecord(customers, { value: given })).toThrow(
      expect.objectContaining({
        problems: ['vlaue', 'value.di'].map((path) => expect.objectContaining({ path })),
      }),
    );
    const lenient = topicRecord(customers, { value: given, strictFields: false });
    const { vlaue: _, ...fine } = { ...given, value: { id: 'a' } };
    expect(lenient).toEqual(topicRecord(customers, { value: fine }));
  });

  it('is not sent by a producer under test, unless it is let be', async () => {
    const { producer: strict } = testProducer();
    const sending = strict.send(clicks, { key: 'ann', value });
    await expect(sending).rejects.toMatchObject({
      code: 'ENCODE',
      problems: [expect.objectContaining({ path: 'value.refferer' })],
    });
    const { producer: lenient } = testProducer({ strictFields: false });
    await expect(lenient.send(clicks, { key: 'ann', value })).resolves.toMatchObject({
      offset: 0n,
    });
    await Promise.all([strict.close(), lenient.close()]);
  });
});

it('sends from a producer to a handler, with one registry for both', async () => {
  const { producer, registry, sent } = testProducer();
  await producer.send(clicks, { key: 'ann', value: click('ann') });
  await producer.send(byAccount, { key: { id: 5n }, value: click('bob') });
  await producer.close();
  const seen: unknown[] = [];
  const handler = createHandler({
    registry,
    logger: testLogger(),
    routes: [
      on(clicks, (value, { key }) => void seen.push([key, value])),
      on(byAccount, (value, { key }) => void seen.push([key, value])),
    ],
  });
  const records = [...sent(clicks), ...sent(byAccount)].map(({ record }) => record);
  await handler(mskEvent(records));
  expect(seen).toEqual([
    ['ann', click('ann')],
    [{ id: 5n }, click('bob')],
  ]);
  await expect(registry.schemaById(9)).rejects.toMatchObject({ code: 'UNKNOWN_ID' });
});

describe('the registry of a producer under test', () => {
  it('finds what was registered under the subject, and nothing else', async () => {
    const { registry } = testProducer();
    const unknown = { name: 'RegistryError', code: 'SCHEMA_NOT_FOUND', subject: 'a' };
    await expect(registry.lookup('a', CLICK_SCHEMA)).rejects.toMatchObject(unknown);
    await expect(registry.guid?.('a', CLICK_SCHEMA)).rejects.toMatchObject(unknown);
    expect(await registry.register('a', CLICK_SCHEMA)).toBe(1);
    expect(await registry.lookup('a', CLICK_SCHEMA)).toBe(1);
    await expect(registry.lookup('b', CLICK_SCHEMA)).rejects.toThrow('under the subject "b"');
    await expect(registry.lookup('a', ACCOUNT_SCHEMA)).rejects.toMatchObject(unknown);
    expect(await registry.register('b', CLICK_SCHEMA)).toBe(1);
    expect(await registry.register('a', ACCOUNT_SCHEMA)).toBe(2);
  });

  it('knows its own GUIDs, and says which it does not know', async () => {
    const { registry } = testProducer();
    await registry.register('a', CLICK_SCHEMA);
    const guid = `${await registry.guid?.('a', CLICK_SCHEMA)}`;
    expect(await registry.schemaByGuid?.(guid)).toEqual({ schema: CLICK_SCHEMA, references: [] });
    const other = guid.replace(/^0/, 'f');
    const answer = registry.schemaByGuid?.(other);
    await expect(answer).rejects.toMatchObject({ code: 'UNKNOWN_ID', guid: other });
    await expect(answer).rejects.not.toHaveProperty('id');
    await expect(answer).rejects.toThrow(`no schema of GUID ${other}`);
  });

  it('has nothing that a producer may not register', async () => {
    const { registry, producer } = testProducer({ register: 'never' });
    const topic = { ...clicks, value: { ...clicks.value, knownIds: {} } };
    const send = () => producer.send(topic, { key: 'ann', value: click('ann') });
    await expect(send()).rejects.toMatchObject({ code: 'SCHEMA_UNREGISTERED' });
    await registry.register(clicks.subjects.value, clicks.value.schema);
    await expect(send()).resolves.toMatchObject({ offset: 0n });
    await producer.close();
  });
});

describe('mskEvent', () => {
  const value = Uint8Array.of(0, 0, 0, 0, 7, 1, 2);

  it('counts offsets up in each partition', () => {
    const records: KafkaRecordInput[] = [
      { topic: 't', value },
      { topic: 't', value, offset: 10n },
      { topic: 't', value },
      { topic: 't', partition: 1, value },
    ];
    const { records: partitions } = mskEvent(records);
    const offsets = Object.entries(partitions).map(([id, list]) => [
      id,
      list.map(({ offset }) => offset),
    ]);
    expect(offsets).toEqual([
      ['t-0', [0, 10, 11]],
      ['t-1', [0]],
    ]);
  });

  it('is JSON as Lambda writes it', () => {
    const event = mskEvent(
      [
        {
          topic: 't',
          key: 'k',
          value,
          timestamp: new Date(5),
          headers: [
            ['h', Uint8Array.of(104, 0xc3, 0xab)],
            ['h', 'ë'],
          ],
        },
      ],
      { eventSourceArn: 'arn', bootstrapServers: 'b:9096' },
    );
    expect(JSON.parse(JSON.stringify(event))).toEqual({
      eventSource: 'aws:kafka',
      eventSourceArn: 'arn',
      bootstrapServers: 'b:9096',
      records: {
        't-0': [
          {
            topic: 't',
            partition: 0,
            offset: 0,
            timestamp: 5,
            timestampType: 'CREATE_TIME',
            key: 'aw==',
            value: 'AAAAAAcBAg==',
            headers: [{ h: [104, -61, -85] }, { h: [-61, -85] }],
          },
        ],
      },
    });
  });

  it('has the schema id beside the bytes under SOURCE, and keys of text as they are', () => {
    const event = mskEvent([{ topic: 't', key: 'k', value }], { recordFormat: 'SOURCE' });
    expect(event.records['t-0']?.[0]).toMatchObject({
      key: 'aw==',
      value: 'AQI=',
      valueSchemaMetadata: { dataFormat: 'AVRO', schemaId: '7' },
    });
    expect(event.records['t-0']?.[0]).not.toHaveProperty('keySchemaMetadata');
  });

  it('comes without an ARN from a cluster of one’s own', () => {
    const event = mskEvent([], { eventSource: 'SelfManagedKafka', bootstrapServers: 'b:9092' });
    expect(event).toEqual({
      eventSource: 'SelfManagedKafka',
      bootstrapServers: 'b:9092',
      records: {},
    });
  });

  it.each([2n ** 53n, -1n])('refuses offset %s, which JSON would change', (offset) => {
    expect(() => mskEvent([{ topic: 't', value, offset }])).toThrow(RangeError);
  });
});
