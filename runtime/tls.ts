/** Certificates and keys as files in PEM: whether they can be used, and variables that name them. */

/** Each is the text of a PEM file, but for the passphrase. */
export interface TlsParts {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly passphrase?: string | undefined;
}

type TlsNames = Readonly<Record<keyof TlsParts, string>>;

/**
 * Why they cannot be used, or undefined: what is not PEM, a key of another certificate. Node itself
 * takes text without a certificate for an authority that signed nothing.
 * @param names of the parts, as the error calls them
 */
export function tlsRefusal(tls: TlsParts, names: TlsNames): string | undefined {
  const { ca, cert, key = '', passphrase } = tls;
  // Not imported, so that bundles for other platforms need no `node:` module.
  const { X509Certificate, createPrivateKey } = process.getBuiltinModule('node:crypto');
  const usable = <Part>(read: () => Part): Part | undefined => {
    try {
      return read();
    } catch {
      // Without the reason: it is in the words of OpenSSL, and says less.
      return undefined;
    }
  };
  const unusable = (part: string) => `${part} cannot be used: is it PEM, and all of it?`;
  if (ca !== undefined && !usable(() => new X509Certificate(ca))) return unusable(names.ca);
  if (cert === undefined && key === '') return undefined;
  const shown = usable(() => new X509Certificate(cert ?? ''));
  if (shown === undefined) return unusable(names.cert);
  const given = { key, ...(passphrase !== undefined && { passphrase }) };
  const own = usable(() => createPrivateKey(given));
  if (own === undefined) return unusable(`${names.key} or ${names.passphrase}`);
  return shown.checkPrivateKey(own) ? undefined : `${names.key} is not the key of ${names.cert}.`;
}

/** Where the files are named. */
export interface TlsVariables {
  readonly names: TlsNames;
  /** What an error says of one that is not set. */
  readonly meanings: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Gives a file's text. */
  read(file: string): string;
}

/** @returns the parts, or why that cannot be; neither where no variable is set */
export function tlsFromFiles({ names, meanings, env, read }: TlsVariables): {
  readonly tls?: TlsParts;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const text = (part: 'ca' | 'cert' | 'key'): string | undefined => {
    const file = env[names[part]]?.trim();
    if (!file) return undefined;
    try {
      return read(file);
    } catch (error) {
      // Not by class: under a test runner the errors of node: are of another realm.
      const { message }: { message?: unknown } = Object(error);
      problems.push(`${names[part]}: ${String(message).replace(/\.$/, '')}`);
      return undefined;
    }
  };
  const files = { ca: text('ca'), cert: text('cert'), key: text('key') };
  for (const part of ['cert', 'key'] as const) {
    const other = names[part === 'cert' ? 'key' : 'cert'];
    if (!env[names[part]]?.trim() && env[other]?.trim())
      problems.push(`${names[part]} is not set: ${meanings[names[part]]}`);
  }
  const tls = { ...files, passphrase: env[names.passphrase] || undefined };
  if (problems.length > 0) return { problems };
  if (Object.values(files).every((one) => one === undefined)) return { problems };
  const refused = tlsRefusal(tls, names)?.replace(/\.$/, '');
  return refused === undefined ? { tls, problems } : { problems: [refused] };
}
