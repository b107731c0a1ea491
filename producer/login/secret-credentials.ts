import {
  missingSdk,
  parseUserPassword,
  readAwsSecret,
  type SecretReader,
  type SecretStage,
} from '../../runtime/secret.js';
import { type Clock, systemClock } from '../clock.js';
import { ProducerError } from '../errors.js';
import type { KafkaCredentials, LoginRequest } from '../kafka-connection.js';

/** A secret, and the variable that names it where one does. */
export interface NamedSecret {
  readonly arn: string;
  readonly variable?: string;
}

/**
 * The user and password in a secret, as an `AmazonMSK_` secret has them.
 * @throws ProducerError `CONFIG`
 */
export async function secretCredentials(
  secret: NamedSecret,
  readSecret: SecretReader,
  stage?: SecretStage,
): Promise<KafkaCredentials> {
  const name = secret.variable === undefined ? secret.arn : `${secret.arn} (${secret.variable})`;
  let text: string;
  try {
    text = await readSecret(secret.arn, stage);
  } catch (cause) {
    const missing = missingSdk(cause);
    const why = missing ?? `${reasonOf(cause)}. ${NEEDED}`;
    throw new ProducerError('CONFIG', `The secret ${name} cannot be read: ${why}`, {
      cause,
      retriable: missing === undefined && !isTheCallers(cause),
    });
  }
  const found = parseUserPassword(text);
  if (found !== undefined) return found;
  throw new ProducerError(
    'CONFIG',
    `The secret ${name} is not JSON with "username" and "password".`,
  );
}

const NEEDED = 'Needed are secretsmanager:GetSecretValue on it and kms:Decrypt on its key.';

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** Whether AWS says that the request is wrong, and not only too many or too early. */
function isTheCallers(error: unknown): boolean {
  const { $fault, $retryable }: { $fault?: unknown; $retryable?: unknown } = Object(error);
  return $fault === 'client' && $retryable === undefined && !/Throttl/.test(reasonOf(error));
}

/** For how long a secret that was read is taken for the current one, in milliseconds. */
const MAX_AGE_MS = 60_000;

export interface SecretsManagerOptions {
  /**
   * For how long what was read is taken for the current secret, in milliseconds. Logins close together,
   * such as to each of the brokers, share one reading. @default 60000
   */
  readonly maxAgeMs?: number;
  /** @default AWS Secrets Manager, through `@aws-sdk/client-secrets-manager` */
  readonly readSecret?: SecretReader;
}

/**
 * The user and password in a secret of AWS Secrets Manager that is rotated, such as an `AmazonMSK_` one:
 * JSON with `username` and `password`.
 *
 * It is read again when it is older than `maxAgeMs`, and at once when a broker refused what it said:
 * a new password takes effect between two readings. MSK in turn takes some minutes to learn of it; as
 * long as brokers refuse the current version, the previous one (`AWSPREVIOUS`) is given. Where a secret
 * cannot be read, what it said last is given.
 * @throws ProducerError `CONFIG`, from a login
 * @example sasl: { mechanism: 'scram-sha-512', credentials: secretsManagerCredentials(arn) }
 */
export function secretsManagerCredentials(
  arn: string,
  { maxAgeMs = MAX_AGE_MS, readSecret = readAwsSecret }: SecretsManagerOptions = {},
): (request: LoginRequest) => Promise<KafkaCredentials> {
  return rotatingCredentials({ arn }, { readSecret, maxAgeMs });
}

export interface RotatingOptions {
  readonly readSecret: SecretReader;
  readonly maxAgeMs?: number;
  readonly clock?: Clock;
}

/** {@link secretsManagerCredentials} of a secret that a variable may name. */
export function rotatingCredentials(
  secret: NamedSecret,
  options: RotatingOptions,
): (request: LoginRequest) => Promise<KafkaCredentials> {
  const reading = new SecretReading(secret, options);
  return ({ refused }) => reading.give(refused);
}

class SecretReading {
  private readonly secret: NamedSecret;
  private readonly options: RotatingOptions;
  private readonly clock: Clock;
  private kept: { readonly atMs: number; readonly credentials: KafkaCredentials } | undefined;
  /** By whether it follows a refusal. */
  private readonly underWay = new Map<boolean, Promise<KafkaCredentials>>();

  constructor(secret: NamedSecret, options: RotatingOptions) {
    this.secret = secret;
    this.options = options;
    this.clock = options.clock ?? systemClock;
  }

  async give(refused: boolean): Promise<KafkaCredentials> {
    const { maxAgeMs = MAX_AGE_MS } = this.options;
    const { kept } = this;
    const isFresh = kept !== undefined && this.clock.now() < kept.atMs + maxAgeMs;
    if (isFresh && !refused) return kept.credentials;
    const underWay = this.underWay.get(refused);
    if (underWay !== undefined) return underWay;
    const reading = this.read(refused).finally(() => this.underWay.delete(refused));
    this.underWay.set(refused, reading);
    return reading;
  }

  private async read(refused: boolean): Promise<KafkaCredentials> {
    const { readSecret } = this.options;
    const atMs = this.clock.now();
    const old = this.kept?.credentials;
    try {
      const current = await secretCredentials(this.secret, readSecret);
      const credentials =
        refused && isSame(current, old) ? await this.previousOr(current) : current;
      this.kept = { atMs, credentials };
      return credentials;
    } catch (error) {
      // They may well be good still; the next login reads again.
      if (old !== undefined && !refused) return old;
      throw error;
    }
  }

  /** MSK learns of a new password some minutes after Secrets Manager has it. */
  private previousOr(current: KafkaCredentials): Promise<KafkaCredentials> {
    return secretCredentials(this.secret, this.options.readSecret, 'AWSPREVIOUS').catch(
      () => current,
    );
  }
}

function isSame(one: KafkaCredentials, other: KafkaCredentials | undefined): boolean {
  return one.username === other?.username && one.password === other.password;
}
