import type { RegistryAuth } from '../../runtime/index.js';
import { type RegistryClient, registryOver } from '../../runtime/registry/client.js';
import { RegistryError } from '../../runtime/registry/error.js';
import { createRegistryHttp, type RegistryHttp } from '../../runtime/registry/http.js';
import type { RegistryTls } from '../../runtime/registry/tls-fetch.js';
import { tlsOf } from '../../runtime/registry/tls-variables.js';
import { readFile } from '../disk/directory.js';
import { CodegenError } from '../error.js';
import { adviceOn, type Given } from './advice.js';

/** What commands that ask a Schema Registry are told. */
export interface RegistryFlags {
  /** Base URL; from SCHEMA_REGISTRY_URL when absent. */
  readonly registry?: string;
  /** `user:password`, or a bearer token; from SCHEMA_REGISTRY_API_KEY and _SECRET when absent. */
  readonly auth?: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * A client for the registry that flags or environment name; `undefined` when they name none. What it
 * throws says what to do about it on a command line.
 */
export function registryOf(
  { registry, auth }: RegistryFlags,
  env: Env,
): RegistryClient | undefined {
  const url = registry ?? env.SCHEMA_REGISTRY_URL;
  if (url === undefined || url === '') {
    if (auth === undefined) return undefined;
    throw new CodegenError('USAGE', '--auth needs --registry, or SCHEMA_REGISTRY_URL.');
  }
  // Credentials inside the URL are for that URL; those of the environment may be for another.
  const isInUrl = auth === undefined && /\/\/[^/]*@/.test(url);
  const given = isInUrl ? undefined : authOf(auth, env);
  const tls = readTls(url, env);
  const origin = registry === undefined ? 'SCHEMA_REGISTRY_URL' : undefined;
  const by = auth !== undefined ? '--auth' : isInUrl ? 'URL' : 'environment';
  const http = open({ url, ...(given && { auth: given }), ...(tls && { tls }) }, origin);
  return registryOver(advised(http, (error) => adviceOn(error, { by, origin, env })));
}

function open(
  options: Parameters<typeof createRegistryHttp>[0],
  origin: Given['origin'],
): RegistryHttp {
  try {
    return createRegistryHttp(options);
  } catch (cause) {
    // It does not repeat the URL, which may hold a password.
    if (!(cause instanceof RegistryError)) throw cause;
    const where = origin === undefined ? '' : ` (${origin})`;
    throw new CodegenError('USAGE', `${cause.message}${where}`, { cause });
  }
}

/** The same requests; an error says what to do about it, too. */
function advised(http: RegistryHttp, advice: (error: RegistryError) => string): RegistryHttp {
  return {
    ...http,
    async send(request, read) {
      try {
        return await http.send(request, read);
      } catch (error) {
        const more = error instanceof RegistryError ? advice(error) : '';
        if (!(error instanceof RegistryError) || more === '') throw error;
        const { cause, message } = error;
        throw new RegistryError(error.code, `${message}. ${more}`, { ...error, cause });
      }
    },
  };
}

/** PEM files count for https only: a registry on a laptop is asked without them. */
function readTls(url: string, env: Env): RegistryTls | undefined {
  if (!/https:/i.test(url)) return undefined;
  const { tls, problems } = tlsOf(env, (file) => readFile(file).text);
  if (problems.length === 0) return tls;
  throw new CodegenError(
    'USAGE',
    problems.map((problem) => problem.replace(/\w$/, '$&.')).join('\n'),
  );
}

function authOf(auth: string | undefined, env: Env): RegistryAuth | undefined {
  if (auth !== undefined) {
    const colon = auth.indexOf(':');
    if (colon < 0) return { token: auth };
    return { username: auth.slice(0, colon), password: auth.slice(colon + 1) };
  }
  const { SCHEMA_REGISTRY_API_KEY: username, SCHEMA_REGISTRY_API_SECRET: password } = env;
  return username && password ? { username, password } : undefined;
}
