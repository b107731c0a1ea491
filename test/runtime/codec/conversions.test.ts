/** The values of logical types, row by row: what the bytes hold, what user code sees, and what is neither. */
import { describe, expect, it } from '@jest/globals';
import {
  bigDecimal,
  date,
  duration,
  localTimestampMicros,
  localTimestampMillis,
  localTimestampNanos,
  type ReadyConversion,
  timestampMillis,
  uuid,
  uuidFixed,
} from '../../../runtime/codec/conversions.js';
import { AvroError } from '../../../runtime/index.js';
import { BadValue } from '../../../runtime/wire/output.js';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const DAYS = 100_000_000;
const SPAN = '01000000' + '02000000' + 'fffffffe';

type Row<Base, Value> = readonly [Base, Value];

/** Both ways: the base decodes to the value, and the value encodes to the base. */
function rows<Base, Value>(
  name: string,
  conversion: ReadyConversion<Base, Value>,
  table: readonly Row<Base, Value>[],
): readonly (readonly [string, unknown, () => void])[] {
  return table.map(([base, value]) => [
    name,
    value,
    () => {
      expect(conversion.decode(base)).toEqual(value);
      expect(conversion.encode(value)).toEqual(base);
    },
  ]);
}

describe('a value of a logical type is what its bytes hold', () => {
  it.each([
    ...rows('timestamp-millis', timestampMillis, [
      [0, new Date(0)],
      [-1, new Date(-1)],
      [DAYS * 86_400_000, new Date(8.64e15)],
      [-DAYS * 86_400_000, new Date(-8.64e15)],
    ]),
    ...rows('date', date, [
      [0, '1970-01-01'],
      [-1, '1969-12-31'],
      [11_016, '2000-02-29'],
      [DAYS, '+275760-09-13'],
      [-DAYS, '-271821-04-20'],
    ]),
    ...rows('local-timestamp-millis', localTimestampMillis, [
      [0, '1970-01-01T00:00:00.000'],
      [-1, '1969-12-31T23:59:59.999'],
      [951_868_799_001, '2000-02-29T23:59:59.001'],
    ]),
    ...rows('local-timestamp-micros', localTimestampMicros, [
      [0n, '1970-01-01T00:00:00.000000'],
      [-1n, '1969-12-31T23:59:59.999999'],
      [-1_000_000n, '1969-12-31T23:59:59.000000'],
      [1_000_001n, '1970-01-01T00:00:01.000001'],
    ]),
    ...rows('local-timestamp-nanos', localTimestampNanos, [
      [0n, '1970-01-01T00:00:00.000000000'],
      [-1n, '1969-12-31T23:59:59.999999999'],
      [2n ** 63n - 1n, '2262-04-11T23:47:16.854775807'],
      [-(2n ** 63n), '1677-09-21T00:12:43.145224192'],
    ]),
    ...rows('uuid', uuid, [
      ['0f8fad5b-d9cb-469f-a165-70867728950e', '0f8fad5b-d9cb-469f-a165-70867728950e'],
      ['0F8FAD5B-D9CB-469F-A165-70867728950E', '0F8FAD5B-D9CB-469F-A165-70867728950E'],
    ]),
    ...rows('uuid on fixed', uuidFixed, [
      [hex('0f8fad5bd9cb469fa16570867728950e'), '0f8fad5b-d9cb-469f-a165-70867728950e'],
    ]),
    ...rows('duration', duration, [
      [hex(SPAN), { months: 1, days: 2, millis: 0xfeffffff }],
      [new Uint8Array(12), { months: 0, days: 0, millis: 0 }],
    ]),
    ...rows('big-decimal', bigDecimal, [
      [hex('0200' + '00'), '0'],
      [hex('020f' + '02'), '1.5'],
      [hex('0400ff' + '00'), '255'],
      [hex('0280' + '02'), '-12.8'],
      [hex('0201' + '05'), '1E+3'],
    ]),
  ])('%s: %p', (_, _value, holds) => holds());
});

/** As JavaScript callers give it, or as no type tells. */
const refused = <Base, Value>(
  name: string,
  { encode }: ReadyConversion<Base, Value>,
  values: readonly unknown[],
): readonly (readonly [string, unknown, () => unknown])[] =>
  // Safe: what is refused never gets further.
  values.map((value) => [name, value, () => encode(value as Value)]);

