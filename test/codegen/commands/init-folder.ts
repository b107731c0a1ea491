/** A folder of its own for each test of `tavro init`. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import type { Context } from '../../../codegen/context.js';
import { run } from '../../../codegen/program.js';

export let root = '';
export let project = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tavro-init-'));
  project = join(root, 'shop');
  await mkdir(project);
});

afterEach(() => rm(root, { recursive: true, force: true }));

export async function tavro(argv: readonly string[], more: Partial<Context> = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(argv, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    env: {},
    signal: new AbortController().signal,
    version: '1.2.3',
    ...more,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

export const init = (...more: string[]) => tavro(['init', '--project', project, ...more]);
export const path = (name: string) => join(project, name);
export const read = (name: string) => readFile(path(name), 'utf8');
export const json = async (name: string) => JSON.parse(await read(name));

export async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(path(name)), { recursive: true });
    await writeFile(path(name), text);
  }
}

export async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** What refuses stale code. */
export const REFUSE = 'tavro codegen --check';
