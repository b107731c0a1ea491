/**
 * A small Schema Registry client over `fetch`: Confluent's REST API, as far as producers and
 * consumers need it. The other verbs are in `registry-subjects.ts`, to stay out of their bundles.
 */

import {
  createRegistryHttp,
  type Read,
  type RegistryHttp,
  type RegistryHttpOptions,
  type RegistryRequest,
  under,
} from './http.js';
import { createMemo } from './memo.js';
import {
  createSchemas,
  isSchemaId,
  type RegisteredSchema,
  type SchemaReference,
  type WholeSchema,
} from './schemas.js';

export { RegistryError, type RegistryErrorCode } from './error.js';

import { isGuid } from './guid.js';

export type { RegistryAuth, RegistryHttp, RegistryTls } from './http.js';
export type { RegisteredSchema, SchemaReference, WholeSchema } from './schemas.js';

export interface RegistryOptions extends RegistryHttpOptions {
  /** Most entries kept in each cache (1,000). */
  readonly cacheSize?: number;
  /** How long an id that is unknown, or whose schema cannot be used, is not asked for again, in milliseconds (10,000). */
  readonly unknownMs?: number;
}

export interface SchemaOptions {
  readonly references?: readonly SchemaReference[] | undefined;
  /** Lets the registry ignore differences that mean nothing, such as the order of attributes. */
  readonly normalize?: boolean | undefined;
}

/** Every verb throws {@link RegistryError}, whose `code` says why. */
export interface Registry {
  /** First URL, without credentials or trailing slash: the key of `Codec.knownIds`. */
  readonly url: string;
  /** The schema of an id and the schemas it refers to. Cached for good: ids never change meaning. */
  schemaById(id: number): Promise<RegisteredSchema>;
  /** The same of a GUID. Absent where a client cannot ask for one. */
  schemaByGuid?(guid: string): Promise<WholeSchema>;
  /** Registers a schema, or finds it registered; answers its id. Cached for good. */
  register(subject: string, schema: string, options?: SchemaOptions): Promise<number>;
  /** The id of a schema under a subject, else `SCHEMA_NOT_FOUND`. Cached once found. */
  lookup(subject: string, schema: string, options?: SchemaOptions): Promise<number>;
  /**
   * The GUID of a schema under a subject, as {@link lookup}; `undefined` from a registry that has
   * none (Confluent Platform before 8). No request where registering or looking up told it. Absent
   * where a client cannot ask.
   */
  guid?(subject: string, schema: string, options?: SchemaOptions): Promise<string | undefined>;
}

/** A registry over HTTP. */
export interface RegistryClient extends Registry {
  /** What the verbs are made of; `createSubjects` makes more of them. */
  readonly http: RegistryHttp;
  /** As {@link register}, with what else the registry's answer calls the schema. */
  registration(subject: string, schema: string, options?: SchemaOptions): Promise<RegistryNames>;
}

/** What a registry calls a schema; by a GUID from Confluent Platform 8 on. */
export interface RegistryNames {
  readonly id: number;
  readonly guid?: string | undefined;
}

/**
 * A client for the Schema Registry at `url`. It retries what may pass (network, 429, 5xx) with full
 * jitter, never what will not, and answers from its caches where it can.
 */
export function createRegistry(options: RegistryOptions): RegistryClient {
  return registryOver(createRegistryHttp(options), options);
}

/** The same over requests that somebody else makes. */
export function registryOver(
  http: RegistryHttp,
  options: Pick<RegistryOptions, 'cacheSize' | 'unknownMs'> = {},
): RegistryClient {
  const memo = { limit: options.cacheSize ?? 1_000, now: http.now };
  const schemas = createSchemas(http, memo, options.unknownMs ?? 10_000);
  const known = createMemo<RegistryNames>(memo);
  const lookUp: Naming = (subject, schema, how = {}) => {
    const question = asked('', { subject, schema, ...how });
    return known(question.key, () => http.send(question.request, readNames));
  };
  const register: Naming = (subject, schema, how = {}) => {
    const question = asked('/versions', { subject, schema, ...how });
    return known(question.key, async () => {
      const names = await http.send(question.request, readNames);
      // What was registered would be found: nobody has to ask for its GUID.
      const { key } = asked('', { subject, schema, ...how });
      if (names.guid !== undefined) await known(key, async () => names);
      return names;
    });
  };
  return {
    url: http.url,
    http,
    schemaById: schemas.byId,
    schemaByGuid: schemas.byGuid,
    registration: register,
    register: async (...of) => (await register(...of)).id,
    lookup: async (...of) => (await lookUp(...of)).id,
    guid: async (...of) => (await lookUp(...of)).guid,
  };
}

type Naming = RegistryClient['registration'];

/** The request about a schema under a subject, and by what its answer is remembered. */
function asked(
  versions: '' | '/versions',
  {
    subject,
    schema,
    references,
    normalize,
  }: SchemaOptions & { readonly subject: string; readonly schema: string },
): { readonly key: string; readonly request: RegistryRequest } {
  const path = `${under(subject)}${versions}${normalize ? '?normalize=true' : ''}`;
  const body = { schema, references };
  const request = { method: 'POST', path, body, about: { subject } } as const;
  return { key: path + JSON.stringify(body), request };
}

const readNames: Read<RegistryNames> = ({ id, guid }) =>
  isSchemaId(id) ? { id, ...(isGuid(guid) && { guid }) } : undefined;
