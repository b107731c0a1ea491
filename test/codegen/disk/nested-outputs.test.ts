/** Output folders within each other: each run removes what it wrote itself, and nothing else. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Ran, SchemasFolder } from '../schemas-folder.js';
import { treeOf } from './tree.js';

let folder: SchemasFolder;
beforeEach(async () => {
  folder = await SchemasFolder.create();
});
afterEach(() => folder.remove());

const at = (path: string): string => join(folder.root, path);

/** Schemas of empty records, by name, in the place of those that a folder has. */
function schemas(path: string, ...names: readonly string[]): void {
  rmSync(at(path), { recursive: true, force: true });
  mkdirSync(at(path));
  for (const name of names)
    writeFileSync(at(`${path}/${name}.avsc`), JSON.stringify({ type: 'record', name, fields: [] }));
}

/** Runs codegen; what it says names files as they are below the folder. */
async function codegen(from: string, out: string, ...more: readonly string[]): Promise<Ran> {
  const ran = await folder.run('codegen', ['--schemas', at(from), '--out', at(out), ...more]);
  const short = (text: string): string =>
    text.replaceAll(/[^\s]*tavro-\w+(\/?)/g, (_, slash: string) => (slash === '' ? '.' : ''));
  return { ...ran, out: short(ran.out), err: short(ran.err) };
}

const said = (code: number, err: string) => ({ code, err });
/** The paths of generated code. */
const made = (): string[] => Object.keys(treeOf(folder.root)).filter((path) => /\.ts$/.test(path));
const rootOf = (path: string): string[] => [`${path}/contracts.ts`, `${path}/topics.ts`];

describe.each([
  ['generated', 'generated/b'],
  ['packages', 'packages/a/generated'],
  ['.', 'generated'],
])('%s around %s', (outer, inner) => {
  const below = (path: string): string => join(outer, path);

  it.each([
    ['the outer first', ['outer', 'inner']],
    ['the inner first', ['inner', 'outer']],
  ])('%s: both stay, and both are clean', async (_, order) => {
    schemas('outer', 'acme.Order', 'acme.Card');
    schemas('inner', 'shop.Item', 'shop.Price');
    const outs: Record<string, string> = { outer, inner };
    const all = [
      ...['acme/Order.ts', 'acme/Card.ts', 'contracts.ts', 'topics.ts'].map(below),
      ...['shop/Item.ts', 'shop/Price.ts', 'contracts.ts', 'topics.ts'].map((path) =>
        join(inner, path),
      ),
    ].sort();
    const done = said(0, '2 types, 0 topics; 4 files written.');
    for (const from of order) expect(await codegen(from, outs[from] ?? '')).toMatchObject(done);
    expect(made()).toEqual(all);
    for (const from of order) {
      const upToDate = said(0, 'Generated code is up to date.');
      expect(await codegen(from, outs[from] ?? '', '--check')).toMatchObject(upToDate);
      const nothing = said(0, '2 types, 0 topics; 0 files written.');
      expect(await codegen(from, outs[from] ?? '', '--no-cache')).toMatchObject(nothing);
    }
    schemas('outer', 'acme.Order');
    schemas('inner', 'shop.Item');
    for (const from of order) {
      const removed = said(0, '1 type, 0 topics; 0 files written, 1 removed.');
      expect(await codegen(from, outs[from] ?? '')).toMatchObject(removed);
    }
    const gone = [below('acme/Card.ts'), join(inner, 'shop/Price.ts')];
    expect(made()).toEqual(all.filter((path) => !gone.includes(path)));
  });
});

it('leaves what changes in the inner one alone, by what the last run noted', async () => {
  schemas('outer', 'acme.Order');
  schemas('inner', 'shop.Item');
  await codegen('outer', 'generated');
  await codegen('inner', 'generated/b');
  schemas('inner', 'shop.Item', 'shop.Price');
  await codegen('inner', 'generated/b');
  const before = made();
  const nothing = said(0, '1 type, 0 topics; 0 files written.');
  expect(await codegen('outer', 'generated')).toMatchObject(nothing);
  expect(made()).toEqual(before);
});

