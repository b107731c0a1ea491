import { readFileSync } from 'node:fs';
import { KafkaLaunchError } from './errors.js';
import type { KafkaAddresses } from './launched.js';

const BROKERS_MAX = 100;
const CA_MAX_BYTES = 1024 * 1024;
const HOST_PORT = /^[A-Za-z0-9._-]+:(\d{1,5})$/;
const PORT_MAX = 65_535;

/**
 * Reads the listeners of a Kafka that is there already. With a user it is SASL_SSL with
 * SCRAM-SHA-512, as on MSK; without one it is PLAINTEXT.
 *
 * | variable | else | |
 * |---|---|---|
 * | TAVRO_KAFKA | | `host:port,...` |
 * | TAVRO_KAFKA_USERNAME | KAFKA_SASL_USERNAME | SCRAM user |
 * | TAVRO_KAFKA_PASSWORD | KAFKA_SASL_PASSWORD | its password |
 * | TAVRO_KAFKA_CA | | PEM file of the authority to trust; default the system's |
 *
 * @throws KafkaLaunchError KAFKA_SETTING, naming the variable.
 */
export function addressFromEnvironment(env: NodeJS.ProcessEnv): KafkaAddresses {
  const brokers = parseBrokers(env.TAVRO_KAFKA ?? '');
  const username = env.TAVRO_KAFKA_USERNAME || env.KAFKA_SASL_USERNAME;
  const password = env.TAVRO_KAFKA_PASSWORD || env.KAFKA_SASL_PASSWORD;
  if (!username && !password) {
    if (env.TAVRO_KAFKA_CA) {
      throw setting('TAVRO_KAFKA_CA is set, but no user: set TAVRO_KAFKA_USERNAME, too.');
    }
    return { plaintext: brokers };
  }
  if (!username) throw setting('A Kafka password is set, but TAVRO_KAFKA_USERNAME is not.');
  if (!password) throw setting('A Kafka user is set, but TAVRO_KAFKA_PASSWORD is not.');
  const ca = env.TAVRO_KAFKA_CA ? { ca: readAuthority(env.TAVRO_KAFKA_CA) } : {};
  return { saslSsl: { brokers, username, password, mechanism: 'scram-sha-512', ...ca } };
}

function parseBrokers(list: string): string {
  const brokers = list.split(',').map((broker) => broker.trim());
  if (brokers.length > BROKERS_MAX) throw setting(`TAVRO_KAFKA names over ${BROKERS_MAX} brokers.`);
  for (const broker of brokers) {
    const port = Number(HOST_PORT.exec(broker)?.[1] ?? 0);
    if (port >= 1 && port <= PORT_MAX) continue;
    throw setting(
      `TAVRO_KAFKA has ${JSON.stringify(broker)}, which is not host:port. Give it a ` +
        'comma-separated list of host:port, or one of java, docker, memory.',
    );
  }
  return brokers.join(',');
}

function readAuthority(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw setting(`TAVRO_KAFKA_CA names ${path}, which cannot be read.`, cause);
  }
  if (text.length > CA_MAX_BYTES || !text.includes('-----BEGIN CERTIFICATE-----')) {
    throw setting(`TAVRO_KAFKA_CA names ${path}, which is not a PEM certificate.`);
  }
  return text;
}

function setting(message: string, cause?: unknown): KafkaLaunchError {
  return new KafkaLaunchError('KAFKA_SETTING', message, { cause });
}
