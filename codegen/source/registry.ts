/** A Schema Registry as a baseline: every version of every subject, and its own verdict. */
import { printJson } from '../../runtime/json.js';
import type { RegistryClient } from '../../runtime/registry.js';
import { isTransient, RegistryError } from '../../runtime/registry-error.js';
import { under } from '../../runtime/registry-http.js';
import { createSubjects, type Subjects } from '../../runtime/registry-subjects.js';
import { type Version, versionOf } from '../check/check-subject.js';
import type { Finding } from '../check/finding.js';
import { comparePair, rulesOf } from '../check/gate.js';
import { type CompatibilityLevel, pairsOf } from '../check/modes.js';
import { registryDisagrees } from '../check/rules/registry-disagrees.js';
import { registryLevelDiffers } from '../check/rules/registry-level-differs.js';
import { registryVersionUnknown } from '../check/rules/registry-version-unknown.js';
import type { Severities } from '../check/severity.js';
import { CodegenError } from '../error.js';
import { identityOf } from '../model/identity.js';
import { printSchema } from '../model/print.js';
import { placeOf, SourceText } from '../model/source-text.js';
import { type Baseline, parsePast, projectFinding } from './baseline.js';
import { DEFAULT_LEVEL } from './config.js';
import type { SubjectSchema } from './drafts.js';
import type { LockedSubject } from './lock.js';
import { releasedOf } from './lock-baseline.js';
import type { SchemaProject } from './project.js';
import { registryOf } from './registry-options.js';

export interface RegistryProject {
  readonly project: SchemaProject;
  readonly severities: Severities;
  readonly subjects: readonly SubjectSchema[];
  readonly levels: ReadonlyMap<string, CompatibilityLevel>;
}

/** Subjects asked for at the same time. */
const PARALLEL_SUBJECTS = 8;
/** Most versions of one subject. */
const MAX_VERSIONS = 10_000;

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
  const download = new Download(gate, registry);
  const subjects = new Map<string, RegisteredSubject>();
  try {
    for (let at = 0; at < gate.subjects.length; at += PARALLEL_SUBJECTS) {
      const slice = gate.subjects.slice(at, at + PARALLEL_SUBJECTS);
      const found = await Promise.all(slice.map((subject) => download.subject(subject)));
      for (const [index, one] of slice.entries()) {
        const registered = found[index];
        if (registered !== undefined) subjects.set(one.subject, registered);
      }
    }
  } catch (cause) {
    if (!(cause instanceof RegistryError)) throw cause;
    throw new CodegenError('REGISTRY_FAILED', cause.message, { cause });
  }
  return {
    name: `registry:${registry.url}`,
    history: (subject) => subjects.get(subject)?.versions.map((version) => () => version) ?? [],
    candidateName: (subject) => {
      const last = subjects.get(subject)?.versions.at(-1)?.number;
      return last === undefined ? undefined : `v${last + 1} (draft)`;
    },
    levelOf: (subject) => subjects.get(subject)?.level,
    findings: [...subjects.values()].flatMap(({ findings }) => findings),
    sourceOf: (file) => download.sources.get(file),
  };
}

interface RegisteredSubject {
  /** Oldest first. */
  readonly versions: readonly RegisteredVersion[];
  /** What the candidate is held to. */
  readonly level: CompatibilityLevel;
  readonly findings: readonly Finding[];
}

interface RegisteredVersion extends Version {
  readonly number: number;
  readonly isDeleted: boolean;
}

class Download {
  readonly sources = new Map<string, SourceText>();
  private readonly gate: RegistryProject;
  private readonly registry: RegistryClient;
  private readonly subjects: Subjects;
  private globalLevel: Promise<CompatibilityLevel | undefined> | undefined;

  constructor(gate: RegistryProject, registry: RegistryClient) {
    this.gate = gate;
    this.registry = registry;
    this.subjects = createSubjects(registry);
  }

  async subject(one: SubjectSchema): Promise<RegisteredSubject> {
    const { subject } = one;
    const [numbers, own] = await Promise.all([this.numbers(subject), this.subjects.level(subject)]);
    const versions: RegisteredVersion[] = [];
    // One after the other: versions of a subject share their references, which are cached.
    for (const number of numbers.all)
      versions.push(await this.version(subject, number, !numbers.live.has(number)));
    this.globalLevel ??= this.subjects.level();
    const registryLevel = own ?? (await this.globalLevel) ?? DEFAULT_LEVEL;
    const given = this.givenLevel(subject);
    return {
      versions,
      level: given ?? registryLevel,
      findings: [
        ...this.levelFinding(one, given, registryLevel),
        ...this.unknownVersions(one, versions),
        ...(await this.disagreement(one, versions, registryLevel)),
      ],
    };
  }

