/** Changes of a folder are told of wherever they are, and however they are made. */
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { FolderWatcher } from '../../../codegen/disk/watch-folder.js';

let root: string;
let watcher: FolderWatcher | undefined;
let told: string[];
let wake: () => void;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tavro-watch-'));
  await mkdir(join(root, 'schemas/acme'), { recursive: true });
  await writeFile(join(root, 'schemas/acme/a.avsc'), '1');
  told = [];
  wake = () => {};
  watcher = new FolderWatcher(join(root, 'schemas'), (path) => {
    told.push(path);
    wake();
  });
});
afterEach(async () => {
  watcher?.close();
  await rm(root, { recursive: true, force: true });
});

/** Waits until a path is told of. */
async function tells(path: string): Promise<void> {
  while (!told.includes(path))
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  told = [];
}

async function put(path: string): Promise<void> {
  await writeFile(join(root, 'new'), 'x');
  await rename(join(root, 'new'), join(root, 'schemas', path));
}

it('a file that is written, and put in the place of another again and again', async () => {
  await writeFile(join(root, 'schemas/acme/a.avsc'), '2');
  await tells('acme/a.avsc');
  for (let i = 0; i < 3; i++) {
    await put('acme/a.avsc');
    await tells('acme/a.avsc');
  }
  await writeFile(join(root, 'schemas/acme/a.avsc'), '3');
  await tells('acme/a.avsc');
  await rm(join(root, 'schemas/acme/a.avsc'));
  await tells('acme/a.avsc');
});

it('a folder that is new, and one that takes the place of another', async () => {
  for (let i = 0; i < 2; i++) {
    await mkdir(join(root, 'schemas/shop/inner'), { recursive: true });
    await tells('shop');
    await put('shop/b.avsc');
    await tells('shop/b.avsc');
    await put('shop/inner/c.avsc');
    await tells('shop/inner/c.avsc');
    await rm(join(root, 'schemas/shop'), { recursive: true });
    await tells('shop');
  }
});

it('a folder that is not there cannot be watched', () => {
  expect(() => new FolderWatcher(join(root, 'none'), () => {})).toThrow(/ENOENT/);
});
