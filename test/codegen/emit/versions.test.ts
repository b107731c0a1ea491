import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import { fingerprintOf, readSchema, resolvingDecoder } from '../../../runtime/avro.js';
import { AvroError, type Decoder } from '../../../runtime/index.js';
import type { Json } from '../../../runtime/json.js';
import { arbitraryMessage } from '../../runtime/arbitrary-message.js';
import { byName } from '../by-name.js';
import { compile, generate, importCodecs, writeScratch } from '../generated-project.js';

const MESSAGES = Number(process.env.TAVRO_TEST_MESSAGES ?? 60);

const record = (name: string, fields: readonly Json[], more: object = {}): Json => ({
  type: 'record',
  name,
  fields,
  ...more,
});
const field = (name: string, type: Json, more: object = {}): Json => ({ name, type, ...more });
const list = (items: Json): Json => ({ type: 'array', items });
const map = (values: Json): Json => ({ type: 'map', values });
const symbols = (name: string, list: readonly string[], more: object = {}): Json => ({
  type: 'enum',
  name,
  symbols: list,
  ...more,
});

const MONEY = record('Money', [field('amount', 'long'), field('currency', 'string')]);
const COLOR = symbols('Color', ['RED', 'BLUE', 'GREEN', 'OTHER'], { default: 'OTHER' });

/** Older versions, then the one that reads them. */
const CHAINS: Readonly<Record<string, { older: readonly Json[]; now: Json }>> = {
  'fields added with defaults, removed, and in another order': {
    older: [
      record('R', [field('a', 'int'), field('gone', list('string')), field('b', 'string')]),
      record('R', [field('b', 'string'), field('a', 'int')]),
    ],
    now: record('R', [
      field('b', 'string'),
      field('n', ['null', 'string'], { default: null }),
      field('a', 'int'),
      field('d', { type: 'long', logicalType: 'timestamp-millis' }, { default: 86_400_000 }),
      field('l', list('double'), { default: [1.5] }),
      field(
        'x',
        { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 },
        { default: '\u0001' },
      ),
    ]),
  },
  'all promotions, within lists too': {
    older: [
      record('R', [
        field('il', 'int'),
        field('if', 'int'),
        field('id', 'int'),
        field('lf', 'long'),
        field('ld', 'long'),
        field('fd', 'float'),
        field('sb', 'string'),
        field('bs', 'bytes'),
        field('list', list('int')),
        field('floats', list('float')),
        field('map', map(['null', 'int'])),
      ]),
    ],
    now: record('R', [
      field('il', 'long'),
      field('if', 'float'),
      field('id', 'double'),
      field('lf', 'float'),
      field('ld', 'double'),
      field('fd', 'double'),
      field('sb', 'bytes'),
      field('bs', 'string'),
      field('list', list('double')),
      field('floats', list('double')),
      field('map', map(['null', 'long'])),
    ]),
  },
  'aliases, enum defaults, unions that grow and shrink': {
    older: [
      record('Old', [
        field('before', 'string'),
        field('color', symbols('Color', ['GREEN', 'PINK', 'RED'])),
        field('u', 'string'),
        field('v', ['null', 'int', 'string']),
        field('money', record('Cash', [field('amount', 'int')])),
        field('refund', ['null', 'Cash']),
      ]),
    ],
    now: record(
      'R',
      [
        field('after', 'string', { aliases: ['before'] }),
        field('color', COLOR),
        field('u', ['null', 'string']),
        field('v', ['long', 'null']),
        field('money', [
          'null',
          record('Money', [field('amount', 'long')], { aliases: ['Cash'] }),
          record('Points', [field('amount', 'long')]),
        ]),
        field('refund', ['Points', 'Money', 'null']),
      ],
      { aliases: ['Old'] },
    ),
  },
  'recursion, and nested records that change in some versions only': {
    older: [
      record('Node', [
        field('price', MONEY),
        field('children', list('Node')),
        field('dropped', record('Tree', [field('left', ['null', 'Tree']), field('m', 'Money')])),
      ]),
      record('Node', [
        field('price', record('Money', [field('amount', 'int'), field('currency', 'string')])),
        field('children', list('Node')),
        field('next', ['null', 'Node']),
      ]),
      record('Node', [field('price', MONEY), field('children', list('Node'))]),
    ],
    now: record('Node', [
      field('price', MONEY),
      field('children', list('Node')),
      field('next', ['null', 'Node'], { default: null }),
      field('label', 'string', { default: "it's `x`" }),
    ]),
  },
  'an enum, and one that some data cannot be read as': {
    older: [symbols('Color', ['RED', 'PINK']), symbols('Color', ['GREEN', 'PURPLE', 'RED'])],
    now: symbols('Color', ['RED', 'GREEN']),
  },
  'maps, skipped unions and fixed': {
    older: [
      record('R', [
        field('m', map(record('V', [field('k', 'int'), field('gone', map(map('bytes')))]))),
        field('u', [
          'null',
          'string',
          list(['null', 'double']),
          { type: 'fixed', name: 'F', size: 3 },
        ]),
        field('f', 'F'),
        field('e', 'float'),
        field('b', 'boolean'),
      ]),
    ],
    now: record('R', [
      field('m', map(record('V', [field('k', 'long')]))),
      field('f', { type: 'fixed', name: 'F', size: 3 }),
    ]),
  },
};