  /** A registry that does not show deleted versions shows the others. */
  private async numbers(
    subject: string,
  ): Promise<{ all: readonly number[]; live: ReadonlySet<number> }> {
    const live = await this.list(subject, '');
    const all = await this.list(subject, '?deleted=true');
    const both = [...new Set([...live, ...all])].sort((a, b) => a - b);
    if (both.length > MAX_VERSIONS)
      throw new CodegenError('REGISTRY_FAILED', `${subject} has over ${MAX_VERSIONS} versions.`);
    return { all: both, live: new Set(live) };
  }

  private async list(subject: string, query: string): Promise<readonly number[]> {
    try {
      return await this.registry.http.send(
        { method: 'GET', path: `${under(subject)}/versions${query}`, about: { subject } },
        (body) =>
          Array.isArray(body) && body.every((item) => Number.isInteger(item)) ? body : undefined,
      );
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      if (error.code === 'UNKNOWN_SUBJECT') return [];
      if (query === '' || isTransient(error)) throw error;
      return [];
    }
  }

  private async version(
    subject: string,
    number: number,
    isDeleted: boolean,
  ): Promise<RegisteredVersion> {
    const { id, schemaType = 'AVRO' } = await this.subjects.version(subject, number);
    const file = `${subject}@v${number}`;
    if (schemaType !== 'AVRO')
      throw new CodegenError('REGISTRY_FAILED', `${file} is ${schemaType}, not AVRO.`);
    const { schema, references } = await this.registry.schemaById(id);
    const source = new SourceText(file, schema);
    this.sources.set(file, source);
    const parsed = parsePast(
      source,
      references.map((text, index) => new SourceText(`${file} reference ${index + 1}`, text)),
    );
    const name = `v${number}${isDeleted ? ' (deleted)' : ''}`;
    return { ...versionOf(name, parsed), number, isDeleted };
  }

  private givenLevel(subject: string): CompatibilityLevel | undefined {
    const topic = this.gate.project.config.topics.find(
      ({ subjects }) => subjects.value === subject || subjects.key === subject,
    );
    return topic?.isLevelGiven === true ? topic.compatibility : undefined;
  }

  private levelFinding(
    { subject, schema }: SubjectSchema,
    given: CompatibilityLevel | undefined,
    level: CompatibilityLevel,
  ): Finding[] {
    if (given === undefined || given === level) return [];
    const message = `tavro.json says ${given} for ${subject}, and the registry holds it to ${level}.`;
    const at = placeOf(schema.origin);
    return projectFinding(registryLevelDiffers, { subject, at, message }, this.gate.severities);
  }

  /** Only where the lock has a history: else the registry is the only one there is. */
  private unknownVersions(
    { subject, schema }: SubjectSchema,
    versions: readonly RegisteredVersion[],
  ): Finding[] {
    const locked: LockedSubject | undefined = this.gate.project.lock.subjects.get(subject);
    if (releasedOf(locked).length === 0) return [];
    const known = new Set(locked?.versions.map(({ identity }) => identity));
    return versions
      .filter(({ identity, isDeleted }) => !isDeleted && !known.has(identity))
      .flatMap(({ name }) =>
        projectFinding(
          registryVersionUnknown,
          {
            subject,
            at: placeOf(schema.origin),
            message: `The registry has ${name} of ${subject}, and the lock does not.`,
          },
          this.gate.severities,
        ),
      );
  }

  /** The registry's verdict beside ours, on the versions that it looks at. */
  private async disagreement(
    { subject, schema }: SubjectSchema,
    versions: readonly RegisteredVersion[],
    level: CompatibilityLevel,
  ): Promise<Finding[]> {
    const live = versions.filter(({ isDeleted }) => !isDeleted);
    const identity = identityOf(schema);
    if (live.length === 0 || live.some((version) => version.identity === identity)) return [];
    const text = printJson(printSchema(schema));
    const theirs = await this.subjects.compatibility(subject, text);
    const refused = pairsOf<{ schema: typeof schema | Version['schema'] }>(level, live, {
      schema,
    }).some(
      ({ reader, writer }) => comparePair(reader, writer, { rules: rulesOf(['WIRE']) }).length > 0,
    );
    if (theirs.compatible === !refused) return [];
    const words = theirs.messages.join(' ').slice(0, MAX_WORDS);
    const message = theirs.compatible
      ? `The registry takes this schema at ${level}, and the gate refuses it.`
      : `The gate takes this schema at ${level}, and the registry refuses it: ${words || 'it does not say why'}.`;
    const at = placeOf(schema.origin);
    return projectFinding(registryDisagrees, { subject, at, message }, this.gate.severities);
  }
}

/** Longest text of the registry that a finding holds, in UTF-16 units. */
const MAX_WORDS = 1_000;
