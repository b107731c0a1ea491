/** One HTTP request to a Schema Registry: failover, retries, timeouts, bounds and error codes. */
import { authorize, invalid, type RegistryAuth, readUrl, redact } from './credentials.js';
import {
  isTransient,
  RegistryError,
  type RegistryErrorCode,
  type RegistryErrorFields,
} from './error.js';
import type { Fetch } from './fetch.js';
import { handshakeAdvice } from './handshake.js';
import { type RegistryTls, tlsFetch } from './tls-fetch.js';

export type { RegistryAuth } from './credentials.js';
export type { RegistryTls } from './tls-fetch.js';

export interface RegistryHttpOptions {
  /**
   * Base URL, or several of one cluster (a list, or one text with commas): the next is asked when
   * one is down. Credentials inside a URL (`https://user:password@host`) are taken out and used as
   * basic auth for that URL.
   */
  readonly url: string | readonly string[];
  /**
   * Basic auth, a bearer token, or a function that gives one (called for every try). What it throws
   * is not repeated, since it may hold a secret; a {@link RegistryError} is thrown on as it is.
   */
  readonly auth?: RegistryAuth | (() => RegistryAuth | Promise<RegistryAuth>);
  /**
   * A private certificate authority, a client certificate: asks by `node:https`.
   * @default what Node trusts, and no client certificate
   */
  readonly tls?: RegistryTls | undefined;
  /** For a proxy: a fetch with its own agent. It is asked in place of what `tls` would make. */
  readonly fetch?: Fetch;
  /** Time for one try, in milliseconds (5,000). */
  readonly timeoutMs?: number;
  /** Time for one operation with all its tries and references, in milliseconds (15,000). */
  readonly totalTimeoutMs?: number;
  /** How often each URL is asked again after the first time (3). */
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
  /** When the operation must be over, by {@link RegistryHttp.now}; from the options when absent. */
  readonly deadline?: number | undefined;
  /** What was asked for, to be named in errors. */
  readonly about?: RegistryErrorFields;
}

/** Takes what it needs from a JSON body; `undefined` when that is not there. */
export type Read<T> = (body: Record<string, unknown>) => T | undefined;

export interface RegistryHttp {
  /** First URL, without credentials or trailing slash. */
  readonly url: string;
  readonly now: () => number;
  /** The time by which an operation that starts now must be over. */
  deadline(): number;
  /** Answers what `read` takes from the JSON body. @throws RegistryError */
  send<T>(request: RegistryRequest, read: Read<T>): Promise<T>;
}

/** Longest answer read, in UTF-16 units. */
const MAX_RESPONSE = 8_388_608;
/** Longest text of the registry's own message that goes into an error, in UTF-16 units. */
const MAX_MESSAGE = 2_000;
/** First and longest wait between rounds before jitter, in milliseconds. */
const BACKOFF_MS = 200;
const MAX_BACKOFF_MS = 5_000;
/** Longest Retry-After that is waited for, in milliseconds. */
const MAX_RETRY_AFTER_MS = 10_000;
/** Longest that a timer can wait, in milliseconds. */
const MAX_TIMER_MS = 2_147_483_647;
/** Network faults that are an answer, but none that can be read: asking again would give it again. */
const UNREADABLE = /^(Z_(?!BUF_)|ERR__ERROR)|content-encoding/;
/** What Node says of a connection or a certificate, perhaps with host and port; not what was sent. */
const SYSTEM_FAULT =
  /^([a-z]+ )?E[A-Z_]+( [\w.:[\]-]+)?$|^(UND_ERR_(?!INVALID_ARG)|ERR_(TLS|SSL)_|EPROTO |[A-Z_]*(CERT|ISSUER|SIGNATURE))/;
const NO_REGISTRY = ', not as a Schema Registry; is the URL right?';
const MEDIA_TYPE = 'application/vnd.schemaregistry.v1+json';

