/** A Schema Registry as a baseline: every version of every subject, and its own verdict. */
import type { RegistryClient } from '../../runtime/registry/client.js';
import { RegistryError } from '../../runtime/registry/error.js';
import { type CompatibilityLevel, DEFAULT_LEVEL } from '../../runtime/registry/levels.js';
import {
  type Compatibility,
  createSubjects,
  type Subjects,
} from '../../runtime/registry/subjects.js';
import { isTaken, versionOf } from '../check/check-subject.js';
import type { Fact, Facts } from '../check/facts.js';
import type { Context } from '../context.js';
import { CodegenError } from '../error.js';
import { nextNumber, type SubjectSchema } from '../history/subject.js';
import { placeOf, type SourceText } from '../model/source-text.js';
import { progressOf } from '../progress.js';
import type { SchemaProject } from '../project/load.js';
import { givenLevels } from '../registry/given-levels.js';
import { registryOf } from '../registry/options.js';
import {
  orFailure,
  type RegisteredSubject,
  readRegisteredSubjects,
  textOf,
} from '../registry/registered.js';
import type { Baseline } from './baseline.js';
import { driftOf, namedVersions } from './drift.js';

export interface RegistryProject {
  readonly project: SchemaProject;
  readonly subjects: readonly SubjectSchema[];
  readonly levels: ReadonlyMap<string, CompatibilityLevel>;
}

/**
 * Downloads every version of the project's subjects, soft-deleted ones too: their data may still be
 * in the topic. Then asks the registry for its own verdict, and reports where the two differ.
 * @throws CodegenError `REGISTRY_FAILED`; `USAGE` when no registry is named
 */
export async function registryBaseline(
  gate: RegistryProject,
  {
    url,
    context,
  }: {
    url: string | undefined;
    context: Pick<Context, 'env' | 'now' | 'signal' | 'status'>;
  },
): Promise<Baseline> {
  const registry = registryOf(url === undefined ? {} : { registry: url }, context.env);
  if (registry === undefined)
    throw new CodegenError(
      'USAGE',
      'Which registry? --against registry:URL, or SCHEMA_REGISTRY_URL in the environment.',
    );
  const names = gate.subjects.map(({ subject }) => subject);
  const found = await readRegisteredSubjects(registry, names, {
    progress: progressOf(context),
    semantics: gate.project.config.semantics,
    signal: context.signal,
  });
  const reader = new Reader(gate, registry);
  const subjects = new Map<string, KnownSubject>();
  for (const [index, one] of gate.subjects.entries()) {
    const registered = found[index];
    if (registered !== undefined)
      subjects.set(one.subject, await orFailure(reader.subject(one, registered)));
  }
  return {
    name: `registry:${registry.url}`,
    history: (subject) => subjects.get(subject)?.versions.map((version) => () => version) ?? [],
    nextNumber: (subject) => {
      const versions = subjects.get(subject)?.versions ?? [];
      return versions.length === 0 ? undefined : nextNumber(versions);
    },
    levelOf: (subject) => subjects.get(subject)?.level,
    facts: [...subjects.values()].flatMap(({ facts }) => facts),
    sourceOf: (file) => sourceOf(subjects, file),
  };
}

interface KnownSubject {
  /** Oldest first. */
  readonly versions: ReturnType<typeof namedVersions>;
  /** What the candidate is held to. */
  readonly level: CompatibilityLevel;
  readonly facts: readonly Fact[];
}

class Reader {
  private readonly gate: RegistryProject;
  private readonly url: string;
  private readonly subjects: Subjects;
  private readonly given: ReadonlyMap<string, CompatibilityLevel>;
  private globalLevel: Promise<CompatibilityLevel | undefined> | undefined;

  constructor(gate: RegistryProject, registry: RegistryClient) {
    this.gate = gate;
    this.url = registry.url;
    this.subjects = createSubjects(registry);
    this.given = givenLevels(gate.project.config);
  }

  async subject(current: SubjectSchema, registered: RegisteredSubject): Promise<KnownSubject> {
    const { subject } = current;
    // A hole in the history would make every verdict worthless.
    for (const { parsed } of registered.versions)
      if ('problem' in parsed) throw new CodegenError('REGISTRY_FAILED', parsed.problem);
    const versions = namedVersions(registered);
    const registry = registered.level ?? (await this.defaultLevel()) ?? DEFAULT_LEVEL;
    const given = this.given.get(subject);
    const locked = this.gate.project.history.lock.subjects.get(subject);
    const level = { given, registry };
    return {
      versions,
      level: given ?? registry,
      facts: [
        ...driftOf({ current, locked, registered, url: this.url, level }),
        ...(await this.verdicts(current, versions, registry)),
      ],
    };
  }

  private defaultLevel(): Promise<CompatibilityLevel | undefined> {
    this.globalLevel ??= this.subjects.level();
    return this.globalLevel;
  }

  /** Some registries cannot compare a whole text with one that refers to others (Apicurio 3.0). */
  private async verdict(subject: string, text: string): Promise<Compatibility | undefined> {
    try {
      return await this.subjects.compatibility(subject, text);
    } catch (error) {
      const isUnable = error instanceof RegistryError && error.code === 'INVALID';
      if (isUnable && this.gate.project.config.registry.references) return undefined;
      throw error;
    }
  }

  /** The registry's verdict beside ours, on the versions that it looks at. */
  private async verdicts(
    { subject, schema }: SubjectSchema,
    versions: KnownSubject['versions'],
    level: CompatibilityLevel,
  ): Promise<Fact[]> {
    const live = versions.filter(({ isDeleted }) => !isDeleted);
    const text = textOf(schema);
    // What is registered is registered again without a question; a changed doc makes another text.
    const isThere = live.some((version) => textOf(version.schema) === text);
    if (live.length === 0 || isThere) return [];
    const theirs = await this.verdict(subject, text);
    if (theirs === undefined) return [];
    const facts: Facts['verdict'] = {
      subject,
      by: { level },
      gate: isTaken(level, live, versionOf('candidate', schema)),
      registry: theirs.compatible,
      words: theirs.messages.join(' '),
    };
    return [{ kind: 'verdict', facts, at: () => placeOf(schema.origin) }];
  }
}

function sourceOf(
  subjects: ReadonlyMap<string, KnownSubject>,
  file: string,
): SourceText | undefined {
  for (const { versions } of subjects.values())
    for (const { schema } of versions) {
      const { source } = schema.origin;
      if (source.file === file) return source;
    }
  return undefined;
}
