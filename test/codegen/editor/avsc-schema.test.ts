/** The JSON Schema of `.avsc` files says of their form what the parser says. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { avscSchema } from '../../../codegen/editor/avsc-schema.js';
import { LOGICAL_TYPES } from '../../../codegen/model/logical.js';
import { once } from '../../../codegen/model/once.js';
import { parseFolder } from '../../../codegen/model/parse.js';
import { SourceText } from '../../../codegen/model/source-text.js';
import { isArray, isObject, type Json, parseJson } from '../../../runtime/json.js';
import { ROOT } from '../../architecture/imports.js';
import { corpusRows, describeCorpus } from '../../runtime/corpus.js';
import { arbitrarySchema } from '../arbitrary-schema.js';
import { validatorOf } from './agreement.js';

const validator = once(() => validatorOf(avscSchema()));

/** What the schema says is wrong. */
function complaints(json: Json): string[] {
  const validate = validator();
  return validate(json)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** What the parser says is wrong, and no other file could mend. */
function problems(json: Json): string[] {
  const { list } = parseFolder([new SourceText('a.avsc', JSON.stringify(json))]).problems;
  const isTold = new Set(['LOGICAL_INVALID', 'ENUM_DEFAULT_INVALID']);
  return list
    .filter(({ severity, code }) => severity === 'error' || isTold.has(code))
    .filter(({ code }) => code !== 'TYPE_UNKNOWN')
    .map(({ code }) => code);
}

const FILES = ['schemas', 'test/frozen/schemas', 'test/codegen/golden/schemas'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(avsc|avpr)$/.test(file))
    .map((file) => join(folder, file)),
);

it.each(FILES)('takes %s', (file) => {
  const { text } = new SourceText(file, readFileSync(join(ROOT, file), 'utf8'));
  expect(complaints(parseJson(text))).toEqual([]);
});

it('takes what a property draws', () => {
  fc.assert(
    fc.property(arbitrarySchema, (json) => {
      expect(complaints(json)).toEqual([]);
    }),
  );
});

const record = (...fields: Json[]): Json => ({ type: 'record', name: 'a.R', fields });
const field = (words: { [key: string]: Json }): Json =>
  record({ name: 'f', type: 'int', ...words });
const decimal = (words: { [key: string]: Json }): Json => ({
  type: 'bytes',
  logicalType: 'decimal',
  precision: 4,
  ...words,
});

it.each<[string, Json]>([
  ['a primitive', 'string'],
  ['a primitive as an object', { type: 'long', 'my.own': [1] }],
  ['a list of types', [record(), { type: 'enum', name: 'E', symbols: ['A'] }]],
  ['a protocol', { protocol: 'P', namespace: 'a', types: [record()], messages: {} }],
  ['an error', { type: 'error', name: 'E', fields: [] }],
  ['a type by its name, as an object', field({ type: { type: 'a.R' } })],
  ['a union', field({ type: ['null', { type: 'array', items: 'a.R' }], default: null })],
  ['an order in capitals', field({ order: 'IGNORE' })],
  ['aliases', field({ aliases: ['g'], doc: 'x', 'my.own': true })],
  ['a decimal', decimal({ scale: 2 })],
  ['a logical type that Avro does not name', { type: 'string', logicalType: 'acme.Money' }],
  ['a precision that means nothing', { type: 'bytes', precision: 'high' }],
  ['an empty fixed', { type: 'fixed', name: 'F', size: 0 }],
  ['a name of Connect', { type: 'int', 'connect.name': 'io.debezium.time.Date' }],
])('takes %s, as the parser does', (_, json) => {
  expect({ complaints: complaints(json), problems: problems(json) }).toEqual({
    complaints: [],
    problems: [],
  });
});

