/** What a Schema Registry holds under a subject, read as a whole. */
import { printJson } from '../../runtime/json.js';
import type { RegistryClient } from '../../runtime/registry/client.js';
import { isTransient, RegistryError } from '../../runtime/registry/error.js';
import { under } from '../../runtime/registry/http.js';
import type { CompatibilityLevel } from '../../runtime/registry/levels.js';
import type { SchemaReference } from '../../runtime/registry/schemas.js';
import { createSubjects, type Subjects } from '../../runtime/registry/subjects.js';
import { CodegenError } from '../error.js';
import { referredSubject } from '../history/subject-names.js';
import { lockedIdentityOf } from '../model/identity.js';
import { parseFiles } from '../model/parse.js';
import { printSchema } from '../model/print.js';
import { printProblem } from '../model/problem.js';
import type { Schema } from '../model/schema.js';
import type { SemanticNames } from '../model/semantic.js';
import { SourceText } from '../model/source-text.js';
import type { Progress } from '../progress.js';
import { inParallel } from './in-parallel.js';

/** A version that a registry holds; `schema` is absent where it cannot be read. */
export interface RegisteredVersion {
  readonly version: number;
  readonly id: number;
  /** Absent where the registry knows none. */
  readonly guid?: string | undefined;
  /** Its data may still be in the topic. */
  readonly isDeleted: boolean;
  /** What it refers to itself. */
  readonly references: readonly SchemaReference[];
  readonly parsed: ParsedVersion | { readonly problem: string };
}

export interface ParsedVersion {
  /** Kept once it was read, until it is forgotten: then it is read again. */
  readonly schema: Schema;
  /** Hash over all that decides how data is read, as locks hold it. */
  readonly identity: string;
  /** All that the schema says, with what it refers to, in one spelling. */
  readonly text: string;
  /** Lets go of the schema: a registry holds more than fit into memory at once. */
  readonly forget?: () => void;
}

export interface RegisteredSubject {
  readonly subject: string;
  /** Oldest first, soft-deleted ones too. */
  readonly versions: readonly RegisteredVersion[];
  /** The subject's own level; `undefined` where the registry's default holds. */
  readonly level: CompatibilityLevel | undefined;
}

/** Most versions of one subject. */
const MAX_VERSIONS = 10_000;
/** Most schemas that one schema may refer to, directly or not. */
const MAX_REFERENCES = 256;

export interface ReadOptions {
  /** Told of each subject. */
  readonly progress?: Progress;
  /** Subjects are no longer read once it is aborted. */
  readonly signal?: AbortSignal;
  /** Names of Kafka Connect that count as logical types. @default none */
  readonly semantics?: SemanticNames;
  /** Keep the schema of the newest living version only; the others are forgotten. @default false */
  readonly onlyNewest?: boolean;
}

/** Reads subjects, in the order given. @throws CodegenError `REGISTRY_FAILED` */
export async function readRegisteredSubjects(
  registry: RegistryClient,
  names: readonly string[],
  { progress, signal, semantics, onlyNewest = false }: ReadOptions = {},
): Promise<RegisteredSubject[]> {
  const reader = new SubjectReader(registry, semantics);
  const isRead = progress?.counter(names.length, (done, all) => `read ${done} of ${all} subjects`);
  const read = async (name: string): Promise<RegisteredSubject> => {
    if (signal?.aborted === true) throw stopped();
    const subject = await reader.read(name);
    if (onlyNewest) keepNewest(subject);
    isRead?.();
    return subject;
  };
  return orFailure(inParallel(names, read));
}

/** What a command that was stopped while it read ends with. */
export function stopped(): CodegenError {
  return new CodegenError(
    'REGISTRY_FAILED',
    'Stopped while the registry was read: nothing was done.',
  );
}

function keepNewest({ versions }: RegisteredSubject): void {
  const newest = newestOf(versions);
  forget(versions.filter((one) => one !== newest));
}

/** Lets go of the schemas of versions. */
export function forget(versions: readonly RegisteredVersion[]): void {
  for (const { parsed } of versions) if ('identity' in parsed) parsed.forget?.();
}

/** What a subject carries now: its newest version that is not deleted. */
export function newestOf(versions: readonly RegisteredVersion[]): RegisteredVersion | undefined {
  return versions.findLast(({ isDeleted }) => !isDeleted);
}

/** Turns a registry's failure into a command's. @throws CodegenError `REGISTRY_FAILED` */
export async function orFailure<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    if (!(cause instanceof RegistryError)) throw cause;
    throw new CodegenError('REGISTRY_FAILED', cause.message, { cause });
  }
}

