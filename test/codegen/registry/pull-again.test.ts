/** `tavro pull` into a folder that was pulled before, while the registry went on. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../../../runtime/json.js';
import { type Ran, SchemasFolder } from '../schemas-folder.js';
import { ServedRegistry } from './served-registry.js';

const record = (name: string, ...fields: Json[]): Json => ({
  ...{ type: 'record', name },
  fields: fields.map((type, index) => ({ name: `f${index}`, type })),
});
const ORDER = record('acme.Order', 'long');
const ORDER_2 = record('acme.Order', 'string', 'bytes');

let registry: ServedRegistry;
let folder: SchemasFolder;
beforeAll(async () => {
  registry = await new ServedRegistry().start();
});
beforeEach(async () => {
  registry.clear();
  folder = await SchemasFolder.create();
});
afterEach(() => folder.remove());
afterAll(() => registry.stop());

const pull = (...args: string[]): Promise<Ran> =>
  folder.run('pull', ['--registry', registry.url, ...args]);
const states = async (subject: string) =>
  (await folder.versions(subject)).map(([version, state, ids]) => [
    version,
    state,
    ids[registry.url],
  ]);
const topics = async () => JSON.parse(await folder.read('tavro.json')).topics;

async function isAccepted(): Promise<void> {
  const steps = [await folder.run('codegen'), await folder.run('check'), await pull()];
  expect(steps.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(steps[2]?.err).toContain('Nothing changed');
}

describe('what nobody edited follows the registry', () => {
  it.each<[what: string, before: Json, after: Json, words: Json]>([
    ['another primitive', 'string', 'long', { avro: 'long' }],
    ['a primitive that becomes a record', 'string', ORDER, 'acme.Order'],
    ['a record that becomes a primitive', ORDER, 'string', { avro: 'string' }],
    ['a record under another name', ORDER, record('acme.Other', 'int'), 'acme.Other'],
    ['other fields', ORDER, ORDER_2, 'acme.Order'],
    [
      'a union with a further branch',
      ['null', 'int'],
      ['null', 'int', ORDER],
      { file: 'orders-value.avsc' },
    ],
  ])('%s', async (_, before, after, words) => {
    registry.add('orders-value', before);
    await pull();
    await folder.run('codegen');
    registry.add('orders-value', after);
    expect((await pull()).code).toBe(0);
    expect((await topics()).orders.value).toEqual(words);
    expect(await states('orders-value')).toEqual([
      [1, 'released', 1],
      [2, 'released', 2],
    ]);
    await isAccepted();
  });

  it('but not what somebody did, unless forced', async () => {
    registry.add('orders-value', 'string');
    await pull();
    await folder.write('tavro.json', { topics: { orders: { value: { avro: 'int' } } } });
    registry.add('orders-value', 'long');
    const { err } = await pull();
    expect(err).toContain(
      'tavro.json says that orders-value carries "int", otherwise than the registry',
    );
    expect(await topics()).toEqual({ orders: { value: { avro: 'int' } } });
    await pull('--force');
    expect(await topics()).toEqual({ orders: { value: { avro: 'long' } } });
    await isAccepted();
  });
});

it('takes a version again that the registry went back to', async () => {
  registry.add('orders-value', ORDER);
  registry.add('orders-value', ORDER_2);
  await pull();
  registry.deleteNewest('orders-value');
  expect((await pull()).code).toBe(0);
  expect(await states('orders-value')).toEqual([
    [1, 'released', 1],
    [2, 'released', 2],
    [3, 'released', 1],
  ]);
  expect(JSON.parse(await folder.read('acme/Order.avsc')).fields).toHaveLength(1);
  await isAccepted();
  const plan = await folder.run('publish', ['--dry-run', '--registry', registry.url]);
  expect(plan).toMatchObject({ code: 0, err: expect.stringContaining('Nothing to publish') });
});

it('writes nothing where codegen would refuse the whole, and lists why', async () => {
  registry.add('orders-value', ORDER);
  await folder.write('tavro.json', {
    longs: { default: 'bigint', fields: { 'acme.Order.f0': 'number' } },
    topics: { orders: { value: 'acme.Order' } },
  });
  expect((await pull()).code).toBe(0);
  await folder.run('codegen');
  const before = [await folder.lockTexts(), await folder.read('acme/Order.avsc')];
  registry.add('orders-value', ORDER_2);
  registry.add('more-value', 'string');
  const { code, err } = await pull();
  expect(code).toBe(100);
  expect(err).toContain('refused: ');
  expect(err).toContain('FIELD_NOT_LONG');
  expect(err).toContain('Nothing was written');
  expect([await folder.lockTexts(), await folder.read('acme/Order.avsc')]).toEqual(before);
  expect(Object.keys(await topics())).toEqual(['orders']);
  // Whoever had the error before gets what is there.
  await folder.write('acme/Order.avsc', ORDER_2);
  expect((await pull()).code).toBe(0);
  expect(Object.keys(await topics())).toEqual(['orders', 'more']);
});

it('refuses a type that took the name from its subject, and does nothing else for it', async () => {
  await folder.write('tavro.json', {
    registry: { subjects: 'record' },
    topics: { orders: { value: 'acme.Order' } },
  });
  registry.add('acme.Order', ORDER);
  await pull();
  registry.add('acme.Order', record('acme.Other', 'int'));
  const { code, err } = await pull();
  expect({ code, err }).toMatchObject({
    code: 100,
    err: expect.stringContaining('refused: acme.Order: left out: it carries acme.Other now'),
  });
  expect(await states('acme.Order')).toEqual([[1, 'released', 1]]);
});

it('takes a topic from one context', async () => {
  registry.add(':.staging:orders-value', ORDER_2);
  registry.add('orders-value', ORDER);
  registry.add(':.staging:clicks-value', 'string');
  const { code, err } = await pull();
  expect({ code, err }).toMatchObject({
    code: 100,
    err: expect.stringContaining(
      'refused: :.staging:orders-value: left out: the topic orders has subjects in no context',
    ),
  });
  expect(await topics()).toEqual({
    clicks: { value: { avro: 'string' }, subjects: { value: ':.staging:clicks-value' } },
    orders: { value: 'acme.Order' },
  });
});

it('gives a new topic none of the definitions that the folder has', async () => {
  await folder.write('mine.avsc', record('acme.Mine', record('acme.Order', 'boolean')));
  registry.add('orders-value', record('acme.Event', ORDER));
  registry.add('returns-value', ORDER);
  expect((await pull()).code).toBe(0);
  await isAccepted();
  for (const subject of ['orders-value', 'returns-value'])
    expect((await states(subject)).map(([, state]) => state)).toEqual(['released']);
  expect(await readdir(folder.schemas)).toContain('mine.avsc');
});

describe('loses nothing that somebody wrote', () => {
  const read = (path: string) => readFile(join(folder.schemas, path), 'utf8');

  it.each(['../out.avsc', 'sub/../../out.avsc', '/out.avsc', 'out.txt', './a.avsc'])(
    'writes to no file that is none of the folder: %s',
    async (file) => {
      await folder.write('../out.avsc', 'PRECIOUS');
      await folder.write('tavro.json', { topics: { orders: { value: { file } } } });
      registry.add('orders-value', ORDER);
      const { code, err } = await pull('--force');
      expect({ code, err }).toMatchObject({
        code: 1,
        err: expect.stringMatching(/tavro\.json:\d+:\d+: "file" must be/),
      });
      expect(await read('../out.avsc')).toContain('PRECIOUS');
    },
  );

  it('keeps a file that cannot be read, unless forced', async () => {
    registry.add('orders-value', ['null', 'int']);
    await pull();
    await writeFile(join(folder.schemas, 'orders-value.avsc'), '["null", "int", ');
    registry.add('orders-value', ['null', 'int', 'string']);
    expect((await pull()).err).toContain('orders-value.avsc has another');
    expect(await read('orders-value.avsc')).toBe('["null", "int", ');
    await pull('--force');
    expect(JSON.parse(await read('orders-value.avsc'))).toEqual(['null', 'int', 'string']);
  });

  it.each<[string, Json]>([
    ['that are in error', ['null', 'acme.Typo']],
    ['that say something else', ['null', 'string']],
  ])('keeps words %s, says so, and leaves no file behind', async (_, avro) => {
    const words = { value: { avro } };
    await folder.write('tavro.json', { topics: { orders: words } });
    registry.add('orders-value', ['null', 'long']);
    expect((await pull()).err).toContain('otherwise than the registry, and was kept');
    expect(await topics()).toEqual({ orders: words });
    expect(await readdir(folder.schemas)).not.toContain('orders-value.avsc');
    await pull('--force');
    expect(await topics()).toEqual({ orders: { value: { file: 'orders-value.avsc' } } });
  });
});
