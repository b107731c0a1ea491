/** What Biome says of generated files. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { FileText } from '../../../codegen/emit/file.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PROGRAM = join(ROOT, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');

/** Bytes. */
const MAX_OUTPUT = 100 * 1024 ** 2;

/** What Biome, set up as in this repository, has against files: nothing where it would leave them so. */
export async function biome(
  command: readonly string[],
  files: readonly FileText[],
): Promise<string> {
  // Not where other scratch folders are: Biome passes over whatever is in `node_modules`.
  const folder = await mkdtemp(join(tmpdir(), 'tavro-biome-'));
  try {
    for (const { path, text } of [...files, { path: 'biome.json', text: await settings() }]) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return await complaints(command, files, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function settings(): Promise<string> {
  const {
    vcs: _,
    files: __,
    ...config
  } = JSON.parse(await readFile(join(ROOT, 'biome.json'), 'utf8'));
  return JSON.stringify({ root: true, ...config });
}

async function complaints(
  command: readonly string[],
  files: readonly FileText[],
  folder: string,
): Promise<string> {
  const paths = [...new Set(files.map(({ path }) => path.split('/')[0] ?? ''))];
  const options = { cwd: folder, maxBuffer: MAX_OUTPUT };
  try {
    const run = await promisify(execFile)(
      process.execPath,
      [PROGRAM, ...command, ...paths],
      options,
    );
    return run.stdout.includes(`Checked ${files.length} file`) ? '' : run.stdout;
  } catch (error) {
    // Safe: what a program that ended with a code printed is on its error.
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return stdout + stderr;
  }
}