/** Reads one subject after another; what several refer to is read once. */
export class SubjectReader {
  readonly subjects: Subjects;
  private readonly registry: RegistryClient;
  private readonly semantics: SemanticNames | undefined;

  constructor(registry: RegistryClient, semantics?: SemanticNames) {
    this.registry = registry;
    this.semantics = semantics;
    this.subjects = createSubjects(registry);
  }

  /** @throws RegistryError; CodegenError `REGISTRY_FAILED` for more than is read */
  async read(subject: string): Promise<RegisteredSubject> {
    const [living, level, deleted] = await Promise.all([
      this.living(subject),
      this.subjects.level(subject),
      this.numbers(subject, '?deleted=true'),
    ]);
    const live = new Set(living);
    const all = new Set([...living, ...deleted]);
    if (all.size > MAX_VERSIONS)
      throw new CodegenError('REGISTRY_FAILED', `${subject} has over ${MAX_VERSIONS} versions.`);
    const versions: RegisteredVersion[] = [];
    // One after the other: versions of a subject share their references, which are cached.
    for (const number of [...all].sort((a, b) => a - b))
      versions.push(await this.version(subject, number, !live.has(number)));
    return { subject, versions, level };
  }

  /** Numbers of the versions that are not deleted, oldest first; none of a subject that is not there. */
  living(subject: string): Promise<readonly number[]> {
    return this.numbers(subject, '');
  }

  private async numbers(subject: string, query: string): Promise<readonly number[]> {
    const path = `${under(subject)}/versions${query}`;
    try {
      return await this.registry.http.send({ method: 'GET', path, about: { subject } }, (body) =>
        Array.isArray(body) && body.every((item) => Number.isInteger(item)) ? body : undefined,
      );
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      if (error.code === 'UNKNOWN_SUBJECT') return [];
      // A registry that does not know the query shows the living ones only.
      if (query === '' || error.code === 'UNAUTHORIZED' || isTransient(error)) throw error;
      return [];
    }
  }

  /** One version, read. @throws RegistryError */
  async version(subject: string, number: number, isDeleted: boolean): Promise<RegisteredVersion> {
    const found = await this.subjects.version(subject, number);
    const { version, id, guid, schema, schemaType, references } = found;
    const name = `${subject}@v${number}`;
    const parsed =
      (schemaType ?? 'AVRO') === 'AVRO'
        ? parse(name, [schema, ...(await this.resolve(references, subject))], this.semantics)
        : { problem: `${name} is ${schemaType}, not AVRO.` };
    return { version, id, guid, isDeleted, references, parsed };
  }

  /** Texts of all that a schema refers to, each once. */
  private async resolve(
    references: readonly SchemaReference[],
    from: string,
  ): Promise<readonly string[]> {
    const found = new Map<string, string>();
    const visit = async (level: readonly SchemaReference[], subject: string): Promise<void> => {
      for (const reference of level) {
        const name = referredSubject(reference, subject);
        const key = `${name} ${reference.version}`;
        if (found.has(key)) continue;
        if (found.size >= MAX_REFERENCES)
          throw new CodegenError(
            'REGISTRY_FAILED',
            `${from} refers to over ${MAX_REFERENCES} schemas.`,
          );
        found.set(key, '');
        const one = await this.subjects.version(name, reference.version);
        found.set(key, one.schema);
        await visit(one.references, name);
      }
    };
    await visit(references, from);
    return [...found.values()];
  }
}

/**
 * Reads a version leniently: it was accepted once.
 * @param texts the schema's, then those of what it refers to
 */
function parse(
  name: string,
  texts: readonly string[],
  semantics: SemanticNames | undefined,
): RegisteredVersion['parsed'] {
  // Made for each reading: what was read of a source is kept as long as the source is.
  const read = () =>
    parseFiles(
      texts.map(
        (each, index) => new SourceText(index === 0 ? name : `${name} reference ${index}`, each),
      ),
      { role: 'history', ...(semantics && { semantics }) },
    );
  const { files, problems } = read();
  let known = files[0]?.root;
  if (known === undefined || problems.errors.length > 0)
    return { problem: problems.errors.map(printProblem).join('\n') };
  const whole = { identity: lockedIdentityOf(known), text: textOf(known) };
  return {
    ...whole,
    get schema() {
      known ??= read().files[0]?.root;
      if (known === undefined) throw new Error(`${name} was a schema, and is none.`);
      return known;
    },
    forget() {
      known = undefined;
    },
  };
}

/** All that a schema says, in one spelling. */
export function textOf(schema: Schema): string {
  return printJson(printSchema(schema));
}
