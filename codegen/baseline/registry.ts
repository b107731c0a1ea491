/** A Schema Registry as a baseline: every version of every subject, and its own verdict. */
import { printJson } from '../../runtime/json.js';
import type { RegistryClient } from '../../runtime/registry/client.js';
import { RegistryError } from '../../runtime/registry/error.js';
import { type CompatibilityLevel, DEFAULT_LEVEL } from '../../runtime/registry/levels.js';
import {
  type Compatibility,
  createSubjects,
  type Subjects,
} from '../../runtime/registry/subjects.js';
import type { Version } from '../check/check-subject.js';
import { comparePair, rulesOf } from '../check/compare-pair.js';
import type { Finding } from '../check/finding.js';
import { pairsOf } from '../check/modes.js';
import { registryDisagrees } from '../check/rules/registry-disagrees.js';
import type { Severities } from '../check/severity.js';
import { CodegenError } from '../error.js';
import { nextNumber, type SubjectSchema } from '../history/subject.js';
import { identityOf } from '../model/identity.js';
import { printSchema } from '../model/print.js';
import { placeOf, type SourceText } from '../model/source-text.js';
import type { SchemaProject } from '../project/load.js';
import { registryOf } from '../registry/options.js';
import {
  orFailure,
  type RegisteredSubject,
  readRegisteredSubjects,
} from '../registry/registered.js';
import { type Baseline, projectFinding } from './baseline.js';
import { driftOf, namedVersions } from './drift.js';

export interface RegistryProject {
  readonly project: SchemaProject;
  readonly severities: Severities;
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
    context: { env },
  }: {
    url: string | undefined;
    context: { env: Readonly<Record<string, string | undefined>> };
  },
): Promise<Baseline> {
  const registry = registryOf(url === undefined ? {} : { registry: url }, env);
  if (registry === undefined)
    throw new CodegenError(
      'USAGE',
      'Which registry? --against registry:URL, or SCHEMA_REGISTRY_URL in the environment.',
    );
  const names = gate.subjects.map(({ subject }) => subject);
  const found = await readRegisteredSubjects(registry, names);
  const judge = new Judge(gate, registry);
  const subjects = new Map<string, JudgedSubject>();
  for (const [index, one] of gate.subjects.entries()) {
    const registered = found[index];
    if (registered !== undefined)
      subjects.set(one.subject, await orFailure(judge.subject(one, registered)));
  }
  return {
    name: `registry:${registry.url}`,
    history: (subject) => subjects.get(subject)?.versions.map((version) => () => version) ?? [],
    nextNumber: (subject) => {
      const versions = subjects.get(subject)?.versions ?? [];
      return versions.length === 0 ? undefined : nextNumber(versions);
    },
    levelOf: (subject) => subjects.get(subject)?.level,
    findings: [...subjects.values()].flatMap(({ findings }) => findings),
    sourceOf: (file) => sourceOf(subjects, file),
  };
}

interface JudgedSubject {
  /** Oldest first. */
  readonly versions: ReturnType<typeof namedVersions>;
  /** What the candidate is held to. */
  readonly level: CompatibilityLevel;
  readonly findings: readonly Finding[];
}

class Judge {
  private readonly gate: RegistryProject;
  private readonly url: string;
  private readonly subjects: Subjects;
  private globalLevel: Promise<CompatibilityLevel | undefined> | undefined;

  constructor(gate: RegistryProject, registry: RegistryClient) {
    this.gate = gate;
    this.url = registry.url;
    this.subjects = createSubjects(registry);
  }

  async subject(current: SubjectSchema, registered: RegisteredSubject): Promise<JudgedSubject> {
    const { subject } = current;
    // A hole in the history would make every verdict worthless.
    for (const { parsed } of registered.versions)
      if ('problem' in parsed) throw new CodegenError('REGISTRY_FAILED', parsed.problem);
    const versions = namedVersions(registered);
    const registry = registered.level ?? (await this.defaultLevel()) ?? DEFAULT_LEVEL;
    const given = this.givenLevel(subject);
    const locked = this.gate.project.history.lock.subjects.get(subject);
    const level = { given, registry };
    return {
      versions,
      level: given ?? registry,
      findings: [
        ...driftOf({ current, locked, registered, url: this.url, level }, this.gate.severities),
        ...(await this.disagreement(current, versions, registry)),
      ],
    };
  }

  private defaultLevel(): Promise<CompatibilityLevel | undefined> {
    this.globalLevel ??= this.subjects.level();
    return this.globalLevel;
  }

  private givenLevel(subject: string): CompatibilityLevel | undefined {
    const topic = this.gate.project.config.topics.find(
      ({ subjects }) => subjects.value === subject || subjects.key === subject,
    );
    return topic?.isLevelGiven === true ? topic.compatibility : undefined;
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
  private async disagreement(
    { subject, schema }: SubjectSchema,
    versions: JudgedSubject['versions'],
    level: CompatibilityLevel,
  ): Promise<Finding[]> {
    const live = versions.filter(({ isDeleted }) => !isDeleted);
    const text = printJson(printSchema(schema));
    // What is registered is registered again without a question; a changed doc makes another text.
    const isThere = live.some((version) => printJson(printSchema(version.schema)) === text);
    if (live.length === 0 || isThere) return [];
    const theirs = await this.verdict(subject, text);
    if (theirs === undefined) return [];
    // Another doc is no change to the gate; to a registry it is a version like any other.
    const identity = identityOf(schema);
    const isChange = live.every((version) => version.identity !== identity);
    const pairs = pairsOf<{ schema: typeof schema | Version['schema'] }>(level, live, { schema });
    const rules = rulesOf(['WIRE']);
    const refused =
      isChange &&
      pairs.some(({ reader, writer }) => comparePair(reader, writer, { rules }).length > 0);
    if (theirs.compatible === !refused) return [];
    const words = theirs.messages.join(' ').slice(0, MAX_WORDS);
    const message = theirs.compatible
      ? `The registry takes this schema at ${level}, and the gate refuses it.`
      : `The gate takes this schema at ${level}, and the registry refuses it: ${words || 'it does not say why'}.`;
    const at = placeOf(schema.origin);
    return projectFinding(registryDisagrees, { subject, at, message }, this.gate.severities);
  }
}

function sourceOf(
  subjects: ReadonlyMap<string, JudgedSubject>,
  file: string,
): SourceText | undefined {
  for (const { versions } of subjects.values())
    for (const { schema } of versions) {
      const { source } = schema.origin;
      if (source.file === file) return source;
    }
  return undefined;
}

/** Longest text of the registry that a finding holds, in UTF-16 units. */
const MAX_WORDS = 1_000;
