/**
 * `codegen` and `pull` under SIGKILL: what is there is whole, or named stale; the next run mends it.
 * `npm run test:kill` is the long form, of 200 rounds each.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { isLockPath } from '../../../codegen/history/lock.js';
import { readLockFiles } from '../../../codegen/history/read-lock.js';
import { releasedOf } from '../../../codegen/history/subject.js';
import { SourceText } from '../../../codegen/model/source-text.js';
import { startRegistry } from '../../../local/registry/server.js';
import { createRegistry } from '../../../runtime/registry/client.js';
import { type Tree, treeOf } from '../disk/tree.js';
import { CONFIG, filesOf, registeredIn } from '../disk/versions.js';
import { type Ran, SchemasFolder } from '../schemas-folder.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Within the repository, so that it finds the packages. */
const CHILD = join(ROOT, '.cache', `command-${process.pid}.mjs`);
/** Set by test/jest-kill.mjs. */
const given: unknown = Reflect.get(globalThis, 'killRounds');
const ROUNDS = typeof given === 'number' ? given : 6;

// One file that is there at once: the sources take seconds to load.
beforeAll(() =>
  build({
    entryPoints: [join(ROOT, 'test/codegen/child/command.ts')],
    outfile: CHILD,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    conditions: ['tavro-source'],
  }),
);
afterAll(() => rm(CHILD));

const open: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

/** A process that is up and waits for what to do. */
interface Waiting {
  readonly child: ChildProcessWithoutNullStreams;
  readonly lines: AsyncIterator<string>;
}

async function start(): Promise<Waiting> {
  const child = spawn(process.execPath, [CHILD], { cwd: ROOT });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('ready');
  return { child, lines };
}

/** A command on a folder: from one state to the next. */
interface Scene {
  readonly folder: SchemasFolder;
  readonly argv: readonly string[];
  readonly before: Tree;
  readonly after: Tree;
  readonly reset: () => Promise<void>;
  readonly again: () => Promise<Ran>;
}

async function sceneOf(
  folder: SchemasFolder,
  command: string,
  flags: readonly string[],
): Promise<Scene> {
  const kept = `${folder.root}-kept`;
  const stop = () => rm(kept, { recursive: true, force: true });
  open.push({ stop: () => folder.remove() }, { stop });
  await cp(folder.root, kept, { recursive: true });
  const before = treeOf(folder.root);
  const again = () => folder.run(command, flags);
  expect(await again()).toMatchObject({ code: 0 });
  const out = command === 'codegen' ? ['--out', folder.generated] : [];
  return {
    folder,
    argv: [command, '--schemas', folder.schemas, ...out, ...flags],
    before,
    after: treeOf(folder.root),
    again,
    async reset() {
      await rm(folder.root, { recursive: true });
      await cp(kept, folder.root, { recursive: true });
    },
  };
}

async function codegenFolder(): Promise<SchemasFolder> {
  const folder = await SchemasFolder.create({ 'tavro.json': CONFIG, ...filesOf('first') });
  expect(await folder.run('codegen')).toMatchObject({ code: 0 });
  for (const path of Object.keys(filesOf('first'))) await rm(join(folder.schemas, path));
  for (const [path, json] of Object.entries(filesOf('second'))) await folder.write(path, json);
  return folder;
}

const codegenScene = async (): Promise<Scene> => sceneOf(await codegenFolder(), 'codegen', []);

/** The same, from one file of all history to a file for each subject. */
async function migrationScene(): Promise<Scene> {
  const folder = await codegenFolder();
  await folder.release();
  await folder.writeFormat1(await folder.lock());
  return sceneOf(folder, 'codegen', []);
}

async function pullScene(): Promise<Scene> {
  const server = await startRegistry();
  open.push(server);
  const client = createRegistry({ url: server.url });
  for (const [subject, schema] of registeredIn('first')) await client.register(subject, schema);
  const folder = await SchemasFolder.create();
  expect(await folder.run('pull', ['--registry', server.url])).toMatchObject({ code: 0 });
  for (const [subject, schema] of registeredIn('second')) await client.register(subject, schema);
  return sceneOf(folder, 'pull', ['--force', '--registry', server.url]);
}

