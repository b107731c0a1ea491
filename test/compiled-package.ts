/** Packages of npm that tests need and that compile: once per user, into the cache, never into our dependencies. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { cachedDirectory } from '../local/kafka/cache.js';

const run = promisify(execFile);

const INSTALL_TIMEOUT_MS = 20 * 60 * 1000;
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;
const LINES_SHOWN = 30;

export interface CompiledPackage {
  readonly name: string;
  readonly version: string;
  /** Of the directory in the cache: another name for whatever needs another binary. */
  readonly cacheName: string;
  /** What was compiled, as a path inside the package: it is there once the package is whole. */
  readonly binary: string;
  /** What compiling needs, as Debian names it. */
  readonly libraries: readonly string[];
  /** The same in words, for machines that are not Debian's. */
  readonly needs: string;
  /** To compile and to load it, beside our own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Throws away what is only needed to compile. @param directory the package's own */
  readonly prune?: (directory: string) => Promise<void>;
}

/**
 * The package's directory in the user's cache, where it is compiled when it is not there.
 * @throws Error with what npm and the compiler said
 */
export async function compiledPackage(wanted: CompiledPackage): Promise<string> {
  const own = join('node_modules', wanted.name);
  const directory = await cachedDirectory(wanted.cacheName, {
    witness: join(own, wanted.binary),
    build: (empty) => install(wanted, empty),
  });
  return join(directory, own);
}

async function install(wanted: CompiledPackage, directory: string): Promise<void> {
  const { name, version, libraries, binary, prune } = wanted;
  console.error(`Compiling ${name} ${version} for Node ${process.versions.node}, once ...`);
  const own = join(directory, 'node_modules', name);
  try {
    await installLibraries(libraries);
    await writeFile(
      join(directory, 'package.json'),
      // npm asks for a word on packages that run scripts.
      JSON.stringify({
        private: true,
        dependencies: { [name]: version },
        allowScripts: { [name]: true },
      }),
    );
    const args = ['install', '--no-audit', '--no-fund', '--prefix', '.'];
    const env = environment(wanted);
    await told('npm', args, { cwd: directory, env });
    // npm may have compiled for another Node, whose headers lay nearer.
    await told(process.execPath, ['-e', 'require(process.argv[1])', join(own, binary)], { env });
  } catch (error) {
    throw new Error(
      `${name} ${version} could not be installed for tests. It needs ${wanted.needs}, ` +
        `or what Debian calls ${libraries.join(' ')}.\n${error instanceof Error ? error.message : error}`,
      { cause: error },
    );
  }
  await prune?.(own);
}

function environment({ env }: CompiledPackage): NodeJS.ProcessEnv {
  const node = dirname(dirname(process.execPath));
  // Headers that came with this Node, rather than those that the compiler fetches.
  const headers = existsSync(join(node, 'include/node/node_version.h'));
  return { ...process.env, ...env, ...(headers && { npm_config_nodedir: node }) };
}

/** In a container of a build, where there is nobody else to do it. */
async function installLibraries(libraries: readonly string[]): Promise<void> {
  const isOurs = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!isOurs || process.env.CI === undefined) return;
  const missing = await told('dpkg', ['-s', ...libraries], {}).then(
    () => false,
    () => true,
  );
  if (!missing) return;
  await told('apt-get', ['update', '-qq'], {});
  await told('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...libraries], {});
}

interface Told {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a command. @throws Error with the end of what it printed */
async function told(command: string, args: readonly string[], options: Told): Promise<void> {
  const limits = { timeout: INSTALL_TIMEOUT_MS, maxBuffer: OUTPUT_LIMIT_BYTES };
  try {
    await run(command, args, { ...options, ...limits });
  } catch (error) {
    const { stdout, stderr }: { stdout?: unknown; stderr?: unknown } = Object(error);
    const lines = `${stdout ?? ''}\n${stderr ?? ''}`.trim().split('\n').slice(-LINES_SHOWN);
    throw new Error(`${command} ${args[0]} failed:\n${lines.join('\n')}`, { cause: error });
  }
}

/** For a file that says where its package is when it is run: prints that. @param url of the file */
export async function printWhenRun(url: string, directory: () => Promise<string>): Promise<void> {
  const [, program] = process.argv;
  if (program === undefined || url !== pathToFileURL(program).href) return;
  console.log(await directory());
}
