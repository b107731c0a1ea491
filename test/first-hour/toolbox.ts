/** What a newcomer has on the machine: Node, a package manager, and the package as it is published. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export type ManagerName = 'npm' | 'pnpm' | 'yarn';

/** Fetched, so that nobody's own version decides. */
const FETCHED = ['node@24', 'pnpm@12.21.0', '@yarnpkg/cli-dist@4.18.1'];

export interface Toolbox {
  /** The packed package. */
  readonly tarball: string;
  readonly folder: string;
  /** What `PATH` is with this version of Node before all others. */
  pathWith(node: NodeName): string;
}

export type NodeName = '20' | '24';

/** @param folder an empty one */
export function openToolbox(folder: string): Toolbox {
  const fetched = join(folder, 'fetched');
  mkdirSync(fetched);
  writeFileSync(join(fetched, 'package.json'), '{ "private": true }');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', ...FETCHED], { cwd: fetched });
  const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const own = dirname(process.execPath);
  const modules = join(fetched, 'node_modules');
  const managers = join(folder, 'managers');
  mkdirSync(managers);
  symlinkSync(join(modules, '.bin', 'pnpm'), join(managers, 'pnpm'));
  symlinkSync(join(modules, '@yarnpkg', 'cli-dist', 'bin', 'yarn.js'), join(managers, 'yarn'));
  // Not the commands that this repository has installed.
  const others = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((path) => !path.includes('node_modules'))
    .join(delimiter);
  const nodes = { 20: own, 24: join(modules, 'node', 'bin') };
  return {
    folder,
    tarball: join(folder, packed.trim().split('\n').at(-1) ?? ''),
    pathWith: (node) => [nodes[node], managers, others].join(delimiter),
  };
}
