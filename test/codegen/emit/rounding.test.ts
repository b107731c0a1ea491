/** `decimals` of tavro.json: digits beyond the scale are rounded where it says so. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Rounding } from '../../../runtime/codec/decimal-text.js';
import type { GeneratedCodec } from '../../../runtime/generated-code.js';
import { compile, generate, importCodecs, writeScratch } from '../generated-project.js';

const decimal = (more = {}) => ({
  type: 'bytes',
  logicalType: 'decimal',
  precision: 6,
  scale: 2,
  ...more,
});
const MONEY = decimal({ type: 'fixed', name: 'acme.Money', size: 4 });

const SCHEMA = {
  type: 'record',
  name: 'acme.Order',
  fields: [
    { name: 'even', type: decimal() },
    { name: 'up', type: decimal({ scale: 1 }) },
    { name: 'down', type: decimal() },
    { name: 'strict', type: decimal() },
    { name: 'fixed', type: MONEY },
    { name: 'strictFixed', type: 'acme.Money' },
    { name: 'list', type: { type: 'array', items: decimal() } },
    { name: 'map', type: { type: 'map', values: ['null', decimal()] } },
    { name: 'optional', type: ['null', decimal()], default: null },
    { name: 'filled', type: decimal(), default: '\u0004\u00d2' },
    { name: 'cased', type: ['string', 'acme.Money', decimal()] },
    { name: 'toString', type: ['null', decimal()], default: null },
  ],
};

const FIELDS: readonly (readonly [string, Rounding])[] = [
  ['even', 'half-even'],
  ['up', 'half-up'],
  ['down', 'down'],
  ['fixed', 'half-up'],
  ['list', 'half-up'],
  ['map', 'half-even'],
  ['optional', 'down'],
  ['filled', 'half-up'],
  ['cased', 'half-even'],
  ['toString', 'half-up'],
];
const fieldDecimals = new Map(
  FIELDS.map(([name, rounding]) => [`acme.Order.${name}`, rounding] as const),
);

const GIVEN = {
  even: '1.005',
  up: '-0.25',
  down: '-1.019',
  strict: '1.01',
  fixed: '1.005',
  strictFixed: '1.01',
  list: ['0.005', '2'],
  map: { a: null, b: '0.015' },
  optional: '9.999',
  filled: '0.125',
  cased: { case: 'bytes', value: '0.125' },
  toString: '3.335',
};

describe('with roundings for some fields', () => {
  const generated = generate([SCHEMA], { fieldDecimals });
  let codec: GeneratedCodec<unknown, unknown>;
  beforeAll(async () => {
    const found = (await importCodecs('rounding', generated)).get('acme.Order');
    if (found === undefined) throw new Error('There is no codec.');
    codec = found;
  });

  it('writes what they make of it', () => {
    expect(codec.decode(codec.encode(GIVEN))).toEqual({
      ...GIVEN,
      even: '1.00',
      up: '-0.3',
      down: '-1.01',
      fixed: '1.01',
      list: ['0.01', '2.00'],
      map: { a: null, b: '0.02' },
      optional: '9.99',
      filled: '0.13',
      cased: { case: 'bytes', value: '0.12' },
      toString: '3.34',
    });
    const ofFixed = { ...GIVEN, cased: { case: 'Money', value: '0.135' } };
    expect(codec.decode(codec.encode(ofFixed))).toMatchObject({ cased: { value: '0.14' } });
  });

  it('fills in defaults as ever', () => {
    const { filled: _, optional: __, ...rest } = GIVEN;
    expect(codec.decode(codec.encode(rest))).toMatchObject({ filled: '12.34', optional: null });
  });

  it.each([
    ['a field that is not named', { strict: '1.005' }, /strict: .*2 of them after the point/],
    ['the type of a named field in another', { strictFixed: '1.005' }, /strictFixed: /],
    ['what becomes too large', { even: '9999.996' }, /even: .*at most 6 digits/],
    ['what becomes too large, below zero', { up: '-99999.95' }, /up: .*at most 6 digits/],
    ['what is no decimal', { even: '1,005' }, /even: /],
    ['a number', { list: ['1', 1.005] }, /list\[1\]: .*got number/],
  ])('refuses %s', (_, value, message) => {
    expect(() => codec.encode({ ...GIVEN, ...value })).toThrow(message);
  });

  it('compiles', async () => {
    expect(await compile(await writeScratch('rounding-types', generated.files))).toEqual([]);
  });
});

it('takes one word for all, and another for a field', async () => {
  const options = {
    decimals: 'half-up',
    fieldDecimals: new Map([['acme.Order.strict', 'refuse' as const]]),
  } as const;
  const codecs = await importCodecs('rounding-all', generate([SCHEMA], options));
  const codec = codecs.get('acme.Order');
  const value = { ...GIVEN, strictFixed: '1.005' };
  expect(codec?.decode(codec.encode(value))).toMatchObject({ strictFixed: '1.01', even: '1.01' });
  expect(() => codec?.encode({ ...value, strict: '1.005' })).toThrow(/strict: /);
});

it('leaves generated code as it is where nothing is rounded', () => {
  const texts = generate([SCHEMA]).files.map(({ text }) => text);
  expect(texts.filter((text) => text.includes('rounded'))).toEqual([]);
});
