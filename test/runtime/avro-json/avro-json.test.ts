import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import avsc from 'avsc';
import fc from 'fast-check';
import { fromAvroJson, readSchema, type Schema, toAvroJson } from '../../../runtime/avro.js';
import { AvroError } from '../../../runtime/index.js';
import { arbitrarySchema } from '../../codegen/arbitrary-schema.js';
import { arbitraryMessage } from '../arbitrary-message.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => Buffer.from(text, 'hex');
const schema = (json: unknown): Schema => readSchema(JSON.stringify(json));

function caught(run: () => unknown): AvroError {
  try {
    run();
  } catch (error) {
    if (error instanceof AvroError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const LINE = {
  type: 'record',
  name: 'shop.Line',
  fields: [
    { name: 'sku', type: 'string' },
    { name: 'price', type: ['null', 'double', 'string'] },
  ],
};
const ORDER = {
  type: 'record',
  name: 'shop.Order',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'lines', type: { type: 'array', items: LINE } },
    { name: 'tags', type: { type: 'map', values: 'int' } },
  ],
};

describe('Avro-JSON', () => {
  it.each<[string, unknown, string, string]>([
    ['a long beyond 2^53', 'long', 'feffffffffffffffff01', '9223372036854775807'],
    ['the least long', 'long', 'ffffffffffffffffff01', '-9223372036854775808'],
    ['a whole double', 'double', '000000000000f03f', '1.0'],
    ['a negative zero', 'double', '0000000000000080', '-0.0'],
    ['a large double', 'double', '9c7500883ce4377e', '1e+300'],
    ['NaN', 'double', '000000000000f87f', '"NaN"'],
    ['infinity as a float', 'float', '0000807f', '"Infinity"'],
    ['negative infinity', 'float', '000080ff', '"-Infinity"'],
    ['a float in full', 'float', 'cdcccc3d', '0.10000000149011612'],
    ['bytes', 'bytes', '0800227fff', '"\\u0000\\"\u007fÿ"'],
    ['a string', 'string', '0cc3a4f09f9880', '"ä😀"'],
    ['a null branch', ['null', 'string'], '00', 'null'],
    ['a string branch', ['null', 'string'], '020278', '{"string":"x"}'],
    ['a named branch', ['null', LINE], '02027800', '{"shop.Line":{"sku":"x","price":null}}'],
    ['an array branch', [{ type: 'array', items: 'int' }], '00020200', '{"array":[1]}'],
    [
      'a map with number-like keys',
      { type: 'map', values: 'int' },
      '040431300002310400',
      '{"10":0,"1":2}',
    ],
    ['a repeated key', { type: 'map', values: 'int' }, '0402610202610400', '{"a":1,"a":2}'],
    ['__proto__', { type: 'map', values: 'int' }, '02125f5f70726f746f5f5f0200', '{"__proto__":1}'],
    ['an enum', { type: 'enum', name: 'E', symbols: ['A', 'B'] }, '02', '"B"'],
    ['a fixed', { type: 'fixed', name: 'F', size: 2 }, '00ff', '"\\u0000ÿ"'],
    ['an empty record', { type: 'record', name: 'R', fields: [] }, '', '{}'],
  ])('prints and parses %s', (_, type, message, json) => {
    expect(toAvroJson(schema(type), bytes(message))).toBe(json);
    expect(hex(fromAvroJson(schema(type), json))).toBe(message);
  });

  it('takes fields in any order, escapes, spaces and whole numbers for floating types', () => {
    const json = ' {"price" : {"double":\t3}, "s\\u006bu": "x" }\r\n';
    expect(hex(fromAvroJson(schema(LINE), json))).toBe('0278020000000000000840');
  });

  it('reads arrays and maps in several blocks, with and without sizes', () => {
    const ints = schema({ type: 'array', items: 'int' });
    // One item; two items in a block that says its size of 2 bytes; none.
    expect(toAvroJson(ints, bytes('0202' + '0304' + '0406' + '00'))).toBe('[1,2,3]');
  });

  it.each<[string, string, readonly [path: string, expected: RegExp, actual: string][]]>([
    [
      'every bad field',
      '{"id":1.5,"lines":[{"sku":1,"price":null}],"tags":{"a b":2147483648}}',
      [
        ['id', /^long/, 'number'],
        ['lines[0].sku', /^string/, 'number'],
        ['tags["a b"]', /^int/, 'number'],
      ],
    ],
    [
      'missing and unknown fields',
      '{"id":1,"tags":{},"linse":[]}',
      [
        ['lines', /^a value/, 'none'],
        ['linse', /^no such field in shop.Order/, 'array'],
      ],
    ],
    [
      'a union value without its branch',
      '{"id":1,"tags":{},"lines":[{"sku":"a","price":"secret"}]}',
      [['lines[0].price', /^null or {"double": …} or {"string": …}$/, 'string']],
    ],
    [
      'a union value with two branches',
      '{"id":1,"tags":{},"lines":[{"sku":"a","price":{"double":1,"string":"x"}}]}',
      [['lines[0].price', /^null or/, 'object']],
    ],
    [
      'a field twice',
      '{"id":1,"id":2,"lines":[],"tags":{}}',
      [['', /^each field once/, 'a field twice']],
    ],
    ['a list for a record', '[]', [['', /^object \(shop.Order\)/, 'array']]],
    [
      'a long of 65 bits',
      '{"id":9223372036854775808,"lines":[],"tags":{}}',
      [['id', /64 bits/, 'number']],
    ],
    [
      'a lone surrogate',
      '{"id":1,"lines":[{"sku":"\\ud800","price":null}],"tags":{}}',
      [['lines[0].sku', /surrogate/, 'string']],
    ],
  ])('names %s', (_, json, problems) => {
    const error = caught(() => fromAvroJson(schema(ORDER), json));
    expect(error.code).toBe('AVRO_VALUE');
    expect(error.schema).toBe('shop.Order');
    expect(error.problems).toEqual(
      problems.map(([path, expected, actual]) => ({
        path,
        expected: expect.stringMatching(expected),
        actual,
      })),
    );
    expect(error.message).not.toContain('secret');
  });

  it.each<[string, unknown, string]>([
    ['a float that overflows', 'float', '1e39'],
    ['a symbol that is not there', { type: 'enum', name: 'E', symbols: ['A'] }, '"B"'],
    ['a fixed of another size', { type: 'fixed', name: 'F', size: 2 }, '"abc"'],
    ['text beyond U+00FF as bytes', 'bytes', '"\u0100"'],
    ['a number in quotes', 'int', '"1"'],
    ['another word for NaN', 'double', '"nan"'],
    ['null', 'string', 'null'],
    ['a value for an empty union', [], '{"":1}'],
  ])('refuses %s', (_, type, json) => {
    expect(caught(() => fromAvroJson(schema(type), json)).code).toBe('AVRO_VALUE');
  });

  it('names at most 100 bad fields', () => {
    const json = `[${Array(1_000).fill('"x"').join(',')}]`;
    const error = caught(() => fromAvroJson(schema({ type: 'array', items: 'int' }), json));
    expect(error.problems).toHaveLength(100);
  });

  it.each([
    '',
    '{',
    '[1',
    '[1,]',
    '{"a"}',
    '{"a":1,}',
    '{a:1}',
    "'a'",
    '"a',
    '"a\\',
    '"\u0001"',
    '"\\x"',
    '01',
    '1.',
    '.5',
    '+1',
    '-',
    'nul',
    'true false',
    '1e999',
    '[1}',
    'NaN',
    '\u00a01',
  ])('refuses a text that is not JSON: %j', (json) => {
    expect(caught(() => fromAvroJson(schema('null'), json)).code).toBe('AVRO_JSON');
  });

  it('agrees with JSON.parse on what is JSON', () => {
    const mutated = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '[', '}', '0', '\\', ' ', 'e', '-'))
      .map(([json, at, insert]) => {
        const cut = at % (json.length + 1);
        return json.slice(0, cut) + insert + json.slice(cut + (at % 2));
      });
    fc.assert(
      fc.property(fc.oneof(fc.json(), mutated), (json) => {
        let isJson = true;
        try {
          JSON.parse(json);
        } catch {
          isJson = false;
        }
        const { code } = caught(() =>
          fromAvroJson(schema({ type: 'fixed', name: 'Never', size: 1e9 }), json),
        );
        // Beyond what a double holds we refuse what JSON.parse makes infinite.
        if (code === 'AVRO_JSON' && isJson) expect(json).toMatch(/e\+?\d{3}/i);
        else expect(code === 'AVRO_VALUE').toBe(isJson);
      }),
      { numRuns: 2_000 },
    );
  });

  it('has a limit for nesting, of text and of types', () => {
    expect(caught(() => fromAvroJson(schema('null'), '['.repeat(100_000))).code).toBe('AVRO_LIMIT');
    const list = schema({
      type: 'record',
      name: 'Node',
      fields: [{ name: 'next', type: ['null', 'Node'] }],
    });
    const deep = (levels: number) => bytes(`${'02'.repeat(levels)}00`);
    expect(hex(fromAvroJson(list, toAvroJson(list, deep(500))))).toBe(hex(deep(500)));
    expect(caught(() => toAvroJson(list, deep(600))).code).toBe('AVRO_LIMIT');
    const json = `${'{"next":{"Node":'.repeat(600)}{"next":null}${'}}'.repeat(600)}`;
    expect(caught(() => fromAvroJson(list, json)).problems[0]?.expected).toMatch(/nesting/);
  });

  it('says where bytes are wrong', () => {
    const error = caught(() => toAvroJson(schema(ORDER), bytes('020202780600')));
    expect(error).toMatchObject({
      code: 'AVRO_INDEX',
      schema: 'shop.Order',
      path: 'lines[0].price',
      offset: 4,
    });
    expect(caught(() => toAvroJson(schema('int'), bytes('0200'))).code).toBe('AVRO_TRAILING_BYTES');
  });

  it('refuses a union in which two branches have one name in JSON', () => {
    const clash = [
      { type: 'record', name: 'map', fields: [] },
      { type: 'map', values: 'int' },
    ];
    expect(caught(() => toAvroJson(schema(clash), bytes('0200'))).code).toBe('AVRO_SCHEMA');
  });

  it('does not let a few bytes become endless text', () => {
    const fields = [{ name: 'n'.repeat(100_000), type: 'null' }];
    const wide = schema({ type: 'array', items: { type: 'record', name: 'Wide', fields } });
    expect(caught(() => toAvroJson(wide, bytes('fcff0700'))).code).toBe('AVRO_LIMIT');
  });

  it('gives back the very bytes of any message', () => {
    fc.assert(
      fc.property(
        arbitrarySchema.chain((json) => {
          const type = schema(json);
          return arbitraryMessage(type).map((message) => ({ type, message }));
        }),
        ({ type, message }) => {
          const json = toAvroJson(type, message);
          expect(() => JSON.parse(json)).not.toThrow();
          expect(hex(fromAvroJson(type, json))).toBe(hex(message));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is what avsc prints and reads', () => {
    const type = avsc.Type.forSchema(JSON.parse(JSON.stringify(ORDER)), { wrapUnions: true });
    const line = fc.record(
      {
        sku: fc.string(),
        price: fc.oneof(
          fc.constant(null),
          fc
            .double({ noNaN: true, noDefaultInfinity: true }) // avsc prints -0 as 0.
            .map((double) => ({ double: double + 0 })),
          fc.string().map((string) => ({ string })),
        ),
      },
      { noNullPrototype: true },
    );
    const order = fc.record(
      {
        // avsc writes other longs below -2^52 than it was given.
        id: fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
        lines: fc.array(line),
        tags: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.integer(), {
          noNullPrototype: true,
        }),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(order, (value) => {
        const message = type.toBuffer(value);
        expect(JSON.parse(toAvroJson(schema(ORDER), message))).toEqual(
          JSON.parse(type.toString(value)),
        );
        expect(hex(fromAvroJson(schema(ORDER), type.toString(value)))).toBe(hex(message));
        expect(hex(type.toBuffer(type.fromString(toAvroJson(schema(ORDER), message))))).toBe(
          hex(message),
        );
      }),
    );
  });
});

const CORPUS = fileURLToPath(
  new URL('../../../../shared/corpus/binary-vectors.jsonl', import.meta.url),
);

interface Vector {
  readonly id: string;
  readonly schema: unknown;
  readonly hex: string;
  readonly json: string;
  readonly hex_blocked?: string;
  readonly read_only_hex?: string;
}

/** Java prints a float as its sum with 0.0, which takes the sign from a zero. */
const unsigned = (json: string): unknown =>
  JSON.parse(json, (_, value) => (Object.is(value, -0) ? 0 : value));

const inCorpus = existsSync(CORPUS) ? it : it.skip;
inCorpus('Avro-JSON of the corpus is what Java 1.12.1 prints and reads', () => {
  const vectors = readFileSync(CORPUS, 'utf8')
    .split('\n')
    .flatMap((line): Vector[] => (line === '' ? [] : [JSON.parse(line)]));
  expect(vectors.length).toBeGreaterThan(0);
  for (const vector of vectors) {
    const type = schema(vector.schema);
    const json = toAvroJson(type, bytes(vector.hex));
    // Of a record without fields at the root, Java prints nothing, which is no JSON.
    const java = vector.json === '' ? '{}' : vector.json;
    expect([vector.id, unsigned(json)]).toEqual([vector.id, unsigned(java)]);
    expect([vector.id, hex(fromAvroJson(type, json))]).toEqual([vector.id, vector.hex]);
    const again = toAvroJson(type, fromAvroJson(type, java));
    expect([vector.id, unsigned(again)]).toEqual([vector.id, unsigned(json)]);
    for (const other of [vector.hex_blocked, vector.read_only_hex]) {
      if (other !== undefined)
        expect([vector.id, toAvroJson(type, bytes(other))]).toEqual([vector.id, json]);
    }
  }
});
