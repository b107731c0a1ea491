/** What a deployment does with the schemas that it brings: `tavro publish`, but for the lock. */
import { visible } from '../../runtime/printable.js';
import type { RegistryClient } from '../../runtime/registry/client.js';
import { RegistryError } from '../../runtime/registry/error.js';
import { type Gate, openGate, openLock } from '../baseline/run.js';
import type { Context } from '../context.js';
import { CodegenError } from '../error.js';
import { progressOf } from '../progress.js';
import { loadProject } from '../project/load.js';
import { refusalOf } from '../publication/judged.js';
import { type Planned, planAll, toRegister } from '../publication/plan.js';
import { registryFacts } from '../publication/registry-facts.js';
import { refuseAssociated } from '../registry/associated.js';
import { Publisher } from '../registry/publisher.js';
import { orFailure } from '../registry/registered.js';
import { SchemaUnits } from '../registry/schema-units.js';

export interface Release {
  /** The schemas folder, which is only read. */
  readonly folder: string;
  /** Those to register. @default all that the topics of the folder have */
  readonly subjects?: readonly string[] | undefined;
}

/** A deployment cannot write into the repository that it came from. */
const NOT_IN_LOCK =
  'The lock does not know these ids: run `npx tavro publish` and commit it, before the schemas change again.';

/** A line for each thing that was done; or the gate's report, and nothing was. */
export type Registration = { readonly done: readonly string[] } | { readonly refusal: string };

/**
 * Registers what the registry lacks of a release, drafts too, and sets the levels of `tavro.json`.
 * The gate judges before anything is registered. Where the registry has the schemas of a release,
 * there is nothing to judge: so one that was deployed before can always come back, whatever was
 * registered since. Nothing is ever deleted.
 * @throws CodegenError; what was registered before it stays registered
 */
export async function registerRelease(
  { folder, subjects }: Release,
  registry: RegistryClient,
  context: Context,
): Promise<Registration> {
  const whole = openGate(await loadProject(folder), folder);
  const gate = subjects === undefined ? whole : only(whole, subjects);
  const planned = await planAll(gate, registry, {
    progress: progressOf(context),
    signal: context.signal,
  });
  const registering = toRegister(planned);
  if (registering.size > 0) {
    const lock = openLock(whole);
    // What the lock knows is told without the registry's words about the same.
    const refusal =
      refusalOf(gate, [lock], context) ??
      refusalOf(gate, [lock, await registryFacts(gate, registry, planned)], context);
    if (refusal !== undefined) return { refusal };
    await orFailure(refuseAssociated(registry, gate.project.topics, registering));
  }
  const done = await carryOut(whole, { planned, registry, context });
  return { done: registering.size > 0 ? [...done, NOT_IN_LOCK] : done };
}

/** The same gate over some of the subjects. @throws CodegenError `INPUT_INVALID` */
function only(gate: Gate, wanted: readonly string[]): Gate {
  const names = new Set(wanted);
  const subjects = gate.subjects.filter(({ subject }) => names.delete(subject));
  if (names.size === 0) return { ...gate, subjects };
  const known = gate.subjects.map(({ subject }) => subject).join(', ');
  throw new CodegenError(
    'INPUT_INVALID',
    `No topic of ${gate.folder} has the subject ${[...names].join(', ')}; there is ${known}.`,
  );
}

async function carryOut(
  { project, subjects }: Gate,
  work: {
    readonly planned: readonly Planned[];
    readonly registry: RegistryClient;
    readonly context: Context;
  },
): Promise<readonly string[]> {
  const done: string[] = [];
  const publisher = new Publisher({
    registry: work.registry,
    // What a deployment runs in ends with it: who keeps the lock is whoever commits it.
    keep: (next) => next,
    lock: project.history.next,
    next: project.history.next,
    config: project.config.registry,
    units: new SchemaUnits(project.model),
    own: new Set(subjects.map(({ subject }) => subject)),
    done: (line) => {
      done.push(line);
      // At once: what comes next may fail.
      work.context.err(visible(line));
    },
  });
  for (const { plan, current } of work.planned) {
    const steps = plan.steps.filter(({ action }) => action === 'register');
    if (steps.length === 0 && plan.level === undefined) continue;
    if (work.context.signal.aborted)
      throw new CodegenError('REGISTRY_FAILED', 'There was no time left.');
    await orNamed(plan.subject, publisher.publish({ ...plan, steps }, current));
  }
  return done;
}

/** @throws CodegenError `REGISTRY_FAILED` that names the subject */
async function orNamed(subject: string, published: Promise<void>): Promise<void> {
  try {
    await published;
  } catch (cause) {
    if (!(cause instanceof RegistryError)) throw cause;
    throw new CodegenError('REGISTRY_FAILED', `${subject}: ${cause.message}`, { cause });
  }
}
