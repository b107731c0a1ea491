import { readFileSync } from 'node:fs';
import type { RegistryAuth } from '../runtime/index.js';
import { withScheme } from '../runtime/registry/scheme.js';
import type { RegistryTls } from '../runtime/registry/tls-fetch.js';
import { tlsOf } from '../runtime/registry/tls-variables.js';
import { readAwsSecret, type SecretReader } from '../runtime/secret.js';
import { EnvironmentReader } from './environment-reader.js';
import type { KafkaConnection } from './kafka-connection.js';
import { secretCredentials } from './login/secret-credentials.js';
import { readSecurity } from './security-environment.js';
import type { VariableName } from './variables.js';

/** What the variables come to. */
export interface ProducerEnvironment {
  readonly connection: KafkaConnection;
  readonly registry: {
    readonly url: string;
    readonly auth?: RegistryAuth;
    readonly tls?: RegistryTls;
  };
  readonly topic: string;
  readonly register: 'never' | 'allowed';
}

export interface EnvironmentOptions {
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @default AWS Secrets Manager, through `@aws-sdk/client-secrets-manager` */
  readonly readSecret?: SecretReader;
}

/** @throws ProducerError `CONFIG`, naming every variable that is missing or wrong. */
export async function readEnvironment(
  options: EnvironmentOptions = {},
): Promise<ProducerEnvironment> {
  const { env = process.env, readSecret = readAwsSecret } = options;
  const reader = new EnvironmentReader(env);
  const connection = readConnection(reader);
  const url = registryUrl(reader);
  const auth = registryAuth(reader, url);
  const tls = registryTls(reader);
  const register = readRegister(reader);
  const topic = reader.get('KAFKA_TOPIC') ?? 'user-clicks-avro';
  reader.throwProblems();
  return {
    connection: await connection(readSecret),
    registry: {
      url,
      ...(auth && { auth: await credentialsOf(auth, readSecret) }),
      ...(tls && { tls }),
    },
    topic,
    register,
  };
}

/**
 * How to reach Kafka, by the variables that say so: for who needs no registry.
 * @throws ProducerError `CONFIG`, naming every one of them that is missing or wrong.
 */
export async function connectionFromEnvironment(
  options: EnvironmentOptions = {},
): Promise<KafkaConnection> {
  const { env = process.env, readSecret = readAwsSecret } = options;
  const reader = new EnvironmentReader(env);
  const connection = readConnection(reader);
  reader.throwProblems();
  return connection(readSecret);
}

function readConnection(
  reader: EnvironmentReader,
): (readSecret: SecretReader) => Promise<KafkaConnection> {
  const brokers = reader.required('KAFKA_BOOTSTRAP_SERVERS');
  const security = readSecurity(reader);
  return async (readSecret) => ({
    brokers: brokers.split(',').map((broker) => broker.trim()),
    ...(await security(readSecret)),
  });
}

function registryUrl(reader: EnvironmentReader): string {
  const name = 'SCHEMA_REGISTRY_URL';
  const value = reader.required(name);
  const isUrl = value.split(',').every((one) => /^https?:\/\/\S+$/.test(one.trim()));
  // Not shown: it may hold a password.
  if (value !== '' && !isUrl) {
    reader.mistake(
      name,
      `is not a URL: write ${withScheme(value) ?? 'one that begins with https://'}`,
    );
  }
  return value;
}

function registryTls(reader: EnvironmentReader): RegistryTls | undefined {
  const { tls, problems } = tlsOf(reader.env, (file) => readFileSync(file, 'utf8'));
  reader.problems(problems);
  return tls;
}

/** Credentials, or where they are. */
type Credentials =
  | { readonly username: string; readonly password: string }
  | { readonly arn: string; readonly variable: VariableName };

function registryAuth(reader: EnvironmentReader, url: string): Credentials | undefined {
  const wanted = reader.oneOf('SCHEMA_REGISTRY_AUTH', ['BASIC', 'NONE']);
  const arn = reader.get('SCHEMA_REGISTRY_SECRET_ARN');
  if (wanted === 'NONE') return undefined;
  if (arn !== undefined) return { arn, variable: 'SCHEMA_REGISTRY_SECRET_ARN' };
  const half = reader.get('SCHEMA_REGISTRY_API_KEY') ?? reader.get('SCHEMA_REGISTRY_API_SECRET');
  // A registry on a laptop or inside a VPC seldom asks for a login; one with TLS mostly does.
  const needsNone = url.startsWith('http://') || /^https:\/\/[^/]*@/.test(url);
  if (half === undefined && needsNone) return undefined;
  const decides = ['SCHEMA_REGISTRY_AUTH', 'SCHEMA_REGISTRY_URL'] as const;
  const by = half === undefined ? decides : decides.slice(0, 1);
  const username = reader.required('SCHEMA_REGISTRY_API_KEY', by);
  return { username, password: reader.required('SCHEMA_REGISTRY_API_SECRET', by) };
}

function readRegister(reader: EnvironmentReader): 'never' | 'allowed' {
  const byDefault = reader.env.NODE_ENV === 'development' ? 'TRUE' : 'FALSE';
  const other = byDefault === 'TRUE' ? 'FALSE' : 'TRUE';
  const value = reader.oneOf('SCHEMA_REGISTRY_AUTO_REGISTER', [byDefault, other]);
  return value === 'TRUE' ? 'allowed' : 'never';
}

async function credentialsOf(
  given: Credentials,
  readSecret: SecretReader,
): Promise<{ readonly username: string; readonly password: string }> {
  return 'arn' in given ? secretCredentials(given, readSecret) : given;
}
