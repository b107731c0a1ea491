/** What publishing a project to a registry takes: of each subject, what both sides have and what is to be done. */
import type { RegistryClient } from '../../runtime/registry/client.js';
import { isUnregistered } from '../../runtime/registry/error.js';
import type { Gate } from '../baseline/run.js';
import type { SubjectSchema } from '../history/subject.js';
import type { Progress } from '../progress.js';
import { isReleased, versionsAsLocked } from '../registry/as-locked.js';
import { givenLevels } from '../registry/given-levels.js';
import { inParallel } from '../registry/in-parallel.js';
import {
  currentIdOf,
  type PlanInput,
  planSubject,
  type SubjectPlan,
} from '../registry/publish-plan.js';
import {
  orFailure,
  type RegisteredSubject,
  SubjectReader,
  stopped,
  textOf,
} from '../registry/registered.js';

/** A subject with what the registry holds of it, and what is to be done. */
export interface Planned {
  readonly current: SubjectSchema;
  readonly registered: RegisteredSubject;
  readonly plan: SubjectPlan;
}

/**
 * What is to be done for each subject that is not in the registry just as it is here.
 * @throws CodegenError `REGISTRY_FAILED`
 */
export async function planAll(
  gate: Gate,
  registry: RegistryClient,
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<Planned[]> {
  const { project, subjects } = gate;
  const { url } = registry;
  const levels = givenLevels(project.config);
  const reader = new SubjectReader(registry);
  const isAsked = progress.counter(
    subjects.length,
    (done, all) => `compared ${done} of ${all} subjects with ${url}`,
  );
  const planOne = async (current: SubjectSchema): Promise<Planned[]> => {
    if (signal.aborted) throw stopped();
    const { subject } = current;
    const [locked, level] = [project.history.lock.subjects.get(subject), levels.get(subject)];
    const registered = await registeredOf(reader, subject, { locked, url, level });
    isAsked();
    if (registered.isAsLocked && isReleased(current, locked) && registered.level === level)
      return [];
    const currentId = await idInRegistry(gate, registry, { current, registered });
    const plan = planSubject({ current, locked, registered, url, level, currentId });
    return [{ current, registered, plan }];
  };
  return (await orFailure(inParallel(subjects, planOne))).flat();
}

/** What the registry holds of a subject; its own level only where `tavro.json` gives one. */
async function registeredOf(
  reader: SubjectReader,
  subject: string,
  { locked, url, level }: Pick<PlanInput, 'locked' | 'url' | 'level'>,
): Promise<RegisteredSubject & { readonly isAsLocked: boolean }> {
  const versions = await versionsAsLocked(reader, subject, { locked, url });
  if (versions === undefined) return { ...(await reader.read(subject)), isAsLocked: false };
  const own = level === undefined ? undefined : await reader.subjects.level(subject);
  return { subject, versions, level: own, isAsLocked: true };
}

/** The registry is asked only where it has something alike: it knows what it takes for the same. */
async function idInRegistry(
  { project }: Gate,
  registry: RegistryClient,
  { current, registered }: Omit<Planned, 'plan'>,
): Promise<number | undefined> {
  const { subject, schema } = current;
  const id = currentIdOf(current, registered);
  if (id !== undefined || registered.versions.length === 0) return id;
  const { normalize } = project.config.registry;
  try {
    return await registry.lookup(subject, textOf(schema), { normalize });
  } catch (cause) {
    if (isUnregistered(cause)) return undefined;
    return orFailure(Promise.reject(cause));
  }
}

/** Subjects that get a new version. */
export function toRegister(work: readonly Planned[]): ReadonlySet<string> {
  const registering = work.filter(({ plan }) =>
    plan.steps.some(({ action }) => action === 'register'),
  );
  return new Set(registering.map(({ plan }) => plan.subject));
}
