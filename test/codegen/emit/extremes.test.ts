/** Schemas larger, deeper and odder than people write still give code that compiles and works. */
import { expect, it } from '@jest/globals';
import type { Json } from '../../../runtime/json.js';
import { compile, generate, importCodecs, writeScratch } from '../generated-project.js';

const FIELDS = 2_000;
const SYMBOLS = 3_000;
const BRANCHES = 150;
const CHAIN = 200;
const LEVELS = 60;

const record = (name: string, fields: readonly Json[], more = {}): Json => ({
  type: 'record',
  name,
  fields,
  ...more,
});

const range = <T>(length: number, make: (i: number) => T): T[] =>
  Array.from({ length }, (_, i) => make(i));

const nested = range(LEVELS, (i) => i).reduce<Json>(
  (inner, i) => (i % 2 === 0 ? { type: 'array', items: inner } : { type: 'map', values: inner }),
  'int',
);

/** Each level a union of null, a list and a string. */
const unions = range(LEVELS / 2, (i) => i).reduce<Json>(
  (inner) => ['null', { type: 'array', items: inner }, 'string'],
  ['null', 'int'],
);

const SCHEMAS: readonly Json[] = [
  record(
    'Wide',
    range(FIELDS, (i) =>
      i % 2 === 0
        ? { name: `f${i}`, type: 'string' }
        : { name: `f${i}`, type: ['null', 'long'], default: null },
    ),
  ),
  { type: 'enum', name: 'Many', symbols: range(SYMBOLS, (i) => `S${i}`) },
  record('Deep', [
    { name: 'lists', type: nested },
    { name: 'unions', type: unions },
  ]),
  record('Branches', [
    { name: 'u', type: range(BRANCHES, (i) => record(`B${i}`, [{ name: 'x', type: 'int' }])) },
  ]),
  // A circle through all of them.
  ...range(CHAIN, (i) =>
    record(`Chain${i}`, [
      { name: 'next', type: ['null', `Chain${(i + 1) % CHAIN}`], default: null },
    ]),
  ),
  record(
    'Texts',
    [
      {
        name: 'a',
        type: 'string',
        doc: 'x\r\n*/ y `z` $q \u2028 @param {foo} \\ end\\',
        default: '\' " ` $ \\ \u0000 \u2028 \u2029 \u007f',
      },
      {
        name: 'b',
        type: { type: 'map', values: 'string' },
        default: { "a'b": 'c"d', '': 'e', 1: 'g' },
      },
      { name: 'lone', type: 'string', default: '\ud800' },
    ],
    { doc: '*/', deprecated: '*/ since \n today' },
  ),
  record('Numbers', [
    { name: 'nan', type: 'double', default: 'NaN' },
    { name: 'infinite', type: 'float', default: '-Infinity' },
    { name: 'narrow', type: 'float', default: 0.1 },
    { name: 'large', type: 'double', default: 1e308 },
    {
      name: 'big',
      type: { type: 'bytes', logicalType: 'decimal', precision: 2000, scale: 1000 },
      default: '\u0001',
    },
    { name: 'zero', type: { type: 'fixed', name: 'Zero', size: 0 }, default: '' },
  ]),
];

it('compiles', async () => {
  const { files } = generate(SCHEMAS);
  expect(await compile(await writeScratch('extremes', files))).toEqual([]);
}, 120_000);

it('works', async () => {
  const codecs = await importCodecs('extremes-run', generate(SCHEMAS));
  const through = (name: string, value: unknown): unknown => {
    const codec = codecs.get(name);
    return codec?.decode(codec.encode(value));
  };
  const wide = Object.fromEntries(range(FIELDS, (i) => [`f${i}`, i % 2 === 0 ? 'x' : BigInt(i)]));
  expect(through('Wide', wide)).toEqual(wide);
  expect(through('Many', `S${SYMBOLS - 1}`)).toBe(`S${SYMBOLS - 1}`);
  expect(through('Branches', { u: { case: 'B149', value: { x: 1 } } })).toEqual({
    u: { case: 'B149', value: { x: 1 } },
  });
  expect(through('Texts', { lone: 'given' })).toEqual({
    a: '\' " ` $ \\ \u0000 \u2028 \u2029 \u007f',
    b: { 1: 'g', "a'b": 'c"d', '': 'e' },
    lone: 'given',
  });
  expect(through('Numbers', {})).toMatchObject({
    nan: Number.NaN,
    infinite: Number.NEGATIVE_INFINITY,
    narrow: Math.fround(0.1),
    large: 1e308,
    big: `0.${'1'.padStart(1000, '0')}`,
    zero: new Uint8Array(),
  });
  const level = range(LEVELS, (i) => i).reduce<unknown>(
    (inner, i) => (i % 2 === 0 ? [inner] : { k: inner }),
    7,
  );
  expect(through('Deep', { lists: level, unions: [[['x', null]]] })).toEqual({
    lists: level,
    unions: [[['x', null]]],
  });
}, 120_000);
