/** Dead letters come back from JSON to the byte; what is none is told by its field. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ConsumerError } from '../../../consumer/errors.js';
import { type DeadLetter, deadLetterBucket, type KafkaEvent } from '../../../consumer/index.js';
import type { S3Object } from '../../../consumer/s3-client.js';
import { mskEvent } from '../../../local/msk-event.js';
import { onFailureRecord } from '../../../local/poller/on-failure.js';
import { DeadLetterError } from '../../../runtime/dead-letter/error.js';
import { readDeadLetters } from '../../../runtime/dead-letter/read.js';
import { frame } from '../../../runtime/index.js';

const LETTER = {
  id: 'clicks-0@7',
  cause: { code: 'DECODE', topic: 'clicks', partition: '0', offset: '7' },
  record: { key: 'YW5u', value: null, headers: [{ name: 'h', value: '/w==' }] },
};

const bytes = (...all: number[]) => Uint8Array.from(all);

/** What Lambda writes of a batch that it gave up, as the poller does. */
function onFailure(event: KafkaEvent) {
  const batch = Object.values(event.records).flat();
  return onFailureRecord({
    batch,
    event,
    condition: 'RetriesExhausted',
    invocations: 3,
    requestId: 'r-1',
    functionName: 'clicks',
  });
}

it.each([
  ['a letter', JSON.stringify(LETTER)],
  ['a list of one', JSON.stringify([LETTER])],
  ['what is printed of a queue', JSON.stringify({ Messages: [{ Body: JSON.stringify(LETTER) }] })],
])('reads %s', (_, text) => {
  expect(readDeadLetters(text)).toEqual([
    {
      ...LETTER,
      record: {
        key: bytes(97, 110, 110),
        value: null,
        headers: [{ name: 'h', value: bytes(255) }],
      },
    },
  ]);
});

it('reads one that says only where the record lies', () => {
  const { record: _, ...place } = LETTER;
  expect(readDeadLetters(JSON.stringify(place))).toEqual([place]);
});

it('has what was written, to the byte', async () => {
  const part = fc.option(fc.uint8Array({ maxLength: 40 }));
  const header = fc.tuple(fc.string({ maxLength: 9 }), part);
  await fc.assert(
    fc.asyncProperty(part, part, fc.array(header, { maxLength: 5 }), async (key, value, all) => {
      const headers = all.map(
        ([name, value]) => [name.replace(/^tavro/, '').replace(/^__proto__$/, 'p'), value] as const,
      );
      const [record] = Object.values(
        mskEvent([{ topic: 't', key, value, headers }]).records,
      ).flat();
      if (record === undefined) throw new Error('no record');
      const letter: DeadLetter = { id: 't-0@0', record, error: new ConsumerError('DECODE', 'm') };
      const objects: S3Object[] = [];
      const client = { putObject: async (object: S3Object) => objects.push(object) };
      await deadLetterBucket({ bucket: 'b', client }).sink(letter);
      const [read] = readDeadLetters(objects[0]?.Body ?? '');
      expect(read?.record).toEqual({
        key,
        value,
        headers: headers.map(([name, value]) => ({ name, value })),
      });
    }),
  );
});

