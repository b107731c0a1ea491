import { type Clock, systemClock } from '../clock.js';
import { ProducerError } from '../errors.js';
import type { KafkaToken, LoginRequest } from '../kafka-connection.js';
import { keepToken } from './kept-token.js';

/** A client of an OAuth provider, and where that gives tokens. */
export interface ClientCredentialsOptions {
  /** Of the provider, with `https://`. */
  readonly tokenEndpointUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Those asked for, with spaces between. @default the provider's own */
  readonly scope?: string;
  /** Sent to the broker beside the token: `logicalCluster`, `identityPoolId` for Confluent Cloud. */
  readonly extensions?: Readonly<Record<string, string>>;
  /** Time for the provider's answer, in milliseconds. @default 10000 */
  readonly timeoutMs?: number;
}

/** Longest answer that is read, in bytes: tokens have some thousands. */
const MAX_ANSWER_BYTES = 65_536;
const TIMEOUT_MS = 10_000;

/**
 * Tokens by OAuth's client credentials (RFC 6749, 4.4), with Basic authentication. One is taken until
 * half of its life is gone, or until a broker refused it.
 * @throws ProducerError `CONFIG` for a URL that is none; from a login `AUTHENTICATION`
 * @example sasl: { mechanism: 'oauthbearer', token: clientCredentialsToken(options) }
 */
export function clientCredentialsToken(
  options: ClientCredentialsOptions,
): (request: LoginRequest) => Promise<KafkaToken> {
  return keptClientToken(options, systemClock);
}

/** {@link clientCredentialsToken} by a clock of the caller's. */
export function keptClientToken(
  options: ClientCredentialsOptions,
  clock: Clock,
): (request: LoginRequest) => Promise<KafkaToken> {
  const url = endpointOf(options.tokenEndpointUrl);
  return keepToken(async () => {
    const startMs = clock.now();
    const { token, lifeMs } = await fetchToken(url, options);
    const { extensions } = options;
    return {
      token,
      // By when it was asked for, since it was made later.
      ...(lifeMs !== undefined && { expiresAtMs: startMs + lifeMs }),
      ...(extensions && { extensions }),
    };
  }, clock);
}

function endpointOf(text: string): URL {
  const url = /^https?:/.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && url.username === '' && url.password === '') return url;
  // Not shown: it may hold a password.
  throw new ProducerError(
    'CONFIG',
    'The URL of the token endpoint is none: write https://, host and path, and no user in it.',
  );
}

interface Answer {
  readonly token: string;
  readonly lifeMs: number | undefined;
}

async function fetchToken(url: URL, options: ClientCredentialsOptions): Promise<Answer> {
  const { scope, timeoutMs = TIMEOUT_MS } = options;
  let status: number;
  let text: string;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: basic(options), accept: 'application/json' },
      body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope && { scope }) }),
      // It would take the secret elsewhere.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    status = response.status;
    text = await readBounded(response);
  } catch (cause) {
    throw failed(url, `it could not be asked: ${reasonOf(cause)}`, { retriable: true, cause });
  }
  const answer = parse(text);
  if (status === 200) {
    const { access_token: token, expires_in: seconds } = answer;
    if (typeof token !== 'string') throw failed(url, 'its answer has no access_token', {});
    const lifeMs = Number(seconds) * 1_000;
    return { token, lifeMs: Number.isFinite(lifeMs) && lifeMs > 0 ? lifeMs : undefined };
  }
  const retriable = status >= 500 || status === 429;
  throw failed(url, `it answered ${status}${codeOf(answer)}`, { retriable });
}

/** RFC 6749, 2.3.1: encoded as in a form, so that a colon or a percent sign counts for itself. */
function basic({ clientId, clientSecret }: ClientCredentialsOptions): string {
  const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`its answer is over ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return Object(value);
  } catch {
    // Dropped on purpose: a syntax error quotes the text, which may be a token.
    return {};
  }
}

/** RFC 6749, 5.2, such as invalid_client; what else is said may quote what was sent. */
function codeOf({ error }: Readonly<Record<string, unknown>>): string {
  return typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? ` (${error})` : '';
}

/** fetch says what went wrong in the cause of its error. */
function reasonOf(error: unknown): string {
  const { message, cause }: { message?: unknown; cause?: unknown } = Object(error);
  const { message: inner }: { message?: unknown } = Object(cause);
  return String(inner || message || error);
}

function failed(
  url: URL,
  what: string,
  fields: { readonly retriable?: boolean; readonly cause?: unknown },
): ProducerError {
  const message =
    `No token came from ${url.origin}${url.pathname}: ${what}. Check the URL, the client's id, ` +
    'secret and scope.';
  return new ProducerError('AUTHENTICATION', message, fields);
}
