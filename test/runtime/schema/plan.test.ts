/** What becomes of each part of a writer's data, row by row. */
import { describe, expect, it } from '@jest/globals';
import { describe as describeSchema, fieldTargets, plan } from '../../../runtime/schema/plan.js';
import type { RecordSchema } from '../../../runtime/schema/schema.js';
import { array, box, field, fixed, map, read, record, show, symbols } from './shown-plan.js';

const PRIMITIVES = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'];
const PROMOTIONS = new Set(
  'int>long int>float int>double long>float long>double float>double string>bytes bytes>string'.split(
    ' ',
  ),
);

describe('a plan', () => {
  const pairs = PRIMITIVES.flatMap((writer) => PRIMITIVES.map((reader) => [writer, reader]));

  it.each(pairs)('for %s as %s is what the specification lists', (writer, reader) => {
    const way = `${writer}>${reader}`;
    const want = writer === reader ? writer : PROMOTIONS.has(way) ? way : undefined;
    expect(show(plan(read(writer), read(reader)))).toBe(
      want ?? `!${writer} cannot be read as ${reader}`,
    );
  });

  it.each<[string, unknown, unknown, string]>([
    ['an array', array('int'), array('long'), 'array of int>long'],
    ['a map', map('int'), map('long'), 'map of int>long'],
    ['an array as a map', array('int'), map('int'), '!array cannot be read as map'],
    ['a map as an array', map('int'), array('int'), '!map cannot be read as array'],
    ['a record as a map', box('a.R'), map('int'), '!record a.R cannot be read as map'],
    ['an int as a record', 'int', box('R'), '!int cannot be read as record R'],
    ['an enum as text', symbols('E', ['A']), 'string', '!enum E cannot be read as string'],
    ['a fixed as bytes', fixed('F', 2), 'bytes', '!fixed F cannot be read as bytes'],
    ['a fixed', fixed('F', 2), fixed('F', 2), 'fixed 2'],
    ['a fixed in another namespace', fixed('a.F', 2), fixed('b.F', 2), 'fixed 2'],
    [
      'a fixed of another size',
      fixed('F', 2),
      fixed('F', 3),
      "!fixed F has 2 bytes, the reader's has 3",
    ],
    [
      'a fixed of another name',
      fixed('F', 2),
      fixed('G', 2),
      '!F is not G, and no alias of the reader says so',
    ],
    ['a fixed by its alias', fixed('F', 2), fixed('G', 2, { aliases: ['F'] }), 'fixed 2'],
    ['an enum', symbols('E', ['A', 'B']), symbols('E', ['B', 'A']), '[1 0]'],
    ['a symbol that went', symbols('E', ['A', 'B']), symbols('E', ['A']), '[0 -1]'],
    [
      'a symbol with a default in its place',
      symbols('E', ['A', 'B', 'C']),
      symbols('E', ['C', 'D'], { default: 'D' }),
      '[1 1 0]',
    ],
    [
      'an enum of another name',
      symbols('E', ['A']),
      symbols('G', ['A']),
      '!E is not G, and no alias of the reader says so',
    ],
    ['an enum by its alias', symbols('E', ['A']), symbols('G', ['A'], { aliases: ['E'] }), '[0]'],
  ])('for %s', (_, writer, reader, want) => {
    expect(show(plan(read(writer), read(reader)))).toBe(want);
  });
});

