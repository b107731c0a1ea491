/** What stands in a folder that is to become a project of tavro, or is one already. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { CodegenError } from '../error.js';
import { type CompilerFacts, compilerFacts } from './compiler-facts.js';
import { utf8Text } from './utf8.js';

/** A package.json, as far as it matters here. */
export interface Manifest {
  readonly text: string;
  readonly type?: string;
  readonly scripts: Readonly<Record<string, string>>;
  /** Names, of every kind of dependency. */
  readonly dependencies: readonly string[];
}

/** `yarn` is Yarn 2 and newer, `yarn-classic` Yarn 1. */
export const PACKAGE_MANAGERS = ['npm', 'pnpm', 'yarn', 'yarn-classic'] as const;
export type PackageManager = (typeof PACKAGE_MANAGERS)[number];

export interface ProjectFacts {
  /** A name for the package: the folder's, as npm takes it. */
  readonly name: string;
  readonly manifest?: Manifest;
  readonly manager: PackageManager;
  readonly compiler?: CompilerFacts;
  /** Whether there is code already. */
  readonly hasSource: boolean;
  /** From the root of the git repository to the project, with forward slashes; '' for the root itself. */
  readonly pathInRepository: string;
  /** Whether a path below the project is taken. */
  readonly has: (path: string) => boolean;
}

const SOURCE_FOLDERS = ['src', 'lib', 'app', 'packages'];
const SOURCE_FILE = /\.[cm]?[jt]sx?$/;
/** Tools' settings: no code of the project. */
const SETTINGS_FILE = /\.config\.|\.d\.[cm]?ts$/;

/**
 * @param userAgent the variable `npm_config_user_agent`, by which a package manager names itself
 * @throws CodegenError `INPUT_INVALID` for a package.json that is not JSON
 */
export function projectFacts(project: string, userAgent = ''): ProjectFacts {
  const folder = resolve(project);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const manifest = readManifest(folder);
  const compiler = compilerFacts(folder);
  return {
    name: packageName(basename(folder)),
    ...(manifest && { manifest }),
    ...(compiler && { compiler }),
    manager: managerOf(folder, userAgent),
    hasSource: names.some(
      (name) =>
        SOURCE_FOLDERS.includes(name) || (SOURCE_FILE.test(name) && !SETTINGS_FILE.test(name)),
    ),
    pathInRepository: pathInRepository(folder),
    has: (path) => existsSync(join(folder, path)),
  };
}

function readManifest(folder: string): Manifest | undefined {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  const text = utf8Text(readFileSync(file), file, 'INPUT_INVALID');
  const given = parsed(text, file);
  const { type, scripts } = given;
  const groups = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];
  return {
    text,
    ...(typeof type === 'string' && { type }),
    scripts: Object.fromEntries(
      Object.entries(Object(scripts)).filter((entry): entry is [string, string] =>
        entry.every((part) => typeof part === 'string'),
      ),
    ),
    dependencies: groups.flatMap((group) => Object.keys(Object(given[group]))),
  };
}

function parsed(text: string, file: string): Partial<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch (cause) {
    const message = `${file} is not JSON. Mend it, and run init again. Nothing was written.`;
    throw new CodegenError('INPUT_INVALID', message, { cause });
  }
}

/** What npm takes for a name. */
function packageName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name === '' ? 'events' : name;
}

/** Lock files and settings first, of the project or, for a workspace, of a folder above; then who runs us. */
function managerOf(folder: string, userAgent: string): PackageManager {
  const said = fileManager(folder);
  if (said !== undefined) return said;
  const above = dirname(folder);
  if (above !== folder && !existsSync(join(folder, '.git'))) return managerOf(above, userAgent);
  if (userAgent.startsWith('pnpm/')) return 'pnpm';
  if (userAgent.startsWith('yarn/1.')) return 'yarn-classic';
  return userAgent.startsWith('yarn/') ? 'yarn' : 'npm';
}

function fileManager(folder: string): PackageManager | undefined {
  const text = (name: string): string | undefined =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : undefined;
  const [, name, major] =
    /"packageManager"\s*:\s*"(\w+)@(\d+)/.exec(text('package.json') ?? '') ?? [];
  if (name === 'pnpm' || name === 'npm') return name;
  if (name === 'yarn') return major === '1' ? 'yarn-classic' : 'yarn';
  if (text('pnpm-lock.yaml') !== undefined) return 'pnpm';
  if (text('.yarnrc.yml') !== undefined) return 'yarn';
  const yarnLock = text('yarn.lock');
  // Yarn 1 writes no such entry.
  if (yarnLock !== undefined) return /^__metadata:/m.test(yarnLock) ? 'yarn' : 'yarn-classic';
  return text('package-lock.json') === undefined ? undefined : 'npm';
}

function pathInRepository(folder: string): string {
  for (let above = folder; ; above = dirname(above)) {
    if (existsSync(join(above, '.git'))) return relative(above, folder).replaceAll('\\', '/');
    if (dirname(above) === above) return '';
  }
}
