import { tlsRefusal } from '../runtime/tls.js';
import { ProducerError } from './errors.js';
import { checkFunction, checkRange, expect, isObject, MAX_TIMER_MS } from './misuse.js';

/** How to reach a Kafka cluster. */
export interface KafkaConnection {
  /** Bootstrap brokers, each as `host:port`. */
  readonly brokers: readonly string[];
  /** Shown in the broker's logs and quotas. @default 'tavro' */
  readonly clientId?: string;
  /** MSK with SASL/SCRAM takes `scram-sha-512`. @default no authentication */
  readonly sasl?: KafkaSasl;
  /** TLS, on by `true` or by giving a private certificate authority. @default false */
  readonly ssl?: boolean | KafkaTls;
  /** TCP and TLS handshake, in milliseconds; a cold MSK needs more than kafkajs's 1,000. @default 5000 */
  readonly connectTimeoutMs?: number;
  /** One request's answer, in milliseconds. @default 10000 */
  readonly requestTimeoutMs?: number;
  /**
   * Where a broker is reached instead of at the address it advertises, by `host:port`: for port
   * forwarding into a VPC. Certificates are still checked for the broker's own name.
   */
  readonly tunnel?: Readonly<Record<string, string>>;
  /** Takes what the client logs. @default nothing is logged; errors reach the senders */
  readonly log?: (entry: KafkaLogEntry) => void;
}

/**
 * A login is made for each connection, and again before the broker ends its session. What is given as
 * a function is asked for each of them, and once more, with {@link LoginRequest.refused}, when a broker
 * refused what it gave. See docs/credentials.md.
 */
export type KafkaSasl =
  | ({ readonly mechanism: PasswordMechanism } & KafkaCredentials)
  /** For a password that changes, such as a rotated secret: see `secretsManagerCredentials`. */
  | {
      readonly mechanism: PasswordMechanism;
      readonly credentials: (request: LoginRequest) => Promise<KafkaCredentials>;
    }
  /** For OAuth: see `clientCredentialsToken`. */
  | {
      readonly mechanism: 'oauthbearer';
      readonly token: (request: LoginRequest) => Promise<string | KafkaToken>;
    }
  | MskIam;

export type PasswordMechanism = 'scram-sha-512' | 'scram-sha-256' | 'plain';

export interface KafkaCredentials {
  readonly username: string;
  readonly password: string;
}

/** What a function that gives credentials is told of the login that they are for. */
export interface LoginRequest {
  /** As `host:port`. */
  readonly broker: string;
  /** A broker refused what was given last: pass over caches. */
  readonly refused: boolean;
}

/** A token for OAUTHBEARER. */
export interface KafkaToken {
  readonly token: string;
  /** When it ends, in milliseconds since the epoch. The broker ends its sessions then. */
  readonly expiresAtMs?: number;
  /** Sent beside it, such as `logicalCluster` and `identityPoolId` to Confluent Cloud. */
  readonly extensions?: Readonly<Record<string, string>>;
}

/**
 * IAM of MSK, through the package aws-msk-iam-sasl-signer-js. Without a profile or role, credentials
 * are those that AWS SDKs find by themselves.
 */
export interface MskIam {
  readonly mechanism: 'aws-msk-iam';
  /** Of the cluster, such as `eu-central-1`. */
  readonly region: string;
  /** Of the shared AWS configuration. */
  readonly profile?: string;
  /** To take on before, as an ARN. */
  readonly roleArn?: string;
  /** As it stands in AWS's logs. @default the signer's own */
  readonly roleSessionName?: string;
}

export interface KafkaTls {
  /** PEM of the certificate authorities to trust, instead of those of Node. */
  readonly ca?: string | readonly string[];
  /** PEM of the client's certificate and key, for mutual TLS. */
  readonly cert?: string;
  readonly key?: string;
  /** Of the key, where it is encrypted. */
  readonly passphrase?: string;
}

export interface KafkaLogEntry {
  readonly level: 'error' | 'warn' | 'info';
  readonly message: string;
  readonly broker?: string;
}

const ADDRESS = /^[^\s:/]+:(\d{1,5})$/;
const LAST_PORT = 65_535;

