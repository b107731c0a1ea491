/** Every legal Avro name gives code that compiles and round-trips. */
import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../../runtime/json.js';
import {
  compile,
  type Generated,
  generate,
  importCodecs,
  writeScratch,
} from '../generated-project.js';

/** Words of TypeScript, globals, members of all objects, and names that generated code uses. */
const WORDS =
  `abstract any arguments as asserts async await bigint boolean break case catch class const
  constructor continue debugger declare default delete do else enum eval export extends false finally for from
  function get global globalThis if implements import in infer instanceof interface intrinsic is keyof let module
  namespace never new null number object of out override package private protected public readonly require return
  satisfies set static string super switch symbol this throw true try type typeof undefined unique unknown using var
  void while with yield
  Array ArrayBuffer BigInt Boolean Buffer DataView Date Error Exclude Function Infinity Iterable Map Math NaN Number
  Object Omit Partial Pick Promise Proxy Readonly Record RegExp Set String Symbol Uint8Array console process window
  __proto__ hasOwnProperty isPrototypeOf prototype toString toJSON valueOf then length name
  Codec GeneratedCodec Reader Topic Writer Duration AvroError Input symbols topics contracts created createCodec
  bigDecimal date decimal duration getEntry guarded isList isPlainObject localTimestampMillis own setEntry through
  timestampMillis uuid uuidFixed r w value read write item key entry count read2 item2 _ _1 Ünï 日本`
    .trim()
    .split(/\s+/);

// Avro gives its primitives' names to no type of the null namespace, but to all else.
const record = (name: string, fields: readonly Json[]): Json => ({ type: 'record', name, fields });

/** Fields of each shape that code is generated for, so that names become local variables, too. */
function fieldsOf(word: string): readonly Json[] {
  return [
    { name: word, type: { type: 'array', items: ['null', 'string'] } },
    { name: `${word}2`, type: ['int', 'string'], default: 7 },
    { name: `${word}3`, type: { type: 'long', logicalType: 'timestamp-millis' }, default: 0 },
    { name: `${word}4`, type: { type: 'map', values: { type: 'int', logicalType: 'date' } } },
  ];
}

function typedValueOf(word: string): Record<string, unknown> {
  return Object.fromEntries([
    [word, ['a', null]],
    [`${word}2`, 'b'],
    [`${word}3`, new Date(5)],
    [
      `${word}4`,
      Object.fromEntries([
        ['__proto__', '2026-11-22'],
        [word, '1970-01-01'],
      ]),
    ],
  ]);
}

async function compiles(name: string, { files }: Generated): Promise<void> {
  expect(await compile(await writeScratch(name, files))).toEqual([]);
}

/** Exports of a generated file, as text. */
function exportsOf({ files }: Generated, path: string): string[] {
  const text = files.find((file) => file.path === path)?.text ?? '';
  return [...text.matchAll(/^export (?:interface|type|const|function) ([\p{L}\p{Nd}_$]+)/gmu)].map(
    ([, name = '']) => name,
  );
}

describe('words and globals', () => {
  const schemas = [
    ...WORDS.map((word) => record(`types.${word}`, fieldsOf(word))),
    ...WORDS.map((word) => ({ type: 'enum', name: `symbols.${word}`, symbols: [word, 'other'] })),
    record('all.Fields', [
      ...WORDS.map((word) => ({ name: word, type: `types.${word}` })),
      ...WORDS.map((word) => ({ name: `${word}_symbol`, type: `symbols.${word}`, default: word })),
    ]),
    record('all.Optional', [
      ...WORDS.map((word) => ({ name: word, type: ['null', 'string'], default: null })),
      { name: 'ends', type: { type: 'array', items: 'Optional' }, default: [] },
    ]),
  ];

  it('are usable as type, field, symbol and map key', async () => {
    const generated = generate(schemas);
    await compiles('names-words', generated);
    const codecs = await importCodecs('names-words-run', generated);
    const value = Object.fromEntries([
      ...WORDS.map((word) => [word, typedValueOf(word)]),
      ...WORDS.map((word) => [`${word}_symbol`, word]),
    ]);
    const fields = codecs.get('all.Fields');
    expect(fields?.decode(fields.encode(value))).toEqual(value);
  }, 120_000);

  it('that all objects inherit are missing where they were left out', async () => {
    const codecs = await importCodecs('names-optional', generate(schemas));
    const optional = codecs.get('all.Optional');
    const read = optional?.decode(optional.encode({}));
    const nothing = Object.fromEntries([...WORDS.map((word) => [word, null]), ['ends', []]]);
    expect(read).toEqual(nothing);
    expect(Object.keys(Object(read))).toEqual([...WORDS, 'ends']);
  }, 120_000);
});

