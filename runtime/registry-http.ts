/** One HTTP request to a Schema Registry: failover, retries, timeouts, bounds and error codes. */
import { isTransient, RegistryError, type RegistryErrorCode } from './registry-error.js';

export type RegistryAuth =
  | { readonly username: string; readonly password: string }
  | { readonly token: string };

export interface RegistryHttpOptions {
  /**
   * Base URL, or several of one cluster (a list, or one text with commas): the next is asked when
   * one is down. Credentials inside a URL (`https://user:password@host`) are taken out and used as
   * basic auth for that URL.
   */
  readonly url: string | readonly string[];
  /** Basic auth, a bearer token, or a function that gives one (called for every try). */
  readonly auth?: RegistryAuth | (() => RegistryAuth | Promise<RegistryAuth>);
  /** For mutual TLS or a proxy: a fetch with its own agent. */
  readonly fetch?: typeof fetch;
  /** Time for one try, in milliseconds (5,000). */
  readonly timeoutMs?: number;
  /** Time for one operation with all its tries and references, in milliseconds (15,000). */
  readonly totalTimeoutMs?: number;
  /** How often the round over all URLs is repeated after the first (3). */
  readonly retries?: number;
  /** For tests: milliseconds since some fixed moment. */
  readonly now?: () => number;
  /** For tests: waits. */
  readonly sleep?: (ms: number) => Promise<unknown>;
  /** For tests: 0 up to 1. */
  readonly random?: () => number;
}

export interface RegistryRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Path and query after the base URL. */
  readonly path: string;
  readonly body?: object;
  /** When the operation must be over, on the clock of {@link RegistryHttp.now}. */
  readonly deadline: number;
  /** What was asked for, to be named in errors. */
  readonly about?: { readonly subject?: string; readonly version?: number; readonly id?: number };
}

export interface RegistryHttp {
  readonly url: string;
  readonly now: () => number;
  /** The time by which an operation that starts now must be over. */
  deadline(): number;
  /** Answers the parsed JSON body. @throws RegistryError */
  send(request: RegistryRequest): Promise<unknown>;
}

/** Largest answer read, in bytes. */
const MAX_RESPONSE_BYTES = 8_388_608;
/** Longest text of the registry's own message that goes into an error, in UTF-16 units. */
const MAX_MESSAGE = 2_000;
/** First and longest wait between rounds before jitter, in milliseconds. */
const BACKOFF_MS = 200;
const MAX_BACKOFF_MS = 5_000;
/** Longest Retry-After that is waited for, in milliseconds. */
const MAX_RETRY_AFTER_MS = 10_000;
const MEDIA_TYPE = 'application/vnd.schemaregistry.v1+json';

export function createRegistryHttp(options: RegistryHttpOptions): RegistryHttp {
  const { timeoutMs = 5_000, totalTimeoutMs = 15_000, retries = 3 } = options;
  const { now = Date.now, random = Math.random } = options;
  const { sleep = (ms: number) => new Promise((done) => setTimeout(done, ms)) } = options;
  const given = [options.url]
    .flat()
    .flatMap((text) => text.split(/,(?=https?:)/))
    .map(readUrl);
  const urls = given.map(({ url }) => url);
  const [first] = urls;
  if (first === undefined) throw new RegistryError('INVALID', 'No Schema Registry URL was given.');
  let current = 0; // the URL that answered last

  async function attempt(request: RegistryRequest, index: number): Promise<unknown> {
    const url = urls[index] ?? first;
    const secrets: string[] = [];
    const fail = (code: RegistryErrorCode, what: string, more: object = {}): RegistryError =>
      new RegistryError(
        code,
        redact(`Schema Registry ${url}: ${what} (${request.method} ${request.path})`, secrets),
        { ...request.about, url, ...more },
      );
    const signal = AbortSignal.timeout(Math.max(1, Math.min(timeoutMs, request.deadline - now())));
    try {
      const auth = options.auth ?? given[index]?.auth;
      const authorization = header(
        typeof auth === 'function' ? await withSignal(signal, credentials(auth, fail)) : auth,
        secrets,
      );
      const response = await withSignal(
        signal,
        (options.fetch ?? fetch)(`${url}${request.path}`, {
          method: request.method,
          headers: {
            accept: `${MEDIA_TYPE}, application/vnd.schemaregistry+json, application/json`,
            ...(request.body && { 'content-type': MEDIA_TYPE }),
            ...(authorization && { authorization }),
          },
          body: request.body ? JSON.stringify(request.body) : null,
          redirect: 'manual',
          signal,
        }),
      );
      return judge(response, await withSignal(signal, readBody(response, fail)), fail);
    } catch (error) {
      if (error instanceof RegistryError) throw error;
      if (signal.aborted) throw fail('TIMED_OUT', 'no answer in time');
      const why = redact(describe(error), secrets);
      throw fail('UNREACHABLE', `cannot be reached: ${why}`, { cause: new Error(why) });
    }
  }

  /** Asks each URL once, starting with the one that answered last, until one is not down. */
  async function round(request: RegistryRequest): Promise<unknown> {
    for (let skipped = 0; ; skipped++) {
      const index = (current + skipped) % urls.length;
      try {
        const body = await attempt(request, index);
        current = index;
        return body;
      } catch (error) {
        const down = isTransient(error) && !isLimited(error);
        if (!down) current = index;
        if (!down || skipped + 1 >= urls.length || now() >= request.deadline) throw error;
      }
    }
  }

  return {
    url: first,
    now,
    deadline: () => now() + totalTimeoutMs,
    async send(request) {
      for (let failures = 0; ; failures++) {
        try {
          return await round(request);
        } catch (error) {
          const askedMs = isLimited(error) ? (error.retryAfterMs ?? 0) : 0;
          // Full jitter, so that many clients do not come back together.
          const waitMs = askedMs + random() * Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** failures);
          const hopeless = askedMs > MAX_RETRY_AFTER_MS || now() + waitMs >= request.deadline;
          if (!isTransient(error) || failures >= retries || hopeless) throw error;
          await sleep(waitMs);
        }
      }
    },
  };
}

