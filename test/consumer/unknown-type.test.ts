import { describe, expect, it } from '@jest/globals';
import {
  createHandler,
  type DeadLetter,
  deadLetterTo,
  type FailureOptions,
  on,
  type Route,
} from '../../consumer/index.js';
import { fixedRegistry } from '../../local/fixed-registry.js';
import { type KafkaRecordInput, mskEvent } from '../../local/msk-event.js';
import { topicRecord } from '../../local/topic-record.js';
import { fingerprintOf } from '../../runtime/avro.js';
import { createCodec } from '../../runtime/generated-code.js';
import { frame } from '../../runtime/index.js';
import * as read from '../../runtime/wire/read.js';
import { testLogger } from './clicks.js';
import {
  type CustomersValue,
  type CustomersValueInput,
  customers,
  DeletedCodec,
  handling,
  MOVED,
  namesakes,
  ofUnion,
  renamed,
  SCHEMAS,
  text8,
  UnionCodec,
} from './customers.js';

const known = topicRecord(customers, { value: { case: 'Deleted', value: { id: 'a' } } });
const moved = Buffer.concat([text8('a'), text8('b')]);
const unknown: KafkaRecordInput = { topic: 'customers', value: frame(31, moved) };

/** Handles records of any of the topics; answers how many were, and what else there is to know. */
async function deliver(onFailure: FailureOptions['onFailure'], ...events: KafkaRecordInput[][]) {
  let handled = 0;
  const count = () => void handled++;
  const routes: Route[] = [
    on(customers, count),
    on(namesakes, count),
    on(renamed, count),
    on(ofUnion, count),
  ];
  const { invoke, logger } = handling({ routes, onFailure });
  const answers: unknown[] = [];
  for (const event of events)
    answers.push(await invoke(mskEvent(event)).catch((error: unknown) => error));
  const told = logger.lines.filter(({ fields }) => fields.code === 'UNKNOWN_TYPE');
  return { answers, handled, told, last: logger.lines.at(-1) };
}

describe('a type that the code does not have', () => {
  it.each<{ name: string; given: KafkaRecordInput; type: string; schemaId: number }>([
    { name: 'a name of its own', given: unknown, type: 'ev.Moved', schemaId: 31 },
    {
      name: 'a simple name that another namespace has',
      given: { topic: 'customers', value: DeletedCodec.encodeFramed({ id: 'a' }, 13) },
      type: 'other.Created',
      schemaId: 13,
    },
    {
      name: 'no name',
      given: { topic: 'customers', value: frame(34, text8('a')) },
      type: 'string',
      schemaId: 34,
    },
    {
      name: 'a branch that a newer union has',
      given: { topic: 'of-union', value: frame(33, Buffer.concat([Uint8Array.of(2), moved])) },
      type: 'ev.Moved',
      schemaId: 33,
    },
    {
      name: 'a type alone where the code has a union',
      given: { topic: 'of-union', value: frame(31, moved) },
      type: 'ev.Moved',
      schemaId: 31,
    },
  ])('is UNKNOWN_TYPE: $name', async ({ given, type, schemaId }) => {
    const { answers, handled } = await deliver(undefined, [known, given]);
    expect(answers).toEqual([
      expect.objectContaining({
        name: expect.stringMatching(/^ConsumerError\.UNKNOWN_TYPE\b/),
        code: 'UNKNOWN_TYPE',
        topic: given.topic,
        offset: given.topic === 'customers' ? 1 : 0,
        part: 'value',
        type,
        schemaId,
        message: expect.stringContaining(`is of type ${type} (schema id ${schemaId})`),
      }),
    ]);
    expect(handled).toBe(0);
  });

  it('is damage where bytes of a type that it has do not decode', async () => {
    // The index of a branch that is there, and nothing behind it.
    const cut: KafkaRecordInput = { topic: 'of-union', value: frame(33, Uint8Array.of(4)) };
    const beyond: KafkaRecordInput = { topic: 'of-union', value: frame(33, Uint8Array.of(20)) };
    for (const given of [cut, beyond]) {
      const { answers } = await deliver({ unknownType: 'skip' }, [given]);
      expect(answers).toMatchObject([{ code: 'DECODE' }]);
    }
  });
});

describe('a branch that the union of the code has no more', () => {
  /** As generated with an older version in the lock, which had the branch. */
  const knowing = createCodec<CustomersValue | null, CustomersValueInput | null>({
    ...UnionCodec,
    versions: () => ({
      [fingerprintOf(SCHEMAS[33])]: () => read.fail('AVRO_UNRESOLVED', 'a branch of the union'),
    }),
  });
  const gone = { topic: 'of-union', value: frame(33, Buffer.concat([Uint8Array.of(2), moved])) };

  it.each([
    { writer: 'knows', codec: knowing, code: 'DECODE' },
    { writer: 'does not know', codec: UnionCodec, code: 'UNKNOWN_TYPE' },
  ])('is $code of a writer that the lock $writer', async ({ codec, code }) => {
    const routes = [on({ ...ofUnion, value: codec }, () => undefined)];
    const { invoke } = handling({ routes });
    await expect(invoke(mskEvent([gone]))).rejects.toMatchObject({ code, schemaId: 33 });
  });
});

