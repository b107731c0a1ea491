/** Pairs made to take long, and what stands beside the inputs in `found/`. */
import { describe, expect, it } from '@jest/globals';
import { compare } from '../../../codegen/check/compare.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import { transcoder } from '../../../runtime/codec/resolve.js';
import { type Json, parseJson } from '../../../runtime/json.js';

const record = (name: string, ...fields: Json[]): Json => ({ type: 'record', name, fields });
const field = (name: string, type: Json, more: { readonly [key: string]: Json } = {}): Json => ({
  name,
  type,
  ...more,
});
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const wire = (reader: Json, writer: Json) => compare(reader, writer, { categories: ['WIRE'] });

it('a field whose name another has as alias gets its default', () => {
  const x = (name: string, ...aliases: string[]): Json => field(name, 'int', { aliases });
  const reader = record('R', field('x', 'string', { default: 'd' }), x('y', 'x'));
  const writer = record('R', x('x'));
  expect(wire(reader, writer)).toEqual([]);
  const decode = transcoder(parseSchema(writer).schema, parseSchema(reader).schema);
  expect(Buffer.from(decode(Uint8Array.of(14))).toString('hex')).toBe('02640e');
});

describe('a type that one file defines twice', () => {
  const E = { type: 'enum', name: 'E', symbols: ['A', 'B'] };
  const twice = (first: Json, second: Json): Json =>
    record('n.R', field('a', first), field('b', { type: 'array', items: second }));

  it.each<readonly [string, Json]>([
    ['other symbols', twice(E, { ...E, symbols: ['A'] })],
    ['another default', twice(E, { ...E, default: 'A' })],
    ['another property', twice(E, { ...E, deprecated: true })],
    ['within itself', record('R', field('a', ['null', record('R')]))],
    [
      'recursive',
      twice(record('L', field('n', ['null', 'L'])), record('L', field('n', ['null', 'L']))),
    ],
  ])('is refused with %s', (_, schema) => {
    expect(() => parseSchema(schema)).toThrow(/NAME_REDEFINED/);
  });
});

describe('a bare name', () => {
  const E = { type: 'enum', name: 'E', namespace: '', symbols: ['A'] };
  const F = { type: 'fixed', name: 'E', size: 1 };

  it('is a type of the null namespace that is known, before one of its own that is not yet', () => {
    const holder = (...types: Json[]): Json =>
      record('n.R', ...types.map((type, index) => field(`f${index}`, type)));
    const kinds = (schema: Json): (string | undefined)[] => {
      const parsed = parseSchema(schema).schema;
      return parsed.kind === 'record' ? parsed.fields.map(({ type }) => type.kind) : [];
    };
    expect(kinds(holder(F, 'E', E, 'E'))).toEqual(['fixed', 'fixed', 'enum', 'fixed']);
    expect(kinds(holder('E', F))).toEqual(['fixed', 'fixed']);
  });
});

/** Each took a time that grows with a power of its size, or grew over the stack. */
describe('pairs made to take long', () => {
  const chain = (leaf: Json): Json =>
    many(40, (i) => i).reduce<Json>(
      (inner, i) => record(`S${i}`, field('a', inner), field('b', i === 0 ? 'L' : `S${i - 1}`)),
      record('L', field('x', leaf)),
    );
  const defaults = (leaf: Json): Json =>
    many(40, (i) => i).reduce<Json>(
      (inner, i) =>
        record(
          `S${i}`,
          field('a', inner, { default: {} }),
          field('b', i === 0 ? 'L' : `S${i - 1}`, { default: {} }),
        ),
      leaf,
    );
  const unions = (): Json =>
    many(24, (i) => 23 - i).reduce<Json>(
      (inner, i) => [
        record(`A${i}`, field('x', inner)),
        record(`B${i}`, field('x', inner === 'int' ? 'int' : [`A${i + 1}`, `B${i + 1}`])),
      ],
      'int',
    );
  const wrong = many(24, (i) => i).reduce<Json>((inner) => ({ x: inner }), 'no int');
  const links = (leaf: Json): Json =>
    record(
      'R',
      ...many(5_000, (i) =>
        field(`f${i}`, record(`T${i}`, field('p', i === 4_999 ? leaf : `T${i + 1}`))),
      ),
    );

  const cases: readonly (readonly [string, Json, Json, number])[] = [
    ['types that share parts', chain('int'), chain('string'), 200],
    ['the same types, read', chain('long'), chain('int'), 0],
    [
      'defaults within defaults',
      record('R', field('q', defaults(record('L')), { default: {} })),
      record('R'),
      0,
    ],
    [
      'defaults that grow beyond use',
      record(
        'R',
        field('q', defaults(record('L', field('x', 'int', { default: 1 }))), { default: {} }),
      ),
      record('R'),
      1,
    ],
    [
      'a wrong default in unions within unions',
      record('R', field('q', unions(), { default: wrong })),
      record('R'),
      1,
    ],
    [
      'a default that leads back to its field',
      record(
        'B',
        field('d', ['null', 'B', { type: 'map', values: 'boolean' }], { default: { k: true } }),
      ),
      record('B'),
      0,
    ],
    [
      'thousands of renamed fields',
      record('R', ...many(3_000, (i) => field(`r${i}`, 'int', { default: 0 }))),
      record('R', ...many(3_000, (i) => field(`w${i}`, 'int'))),
      0,
    ],
    [
      'thousands of retyped fields',
      record('R', ...many(2_000, (i) => field(`f${i}`, 'int'))),
      record('R', ...many(2_000, (i) => field(`f${i}`, 'string'))),
      2_000,
    ],
    [
      'a union of hundreds of records',
      many(300, (i) => record(`T${i}`, field('x', 'int'), field('y', 'int'))),
      many(300, (i) => record(`T${i}`, field('x', 'int'))),
      300,
    ],
    ['a long chain of types, each defined after its use', links('int'), links('string'), 2],
  ];

  it.each(cases)('%s', (_, reader, writer, count) => {
    const findings = wire(reader, writer);
    expect(findings.length).toBe(count);
    for (const { witness } of findings) expect(witness?.error ?? '').toMatch(/^(Expected |$)/);
    if (count > 0) expect(findings[0]?.witness).toBeDefined();
  });

  it('history may nest as deep as Java reads, a new schema may not', () => {
    const deep = many(450, (i) => i).reduce<Json>((items) => ({ type: 'array', items }), 'int');
    expect(wire(deep, deep)).toEqual([]);
    expect(wire('int', deep).map(({ rule }) => rule)).toEqual(['type-mismatch']);
    expect(() => parseSchema(deep)).toThrow(/TOO_DEEP/);
  });

  it('JSON may hold strings of megabytes', () => {
    const text = 'x'.repeat(12_000_000);
    expect(parseJson(JSON.stringify([text, 1]))).toEqual([text, 1]);
  });
});
