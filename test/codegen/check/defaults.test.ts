/** Rules about values within defaults: of records, arrays, maps and unions. */
import { describe, expect, it } from '@jest/globals';
import { compare } from '../../../codegen/check/compare.js';
import { rulesOf } from '../../../codegen/check/compare-pair.js';
import { lint } from '../../../codegen/check/lint.js';
import { parseSchema, SchemaError } from '../../../codegen/model/parse-schema.js';
import type { Json } from '../../../runtime/json.js';

const OPTIONS: Json = {
  type: 'record',
  name: 'd.Options',
  fields: [{ name: 'retries', type: 'int', default: 3 }],
};
const OTHER: Json = { type: 'record', name: 'd.Other', fields: [] };

const holding = (type: Json, value: Json): Json => ({
  type: 'record',
  name: 'd.R',
  fields: [{ name: 'f', type, default: value }],
});

describe('default-key-unknown', () => {
  const found = (type: Json, value: Json): string[] =>
    lint(parseSchema(holding(type, value)).schema, { rules: rulesOf(['LINT']) }).flatMap(
      ({ rule, at: { column, line }, message }) =>
        rule === 'default-key-unknown' ? [`${line}:${column} ${message}`] : [],
    );
  const nested: Json = { type: 'record', name: 'd.N', fields: [{ name: 'o', type: OPTIONS }] };

  it.each<[string, Json, Json, string]>([
    ['a record', OPTIONS, { retrys: 9 }, '"retrys"'],
    ['several keys of it', OPTIONS, { a: 1, retries: 1, b: 2 }, '"a", "b"'],
    ['an array', { type: 'array', items: OPTIONS }, [{}, { Retries: 9 }], '"Retries"'],
    ['a map', { type: 'map', values: OPTIONS }, { a: { retry: 9 } }, '"retry"'],
    ['a record within a record', nested, { o: { retry: 9 } }, '"retry"'],
    ['a union', ['null', OPTIONS], { retry: 9 }, '"retry"'],
    ['a record without fields', OTHER, { a: 1 }, 'd.Other has no fields'],
    ['JSON encoding', [OPTIONS, OTHER], { 'd.Options': { retries: 9 } }, 'branch "d.Options"'],
    [
      'JSON encoding within an array',
      { type: 'array', items: ['null', OPTIONS] },
      [null, { 'd.Options': {} }],
      'branch "d.Options"',
    ],
    [
      'JSON encoding that a map takes for a key',
      [{ type: 'map', values: 'int' }, 'int'],
      { int: 5 },
      'branch "int"',
    ],
  ])('finds %s', (_, type, value, words) => {
    expect(found(type, value)).toEqual([expect.stringContaining(words)]);
  });

  const deep: Json = {
    type: 'array',
    items: { type: 'map', values: ['null', { ...nested, name: 'd.Deep' }] },
  };
  it.each<[string, Json, Json, string]>([
    ['a map in an array, in a union', deep, [{ a: null, b: { o: { retrys: 1 } } }], '"retrys"'],
    [
      'a map in an array, in JSON encoding',
      { type: 'array', items: { type: 'map', values: ['null', OPTIONS] } },
      [{ b: { 'd.Options': { retries: 9 } } }],
      '"d.Options"',
    ],
    [
      'a record within itself',
      {
        type: 'record',
        name: 'd.Self',
        fields: [
          { name: 'next', type: ['null', 'Self'], default: null },
          { name: 'n', type: 'int', default: 0 },
        ],
      },
      { next: { next: { m: 1 } } },
      '"m"',
    ],
  ])('finds it in %s', (_, type, value, words) => {
    const [problem] = [...new Set(found(type, value))];
    expect(problem).toContain(words);
  });

  it.each<[Json, Json, string | undefined]>([
    [OPTIONS, { retrys: 9 }, 'Did you mean "retries" in place of "retrys"?'],
    [OPTIONS, { Retries: 9, x: 1 }, 'Did you mean "retries" in place of "Retries"?'],
    [OPTIONS, { attempts: 9 }, 'Did you mean "retries" in place of "attempts"?'],
    [OPTIONS, { retries: 9, retrys: 9 }, undefined],
    [OPTIONS, { colour: 'red' }, undefined],
  ])('says which field was meant: %j, %j', (type, value, fix) => {
    const renamed = JSON.parse(
      JSON.stringify(type).replace('"int"', '"int","aliases":["attempts"]'),
    );
    const findings = lint(parseSchema(holding(renamed, value)).schema, {
      rules: rulesOf(['LINT']),
    }).filter(({ rule }) => rule === 'default-key-unknown');
    const said = fix ?? expect.stringContaining('Write the keys of a default as the fields');
    expect(findings).toEqual([expect.objectContaining({ fix: said })]);
  });

  it('points at the key', () => {
    const column =
      JSON.stringify(holding(OPTIONS, { retries: 1, retry: 9 })).indexOf('"retry"') + 1;
    expect(found(OPTIONS, { retries: 1, retry: 9 })).toEqual([
      expect.stringMatching(new RegExp(`^1:${column} `)),
    ]);
  });

  it.each<[string, Json, Json]>([
    ['keys of a map', { type: 'map', values: 'int' }, { retries: 1 }],
    ['a key of a map in a union', ['null', { type: 'map', values: 'int' }], { a: 5 }],
    ['a record that is given in part', OPTIONS, {}],
    [
      'a field that is named as a branch',
      ['null', 'string', { ...OTHER, fields: [{ name: 'string', type: 'int' }] }],
      { string: 5 },
    ],
  ])('is silent about %s', (_, type, value) => {
    expect(found(type, value)).toEqual([]);
  });

  it('is not asked where the value fits no branch: the parser says what it is', () => {
    const parse = () => parseSchema(holding(['null', 'string'], { string: 'x' }));
    expect(parse).toThrow(SchemaError);
    expect(parse).toThrow('Write the value without {"string": …} around it');
  });
});

