/**
 * Events that go from guide to guide and test to test, in their shapes: each is handled, or its error says what in
 * it no real event has.
 */
import { describe, expect, it } from '@jest/globals';
import { ConsumerError, type KafkaEvent, on } from 'tavro/consumer';
import { CLICK_ID, click, clicks, framed, invocation, keyless, SECRET } from './clicks.js';

/** "Hello, this is a test." */
const HELLO = 'SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==';
const CLICK = Buffer.from(framed('ann', CLICK_ID)).toString('base64');
const BROKERS = { bootstrapServers: 'b-2.demo:9092,b-1.demo:9092' };
/** "headerValue", as numbers. */
const HEADERS = [{ headerKey: [104, 101, 97, 100, 101, 114, 86, 97, 108, 117, 101] }];
const RECORD = {
  topic: 'clicks',
  partition: 0,
  offset: 15,
  timestamp: 1_545_084_650_987,
  timestampType: 'CREATE_TIME',
  key: 'cmVjb3JkS2V5',
  value: CLICK,
  headers: HEADERS,
};

const msk = (record: object, id = 'clicks-0') => ({
  eventSource: 'aws:kafka',
  eventSourceArn: 'arn:aws:kafka:sa-east-1:123456789012:cluster/vpc-2priv-2pub/751d2973-a626-2',
  ...BROKERS,
  records: { [id]: [{ ...RECORD, ...record }] },
});
const without = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, undefined]));

/** As Lambda gets it: what is undefined is absent. */
async function invoke(event: unknown) {
  const seen: unknown[] = [];
  const { invoke } = invocation({
    routes: [
      on(clicks, (value, { key, headers }) => void seen.push([value, key, headers.length])),
      on(keyless, (value) => void seen.push(value)),
    ],
  });
  // Not always an event.
  await invoke(JSON.parse(JSON.stringify(event)) as KafkaEvent);
  return seen;
}

describe('a sample event is handled', () => {
  const whole = [click('ann'), 'recordKey', 1];

  it.each<[string, unknown, unknown]>([
    ["of Lambda's guide, Amazon MSK, with an Avro value", msk({}), whole],
    [
      "of Lambda's guide, self-managed Kafka",
      { eventSource: 'SelfManagedKafka', ...BROKERS, records: { 'clicks-0': [RECORD] } },
      whole,
    ],
    [
      'of unit tests, without brokers, ARN and headers',
      { eventSource: 'aws:kafka', records: { 'clicks-0': [{ ...RECORD, headers: [] }] } },
      [click('ann'), 'recordKey', 0],
    ],
    ['with an empty key', msk({ key: '' }), [click('ann'), '', 1]],
    ['with no key and no headers', msk(without('key', 'headers')), [click('ann'), null, 0]],
    ['with null for them', msk({ key: null, headers: null }), [click('ann'), null, 0]],
    [
      "with header bytes over 127, as Powertools' tests",
      msk({ headers: [{ h: [195, 171] }] }),
      whole,
    ],
    [
      'with the metadata of a mapping with a registry',
      msk({
        value: Buffer.from(framed('ann').subarray(5)).toString('base64'),
        valueSchemaMetadata: { dataFormat: 'AVRO', schemaId: `${CLICK_ID}` },
        keySchemaMetadata: null,
      }),
      whole,
    ],
    ['of a topic with hyphens and digits', msk({ topic: 'keyless' }, 'keyless-0'), click('ann')],
  ])('%s', async (_, event, want) => {
    expect(await invoke(event)).toEqual([want]);
  });
});

describe('a sample event is refused', () => {
  it.each<[string, unknown, string, string]>([
    [
      "of Lambda's guide, with text as its value",
      msk({ value: HELLO }),
      'FRAME',
      'It is readable text: was it produced with a string serializer',
    ],
    [
      "of Lambda's guide, with a key that holds no text",
      msk({ key: 'abcDEFghiJKLmnoPQRstuVWXyz1234==' }),
      'DECODE',
      'The key of clicks-0@15',
    ],
    [
      'with JSON as its value',
      msk({ value: Buffer.from(`{"a":"${SECRET}"}`).toString('base64') }),
      'FRAME',
      'It looks like JSON text',
    ],
    [
      'of old guides, self-managed Kafka',
      { eventSource: 'aws:SelfManagedKafka', ...BROKERS, records: { 'clicks-0': [RECORD] } },
      'EVENT',
      'invoked with "aws:SelfManagedKafka", as old samples have it: real events have no "aws:" there',
    ],
    [
      'whose partition is text, as old guides have it',
      msk({ partition: '0' }),
      'EVENT',
      'entry "clicks-0" holds a record whose partition is text: real events have a number there.',
    ],
    ['whose offset is text', msk({ offset: '15' }), 'EVENT', 'whose offset is text'],
    ['whose offset is null', msk({ offset: null }), 'EVENT', 'whose offset is no whole number'],
    ['without an offset', msk(without('offset')), 'EVENT', 'holds a record without an offset.'],
    ['without a partition', msk(without('partition')), 'EVENT', 'without a partition.'],
    ['without a topic', msk(without('topic')), 'EVENT', 'holds a record without a topic.'],
    [
      'whose records say another topic than their entry (`mytopic-0` and `mytopic0`)',
      msk({ topic: 'clicks0' }),
      'EVENT',
      'entry "clicks-0" holds a record of another partition, which real events have under "clicks0-0".',
    ],
    [
      "whose entry is a topic's name with a number, as Powertools for Python has it (`my-topic-1`)",
      msk({ topic: 'my-topic-1', partition: 1 }, 'my-topic-1'),
      'EVENT',
      'under "my-topic-1-1"',
    ],
    [
      'of EventBridge Pipes: a list of records',
      [{ ...RECORD, ...BROKERS, eventSource: 'aws:kafka', eventSourceKey: 'clicks-0' }],
      'EVENT',
      'a list of records, as EventBridge Pipes sends them: let an event source mapping invoke it.',
    ],
    ['that is a list of others', [{ a: 1 }], 'EVENT', 'invoked with a list. Is the function wired'],
    [
      'of SQS',
      { Records: [{ eventSource: 'aws:sqs', body: SECRET }] },
      'EVENT',
      'invoked with none. Is the function wired to another trigger as well?',
    ],
    [
      'whose records are a list',
      { eventSource: 'aws:kafka', records: [RECORD] },
      'EVENT',
      'no records object',
    ],
    [
      'whose value is text',
      msk({ value: `${SECRET}!` }),
      'EVENT',
      'The value of clicks-0@15 is not base64',
    ],
    [
      'whose value is an object',
      msk({ value: { a: SECRET } }),
      'EVENT',
      'is not base64, as bytes are',
    ],
    [
      'whose headers are one object',
      msk({ headers: { a: SECRET } }),
      'EVENT',
      'The headers of clicks-0@15 are not a list, which they are in real events.',
    ],
    [
      'whose headers are text',
      msk({ headers: [{ headerKey: SECRET }] }),
      'EVENT',
      'Header "headerKey" of clicks-0@15 is not a list of bytes.',
    ],
  ])('%s', async (_, event, code, says) => {
    const thrown = await invoke(event).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ConsumerError);
    expect(thrown).toMatchObject({ code, message: expect.stringContaining(says) });
    expect(String(thrown)).not.toContain(SECRET);
  });
});
