/**
 * A `SchemaRegistry` of @kafkajs/confluent-schema-registry 4 as a {@link Registry}, for applications
 * that have one configured. That library has no timeouts and keeps no failures: both are added here.
 */

import type { Registry } from './client.js';
import { isUnanswered, RegistryError, type RegistryErrorCode } from './error.js';
import { asObject } from './http.js';
import { createMemo } from './memo.js';
import { isSchemaId } from './schemas.js';

/**
 * What is used of a `SchemaRegistry`; the library itself is not needed here. Its parameters are of
 * its own types, so none can be said.
 */
export interface KafkajsSchemaRegistry {
  getSchema(registryId: number): Promise<unknown>;
  register(schema: never, options?: never): Promise<{ readonly id: number }>;
  getRegistryIdBySchema(subject: string, schema: never): Promise<number>;
}

export interface KafkajsRegistryOptions {
  /**
   * The `host` that the library was given: it does not tell. Needed for schema ids known at build
   * time, which count for one registry only; without it every id is asked for.
   */
  readonly url?: string;
  /** Time for one operation with the library's own tries, in milliseconds (15,000). */
  readonly timeoutMs?: number;
  /** For tests: milliseconds since some fixed moment. */
  readonly now?: () => number;
}

/** Most schemas and ids kept. */
const CACHE_SIZE = 1_000;
/** How long an id that cannot be had is not asked for again, in milliseconds. */
const UNKNOWN_MS = 10_000;
const DEFAULT_TIMEOUT_MS = 15_000;

/**
 * Takes a configured `SchemaRegistry` of @kafkajs/confluent-schema-registry.
 * @throws RegistryError `INVALID` when the URL is none
 * @example
 * const registry = fromKafkajsRegistry(new SchemaRegistry({ host }), { url: host });
 */
export function fromKafkajsRegistry(
  library: KafkajsSchemaRegistry,
  options: KafkajsRegistryOptions = {},
): Registry {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, now = Date.now } = options;
  const url = options.url === undefined ? '' : withoutLogin(options.url);
  const memo = { limit: CACHE_SIZE, now };
  const texts = createMemo<string>({
    ...memo,
    failureMs: (error) => (isUnanswered(error) ? 0 : UNKNOWN_MS),
  });
  const ids = createMemo<number>(memo);
  const ask = async <T>(about: About, work: () => Promise<T>): Promise<T> => {
    try {
      return await withinTime(work(), timeoutMs);
    } catch (error) {
      throw translate(error, { ...about, url });
    }
  };
  return {
    url,
    schemaById: async (id) => {
      const schema = await texts(`${id}`, () =>
        ask({ id }, async () => {
          if (!isSchemaId(id))
            throw new RegistryError('UNKNOWN_ID', 'no registry gives such an id');
          return textOf(await library.getSchema(id));
        }),
      );
      // The library has put the schemas that it refers to into it.
      return { id, schema, references: [] };
    },
    register: (subject, schema, { references = [], normalize = false } = {}) =>
      ids(JSON.stringify(['register', subject, schema, references]), () =>
        ask({ subject }, async () => {
          if (normalize) throw unable('cannot normalize');
          return registerAtLevel(library, { type: 'AVRO', schema, references }, subject);
        }),
      ),
    lookup: (subject, schema, { references = [], normalize = false } = {}) =>
      ids(JSON.stringify(['lookup', subject, schema]), () =>
        ask({ subject }, async () => {
          if (normalize) throw unable('cannot normalize');
          if (references.length > 0) throw unable('cannot look up a schema with references');
          // Safe: it is what the library calls an AvroConfluentSchema.
          const avro = { type: 'AVRO', schema } as never;
          return checked(await library.getRegistryIdBySchema(subject, avro));
        }),
      ),
  };
}

/**
 * The library refuses to register unless it is told the level that the subject has already. It says
 * that level when it refuses, so the second try knows.
 */
