/** Rows of logical types that tavro.json overrides: types, encoding, decoding and defaults follow. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal } from 'decimal.js';
import { build } from 'esbuild';
import { run } from '../../../codegen/program.js';
import type { Codec } from '../../../runtime/index.js';
import { compile, writeScratch } from '../generated-project.js';

const logical = (type: string, logicalType: string, more = {}) => ({ type, logicalType, ...more });
const decimal = logical('bytes', 'decimal', { precision: 6, scale: 2 });

const SCHEMA = {
  type: 'record',
  name: 'acme.Bill',
  fields: [
    { name: 'price', type: decimal, default: '\u0004\u00d2' },
    {
      name: 'total',
      type: logical('fixed', 'decimal', { name: 'Total', size: 4, precision: 6, scale: 3 }),
    },
    { name: 'any', type: logical('bytes', 'big-decimal') },
    { name: 'prices', type: { type: 'array', items: decimal } },
    { name: 'maybe', type: ['null', decimal], default: null },
    { name: 'either', type: [decimal, 'string'] },
    { name: 'at', type: logical('long', 'timestamp-millis'), default: 5 },
    { name: 'micros', type: logical('long', 'timestamp-micros') },
    { name: 'time', type: logical('long', 'time-micros'), default: 7 },
    { name: 'day', type: logical('int', 'date'), default: 1 },
    { name: 'id', type: logical('fixed', 'uuid', { name: 'Id', size: 16 }) },
    { name: 'text', type: logical('string', 'uuid') },
  ],
};

const CONFIG = {
  logicalTypes: {
    decimal: {
      module: '../own/conversions.js',
      conversion: 'decimalJs',
      type: 'Decimal',
      typeModule: 'decimal.js',
    },
    'big-decimal': {
      module: '../own/conversions.js',
      conversion: 'decimalJs',
      type: 'Decimal',
      typeModule: 'decimal.js',
    },
    'timestamp-millis': 'number',
    'timestamp-micros': {
      module: '../own/conversions.js',
      conversion: 'instant',
      type: 'Instant',
      typeModule: '../own/conversions.js',
    },
    'time-micros': 'bigint',
    date: 'base',
    uuid: { module: '../own/conversions.js', conversion: 'shout', type: 'string' },
  },
  longs: { default: 'number' },
};

const OWN = `import { Decimal } from 'decimal.js';
import type { Conversion } from 'tavro/runtime';
export const decimalJs: Conversion<string, Decimal> = {
  decode: (text) => new Decimal(text),
  encode: (value) => value.toFixed(),
};
export interface Instant { readonly micros: bigint }
export const instant: Conversion<bigint, Instant> = {
  decode: (micros) => ({ micros }),
  encode: ({ micros }) => micros,
};
export const shout: Conversion<string | Uint8Array, string> = {
  decode: String,
  encode: () => { throw new Error('not today'); },
};
`;

let folder = '';

async function codegen(name: string, config: unknown): Promise<void> {
  folder = await writeScratch(name, [
    { path: 'schemas/bill.avsc', text: JSON.stringify(SCHEMA) },
    { path: 'schemas/tavro.json', text: JSON.stringify(config) },
    { path: 'own/conversions.ts', text: OWN },
  ]);
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  const argv = [
    'codegen',
    '--schemas',
    join(folder, 'schemas'),
    '--out',
    join(folder, 'generated'),
  ];
  const context = { out: say, err: say, env: {}, signal: new AbortController().signal };
  const exit = await run(argv, context);
  if (exit !== 0) throw new Error(said.join('\n'));
}

async function importCodec(): Promise<Codec<unknown, unknown>> {
  const outfile = join(folder, 'bundle.mjs');
  await build({
    entryPoints: [join(folder, 'generated', 'acme', 'Bill.ts')],
    bundle: true,
    format: 'esm',
    platform: 'node',
    // The same class as in this test.
    external: ['decimal.js'],
    conditions: ['tavro-source'],
    outfile,
  });
  const module: { BillCodec: Codec<unknown, unknown> } = await import(pathToFileURL(outfile).href);
  return module.BillCodec;
}

const typeText = async (): Promise<string> =>
  (await readFile(join(folder, 'generated', 'acme', 'Bill.ts'), 'utf8')).split('/** Writes')[0] ??
  '';

describe('with conversions of its own', () => {
  beforeAll(async () => {
    await codegen('overrides', {
      ...CONFIG,
      logicalTypes: { ...CONFIG.logicalTypes, uuid: 'base' },
    });
  });

  const given = {
    total: new Decimal('-12.5'),
    any: new Decimal('1e3'),
    prices: [new Decimal(1), new Decimal('0.01')],
    either: { case: 'string', value: 'x' },
    micros: { micros: 9n },
    id: new Uint8Array(16),
    text: 'not checked',
  };

  it('types fields by them', async () => {
    const text = await typeText();
    for (const field of [
      '  price: Decimal;',
      '  total: Total;',
      '  any: Decimal;',
      '  prices: Decimal[];',
      '  maybe: Decimal | null;',
      "  either: { case: 'bytes'; value: Decimal } | { case: 'string'; value: string };",
      '  at: number;',
      '  micros: Instant;',
      '  time: bigint;',
      '  day: number;',
      '  id: Id;',
    ])
      expect(text).toContain(`${field}\n`);
  });

  it('compiles, with modules found from tavro.json', async () => {
    expect(await compile(folder)).toEqual([]);
    expect(await typeText()).toContain("from '../../own/conversions.js';");
  });

  it('decodes what it encoded, and takes defaults through them', async () => {
    const codec = await importCodec();
    const bytes = codec.encode(given);
    expect(codec.decode(bytes)).toEqual({
      ...given,
      price: new Decimal('12.34'),
      maybe: null,
      at: 5,
      time: 7n,
      day: 1,
    });
    // Decimal of the default: length 2, then 0x04d2; the first field.
    expect(Buffer.from(bytes.subarray(0, 3)).toString('hex')).toBe('0404d2');
  });

  it('still checks what the schema says', async () => {
    const codec = await importCodec();
    const refusal = (value: object) => () => codec.encode({ ...given, ...value });
    expect(refusal({ price: new Decimal('0.001') })).toThrow(/price.*2 of them after the point/);
    expect(refusal({ price: new Decimal('10000') })).toThrow(/price.*at most 6 digits/);
    expect(refusal({ total: 'x' })).toThrow(/total.*the project's conversion takes/);
    expect(refusal({ at: 2 ** 53 })).toThrow(/\bat\b/);
    expect(refusal({ micros: { micros: 2n ** 63n } })).toThrow(/micros/);
    expect(refusal({ either: new Decimal(1) })).toThrow(/either.*\{ case, value \}/);
  });
});

describe('with a conversion of a fixed named type', () => {
  beforeAll(async () => {
    await codegen('overrides-base', {
      logicalTypes: { uuid: CONFIG.logicalTypes.uuid, decimal: 'base', 'big-decimal': 'base' },
    });
  });

  it('says which conversion refused, and why', async () => {
    const codec = await importCodec();
    const bytes = () =>
      codec.encode({
        total: new Uint8Array(4),
        any: new Uint8Array([2, 0, 0]),
        prices: [],
        either: { case: 'string', value: '' },
        micros: 0n,
        id: 'x',
        text: 'y',
      });
    expect(bytes).toThrow(/id.*uuid that the project's conversion takes/);
  });

  it('shows base values where told so, as bytes in unions, too', async () => {
    const text = await typeText();
    expect(text).toContain('  price: Uint8Array;\n');
    expect(text).toContain('  either: Uint8Array | string;\n');
    expect(await readFile(join(folder, 'generated', 'acme', 'Total.ts'), 'utf8')).toContain(
      'export type Total = Uint8Array;',
    );
  });
});
