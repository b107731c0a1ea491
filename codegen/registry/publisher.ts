/** Carries out what a plan says, one step at a time; after each the lock is kept. */
import { printJson } from '../../runtime/json.js';
import type { RegistryClient, RegistryNames } from '../../runtime/registry/client.js';
import { isUnregistered, RegistryError } from '../../runtime/registry/error.js';
import { under } from '../../runtime/registry/http.js';
import type { CompatibilityLevel } from '../../runtime/registry/levels.js';
import type { SchemaReference } from '../../runtime/registry/schemas.js';
import { createSubjects, type Subjects } from '../../runtime/registry/subjects.js';
import { CodegenError } from '../error.js';
import type { Lock } from '../history/lock.js';
import type { SubjectSchema } from '../history/subject.js';
import { contextOf, inContext } from '../history/subject-names.js';
import type { RegistryConfig } from '../project/config/registry.js';
import { type SubjectPlan, type WantedVersion, withRelease } from './publish-plan.js';
import type { SchemaUnit, SchemaUnits } from './schema-units.js';

export interface PublisherOptions {
  readonly registry: RegistryClient;
  /** Keeps what the lock is to be after a step, and gives it as it is then. */
  readonly keep: (next: Lock, before: Lock) => Lock;
  /** As it is before the first step. */
  readonly lock: Lock;
  /** As it is to be, but for what is published. */
  readonly next: Lock;
  readonly config: RegistryConfig;
  readonly units: SchemaUnits;
  /** Subjects of the project's topics. */
  readonly own: ReadonlySet<string>;
  /** Told of every step once it is done. */
  readonly done: (what: string) => void;
}

export class Publisher {
  private lock: Lock;
  private next: Lock;
  private readonly options: PublisherOptions;
  private readonly subjects: Subjects;
  private readonly versions = new Map<string, Promise<number>>();

  constructor(options: PublisherOptions) {
    this.options = options;
    this.lock = options.lock;
    this.next = options.next;
    this.subjects = createSubjects(options.registry);
  }

  /** @throws RegistryError; CodegenError `OUTPUT_UNWRITABLE`; what was done before stays done */
  async publish(plan: SubjectPlan, current: SubjectSchema): Promise<void> {
    const { subject, type, level } = plan;
    const { registry, keep, done } = this.options;
    let isLeveled = level === undefined || (await this.hold(subject, level.to));
    for (const step of plan.steps) {
      const { wanted } = step;
      const names =
        step.action === 'record' ? step.names : await this.register(subject, wanted, current);
      const locked = withRelease(
        this.next.subjects.get(subject),
        { type, url: registry.url },
        { wanted, names },
      );
      const subjects = new Map(this.next.subjects).set(subject, locked);
      this.next = keep({ ...this.next, subjects }, this.lock);
      this.lock = this.next;
      done(`${subject}: v${wanted.locked.version} has id ${names.id}`);
      if (!isLeveled && level !== undefined) isLeveled = await this.hold(subject, level.to);
    }
  }

  /** Sets a level; `false` where the registry wants the subject to have a version first. */
  private async hold(subject: string, level: CompatibilityLevel): Promise<boolean> {
    try {
      await this.subjects.setLevel(level, subject);
    } catch (error) {
      if (error instanceof RegistryError && error.code === 'UNKNOWN_SUBJECT') return false;
      throw error;
    }
    this.options.done(`${subject}: level ${level}`);
    return true;
  }

  private async register(
    subject: string,
    { isCurrent, locked }: WantedVersion,
    { schema }: SubjectSchema,
  ): Promise<RegistryNames> {
    const { registry, config, units } = this.options;
    const { normalize } = config;
    // Which files the past had nobody knows: it is registered as it is in the lock, whole.
    if (!config.references || !isCurrent)
      return registry.registration(subject, printJson(locked.schema), { normalize });
    const { text, needs } = units.of(schema);
    const references = await this.references(needs, contextOf(subject));
    return registry.registration(subject, text, { references, normalize });
  }

  private async references(
    needs: readonly SchemaUnit[],
    context: string | undefined,
  ): Promise<SchemaReference[]> {
    const references: SchemaReference[] = [];
    // One after the other: two may need the same one.
    for (const unit of needs) {
      const subject = inContext(unit.name, context);
      references.push({ name: unit.name, subject, version: await this.versionOf(unit, subject) });
    }
    return references;
  }

  private versionOf(unit: SchemaUnit, subject: string): Promise<number> {
    const known = this.versions.get(subject);
    if (known !== undefined) return known;
    const version = this.publishUnit(unit, subject);
    this.versions.set(subject, version);
    return version;
  }

  /** Registers a type that others refer to, under its own name, unless it is there. */
  private async publishUnit(unit: SchemaUnit, subject: string): Promise<number> {
    const { registry, config, own, done } = this.options;
    const options = {
      references: await this.references(unit.needs, contextOf(subject)),
      normalize: config.normalize,
    };
    const known = await this.lookUp(subject, unit.text, options);
    if (known !== undefined) return known;
    // What matters is the whole that a topic carries, and its subject is held to a level. Its parts
    // alone may change in ways that the default level would refuse.
    const isHeld = own.has(subject) || (await this.hold(subject, 'NONE'));
    await registry.register(subject, unit.text, options);
    if (!isHeld) await this.hold(subject, 'NONE');
    const version = await this.lookUp(subject, unit.text, options);
    if (version === undefined)
      throw new CodegenError(
        'REGISTRY_FAILED',
        `The registry took ${subject} and does not find it again.`,
      );
    done(`${subject}: registered as version ${version}, for others to refer to`);
    return version;
  }

  /** The version that holds a schema under a subject. */
  private async lookUp(
    subject: string,
    schema: string,
    { references, normalize }: { references: readonly SchemaReference[]; normalize: boolean },
  ): Promise<number | undefined> {
    const path = `${under(subject)}${normalize ? '?normalize=true' : ''}`;
    const body = { schema, references };
    try {
      return await this.options.registry.http.send(
        { method: 'POST', path, body, about: { subject } },
        ({ version }) => (typeof version === 'number' ? version : undefined),
      );
    } catch (error) {
      if (isUnregistered(error)) return undefined;
      throw error;
    }
  }
}