async function registerAtLevel(
  library: KafkajsSchemaRegistry,
  schema: object,
  subject: string,
): Promise<number> {
  const register = async (level: object): Promise<number> => {
    // Without updateConfig: whoever publishes sets levels, not the first message.
    const options = { subject, updateConfig: false, ...level };
    // Safe: they are what the library calls an AvroConfluentSchema and its Opts.
    const { id } = await library.register(schema as never, options as never);
    return checked(id);
  };
  try {
    return await register({});
  } catch (error) {
    const { name, message } = asObject(error);
    const [, level] = /\(\w+ != (\w+)\)$/.exec(String(message)) ?? [];
    if (name !== 'ConfluentSchemaRegistryCompatibilityError' || level === undefined) throw error;
    return register({ compatibility: level });
  }
}

function checked(id: unknown): number {
  if (isSchemaId(id)) return id;
  throw new RegistryError('GARBAGE', 'answered with an id that is none');
}

/** The library keeps an avsc type, which prints itself; anything else is no Avro. */
function textOf(schema: unknown): string {
  if (typeof asObject(schema).createResolver !== 'function')
    throw unable('has no Avro schema for it');
  return JSON.stringify(schema);
}

function unable(what: string): RegistryError {
  return new RegistryError('INVALID', `@kafkajs/confluent-schema-registry ${what}.`);
}

async function withinTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new RegistryError('TIMED_OUT', 'no answer in time')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

interface About {
  readonly id?: number;
  readonly subject?: string;
}

const CODES: Readonly<Record<number, RegistryErrorCode>> = {
  401: 'UNAUTHORIZED',
  403: 'UNAUTHORIZED',
  409: 'INCOMPATIBLE',
  422: 'INVALID',
  429: 'RATE_LIMITED',
};

/** What a failure of the library means. */
function translate(error: unknown, about: About & { readonly url: string }): RegistryError {
  const { name, message, status } = asObject(error);
  const text = String(message ?? error).replace(/^[^:]* - /, '');
  const code = error instanceof RegistryError ? error.code : codeOf({ name, text, status }, about);
  const asked = about.id === undefined ? `subject ${about.subject}` : `schema id ${about.id}`;
  // Not as the cause: the library's errors hold requests, whose headers hold credentials.
  return new RegistryError(
    code,
    `Schema Registry${about.url && ` ${about.url}`}: ${text} (${asked})`,
    {
      ...about,
      status: typeof status === 'number' ? status : undefined,
      cause: new Error(text),
    },
  );
}

function codeOf(
  { name, text, status }: { name: unknown; text: string; status: unknown },
  about: About,
): RegistryErrorCode {
  // The library's HTTP client takes a broken connection for a bad request, at times a silent one.
  if (text === 'Error, status 400') return 'UNREACHABLE';
  if (/ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|EHOST|ENET|hang up|certificate/i.test(text))
    return 'UNREACHABLE';
  if (/ETIMEDOUT|timeout/i.test(text)) return 'TIMED_OUT';
  if (typeof status === 'number' && status >= 500) return 'SERVER';
  if (/read.?only/i.test(text)) return 'READ_ONLY';
  // Looking up, it keeps the words of a 404 and nothing else.
  if (status === 404 || name === 'ConfluentSchemaRegistryError') {
    if (about.id !== undefined) return 'UNKNOWN_ID';
    return /^subject .*not found/i.test(text) ? 'UNKNOWN_SUBJECT' : 'SCHEMA_NOT_FOUND';
  }
  return CODES[Number(status)] ?? 'INVALID';
}

function withoutLogin(text: string): string {
  if (!URL.canParse(text) || !/^https?:/i.test(text)) {
    // The text itself may hold a password.
    throw new RegistryError('INVALID', 'The Schema Registry URL is not an http(s) URL.');
  }
  const { origin, pathname } = new URL(text);
  return (origin + pathname).replace(/\/+$/, '');
}
