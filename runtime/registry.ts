/** A small Schema Registry client over `fetch`: Confluent REST API, for Lambdas and build tools. */
import { createMemo } from './memo.js';
import { isTransient, RegistryError } from './registry-error.js';
import {
  asObject,
  createRegistryHttp,
  type RegistryHttp,
  type RegistryHttpOptions,
  type RegistryRequest,
} from './registry-http.js';

export { RegistryError, type RegistryErrorCode } from './registry-error.js';
export type { RegistryAuth } from './registry-http.js';

export interface RegistryOptions extends RegistryHttpOptions {
  /** Most schemas, versions and ids kept in each cache (1,000). */
  readonly cacheSize?: number;
  /** How long an answer of {@link Registry.latest} is good, in milliseconds (60,000). */
  readonly latestMs?: number;
  /** How long an unknown id is not asked for again, in milliseconds (10,000). */
  readonly unknownMs?: number;
}

/** The schema behind an id, with everything needed to read it. */
export interface RegisteredSchema {
  readonly id: number;
  readonly schema: string;
  /** Texts of the referenced schemas, dependencies first. */
  readonly references: readonly string[];
}

/** A named type that lives under another subject; `name` is its full name. */
export interface SchemaReference {
  readonly name: string;
  readonly subject: string;
  readonly version: number;
}

/** One version under a subject. */
export interface SubjectVersion {
  readonly subject: string;
  readonly version: number;
  readonly id: number;
  readonly schema: string;
  readonly references: readonly SchemaReference[];
}

export interface SchemaOptions {
  readonly references?: readonly SchemaReference[];
  /** Lets the registry ignore differences that mean nothing, such as the order of attributes. */
  readonly normalize?: boolean;
}

/** The registry's verdict; `messages` are its own words, and may be empty even for a refusal. */
export interface Compatibility {
  readonly compatible: boolean;
  readonly messages: readonly string[];
}

const LEVELS = [
  'NONE',
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
] as const;
export type CompatibilityLevel = (typeof LEVELS)[number];

/** Every verb throws {@link RegistryError}, whose `code` says why. */
export interface Registry {
  /** First URL, without credentials or trailing slash: the key of `Codec.knownIds`. */
  readonly url: string;
  /** The schema of an id and the schemas it refers to. Cached for good: ids never change meaning. */
  schemaById(id: number): Promise<RegisteredSchema>;
  /** Registers a schema, or finds it registered; answers its id. Cached for good. */
  register(subject: string, schema: string, options?: SchemaOptions): Promise<number>;
  /** The id of a schema under a subject. Cached once found. */
  lookup(subject: string, schema: string, options?: SchemaOptions): Promise<number>;
  /** All subjects, in the registry's order. */
  subjects(): Promise<readonly string[]>;
  /** The version numbers under a subject, oldest first. */
  versions(subject: string): Promise<readonly number[]>;
  /** One version, also a soft-deleted one. Cached for good. */
  version(subject: string, version: number): Promise<SubjectVersion>;
  /** The newest version. Cached for a while, and served from there while the registry is down. */
  latest(subject: string): Promise<SubjectVersion>;
  /** Whether the subject's level allows the schema after *all* versions that the level looks at. */
  compatibility(subject: string, schema: string, options?: SchemaOptions): Promise<Compatibility>;
  /** The level set for a subject (`undefined` when it has none of its own), or the global level. */
  compatibilityLevel(subject?: string): Promise<CompatibilityLevel | undefined>;
  /** Sets the level of a subject, or the global level. */
  setCompatibilityLevel(level: CompatibilityLevel, subject?: string): Promise<void>;
}

/** Ids are Java ints; anything above is garbage that looked like a frame. */
const MAX_ID = 2_147_483_647;
/** Most schemas that one schema may refer to, directly or not. */
const MAX_REFERENCES = 256;

/**
 * A client for the Schema Registry at `url`. It retries what may pass (network, 429, 5xx) with full
 * jitter, never what will not, and answers from its caches where it can.
 */
export function createRegistry(options: RegistryOptions): Registry {
  const http = createRegistryHttp(options);
  const { cacheSize: limit = 1_000, latestMs = 60_000, unknownMs = 10_000 } = options;
  const { now } = http;
  const byId = createMemo<RegisteredSchema>({
    limit,
    now,
    failureMs: () => 0,
  });
  // Apart from the schemas, so that a stream of poison ids cannot push them out.
  const unknown = createMemo<RegisteredSchema>({
    limit,
    now,
    freshMs: 0,
    failureMs: (error) => (is(error, 'UNKNOWN_ID', 'INVALID') ? unknownMs : 0),
  });
  const byVersion = createMemo<SubjectVersion>({ limit, now });
  const newest = createMemo<SubjectVersion>({
    limit,
    now,
    freshMs: latestMs,
    staleMs: (error) => (isTransient(error) ? unknownMs : 0),
  });
  const ids = createMemo<number>({ limit, now });

  const version = (subject: string, number: number, deadline = http.deadline()) =>
    byVersion(`${subject}\n${number}`, () =>
      getVersion(http, { subject, version: number, deadline, latest: false }),
    );

  return {
    url: http.url,
    schemaById: (id) =>
      byId(`${id}`, () => unknown(`${id}`, () => fetchById(http, id, version))),
    register: (subject, schema, extra = {}) =>
      ids(JSON.stringify(['register', subject, schema, extra]), async () =>
        integer(await post(http, `/subjects/${encodeURIComponent(subject)}/versions`, { subject, schema, extra })),
      ),
    lookup: (subject, schema, extra = {}) =>
      ids(JSON.stringify(['lookup', subject, schema, extra]), async () =>
        integer(await post(http, `/subjects/${encodeURIComponent(subject)}`, { subject, schema, extra })),
      ),
    version,
  };
}
