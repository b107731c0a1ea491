import { describe, expect, it } from '@jest/globals';
import { checkHistory, compare, isCompatible } from '../../../codegen/check/compare.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import { transcoder } from '../../../runtime/codec/resolve.js';
import { AvroError } from '../../../runtime/errors.js';
import type { Json } from '../../../runtime/json.js';

const record = (name: string, ...fields: Json[]): Json => ({ type: 'record', name, fields });
const int = (name: string, more: { readonly [key: string]: Json } = {}): Json => ({
  name,
  type: 'int',
  ...more,
});
const holder = (type: Json): Json => record('R', { name: 'f', type });
const E = (name: string, ...symbols: string[]): Json => ({ type: 'enum', name, symbols });
const top = (...required: Json[]): Json =>
  record(
    'Top',
    {
      name: 'u',
      type: [
        record(
          'n1.A',
          { name: 'b', type: record('n1.B', { name: 'a', type: 'n1.A' }) },
          ...required,
        ),
        record('n2.A'),
      ],
    },
    { name: 'b2', type: 'n1.B' },
  );

/** Pairs that Java's checker accepts and its decoder refuses. */
const unsound: readonly (readonly [string, Json, Json, string])[] = [
  [
    'an enum of another namespace, both unions',
    ['null', E('a.E', 'X', 'Y')],
    ['null', E('b.E', 'X')],
    'union-branch-namespace',
  ],
  [
    'an enum of another namespace, only the reader a union',
    ['null', E('a.E', 'X')],
    E('b.E', 'X'),
    'union-branch-namespace',
  ],
  [
    'a fixed of another namespace',
    ['null', { type: 'fixed', name: 'a.F', size: 1 }],
    { type: 'fixed', name: 'b.F', size: 1 },
    'union-branch-namespace',
  ],
  [
    "an enum's default that is no symbol",
    record('R', { name: 'e', type: E('E', 'X'), default: 'Z' }),
    record('R'),
    'field-default-unusable',
  ],
  [
    'two fields with one alias',
    record('R', int('x', { aliases: ['w'] }), int('y', { aliases: ['w'] })),
    record('R', int('w')),
    'field-alias-taken',
  ],
  [
    'a field whose name another has as alias',
    record('R', int('x'), int('y', { aliases: ['x'] })),
    record('R', int('x')),
    'field-alias-taken',
  ],
  [
    'a record found by its full name that lacks a field',
    [record('n1.A', int('req')), record('n2.A')],
    record('n1.A'),
    'field-default-missing',
  ],
  [
    'an enum found by its full name that lacks a symbol',
    [E('n1.E', 'X'), E('n2.E', 'X', 'Y')],
    E('n1.E', 'X', 'Y'),
    'enum-symbol-missing',
  ],
];

describe('pairs that other checkers wrongly accept', () => {
  it.each(unsound)('%s is refused, with a witness', (_, reader, writer, rule) => {
    const findings = compare(reader, writer, { categories: ['WIRE'] });
    expect(findings.map((finding) => finding.rule)).toEqual([rule]);
    for (const { witness } of findings) expect(witness?.error).toMatch(/^Expected /);
  });

  it('a type that is met again while it is being looked at is refused in both places', () => {
    const findings = compare(top(int('req')), top(), { categories: ['WIRE'] });
    expect(findings.map(({ rule, path }) => `${rule} ${path}`)).toEqual([
      'field-default-missing u<n1.A>.req',
      'field-default-missing b2.a.req',
    ]);
  });

  it('the same without a union, as Java too finds', () => {
    const reader = record(
      'n1.A',
      { name: 'b', type: record('n1.B', { name: 'a', type: ['null', 'n1.A'] }) },
      int('req'),
    );
    const writer = record('n1.A', {
      name: 'b',
      type: record('n1.B', { name: 'a', type: ['null', 'n1.A'] }),
    });
    const [finding] = compare(reader, writer);
    expect(finding?.java).toEqual({
      type: 'READER_FIELD_MISSING_DEFAULT_VALUE',
      location: '/fields/1',
    });
  });
});

