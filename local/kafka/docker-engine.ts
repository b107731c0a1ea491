import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { BrokerEngine, BrokerFiles } from './broker.js';
import { KafkaLaunchError } from './errors.js';
import { KAFKA_VERSION } from './jars.js';
import { formatArguments } from './java-engine.js';
import type { Log } from './launched.js';
import { whileTold } from './while-told.js';

const run = promisify(execFile);

const IMAGE = `apache/kafka:${KAFKA_VERSION}`;
const PROBE_TIMEOUT_MS = 15_000;
const PULL_TIMEOUT_MS = 10 * 60 * 1000;
const CONTAINER_PROPERTIES = '/tmp/server.properties';

/**
 * The image's own entry point cannot make SCRAM users, so the storage is formatted here. The
 * properties come as a variable: a mounted file would need to be readable by the image's user,
 * and does not exist where the daemon runs on another machine.
 */
const SCRIPT = `set -e
printf '%s' "$TAVRO_SERVER_PROPERTIES" > ${CONTAINER_PROPERTIES}
/opt/kafka/bin/kafka-storage.sh "$@"
exec /opt/kafka/bin/kafka-server-start.sh ${CONTAINER_PROPERTIES}`;

/**
 * Sees to it that a Docker daemon answers and has the image.
 *
 * @returns the daemon's version.
 * @throws KafkaLaunchError DOCKER_MISSING or DOWNLOAD_FAILED.
 */
export async function findDocker(env: NodeJS.ProcessEnv, log: Log, status?: Log): Promise<string> {
  const docker = (args: string[], timeout: number) => run('docker', args, { env, timeout });
  let version: string;
  try {
    const { stdout } = await docker(
      ['version', '--format', '{{.Server.Version}}'],
      PROBE_TIMEOUT_MS,
    );
    version = stdout.trim();
  } catch (cause) {
    throw new KafkaLaunchError(
      'DOCKER_MISSING',
      'No Docker daemon answers `docker version`. Start Docker, or install it.',
      { cause },
    );
  }
  try {
    await docker(['image', 'inspect', IMAGE], PROBE_TIMEOUT_MS);
  } catch {
    await pull(docker, log, status);
  }
  return version;
}

async function pull(
  docker: (args: string[], timeout: number) => Promise<unknown>,
  log: Log,
  status: Log | undefined,
): Promise<void> {
  log(`Kafka: pulling ${IMAGE} (once) ...`);
  try {
    const start = performance.now();
    const line = (): string =>
      `Kafka: pulling for ${Math.round((performance.now() - start) / 1000)} s`;
    await whileTold(docker(['pull', '--quiet', IMAGE], PULL_TIMEOUT_MS), { status, line });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new KafkaLaunchError('DOWNLOAD_FAILED', `Docker cannot pull ${IMAGE}: ${why}`, { cause });
  }
}

/** Runs brokers in containers; `version` is the daemon's. */
export function dockerEngine(version: string): BrokerEngine {
  return {
    name: `${KAFKA_VERSION}, Docker ${version}`,
    bind: '0.0.0.0',
    dataDirectory: () => '/tmp/tavro-kafka',
    plan(files) {
      const container = `tavro-kafka-${randomBytes(6).toString('hex')}`;
      return {
        commands: [{ ...runContainer(container, files) }],
        // Killing `docker run` leaves the container running.
        afterwards: { command: 'docker', args: ['rm', '--force', '--volumes', container] },
      };
    },
  };
}

function runContainer(container: string, files: BrokerFiles) {
  const publish = [files.ports.plaintext, files.ports.saslSsl].flatMap((port) => [
    '--publish',
    `127.0.0.1:${port}:${port}`,
  ]);
  const args = [
    ...['run', '--rm', '--pull', 'never', '--name', container, ...publish],
    ...['--env', 'TAVRO_SERVER_PROPERTIES', '--env', 'KAFKA_HEAP_OPTS=-Xmx512m'],
    ...['--entrypoint', '/bin/bash', IMAGE, '-c', SCRIPT, 'broker'],
    ...formatArguments(files, CONTAINER_PROPERTIES),
  ];
  return { command: 'docker', args, env: { TAVRO_SERVER_PROPERTIES: files.properties } };
}
