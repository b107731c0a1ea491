/** Names outside Avro's grammar: which are taken, by whom, and what is said of them. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { identityOf } from '../../../codegen/model/identity.js';
import { isName, lettersOf } from '../../../codegen/model/names.js';
import { type ParseOptions, parseFiles } from '../../../codegen/model/parse.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import { printSchema } from '../../../codegen/model/print.js';
import { printProblem } from '../../../codegen/model/problem.js';
import { SourceText } from '../../../codegen/model/source-text.js';
import { fingerprint, readSchema, resolvingDecoder } from '../../../runtime/avro.js';
import { type Json, printJson } from '../../../runtime/json.js';
import { NAMES_OUTSIDE, schemasOf } from '../arbitrary-schema.js';
import { generate, importCodecs } from '../generated-project.js';

function problemsOf(schema: Json, options: ParseOptions = {}): string[] {
  const source = new SourceText('a', printJson(schema));
  return parseFiles([source], options).problems.list.map(
    ({ severity, code, message }) => `${severity} ${code} ${message}`,
  );
}

const LENIENT = { names: 'lenient' } as const;
const type = (name: string, more: object = {}): Json => ({
  type: 'record',
  name,
  fields: [],
  ...more,
});
const field = (name: string): Json => type('R', { fields: [{ name, type: 'int' }] });
const symbol = (name: string): Json => ({ type: 'enum', name: 'E', symbols: [name] });

/** In each place where a name may stand. */
const PLACES: Readonly<Record<string, (name: string) => Json>> = {
  name: (name) => type('R', { name }),
  namespace: (namespace) => type('R', { namespace }),
  'part of a namespace': (part) => type('R', { namespace: `com.${part}.shop` }),
  alias: (alias) => type('R', { aliases: [alias] }),
  'enum name': (name) => ({ type: 'enum', name, symbols: ['A'] }),
  'fixed name': (name) => ({ type: 'fixed', name, size: 1 }),
  'field name': field,
  symbol,
};
const inEachPlace = (names: readonly string[]) =>
  Object.entries(PLACES).flatMap(([place, schema]) =>
    names.map((name) => [place, name, schema(name)] as const),
  );

