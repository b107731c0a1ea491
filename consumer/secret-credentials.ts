import type { RegistryAuth } from '../runtime/index.js';
import { readRegistrySecret } from '../runtime/registry-secret.js';
import type { SecretReader, UserPassword } from '../runtime/secret.js';

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
    const reading = readRegistrySecret(arn, readSecret);
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
