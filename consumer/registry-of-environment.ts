import { readFileSync } from 'node:fs';
import { createRegistry, type Registry, type RegistryAuth } from '../runtime/registry/client.js';
import type { Fetch } from '../runtime/registry/fetch.js';
import { tlsFetch } from '../runtime/registry/tls-fetch.js';
import { TLS_VARIABLES, tlsOf } from '../runtime/registry/tls-variables.js';
import { readAwsSecret, type SecretReader } from '../runtime/secret.js';
import { ConsumerError } from './errors.js';
import { secretCredentials } from './secret-credentials.js';

/** The environment variables that `registryFromEnvironment` reads. */
export const VARIABLES = {
  SCHEMA_REGISTRY_URL: 'base URL of the Schema Registry; several of one cluster with commas',
  SCHEMA_REGISTRY_SECRET_ARN:
    'secret in AWS Secrets Manager with {"username", "password"}; wins over the two below',
  SCHEMA_REGISTRY_API_KEY: 'user name for basic auth',
  SCHEMA_REGISTRY_API_SECRET: 'password for basic auth',
  ...TLS_VARIABLES,
} as const;

type Variable = keyof typeof VARIABLES;

export interface EnvironmentOptions {
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** @default the global fetch */
  readonly fetch?: Fetch | undefined;
  /** Reads a secret's text. @default AWS Secrets Manager, through `@aws-sdk/client-secrets-manager` */
  readonly readSecret?: SecretReader | undefined;
}

/** What `registryFromEnvironment` says. @throws ConsumerError `CONFIG` */
export function registryOfEnvironment(options: EnvironmentOptions = {}): Registry {
  const { env = process.env, readSecret = readAwsSecret } = options;
  const url = env.SCHEMA_REGISTRY_URL;
  const arn = env.SCHEMA_REGISTRY_SECRET_ARN;
  const username = env.SCHEMA_REGISTRY_API_KEY;
  const password = env.SCHEMA_REGISTRY_API_SECRET;
  const missing: Variable[] = [];
  if (!url) missing.push('SCHEMA_REGISTRY_URL');
  if (!arn && username && !password) missing.push('SCHEMA_REGISTRY_API_SECRET');
  if (!arn && password && !username) missing.push('SCHEMA_REGISTRY_API_KEY');
  const { tls, problems } = tlsOf(env, (file) => readFileSync(file, 'utf8'));
  if (!url || missing.length + problems.length > 0) throw wrongVariables(missing, problems);
  if (arn) {
    const { auth, fetchAgain } = secretCredentials({
      arn,
      readSecret,
      fetch: options.fetch ?? (tls ? tlsFetch(tls) : fetch),
    });
    return createRegistry({ url, auth, fetch: fetchAgain, tls });
  }
  const auth: RegistryAuth | undefined = username && password ? { username, password } : undefined;
  return createRegistry({
    url,
    tls,
    ...(auth && { auth }),
    ...(options.fetch && { fetch: options.fetch }),
  });
}

function wrongVariables(missing: readonly Variable[], wrong: readonly string[]): ConsumerError {
  const lines = [...missing.map((name) => `${name}: ${VARIABLES[name]}`), ...wrong];
  return new ConsumerError(
    'CONFIG',
    `The Schema Registry is not configured. Set the environment variable${
      lines.length === 1 ? '' : 's'
    }\n${lines.map((line) => `  ${line}`).join('\n')}`,
  );
}
