/**
 * Where Java reads another value than tavro, the gate says so at the desk, and nowhere else: the rules
 * `default-branch-in-java` and `type-alias-of-sibling` against Java's decoder.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rulesOf } from '../../codegen/check/compare-pair.js';
import { lint } from '../../codegen/check/lint.js';
import { parseSchema, SchemaError } from '../../codegen/model/parse-schema.js';
import { readSchema, toAvroJson } from '../../runtime/avro.js';
import { transcoder } from '../../runtime/codec/resolve.js';
import { AvroError } from '../../runtime/index.js';
import type { Json } from '../../runtime/json.js';
import { type Referee, startReferee } from './java/referee.js';

const START_TIMEOUT_MS = 11 * 60 * 1000;
const TABLE_TIMEOUT_MS = 5 * 60 * 1000;

let java: Referee;
beforeAll(async () => {
  java = await startReferee();
}, START_TIMEOUT_MS);
afterAll(async () => {
  await java?.stop();
});

interface Question {
  readonly reader: Json;
  readonly writer: Json;
  readonly hex: string;
}

/** What Java reads, as plain JSON; `undefined` where it fails. */
async function javaReads({ reader, writer, hex }: Question): Promise<unknown> {
  const texts = { schema: JSON.stringify(reader), writer: JSON.stringify(writer) };
  const { json, error } = await java.ask({ do: 'resolve', hex, ...texts });
  return error === undefined ? JSON.parse(String(json)) : undefined;
}

function tavroReads({ reader, writer, hex }: Question): unknown {
  const to = readSchema(JSON.stringify(reader));
  try {
    const bytes = transcoder(readSchema(JSON.stringify(writer)), to)(Buffer.from(hex, 'hex'));
    return JSON.parse(toAvroJson(to, bytes));
  } catch (error) {
    if (error instanceof AvroError) return undefined;
    throw error;
  }
}

/** The rules of severity error that a schema breaks; `undefined` where the generator refuses it. */
function errorsOf(json: Json): string[] | undefined {
  try {
    return lint(parseSchema(json).schema, { rules: rulesOf(['LINT']) })
      .filter(({ severity }) => severity === 'error')
      .map(({ rule }) => rule);
  } catch (error) {
    if (error instanceof SchemaError) return undefined;
    throw error;
  }
}

const record = (name: string, fields: readonly Json[], aliases: readonly string[] = []): Json => ({
  type: 'record',
  name,
  fields,
  aliases,
});
const symbols = (name: string, all: readonly string[], aliases: readonly string[] = []): Json => ({
  type: 'enum',
  name,
  symbols: all,
  aliases,
});
const fixed = (name: string, aliases: readonly string[] = []): Json => ({
  type: 'fixed',
  name,
  size: 1,
  aliases,
});
const int = (name: string, more: { readonly [key: string]: Json } = {}): Json => ({
  name,
  type: 'int',
  ...more,
});

describe('a default within a union', () => {
  const types: readonly Json[] = [
    ...['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'],
    symbols('E', ['A', 'B']),
    fixed('F'),
    { type: 'array', items: 'int' },
    { type: 'map', values: 'int' },
    record('X', [int('n', { default: 3 })]),
    record('Y', []),
    record('Z', [{ name: 'q', type: 'string' }]),
  ];
  const values: readonly Json[] = [
    ...[null, true, 1, 5_000_000_000, 1.5, 1e300, 'A', 'x', 'long'],
    ...[[1], ['a'], {}, { n: 1 }, { q: 's' }, { a: 1 }, { a: 'x' }],
  ];

  const questionOf = (type: Json, value: Json): Question => ({
    reader: record('R', [{ name: 'f', type, default: value }]),
    writer: record('R', []),
    hex: '',
  });

  it(
    'is read by Java as by tavro exactly where the gate finds nothing',
    async () => {
      const seen = { same: 0, other: 0 };
      for (const first of types) {
        for (const second of types) {
          if (first === second) continue;
          for (const value of values) {
            const question = questionOf([first, second], value);
            const errors = errorsOf(question.reader);
            if (errors === undefined || errors.includes('default-invalid')) continue;
            const isSaid = errors.includes('default-branch-in-java');
            seen[isSaid ? 'other' : 'same']++;
            const answers = [await javaReads(question), tavroReads(question)];
            const words = JSON.stringify([first, second, value, answers]);
            expect([isSaid, words]).toEqual([
              JSON.stringify(answers[0]) !== JSON.stringify(answers[1]),
              words,
            ]);
          }
        }
      }
      expect(seen.same).toBeGreaterThan(500);
      expect(seen.other).toBeGreaterThan(100);
    },
    TABLE_TIMEOUT_MS,
  );

  const union: Json = [{ type: 'map', values: 'int' }, 'null'];
  it.each<[string, Json, Json]>([
    ['a record', record('X', [{ name: 'u', type: union }]), { u: null }],
    ['an array', { type: 'array', items: union }, [null]],
    ['a map', { type: 'map', values: union }, { a: null }],
  ])('is found in the default of %s', async (_, type, value) => {
    const question = questionOf(type, value);
    expect(errorsOf(question.reader)).toEqual(['default-branch-in-java']);
    expect(await javaReads(question)).not.toEqual(tavroReads(question));
  });

  it('fails in Java where it is an empty array, which tavro reads', async () => {
    const question = questionOf([{ type: 'array', items: 'int' }, 'null'], []);
    expect(await javaReads(question)).toBeUndefined();
    expect(tavroReads(question)).toEqual({ f: { array: [] } });
  });
});

