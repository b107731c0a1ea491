/** Finds the schema that wrote a message: given, of the project, of its history or of a registry. */
import { fingerprint, readSchema, type Schema } from '../../runtime/avro.js';
import { schemaOf } from '../../runtime/codec/decoders.js';
import { AvroError } from '../../runtime/errors.js';
import type { Registry, SchemaId } from '../../runtime/index.js';
import { printJson } from '../../runtime/json.js';
import { RegistryError } from '../../runtime/registry/error.js';
import { nameOfSchemaId } from '../../runtime/wire/schema-id.js';
import { isThere, readSource } from '../disk/directory.js';
import { CodegenError } from '../error.js';
import { type LockedVersion, lockPath } from '../history/lock.js';
import { loadSoundPart, type SchemaProject } from '../project/load.js';

/** A schema and where it was found, for messages. */
export interface FoundSchema {
  readonly schema: Schema;
  readonly from: string;
}

export interface WriterSchemaOptions {
  /** The project's folder; it may be absent when nothing is asked of it. */
  readonly schemas: string;
  /** Full name of a type of the project. */
  readonly type?: string;
  /** File with a schema. */
  readonly schema?: string;
  /** Files with types that {@link schema} refers to, dependencies first. */
  readonly reference?: readonly string[];
  /** Schema id or GUID, for messages that do not have one. */
  readonly id?: SchemaId;
}

export interface WriterSchemas {
  /** The schema that the options name for data that does not say its own. */
  given(): Promise<FoundSchema | undefined>;
  /** The type of the project's only topic, or its only record. @throws CodegenError `USAGE` when there is no such one */
  only(): Promise<FoundSchema>;
  byFingerprint(fingerprint: string): Promise<FoundSchema | undefined>;
  /** By the ids and GUIDs in the lock, then by asking the registry. */
  byId(id: SchemaId): Promise<FoundSchema | undefined>;
}

/** Most type names that a message lists. */
const MAX_NAMES = 10;

/** Nothing is read before it is asked for. Every method throws CodegenError. */
export function writerSchemas(
  options: WriterSchemaOptions,
  registry: Registry | undefined,
): WriterSchemas {
  let project: Promise<SchemaProject> | undefined;
  const load = (): Promise<SchemaProject> => {
    project ??= loadSoundPart(options.schemas);
    return project;
  };
  const known = async (): Promise<SchemaProject | undefined> =>
    isThere(options.schemas) ? load() : undefined;
  const byId = async (id: SchemaId): Promise<FoundSchema | undefined> =>
    lockedById(await known(), { id, url: registry?.url }) ?? (await registered(registry, id));
  let given: Promise<FoundSchema | undefined> | undefined;

  const schemas: WriterSchemas = {
    given() {
      given ??= findGiven(options, { load, byId });
      return given;
    },
    async only() {
      return onlyType(await known(), options.schemas);
    },
    async byFingerprint(wanted) {
      const first = await schemas.given();
      if (first !== undefined && fingerprint(first.schema) === wanted) return first;
      return byFingerprint(await known(), wanted);
    },
    byId,
  };
  return schemas;
}

async function findGiven(
  { type, schema, reference = [], id }: WriterSchemaOptions,
  find: {
    load: () => Promise<SchemaProject>;
    byId: (id: SchemaId) => Promise<FoundSchema | undefined>;
  },
): Promise<FoundSchema | undefined> {
  if (schema !== undefined)
    return { schema: await readSchemaFile(schema, reference), from: schema };
  if (type !== undefined) return typeOf(await find.load(), type);
  if (id === undefined) return undefined;
  const found = await find.byId(id);
  if (found !== undefined) return found;
  throw new CodegenError(
    'DECODE_FAILED',
    `Schema ${nameOfSchemaId(id)} is not in the project's lock. Give the registry that knows it: --registry URL.`,
  );
}

/** The schema of a file; `references` are files with types that it refers to, dependencies first. */
export async function readSchemaFile(path: string, references: readonly string[]): Promise<Schema> {
  const [main, ...more] = await Promise.all([path, ...references].map((file) => readSource(file)));
  try {
    return readSchema(
      main?.text ?? '',
      more.map((source) => source.text),
    );
  } catch (cause) {
    if (!(cause instanceof AvroError)) throw cause;
    throw new CodegenError('SCHEMA_INVALID', `${path}: ${cause.message}`, { cause });
  }
}

