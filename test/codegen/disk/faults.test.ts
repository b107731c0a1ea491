/** Each operation on the disk fails once, in turn: what a command leaves is what was there. */
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { startRegistry } from '../../../local/registry/server.js';
import { createRegistry } from '../../../runtime/registry/client.js';
import { treeOf } from './tree.js';
import { CONFIG, filesOf, registeredIn } from './versions.js';

const real = { ...(await import('node:fs')) };

/** Counts operations that change something; the one that is armed fails. */
const disk = { done: 0, failAt: 0 };
function strike(): boolean {
  disk.done += 1;
  return disk.done === disk.failAt;
}
const full = (): Error => Object.assign(new Error('no space left'), { code: 'ENOSPC' });

function faulty<Args extends unknown[], Result>(work: (...args: Args) => Result) {
  return (...args: Args): Result => {
    if (strike()) throw full();
    return work(...args);
  };
}

jest.unstable_mockModule('node:fs', () => ({
  ...real,
  openSync: faulty(real.openSync),
  fsyncSync: faulty(real.fsyncSync),
  closeSync: (file: number) => {
    real.closeSync(file);
    if (strike()) throw full();
  },
  renameSync: faulty(real.renameSync),
  rmSync: faulty(real.rmSync),
  rmdirSync: faulty(real.rmdirSync),
  mkdirSync: faulty(real.mkdirSync),
  fchmodSync: faulty(real.fchmodSync),
  // Half of it gets to the disk.
  writeFileSync: (file: number, text: string | Uint8Array) => {
    const isStruck = strike();
    real.writeFileSync(file, isStruck ? text.slice(0, text.length / 2) : text);
    if (isStruck) throw full();
  },
}));
const { SchemasFolder } = await import('../schemas-folder.js');
type Folder = Awaited<ReturnType<typeof SchemasFolder.create>>;

const open: { stop(): Promise<unknown> }[] = [];
let url = '';
beforeAll(async () => {
  const server = await startRegistry();
  open.push(server);
  url = server.url;
});
afterAll(async () => {
  for (const one of open) await one.stop();
});

/** A folder that was brought to its first state, and whose command goes on to the second. */
async function codegenProject(): Promise<Folder> {
  const folder = await SchemasFolder.create({ 'tavro.json': CONFIG, ...filesOf('first') });
  expect(await folder.run('codegen')).toMatchObject({ code: 0 });
  for (const path of Object.keys(filesOf('first'))) await rm(join(folder.schemas, path));
  for (const [path, json] of Object.entries(filesOf('second'))) await folder.write(path, json);
  return folder;
}

/** The same, from one file of all history to a file for each subject. */
async function migratedProject(): Promise<Folder> {
  const folder = await codegenProject();
  await folder.writeFormat1(await folder.lock());
  return folder;
}

async function pulledProject(): Promise<Folder> {
  const client = createRegistry({ url });
  for (const [subject, schema] of registeredIn('first')) await client.register(subject, schema);
  const folder = await SchemasFolder.create();
  expect(await folder.run('pull', ['--registry', url])).toMatchObject({ code: 0 });
  for (const [subject, schema] of registeredIn('second')) await client.register(subject, schema);
  return folder;
}

it.each([
  ['codegen', codegenProject, []],
  ['codegen', migratedProject, []],
  ['pull', pulledProject, ['--force', '--registry']],
] as const)(
  '%s that fails at any operation leaves what was there',
  async (command, project, flags) => {
    const args = command === 'pull' ? [...flags, url] : flags;
    const folder = await project();
    open.push({ stop: () => folder.remove() });
    const before = treeOf(folder.root);
    const kept = `${folder.root}-kept`;
    await cp(folder.root, kept, { recursive: true });
    open.push({ stop: () => rm(kept, { recursive: true, force: true }) });

    const run = async (failAt: number) => {
      await rm(folder.root, { recursive: true });
      await cp(kept, folder.root, { recursive: true });
      Object.assign(disk, { done: 0, failAt });
      const { code, err } = await folder.run(command, args);
      Object.assign(disk, { failAt: 0 });
      return { code, err, tree: treeOf(folder.root) };
    };
    const whole = await run(0);
    const operations = disk.done;
    expect(whole.code).toBe(0);
    expect(whole.tree).not.toEqual(before);
    expect(operations).toBeGreaterThan(20);

    let failed = 0;
    for (let at = 1; at <= operations; at++) {
      const { code, err, tree } = await run(at);
      if (code === 0) expect({ at, tree }).toEqual({ at, tree: whole.tree });
      else {
        failed += 1;
        expect({ at, err }).toEqual({
          at,
          err: expect.stringMatching(
            /cannot be written: the disk is full\. Nothing was changed\.$/,
          ),
        });
        expect({ at, tree }).toEqual({ at, tree: before });
      }
    }
    // What is left over may fail: syncing folders, and removing those that are empty.
    expect(failed).toBeGreaterThan(operations / 2);
  },
  120_000,
);
