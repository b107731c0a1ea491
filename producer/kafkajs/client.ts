import type { Kafka, logCreator } from 'kafkajs';
import { isMissing } from '../../runtime/missing-package.js';
import { ProducerError } from '../errors.js';
import { checkConnection, type KafkaConnection } from '../kafka-connection.js';
import { mendKafkajs } from './mends.js';
import { saslOptions } from './sasl.js';
import { PartitionsFound } from './signals.js';
import { GIVEN_UP, NOT_LOGGED_IN, type Sockets, tlsOptions } from './sockets.js';

/** A kafkajs client with our defaults; `sockets` can be cut by whoever made them. */
export async function createKafka(connection: KafkaConnection, sockets: Sockets): Promise<Kafka> {
  checkConnection(connection);
  const { Kafka, logLevel } = await importKafkajs();
  const { log } = connection;
  return new Kafka({
    clientId: connection.clientId ?? 'tavro',
    brokers: [...connection.brokers],
    ...(connection.sasl && { sasl: saslOptions(connection.sasl, sockets) }),
    ssl: tlsOptions(connection.ssl),
    connectionTimeout: connection.connectTimeoutMs ?? 5_000,
    authenticationTimeout: AUTHENTICATION_TIMEOUT_MS,
    requestTimeout: connection.requestTimeoutMs ?? 10_000,
    // All of it, since kafkajs has other defaults where NODE_ENV is `test`.
    retry: { ...RETRY, retries: Math.max(2, connection.brokers.length) },
    // The very function, by which kafkajs/epochs.ts knows whose broker it is.
    socketFactory: sockets.open,
    logLevel: log === undefined ? logLevel.NOTHING : logLevel.INFO,
    logCreator: logTo(log),
  });
}

const AUTHENTICATION_TIMEOUT_MS = 10_000;
/** Inside one attempt; a session transport makes the attempts. Times in milliseconds. */
export const RETRY = { initialRetryTime: 100, maxRetryTime: 500, factor: 0.2, multiplier: 2 };

/** How soon a topic's new partitions, and leaders that are back, are seen where nothing fails. */
export const METADATA_MAX_AGE_MS = 30_000;
/** How long a close waits for requests under way, in milliseconds. */
export const CLOSE_TIMEOUT_MS = 5_000;

/** The package, with what is mended of it. @throws ProducerError `CONFIG` where it cannot be loaded */
export async function importKafkajs(): Promise<typeof import('kafkajs')> {
  const kafkajs = await loadKafkajs().catch((cause: unknown) => {
    throw new ProducerError('CONFIG', notLoaded(cause), { cause });
  });
  await mendKafkajs();
  return kafkajs;
}

async function loadKafkajs(): Promise<typeof import('kafkajs')> {
  const loaded: typeof import('kafkajs') & { default?: typeof import('kafkajs') } = await import(
    'kafkajs'
  );
  // In a chunk of esbuild's, a CommonJS package has nothing but a default.
  return loaded.default ?? loaded;
}

/** What to do where an import of kafkajs threw. */
function notLoaded(thrown: unknown): string {
  if (isMissing(thrown, 'kafkajs'))
    return 'The package kafkajs is missing. It is an optional peer of tavro: run `npm i kafkajs@2`.';
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return (
    `The package kafkajs cannot be loaded: ${why.replace(/\.$/, '')}. In a bundle, keep it outside ` +
    '(esbuild: `--external:kafkajs`) or bundle as CommonJS (`--format=cjs`): it is CommonJS itself.'
  );
}

/** What kafkajs logs of our own doing. */
const NOISE = new RegExp(
  `Limiting retries for the idempotent|${PartitionsFound.MESSAGE}|${GIVEN_UP}|${NOT_LOGGED_IN}`,
);

function logTo(log: KafkaConnection['log']): logCreator {
  return () =>
    ({ label, log: { message, broker } }) => {
      if (log === undefined || NOISE.test(message)) return;
      const level = label === 'ERROR' ? 'error' : label === 'WARN' ? 'warn' : 'info';
      log({ level, message, ...(typeof broker === 'string' && { broker }) });
    };
}