it('leaves all packages of a monorepo alone, whatever folder is named by mistake', async () => {
  const packages = ['a', 'b', 'c'].map((name) => `packages/${name}/generated`);
  schemas('inner', 'shop.Item');
  for (const out of packages) await codegen('inner', out);
  const before = made();
  schemas('outer', 'acme.Order');
  for (const out of ['packages', 'packages/a', '.'])
    expect((await codegen('outer', out)).err).toBe('1 type, 0 topics; 3 files written.');
  expect(made()).toEqual(expect.arrayContaining(before));
});

it('cleans namespaces that look like an output folder, and folders of topics', async () => {
  const topic = { value: 'acme.topics' };
  const names = ['acme.topics', 'acme.contracts', 'acme.topics.Topics', 'acme.Order'];
  schemas('outer', ...names);
  const topics = { topics: topic, contracts: topic };
  writeFileSync(at('outer/tavro.json'), JSON.stringify({ topics }));
  expect(await codegen('outer', 'generated')).toMatchObject({ code: 0 });
  expect(made()).toEqual([
    'generated/acme/Order.ts',
    'generated/acme/contracts.ts',
    'generated/acme/topics.ts',
    'generated/acme/topics/Topics.ts',
    'generated/contracts.ts',
    'generated/contracts/contracts.ts',
    'generated/contracts/topics.ts',
    'generated/topics.ts',
    'generated/topics/contracts.ts',
    'generated/topics/topics.ts',
  ]);
  rmSync(at('outer/acme.Order.avsc'));
  rmSync(at('outer/acme.topics.Topics.avsc'));
  writeFileSync(at('outer/tavro.json'), JSON.stringify({ topics: { other: topic } }));
  await codegen('outer', 'generated', '--no-cache');
  expect(made()).toEqual([
    'generated/acme/contracts.ts',
    'generated/acme/topics.ts',
    'generated/contracts.ts',
    'generated/contracts/other.ts',
    'generated/topics.ts',
    'generated/topics/other.ts',
  ]);
});

describe('two that would share a folder', () => {
  const refused = async (from: string, out: string, message: string): Promise<void> => {
    const before = treeOf(folder.root);
    for (const flags of [[], ['--check']])
      expect(await codegen(from, out, ...flags)).toMatchObject(said(1, message));
    expect(treeOf(folder.root)).toEqual(before);
  };

  it('a namespace called as the inner one', async () => {
    schemas('inner', 'shop.Item');
    await codegen('inner', 'generated/acme');
    schemas('outer', 'acme.Order', 'pay.Card');
    await refused(
      'outer',
      'generated',
      'Generated code would go into folders that hold that of other schemas:\n' +
        '  generated/acme\nNothing was written. Give one of them another folder with --out, ' +
        'or remove what is no longer generated.',
    );
  });

  it('an inner one called as a namespace', async () => {
    schemas('outer', 'acme.Order', 'pay.Card');
    await codegen('outer', 'generated');
    schemas('inner', 'shop.Item');
    const around = await codegen('inner', 'generated/acme');
    expect(around.err).toMatch(
      /^generated\/acme holds generated code of \S*generated, which is another output folder:\n {2}generated\/acme\/Order\.ts\nNothing was written\. Give generated code a folder of its own with --out\.$/,
    );
    await refused('inner', 'generated/acme', around.err);
  });

  it('writes no part of a project with errors where it would pass for the code around it', async () => {
    schemas('outer', 'pay.Card');
    await codegen('outer', 'generated');
    schemas('inner', 'shop.Item');
    writeFileSync(at('inner/bad.avsc'), '{');
    const before = made();
    expect(await codegen('inner', 'generated/b')).toMatchObject({ code: 1 });
    expect(made()).toEqual(before);
    rmSync(at('inner/bad.avsc'));
    expect(await codegen('inner', 'generated/b')).toMatchObject({ code: 0 });
    expect(made()).toEqual(
      [...before, ...rootOf('generated/b'), 'generated/b/shop/Item.ts'].sort(),
    );
  });
});

it('takes a folder whose list of topics was removed for its own', async () => {
  schemas('outer', 'acme.Order', 'acme.Card');
  await codegen('outer', 'generated');
  rmSync(at('generated/topics.ts'));
  schemas('outer', 'acme.Order');
  const mended = said(0, '1 type, 0 topics; 1 file written, 1 removed.');
  expect(await codegen('outer', 'generated')).toMatchObject(mended);
});
