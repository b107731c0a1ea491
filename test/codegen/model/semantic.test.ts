/** Names of Kafka Connect that count as logical types where a project says so. */
import { describe, expect, it } from '@jest/globals';
import { identityOf, lockedIdentityOf } from '../../../codegen/model/identity.js';
import { LOGICAL_TYPES, type LogicalType } from '../../../codegen/model/logical.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import { printSchema } from '../../../codegen/model/print.js';
import type { Schema } from '../../../codegen/model/schema.js';
import { DOCUMENTED_NAMES, type SemanticNames } from '../../../codegen/model/semantic.js';
import type { Json, JsonObject } from '../../../runtime/json.js';

const ALL: SemanticNames = new Map(
  DOCUMENTED_NAMES.map(({ name, rows }) => [name, rows[0] ?? name]),
);
const CONNECT = 'org.apache.kafka.connect.data';

const connect = (type: string, name: string, more: JsonObject = {}): JsonObject => ({
  type,
  'connect.version': 1,
  'connect.name': name,
  ...more,
});
const scaled = (parameters: Json, more: JsonObject = {}): JsonObject =>
  connect('bytes', `${CONNECT}.Decimal`, { 'connect.parameters': parameters, ...more });

const parse = (schema: Json, semantics?: SemanticNames) =>
  parseSchema(schema, { role: 'history', ...(semantics && { semantics }) });

function logicalOf(schema: Json, semantics: SemanticNames = ALL): LogicalType | undefined {
  const { schema: parsed } = parse(schema, semantics);
  return parsed.kind === 'union' ? undefined : parsed.logical;
}

const TIME = 'io.debezium.time';
const DATA = 'io.debezium.data';
/** As the documentation has them: name, base, and what it counts as, if that is not itself. */
const DOCUMENTED: readonly (readonly [name: string, base: string, row?: string])[] = [
  [`${CONNECT}.Date`, 'int', 'date'],
  [`${CONNECT}.Time`, 'int', 'time-millis'],
  [`${CONNECT}.Timestamp`, 'long', 'timestamp-millis'],
  [`${CONNECT}.Decimal`, 'bytes', 'decimal'],
  [`${TIME}.Date`, 'int', 'date'],
  [`${TIME}.Time`, 'int', 'time-millis'],
  [`${TIME}.MicroTime`, 'long', 'time-micros'],
  [`${TIME}.NanoTime`, 'long'],
  [`${TIME}.Timestamp`, 'long', 'local-timestamp-millis'],
  [`${TIME}.MicroTimestamp`, 'long', 'local-timestamp-micros'],
  [`${TIME}.NanoTimestamp`, 'long', 'local-timestamp-nanos'],
  [`${TIME}.ZonedTime`, 'string'],
  [`${TIME}.ZonedTimestamp`, 'string'],
  [`${TIME}.IsoDate`, 'string'],
  [`${TIME}.IsoTime`, 'string'],
  [`${TIME}.IsoTimestamp`, 'string'],
  [`${TIME}.Year`, 'int'],
  [`${TIME}.MicroDuration`, 'long'],
  [`${TIME}.MicroDuration`, 'double'],
  [`${TIME}.Interval`, 'string'],
  [`${DATA}.Uuid`, 'string', 'uuid'],
  [`${DATA}.Json`, 'string'],
  [`${DATA}.Xml`, 'string'],
  [`${DATA}.Enum`, 'string'],
  [`${DATA}.EnumSet`, 'string'],
  [`${DATA}.Bits`, 'bytes'],
];