function typeOf(project: SchemaProject, name: string): FoundSchema {
  const found = project.model.types.filter((type) => type.name === name);
  const [first, second] = found;
  if (first === undefined) {
    const broken =
      project.errors.length > 0 ? ' Some schemas have errors: see `tavro codegen`.' : '';
    throw new CodegenError(
      'USAGE',
      `No schema of the project defines ${name}. Defined: ${namesOf(project)}.${broken}`,
    );
  }
  if (second !== undefined) {
    throw new CodegenError(
      'USAGE',
      `Two files define ${name} differently. Say which with --schema FILE.`,
    );
  }
  return { schema: first, from: 'the project' };
}

function onlyType(project: SchemaProject | undefined, folder: string): FoundSchema {
  const values = project?.topics.flatMap((topic) => topic.values) ?? [];
  const carried = [...new Set(values.map(({ schema }) => schema))];
  const records = project?.model.types.filter((type) => type.kind === 'record') ?? [];
  const candidates = carried.length > 0 ? carried : records;
  const [first, second] = candidates;
  if (first !== undefined && second === undefined) return { schema: first, from: 'the project' };
  const defined =
    project === undefined ? `There is no ${folder} folder` : `It has ${namesOf(project)}`;
  throw new CodegenError(
    'USAGE',
    `The data does not say its schema. Say it with --type NAME of the project, --schema FILE, or --id N. ${defined}.`,
  );
}

function namesOf({ model }: SchemaProject): string {
  const names = model.types.map((type) => type.name);
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  return (names.slice(0, MAX_NAMES).join(', ') || 'nothing') + more;
}

/** Every locked version, newest first. */
function* lockedVersions(project: SchemaProject) {
  for (const [subject, { versions, origin }] of project.history.lock.subjects) {
    const file = origin?.source.file ?? lockPath(subject);
    for (const locked of versions.toReversed()) yield { subject, locked, file };
  }
}

function lockedSchema({ locked, file }: { locked: LockedVersion; file: string }): Schema {
  try {
    return readSchema(printJson(locked.schema));
  } catch (cause) {
    if (!(cause instanceof AvroError)) throw cause;
    throw new CodegenError(
      'LOCK_INVALID',
      `Version ${locked.version} in the lock cannot be used: ${cause.message} Restore ${file} from git.`,
      { cause },
    );
  }
}

function byFingerprint(
  project: SchemaProject | undefined,
  wanted: string,
): FoundSchema | undefined {
  if (project === undefined) return undefined;
  for (const type of project.model.types) {
    if (fingerprint(type) === wanted) return { schema: type, from: 'the project' };
  }
  for (const { subject, locked, file } of lockedVersions(project)) {
    const schema = lockedSchema({ locked, file });
    if (fingerprint(schema) === wanted) {
      return { schema, from: `${subject} version ${locked.version} in the lock` };
    }
  }
  return undefined;
}

/** Ids belong to a registry: without one, an id is good only if all registries in the lock agree, as they do on GUIDs. */
function lockedById(
  project: SchemaProject | undefined,
  { id, url }: { id: SchemaId; url: string | undefined },
): FoundSchema | undefined {
  if (project === undefined) return undefined;
  const found = new Map<string, FoundSchema>();
  for (const { subject, locked, file } of lockedVersions(project)) {
    const has = Object.entries({ ...(typeof id === 'number' ? locked.ids : locked.guids) }).some(
      ([registry, known]) => known === id && (url === undefined || registry === url),
    );
    if (!has) continue;
    const schema = lockedSchema({ locked, file });
    const from = `${subject} version ${locked.version} in the lock`;
    found.set(fingerprint(schema), { schema, from });
  }
  if (found.size > 1) {
    throw new CodegenError(
      'USAGE',
      `Schema ${nameOfSchemaId(id)} is another schema in each of several registries. Say which with --registry URL.`,
    );
  }
  return found.values().next().value;
}

async function registered(
  registry: Registry | undefined,
  id: SchemaId,
): Promise<FoundSchema | undefined> {
  if (registry === undefined) return undefined;
  try {
    const { schema, references } = await schemaOf(id, registry);
    return { schema: readSchema(schema, references), from: 'the registry' };
  } catch (cause) {
    if (cause instanceof RegistryError && cause.code === 'UNKNOWN_ID') return undefined;
    if (!(cause instanceof RegistryError || cause instanceof AvroError)) throw cause;
    throw new CodegenError('REGISTRY_FAILED', cause.message, { cause });
  }
}
