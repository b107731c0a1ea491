import { readFileSync } from 'node:fs';
import type { RegistryAuth } from '../runtime/index.js';
import { withScheme } from '../runtime/registry/scheme.js';
import type { RegistryTls } from '../runtime/registry/tls-fetch.js';
import { tlsOf } from '../runtime/registry/tls-variables.js';
import { readAwsSecret, type SecretReader } from '../runtime/secret.js';
import { ProducerError } from './errors.js';
import type { KafkaConnection, KafkaSasl } from './kafka-connection.js';
import { rotatingCredentials, secretCredentials } from './secret-credentials.js';
import { type VariableName, variable } from './variables.js';

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
  const brokers = reader.required('KAFKA_BOOTSTRAP_SERVERS');
  const protocol = reader.oneOf('KAFKA_SECURITY_PROTOCOL', PROTOCOLS);
  const sasl = protocol.startsWith('SASL') ? reader.sasl() : undefined;
  const caFile = protocol.endsWith('SSL') ? reader.get('KAFKA_SSL_CA_LOCATION') : undefined;
  const url = reader.registryUrl();
  const auth = reader.registryAuth(url);
  const tls = reader.registryTls();
  const register = reader.register();
  const topic = reader.get('KAFKA_TOPIC') ?? 'user-clicks-avro';
  reader.throwProblems();
  return {
    connection: {
      brokers: brokers.split(',').map((broker) => broker.trim()),
      ssl: caFile === undefined ? protocol.endsWith('SSL') : { ca: readCa(caFile) },
      ...(sasl && { sasl: await saslOf(sasl, readSecret) }),
    },
    registry: {
      url,
      ...(auth && { auth: await credentialsOf(auth, readSecret) }),
      ...(tls && { tls }),
    },
    topic,
    register,
  };
}

const PROTOCOLS = ['SASL_SSL', 'SSL', 'SASL_PLAINTEXT', 'PLAINTEXT'] as const;
const MECHANISMS = ['SCRAM-SHA-512', 'SCRAM-SHA-256', 'PLAIN'] as const;

/** Credentials, or where they are. */
type Credentials =
  | { readonly username: string; readonly password: string }
  | { readonly arn: string; readonly variable: VariableName };
type Sasl = Credentials & { readonly mechanism: (typeof MECHANISMS)[number] };

