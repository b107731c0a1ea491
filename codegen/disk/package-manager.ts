/** Which package manager a project has. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** `yarn` is Yarn 2 and newer, `yarn-classic` Yarn 1. */
export const PACKAGE_MANAGERS = ['npm', 'pnpm', 'yarn', 'yarn-classic'] as const;
export type PackageManager = (typeof PACKAGE_MANAGERS)[number];

/**
 * By settings and lock files of the project or, for a workspace, of a folder above, up to the
 * repository's root; else by who runs us.
 * @param userAgent the variable `npm_config_user_agent`, by which a package manager names itself
 */
export function managerOf(folder: string, userAgent: string): PackageManager {
  const said = fileManager(folder);
  if (said !== undefined) return said;
  const above = dirname(folder);
  if (above !== folder && !existsSync(join(folder, '.git'))) return managerOf(above, userAgent);
  if (userAgent.startsWith('pnpm/')) return 'pnpm';
  if (userAgent.startsWith('yarn/1.')) return 'yarn-classic';
  return userAgent.startsWith('yarn/') ? 'yarn' : 'npm';
}

/** By the field that corepack reads, or a copy of Yarn in the repository. @see https://nodejs.org/api/corepack.html */
export function isManagerPinned(folder: string): boolean {
  const isHere =
    PINNED.test(textOf(folder, 'package.json') ?? '') ||
    /^yarnPath:/m.test(textOf(folder, '.yarnrc.yml') ?? '');
  const above = dirname(folder);
  const isTop = above === folder || existsSync(join(folder, '.git'));
  return isHere || (!isTop && isManagerPinned(above));
}

const PINNED = /"packageManager"\s*:\s*"(\w+)@(\d+)/;

function textOf(folder: string, name: string): string | undefined {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch {
    return undefined;
  }
}

function fileManager(folder: string): PackageManager | undefined {
  const text = (name: string): string | undefined => textOf(folder, name);
  const [, name, major] = PINNED.exec(text('package.json') ?? '') ?? [];
  if (name === 'pnpm' || name === 'npm') return name;
  if (name === 'yarn') return major === '1' ? 'yarn-classic' : 'yarn';
  if (text('pnpm-lock.yaml') !== undefined || text(PNPM_WORKSPACE) !== undefined) return 'pnpm';
  if (text('.yarnrc.yml') !== undefined) return 'yarn';
  const yarnLock = text('yarn.lock');
  // Yarn 1 writes no such entry.
  if (yarnLock !== undefined) return /^__metadata:/m.test(yarnLock) ? 'yarn' : 'yarn-classic';
  return text('package-lock.json') === undefined ? undefined : 'npm';
}

export const PNPM_WORKSPACE = 'pnpm-workspace.yaml';
