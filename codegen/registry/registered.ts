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
import { identityOf } from '../model/identity.js';
import { parseFiles } from '../model/parse.js';
import { printSchema } from '../model/print.js';
import { printProblem } from '../model/problem.js';
import type { Schema } from '../model/schema.js';
import { SourceText } from '../model/source-text.js';

/** A version that a registry holds; `schema` is absent where it cannot be read. */
export interface RegisteredVersion {
  readonly version: number;
  readonly id: number;
  /** Its data may still be in the topic. */
  readonly isDeleted: boolean;
  /** What it refers to itself. */
  readonly references: readonly SchemaReference[];
  readonly parsed: ParsedVersion | { readonly problem: string };
}

export interface ParsedVersion {
  readonly schema: Schema;
  /** Hash over all that decides how data is read. */
  readonly identity: string;
  /** All that the schema says, with what it refers to, in one spelling. */
  readonly text: string;
}

export interface RegisteredSubject {
  readonly subject: string;
  /** Oldest first, soft-deleted ones too. */
  readonly versions: readonly RegisteredVersion[];
  /** The subject's own level; `undefined` where the registry's default holds. */
  readonly level: CompatibilityLevel | undefined;
}

/** Subjects asked for at the same time. */
const PARALLEL_SUBJECTS = 8;
/** Most versions of one subject. */
const MAX_VERSIONS = 10_000;
/** Most schemas that one schema may refer to, directly or not. */
const MAX_REFERENCES = 256;

/** Reads subjects, in the order given. @throws CodegenError `REGISTRY_FAILED` */
export async function readRegisteredSubjects(
  registry: RegistryClient,
  names: readonly string[],
): Promise<RegisteredSubject[]> {
  const reader = new SubjectReader(registry);
  const found: RegisteredSubject[] = [];
  for (let at = 0; at < names.length; at += PARALLEL_SUBJECTS) {
    const slice = names.slice(at, at + PARALLEL_SUBJECTS);
    found.push(...(await orFailure(Promise.all(slice.map((name) => reader.read(name))))));
  }
  return found;
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

class SubjectReader {
  private readonly registry: RegistryClient;
  private readonly subjects: Subjects;

  constructor(registry: RegistryClient) {
    this.registry = registry;
    this.subjects = createSubjects(registry);
  }

  async read(subject: string): Promise<RegisteredSubject> {
    const [live, level] = await Promise.all([
      this.numbers(subject, ''),
      this.subjects.level(subject),
    ]);
    const all = new Set([...live, ...(await this.numbers(subject, '?deleted=true'))]);
    if (all.size > MAX_VERSIONS)
      throw new CodegenError('REGISTRY_FAILED', `${subject} has over ${MAX_VERSIONS} versions.`);
    const versions: RegisteredVersion[] = [];
    // One after the other: versions of a subject share their references, which are cached.
    for (const number of [...all].sort((a, b) => a - b))
      versions.push(await this.version(subject, number, !live.includes(number)));
    return { subject, versions, level };
  }

  /** A subject that is not there has no versions. */
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

  private async version(
    subject: string,
    number: number,
    isDeleted: boolean,
  ): Promise<RegisteredVersion> {
    const { version, id, schema, schemaType, references } = await this.subjects.version(
      subject,
      number,
    );
    const name = `${subject}@v${number}`;
    const parsed =
      (schemaType ?? 'AVRO') === 'AVRO'
        ? parse(name, schema, await this.resolve(references, subject))
        : { problem: `${name} is ${schemaType}, not AVRO.` };
    return { version, id, isDeleted, references, parsed };
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

/** Reads a version leniently: it was accepted once. */
function parse(
  name: string,
  text: string,
  references: readonly string[],
): RegisteredVersion['parsed'] {
  const sources = [
    new SourceText(name, text),
    ...references.map((each, index) => new SourceText(`${name} reference ${index + 1}`, each)),
  ];
  const { files, problems } = parseFiles(sources, { role: 'history' });
  const schema = files[0]?.root;
  if (schema === undefined || problems.errors.length > 0)
    return { problem: problems.errors.map(printProblem).join('\n') };
  return { schema, identity: identityOf(schema), text: textOf(schema) };
}

/** All that a schema says, in one spelling. */
export function textOf(schema: Schema): string {
  return printJson(printSchema(schema));
}
