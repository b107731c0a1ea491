/** The package as npm would have it, in a project that has installed it and nothing else. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { buildPackage } from '../../build.js';
import { filesOf, ROOT } from '../architecture/imports.js';
import { blocksOf } from '../docs/blocks.js';

export const execute = promisify(execFile);

/** What `npm pack --json` says of it. */
interface Tarball {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

interface Packed {
  readonly file: string;
  readonly tarball: Tarball;
}

/**
 * Builds and packs what the working tree has, without touching what is built there.
 * @param folder gets the file
 */
export async function pack(folder: string): Promise<Packed> {
  const staged = join(folder, 'staged');
  const { files }: { files: string[] } = JSON.parse(
    await readFile(join(ROOT, 'package.json'), 'utf8'),
  );
  // npm takes these three whatever `files` says.
  for (const path of ['package.json', 'README.md', 'LICENSE', ...files])
    if (path !== 'dist') await cp(join(ROOT, path), join(staged, path), { recursive: true });
  await buildPackage(join(staged, 'dist'));
  const packing = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await execute('npm', packing, { cwd: staged });
  // npm 12 answers by the names of packages, others with a list.
  const [tarball]: Tarball[] = Object.values(JSON.parse(stdout));
  if (tarball === undefined) throw new Error('npm packed nothing.');
  await rm(staged, { recursive: true });
  return { file: join(folder, tarball.filename), tarball };
}

export class PackedProject {
  readonly folder: string;
  readonly tarball: Tarball;

  private constructor(folder: string, tarball: Tarball) {
    this.folder = folder;
    this.tarball = tarball;
  }

  /** One tarball for all projects of a test file, in the folder of the first. */
  private static packing: Promise<Packed> | undefined;

  static async create(): Promise<PackedProject> {
    const root = await mkdtemp(join(tmpdir(), 'tavro-packed-'));
    PackedProject.packing ??= pack(root);
    const { file, tarball } = await PackedProject.packing;
    const folder = join(root, 'project');
    const installed = join(folder, 'node_modules', 'tavro');
    await mkdir(installed, { recursive: true });
    await execute('tar', ['-xzf', file, '--strip-components=1', '-C', installed]);
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    return new PackedProject(folder, tarball);
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  async write(path: string, text: string): Promise<void> {
    await mkdir(join(this.path(path), '..'), { recursive: true });
    await writeFile(this.path(path), text);
  }

  /** Makes a package of this repository's one of the project. */
  async link(name: string, to = name): Promise<void> {
    const at = this.path('node_modules', name);
    await mkdir(join(at, '..'), { recursive: true });
    await symlink(join(ROOT, 'node_modules', to), at, 'junction');
  }

  unlink(name: string): Promise<void> {
    return rm(this.path('node_modules', name), { recursive: true });
  }

  /** The sample's generated code, as JavaScript, in `generated/`. */
  async generated(): Promise<void> {
    await build({
      absWorkingDir: ROOT,
      entryPoints: filesOf('generated'),
      outdir: this.path('generated'),
      outbase: 'generated',
    });
  }

  /** What Node prints; its errors and warnings count as text, too. */
  async node(...args: readonly string[]): Promise<string> {
    const options = { cwd: this.folder, env: { PATH: process.env.PATH } };
    const { stdout, stderr } = await execute(process.execPath, args, options);
    return stdout + stderr;
  }

  async remove(): Promise<void> {
    await rm(join(this.folder, '..'), { recursive: true, force: true });
  }
}

/** The block of the README that has a text in it. */
export async function readmeBlock(text: string): Promise<string> {
  const blocks = blocksOf('README.md', await readFile(join(ROOT, 'README.md'), 'utf8'));
  const block = blocks.find((block) => block.language === 'ts' && block.text.includes(text));
  if (block === undefined) throw new Error(`The README shows no ${text}.`);
  return block.text;
}
