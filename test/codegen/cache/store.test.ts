/** What is kept between runs, where, and what becomes of a cache that somebody spoilt. */
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { schemaFiles } from '../../../codegen/cache/folders.js';
import { stateFromJson, stateToJson } from '../../../codegen/cache/state.js';
import { storeAt } from '../../../codegen/cache/store.js';
import { lookAt } from '../../../codegen/disk/stamps.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tavro-store-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const cacheFolder = () => join(root, 'node_modules', '.cache', 'tavro');

describe('a store', () => {
  it('is nowhere without node_modules', () => {
    expect(storeAt(root, ['a'])).toBeUndefined();
  });

  it('keeps a state per name in the nearest node_modules', async () => {
    await mkdir(join(root, 'node_modules'));
    await mkdir(join(root, 'packages', 'schemas'), { recursive: true });
    const folder = join(root, 'packages', 'schemas');
    storeAt(folder, ['a'])?.save({ one: 1 });
    storeAt(folder, ['b'])?.save({ two: 2 });
    expect(storeAt(folder, ['a'])?.load()).toEqual({ one: 1 });
    expect(await readdir(cacheFolder())).toHaveLength(2);
  });

  it.each(['', '{', 'null', '{"program":"another","state":{"one":1}}'])(
    'has nothing where the file says %j',
    async (text) => {
      await mkdir(join(root, 'node_modules'));
      const store = storeAt(root, ['a']);
      store?.save({ one: 1 });
      const [file = ''] = await readdir(cacheFolder());
      await writeFile(join(cacheFolder(), file), text);
      expect(store?.load()).toBeUndefined();
    },
  );

  it('is no reason to fail where nothing can be written', async () => {
    await mkdir(join(root, 'node_modules', '.cache'), { recursive: true });
    // A file where the folder would be: so for root, too, whom no rights stop.
    await writeFile(cacheFolder(), '');
    const store = storeAt(root, ['a']);
    expect(() => store?.save({ one: 1 })).not.toThrow();
    expect(store?.load()).toBeUndefined();
  });
});

it('a state is the same after it was JSON', () => {
  const state = { map: new Map([['__proto__', { list: [1] }]]), text: 'x', empty: new Map() };
  expect(stateFromJson(JSON.parse(JSON.stringify(stateToJson(state))))).toEqual(state);
  expect(stateFromJson('x')).toBeUndefined();
});

describe('a file seen again', () => {
  const SETTLED = new Date('2026-01-01T00:00:00Z');
  /** Long after whatever the test writes. */
  const later = () => Date.now() + 60_000;

  it('is known by its content where its stamp is another', async () => {
    const file = join(root, 'a.avsc');
    await writeFile(file, 'one');
    const first = lookAt(file, undefined, later());
    await utimes(file, SETTLED, SETTLED);
    const second = lookAt(file, first, later());
    expect(second?.stamp).not.toBe(first?.stamp);
    expect(second?.hash).toBe(first?.hash);
  });

  it('is not read again where its stamp is the same', async () => {
    const file = join(root, 'a.avsc');
    await writeFile(file, 'one');
    const { stamp = '' } = lookAt(file, undefined, later()) ?? {};
    const before = { stamp, hash: 'of another content' };
    expect(lookAt(file, before, later())).toBe(before);
  });

  it('has no stamp to go by where it was written just now', async () => {
    const file = join(root, 'a.avsc');
    await writeFile(file, 'one');
    expect(lookAt(file)?.stamp).toBe('');
  });

  it('is nothing where there is none', () => {
    expect(lookAt(join(root, 'none'))).toBeUndefined();
    expect(lookAt(root)).toBeUndefined();
  });
});

it('of a schemas folder the content of JSON counts, of others the name', async () => {
  const write = (name: string, text: string) => writeFile(join(root, name), text);
  await Promise.all(['a.avsc', 'tavro.json', 'README.md'].map((name) => write(name, '1')));
  const before = schemaFiles(root);
  await Promise.all(['a.avsc', 'tavro.json', 'README.md'].map((name) => write(name, '2')));
  const after = schemaFiles(root, before);
  const changed = [...after.keys()].filter(
    (name) => after.get(name)?.hash !== before.get(name)?.hash,
  );
  expect(changed).toEqual(['a.avsc', 'tavro.json']);
});
