import { missingSdk, parseUserPassword, type SecretReader } from '../runtime/secret.js';
import { type Clock, systemClock } from './clock.js';
import { ProducerError } from './errors.js';
import type { KafkaCredentials } from './kafka-connection.js';

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
    const why = missingSdk(cause) ?? `${reasonOf(cause)}. ${NEEDED}`;
    const message = `The secret ${arn} (${variable}) cannot be read: ${why}`;
    throw new ProducerError('CONFIG', message, { cause });
  }
  const found = parseUserPassword(text);
  if (found !== undefined) return found;
  throw new ProducerError(
    'CONFIG',
    `The secret ${arn} (${variable}) is not JSON with "username" and "password".`,
  );
}

const NEEDED = 'Needed are secretsmanager:GetSecretValue on it and kms:Decrypt on its key.';

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
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
