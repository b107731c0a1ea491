import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cachedDirectory } from '../../../local/kafka/cache.js';
import type { SaslSslAddress } from '../../../local/kafka/launched.js';
import {
  type RegistryClient,
  type RegistryLogin,
  startRegistryClient,
} from '../registry-client.js';

const run = promisify(execFile);

const SYSTEM_PYTHON = process.platform === 'win32' ? 'python' : 'python3';
const VENV_PYTHON = process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python';
const REQUIREMENTS = fileURLToPath(new URL('./requirements.txt', import.meta.url));
const PEER = fileURLToPath(new URL('./peer.py', import.meta.url));
const REGISTRY_PEER = fileURLToPath(new URL('./registry_peer.py', import.meta.url));
/** Written last, so its presence means that everything is installed. */
const WITNESS = 'installed';

const PROBE_TIMEOUT_MS = 20_000;
const INSTALL_TIMEOUT_MS = 10 * 60 * 1000;
const RUN_TIMEOUT_MS = 90_000;
const OUTPUT_LIMIT_BYTES = 16 * 1024 * 1024;

/** What the Python client is told by environment variables. */
export interface PythonSettings {
  readonly kafka: SaslSslAddress;
  readonly topic: string;
  readonly registry: { readonly url: string; readonly username: string; readonly password: string };
}

/** One line that peer.py prints. */
export interface PythonEvent {
  readonly partition: number;
  readonly offset: number;
  readonly value: Readonly<Record<string, unknown>>;
}

/**
 * Runs peer.py with these arguments and answers what it printed. The first call installs
 * confluent-kafka into the user's cache directory.
 *
 * @throws Error with what Python wrote to its standard error.
 */
export async function runPython(
  args: readonly string[],
  settings: PythonSettings,
): Promise<PythonEvent[]> {
  const python = await pythonPeer();
  const { stdout } = await run(python, [PEER, ...args], {
    env: { ...process.env, ...environment(settings) },
    timeout: RUN_TIMEOUT_MS,
    maxBuffer: OUTPUT_LIMIT_BYTES,
  });
  // peer.py prints nothing but these lines.
  return stdout.split('\n').flatMap((line) => (line ? [JSON.parse(line) as PythonEvent] : []));
}

/**
 * Starts confluent-kafka's Schema Registry client; installs it as `runPython` does. Given a broker,
 * it has its client for Kafka, too.
 */
export async function startPythonRegistry(
  login: RegistryLogin,
  kafka?: SaslSslAddress,
): Promise<RegistryClient> {
  const env = kafka === undefined ? {} : kafkaEnvironment(kafka);
  return startRegistryClient([await pythonPeer(), REGISTRY_PEER], login, env);
}

/** The Python of a virtual environment with the requirements, made on the first call. */
export async function pythonPeer(): Promise<string> {
  const version = await systemPythonVersion();
  const requirements = readFileSync(REQUIREMENTS, 'utf8');
  const digest = createHash('sha256').update(version).update(requirements).digest('hex');
  const directory = await cachedDirectory(`python-peer-${digest.slice(0, 16)}`, {
    witness: WITNESS,
    build: install,
  });
  return join(directory, VENV_PYTHON);
}

async function systemPythonVersion(): Promise<string> {
  try {
    const { stdout } = await run(SYSTEM_PYTHON, ['-c', 'import sys, venv; print(sys.version)'], {
      timeout: PROBE_TIMEOUT_MS,
    });
    return stdout;
  } catch (cause) {
    throw new Error(
      'The Python tests need python3 (3.10 or newer) with venv on the PATH; on Debian and ' +
        'Ubuntu that is the package python3-venv.',
      { cause },
    );
  }
}

async function install(directory: string): Promise<void> {
  const options = { timeout: INSTALL_TIMEOUT_MS, maxBuffer: OUTPUT_LIMIT_BYTES };
  await run(SYSTEM_PYTHON, ['-m', 'venv', directory], options);
  // Wheels only: a build from source would need a compiler and librdkafka.
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
  const wheels = ['--only-binary', ':all:', '--requirement', REQUIREMENTS];
  await run(join(directory, VENV_PYTHON), [...pip, ...wheels], options);
  writeFileSync(join(directory, WITNESS), '');
}

function environment({ kafka, topic, registry }: PythonSettings): NodeJS.ProcessEnv {
  return {
    ...kafkaEnvironment(kafka),
    KAFKA_TOPIC: topic,
    SCHEMA_REGISTRY_URL: registry.url,
    SCHEMA_REGISTRY_API_KEY: registry.username,
    SCHEMA_REGISTRY_API_SECRET: registry.password,
  };
}

function kafkaEnvironment(kafka: SaslSslAddress): NodeJS.ProcessEnv {
  return {
    KAFKA_BOOTSTRAP_SERVERS: kafka.brokers,
    KAFKA_SASL_USERNAME: kafka.username,
    KAFKA_SASL_PASSWORD: kafka.password,
    KAFKA_CA_PEM: kafka.ca,
  };
}
