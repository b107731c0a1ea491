/** The addresses of a registry and what it is told about who asks; nothing of it goes into errors. */
import { RegistryError } from './error.js';
import { withScheme } from './scheme.js';

export type RegistryAuth =
  | { readonly username: string; readonly password: string }
  | { readonly token: string };

/** One URL of a registry, without credentials or trailing slash, and those that stood in it. */
export interface Target {
  readonly url: string;
  readonly auth?: RegistryAuth;
}

/** @throws RegistryError `INVALID`; the text is not repeated, since it may hold a password */
export function readUrl(text: string, index: number, all: readonly string[]): Target {
  const name = all.length > 1 ? `Schema Registry URL ${index + 1}` : 'The Schema Registry URL';
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (!parsed?.protocol.startsWith('http')) {
    const whole = withScheme(text);
    throw invalid(
      whole === undefined
        ? `${name} is not an http(s) URL.`
        : `${name} has no scheme: write ${whole}`,
    );
  }
  const url = (parsed.origin + parsed.pathname).replace(/\/+$/, '');
  try {
    const username = decodeURIComponent(parsed.username);
    const password = decodeURIComponent(parsed.password);
    return username || password ? { url, auth: { username, password } } : { url };
  } catch {
    throw invalid(`${name} has a % that begins no escape in its credentials: write %25.`);
  }
}

/** A mistake of the caller: nothing was asked. */
export function invalid(message: string): RegistryError {
  return new RegistryError('INVALID', message);
}

/** The Authorization header, then what in it is secret. */
export function authorize(auth: RegistryAuth): readonly [string, ...string[]] {
  if ('token' in auth && auth.token !== undefined) return [`Bearer ${auth.token}`, auth.token];
  // Safe: what has no token has a name and a password.
  const { username, password } = auth as Exclude<RegistryAuth, { readonly token: string }>;
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  const basic = btoa(String.fromCharCode(...bytes));
  return [`Basic ${basic}`, basic, password];
}

/** Registries and custom fetches may echo what was sent. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((out, secret) => (secret ? out.replaceAll(secret, '***') : out), text);
}
