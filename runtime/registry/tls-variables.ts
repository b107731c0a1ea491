/** The environment variables for a private authority and a client certificate, and what they come to. */
import { type TlsParts, tlsFromFiles } from '../tls.js';
import type { RegistryTls } from './tls-fetch.js';

export const TLS_VARIABLES = {
  SCHEMA_REGISTRY_CA_LOCATION: 'PEM file of a private certificate authority of the registry',
  SCHEMA_REGISTRY_CERTIFICATE_LOCATION: 'PEM file of a client certificate, for mutual TLS',
  SCHEMA_REGISTRY_KEY_LOCATION: "PEM file of that certificate's key",
  SCHEMA_REGISTRY_KEY_PASSWORD: 'password of that key, where it is encrypted',
} as const;

const NAMES = {
  ca: 'SCHEMA_REGISTRY_CA_LOCATION',
  cert: 'SCHEMA_REGISTRY_CERTIFICATE_LOCATION',
  key: 'SCHEMA_REGISTRY_KEY_LOCATION',
  passphrase: 'SCHEMA_REGISTRY_KEY_PASSWORD',
} as const satisfies Record<keyof TlsParts, keyof typeof TLS_VARIABLES>;

/**
 * @param read gives a file's text
 * @returns what to give `createRegistry`, or why that cannot be; neither where no variable is set
 */
export function tlsOf(
  env: Readonly<Record<string, string | undefined>>,
  read: (file: string) => string,
): { readonly tls?: RegistryTls; readonly problems: readonly string[] } {
  return tlsFromFiles({ names: NAMES, meanings: TLS_VARIABLES, env, read });
}
