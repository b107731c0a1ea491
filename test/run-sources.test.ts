/** `run-sources.mjs`: a program runs as its sources are, and is bundled anew only when they changed. */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MAIN = `import { word } from './word.js';
const { late } = await import('./late.js');
console.log(word as string, late, process.argv.slice(2).join(), import.meta.url);
`;

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'tavro-run-sources-')));
  copyFileSync(join(ROOT, 'run-sources.mjs'), join(folder, 'run-sources.mjs'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  mkdirSync(join(folder, 'program'));
  write('package.json', '{ "type": "module" }');
  write('tsconfig.json', '{}');
  write('program/main.ts', MAIN);
  write('program/word.ts', `export const word: string = 'one';`);
  write('program/late.ts', `export const late = 'late';`);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes a file as one that was saved a while ago: what is saved during a run is never kept. */
function write(path: string, text: string, secondsAgo = 60): void {
  writeFileSync(join(folder, path), text);
  const then = Date.now() / 1000 - secondsAgo;
  utimesSync(join(folder, path), then, then);
}

function run(env = {}) {
  const args = ['run-sources.mjs', 'program/main.ts', 'a', '--b'];
  const options = { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  return { status, stdout: stdout.trim(), stderr };
}

const bundles = () => readdirSync(join(folder, '.cache/sources/program-main-ts')).sort();
const address = () => pathToFileURL(join(folder, 'program/main.ts')).href;

it('runs what the sources say, each time', () => {
  expect(run()).toMatchObject({ status: 0, stdout: `one late a,--b ${address()}` });
  const first = bundles();
  expect(run().stdout).toMatch(/^one late/);
  expect(bundles()).toEqual(first);
  write('program/word.ts', `export const word: string = 'two';`, 30);
  expect(run().stdout).toMatch(/^two late/);
  write('program/late.ts', 'export const = ;', 20);
  expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining('late.ts:1:13') });
});

it('runs no bundle of another folder', () => {
  run();
  const kept = join(folder, '.cache/sources/program-main-ts/bundle.json');
  const text = readFileSync(kept, 'utf8');
  writeFileSync(kept, text.replace(JSON.stringify(folder), '"/elsewhere"'));
  const before = bundles();
  expect(run().status).toBe(0);
  expect(bundles()).not.toEqual(before);
});

it('runs where nothing can be kept compiled', () => {
  expect(run({ NODE_COMPILE_CACHE: join(folder, 'package.json', 'none') }).status).toBe(0);
});