describe('a finding', () => {
  it('names the field within a nullable record, not the union', () => {
    const [finding, ...rest] = compare(
      holder(['null', record('N', int('a'), int('b'))]),
      holder(['null', record('N', int('a'))]),
    );
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({
      rule: 'field-default-missing',
      path: 'f.b',
      java: { type: 'MISSING_UNION_BRANCH', location: '/fields/0/type/1' },
      witness: { datum: { f: { N: { a: 0 } } }, bytes: '0200' },
    });
  });

  it('is given for each place of a type that is used twice', () => {
    const twice = (size: number): Json =>
      record(
        'R',
        { name: 'a', type: { type: 'fixed', name: 'F', size } },
        { name: 'b', type: { type: 'array', items: 'F' } },
      );
    const findings = compare(twice(2), twice(4));
    expect(findings.map(({ path }) => path)).toEqual(['a', 'b[]']);
    // Java remembers the first place for both.
    expect(findings.map(({ java }) => java?.location)).toEqual([
      '/fields/0/type/size',
      '/fields/0/type/size',
    ]);
  });

  it('points at both files, by line and column', () => {
    const reader = parseSchema(
      '{"type": "record", "name": "R",\n "fields": [\n  {"name": "a", "type": "int"}]}',
      { file: 'r.avsc' },
    );
    const writer = parseSchema(
      '{"type": "record", "name": "R",\n "fields": [{"name": "a", "type": "string"}]}',
      { file: 'w.avsc' },
    );
    const [finding] = compare(reader, writer);
    expect(finding?.readerAt).toEqual({ file: 'r.avsc', line: 3, column: 25 });
    expect(finding?.writerAt).toEqual({ file: 'w.avsc', line: 2, column: 35 });
  });

  it('shows the part of the data where all data fails elsewhere first', () => {
    const pair = (a: Json, b: Json): Json =>
      record('R', { name: 'a', type: a }, { name: 'b', type: b });
    const findings = compare(pair('int', 'int'), pair('string', 'long'));
    expect(findings.map(({ witness }) => [witness?.part, witness?.bytes])).toEqual([
      [undefined, '0000'],
      ['b', '00'],
    ]);
  });

  it('has no witness where the writer has no values', () => {
    const endless = (...more: Json[]): Json => record('R', { name: 'r', type: 'R' }, ...more);
    const [finding] = compare(endless(int('a')), endless());
    expect(finding?.rule).toBe('field-default-missing');
    expect(finding?.witness).toBeUndefined();
  });
});

describe('a witness', () => {
  it.each([
    [
      'in an array',
      holder({ type: 'array', items: 'int' }),
      holder({ type: 'array', items: 'long' }),
    ],
    ['in a map', holder({ type: 'map', values: 'int' }), holder({ type: 'map', values: 'long' })],
    ['a branch', holder(['null', 'int']), holder(['null', 'int', 'string'])],
    ['a symbol', holder(E('E', 'A')), holder(E('E', 'A', 'B'))],
    ['null', holder('int'), holder(['int', 'null'])],
  ])('%s is refused by the decoder itself', (_, reader, writer) => {
    const decode = transcoder(parseSchema(writer).schema, parseSchema(reader).schema);
    for (const { witness } of compare(reader, writer)) {
      const bytes = Buffer.from(witness?.bytes ?? '', 'hex');
      expect(() => decode(bytes)).toThrow(AvroError);
      expect(() => decode(bytes)).toThrow(witness?.error);
    }
    expect(compare(reader, writer)).toHaveLength(1);
  });
});

describe('deep and recursive schemas', () => {
  it('are walked without recursion', () => {
    const deep = (last: Json): Json =>
      Array.from({ length: 60 }).reduce<Json>((inner) => ({ type: 'array', items: inner }), last);
    expect(isCompatible(compare(deep('long'), deep('int')))).toBe(true);
    expect(compare(deep('int'), deep('long')).map(({ path }) => path)).toEqual(['[]'.repeat(60)]);
  });

  it('name a bounded number of places', () => {
    const names = Array.from({ length: 12 }, (_, index) => `T${index}`);
    const web = (...more: Json[]): Json =>
      names.reduceRight<Json>(
        (inner, name, index) =>
          record(
            name,
            ...names.map(
              (other, i): Json => ({
                name: `f${i}`,
                type: i === index + 1 ? ['null', inner] : i > index ? 'null' : ['null', other],
              }),
            ),
            ...more,
          ),
        'null',
      );
    const findings = compare(web(int('added')), web(), { categories: ['WIRE'] });
    expect(findings.length).toBeGreaterThanOrEqual(names.length);
    expect(findings.length).toBeLessThan(1_000);
  });
});

describe('checkHistory', () => {
  const v1 = record('R', int('f1'));
  const v2 = record('R', int('f1'), int('f2', { default: 0 }));
  const v3 = record('R', int('f1'), int('f2'));

  it.each([
    ['BACKWARD', []],
    ['BACKWARD_TRANSITIVE', ['v3 reads v1']],
    ['FORWARD', []],
    ['FULL', []],
    ['FULL_TRANSITIVE', ['v3 reads v1']],
    ['NONE', []],
  ] as const)('%s: defaults are not transitive', (compatibility, expected) => {
    const findings = checkHistory({
      compatibility,
      history: [v1, v2],
      candidate: v3,
      categories: ['WIRE'],
    });
    expect(findings.map(({ reader, writer }) => `${reader} reads ${writer}`)).toEqual(expected);
  });

  it('lists all violated versions, in both directions', () => {
    const findings = checkHistory({
      compatibility: 'FULL_TRANSITIVE',
      history: [record('R', int('a')), record('R', int('a'))],
      candidate: record('R', { name: 'a', type: 'string' }),
      categories: ['WIRE'],
    });
    expect(findings.map(({ reader, writer }) => `${reader} reads ${writer}`)).toEqual([
      'v3 reads v2',
      'v2 reads v3',
      'v3 reads v1',
      'v1 reads v3',
    ]);
  });

  it('refuses a level that does not exist', () => {
    const compatibility = JSON.parse('"SIDEWARD"');
    expect(() => checkHistory({ compatibility, history: [], candidate: 'int' })).toThrow(
      /SIDEWARD/,
    );
  });
});
