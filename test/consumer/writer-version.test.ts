/** The version that a record was written with, beside its schema id. */
import { expect, it } from '@jest/globals';
import { type ConsumedRecord, on } from '../../consumer/index.js';
import { type KafkaRecordInput, mskEvent } from '../../local/msk-event.js';
import { frame, type Topic, type WriterVersions } from '../../runtime/index.js';
import { CLICK_ID, type Click, clicks, framed, invocation, OLD_CLICK_ID } from './clicks.js';

const URL = 'http://registry.test';
/** 70 is known to the codec, too; the other two are asked for. */
const VERSIONS: WriterVersions = {
  [URL]: { [OLD_CLICK_ID]: 1, [CLICK_ID]: 2, 70: 3 },
  'http://other.test': { 70: 9 },
};

const old = frame(OLD_CLICK_ID, Uint8Array.of(0x02, 0x02, 0x75, 0x02, 0x6c, 0x00));

/** A handler of the topic with these versions, what its handler was given, and its lines on versions. */
function consumer(writerVersions: WriterVersions | undefined, name = 'clicks') {
  const records: ConsumedRecord<unknown, unknown>[] = [];
  const keep = (_: unknown, given: ConsumedRecord<unknown, unknown>) => void records.push(given);
  const topic: Topic<Click, Click, 'string'> = {
    ...clicks,
    name,
    ...(writerVersions && { writerVersions }),
  };
  const { invoke, logger } = invocation({
    routes: [on(topic, { record: keep, tombstone: keep })],
    onFailure: 'skip',
  });
  return {
    take: async (...values: KafkaRecordInput['value'][]) => {
      records.length = 0;
      await invoke(mskEvent(values.map((value) => ({ topic: name, value }))));
      return records.map(({ writerVersion }) => writerVersion);
    },
    lines: () => logger.lines.filter(({ fields }) => 'writerVersion' in fields),
  };
}

it.each<[string, WriterVersions | undefined, KafkaRecordInput['value'], number | undefined]>([
  ['an older version', VERSIONS, old, 1],
  ['the version that the code was generated from', VERSIONS, framed('ann', 70), 3],
  ['a version whose schema is asked for', VERSIONS, framed('ann'), 2],
  ['an id that the lock did not know', { [URL]: { 70: 3 } }, framed('ann'), undefined],
  ['an id of another registry', { 'http://other.test': { 70: 9 } }, framed('ann', 70), undefined],
  ['a topic of which nothing was published', undefined, framed('ann', 70), undefined],
  ['a tombstone', VERSIONS, null, undefined],
])('is told of %s', async (_, versions, value, expected) => {
  expect(await consumer(versions).take(value)).toEqual([expected]);
});

it('is logged when a version comes for the first time, once for each', async () => {
  const { take, lines } = consumer(VERSIONS);
  expect(await take(framed('a'), old, framed('b'), null)).toEqual([2, 1, 2, undefined]);
  const expected = [
    [2, CLICK_ID],
    [1, OLD_CLICK_ID],
  ];
  const told = () => lines().map(({ fields }) => [fields.writerVersion, fields.schemaId]);
  expect(told()).toEqual(expected);
  expect(lines()[0]).toEqual({
    level: 'info',
    message: 'First record of clicks that was written with version 2.',
    fields: { topic: 'clicks', partition: 0, offset: 0, writerVersion: 2, schemaId: CLICK_ID },
  });
  await take(framed('c'), old);
  expect(told()).toEqual(expected);
  await take(framed('d', 70));
  expect(told()).toEqual([...expected, [3, 70]]);
});

it('is not logged of what is not known, nor by another topic', async () => {
  const unknown = consumer({ [URL]: {} });
  await unknown.take(framed('a'), framed('b', 70));
  expect(unknown.lines()).toEqual([]);
  const other = consumer(VERSIONS, 'other');
  await other.take(framed('a'));
  expect(other.lines().map(({ fields }) => fields.topic)).toEqual(['other']);
});