describe('default-branch-changed', () => {
  const said = (reader: Json, writer: Json, value: Json): string[] =>
    compare(holding(reader, value), holding(writer, value)).flatMap(({ rule, message }) =>
      rule === 'default-branch-changed' ? [message] : [],
    );
  const numbers: Json = ['int', 'double'];
  const swapped: Json = ['double', 'int'];
  const withLimit = (type: Json): Json => ({
    type: 'record',
    name: 'd.L',
    fields: [{ name: 'limit', type }],
  });

  it.each<[string, Json, Json, Json]>([
    ['a field', swapped, numbers, 1],
    ['an array', { type: 'array', items: swapped }, { type: 'array', items: numbers }, [1]],
    ['a map', { type: 'map', values: swapped }, { type: 'map', values: numbers }, { a: 1 }],
    ['a record', withLimit(swapped), withLimit(numbers), { limit: 1 }],
    ['a record of a union', ['null', withLimit(swapped)], withLimit(numbers), { limit: 1 }],
  ])('finds the order of a union that the default of %s depends on', (_, reader, writer, value) => {
    expect(said(reader, writer, value)).toEqual([
      'The default of f is int to the writer and double to the reader.',
    ]);
  });

  it('finds a union that takes the default for another type than the data', () => {
    expect(said(['null', 'int', 'long'], 'long', 1)).toHaveLength(1);
  });

  it.each<[string, Json, Json, Json]>([
    [
      'another order of branches that it is none of',
      ['null', 'int', 'string'],
      ['null', 'string', 'int'],
      null,
    ],
    ['a promotion of its branch', ['null', 'double'], ['null', 'int'], 1],
    ['a type that becomes nullable', ['null', 'int'], 'int', 1],
    [
      'a branch that moved to another namespace',
      ['null', { ...OTHER, name: 'e.Other' }],
      ['null', OTHER],
      {},
    ],
  ])('is silent about %s', (_, reader, writer, value) => {
    expect(said(reader, writer, value)).toEqual([]);
  });
});
