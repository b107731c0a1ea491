/** Runs a generator over a folder of schemas as a process of its own, as people do. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accounted, type Cost } from '../scale/accounted.js';
import { nextDone } from '../scale/watching.js';

const ROOT = join(import.meta.dirname, '..', '..');

/** A generator under test. */
export interface Tool {
  readonly name: string;
  readonly version: string;
  /** Arguments of node. */
  readonly command: (schemas: string, out: string) => readonly string[];
}

export const TAVRO: Tool = {
  name: 'tavro',
  version: versionOf('.'),
  command: (schemas, out) => [
    join(ROOT, 'bin', 'tavro.mjs'),
    'codegen',
    ...['--schemas', schemas, '--out', out],
  ],
};

/** Peers have no command of their own: a script of a few lines calls them for each file. */
export const PEERS: readonly Tool[] = [
  peer('avro-typescript', 'avro-typescript.mjs'),
  peer('@ovotech/avro-ts', 'avro-ts.mjs'),
];

function peer(name: string, script: string): Tool {
  return {
    name,
    version: versionOf(join('node_modules', name)),
    command: (schemas, out) => [join(import.meta.dirname, script), schemas, out],
  };
}

function versionOf(folder: string): string {
  const { version }: { version: string } = JSON.parse(
    readFileSync(join(ROOT, folder, 'package.json'), 'utf8'),
  );
  return version;
}

/** One run into a folder, as it is. */
export function timed(tool: Tool, schemas: string, out: string): Cost {
  return accounted(tool.command(schemas, out));
}

/** Milliseconds from saving a schema under `--watch` until its generated file has changed. */
export async function watchedEdits(edit: {
  schemas: string;
  out: string;
  /** The schema's file, the generated file, and what the schema's doc says in turn. */
  file: string;
  generated: string;
  times: number;
}): Promise<number[]> {
  const args = [...TAVRO.command(edit.schemas, edit.out), '--watch'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    const original = await readFile(edit.file, 'utf8');
    await nextDone(child);
    const took: number[] = [];
    for (let i = 0; i < edit.times; i++) {
      const done = nextDone(child);
      const start = performance.now();
      await writeFile(edit.file, original.replace('What happened', `What happened ${i}`));
      while (!(await readFile(edit.generated, 'utf8')).includes(`What happened ${i}`)) {
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      took.push(performance.now() - start);
      await done;
    }
    await writeFile(edit.file, original);
    return took;
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

/** How much came out, and how much of it compiles. */
export interface Output {
  readonly files: number;
  readonly kilobytes: number;
  readonly compiling: number;
}

/** Counts files without a diagnostic of `tsc --strict`, all compiled together. */
export async function judge(out: string): Promise<Output> {
  const files = (await readdir(out, { recursive: true })).filter((path) => path.endsWith('.ts'));
  const sizes = await Promise.all(files.map(async (path) => (await stat(join(out, path))).size));
  const options = {
    strict: true,
    noEmit: true,
    target: 'es2022',
    module: 'nodenext',
    types: ['node'],
    skipLibCheck: true,
    customConditions: ['tavro-source'],
  };
  await writeFile(
    join(out, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, include: ['**/*.ts'] }),
  );
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', out, '--pretty', 'false'], {
    cwd: out,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const bad = new Set<string>();
  for (const line of stdout.split('\n')) {
    const file = /^(.+?)\(\d+,\d+\): error /.exec(line)?.[1];
    if (file !== undefined) bad.add(file);
  }
  return {
    files: files.length,
    kilobytes: Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1024),
    compiling: files.filter((path) => !bad.has(path)).length,
  };
}

/** The compiled package, which is what people install. */
export function isBuilt(): boolean {
  return existsSync(join(ROOT, 'dist', 'tools', 'cli.js'));
}
