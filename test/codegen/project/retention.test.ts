/** `oldestRetained`: whose data a topic may still hold, as its contract says it, and who decodes it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Json } from '../../../runtime/json.js';
import { SchemasFolder } from '../schemas-folder.js';

const record = (name: string, ...fields: string[]): Json => ({
  type: 'record',
  name,
  fields: fields.map((field) => ({ name: field, type: 'int', default: 0 })),
});

let folder: SchemasFolder;

beforeAll(async () => {
  folder = await SchemasFolder.create({
    'tavro.json': { topics: { orders: { value: 'shop.Order', key: 'shop.Key' } } },
  });
  for (const fields of [[], ['a'], ['a', 'b']]) {
    await folder.write('order.avsc', record('shop.Order', ...fields));
    await folder.write('key.avsc', record('shop.Key', ...fields.slice(0, 1)));
    await folder.run('codegen');
    await folder.release();
  }
});

afterAll(() => folder.remove());

async function codegen(oldestRetained: Json, key = 'shop.Key') {
  await folder.write('tavro.json', {
    topics: { orders: { value: 'shop.Order', key, oldestRetained } },
  });
  const { code, err } = await folder.run('codegen');
  const text = await readFile(join(folder.generated, 'contracts', 'orders.ts'), 'utf8');
  return { code, err, retained: [...text.matchAll(/retained: (.*),/g)].map(([, list]) => list) };
}

it.each<[Json, values: string, keys: string]>([
  [1, "['v1', 'v2', 'v3']", "['v1', 'v2']"],
  // Keys have versions of their own: a number speaks of the values.
  [3, "['v3']", "['v1', 'v2']"],
  [{ key: 2 }, "['v1', 'v2', 'v3']", "['v2']"],
  [{ value: 2, key: 2 }, "['v2', 'v3']", "['v2']"],
])('keeps of values and keys what %j says', async (oldest, values, keys) => {
  expect(await codegen(oldest)).toMatchObject({ code: 0, retained: [values, keys] });
});

/** How many versions the generated decoders know beside the newest; nothing where there are none. */
async function decoders(): Promise<number | undefined> {
  const path = join(folder.generated, 'shop', 'Order.versions.ts');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text?.match(/^ {2}(['"]?)[0-9a-f]{16}\1: /gm)?.length;
}

it.each([
  [1, 1, 2],
  [3, 1, 2],
  [3, 2, 1],
  [3, 3, undefined],
])('has decoders of what topics hold from v%i and v%i on: %s', async (a, b, known) => {
  const subjects = { value: 'orders-value', key: 'orders-key' };
  const topic = { value: 'shop.Order', key: 'shop.Key', subjects };
  await folder.write('tavro.json', {
    topics: {
      orders: { ...topic, oldestRetained: a },
      archive: { ...topic, oldestRetained: b },
    },
  });
  expect(await folder.run('codegen')).toMatchObject({ code: 0 });
  expect(await decoders()).toBe(known);
});

it.each<[Json, string, RegExp]>([
  [
    4,
    'shop.Key',
    /tavro\.json:6:25: .* the topic orders has "oldestRetained" v4 of its values, but the newest is v3\./,
  ],
  [{ key: 3 }, 'shop.Key', /v3 of its keys, but the newest is v2\./],
  [{ key: 1 }, 'string', /v1 of its keys, but its keys have no schema\./],
  [
    { values: 1 },
    'shop.Key',
    /"values" is not known here\. Did you mean "value"\? Known: value, key\./,
  ],
  ['v2', 'shop.Key', /"oldestRetained" must be a whole number/],
])('refuses %j where keys are %s', async (oldest, key, message) => {
  const { code, err } = await codegen(oldest, key);
  expect([code, err]).toEqual([1, expect.stringMatching(message)]);
});