/** What the command takes when it is let alone. */
interface Cost {
  /** On the disk. */
  readonly operations: number;
  /** Which of them are renames, counting from 1. */
  readonly renames: readonly number[];
  readonly ms: number;
}

async function measure({ argv, reset }: Scene): Promise<Cost> {
  await reset();
  const { child, lines } = await start();
  const began = performance.now();
  child.stdin.end(`${JSON.stringify({ argv })}\n`);
  const { code, ...cost } = JSON.parse((await lines.next()).value);
  expect(code).toBe(0);
  return { ...cost, ms: performance.now() - began };
}

/**
 * Even rounds die at an operation, the first one amid the renames and the others all over; odd ones
 * at any moment, from outside.
 */
async function killOnce(
  { argv, reset }: Scene,
  { round, cost }: { round: number; cost: Cost },
): Promise<void> {
  await reset();
  const { child } = await start();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const { operations, renames, ms } = cost;
  const middle = renames[Math.floor(renames.length / 2)] ?? 0;
  const step = (round / 2) * Math.ceil(operations * 0.618);
  const killAt = round % 2 === 0 ? 1 + ((middle - 1 + step) % operations) : undefined;
  child.stdin.end(`${JSON.stringify({ argv, killAt })}\n`);
  if (killAt === undefined) {
    await Promise.race([wait(((round * 0.618) % 1) * ms), ended]);
    child.kill('SIGKILL');
  }
  await ended;
}

/** Every file is as it was or as it will be; what is not temporary and not known is neither. */
function expectWhole(tree: Tree, { before, after }: Scene): void {
  const torn = Object.entries(tree).filter(
    ([path, text]) =>
      !/^\.tavro-.*\.tmp$/.test(basename(path)) && text !== before[path] && text !== after[path],
  );
  expect(torn).toEqual([]);
  // Whichever files are there: what was released is.
  const released = releasedIn(tree);
  expect(released).toEqual(expect.arrayContaining(releasedIn(before)));
}

/** `[subject, identity]` of each released version. */
function releasedIn(tree: Tree): (readonly [string, string])[] {
  const files = Object.entries(tree).flatMap(([path, text]): [string, SourceText][] => {
    const name = path.replace(/^schemas\//, '');
    return isLockPath(name) ? [[name, new SourceText(path, text)]] : [];
  });
  const { subjects } = readLockFiles(new Map(files));
  return [...subjects].flatMap(([subject, locked]) =>
    releasedOf(locked).map(({ identity }) => [subject, identity] as const),
  );
}

/** The files that are not what they will be. */
function staleIn(tree: Tree, { after }: Scene): string[] {
  const paths = new Set([...Object.keys(tree), ...Object.keys(after)]);
  return [...paths].filter((path) => !path.endsWith('.tmp') && tree[path] !== after[path]).sort();
}

it.each([
  ['codegen', codegenScene],
  ['codegen', migrationScene],
  ['pull', pullScene],
] as const)(
  '%s under SIGKILL leaves whole files',
  async (command, make) => {
    const scene = await make();
    const { folder } = scene;
    const cost = await measure(scene);
    expect(cost.renames.length).toBeGreaterThan(2);
    let torn = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await killOnce(scene, { round, cost });
      const left = treeOf(folder.root);
      expectWhole(left, scene);
      const stale = staleIn(left, scene);
      if (stale.length > 0 && stale.length < staleIn(scene.before, scene).length) torn += 1;
      if (command === 'codegen') {
        const { code, out } = await folder.run('codegen', ['--check']);
        const named = out.split('\n').flatMap((line) => /^stale: ([^ ]+)/.exec(line)?.[1] ?? []);
        const short = named.map((path) => relative(folder.root, path)).sort();
        expect({ code, short }).toEqual({ code: stale.length > 0 ? 100 : 0, short: stale });
      }
      expect(await scene.again()).toMatchObject({ code: 0 });
      expect(treeOf(folder.root)).toEqual(scene.after);
    }
    // Some died between the first rename and the last: else this would show nothing.
    expect(torn).toBeGreaterThan(0);
  },
  20_000 * ROUNDS,
);