describe('its policy', () => {
  it.each<{ onFailure: FailureOptions['onFailure'] }>([
    { onFailure: undefined },
    { onFailure: {} },
    { onFailure: 'fail' },
    // It is no damage: what holds for that does not hold for it.
    { onFailure: { decode: 'skip', handler: 'skip' } },
  ])('is to fail: $onFailure', async ({ onFailure }) => {
    const { answers, told } = await deliver(onFailure, [known, unknown]);
    expect(answers).toMatchObject([{ code: 'UNKNOWN_TYPE' }]);
    expect(told).toMatchObject([{ level: 'error', fields: { policy: 'fail', type: 'ev.Moved' } }]);
  });

  it.each<{ onFailure: FailureOptions['onFailure'] }>([
    { onFailure: 'skip' },
    { onFailure: { unknownType: 'skip' } },
  ])('skips, counts, and logs each type once: $onFailure', async ({ onFailure }) => {
    const other = { topic: 'customers', value: DeletedCodec.encodeFramed({ id: 'a' }, 13) };
    const many = Array.from({ length: 50 }, () => unknown);
    const { answers, handled, told, last } = await deliver(
      onFailure,
      [known, unknown, known, other, unknown],
      [...many, known],
    );
    expect(answers).toEqual([{ batchItemFailures: [] }, { batchItemFailures: [] }]);
    expect(handled).toBe(3);
    expect(told.map(({ level, fields }) => [level, fields.type, fields.schemaId])).toEqual([
      ['warn', 'ev.Moved', 31],
      ['warn', 'other.Created', 13],
    ]);
    expect(last).toMatchObject({ level: 'warn', fields: { handled: 1, skipped: 50 } });
  });

  it('logs a type once per topic', async () => {
    const elsewhere = { topic: 'of-union', value: frame(31, moved) };
    const { told } = await deliver('skip', [unknown, elsewhere, unknown, elsewhere]);
    expect(told.map(({ fields }) => fields.topic)).toEqual(['customers', 'of-union']);
  });

  it('remembers a bounded number of types, and those only that it has logged', async () => {
    const many = Array.from({ length: 1_050 }, (_, i) => 100 + i);
    const schemas = many.map((id) => [id, MOVED.replace('ev.Moved', `ev.Moved${id}`)] as const);
    const logger = testLogger();
    const handler = createHandler({
      registry: fixedRegistry(Object.fromEntries(schemas)),
      logger,
      onFailure: { unknownType: 'skip' },
      routes: [on(customers, () => {})],
    });
    const told = async (ids: readonly number[]) => {
      const before = logger.lines.length;
      await handler(mskEvent(ids.map((id) => ({ topic: 'customers', value: frame(id, moved) }))));
      const lines = logger.lines.slice(before);
      return lines.filter(({ fields }) => fields.code === 'UNKNOWN_TYPE').length;
    };
    // An event has so many lines: the types behind them have theirs with the next.
    expect(await told(many.slice(0, 30))).toBe(20);
    expect(await told(many.slice(0, 30))).toBe(10);
    expect(await told(many.slice(0, 30))).toBe(0);
    for (let i = 30; i < many.length; i += 20) await told(many.slice(i, i + 20));
    expect(await told(many.slice(-20))).toBe(0);
    expect(await told(many.slice(0, 20))).toBe(20);
  });

  it('reports', async () => {
    const { answers, handled, told } = await deliver({ unknownType: 'report' }, [
      known,
      unknown,
      known,
    ]);
    const failed = { itemIdentifier: { partition: 'customers-0', offset: 1 } };
    expect(answers).toEqual([{ batchItemFailures: [failed] }]);
    expect(handled).toBe(1);
    expect(told).toHaveLength(1);
  });

  it('hands the record to a sink, each one', async () => {
    const letters: DeadLetter[] = [];
    const unknownType = deadLetterTo((letter) => void letters.push(letter));
    const { answers, handled, told } = await deliver({ unknownType }, [unknown, known, unknown]);
    expect(answers).toEqual([{ batchItemFailures: [] }]);
    expect(letters.map(({ id, error }) => [id, error.type])).toEqual([
      ['customers-0@0', 'ev.Moved'],
      ['customers-0@2', 'ev.Moved'],
    ]);
    expect([handled, told.length]).toEqual([1, 2]);
  });

  it('leaves what is damaged to its own', async () => {
    const bad = { topic: 'customers', value: frame(11, Uint8Array.of(9)) };
    const { answers } = await deliver({ unknownType: 'skip' }, [unknown, bad]);
    expect(answers).toMatchObject([{ code: 'DECODE' }]);
  });
});