describe('names that registries hold', () => {
  const names = [
    'order-id',
    '1st',
    'a b',
    '$ref',
    '@type',
    'a:b',
    'a<b>',
    '*',
    '😀',
    '𝒳',
    'e\u0301',
  ];

  it.each(inEachPlace(names))('as %s: %s', (_, __, schema) => {
    const [candidate, lenient, history] = [{}, LENIENT, { role: 'history' } as const].map(
      (options) => problemsOf(schema, options),
    );
    expect(candidate).toEqual([
      expect.stringMatching(/^error NAME_INVALID The .* cannot be used: .*it holds "/),
    ]);
    expect(lenient).toEqual([
      expect.stringMatching(/^warning NAME_INVALID The .* is outside Avro's grammar: .*it holds "/),
    ]);
    expect(history).toEqual(lenient);
    expect(problemsOf(schema, { role: 'history', names: 'avro' })).toEqual(candidate);
  });

  it('are written in namespaces with an empty part, too', () => {
    for (const namespace of ['com.', 'com..shop', 'a...b'])
      expect(problemsOf(type('R', { namespace }), LENIENT)).toEqual([
        expect.stringContaining('in "", it is empty.'),
      ]);
  });

  it('may have dots and slashes where no path is made of them', () => {
    for (const name of ['1.0', 'text/plain', '..', '/'])
      for (const schema of [field(name), symbol(name)])
        expect(problemsOf(schema, LENIENT)).toEqual([expect.stringMatching(/^warning/)]);
  });
});

describe('names that nobody could use', () => {
  const unseen = ['', 'a\u0000b', 'a\nb', '\u001b[2J', 'a\u202eb', 'a\u200bb', 'a\ud800', '\u2028'];
  const names = [...unseen, '"', "it's", 'a`b', 'a\\b'].filter((name) => name !== '');

  it.each(inEachPlace(names))('as %s: %j', (_, __, schema) => {
    const error = [expect.stringMatching(/^error NAME_INVALID The .* cannot be used: /s)];
    expect(problemsOf(schema)).toEqual(error);
    expect(problemsOf(schema, LENIENT)).toEqual(error);
    // What was accepted once is read as it is.
    const warning = [expect.stringMatching(/^warning NAME_INVALID/)];
    expect(problemsOf(schema, { role: 'history' })).toEqual(warning);
  });

  it.each<[string, Json]>([
    ['no name', type('')],
    ['a name that ends in a dot', type('R.')],
    ['a namespace that starts with a dot', type('R', { namespace: '.a' })],
    ['a namespace of dots', type('R', { namespace: '..' })],
    ['a name behind two dots', type('..R')],
    ['a way out of the folder', type('../../evil.Name')],
    ['a path', type('etc/passwd')],
    ['a path as namespace', type('R', { namespace: '/etc' })],
    ['no alias', type('R', { aliases: [''] })],
    ['an alias that ends in a dot', type('R', { aliases: ['a.'] })],
    ['no field name', field('')],
    ['no symbol', symbol('')],
  ])('%s', (_, schema) => {
    expect(problemsOf(schema, LENIENT)).toEqual([
      expect.stringMatching(/^error NAME_INVALID The .* cannot be used: /s),
    ]);
    expect(problemsOf(schema)[0]).toMatch(/^error NAME_INVALID/);
  });

  it('are those of primitives, as ever', () => {
    expect(problemsOf(type('int'), LENIENT)).toEqual([
      'error NAME_INVALID No type may be named after the primitive int.',
    ]);
  });
});

it('says what to do', () => {
  const schema = type('app-1.shop.Order', {
    aliases: ['Old-Order'],
    fields: [
      { name: 'order-id', type: { type: 'enum', name: 'State', symbols: ['in-stock'] } },
      { name: 'order_id', type: 'State', default: 'in-stock' },
    ],
  });
  const told = (options: ParseOptions) =>
    parseFiles([new SourceText('a', printJson(schema))], options).problems.list.map((problem) =>
      printProblem(problem).replace(/^a:1:\d+: /, ''),
    );
  const keep = 'To keep what a registry holds, put "names": "lenient" into tavro.json.';
  const why = 'it holds "-"; a name has letters, digits and _, and starts with no digit.';
  const namespace = [
    `error NAME_INVALID: The namespace "app-1.shop" cannot be used: in "app-1", ${why}`,
    `    fix: The legal namespace "app_1.shop" reads the same data. ${keep}`,
  ].join('\n');
  expect(told({})).toEqual([
    namespace,
    namespace,
    `error NAME_INVALID: The alias "Old-Order" cannot be used: ${why}\n    fix: Give what is new another one. ${keep}`,
    `error NAME_INVALID: The field name "order-id" cannot be used: ${why}\n    fix: "order_id" with "aliases": ["order-id"] reads the same data. ${keep}`,
    `error NAME_INVALID: The symbol "in-stock" cannot be used: ${why}\n    fix: Give what is new another one. ${keep}`,
  ]);
  // A namespace that many types have is told of once in a file.
  expect(told(LENIENT).map((line) => line.split(' is outside')[0])).toEqual([
    'warning NAME_INVALID: The namespace "app-1.shop"',
    'warning NAME_INVALID: The alias "Old-Order"',
    'warning NAME_INVALID: The field name "order-id"',
    'warning NAME_INVALID: The symbol "in-stock"',
  ]);
});

it('is right that a legal namespace and an alias read the same data', async () => {
  const writer = '{"type":"record","name":"app-1.R","fields":[{"name":"order-id","type":"int"}]}';
  const reader: Json = {
    type: 'record',
    name: 'app_1.R',
    fields: [{ name: 'order_id', aliases: ['order-id'], type: 'int' }],
  };
  const codec = (await importCodecs('names-legal', generate([reader]))).get('app_1.R');
  if (codec === undefined) throw new Error('no codec');
  expect(resolvingDecoder(writer, codec)(Uint8Array.of(14))).toEqual({ order_id: 7 });
});

it('finds a type by the alias of a name outside the grammar', () => {
  const { schema, warnings } = parseSchema(
    type('com.R', { aliases: ['app-1.Old', '.b-c'] }),
    LENIENT,
  );
  expect(warnings).toHaveLength(2);
  expect(schema).toMatchObject({ aliases: ['app-1.Old', 'b-c'] });
});

it('reads a bare name of a reference', () => {
  const references = [type('app-1.R')];
  expect(parseSchema('app-1.R', { references, ...LENIENT }).schema).toMatchObject({
    name: 'app-1.R',
  });
});

describe('any names', () => {
  const schemas = schemasOf(NAMES_OUTSIDE);

  it('are printed, read and hashed as they are', () => {
    fc.assert(
      fc.property(schemas, (json) => {
        const { schema } = parseSchema(json, LENIENT);
        const text = printJson(printSchema(schema));
        const again = parseSchema(text, { role: 'history' }).schema;
        expect(printJson(printSchema(again))).toBe(text);
        expect(identityOf(again)).toBe(identityOf(schema));
        expect(fingerprint(readSchema(text))).toBe(fingerprint(schema));
      }),
      { numRuns: 200 },
    );
  });

  it('are no two the same', () => {
    const parts = fc.uniqueArray(NAMES_OUTSIDE.parts, { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(parts, fc.constantFrom(field, symbol), (names, schemaOf) => {
        const [one, other] = names.map((name) => parseSchema(schemaOf(name), LENIENT).schema);
        if (one === undefined || other === undefined) throw new Error('two were drawn');
        expect(fingerprint(one)).not.toBe(fingerprint(other));
        expect(identityOf(one)).not.toBe(identityOf(other));
      }),
    );
  });

  it('come to letters, digits and _; those of the grammar to themselves', () => {
    fc.assert(
      fc.property(fc.oneof(NAMES_OUTSIDE.parts, fc.string({ unit: 'binary' })), (name) => {
        expect(isName(lettersOf(name))).toBe(true);
        if (isName(name)) expect(lettersOf(name)).toBe(name);
      }),
    );
  });
});
