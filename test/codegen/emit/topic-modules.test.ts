/** A module per topic, and one per contract: what each loads, and where it stands. */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import ts from 'ts-morph';
import type { FileText } from '../../../codegen/emit/file.js';
import { nameTypes, topicPath } from '../../../codegen/emit/naming.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import type { Json } from '../../../runtime/json.js';
import { compile, writeScratch } from '../generated-project.js';
import { SchemasFolder } from '../schemas-folder.js';
import { biome } from './biome.js';

const record = (name: string, ...fields: Json[]): Json => ({ type: 'record', name, fields });
const field = (type: string): Json => ({ name: type.split('.').at(-1)?.toLowerCase() ?? '', type });

/** Names that a file system, a compiler, a test runner or a URL would take for something else. */
const NAMES = [
  'orders',
  'Orders',
  'ORDERS',
  'acme.shop.orders',
  'acme_shop_orders',
  'acme-shop-orders',
  '.orders',
  '..orders',
  '_orders',
  'con',
  'aux.orders',
  'orders.d',
  'acme.d.orders',
  'orders.test',
  'orders.spec',
  'test',
  'orders.js',
  'orders.ts',
  'orders.json',
  'index',
  'topics',
  'contracts',
  'delete',
  '1',
  '10',
  '9',
  'a'.repeat(249),
];

let folder: SchemasFolder;

beforeAll(async () => {
  folder = await SchemasFolder.create({
    'tavro.json': {
      topics: {
        clicks: { value: 'topics.Click', key: 'Contracts.Key' },
        ...Object.fromEntries(NAMES.map((name) => [name, { value: 'shop.Order' }])),
      },
    },
    'click.avsc': record('topics.Click', field('topics.Page')),
    'page.avsc': record('topics.Page', field('string')),
    'key.avsc': record('Contracts.Key', field('long')),
    'order.avsc': record('shop.Order', field('long')),
    'unused.avsc': record('shop.contracts.Unused', field('shop.Order')),
  });
  expect(await folder.run('codegen')).toMatchObject({ code: 0 });
});

afterAll(() => folder.remove());

/** The generated files that loading one loads, itself included. */
async function loadedBy(path: string, seen = new Set<string>()): Promise<string[]> {
  if (seen.has(path)) return [];
  seen.add(path);
  const text = await readFile(join(folder.generated, path), 'utf8');
  for (const { fileName } of ts.ts.preProcessFile(text).importedFiles) {
    if (fileName.startsWith('.'))
      await loadedBy(join(dirname(path), fileName).replace(/\.js$/, '.ts'), seen);
  }
  return [...seen].sort();
}

/** What a module of these lines beside the generated files exports. */
async function bundled(lines: readonly string[]): Promise<Record<string, Record<string, object>>> {
  const folder = await writeScratch('topic-modules-all', await allFiles());
  const outfile = join(folder, 'all.mjs');
  await build({
    stdin: { contents: lines.join('\n'), resolveDir: folder, loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['tavro-source'],
    outfile,
    logLevel: 'silent',
  });
  return import(pathToFileURL(outfile).href);
}

async function allFiles(): Promise<FileText[]> {
  const paths = [...(await loadedBy('topics.ts')), ...(await loadedBy('contracts.ts'))];
  return Promise.all(
    paths.map(async (path) => ({
      path,
      text: await readFile(join(folder.generated, path), 'utf8'),
    })),
  );
}

describe('the module of a topic', () => {
  it('loads the types of its topic and nothing else', async () => {
    expect(await loadedBy('topics/clicks.ts')).toEqual([
      'Contracts_/Key.ts',
      'topics/clicks.ts',
      'topics_/Click.ts',
      'topics_/Page.ts',
    ]);
    expect(await loadedBy('contracts/clicks.ts')).toEqual(['contracts/clicks.ts']);
  });

  it('exports what topics.ts and contracts.ts export of all', async () => {
    const { all, contracts, ...modules } = await bundled([
      "export * as all from './topics.ts';",
      "export { contracts } from './contracts.ts';",
      ...NAMES.flatMap((name, n) => [
        `export * as topic${n} from './${topicPath('topics', name)}.ts';`,
        `export * as contract${n} from './${topicPath('contracts', name)}.ts';`,
      ]),
    ]);
    for (const [n, name] of NAMES.entries()) {
      const [[constant, topic] = []] = Object.entries(modules[`topic${n}`] ?? {});
      expect(topic).toMatchObject({ name });
      expect(all).toHaveProperty(constant ?? '', topic);
      expect({ ...modules[`contract${n}`] }).toEqual({
        [`${constant}Contract`]: new Map(Object.entries(contracts?.topics ?? {})).get(name),
      });
    }
  });

  it('compiles, and leaves nothing to do for a linter and a formatter, whatever its name', async () => {
    const files = await allFiles();
    expect(await compile(await writeScratch('topic-modules', files))).toEqual([]);
    expect(await biome(['check', '--error-on-warnings'], files)).toBe('');
  });
});

describe('its path', () => {
  it.each([
    ['user-clicks-avro', 'topics/user-clicks-avro'],
    ['acme.shop.orders', 'topics/acme.shop.orders'],
    ['.orders', 'topics/~2eorders'],
    ['acme.d.orders', 'topics/acme.d~.orders'],
    ['orders.test', 'topics/orders.test~'],
  ])('is of %s %s', (topic, path) => {
    expect(topicPath('topics', topic)).toBe(path);
  });

  it('is its own where case does not count, and an escape in no URL', () => {
    const paths = NAMES.map((name) => topicPath('contracts', name).toLowerCase());
    expect(new Set(paths).size).toBe(NAMES.length);
    for (const path of paths) expect(basename(path)).not.toMatch(/%|\.(d|test|spec)(\.|$)/);
  });

  it('shares no folder with types', () => {
    const names = ['topics.A', 'Topics.sub.A', 'CONTRACTS.A', 'a.topics.A', 'topics', 'topics_.A'];
    const types = names.map((name) => parseSchema(record(name)).schema);
    // Safe: all of them are records.
    const planned = nameTypes(types as Parameters<typeof nameTypes>[0]);
    expect([...planned.values()].map(({ path }) => path)).toEqual([
      'topics_/A',
      'Topics_/sub/A',
      'CONTRACTS_/A',
      'a/topics/A',
      'topics_2',
      'topics_/A_2',
    ]);
  });
});
