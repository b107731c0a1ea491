import { createRegistry, type RegistryAuth } from '../../runtime/index.js';
import type { RegistryClient } from '../../runtime/registry/client.js';
import { CodegenError } from '../error.js';

/** What commands that ask a Schema Registry are told. */
export interface RegistryFlags {
  /** Base URL; from SCHEMA_REGISTRY_URL when absent. */
  readonly registry?: string;
  /** `user:password`, or a bearer token; from SCHEMA_REGISTRY_API_KEY and _SECRET when absent. */
  readonly auth?: string;
}

/** A client for the registry that flags or environment name; `undefined` when they name none. */
export function registryOf(
  { registry, auth }: RegistryFlags,
  env: Readonly<Record<string, string | undefined>>,
): RegistryClient | undefined {
  const url = registry ?? env.SCHEMA_REGISTRY_URL;
  if (url === undefined || url === '') {
    if (auth === undefined) return undefined;
    throw new CodegenError('USAGE', '--auth needs --registry, or SCHEMA_REGISTRY_URL.');
  }
  // Credentials inside the URL are for that URL; those of the environment may be for another.
  const given = auth === undefined && /\/\/[^/]*@/.test(url) ? undefined : authOf(auth, env);
  try {
    return createRegistry({ url, ...(given && { auth: given }) });
  } catch (cause) {
    // Not the URL itself: it may hold a password.
    throw new CodegenError('USAGE', 'The Schema Registry URL is not a URL that can be used.', {
      cause,
    });
  }
}

function authOf(
  auth: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): RegistryAuth | undefined {
  if (auth !== undefined) {
    const colon = auth.indexOf(':');
    if (colon < 0) return { token: auth };
    return { username: auth.slice(0, colon), password: auth.slice(colon + 1) };
  }
  const { SCHEMA_REGISTRY_API_KEY: username, SCHEMA_REGISTRY_API_SECRET: password } = env;
  return username && password ? { username, password } : undefined;
}