describe('one simple name in several namespaces', () => {
  const status = (namespace: string): Json => ({
    type: 'enum',
    name: 'Status',
    namespace,
    symbols: [namespace === '' ? 'none' : namespace.replaceAll('.', '_')],
  });
  const namespaces = ['', 'com.acme.pay', 'com.acme.shop', 'com.other.shop'];

  it('can be used side by side in one file, and in one of that name', async () => {
    const schemas: Json[] = [
      ...namespaces.map(status),
      record('com.acme.All', [
        { name: 'none', type: ['null', 'Status'] },
        ...namespaces.slice(1).map((ns, i) => ({ name: `f${i}`, type: `${ns}.Status` })),
      ]),
      record('com.mine.Status', [{ name: 'other', type: 'com.acme.pay.Status' }]),
    ];
    const generated = generate(schemas);
    await compiles('names-namespaces', generated);
    const all = generated.files.find(({ path }) => path === 'com/acme/All.ts')?.text;
    expect(all).toContain('StatusCodec as ShopStatusCodec,');
    expect(all).toContain('  f0: PayStatus;');
    const codecs = await importCodecs('names-namespaces-run', generated);
    const codec = codecs.get('com.acme.All');
    const value = { none: 'none', f0: 'com_acme_pay', f1: 'com_acme_shop', f2: 'com_other_shop' };
    expect(codec?.decode(codec.encode(value))).toEqual(value);
  });
});

describe('names that file systems take for one', () => {
  it('get files of their own', async () => {
    const names = [
      'a.user',
      'a.User',
      'a.USER',
      'A.User',
      'a.user.User',
      'con.Nul',
      'topics',
      'Contracts',
      'a.Ö',
      'a.ö',
      'a.O\u0308'.normalize('NFC'),
    ];
    const unique = [...new Set(names)];
    const generated = generate(unique.map((name) => record(name, [{ name: 'x', type: 'int' }])));
    const paths = generated.files.map(({ path }) => path);
    expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(unique.length + 2);
    expect(paths.filter((path) => /^(con|nul)[./]/im.test(path))).toEqual([]);
    await compiles('names-case', generated);
  });
});

describe("the generator's own names", () => {
  it('make way for types of the same name', async () => {
    const names = [
      'A',
      'AInput',
      'ACodec',
      'AInputInput',
      'readA',
      'ReadA',
      'writeA',
      'Codec',
      'Reader',
      'Writer',
      'GeneratedCodec',
      'Topic',
      'Input',
    ];
    const generated = generate([
      ...names.map((name) =>
        record(`n.${name}`, [
          { name: 'next', type: ['null', 'n.All'], default: null },
          { name: 'codec', type: { type: 'array', items: 'n.Codec' }, default: [] },
        ]),
      ),
      record(
        'n.All',
        names.map((name) => ({ name, type: ['null', `n.${name}`], default: null })),
      ),
    ]);
    await compiles('names-own', generated);
    const codecs = await importCodecs('names-own-run', generated);
    const codec = codecs.get('n.All');
    const inner = { next: null, codec: [] };
    const value = Object.fromEntries(names.map((name) => [name, inner]));
    expect(codec?.decode(codec.encode(value))).toEqual(value);
  });

  it('are what people expect for ordinary names', () => {
    const generated = generate([record('com.acme.UserClick', [{ name: 'url', type: 'string' }])]);
    expect(exportsOf(generated, 'com/acme/UserClick.ts')).toEqual([
      'UserClick',
      'UserClickInput',
      'writeUserClick',
      'readUserClick',
      'UserClickCodec',
    ]);
  });
});
