/** Where avsc is not asked, it takes the schema. */
import { describe, expect, it } from '@jest/globals';
import avsc from 'avsc';
import fc from 'fast-check';
import { avscTakes } from '../../../codegen/check/avsc-takes.js';
import { parseSchema, SchemaError } from '../../../codegen/model/parse-schema.js';
import { printSchema } from '../../../codegen/model/print.js';
import type { Schema } from '../../../codegen/model/schema.js';
import { type Json, printJson } from '../../../runtime/json.js';
import { arbitrarySchema } from '../arbitrary-schema.js';
import { field, fixed, type More, record, symbols } from './small-schemas.js';

function schemaOf(json: Json): Schema | undefined {
  try {
    return parseSchema(printJson(json)).schema;
  } catch (error) {
    if (error instanceof SchemaError) return undefined;
    throw error;
  }
}

function isRefused(schema: Schema): boolean {
  try {
    avsc.Type.forSchema(JSON.parse(printJson(printSchema(schema))));
    return false;
  } catch {
    return true;
  }
}

const NAMES = ['a', '_', 'class', 'constructor', '__proto__', 'toString', 'größe', 'string', 'R'];
const DEFAULTS: readonly More[] = [
  {},
  ...[null, true, 'x', 0, 1.5, [], {}].map((value) => ({ default: value })),
];
const LONGS = [2 ** 31, -(2 ** 40), 2 ** 53 - 1, 2n ** 60n, -(2n ** 63n)];
const TYPES: readonly Json[] = [
  ...['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'],
  { type: 'long', logicalType: 'timestamp-millis' },
  { type: 'string', name: 'int' },
  { type: 'int', namespace: 'a b' },
];

const name = fc.constantFrom(...NAMES);
const fullName = fc
  .tuple(fc.constantFrom('', 'n.', 'n.s.', 'constructor.', 'ü.'), name, fc.nat(3))
  .map(([namespace, simple, n]) => `${namespace}${simple}${n === 0 ? '' : n}`);

/** Types near the border: names, defaults and properties that avsc might not take. */
const { near } = fc.letrec<{ near: Json }>((tie) => ({
  near: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(...TYPES),
    fullName,
    fc.tuple(fullName, fc.constantFrom(0, 1, 16, 2 ** 31)).map(([full, size]) => fixed(full, size)),
    fc.tuple(fullName, fc.uniqueArray(name, { maxLength: 3 })).map((of) => symbols(...of)),
    tie('near').map((items): Json => ({ type: 'array', items })),
    tie('near').map((values): Json => ({ type: 'map', values })),
    tie('near').map((type): Json => ['null', type]),
    tie('near').map((type): Json => [type, 'null']),
    fc.array(tie('near'), { maxLength: 3 }),
    fc
      .constantFrom(...LONGS)
      .map((value) => record('n.Long', [field('f', 'long', { default: value })])),
    fc
      .tuple(
        fullName,
        fc.uniqueArray(fc.tuple(name, tie('near'), fc.constantFrom(...DEFAULTS)), {
          maxLength: 4,
          selector: ([of]) => of,
        }),
        fc.constantFrom<More>({}, {}, { aliases: ['Old'] }, { aliases: ['älter'] }),
      )
      .map(([full, fields, more]) =>
        record(
          full,
          fields.map((of) => field(...of)),
          more,
        ),
      ),
  ),
}));

describe('a schema that avsc surely takes', () => {
  it.each([
    ['near the border', near],
    ['of every kind', arbitrarySchema],
  ])('%s: it does', (_, schemas) => {
    const seen = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(schemas, (json) => {
        const schema = schemaOf(json);
        if (schema === undefined) return;
        const isOut = isRefused(schema);
        if (isOut) seen.refused++;
        if (!avscTakes(schema)) return;
        seen.taken++;
        expect(isOut).toBe(false);
      }),
      { numRuns: 3_000 },
    );
    expect(seen.taken).toBeGreaterThan(100);
    expect(seen.refused).toBeGreaterThan(10);
  });

  const plain = (size: number, type: Json): Json =>
    record(
      'n.R',
      Array.from({ length: size }, (_, at) => field(`f${at}`, type)),
    );

  it.each<[what: string, schema: Json, takes: boolean]>([
    ['many events', plain(100, ['null', 'string']), true],
    ['nested types', record('n.S', [field('f', plain(3, symbols('n.E', ['A', 'B'])))]), true],
    ['a default of another branch', plain(1, ['null', 'string', 'int']), false],
    ['itself', record('n.R', [field('f', ['null', 'n.R'], { default: null })]), true],
    ['more than a call takes', plain(70_000, 'int'), false],
  ])('%s', (_, json, takes) => {
    const schema = schemaOf(json);
    expect(schema && avscTakes(schema)).toBe(takes);
  });

  it('a number that JSON cannot hold', () => {
    const text = printJson(plain(1, 'double')).replace('"double"', '"double","default":1e400');
    const schema = parseSchema(text).schema;
    expect([isRefused(schema), avscTakes(schema)]).toEqual([true, false]);
  });
});
