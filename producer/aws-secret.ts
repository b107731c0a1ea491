import { type Clock, systemClock } from './clock.js';
import { ProducerError } from './errors.js';
import type { KafkaCredentials } from './kafka-connection.js';

/** Gives the text of a secret. */
export type SecretReader = (arn: string) => Promise<string>;

/** A secret and the variable that names it. */
export interface NamedSecret {
  readonly arn: string;
  readonly variable: string;
}

/**
 * The user and password in a secret, as an `AmazonMSK_` secret has them.
 * @throws ProducerError `CONFIG`
 */
export async function secretCredentials(
  { arn, variable }: NamedSecret,
  readSecret: SecretReader,
): Promise<KafkaCredentials> {
  let text: string;
  try {
    text = await readSecret(arn);
  } catch (cause) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new ProducerError(
      'CONFIG',
      `The secret ${arn} (${variable}) cannot be read: ${reason}. Needed are ` +
        'secretsmanager:GetSecretValue on it and kms:Decrypt on its key.',
      { cause },
    );
  }
  const { username, password } = parse(text);
  if (typeof username === 'string' && typeof password === 'string') return { username, password };
  throw new ProducerError(
    'CONFIG',
    `The secret ${arn} (${variable}) is not JSON with "username" and "password".`,
  );
}

/** For how long a secret that was read is taken for the current one, in milliseconds. */
const FRESH_MS = 60_000;

/**
 * The user and password in a secret that is rotated. Logins close together, such as to each of the
 * brokers, share one reading.
 */
export function rotatingCredentials(
  secret: NamedSecret,
  readSecret: SecretReader,
  clock: Clock = systemClock,
): () => Promise<KafkaCredentials> {
  let last: { readonly atMs: number; readonly credentials: Promise<KafkaCredentials> } | undefined;
  return () => {
    if (last !== undefined && clock.now() < last.atMs + FRESH_MS) return last.credentials;
    const credentials = secretCredentials(secret, readSecret);
    const reading = { atMs: clock.now(), credentials };
    last = reading;
    credentials.catch(() => {
      if (last === reading) last = undefined;
    });
    return credentials;
  };
}

function parse(text: string): { readonly username?: unknown; readonly password?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    // Dropped on purpose: a syntax error quotes the text, which is the secret.
    return {};
  }
}

/** Reads a secret with the AWS SDK, which is loaded only then. */
export async function readAwsSecret(arn: string): Promise<string> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import(
    '@aws-sdk/client-secrets-manager'
  );
  const client = new SecretsManagerClient({});
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    if (SecretString === undefined) throw new Error('it is binary, not text');
    return SecretString;
  } finally {
    client.destroy();
  }
}
