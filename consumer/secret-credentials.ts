import { type RegistryAuth, RegistryError } from '../runtime/index.js';
import {
  missingSdk,
  parseUserPassword,
  type SecretReader,
  type UserPassword,
} from '../runtime/secret.js';

/** A secret that was read this recently is not read again: the credentials are wrong, not old. */
const FRESH_MS = 30_000;
const UNAUTHORIZED = 401;

interface SecretOptions {
  readonly arn: string;
  readonly readSecret: SecretReader;
  readonly fetch: typeof fetch;
  /** For tests: milliseconds since some fixed moment. */
  readonly now?: () => number;
}

/** How a registry client authenticates with a secret that may rotate under it. */
export interface SecretCredentials {
  auth(): Promise<RegistryAuth>;
  /** Like the fetch given; on 401 it reads the secret again and asks once more. */
  readonly fetchAgain: typeof fetch;
}

export function secretCredentials(options: SecretOptions): SecretCredentials {
  const { arn, readSecret, now = Date.now } = options;
  let current: { readonly auth: Promise<UserPassword>; readonly readAt: number } | undefined;

  const read = (): Promise<UserPassword> => {
    const reading = readCredentials(arn, readSecret);
    current = { auth: reading, readAt: now() };
    reading.catch(() => {
      if (current?.auth === reading) current = undefined;
    });
    return reading;
  };

  return {
    auth: () => current?.auth ?? read(),
    fetchAgain: async (input, init) => {
      const response = await options.fetch(input, init);
      const stale = current !== undefined && now() - current.readAt >= FRESH_MS;
      if (response.status !== UNAUTHORIZED || !stale) return response;
      await response.body?.cancel();
      const headers = new Headers(init?.headers);
      headers.set('authorization', basic(await read()));
      return options.fetch(input, { ...init, headers });
    },
  };
}

function basic({ username, password }: UserPassword): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

async function readCredentials(arn: string, readSecret: SecretReader): Promise<UserPassword> {
  let text: string;
  try {
    text = await readSecret(arn);
  } catch (error) {
    const why =
      missingSdk(error) ??
      `${kindOf(error)}. May the function call secretsmanager:GetSecretValue on it, and decrypt with its key?`;
    throw new RegistryError(
      'UNAUTHORIZED',
      `Cannot read the secret ${arn} (SCHEMA_REGISTRY_SECRET_ARN): ${why}`,
    );
  }
  const found = parseUserPassword(text);
  if (found !== undefined) return found;
  throw new RegistryError(
    'UNAUTHORIZED',
    `The secret ${arn} (SCHEMA_REGISTRY_SECRET_ARN) is not JSON with "username" and "password".`,
  );
}

/** Name and code of an error: AWS tells much by them, and its message may hold what was read. */
function kindOf(error: unknown): string {
  const { name, code }: { name?: unknown; code?: unknown } = error instanceof Error ? error : {};
  const words = [name, code].filter((word) => typeof word === 'string' && /^\w{1,64}$/.test(word));
  return words.join(' ') || 'unknown reason';
}
