import { describe, expect, it } from '@jest/globals';
import { type ConsumedRecord, ConsumerError, on, type Route } from '../../consumer/index.js';
import { type KafkaRecordInput, mskEvent } from '../../local/msk-event.js';
import { topicRecord } from '../../local/topic-record.js';
import { frame } from '../../runtime/index.js';
import {
  CreatedCodec,
  customers,
  DeletedCodec,
  handling,
  namesakes,
  ofUnion,
  renamed,
  text8,
} from './customers.js';

const ann = { id: 'a', name: 'Ann' };
const gone = { id: 'a' };

/** What the union's handler of each topic is given. */
async function consume(...records: KafkaRecordInput[]) {
  const seen: ConsumedRecord<unknown, unknown>[] = [];
  const keep = (value: unknown, record: ConsumedRecord<unknown, unknown>) => {
    expect(record.value).toBe(value);
    seen.push(record);
  };
  const both = { record: keep, tombstone: keep };
  const routes: Route[] = [
    on(customers, { record: keep, tombstone: (_, record) => keep(null, record) }),
    on(namesakes, keep),
    on(renamed, keep),
    on(ofUnion, { ...both, tombstone: (_, record) => keep(null, record) }),
  ];
  await handling({ routes }).invoke(mskEvent(records));
  return seen;
}

describe('a record of one of several types', () => {
  it.each<{ name: string; given: KafkaRecordInput; want: object }>([
    {
      name: 'of an id that the code knows',
      given: topicRecord(customers, {
        key: 'a',
        value: { case: 'Created', value: ann },
        schemaId: 21,
      }),
      want: { key: 'a', value: { case: 'Created', value: ann }, schemaId: 21 },
    },
    {
      name: 'of the first type',
      given: topicRecord(customers, { value: { case: 'Created', value: ann } }),
      want: { key: null, value: { case: 'Created', value: ann }, schemaId: 11 },
    },
    {
      name: 'of the second type',
      given: topicRecord(customers, { value: { case: 'Deleted', value: gone } }),
      want: { value: { case: 'Deleted', value: gone }, schemaId: 12 },
    },
    {
      name: 'a tombstone',
      given: topicRecord(customers, { key: 'a', value: null }),
      want: { key: 'a', value: null, schemaId: undefined },
    },
    {
      name: 'of a newer version of one type',
      given: {
        topic: 'customers',
        value: frame(32, Buffer.concat([text8('a'), text8('a@x'), text8('Ann')])),
      },
      want: { value: { case: 'Created', value: ann }, schemaId: 32 },
    },
    {
      name: 'of two types with one simple name: the first',
      given: { topic: 'namesakes', value: CreatedCodec.encodeFramed(ann, 11) },
      want: { value: { case: 'ev.Created', value: ann } },
    },
    {
      name: 'of two types with one simple name: the second',
      given: { topic: 'namesakes', value: DeletedCodec.encodeFramed(gone, 13) },
      want: { value: { case: 'other.Created', value: gone } },
    },
    {
      name: 'of a type under its former name, and with a framed key that is no record',
      given: { ...topicRecord(renamed, { key: -5n, value: { case: 'Removed', value: gone } }) },
      want: { key: -5n, value: { case: 'Removed', value: gone }, schemaId: 12 },
    },
    {
      name: 'of a union, with a key of bytes',
      given: topicRecord(ofUnion, {
        key: Uint8Array.of(0, 0, 0, 0, 1, 0xff),
        value: { case: 'Deleted', value: gone },
      }),
      want: {
        key: Uint8Array.of(0, 0, 0, 0, 1, 0xff),
        value: { case: 'Deleted', value: gone },
        schemaId: 1,
      },
    },
    {
      name: 'of a union: its null, which is no tombstone',
      given: { topic: 'of-union', value: frame(1, Uint8Array.of(0)) },
      want: { key: null, value: null, schemaId: 1 },
    },
    {
      name: 'of a union: one of its types alone, as the other strategies write it',
      given: { topic: 'of-union', value: CreatedCodec.encodeFramed(ann, 11) },
      want: { value: { case: 'Created', value: ann }, schemaId: 11 },
    },
    {
      name: 'of a newer union: a type that is known',
      given: {
        topic: 'of-union',
        value: frame(
          33,
          Buffer.concat([[4], text8('a'), text8('a@x'), text8('Ann')].map(Buffer.from)),
        ),
      },
      want: { value: { case: 'Created', value: ann }, schemaId: 33 },
    },
  ])('$name', async ({ given, want }) => {
    expect(await consume(given)).toEqual([expect.objectContaining(want)]);
  });

  it('is handled in the order of its partition, whatever its type', async () => {
    const created = topicRecord(customers, { value: { case: 'Created', value: ann } });
    const deleted = topicRecord(customers, { value: { case: 'Deleted', value: gone } });
    const seen = await consume(created, deleted, created, created, deleted);
    expect(seen.map(({ schemaId }) => schemaId)).toEqual([11, 12, 11, 11, 12]);
    expect(seen.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4]);
  });

  it('that is damaged says where, and the others are handled', async () => {
    const created = topicRecord(customers, { value: { case: 'Created', value: ann } });
    const seen: unknown[] = [];
    const { invoke, logger } = handling({
      routes: [on(customers, (value) => void seen.push(value.case))],
      onFailure: { decode: 'skip' },
    });
    await invoke(
      mskEvent([created, { topic: 'customers', value: frame(11, text8('a')) }, created]),
    );
    expect(seen).toEqual(['Created', 'Created']);
    expect(logger.lines.find(({ level }) => level === 'warn')?.fields).toMatchObject({
      code: 'DECODE',
      path: 'name',
      offset: 1,
    });
  });
});