describe('a plan of records', () => {
  it.each<[string, unknown, unknown, string]>([
    ['of the same name', box('R'), box('R'), '{a>0 int}'],
    ['of the same name in another namespace', box('a.R'), box('b.R'), '{a>0 int}'],
    ['by an alias', box('R'), box('S', { aliases: ['R'] }), '{a>0 int}'],
    [
      'by an alias in a namespace of its own',
      box('x.R'),
      box('y.S', { aliases: ['R'] }),
      '!x.R is not y.S, and no alias of the reader says so',
    ],
    ['of other names', box('R'), box('S'), '!R is not S, and no alias of the reader says so'],
    [
      'with fields in another order',
      record('R', [field('a', 'int'), field('b', 'string')]),
      record('R', [field('b', 'string'), field('a', 'long')]),
      '{a>1 int>long b>0 string}',
    ],
    [
      'with a field that went and one that came',
      record('R', [field('gone', 'int'), field('a', 'int')]),
      record('R', [field('new', 'int', { default: 1 }), field('a', 'int')]),
      '{gone>- a>1 int =0}',
    ],
    [
      'with a field that came without a default',
      box('R'),
      record('R', [field('a', 'int'), field('b', 'int')]),
      '!field b of R is not in the data and has no default that can be used',
    ],
    [
      'with a default that is no value of its type',
      box('R'),
      record('R', [field('b', 'int', { default: 'x' }), field('a', 'int')]),
      '!field b of R is not in the data and has no default that can be used',
    ],
    [
      'with a default that nobody needs',
      box('R'),
      record('R', [field('a', 'int', { default: 'x' })]),
      '{a>0 int}',
    ],
    [
      'with a renamed field',
      record('R', [field('old', 'int')]),
      record('R', [field('now', 'int', { aliases: ['older', 'old'] })]),
      '{old>0 int}',
    ],
    [
      'with an alias that another field of the reader has as its name',
      record('R', [field('a', 'int')]),
      record('R', [field('a', 'int', { default: 0 }), field('b', 'int', { aliases: ['a'] })]),
      '{a>1 int =0}',
    ],
    [
      'with two names of the data that are one field',
      record('R', [field('old', 'int'), field('now', 'int')]),
      record('R', [field('now', 'int', { aliases: ['old'] })]),
      '!field now of R matches the fields now and old of the data, by name and by alias',
    ],
    [
      'with a field that says its own name twice',
      record('R', [field('a', 'int')]),
      record('R', [field('a', 'int', { aliases: ['a'] })]),
      '{a>0 int}',
    ],
    [
      'with a field of another type, and one behind it',
      record('R', [field('a', 'string'), field('b', 'int')]),
      record('R', [field('a', 'int'), field('b', 'int')]),
      '{a>0 !string cannot be read as int b>1 int}',
    ],
    [
      'that hold themselves',
      record('R', [field('next', ['null', 'R'])]),
      record('R', [field('next', ['null', 'R']), field('n', 'int', { default: 0 })]),
      '{next>0 (0:null|1:…) =1}',
    ],
    [
      'that hold themselves and cannot be read',
      record('R', [field('next', ['null', 'R'])]),
      record('R', [field('next', ['null', 'R']), field('n', 'int')]),
      '!field n of R is not in the data and has no default that can be used',
    ],
  ])('%s', (_, writer, reader, want) => {
    expect(show(plan(read(writer), read(reader)))).toBe(want);
  });

  it('is made once for a pair, wherever it stands', () => {
    const twice = (inner: object) => record('Two', [field('one', inner), field('two', 'R')]);
    const way = plan(
      read(twice(box('R'))),
      read(twice(record('R', [field('a', 'int'), field('b', 'int', { default: 1 })]))),
    );
    if (way.kind !== 'record') throw new Error(show(way));
    const [one, two] = way.steps;
    expect(one?.into !== undefined && two?.into !== undefined && one.plan === two.plan).toBe(true);
  });

  it('is refused once for a pair, wherever it stands', () => {
    const twice = (inner: object) => record('Two', [field('one', inner), field('two', 'R')]);
    const way = plan(
      read(twice(box('R'))),
      read(twice(record('R', [field('a', 'int'), field('b', 'int')]))),
    );
    expect(show(way)).toBe(
      `{${['one>0', 'two>1'].map((at) => `${at} !field b of R is not in the data and has no default that can be used`).join(' ')}}`,
    );
  });

  it('reads its own data field by field, whatever its aliases say', () => {
    const schema = read(record('R', [field('a', 'int'), field('b', 'int', { aliases: ['a'] })]));
    expect(show(plan(schema, schema))).toBe('{a>0 int b>1 int}');
  });
});

it('feeds fields by name, and by alias before that', () => {
  const recordOf = (fields: unknown[]): RecordSchema => {
    const schema = read(record('R', fields));
    if (schema.kind !== 'record') throw new Error(schema.kind);
    return schema;
  };
  const data = recordOf([field('a', 'int'), field('b', 'int'), field('c', 'int')]);
  const reader = recordOf([
    field('c', 'int', { aliases: ['x', 'a'] }),
    field('a', 'int'),
    field('d', 'int', { aliases: [] }),
  ]);
  expect(fieldTargets(data, data)).toEqual([0, 1, 2]);
  expect(fieldTargets(data, reader)).toBe(
    'field c of R matches the fields c and a of the data, by name and by alias',
  );
  expect(fieldTargets(recordOf([field('a', 'int'), field('b', 'int')]), reader)).toEqual([
    0,
    undefined,
  ]);
});

it.each([
  ['int', 'int'],
  [array('int'), 'array'],
  [map('int'), 'map'],
  [box('a.R'), 'record a.R'],
  [symbols('E', ['A']), 'enum E'],
  [fixed('F', 1), 'fixed F'],
  [['null', box('R')], 'union of null, record R'],
  [[], 'union of nothing'],
])('%j is called %s', (json, words) => {
  expect(describeSchema(read(json))).toBe(words);
});
