import { describe, expect, it } from '@jest/globals';
import { unframe } from '../../runtime/index.js';
import {
  CreatedCodec,
  customers,
  DeletedCodec,
  LongCodec,
  namesakes,
  ofUnion,
  renamed,
  UnionCodec,
} from '../consumer/customers.js';
import { type Answer, failureOf, scriptedRegistry, setUp } from './clicks.js';

const ann = { id: 'a', name: 'Ann' };
const gone = { id: 'a' };
const UNKNOWN: Answer = [404, { error_code: 40401, message: 'Subject not found' }];
const IDS: Readonly<Record<string, number>> = {
  'customers-ev.Deleted': 52,
  'ev.Created': 53,
  'other.Created': 54,
  'renamed-ev.Removed': 55,
  'renamed-key': 56,
  'of-union-value': 57,
};

/** A registry that has the subjects of {@link IDS}, or lets them be registered. */
function registryOf({ isEmpty = false } = {}) {
  return scriptedRegistry((path) => {
    const [, subject = '', isRegistering] = /^\/subjects\/([^/]+)(\/versions)?$/.exec(path) ?? [];
    const id = IDS[subject];
    return id === undefined || (isEmpty && isRegistering === undefined) ? UNKNOWN : [200, { id }];
  });
}

describe('a message of one of several types', () => {
  it('has the id of its own subject, known or looked up', async () => {
    const { registry, asked } = registryOf();
    const { producer, transport, clock } = setUp({ registry });
    const reports = producer.sendAll(customers, [
      { key: 'a', value: { case: 'Created', value: ann } },
      { key: 'a', value: { case: 'Deleted', value: gone } },
      { key: 'a', value: null },
      { key: null, value: { case: 'Created', value: ann } },
    ]);
    await clock.advance(5);
    expect(await reports).toHaveLength(4);
    const values = transport.sent[0]?.messages.map(({ value }) => value && unframe(value));
    expect(values).toEqual([
      { schemaId: 21, body: CreatedCodec.encode(ann) },
      { schemaId: 52, body: DeletedCodec.encode(gone) },
      null,
      { schemaId: 21, body: CreatedCodec.encode(ann) },
    ]);
    expect(asked).toEqual(['POST /subjects/customers-ev.Deleted']);
  });

  it('is registered under its own subject', async () => {
    const { registry, asked } = registryOf({ isEmpty: true });
    const { producer, transport, clock } = setUp({ registry, register: 'allowed' });
    const sending = [
      producer.send(namesakes, { value: { case: 'other.Created', value: gone } }),
      producer.send(renamed, { key: 7n, value: { case: 'Removed', value: gone } }),
      producer.send(ofUnion, {
        key: Uint8Array.of(0xff),
        value: { case: 'Deleted', value: gone },
      }),
    ];
    await clock.advance(5);
    await Promise.all(sending);
    const sent = transport.sent.flatMap(({ messages }) => messages);
    expect(sent.map(({ value }) => value && unframe(value).schemaId)).toEqual([54, 55, 57]);
    expect(sent.map(({ key }) => key)).toEqual([
      null,
      LongCodec.encodeFramed(7n, 56),
      Uint8Array.of(0xff),
    ]);
    expect(sent[2]?.value).toEqual(UnionCodec.encodeFramed({ case: 'Deleted', value: gone }, 57));
    expect(asked.filter((line) => line.endsWith('/versions')).sort()).toEqual([
      'POST /subjects/of-union-value/versions',
      'POST /subjects/other.Created/versions',
      'POST /subjects/renamed-ev.Removed/versions',
      'POST /subjects/renamed-key/versions',
    ]);
  });

  it('fails alone where only its subject is missing', async () => {
    const { registry } = scriptedRegistry(() => UNKNOWN);
    const { producer, clock } = setUp({ registry });
    const sending = producer.sendAll(customers, [
      { key: 'a', value: { case: 'Deleted', value: gone } },
      { key: 'a', value: { case: 'Created', value: ann } },
    ]);
    const failing = failureOf(sending);
    await clock.advance(5);
    const error = await failing;
    expect(error).toMatchObject({
      code: 'SCHEMA_UNREGISTERED',
      subject: 'customers-ev.Deleted',
      outcomes: [{ error: { code: 'SCHEMA_UNREGISTERED' } }, { partition: 0 }],
    });
    expect(error.message).toContain('The schema ev.Deleted is not registered');
  });
});

