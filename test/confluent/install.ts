/** Where the peer @confluentinc/kafka-javascript is for tests. `node --import tsx` this to install it. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { cachedDirectory } from '../../local/kafka/cache.js';

const run = promisify(execFile);

const NAME = '@confluentinc/kafka-javascript';
const VERSION = '1.10.1';
const BINARY = `node_modules/${NAME}/build/Release/confluent-kafka-javascript.node`;
const INSTALL_TIMEOUT_MS = 20 * 60 * 1000;
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;
const LINES_SHOWN = 30;
/** What librdkafka is linked with, as Debian names it. */
const LIBRARIES = [
  'libcurl4-openssl-dev',
  'liblz4-dev',
  'libsasl2-dev',
  'libssl-dev',
  'libzstd-dev',
  'zlib1g-dev',
];

/**
 * The package's directory, in the user's cache, for this version of Node. It is compiled there once, in
 * a minute or two: its own binaries come from where not every network lets one, and what compiles, or
 * not, is no dependency of ours.
 * @throws Error with what npm and the compiler said
 */
export async function confluentDirectory(): Promise<string> {
  const name = `confluent-kafka-${VERSION}-${process.platform}-${process.arch}-abi${process.versions.modules}`;
  const directory = await cachedDirectory(name, { witness: BINARY, build: install });
  return join(directory, 'node_modules', NAME);
}

async function install(directory: string): Promise<void> {
  console.error(`Compiling ${NAME} ${VERSION} for Node ${process.versions.node}, once ...`);
  await installLibraries();
  const dependencies = { [NAME]: VERSION };
  await writeFile(
    join(directory, 'package.json'),
    // npm asks for a word on packages that run scripts.
    JSON.stringify({ private: true, dependencies, allowScripts: { [NAME]: true } }),
  );
  const node = dirname(dirname(process.execPath));
  const env = {
    ...process.env,
    // Against the system's libraries: it would fetch their sources otherwise.
    CKJS_LINKING: 'dynamic',
    // Headers that came with this Node, rather than those that the compiler fetches.
    ...(existsSync(join(node, 'include/node/node_version.h')) && { npm_config_nodedir: node }),
  };
  await told('npm', ['install', '--no-audit', '--no-fund', '--prefix', '.'], {
    cwd: directory,
    env,
  }).catch((error: unknown) => {
    throw new Error(
      `${NAME} ${VERSION} could not be installed for tests. It needs a C++ compiler, make, Python 3 and ` +
        `what Debian calls ${LIBRARIES.join(' ')}.\n${error instanceof Error ? error.message : error}`,
    );
  });
  const own = join(directory, 'node_modules', NAME);
  // npm may have compiled for another Node, whose headers lay nearer.
  await told(process.execPath, ['-e', 'require(process.argv[1])', own], { cwd: directory });
  // Sources and what is left of compiling are nine tenths of it.
  for (const left of ['deps', 'build/Release/obj.target', ...STATIC]) {
    await rm(join(own, left), { recursive: true, force: true });
  }
}

const STATIC = ['++', '-static', ''].map((kind) => `build/deps/librdkafka${kind}.a`);

/** In a container of a build, where there is nobody else to do it. */
async function installLibraries(): Promise<void> {
  const isOurs = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!isOurs || process.env.CI === undefined) return;
  const missing = await told('dpkg', ['-s', ...LIBRARIES], {}).then(
    () => false,
    () => true,
  );
  if (!missing) return;
  await told('apt-get', ['update', '-qq'], {});
  await told('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...LIBRARIES], {});
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

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(await confluentDirectory());
}