/** @throws ProducerError `CONFIG` for what a client would only stumble over later. */
export function checkConnection(connection: KafkaConnection): void {
  expect(isObject(connection), 'the connection', connection, '{ brokers, … }');
  const { brokers, tunnel = {}, sasl, ssl, log, clientId } = connection;
  expect(Array.isArray(brokers), '`brokers`', brokers, "a list, such as ['b-1.example:9096']");
  if (brokers.length === 0) {
    throw new ProducerError('CONFIG', 'No bootstrap broker is given: `brokers` is empty.');
  }
  expect(isObject(tunnel), '`tunnel`', tunnel, 'an object of addresses');
  for (const one of [...brokers, ...Object.entries(tunnel).flat()]) checkAddress(one);
  const isText = clientId === undefined || typeof clientId === 'string';
  expect(isText, '`clientId`', clientId, 'a string');
  checkFunction('`log`', log);
  for (const name of ['connectTimeoutMs', 'requestTimeoutMs'] as const) {
    const ms = connection[name];
    if (ms !== undefined) checkRange(`\`${name}\``, ms, [1, MAX_TIMER_MS]);
  }
  if (sasl !== undefined) checkSasl(sasl);
  if (ssl !== undefined) checkTls(ssl);
}

function checkAddress(given: string): void {
  const [, port] = ADDRESS.exec(given) ?? [];
  if (port !== undefined && Number(port) >= 1 && Number(port) <= LAST_PORT) return;
  throw new ProducerError(
    'CONFIG',
    `"${given}" is not a broker address: write it as host:port, such as b-1.example:9096.`,
  );
}

const TLS_NAMES = {
  ca: '`ssl.ca`',
  cert: '`ssl.cert`',
  key: '`ssl.key`',
  passphrase: '`ssl.passphrase`',
};

function checkTls(ssl: boolean | KafkaTls): void {
  if (typeof ssl === 'boolean') return;
  expect(isObject(ssl), '`ssl`', ssl, 'true, false or { ca, cert, key }');
  const { ca = [], ...own } = ssl;
  const parts = [own, ...[ca].flat().map((one) => ({ ca: one }))];
  for (const part of parts) {
    const refusal = tlsRefusal(part, TLS_NAMES);
    if (refusal !== undefined) throw new ProducerError('CONFIG', refusal);
  }
}

const MECHANISMS: readonly string[] = [
  'scram-sha-512',
  'scram-sha-256',
  'plain',
  'oauthbearer',
  'aws-msk-iam',
] satisfies KafkaSasl['mechanism'][];

function checkSasl(sasl: KafkaSasl): void {
  expect(isObject(sasl), '`sasl`', sasl, '{ mechanism, … }');
  if (!MECHANISMS.includes(sasl.mechanism)) {
    throw new ProducerError(
      'CONFIG',
      `\`sasl.mechanism\` is "${sasl.mechanism}"; it must be one of ${MECHANISMS.join(', ')}.`,
    );
  }
  if (sasl.mechanism === 'oauthbearer') checkGiver('`sasl.token`', sasl.token);
  else if (sasl.mechanism !== 'aws-msk-iam') checkPassword(sasl);
  else checkIam(sasl);
}

function checkGiver(what: string, give: unknown): void {
  const login = 'a function, which is asked for each login';
  expect(typeof give === 'function', what, give, login);
}

function checkPassword(sasl: Exclude<KafkaSasl, MskIam | { readonly token: unknown }>): void {
  if ('credentials' in sasl) return checkGiver('`sasl.credentials`', sasl.credentials);
  const { username, password } = sasl;
  const isUser = typeof username === 'string' && username !== '';
  if (isUser && typeof password === 'string') return;
  const name = isUser ? 'password' : 'username';
  // Not what it is instead: that may be the secret.
  throw new ProducerError(
    'CONFIG',
    `\`sasl.${name}\` is missing or no text: give username and password, or \`credentials\`.`,
  );
}

function checkIam(sasl: MskIam): void {
  if (!sasl.region) {
    throw new ProducerError('CONFIG', '`sasl.region` is missing: the AWS region of the cluster.');
  }
  if (sasl.profile !== undefined && sasl.roleArn !== undefined) {
    throw new ProducerError('CONFIG', '`sasl` has a profile and a role: give one of them.');
  }
}