describe('an alias of a type that stands for another of the schema', () => {
  const a = record('A', [int('x')]);
  const b = record('B', [int('x')], ['A']);
  it.each<[string, Question, unknown, unknown]>([
    [
      'a record of a union',
      { reader: [a, b], writer: [a], hex: '0002' },
      { B: { x: 1 } },
      { A: { x: 1 } },
    ],
    [
      'an enum of a union',
      {
        reader: [symbols('A', ['P']), symbols('B', ['P'], ['A'])],
        writer: [symbols('A', ['P'])],
        hex: '0000',
      },
      { B: 'P' },
      { A: 'P' },
    ],
    [
      'a fixed of a union',
      { reader: [fixed('A'), fixed('B', ['A'])], writer: [fixed('A')], hex: '0001' },
      { B: '\u0001' },
      { A: '\u0001' },
    ],
    [
      'an alias that two types have',
      { reader: [fixed('C', ['A']), fixed('B', ['A'])], writer: [fixed('A')], hex: '0001' },
      { B: '\u0001' },
      { C: '\u0001' },
    ],
    [
      'a chain of aliases',
      {
        reader: [record('B', [int('x')], ['A']), record('C', [int('x')], ['B'])],
        writer: [a, record('B', [int('x')])],
        hex: '0202',
      },
      { C: { x: 1 } },
      { B: { x: 1 } },
    ],
    [
      'data that has both types',
      {
        reader: [a, record('B', [int('x'), int('z', { default: 1 })], ['A'])],
        writer: [a, record('B', [int('x')])],
        hex: '0002',
      },
      undefined,
      { A: { x: 1 } },
    ],
    [
      'types of fields',
      {
        reader: record('R', [
          { name: 'a', type: symbols('A', ['Q', 'P']) },
          { name: 'b', type: symbols('B', ['P'], ['A']) },
        ]),
        writer: record('R', [
          { name: 'a', type: symbols('A', ['P']) },
          { name: 'b', type: symbols('B', ['P']) },
        ]),
        hex: '0000',
      },
      undefined,
      { a: 'P', b: 'P' },
    ],
  ])('is read otherwise by Java: %s', async (_, question, javas, tavros) => {
    expect(errorsOf(question.reader)).toContain('type-alias-of-sibling');
    expect([await javaReads(question), tavroReads(question)]).toEqual([javas, tavros]);
  });
});

describe('a chain of aliases of fields', () => {
  const b = int('b', { aliases: ['a'] });
  it.each<[string, Question, unknown, unknown]>([
    [
      'both in the data',
      {
        reader: record('R', [b, int('c', { aliases: ['b'] })]),
        writer: record('R', [int('a'), int('b')]),
        hex: '0204',
      },
      { b: 1, c: 2 },
      undefined,
    ],
    [
      'one in the data',
      {
        reader: record('R', [b, int('c', { aliases: ['b'], default: 9 })]),
        writer: record('R', [int('a')]),
        hex: '02',
      },
      undefined,
      { b: 1, c: 9 },
    ],
  ])('is read otherwise by Java: %s', async (_, question, javas, tavros) => {
    expect(errorsOf(question.reader)).toContain('field-alias-of-sibling');
    expect([await javaReads(question), tavroReads(question)]).toEqual([javas, tavros]);
  });
});
