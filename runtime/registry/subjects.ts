/** The verbs of a Schema Registry that build tools need: versions, compatibility, levels. */

import type { RegistryClient, SchemaOptions } from './client.js';
import { isTransient, RegistryError } from './error.js';
import { isGuid } from './guid.js';
import { type Read, segment, under } from './http.js';
import { COMPATIBILITY_LEVELS, type CompatibilityLevel } from './levels.js';
import { createMemo } from './memo.js';
import { isSchemaId, readSchemaText, type SchemaReference } from './schemas.js';

/** One version under a subject. */
export interface SubjectVersion {
  readonly subject: string;
  readonly version: number;
  readonly id: number;
  /** Absent where the registry knows none. */
  readonly guid?: string | undefined;
  readonly schema: string;
  /** Absent or `AVRO` for Avro, else `JSON` or `PROTOBUF`. */
  readonly schemaType?: string;
  readonly references: readonly SchemaReference[];
}

/** The registry's verdict; `messages` are its own words, and may be empty even for a refusal. */
export interface Compatibility {
  readonly compatible: boolean;
  readonly messages: readonly string[];
}

export interface SubjectsOptions {
  /** How long an answer of {@link Subjects.latest} is good, in milliseconds (60,000). */
  readonly latestMs?: number;
  /** How long an old answer is given while the registry is down, before asking again (10,000). */
  readonly staleMs?: number;
}

/** Every verb throws {@link RegistryError}, whose `code` says why. */
export interface Subjects {
  /** All subjects, in the registry's order. */
  list(): Promise<readonly string[]>;
  /** The version numbers under a subject, oldest first. */
  versions(subject: string): Promise<readonly number[]>;
  /** One version, also a soft-deleted one. Cached for good. */
  version(subject: string, version: number): Promise<SubjectVersion>;
  /** The newest version. Cached for a while, and served from there while the registry is down. */
  latest(subject: string): Promise<SubjectVersion>;
  /** Whether the subject's level allows the schema after all the versions that the level looks at. */
  compatibility(subject: string, schema: string, options?: SchemaOptions): Promise<Compatibility>;
  /** The level set for a subject (`undefined` when it has none of its own), or the global level. */
  level(subject?: string): Promise<CompatibilityLevel | undefined>;
  /** Sets the level of a subject, or the global level. */
  setLevel(level: CompatibilityLevel, subject?: string): Promise<void>;
}

/** Versions, compatibility and levels of the subjects in a registry. */
export function createSubjects(
  { http }: Pick<RegistryClient, 'http'>,
  { latestMs: freshMs = 60_000, staleMs = 10_000 }: SubjectsOptions = {},
): Subjects {
  const memo = { limit: 1_000, now: http.now };
  const versions = createMemo<SubjectVersion>(memo);
  const newest = createMemo<SubjectVersion>({
    ...memo,
    freshMs,
    staleMs: (error) => (isTransient(error) ? staleMs : 0),
  });
  const get = <T>(path: string, read: Read<T>, subject?: string, version?: number): Promise<T> =>
    http.send({ method: 'GET', path, about: { subject, version } }, read);

  return {
    list: () => get('/subjects', readStrings),
    versions: (subject) => get(`${under(subject)}/versions`, readIntegers, subject),
    version(subject, version) {
      const path = `${under(subject)}/versions/${version}?deleted=true`;
      return versions(path, () => get(path, readVersion, subject, version));
    },
    latest: (subject) =>
      newest(subject, () => get(`${under(subject)}/versions/latest`, readVersion, subject)),
    async compatibility(subject, schema, { references, normalize } = {}) {
      // Not …/versions/latest, as most clients do: that looks at one version whatever the level.
      const path = `/compatibility${under(subject)}/versions?verbose=true${normalize ? '&normalize=true' : ''}`;
      const body = { schema, references };
      const verdict = http.send({ method: 'POST', path, body, about: { subject } }, readVerdict);
      // Old registries do not know a new subject, which has no history to break.
      return (await unlessUnknown(verdict)) ?? { compatible: true, messages: [] };
    },
    level: async (subject) =>
      (await unlessUnknown(get(configOf(subject), readSettings, subject)))?.level,
    async setLevel(compatibility, subject) {
      const path = configOf(subject);
      const body = { compatibility };
      await http.send({ method: 'PUT', path, body, about: { subject } }, readDone);
    },
  };
}

const readVersion: Read<SubjectVersion> = (body) => {
  const { subject, version, id, guid } = body;
  const text = readSchemaText(body);
  return typeof subject === 'string' && isInteger(version) && isSchemaId(id) && text !== undefined
    ? { subject, version, id, ...(isGuid(guid) && { guid }), ...text }
    : undefined;
};

/** Trusts nothing but `is_compatible`: some registries send messages either way, some never. */
const readVerdict: Read<Compatibility> = ({ is_compatible: compatible, messages }) =>
  typeof compatible === 'boolean'
    ? { compatible, messages: Array.isArray(messages) ? messages.map(String) : [] }
    : undefined;

/** What a subject may be given without a level of its own. */
const OTHER_SETTINGS = [
  'alias',
  'compatibilityGroup',
  'defaultMetadata',
  'defaultRuleSet',
  'normalize',
  'overrideMetadata',
  'overrideRuleSet',
  'validateFields',
  'validateNames',
  'validateNewSchemas',
];

/** GET answers `compatibilityLevel`, PUT takes `compatibility`. */
const readSettings: Read<{ level: CompatibilityLevel | undefined }> = (body) => {
  const { compatibilityLevel: given } = body;
  const level = COMPATIBILITY_LEVELS.find((known) => known === given);
  const isWithout = given === undefined && OTHER_SETTINGS.some((key) => Object.hasOwn(body, key));
  return level !== undefined || isWithout ? { level } : undefined;
};

/** Confluent answers `compatibility`, Apicurio `compatibilityLevel`; a page from a proxy neither. */
const readDone: Read<true> = ({ compatibility, compatibilityLevel }) =>
  typeof (compatibility ?? compatibilityLevel) === 'string' ? true : undefined;

const readStrings: Read<readonly string[]> = (body) =>
  Array.isArray(body) && body.every((item) => typeof item === 'string') ? body : undefined;

const readIntegers: Read<readonly number[]> = (body) =>
  Array.isArray(body) && body.every(isInteger) ? body : undefined;

function isInteger(value: unknown): value is number {
  return Number.isInteger(value);
}

const configOf = (subject: string | undefined): string =>
  subject === undefined ? '/config' : `/config/${segment(subject)}`;

/** Takes "no such subject" as an answer rather than a failure. */
async function unlessUnknown<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'UNKNOWN_SUBJECT') return undefined;
    throw error;
  }
}