it.each<[string, Json]>([
  ['a number', 1],
  ['nothing', {}],
  ['an object within a type', { type: { type: 'int' } }],
  ['a record without fields', { type: 'record', name: 'R' }],
  ['a record without a name', { type: 'record', fields: [] }],
  ['fields as an object', { type: 'record', name: 'R', fields: {} }],
  ['a field without a type', record({ name: 'f' })],
  ['a field without a name', record({ type: 'int' })],
  ['a field that is a text', record('f')],
  ['an order', field({ order: 'up' })],
  ['aliases as a text', field({ aliases: 'g' })],
  ['a number among aliases', { type: 'enum', name: 'E', symbols: ['A'], aliases: [1] }],
  ['an enum without symbols', { type: 'enum', name: 'E' }],
  ['a symbol that is a number', { type: 'enum', name: 'E', symbols: [1] }],
  ['a symbol twice', { type: 'enum', name: 'E', symbols: ['A', 'A'] }],
  ['a default of an enum that is no text', { type: 'enum', name: 'E', symbols: ['A'], default: 0 }],
  ['a fixed without a size', { type: 'fixed', name: 'F' }],
  ['a size as a text', { type: 'fixed', name: 'F', size: '16' }],
  ['a size below 0', { type: 'fixed', name: 'F', size: -1 }],
  ['half a byte', { type: 'fixed', name: 'F', size: 0.5 }],
  ['an array of nothing', { type: 'array' }],
  ['a map of nothing', { type: 'map', items: 'int' }],
  ['a union within a union', field({ type: ['null', ['int', 'string']] })],
  ['a union with a type twice', field({ type: ['null', 'null'] })],
  ['an empty name', { type: 'fixed', name: '', size: 1 }],
  ['a name with a quote', record({ name: 'a"b', type: 'int' })],
  ['a decimal without a precision', { type: 'bytes', logicalType: 'decimal' }],
  ['a decimal of no digits', decimal({ precision: 0 })],
  ['a scale as a text', decimal({ scale: '2' })],
  ['types of a protocol by name', { protocol: 'P', types: ['a.R'] }],
])('refuses %s, as the parser does', (_, json) => {
  const [mine, theirs] = [complaints(json), problems(json)];
  expect({ mine, theirs }).toEqual({
    mine: expect.arrayContaining([expect.any(String)]),
    theirs: expect.arrayContaining([expect.any(String)]),
  });
});

it('offers each primitive and each logical type where it stands', () => {
  const { definitions } = avscSchema();
  const offered = (base: string): Json[] => {
    const type = isObject(definitions) ? definitions[base] : undefined;
    const properties = isObject(type) && isObject(type.properties) ? type.properties : {};
    const { logicalType } = properties;
    const all = isObject(logicalType) && isArray(logicalType.anyOf) ? logicalType.anyOf : [];
    return all.flatMap((one) => (isObject(one) && one.const !== undefined ? [one.const] : []));
  };
  for (const { name, on } of LOGICAL_TYPES)
    for (const base of Object.keys(on)) expect(offered(base)).toContain(name);
  expect(offered('string')).toEqual(['uuid']);
});

describeCorpus('schemas of the corpus (../shared/corpus/schemas)', () => {
  it('are taken where Java takes them', () => {
    const rows = corpusRows<{ file: string; parses_in_java_1_12_1: boolean }>(
      'schemas/INDEX.jsonl',
    );
    const refused = rows
      .filter((row) => row.parses_in_java_1_12_1)
      .flatMap(({ file }) => {
        const text = readFileSync(
          new URL(`../../../../shared/corpus/${file}`, import.meta.url),
          'utf8',
        );
        const found = complaints(parseJson(text));
        return found.length === 0 ? [] : [`${file}: ${found[0]}`];
      });
    expect(rows.length).toBeGreaterThan(100);
    expect(refused).toEqual([]);
  });

  it('as those of its pairs of versions', () => {
    const rows = corpusRows<{ schema: string }>('canonical.jsonl');
    expect(rows.flatMap(({ schema }) => complaints(parseJson(schema)))).toEqual([]);
  });
});
