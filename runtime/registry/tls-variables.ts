/** The environment variables for a private authority and a client certificate, and what they come to. */
import { RegistryError } from './error.js';
import { asObject } from './http.js';
import { type RegistryTls, tlsFetch } from './tls-fetch.js';

export const TLS_VARIABLES = {
  SCHEMA_REGISTRY_CA_LOCATION: 'PEM file of a private certificate authority of the registry',
  SCHEMA_REGISTRY_CERTIFICATE_LOCATION: 'PEM file of a client certificate, for mutual TLS',
  SCHEMA_REGISTRY_KEY_LOCATION: "PEM file of that certificate's key",
  SCHEMA_REGISTRY_KEY_PASSWORD: 'password of that key, where it is encrypted',
} as const;

type Variable = keyof typeof TLS_VARIABLES;

const PARTS = {
  ca: 'SCHEMA_REGISTRY_CA_LOCATION',
  cert: 'SCHEMA_REGISTRY_CERTIFICATE_LOCATION',
  key: 'SCHEMA_REGISTRY_KEY_LOCATION',
  passphrase: 'SCHEMA_REGISTRY_KEY_PASSWORD',
} as const satisfies Record<keyof RegistryTls, Variable>;

/**
 * @param read gives a file's text
 * @returns what to give `createRegistry`, or why that cannot be; neither where no variable is set
 */
export function tlsOf(
  env: Readonly<Record<string, string | undefined>>,
  read: (file: string) => string,
): { readonly tls?: RegistryTls; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const text = (part: 'ca' | 'cert' | 'key'): string | undefined => {
    const file = env[PARTS[part]]?.trim();
    if (!file) return undefined;
    try {
      return read(file);
    } catch (error) {
      // Not by class: under a test runner the errors of node: are of another realm.
      const { message } = asObject(error);
      problems.push(`${PARTS[part]}: ${String(message).replace(/\.$/, '')}`);
      return undefined;
    }
  };
  const files = { ca: text('ca'), cert: text('cert'), key: text('key') };
  for (const part of ['cert', 'key'] as const) {
    const other = PARTS[part === 'cert' ? 'key' : 'cert'];
    if (!env[PARTS[part]]?.trim() && env[other]?.trim())
      problems.push(`${PARTS[part]} is not set: ${TLS_VARIABLES[PARTS[part]]}`);
  }
  const tls = { ...files, passphrase: env[PARTS.passphrase] || undefined };
  if (problems.length > 0) return { problems };
  if (Object.values(files).every((one) => one === undefined)) return { problems };
  const refused = refusalOf(tls);
  return refused === undefined ? { tls, problems } : { problems: [refused] };
}

/** In the names of the variables. */
function refusalOf(tls: RegistryTls): string | undefined {
  try {
    tlsFetch(tls);
    return undefined;
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const words = error.message.replace(/^Schema Registry: |\.$/g, '');
    return Object.entries(PARTS).reduce(
      (said, [part, name]) => said.replaceAll(`tls.${part}`, name),
      words,
    );
  }
}