export function createRegistryHttp(options: RegistryHttpOptions): RegistryHttp {
  // JavaScript lets both through.
  if (!options) refuseNone();
  if (![options.url ?? []].flat().every((text) => typeof text === 'string')) refuseNoText();
  const { timeoutMs = 5_000, totalTimeoutMs = 15_000, retries = 3 } = options;
  const { now = Date.now, random = Math.random } = options;
  const { sleep = (ms: number) => new Promise((done) => setTimeout(done, ms)) } = options;
  // A variable that is not set comes as undefined, whatever the types say.
  const targets = [options.url ?? []]
    .flat()
    .flatMap((text) => text.split(/,(?=https?:)/))
    .map(readUrl);
  const many = targets.length;
  const [first = refuseNone()] = targets;
  const own = options.fetch ?? (options.tls && tlsFetch(options.tls));
  let current = 0; // the URL that is asked first: the one that answered last
  const deadline = (): number => now() + totalTimeoutMs;

  async function attempt<T>(
    request: RegistryRequest,
    read: Read<T>,
    { ms, tries }: { ms: number; tries: number },
  ): Promise<T> {
    const { method, path, body } = request;
    const { url, auth } = targets[current] ?? first;
    const stop = new AbortController();
    let secrets: readonly string[] = [];
    const fail: Fail = (code, what, more) => {
      const where = many > 1 ? `: ${targets.map((target) => target.url).join(', ')}` : '';
      const tried = tries > 1 ? `; tried ${tries} times${where}` : '';
      const text = `Schema Registry ${url}: ${what} (${method} ${path}${tried})`;
      return new RegistryError(code, text, { ...request.about, url, ...more });
    };
    // Foreign words only: a short secret stands in our own by chance, as "s" does in "registry".
    const mask = (foreign: string): string => redact(foreign, secrets);
    let isAsked = false;
    const work = async (): Promise<T> => {
      const headers: Record<string, string> = { accept: `${MEDIA_TYPE}, application/json` };
      if (body) headers['content-type'] = MEDIA_TYPE;
      const given = options.auth ?? auth;
      const credentials = typeof given === 'function' ? await given() : given;
      if (credentials) [headers.authorization = '', ...secrets] = authorize(credentials);
      isAsked = true;
      const response = await (own ?? fetch)(url + path, {
        method,
        headers,
        body: body ? JSON.stringify(body) : null,
        signal: stop.signal,
        redirect: 'manual',
      });
      // A custom fetch may not heed the signal, and answer when nobody waits any more.
      if (stop.signal.aborted) await response.body?.cancel();
      const text = await readText(response, fail);
      const answer = read(judge(response, text, { method, fail, mask }));
      if (answer === undefined) throw fail('GARBAGE', `answered${NO_REGISTRY}`);
      return answer;
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      const end = (): void => {
        reject(fail('TIMED_OUT', 'no answer in time'));
        stop.abort();
      };
      timer = setTimeout(end, Math.min(timeoutMs, ms, MAX_TIMER_MS));
    });
    try {
      return await Promise.race([work(), late]);
    } catch (error) {
      if (error instanceof RegistryError) throw error;
      if (!isAsked) throw fail('UNAUTHORIZED', 'the auth function failed');
      const reason = describe(error);
      const why = SYSTEM_FAULT.test(reason) ? reason : mask(reason);
      const [code, what] = UNREADABLE.test(reason)
        ? (['GARBAGE', 'answered what cannot be read'] as const)
        : (['UNREACHABLE', 'cannot be reached'] as const);
      const advice = handshakeAdvice(reason, options.tls?.ca !== undefined);
      throw fail(code, `${what}: ${why}${advice}`, { cause: new Error(why) });
    } finally {
      // Not left to pass: to abort what has failed already is an error that nobody can catch.
      clearTimeout(timer);
    }
  }

  async function send<T>(request: RegistryRequest, read: Read<T>): Promise<T> {
    const until = request.deadline ?? deadline();
    for (let tries = 1; ; tries++) {
      const asked = current;
      try {
        return await attempt(request, read, { ms: until - now(), tries });
      } catch (error) {
        if (!isTransient(error) || tries >= (retries + 1) * many) throw error;
        const { code, retryAfterMs = 0 } = error;
        const isLimited = code === 'RATE_LIMITED';
        // Several requests may find the same URL down: only the first of them moves on.
        if (!isLimited && asked === current) current = (asked + 1) % many;
        // Full jitter, so that many clients do not come back together.
        const spreadMs = Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** Math.floor((tries - 1) / many));
        const waitMs = isLimited || tries % many === 0 ? retryAfterMs + random() * spreadMs : 0;
        if (retryAfterMs > MAX_RETRY_AFTER_MS || now() + waitMs >= until) throw error;
        if (waitMs) await sleep(waitMs);
      }
    }
  }

  return { url: first.url, now, deadline, send };
}