type Answer = { readonly value: unknown } | { readonly code: string };

function answer(decode: Decoder<unknown>, bytes: Uint8Array): Answer {
  try {
    return { value: decode(bytes) };
  } catch (error) {
    // The bundled codec has an AvroError of its own.
    const isCoded = typeof error === 'object' && error !== null && 'code' in error;
    if (!isCoded || !('name' in error) || error.name !== AvroError.prototype.constructor.name)
      throw error;
    return { code: String(error.code) };
  }
}

describe.each(Object.entries(CHAINS))('decoders of older versions: %s', (name, { older, now }) => {
  const versions = older.map((schema) => parseSchema(schema, { role: 'history' }).schema);
  const type = (now as { name: string }).name;
  const generated = generate([now], { versions: byName([[type, versions]]) });

  it('compile', async () => {
    expect(await compile(await writeScratch('versions-compile', generated.files))).toEqual([]);
  });

  it('answer exactly as the resolving decoder does', async () => {
    const codecs = await importCodecs(`versions/${name.length}`, generated);
    const codec = codecs.get(type);
    if (codec === undefined) throw new Error('no codec');
    for (const schema of older) {
      const text = JSON.stringify(schema);
      const decode = codec.version(fingerprintOf(text));
      if (decode === undefined) throw new Error('no decoder of the version');
      const resolve = resolvingDecoder(text, codec);
      fc.assert(
        fc.property(arbitraryMessage(readSchema(text)), (bytes) => {
          expect(answer(decode, bytes)).toEqual(answer(resolve, bytes));
          // Cut off anywhere, both refuse it or neither.
          const cut = bytes.subarray(0, bytes.length >> 1);
          expect('code' in answer(decode, cut)).toBe('code' in answer(resolve, cut));
        }),
        { numRuns: MESSAGES },
      );
    }
  });
});

it('shares what did not change between versions', () => {
  const chain = CHAINS['recursion, and nested records that change in some versions only'];
  if (chain === undefined) throw new Error('no chain');
  const versions = chain.older.map((schema) => parseSchema(schema, { role: 'history' }).schema);
  const { files } = generate([chain.now], { versions: byName([['Node', versions]]) });
  const text = files.find(({ path }) => path === 'Node.versions.ts')?.text ?? '';
  // Money is read by the ordinary function where it is as it was.
  expect(text).toContain('readMoney()');
  expect(text.match(/^function readMoney/gm)).toHaveLength(1);
  expect(text.match(/^function skipTree/gm)).toHaveLength(1);
  expect(text.match(/^function readNode/gm)).toHaveLength(3);
});

it('writes nothing for a version that is laid out as the type is now', () => {
  const now = record('R', [field('a', 'int', { doc: 'new words' })]);
  const older = parseSchema(record('R', [field('a', 'int')]), { role: 'history' }).schema;
  const { files } = generate([now], { versions: byName([['R', [older]]]) });
  expect(files.map(({ path }) => path)).not.toContain('R.versions.ts');
  expect(files.map(({ text }) => text).join()).not.toContain('versions:');
});