/** Reads variables and keeps what is wrong, so that all of it is said at once. */
class EnvironmentReader {
  private readonly env: Readonly<Record<string, string | undefined>>;
  private readonly missing: VariableName[] = [];
  private readonly wrong: string[] = [];
  private readonly mistaken = new Set<VariableName>();

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.env = env;
  }

  /** An empty variable counts as not set. */
  get(name: VariableName): string | undefined {
    const { alias } = variable(name);
    return this.env[name]?.trim() || (alias && this.env[alias]?.trim()) || undefined;
  }

  /** @param by what decides whether it is needed: who got that wrong is not asked for this as well */
  required(name: VariableName, by: readonly VariableName[] = []): string {
    const value = this.get(name);
    const isAsked = !by.some((one) => this.mistaken.has(one));
    if (value === undefined && isAsked) this.missing.push(name);
    return value ?? '';
  }

  oneOf<T extends string>(name: VariableName, allowed: readonly [T, ...T[]]): T {
    const value = this.get(name);
    const found = allowed.find((one) => one === value?.toUpperCase());
    if (value !== undefined && found === undefined) {
      this.mistaken.add(name);
      this.wrong.push(`${name} is "${value}"; it must be one of ${allowed.join(', ')}`);
    }
    return found ?? allowed[0];
  }

  sasl(): Sasl {
    const mechanism = this.oneOf('KAFKA_SASL_MECHANISM', MECHANISMS);
    const arn = this.get('KAFKA_SASL_SECRET_ARN');
    if (arn !== undefined) return { mechanism, arn, variable: 'KAFKA_SASL_SECRET_ARN' };
    const by = ['KAFKA_SECURITY_PROTOCOL'] as const;
    const username = this.required('KAFKA_SASL_USERNAME', by);
    return { mechanism, username, password: this.required('KAFKA_SASL_PASSWORD', by) };
  }

  registryUrl(): string {
    const name = 'SCHEMA_REGISTRY_URL';
    const value = this.required(name);
    const isUrl = value.split(',').every((one) => /^https?:\/\/\S+$/.test(one.trim()));
    // Not shown: it may hold a password.
    if (value !== '' && !isUrl) {
      this.mistaken.add(name);
      const write = withScheme(value) ?? 'one that begins with https://';
      this.wrong.push(`${name} is not a URL: write ${write}`);
    }
    return value;
  }

  registryTls(): RegistryTls | undefined {
    const { tls, problems } = tlsOf(this.env, (file) => readFileSync(file, 'utf8'));
    this.wrong.push(...problems);
    return tls;
  }

  registryAuth(url: string): Credentials | undefined {
    const wanted = this.oneOf('SCHEMA_REGISTRY_AUTH', ['BASIC', 'NONE']);
    const arn = this.get('SCHEMA_REGISTRY_SECRET_ARN');
    if (wanted === 'NONE') return undefined;
    if (arn !== undefined) return { arn, variable: 'SCHEMA_REGISTRY_SECRET_ARN' };
    const half = this.get('SCHEMA_REGISTRY_API_KEY') ?? this.get('SCHEMA_REGISTRY_API_SECRET');
    // A registry on a laptop or inside a VPC seldom asks for a login; one with TLS mostly does.
    const needsNone = url.startsWith('http://') || /^https:\/\/[^/]*@/.test(url);
    if (half === undefined && needsNone) return undefined;
    const decides = ['SCHEMA_REGISTRY_AUTH', 'SCHEMA_REGISTRY_URL'] as const;
    const by = half === undefined ? decides : decides.slice(0, 1);
    const username = this.required('SCHEMA_REGISTRY_API_KEY', by);
    return { username, password: this.required('SCHEMA_REGISTRY_API_SECRET', by) };
  }

  register(): 'never' | 'allowed' {
    const byDefault = this.env.NODE_ENV === 'development' ? 'TRUE' : 'FALSE';
    const other = byDefault === 'TRUE' ? 'FALSE' : 'TRUE';
    const value = this.oneOf('SCHEMA_REGISTRY_AUTO_REGISTER', [byDefault, other]);
    return value === 'TRUE' ? 'allowed' : 'never';
  }

  throwProblems(): void {
    if (this.missing.length + this.wrong.length === 0) return;
    const lines = [
      ...this.missing.map((name) => `${name} is not set: ${variable(name).meaning}`),
      ...this.wrong,
    ];
    throw new ProducerError(
      'CONFIG',
      `The environment is not complete.\n${lines.map((line) => `  ${line}`).join('\n')}`,
    );
  }
}

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ProducerError('CONFIG', `KAFKA_SSL_CA_LOCATION cannot be read: ${reason}`, { cause });
  }
}

async function credentialsOf(
  given: Credentials,
  readSecret: SecretReader,
): Promise<{ readonly username: string; readonly password: string }> {
  return 'arn' in given ? secretCredentials(given, readSecret) : given;
}

/** A secret is read now, since what is wrong with it is to be told now, and again for later logins. */
async function saslOf(given: Sasl, readSecret: SecretReader): Promise<KafkaSasl> {
  const mechanism = SASL_NAMES[given.mechanism];
  if (!('arn' in given)) {
    return { mechanism, username: given.username, password: given.password };
  }
  const credentials = rotatingCredentials(given, { readSecret });
  await credentials({ broker: '', refused: false });
  return { mechanism, credentials };
}

const SASL_NAMES = {
  'SCRAM-SHA-512': 'scram-sha-512',
  'SCRAM-SHA-256': 'scram-sha-256',
  PLAIN: 'plain',
} as const;
