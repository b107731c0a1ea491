/** What stands in a folder that is to become a project of tavro, or is one already. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { CodegenError } from '../error.js';
import { type CompilerFacts, compilerFacts } from './compiler-facts.js';
import { type Manifest, readManifest } from './manifest.js';
import {
  isManagerPinned,
  managerOf,
  type PackageManager,
  PNPM_WORKSPACE,
} from './package-manager.js';
import { walkFolder } from './walk-folder.js';

export interface ProjectFacts {
  /** A name for the package: the folder's, as npm takes it. */
  readonly name: string;
  readonly manifest?: Manifest;
  readonly manager: PackageManager;
  /** Whether the project says which version of it: corepack would take one of its own. */
  readonly isManagerPinned: boolean;
  readonly compiler?: CompilerFacts;
  /** Whether there is code already, in it or in packages of it. */
  readonly hasSource: boolean;
  /** From the root of the git repository to the project, with forward slashes; '' for the root itself. */
  readonly pathInRepository: string;
  /** The way back, such as `../..`; '' at the root itself. */
  readonly toRepository: string;
  /** From the project to the folder in whose `node_modules` tavro is, such as `../..`; '' for its own. */
  readonly installedIn: string;
  /** Whether a folder above holds pnpm's workspace. */
  readonly isInPnpmWorkspace: boolean;
  /** Whether a path below the project is taken. */
  readonly has: (path: string) => boolean;
  /** The text of a file below the project; '' where there is none. */
  readonly text: (path: string) => string;
}

const SOURCE_FILE = /\.[cm]?[jt]sx?$/;
/** Tools' settings, and what tools write: no code of the project. */
const NO_SOURCE = /\.config\.|\.d\.[cm]?ts$|^\.|\/\.|^(?:dist|build|coverage|cdk\.out)\//;
/** More files than these are not looked at: where they are, there is code. */
const MAX_FILES = 20_000;

/**
 * @param userAgent the variable `npm_config_user_agent`
 * @throws CodegenError `INPUT_INVALID` for settings that are not JSON, `USAGE` for what is no folder
 */
export function projectFacts(project: string, userAgent = ''): ProjectFacts {
  const folder = resolve(project);
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw new CodegenError(
      'USAGE',
      `${project} is no folder: --project takes that of package.json.`,
    );
  const manifest = readManifest(folder);
  const pathInRepository = upTo(folder, '.git') ?? '';
  const compiler = compilerFacts(folder);
  const has = (path: string): boolean => existsSync(join(folder, path));
  return {
    name: packageName(basename(folder)),
    ...(manifest && { manifest }),
    ...(compiler && { compiler }),
    manager: managerOf(folder, userAgent),
    hasSource: manifest?.isWorkspaceRoot === true || has(PNPM_WORKSPACE) || hasSource(folder),
    pathInRepository,
    toRepository: wayBack(pathInRepository),
    installedIn: wayBack(upTo(folder, 'node_modules/tavro') ?? ''),
    isManagerPinned: isManagerPinned(folder),
    isInPnpmWorkspace: upTo(dirname(folder), PNPM_WORKSPACE) !== undefined,
    has,
    text: (path) => (has(path) ? readFileSync(join(folder, path), 'utf8') : ''),
  };
}

function hasSource(folder: string): boolean {
  let seen = 0;
  for (const { path } of walkFolder(folder)) {
    seen += 1;
    if (seen > MAX_FILES || (SOURCE_FILE.test(path) && !NO_SOURCE.test(path))) return true;
  }
  return false;
}

/** What npm takes for a name. */
function packageName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name === '' ? 'events' : name;
}

/** From the nearest folder that has something to the one given, with forward slashes. */
function upTo(folder: string, name: string): string | undefined {
  for (let above = folder; ; above = dirname(above)) {
    if (existsSync(join(above, name))) return relative(above, folder).replaceAll('\\', '/');
    if (dirname(above) === above) return undefined;
  }
}

function wayBack(path: string): string {
  return path.replace(/[^/]+/g, '..');
}