describe('a documented name', () => {
  it.each(DOCUMENTED)('counts as it is documented: %s on %s', (name, base, row = name) => {
    expect(logicalOf(connect(base, name))).toMatchObject({ name: row, semantic: name });
  });

  it('is one of these', () => {
    const known = DOCUMENTED_NAMES.flatMap(({ name, on }) => on.map((base) => [name, base]));
    expect(known).toEqual(DOCUMENTED.map(([name, base]) => [name, base]));
  });

  it('stands for rows that stand on its base', () => {
    for (const { name, on, rows } of DOCUMENTED_NAMES)
      for (const row of rows) {
        const bases = Object.keys(LOGICAL_TYPES.find((one) => one.name === row)?.on ?? {});
        expect({ name, bases }).toEqual({ name, bases: expect.arrayContaining([...on]) });
      }
  });

  it.each<[string, Json]>([
    ['where nothing counts', connect('long', 'io.debezium.time.MicroTimestamp')],
    ['that is no text', { type: 'long', 'connect.name': 7 }],
    ['beside the type', { type: 'long', name: 'io.debezium.time.MicroTimestamp' }],
  ])('counts for nothing %s', (what, schema) => {
    const semantics = what.startsWith('where') ? new Map<string, string>() : ALL;
    expect(logicalOf(schema, semantics)).toBeUndefined();
  });

  it('gives way to a logicalType', () => {
    const both = connect('long', `${CONNECT}.Timestamp`, { logicalType: 'timestamp-micros' });
    expect(logicalOf(both)).toEqual({ name: 'timestamp-micros' });
    const unknown = connect('long', `${CONNECT}.Timestamp`, { logicalType: 'years' });
    expect(logicalOf(unknown)).toBeUndefined();
  });

  it.each<[string, Json, string]>([
    [
      'a date on text',
      connect('string', 'io.debezium.time.Date'),
      'stands on int, not on this string',
    ],
    [
      'a UUID on bytes',
      connect('bytes', 'io.debezium.data.Uuid'),
      'stands on string, not on this bytes',
    ],
    ['microseconds on an int', connect('int', 'io.debezium.time.MicroTime'), 'stands on long'],
    ['a decimal of negative scale', scaled({ scale: '-2' }), 'The scale of a decimal'],
    ['a decimal of many digits', scaled({ scale: '65' }), 'from 0 to its precision (64)'],
    ['a decimal without a number', scaled({ scale: 'two' }), 'The scale of a decimal'],
    [
      'an array',
      { type: 'array', items: 'int', 'connect.name': 'io.debezium.time.Date' },
      'not on this array',
    ],
  ])('is passed over, with a word, on %s', (_, schema, words) => {
    const { schema: parsed, warnings } = parse(schema, ALL);
    expect(parsed).toMatchObject({ logical: undefined });
    expect(warnings).toEqual([
      expect.objectContaining({
        code: 'SEMANTIC_INVALID',
        message: expect.stringContaining(words),
      }),
    ]);
  });
});

describe('the decimal of Connect', () => {
  it.each<[string, Json, number, number]>([
    [
      "as AvroData writes Debezium's",
      scaled({ scale: '2', 'connect.decimal.precision': '10' }),
      10,
      2,
    ],
    ['of no precision', scaled({ scale: '4' }), 64, 4],
    ['of no scale', connect('bytes', `${CONNECT}.Decimal`), 64, 0],
    [
      'with properties beside the parameters',
      scaled({ scale: '2' }, { scale: 3, precision: 9 }),
      9,
      3,
    ],
    ['with numbers for texts', scaled({ scale: 2, 'connect.decimal.precision': 5 }), 5, 2],
    ['with parameters that are none', scaled(['2']), 64, 0],
  ])('%s', (_, schema, precision, scale) => {
    expect(logicalOf(schema)).toEqual({
      name: 'decimal',
      precision,
      scale,
      semantic: `${CONNECT}.Decimal`,
    });
  });
});

describe('the identity', () => {
  const record = (type: Json): Json => ({
    type: 'record',
    name: 'Row',
    fields: [
      { name: 'id', type: 'long' },
      { name: 'at', type: ['null', type], default: null },
    ],
  });
  const of = (schema: Json, semantics?: SemanticNames): Schema => parse(schema, semantics).schema;
  const micro = record(connect('long', 'io.debezium.time.MicroTimestamp'));
  const milli = record(connect('long', 'io.debezium.time.Timestamp'));

  it('is that of before where no name counts', () => {
    expect(identityOf(of(micro))).toBe(identityOf(of(record('long'))));
    expect(identityOf(of(milli, new Map([['com.acme.Other', 'date']])))).toBe(
      identityOf(of(record('long'))),
    );
  });

  it('is another for another name that counts, and of none', () => {
    const identities = [micro, milli, record('long')].map((one) => identityOf(of(one, ALL)));
    expect(new Set(identities).size).toBe(3);
  });

  it('is one for two names that say the same', () => {
    const [ours, theirs] = [`${CONNECT}.Date`, 'io.debezium.time.Date'].map((name) =>
      identityOf(of(record(connect('int', name)), ALL)),
    );
    expect(ours).toBe(theirs);
    expect(ours).toBe(identityOf(of(record({ type: 'int', logicalType: 'date' }))));
  });

  it('is in locks what it was, whatever counts', () => {
    for (const schema of [micro, milli])
      for (const semantics of [ALL, undefined])
        expect(lockedIdentityOf(of(schema, semantics))).toBe(identityOf(of(record('long'))));
    const dated = record({ type: 'int', logicalType: 'date' });
    expect(lockedIdentityOf(of(dated, ALL))).toBe(identityOf(of(dated)));
  });

  it('leaves the text of a schema as it is', () => {
    expect(printSchema(of(micro, ALL))).toEqual(printSchema(of(micro)));
  });
});
