/** Every option whose key or value is a name: one that names nothing is an error, with the name that was meant. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { formsWithin } from '../../../codegen/editor/forms.js';
import { CONFIG } from '../../../codegen/project/config/config.js';
import type { Json } from '../../../runtime/json.js';
import { SchemasFolder } from '../schemas-folder.js';

const FILES = {
  'order.avsc': {
    type: 'record',
    name: 'acme.Order',
    fields: [
      { name: 'quantity', type: 'long' },
      { name: 'price', type: { type: 'bytes', logicalType: 'decimal', precision: 8, scale: 2 } },
      { name: 'cents', type: { type: 'long', 'connect.name': 'acme.Cents' } },
    ],
  },
};
const orders = (words: { [key: string]: Json }): Json => ({
  topics: { orders: { value: ['acme.Order'], subjects: 'topic-record', ...words } },
});
const conversion = (words: { [key: string]: Json }): Json => ({
  logicalTypes: {
    decimal: { module: '../own/money.js', conversion: 'money', type: 'Money', ...words },
  },
});
const waiver = (words: { [key: string]: Json }): Json => ({
  topics: { orders: { value: 'acme.Order' } },
  check: {
    waivers: [
      {
        rule: 'type-mismatch',
        subject: 'orders-value',
        path: '',
        reason: 'agreed',
        expires: '2099-12-31',
        ...words,
      },
    ],
  },
});

/** By the place that names something: a name with a mistake, and what was meant. */
const MISTAKES: Readonly<Record<string, readonly [json: Json, meant: string]>> = {
  'What a topic carries': [orders({ value: 'acme.Ordr' }), 'acme.Order'],
  'What a topic carries.file': [
    { topics: { orders: { value: { file: 'orders.avsc' } } } },
    'order.avsc',
  ],
  'What a topic carries.type': [
    orders({ value: { file: 'order.avsc', type: 'acme.Ordr' } }),
    'acme.Order',
  ],
  'topics.<topic>.config': [orders({ config: { 'retention.sm': 1 } }), 'retention.ms'],
  'topics.<topic>.subjects.value': [
    orders({ subjects: { value: { 'acme.Order': 'o', 'acme.Ordr': 'p' } } }),
    'acme.Order',
  ],
  'topics.<topic>.oldestRetained.value': [
    orders({ oldestRetained: { value: { 'acme.Ordr': 1 } } }),
    'acme.Order',
  ],
  'longs.fields': [
    { longs: { fields: { 'acme.Order.quantty': 'number' } } },
    'acme.Order.quantity',
  ],
  'decimals.fields': [{ decimals: { fields: { 'acme.Order.prise': 'down' } } }, 'acme.Order.price'],
  logicalTypes: [{ logicalTypes: { 'acme.Cent': 'base' } }, 'acme.Cents'],
  'logicalTypes.presets': [{ logicalTypes: { presets: ['conect'] } }, 'connect'],
  'A conversion of your own.module': [conversion({ module: '../own/mony.js' }), '../own/money.js'],
  'A conversion of your own.typeModule': [
    conversion({ typeModule: '../own/money.ts' }),
    '../own/money.js',
  ],
  runtime: [{ runtime: '../own/monney.js' }, '../own/money.js'],
  Severities: [{ check: { rules: { 'type-mismach': 'off' } } }, 'type-mismatch'],
  'check.subjects': [
    {
      ...Object(orders({})),
      check: { subjects: { 'orders-acme.Ordr': { 'type-mismatch': 'off' } } },
    },
    'orders-acme.Order',
  ],
  'check.waivers.rule': [waiver({ rule: 'type-missmatch' }), 'type-mismatch'],
  'check.waivers.subject': [waiver({ subject: 'order-value' }), 'orders-value'],
};

let folder: SchemasFolder;
beforeEach(async () => {
  folder = await SchemasFolder.create(FILES);
  await mkdir(join(folder.root, 'own'));
  await writeFile(join(folder.root, 'own/money.js'), 'export const money = 1;\n');
});
afterEach(() => folder.remove());

async function codegen(json: Json): Promise<{ code: number; err: string }> {
  await folder.write('tavro.json', json);
  const { code, err } = await folder.run('codegen');
  return { code, err: err.replaceAll(`${folder.schemas}/`, '') };
}

it('there is a mistake for each place that names something', () => {
  const places = formsWithin(CONFIG).flatMap(({ path, form }) => {
    const others = form.form === 'part' ? form.others?.names : undefined;
    const isName = 'names' in form && form.names !== undefined;
    return isName || others !== undefined ? [path] : [];
  });
  expect([...new Set(places)].sort()).toEqual(Object.keys(MISTAKES).sort());
});

it.each(Object.entries(MISTAKES))('%s', async (_, [json, meant]) => {
  const { code, err } = await codegen(json);
  expect(code).toBe(1);
  expect(err).toMatch(/^tavro\.json:\d+:\d+: /);
  expect(err).toContain(`Did you mean "${meant}"?`);
  expect(err.split('\n')).toHaveLength(1);
});

describe('a module', () => {
  it('is told of with its place', async () => {
    const { err } = await codegen(conversion({ module: '../own/mony.js' }));
    expect(err).toBe(
      'tavro.json:4:17: error MODULE_UNKNOWN: "module" names ../own/mony.js, and from the folder of tavro.json there is no such file, nor one that it is compiled from. Did you mean "../own/money.js"?',
    );
  });

  it.each([
    ['../own/money.js', 'money.js'],
    ['../own/price.js', 'price.ts'],
    ['../own/price.js', 'price.tsx'],
    ['../own/price.mjs', 'price.mts'],
    ['../own/price.cjs', 'price.d.cts'],
    ['../own/price.ts', 'price.ts'],
    ['../own/price', 'price.ts'],
    ['../own', 'index.ts'],
    ['decimal.js', 'none'],
  ])('%s is there as %s', async (module, file) => {
    await writeFile(join(folder.root, 'own', file), '');
    const { err } = await codegen({ runtime: module });
    expect(err).not.toContain('MODULE_UNKNOWN');
  });

  it.each([
    ['../own/price.js', 'price.mts'],
    ['../own/price.mjs', 'price.ts'],
    ['../own/price', 'price.txt'],
    ['../none/price.js', 'price.js'],
  ])('%s is not there by %s', async (module, file) => {
    await writeFile(join(folder.root, 'own', file), '');
    const { err } = await codegen({ runtime: module });
    expect(err).toContain('MODULE_UNKNOWN');
  });

  it('that is gone is seen though no schema changed', async () => {
    await mkdir(join(folder.root, 'node_modules'));
    await writeFile(join(folder.root, 'package.json'), '{}');
    const config = {
      logicalTypes: { decimal: { module: '../own/money.js', conversion: 'm', type: 'M' } },
    };
    expect((await codegen(config)).code).toBe(0);
    await rm(join(folder.root, 'own/money.js'));
    const { code, err } = await folder.run('codegen', ['--check']);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('MODULE_UNKNOWN') });
  });
});

it('an option that is given twice counts once, and nobody sees which', async () => {
  await writeFile(
    join(folder.schemas, 'tavro.json'),
    '{\n  "longs": "number",\n  "longs": "bigint"\n}',
  );
  const { code, err } = await folder.run('codegen');
  expect(code).toBe(1);
  expect(err).toMatch(/tavro\.json:3:3: "longs" is given twice; the last one counts\.$/);
});