function refuseNone(): never {
  throw invalid('No Schema Registry URL was given.');
}

function refuseNoText(): never {
  throw invalid('The Schema Registry URL must be text, or a list of texts.');
}

type Fail = (
  code: RegistryErrorCode,
  what: string,
  more?: RegistryErrorFields & ErrorOptions,
) => RegistryError;

/** By the body's `error_code`, else by the status. */
const CODES: Readonly<Record<number, RegistryErrorCode>> = {
  401: 'UNAUTHORIZED',
  403: 'UNAUTHORIZED',
  408: 'TIMED_OUT',
  409: 'INCOMPATIBLE',
  429: 'RATE_LIMITED',
  40402: 'UNKNOWN_VERSION',
  40403: 'UNKNOWN_ID',
  40406: 'UNKNOWN_VERSION',
  42205: 'READ_ONLY',
};

/** The JSON object of a good answer (an array counts). @throws RegistryError for any other */
function judge(
  { status, headers }: Response,
  text: string,
  { method, fail, mask }: { method: string; fail: Fail; mask: (foreign: string) => string },
): Record<string, unknown> {
  const body = asObject(parse(text));
  if (status >= 200 && status < 300) return body;
  const errorCode = Number(body.error_code) || 0;
  let code = CODES[errorCode] ?? CODES[status];
  // Ids are asked for by GET, schemas are looked up by POST.
  if (code === 'UNKNOWN_ID' && method === 'POST') code = 'SCHEMA_NOT_FOUND';
  if (status >= 500) code = 'SERVER';
  // Only a registry's own 404 says that something is unknown; a proxy's, that the URL is wrong.
  if (errorCode > 40400 && errorCode < 40500) code ??= 'UNKNOWN_SUBJECT';
  code ??= status > 405 || status === 400 ? 'INVALID' : 'GARBAGE';
  const hint = code === 'GARBAGE' ? NO_REGISTRY : '';
  const { message } = body;
  const said = typeof message === 'string' ? `: ${mask(message).slice(0, MAX_MESSAGE)}` : '';
  throw fail(code, `answered ${status}${hint}${said}`, {
    status,
    errorCode: errorCode || undefined,
    retryAfterMs: status === 429 ? retryAfterMs(headers.get('retry-after')) : undefined,
  });
}

async function readText(response: Response, fail: Fail): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  // Safe: every fetch gives its body as an async iterable of bytes; the DOM's type leaves it out.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_RESPONSE) throw fail('GARBAGE', 'the answer is too large');
  }
  return text + decoder.decode();
}

/** A network error as one line; fetch hides the reason in the cause. */
function describe(error: unknown): string {
  const { cause, code = '', message = '' } = asObject(error);
  // OpenSSL's own words have its line of C in them, and a line break; Node 24 adds advice of its own.
  const words = `${message}`
    .replace(/^.*:error:(?:[^:]*:){3}([^:]*):[\s\S]*$/, '$1')
    .replace(/; if the root CA is installed locally, .*$/, '');
  if (cause) return describe(cause);
  return words.includes(`${code}`) ? words : `${code} ${words}`.trim();
}

/** Seconds or a date, as RFC 9110 has it; `undefined` for what is neither, or over. */
function retryAfterMs(value: string | null): number | undefined {
  const ms = Number(value) * 1_000;
  return Math.max(0, Number.isNaN(ms) ? Date.parse(`${value}`) - Date.now() : ms) || undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value's keys, to be looked at one by one; empty for what is no object. */
export function asObject(value: unknown): Record<string, unknown> {
  // Safe: every non-null object may be read as unknown values by key.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** A name in a path. A lone surrogate, which no URL can hold, is what UTF-8 makes of it: no name has that. */
export const segment = (name: string): string => encodeURIComponent(Buffer.from(name).toString());

/** Path of a subject. */
export const under = (subject: string): string => `/subjects/${segment(subject)}`;
