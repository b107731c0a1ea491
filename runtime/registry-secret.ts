/** Credentials for a Schema Registry from a secret of AWS. */
import { RegistryError } from './registry/error.js';
import { missingSdk, parseUserPassword, type SecretReader, type UserPassword } from './secret.js';

/**
 * The credentials that `SCHEMA_REGISTRY_SECRET_ARN` names.
 * @throws RegistryError `UNAUTHORIZED`; it holds nothing of what was read
 */
export async function readRegistrySecret(
  arn: string,
  readSecret: SecretReader,
): Promise<UserPassword> {
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
