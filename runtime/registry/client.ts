/**
 * A small Schema Registry client over `fetch`: Confluent's REST API, as far as producers and
 * consumers need it. The other verbs are in `registry-subjects.ts`, to stay out of their bundles.
 */

import { createRegistryHttp, type RegistryHttp, type RegistryHttpOptions, under } from './http.js';
import { createMemo } from './memo.js';
import {
  createSchemas,
  isSchemaId,
  type RegisteredSchema,
  type SchemaReference,
} from './schemas.js';

export { RegistryError, type RegistryErrorCode } from './error.js';
export type { RegistryAuth, RegistryHttp } from './http.js';
export type { RegisteredSchema, SchemaReference } from './schemas.js';

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
  /** Registers a schema, or finds it registered; answers its id. Cached for good. */
  register(subject: string, schema: string, options?: SchemaOptions): Promise<number>;
  /** The id of a schema under a subject, else `SCHEMA_NOT_FOUND`. Cached once found. */
  lookup(subject: string, schema: string, options?: SchemaOptions): Promise<number>;
}

/** A registry over HTTP. */
export interface RegistryClient extends Registry {
  /** What the verbs are made of; `createSubjects` makes more of them. */
  readonly http: RegistryHttp;
}

/**
 * A client for the Schema Registry at `url`. It retries what may pass (network, 429, 5xx) with full
 * jitter, never what will not, and answers from its caches where it can.
 */
export function createRegistry(options: RegistryOptions): RegistryClient {
  const http = createRegistryHttp(options);
  const memo = { limit: options.cacheSize ?? 1_000, now: http.now };
  const ids = createMemo<number>(memo);
  const idOf =
    (versions: string): Registry['register'] =>
    (subject, schema, { references, normalize } = {}) => {
      const path = `${under(subject)}${versions}${normalize ? '?normalize=true' : ''}`;
      const body = { schema, references };
      return ids(path + JSON.stringify(body), () =>
        http.send({ method: 'POST', path, body, about: { subject } }, ({ id }) =>
          isSchemaId(id) ? id : undefined,
        ),
      );
    };
  return {
    url: http.url,
    http,
    schemaById: createSchemas(http, memo, options.unknownMs ?? 10_000),
    register: idOf('/versions'),
    lookup: idOf(''),
  };
}
