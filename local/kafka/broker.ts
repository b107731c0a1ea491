import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Certificate, makeCertificate } from './certificate.js';
import { KafkaLaunchError } from './errors.js';
import type { KafkaAddresses } from './launched.js';
import { type BrokerPorts, type BrokerSettings, brokerProperties } from './properties.js';
import { untilReady, type Wait } from './ready.js';
import { type Supervised, type SupervisedPlan, supervise } from './supervise.js';

const START_TIMEOUT_MS = 90_000;
/** A free port may be taken before the broker binds it; three lost races in a row are no race. */
const PORT_ATTEMPTS = 3;
const PASSWORD_BYTES = 24;
const CLUSTER_ID_BYTES = 16;
const PORT_TAKEN = /Address already in use|port is already allocated/;

/** The user that a broker knows; made anew for each, as its data is. */
export interface ScramUser {
  readonly username: string;
  readonly password: string;
}

/** What is needed to run one broker. */
export interface BrokerFiles {
  readonly clusterId: string;
  readonly user: ScramUser;
  /** Of this broker alone, removed with it; readable by this user only. */
  readonly directory: string;
  /** The text of `server.properties`, and where it is. */
  readonly properties: string;
  readonly propertiesFile: string;
  readonly ports: BrokerPorts;
}

/** What runs brokers: Java here, or a container. */
export interface BrokerEngine {
  readonly name: string;
  readonly bind: BrokerSettings['bind'];
  /** Where the broker keeps its data, when its own directory on this machine is `directory`. */
  dataDirectory(directory: string): string;
  /** The commands that format the storage and run the broker; writes what files they need. */
  plan(files: BrokerFiles): SupervisedPlan;
}

export interface RunningBroker extends Required<KafkaAddresses> {
  readonly logFile: string;
  stop(): Promise<void>;
}

/**
 * Starts one broker on free loopback ports and waits until it takes messages.
 *
 * @throws KafkaLaunchError BROKER_EXITED or BROKER_UNREADY, with the end of the broker's log.
 */
export async function startBroker(
  engine: BrokerEngine,
  env: NodeJS.ProcessEnv = process.env,
): Promise<RunningBroker> {
  const certificate = await makeCertificate();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(engine, certificate, env);
    } catch (error) {
      const raced = error instanceof KafkaLaunchError && PORT_TAKEN.test(error.brokerLog ?? '');
      if (!raced || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function startOnce(
  engine: BrokerEngine,
  certificate: Certificate,
  env: NodeJS.ProcessEnv,
): Promise<RunningBroker> {
  const files = writeFiles(engine, certificate, await freePorts());
  const supervised = supervise(files.directory, { ...engine.plan(files), env });
  const addresses = addressesOf(files, certificate);
  try {
    await readyOrEnded(engine, supervised, (wait) => untilReady(addresses, files.clusterId, wait));
  } catch (error) {
    await supervised.stop();
    throw error;
  }
  return { ...addresses, logFile: supervised.logFile, stop: supervised.stop };
}

/** Waits for `ready`, but no longer than the broker lives or START_TIMEOUT_MS. */
async function readyOrEnded(
  engine: BrokerEngine,
  supervised: Supervised,
  ready: (wait: Wait) => Promise<void>,
): Promise<void> {
  const giveUp = new AbortController();
  const given = new Promise<never>((_, reject) => {
    giveUp.signal.addEventListener('abort', () => reject(giveUp.signal.reason));
  });
  const late = `did not answer within ${START_TIMEOUT_MS / 1000} s`;
  let cause: unknown;
  const notYet = (error: unknown) => {
    cause = error;
  };
  const timer = setTimeout(
    () => giveUp.abort(failure('BROKER_UNREADY', late, { engine, supervised, cause })),
    START_TIMEOUT_MS,
  );
  supervised.ended.then(({ command, code, signal, error }) => {
    const ended = `ended while starting (${command}: ${error ?? signal ?? `code ${code}`})`;
    giveUp.abort(failure('BROKER_EXITED', ended, { engine, supervised }));
  });
  try {
    await Promise.race([ready({ signal: giveUp.signal, notYet }), given]);
  } catch (error) {
    if (error instanceof KafkaLaunchError) throw error;
    throw failure('BROKER_UNREADY', 'answers, but not as it should', {
      engine,
      supervised,
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    // Nobody waits any more: a later end of the broker is not a failed start.
    given.catch(() => undefined);
  }
}

interface FailureContext {
  readonly engine: BrokerEngine;
  readonly supervised: Supervised;
  readonly cause?: unknown;
}

function failure(
  code: 'BROKER_EXITED' | 'BROKER_UNREADY',
  what: string,
  { engine, supervised, cause }: FailureContext,
): KafkaLaunchError {
  const brokerLog = supervised.logTail();
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new KafkaLaunchError(
    code,
    `Apache Kafka (${engine.name}) ${what}${why}. The end of its log:\n${brokerLog}`,
    { brokerLog, cause },
  );
}

function writeFiles(
  engine: BrokerEngine,
  certificate: Certificate,
  ports: BrokerPorts,
): BrokerFiles {
  const directory = mkdtempSync(join(tmpdir(), 'tavro-kafka-'));
  const dataDirectory = engine.dataDirectory(directory);
  const properties = brokerProperties({ ports, certificate, dataDirectory, bind: engine.bind });
  const propertiesFile = join(directory, 'server.properties');
  writeFileSync(propertiesFile, properties, { mode: 0o600 });
  return {
    clusterId: clusterId(),
    user: { username: 'tavro', password: randomBytes(PASSWORD_BYTES).toString('base64url') },
    directory,
    properties,
    propertiesFile,
    ports,
  };
}

function addressesOf(files: BrokerFiles, certificate: Certificate): Required<KafkaAddresses> {
  return {
    plaintext: `127.0.0.1:${files.ports.plaintext}`,
    saslSsl: {
      brokers: `127.0.0.1:${files.ports.saslSsl}`,
      ...files.user,
      mechanism: 'scram-sha-512',
      ca: certificate.certificate,
    },
  };
}

/** A Kafka cluster id: 16 bytes in base64url. A leading dash would look like an option. */
function clusterId(): string {
  return `K${randomBytes(CLUSTER_ID_BYTES).toString('base64url').slice(1)}`;
}

/** Three ports that are free on loopback now, held together so that they differ. */
async function freePorts(): Promise<BrokerPorts> {
  const servers = await Promise.all([listen(), listen(), listen()]);
  const [plaintext, saslSsl, controller] = servers.map(({ port }) => port);
  await Promise.all(servers.map(({ close }) => close()));
  if (plaintext === undefined || saslSsl === undefined || controller === undefined) {
    throw new KafkaLaunchError('BROKER_EXITED', 'The operating system gave no free port.');
  }
  return { plaintext, saslSsl, controller };
}

function listen(): Promise<{ port: number | undefined; close(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' ? address?.port : undefined,
        close: () => new Promise((closed) => server.close(() => closed())),
      });
    });
  });
}