describe('a value that is none of its logical type is refused', () => {
  const stamp = '1970-01-01T00:00:00';

  it.each([
    ...refused('timestamp-millis', timestampMillis, [new Date(Number.NaN), 0, '1970-01-01', null]),
    ...refused('date', date, [
      '1970-1-1',
      '70-01-01',
      '2023-02-29',
      '2023-02-31',
      '2023-13-01',
      '2023-00-10',
      '+275760-09-14',
      `${stamp}.000`,
      ' 1970-01-01',
      '1970-01-01 ',
      new Date(0),
      null,
    ]),
    ...refused('local-timestamp-millis', localTimestampMillis, [
      stamp,
      `${stamp}.00`,
      `${stamp}.0000`,
      `${stamp}.000Z`,
      `${stamp}.000+01:00`,
      '2023-02-31T00:00:00.000',
      '1970-01-01T25:00:00.000',
      '1970-01-01T00:60:00.000',
      'x1970-01-01T00:00:00.000',
      null,
    ]),
    ...refused('local-timestamp-micros', localTimestampMicros, [
      `${stamp}.000`,
      `${stamp}.0000000`,
      `${stamp}000000`,
      '2023-02-31T00:00:00.000000',
      7n,
    ]),
    ...refused('local-timestamp-nanos', localTimestampNanos, [`${stamp}.000000`, '', undefined]),
    ...refused('uuid', uuid, [
      '0f8fad5bd9cb469fa16570867728950e',
      '0f8fad5b-d9cb-469f-a165-70867728950',
      '0f8fad5b-d9cb-469f-a165-70867728950ef',
      '{0f8fad5b-d9cb-469f-a165-70867728950e}',
      '0f8fad5b-d9cb-469f-a165-70867728950g',
      null,
    ]),
    ...refused('uuid on fixed', uuidFixed, ['0f8fad5b-d9cb-469f-a165-70867728950', 1]),
    ...refused('duration', duration, [
      { months: 1, days: 1 },
      { months: -1, days: 1, millis: 1 },
      { months: 1, days: 1.5, millis: 1 },
      { months: 1, days: 1, millis: 2 ** 32 },
      { months: '1', days: 1, millis: 1 },
      null,
      undefined,
    ]),
    ...refused('big-decimal', bigDecimal, [
      '',
      '1,5',
      '.5',
      '5.',
      '--1',
      'NaN',
      '1E',
      '1E100000',
      1,
    ]),
  ])('%s: %p', (_, _value, encode) => {
    expect(encode).toThrow(BadValue);
  });
});

describe('bytes that hold no value of their logical type are refused', () => {
  it.each<[string, () => unknown]>([
    ['timestamp-millis after the last Date', () => timestampMillis.decode(8.64e15 + 1)],
    ['timestamp-millis before the first', () => timestampMillis.decode(-8.64e15 - 1)],
    ['date after the last', () => date.decode(DAYS + 1)],
    ['date before the first', () => date.decode(-DAYS - 1)],
    ['local-timestamp-millis after the last', () => localTimestampMillis.decode(8.64e15 + 1)],
    ['local-timestamp-micros after the last', () => localTimestampMicros.decode(2n ** 63n - 1n)],
    ['big-decimal of nothing', () => bigDecimal.decode(hex(''))],
    ['big-decimal without a scale', () => bigDecimal.decode(hex('0201'))],
    ['big-decimal with bytes behind it', () => bigDecimal.decode(hex('02010401'))],
    ['big-decimal that says it is longer', () => bigDecimal.decode(hex('080104'))],
    ['big-decimal of negative length', () => bigDecimal.decode(hex('0104'))],
    ['big-decimal with a scale of five full bytes', () => bigDecimal.decode(hex('0201ffffffffff'))],
    ['big-decimal of scale 10,001', () => bigDecimal.decode(hex('0201a29c01'))],
    ['big-decimal of scale -10,001', () => bigDecimal.decode(hex('0201a19c01'))],
  ])('%s', (_, decode) => {
    expect(decode).toThrow(expect.objectContaining({ code: 'AVRO_LOGICAL' }));
    expect(decode).toThrow(AvroError);
  });

  it('to the last scale that is taken', () => {
    expect(bigDecimal.decode(hex('0201a09c01'))).toBe(`0.${'1'.padStart(10_000, '0')}`);
    expect(bigDecimal.decode(hex('02019f9c01'))).toBe('1E+10000');
  });
});