type Fail = (code: RegistryErrorCode, what: string, more?: object) => RegistryError;

function judge(response: Response, text: string, fail: Fail): unknown {
  const { status } = response;
  const body = parse(text);
  if (status >= 200 && status < 300) {
    if (body === undefined) throw fail('GARBAGE', 'the answer is not JSON', { status });
    return body;
  }
  const { error_code: errorCode, message } = asObject(body);
  // Only the registry's own 404 says that something is unknown; a proxy's says that the URL is wrong.
  const own = typeof errorCode === 'number';
  const code = codeOf(status, own ? errorCode : 0);
  const said = typeof message === 'string' ? `: ${message.slice(0, MAX_MESSAGE)}` : '';
  const hint = code === 'GARBAGE' ? ', which is not a Schema Registry’s; is the URL right?' : '';
  throw fail(code, `answered ${status}${hint}${said}`, {
    status,
    ...(own && { errorCode }),
    ...(status === 429 && { retryAfterMs: retryAfter(response.headers.get('retry-after')) }),
  });
}

function codeOf(status: number, errorCode: number): RegistryErrorCode {
  if (status === 401 || status === 403) return 'UNAUTHORIZED';
  if (status === 409) return 'INCOMPATIBLE';
  if (status === 429) return 'RATE_LIMITED';
  if (status >= 500) return 'SERVER';
  if (errorCode === 40402 || errorCode === 40406) return 'UNKNOWN_VERSION';
  if (errorCode === 40403) return 'UNKNOWN_ID';
  if (status === 404 && errorCode >= 40401) return 'UNKNOWN_SUBJECT';
  if (status < 400 || status === 404 || status === 405) return 'GARBAGE';
  return errorCode === 42205 ? 'READ_ONLY' : 'INVALID';
}

async function readBody(response: Response, fail: Fail): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  // Safe: every fetch gives its body as an async iterable of bytes; the DOM's type leaves it out.
  const body = response.body as AsyncIterable<Uint8Array> | null;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_RESPONSE_BYTES) {
      throw fail('GARBAGE', `the answer has over ${MAX_RESPONSE_BYTES} bytes`);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Rejects when the time is over, also where a custom fetch does not heed the signal. */
function withSignal<V>(signal: AbortSignal, work: V | PromiseLike<V>): Promise<V> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
    Promise.resolve(work).then(resolve, reject);
  });
}

function readUrl(text: string, index: number): { url: string; auth?: RegistryAuth } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    // The text itself may hold a password.
    throw new RegistryError('INVALID', `Schema Registry URL ${index + 1} is not an http(s) URL.`);
  }
  const base = `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  if (url.username === '' && url.password === '') return { url: base };
  const [username, password] = [url.username, url.password].map(decodeURIComponent);
  return { url: base, auth: { username: username ?? '', password: password ?? '' } };
}

async function credentials(
  auth: () => RegistryAuth | Promise<RegistryAuth>,
  fail: Fail,
): Promise<RegistryAuth> {
  try {
    return await auth();
  } catch (cause) {
    throw fail('UNAUTHORIZED', 'the auth function threw; see the cause', { cause });
  }
}

/** The Authorization header; what is secret in it is added to `secrets`. */
function header(auth: RegistryAuth | undefined, secrets: string[]): string | undefined {
  if (auth === undefined) return undefined;
  if ('token' in auth) {
    secrets.push(auth.token);
    return `Bearer ${auth.token}`;
  }
  const bytes = new TextEncoder().encode(`${auth.username}:${auth.password}`);
  const basic = btoa(String.fromCharCode(...bytes));
  secrets.push(basic, auth.password);
  return `Basic ${basic}`;
}

/** Registries and custom fetches may echo what was sent. */
function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((out, secret) => (secret ? out.replaceAll(secret, '***') : out), text);
}

/** A network error as one line; fetch hides the reason in the cause. */
function describe(error: unknown): string {
  const { cause, code, message } = asObject(error);
  if (cause !== undefined) return describe(cause);
  return [code, message].filter((part) => typeof part === 'string' && part !== '').join(' ');
}

function retryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function isLimited(error: unknown): error is RegistryError {
  return error instanceof RegistryError && error.code === 'RATE_LIMITED';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value's own keys to be looked at one by one; empty for what is no object. */
export function asObject(value: unknown): Record<string, unknown> {
  // Safe: every non-null object may be read as unknown values by key.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
