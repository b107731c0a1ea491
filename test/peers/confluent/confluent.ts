import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cachedDirectory } from '../../../local/kafka/cache.js';
import {
  type RegistryClient,
  type RegistryLogin,
  startRegistryClient,
} from '../registry-client.js';

const run = promisify(execFile);

const NAME = '@confluentinc/schemaregistry';
const VERSION = '1.10.1';
const PEER = fileURLToPath(new URL('./peer.mjs', import.meta.url));
const INSTALL_TIMEOUT_MS = 10 * 60 * 1000;
const OUTPUT_LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * Starts Confluent's client for Node. It brings 281 packages (171 MB), so it is no dependency of
 * ours: the first start installs it with npm into the user's cache directory.
 *
 * @throws Error with what npm said.
 */
export async function startConfluent(login: RegistryLogin): Promise<RegistryClient> {
  const directory = await confluentPeer();
  return startRegistryClient([process.execPath, PEER, directory], login);
}

/** Where the client is installed; installs it. */
export function confluentPeer(): Promise<string> {
  return cachedDirectory(`confluent-peer-${VERSION}`, {
    witness: `node_modules/${NAME}/package.json`,
    build: install,
  });
}

async function install(directory: string): Promise<void> {
  const dependencies = { [NAME]: VERSION };
  await writeFile(`${directory}/package.json`, JSON.stringify({ private: true, dependencies }));
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', '.'], {
    cwd: directory,
    shell: process.platform === 'win32',
    timeout: INSTALL_TIMEOUT_MS,
    maxBuffer: OUTPUT_LIMIT_BYTES,
  });
}