describe('a message that does not fit', () => {
  const CASES = '{ case, value } of Created, Deleted, or null';

  it.each<{ name: string; value: unknown; problem: object }>([
    {
      name: 'another case',
      value: { case: 'Moved', value: gone },
      problem: { path: 'value', expected: CASES, actual: 'another case' },
    },
    {
      name: 'a name that every object has',
      value: { case: 'constructor', value: gone },
      problem: { path: 'value', expected: CASES, actual: 'another case' },
    },
    {
      name: 'a value without its case',
      value: ann,
      problem: { path: 'value', expected: CASES, actual: 'object' },
    },
    {
      name: 'nothing',
      value: undefined,
      problem: { path: 'value', expected: CASES, actual: 'undefined' },
    },
    {
      name: 'the value of another case',
      value: { case: 'Created', value: gone },
      problem: { path: 'value.value.name', expected: 'string', actual: 'undefined' },
    },
    {
      name: 'null in a case, which is no tombstone',
      value: { case: 'Created', value: null },
      problem: { path: 'value.value', expected: 'ev.Created', actual: 'null' },
    },
  ])('is refused by name: $name', async ({ value, problem }) => {
    const { producer, transport } = setUp();
    // Safe: as a caller without the compiler has it.
    const error = await failureOf(producer.send(customers, { key: 'a', value: value as never }));
    expect(error).toMatchObject({ code: 'ENCODE', topic: 'customers', problems: [problem] });
    expect(transport.sent).toEqual([]);
  });

  it('has nothing beside its case and its value where the producer is strict', async () => {
    const value = { case: 'Created', value: { ...ann, nmae: 'x' }, vlaue: gone, more: undefined };
    const { producer, transport } = setUp({ strictFields: true });
    // Safe: fields too much are no matter of the types.
    const error = await failureOf(producer.send(customers, { key: 'a', value: value as never }));
    expect(error.problems.map(({ path }) => path)).toEqual(['value.vlaue', 'value.value.nmae']);
    expect(error).toMatchObject({ code: 'ENCODE', cause: { code: 'AVRO_VALUE' } });
    expect(transport.sent).toEqual([]);
    for (const strictFields of [true, false]) {
      const { producer, transport, clock } = setUp({ strictFields });
      const { vlaue: _, ...fine } = { ...value, value: ann };
      void producer.send(customers, { key: 'a', value: (strictFields ? fine : value) as never });
      await clock.advance(5);
      expect(transport.sent).toHaveLength(1);
    }
  });

  it('says which of many', async () => {
    const { producer } = setUp();
    const error = await failureOf(
      producer.sendAll(customers, [
        { key: 'a', value: { case: 'Created', value: ann } },
        // @ts-expect-error There is no such case.
        { key: 'a', value: { case: 'Moved', value: gone } },
        // @ts-expect-error A name is missing.
        { key: 'a', value: { case: 'Created', value: gone } },
      ]),
    );
    expect(error.problems.map(({ path }) => path)).toEqual(['[1].value', '[2].value.value.name']);
    expect(error.message).toContain(
      `Nothing was sent to "customers": [1].value: expected ${CASES}`,
    );
  });
});

describe('a key of bytes', () => {
  const value = { case: 'Deleted', value: gone } as const;

  it('is sent as it was when it was given', async () => {
    const { registry } = registryOf();
    const { producer, transport, clock } = setUp({ registry });
    const key = Uint8Array.of(0, 0xff);
    void producer.send(ofUnion, { key, value });
    key.fill(9);
    void producer.send(ofUnion, { key: null, value });
    await clock.advance(5);
    const keys = transport.sent.flatMap(({ messages }) => messages.map(({ key }) => key));
    expect(keys).toEqual([Uint8Array.of(0, 0xff), null]);
  });

  it.each<{ name: string; key: unknown; actual: string }>([
    { name: 'text', key: 'a', actual: 'string' },
    { name: 'a list', key: [1, 2], actual: 'array' },
    { name: 'none', key: undefined, actual: 'undefined' },
  ])('is not $name', async ({ key, actual }) => {
    const { producer } = setUp();
    // Safe: as a caller without the compiler has it.
    const error = await failureOf(producer.send(ofUnion, { key: key as never, value }));
    const problem = { path: 'key', expected: 'a Uint8Array or null', actual };
    expect(error).toMatchObject({ code: 'ENCODE', problems: [problem] });
  });
});

it('types messages by the types of their topic', async () => {
  const { producer } = setUp();
  const here = { ...customers, name: 'customers-eu' };
  const refused: readonly (() => Promise<unknown>)[] = [
    // @ts-expect-error The value of another case.
    () => producer.send(customers, { key: 'a', value: { case: 'Created', value: gone } }),
    // @ts-expect-error There is no such case.
    () => producer.send(here, { key: 'a', value: { case: 'Moved', value: gone } }),
    // @ts-expect-error A value without its case.
    () => producer.send(customers, { key: 'a', value: ann }),
    // @ts-expect-error A key is bytes here.
    () => producer.send(ofUnion, { key: 'a', value: null }),
    // @ts-expect-error A key is a bigint here.
    () => producer.send(renamed, { key: '7', value: null }),
  ];
  for (const send of refused) await expect(send()).rejects.toMatchObject({ code: 'ENCODE' });
});