describe('a function for each case', () => {
  const created = topicRecord(customers, { key: 'k', value: { case: 'Created', value: ann } });
  const deleted = topicRecord(customers, { key: 'k', value: { case: 'Deleted', value: gone } });

  it('gets what its case holds, in the record too', async () => {
    const seen: unknown[] = [];
    const { invoke } = handling({
      routes: [
        on(customers, {
          cases: {
            Created: (value, record) => void seen.push([value.name, record.value.name, record.key]),
            Deleted: async (value, { schemaId }) => void seen.push([value, schemaId]),
          },
          tombstone: (key, { value }) => void seen.push([key, value]),
        }),
      ],
    });
    await invoke(
      mskEvent([created, deleted, topicRecord(customers, { key: 'gone', value: null })]),
    );
    expect(seen).toEqual([
      ['Ann', 'Ann', 'k'],
      [gone, 12],
      ['gone', null],
    ]);
  });

  it('of a union gets its null as well', async () => {
    const seen: unknown[] = [];
    const { invoke } = handling({
      routes: [
        on(ofUnion, {
          cases: {
            Created: ({ name }) => void seen.push(name),
            Deleted: ({ id }) => void seen.push(id),
            null: (value, record) => void seen.push([value, record.value]),
          },
        }),
      ],
    });
    await invoke(
      mskEvent([
        topicRecord(ofUnion, { value: { case: 'Created', value: ann } }),
        topicRecord(ofUnion, { value: { case: 'Deleted', value: gone } }),
        { topic: 'of-union', value: frame(1, Uint8Array.of(0)) },
      ]),
    );
    expect(seen).toEqual(['Ann', 'a', [null, null]]);
  });

  it('does not take a tombstone', async () => {
    const { invoke } = handling({
      routes: [on(customers, { cases: { Created: () => {}, Deleted: () => {} } })],
    });
    const answer = invoke(mskEvent([topicRecord(customers, { value: null })]));
    await expect(answer).rejects.toMatchObject({ code: 'TOMBSTONE' });
  });

  it('fails like any handler', async () => {
    const { invoke } = handling({
      routes: [
        on(customers, {
          cases: {
            Created: () => {},
            Deleted: () => Promise.reject(new Error('no')),
          },
        }),
      ],
    });
    await expect(invoke(mskEvent([created, deleted]))).rejects.toMatchObject({
      code: 'HANDLER',
      offset: 1,
      cause: new Error('no'),
    });
  });

  it('that is missing is named, where no compiler did', async () => {
    const cases = { Created: () => {} };
    // @ts-expect-error Deleted is missing.
    const make = () => on(customers, { cases });
    expect(make).toThrow(ConsumerError);
    expect(make).toThrow('Topic "customers" carries the case Deleted');
    // @ts-expect-error Deleted and null are missing.
    const { invoke } = handling({ routes: [on(ofUnion, { cases })] });
    const value = { case: 'Deleted', value: gone } as const;
    const answer = invoke(mskEvent([topicRecord(ofUnion, { value })]));
    await expect(answer).rejects.toMatchObject({
      code: 'HANDLER',
      cause: expect.objectContaining({ code: 'CONFIG' }),
    });
  });
});