describe("what Lambda's on-failure destination has", () => {
  const VALUE = bytes(0, 0, 0, 0, 7, 2, 3);
  const [first, second] = [
    { topic: 'clicks', offset: 5, timestamp: new Date(9), key: 'ann', value: VALUE },
    { topic: 'clicks-2', partition: 1, value: frame(7, bytes()), headers: [['h', bytes(200)]] },
  ] as const;

  it.each([
    ['as written', 'object'],
    ['SOURCE', 'object'],
    ['SOURCE', 'text'],
  ] as const)('comes as it was written: mapping %s, payload as %s', (recordFormat, form) => {
    const record = onFailure(mskEvent([first, second], { recordFormat }));
    const payload = form === 'text' ? JSON.stringify(record.payload) : record.payload;
    expect(readDeadLetters(JSON.stringify({ ...record, payload }))).toEqual([
      {
        id: 'clicks-0@5',
        cause: {
          code: 'RetriesExhausted',
          message:
            'Lambda gave up the batch of this record after 3 invocations (Unhandled), request r-1.',
          topic: 'clicks',
          partition: '0',
          offset: '5',
          timestamp: '9',
          timestampType: 'CREATE_TIME',
          attempts: '1',
        },
        record: { key: bytes(97, 110, 110), value: VALUE, headers: [] },
      },
      expect.objectContaining({
        id: 'clicks-2-1@0',
        record: {
          key: null,
          value: bytes(0, 0, 0, 0, 7),
          headers: [{ name: 'h', value: bytes(200) }],
        },
      }),
    ]);
  });

  it('says the schema whose frame cannot be put back', () => {
    const event = mskEvent([first]);
    const [record] = event.records['clicks-0'] ?? [];
    if (record === undefined) throw new Error('no record');
    const records = {
      'clicks-0': [{ ...record, valueSchemaMetadata: { dataFormat: 'AVRO', schemaId: 'a-b' } }],
    };
    const [letter] = readDeadLetters(JSON.stringify(onFailure({ ...event, records })));
    expect(letter?.cause.valueSchemaId).toBe('a-b');
  });

  it('counts on where the record was a dead letter before', () => {
    const again = { ...first, headers: [['tavro.cause.attempts', '2'] as const] };
    const [letter] = readDeadLetters(JSON.stringify(onFailure(mskEvent([again]))));
    expect([letter?.cause.attempts, letter?.record?.headers]).toEqual(['3', []]);
  });

  it('has no records in a queue, which is said', () => {
    const { payload: _, ...record } = onFailure(mskEvent([first]));
    expect(() => readDeadLetters(JSON.stringify(record))).toThrow(
      /^what Lambda tells SQS and SNS of a batch that it gave up: its numbers, without the records\./,
    );
  });
});

const withRecord = (record: object) => ({ ...LETTER, record: { ...LETTER.record, ...record } });
const withCause = (cause: object) => ({ ...LETTER, cause: { ...LETTER.cause, ...cause } });
const event = (record: object) =>
  ({ requestContext: {}, KafkaBatchInfo: {}, payload: { records: { 'c-0': [record] } } }) as const;
const IN_EVENT = { topic: 'c', partition: 0, offset: 1 };

it.each([
  [7, /^neither a dead letter of tavro/],
  [{}, /^neither a dead letter of tavro/],
  [[LETTER, {}], /^\[1\] is neither a dead letter/],
  [{ Messages: [{ Body: '{' }] }, /^Messages\[0\]\.Body is not JSON\.$/],
  [{ Messages: [{}] }, /^Messages\[0\]\.Body is not a text\.$/],
  [{ ...LETTER, id: 1 }, /^id is not a text\.$/],
  [{ ...LETTER, cause: 'DECODE' }, /^cause is not an object\.$/],
  [withCause({ topic: undefined }), /^cause\.topic is not a text\.$/],
  [withCause({ partition: '-1' }), /^cause\.partition is not a whole number\.$/],
  [withCause({ offset: '1.5' }), /^cause\.offset is not a whole number\.$/],
  [withCause({ code: 1 }), /^cause\.code is not a text\.$/],
  [withRecord({ key: 'YW5' }), /^record\.key is not base64, or null\.$/],
  [withRecord({ value: 'no base64' }), /^record\.value is not base64, or null\.$/],
  [withRecord({ headers: {} }), /^record\.headers is not a list\.$/],
  [withRecord({ headers: [{ value: null }] }), /^record\.headers\[0\]\.name is not a text\.$/],
  [
    withRecord({ headers: [{ name: 'a', value: 1 }] }),
    /^record\.headers\[0\]\.value is not base64/,
  ],
  [{ ...event({}), payload: 'x' }, /^payload is not an event of Kafka, or its JSON\.$/],
  [{ ...event({}), payload: {} }, /^payload\.records is not an object\.$/],
  [event({}), /^payload\.records\["c-0"\]\[0\]\.topic is not a text\.$/],
  [event({ ...IN_EVENT, value: '*' }), /^payload\.records\["c-0"\]\[0\]\.value is not base64/],
  [
    event({ ...IN_EVENT, headers: [{ h: [256] }] }),
    /^payload\.records\["c-0"\]\[0\]\.headers\[0\] is not a list of bytes\.$/,
  ],
])('refuses %j', (value, message) => {
  const text = JSON.stringify(value);
  expect(() => readDeadLetters(text)).toThrow(DeadLetterError);
  expect(() => readDeadLetters(text)).toThrow(message);
});

it('does not repeat a text that is not JSON', () => {
  expect(() => readDeadLetters('{"secret')).toThrow(new DeadLetterError('NOT_JSON', 'not JSON.'));
});
