/** What somebody at a command line can do about a registry that does not answer as it should. */
import type { RegistryError } from '../../runtime/registry/error.js';
import { isLocalRegistry } from '../history/recorded-ids.js';

/** How the command was told of the registry. */
export interface Given {
  /** Where credentials are from, if there are any. */
  readonly by: '--auth' | 'URL' | 'environment';
  /** The variable that the URL is from; `undefined` where it was typed. */
  readonly origin: 'SCHEMA_REGISTRY_URL' | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const KEY = 'SCHEMA_REGISTRY_API_KEY';
const SECRET = 'SCHEMA_REGISTRY_API_SECRET';

/** Never a value; empty where there is nothing to say. */
export function adviceOn(error: RegistryError, given: Given): string {
  if (error.code === 'UNAUTHORIZED') return credentialsAdvice(error, given);
  if (!/^(UNREACHABLE|TIMED_OUT|GARBAGE)$/.test(error.code)) return '';
  const from = given.origin === undefined ? [] : [`The URL is from ${given.origin}.`];
  const isDown = error.message.includes('ECONNREFUSED') && isLocalRegistry(error.url ?? '');
  const start = isDown ? ['`npx tavro registry` starts one for development.'] : [];
  return [...from, ...start].join(' ');
}

function credentialsAdvice({ status }: RegistryError, { by, env }: Given): string {
  const question = status === 403 ? 'may they do this?' : 'are they right?';
  const [hasKey, hasSecret] = [Boolean(env[KEY]), Boolean(env[SECRET])];
  if (by === '--auth') return `Credentials were given by --auth: ${question}`;
  if (by === 'URL')
    return `Credentials were given in the URL, and ${KEY} and ${SECRET} were left aside: ${question}`;
  if (hasKey && hasSecret) return `Credentials were given by ${KEY} and ${SECRET}: ${question}`;
  if (!hasKey && !hasSecret) return `No credentials were given: set ${KEY} and ${SECRET}.`;
  const [set, missing] = hasKey ? [KEY, SECRET] : [SECRET, KEY];
  return `No credentials were sent: ${set} is set, ${missing} is not.`;
}
