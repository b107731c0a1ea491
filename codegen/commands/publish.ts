/** `tavro publish`: the schemas of a folder -> a Schema Registry, and its ids -> the lock. */
import { Command } from 'commander';
import { visible } from '../../runtime/printable.js';
import type { RegistryClient } from '../../runtime/registry/client.js';
import { isUnregistered, RegistryError } from '../../runtime/registry/error.js';
import { createSubjects } from '../../runtime/registry/subjects.js';
import type { Baseline } from '../baseline/baseline.js';
import { type Gate, hasErrors, openGate, openLock, reportOf, runGate } from '../baseline/run.js';
import type { Fact } from '../check/facts.js';
import { textReport } from '../check/report/text.js';
import { type CommandLine, folderFlags, manual, schemasOption } from '../command-line.js';
import { type Context, EXIT } from '../context.js';
import { CodegenError } from '../error.js';
import { LOCK_FOLDER } from '../history/lock.js';
import { isLocalRegistry } from '../history/recorded-ids.js';
import type { SubjectSchema } from '../history/subject.js';
import { type Place, placeOf } from '../model/source-text.js';
import { type Progress, progressOf } from '../progress.js';
import { topicNames } from '../project/given-names.js';
import { loadProject } from '../project/load.js';
import { isReleased, versionsAsLocked } from '../registry/as-locked.js';
import { refuseAssociated } from '../registry/associated.js';
import { givenLevels } from '../registry/given-levels.js';
import { inParallel } from '../registry/in-parallel.js';
import { registryOf } from '../registry/options.js';
import {
  currentIdOf,
  type PlanInput,
  planSubject,
  printPlan,
  type SubjectPlan,
} from '../registry/publish-plan.js';
import { Publisher } from '../registry/publisher.js';
import {
  orFailure,
  type RegisteredSubject,
  SubjectReader,
  stopped,
  textOf,
} from '../registry/registered.js';
import { inOrder, SchemaUnits } from '../registry/schema-units.js';

interface PublishOptions {
  readonly schemas: string;
  /** Base URL; from SCHEMA_REGISTRY_URL when absent. */
  readonly registry?: string;
  /** Show the plan and stop. */
  readonly dryRun?: boolean;
}

export const publishCommand: CommandLine = (context, done) =>
  new Command('publish')
    .description('register the schemas at a Schema Registry; its ids go into the lock')
    .addOption(schemasOption('where the schemas and the lock are'))
    .option('--registry <url>', 'Schema Registry to publish to (default: SCHEMA_REGISTRY_URL)')
    .option('--dry-run', 'show the plan, and do nothing')
    .addHelpText(
      'after',
      manual({
        page: 'README.md',
        examples: [
          'tavro publish --registry http://localhost:8081 --dry-run',
          'tavro publish --registry https://registry.example.com',
        ],
      }),
    )
    .action(async (options: PublishOptions) => done(await publish(options, context)));

async function publish(options: PublishOptions, context: Context): Promise<number> {
  const gate = openGate(await loadProject(options.schemas), options.schemas);
  for (const note of gate.project.history.lock.notes ?? []) context.err(visible(note));
  const registry = registryOf(options, context.env);
  if (registry === undefined)
    throw new CodegenError('USAGE', 'Which registry? Give --registry URL, or SCHEMA_REGISTRY_URL.');
  if (refuses(gate, [openLock(gate)], context)) return EXIT.findings;
  const progress = progressOf(context);
  const planned = await planAll(gate, registry, { progress, signal: context.signal });
  const facts = await registryFacts(gate, registry, planned);
  if (refuses(gate, [openLock(gate), facts], context)) return EXIT.findings;
  const units = new SchemaUnits(gate.project.model);
  const lines = planned.flatMap(({ plan, current }) =>
    printPlan(plan, gate.project.config.registry.references ? namesBefore(units, current) : []),
  );
  const work = planned.filter(({ plan }) => plan.steps.length > 0 || plan.level !== undefined);
  if (lines.length > 0) context.out([`plan for ${registry.url}`, ...lines].join('\n'));
  if (work.length === 0) {
    context.err(`Nothing to publish: ${registry.url} has everything.`);
    return EXIT.clean;
  }
  await orFailure(refuseAssociated(registry, gate.project.topics, toRegister(work)));
  if (options.dryRun === true) {
    context.err('Nothing was done: this was a dry run.');
    return EXIT.clean;
  }
  return carryOut(gate, { registry, work, units }, context);
}

/** Subjects that get a new version. */
function toRegister(work: readonly Planned[]): ReadonlySet<string> {
  const registering = work.filter(({ plan }) =>
    plan.steps.some(({ action }) => action === 'register'),
  );
  return new Set(registering.map(({ plan }) => plan.subject));
}

/** Types that are registered under their own names before a subject's schema. */
function namesBefore(units: SchemaUnits, { schema }: SubjectSchema): string[] {
  return inOrder(units.of(schema).needs).map(({ name }) => name);
}

/** A subject with what the registry holds of it, and what is to be done. */
interface Planned {
  readonly current: SubjectSchema;
  readonly registered: RegisteredSubject;
  readonly plan: SubjectPlan;
}

/** Runs the gate, and prints its report where there are errors. */
function refuses(gate: Gate, baselines: readonly Baseline[], context: Context): boolean {
  const run = runGate(gate, baselines, { context, withLint: true, keepsVersions: true });
  if (!hasErrors(run.findings)) return false;
  context.out(textReport(reportOf(gate, run, { baselines, context })));
  context.err('Nothing was published.');
  return true;
}

/** What is to be done for each subject that is not in the registry just as it is here. */
async function planAll(
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

/** What is known of the registry before publishing, as a baseline without a history. */
async function registryFacts(
  gate: Gate,
  registry: RegistryClient,
  planned: readonly Planned[],
): Promise<Baseline> {
  const { url } = registry;
  const facts = await inParallel(planned, async (one): Promise<Fact[]> => {
    const { subject, schema } = one.current;
    const at = (): Place => placeOf(schema.origin);
    const words = await refusalOf(gate, registry, one);
    const verdict = { subject, by: { url }, gate: true, registry: false };
    return [
      ...one.registered.versions.map(({ version, isDeleted }): Fact => {
        const isKnown = !one.plan.unknown.includes(version);
        return { kind: 'registered', facts: { subject, version, url, isDeleted, isKnown }, at };
      }),
      ...(words === undefined
        ? []
        : [{ kind: 'verdict', facts: { ...verdict, words }, at } as const]),
    ];
  });
  return {
    name: `registry:${url}`,
    history: () => [],
    facts: facts.flat(),
    sourceOf: () => undefined,
  };
}

/**
 * The registry's words where it refuses. Asks before anything is registered, so that no subject is
 * refused after others were taken.
 */
async function refusalOf(
  { project }: Gate,
  registry: RegistryClient,
  { current, registered, plan }: Planned,
): Promise<string | undefined> {
  const { subject, schema } = current;
  const [step, ...more] = plan.steps.filter(({ action }) => action === 'register');
  const isNext = step?.wanted.isCurrent === true && more.length === 0;
  const hasHistory = registered.versions.some(({ isDeleted }) => !isDeleted);
  // Under a level that is about to change the registry's answer means nothing.
  if (!isNext || !hasHistory || plan.level !== undefined) return undefined;
  const { normalize, references } = project.config.registry;
  const text = textOf(schema);
  const words = await refusalBy(registry, { subject, text, normalize });
  if (words === undefined) return undefined;
  // Some registries cannot compare a whole text with one that refers to others (Apicurio 3.0).
  return references && words.isInvalid ? undefined : words.text;
}

async function refusalBy(
  registry: RegistryClient,
  { subject, text, normalize }: { subject: string; text: string; normalize: boolean },
): Promise<{ text: string; isInvalid: boolean } | undefined> {
  try {
    const verdict = await createSubjects(registry).compatibility(subject, text, { normalize });
    return verdict.compatible ? undefined : { text: verdict.messages.join(' '), isInvalid: false };
  } catch (cause) {
    if (cause instanceof RegistryError && cause.code === 'INVALID')
      return { text: cause.message, isInvalid: true };
    return orFailure(Promise.reject(cause));
  }
}

async function carryOut(
  gate: Gate,
  {
    registry,
    work,
    units,
  }: { registry: RegistryClient; work: readonly Planned[]; units: SchemaUnits },
  context: Context,
): Promise<number> {
  const { project, folder, subjects } = gate;
  const publisher = new Publisher({
    registry,
    folder,
    lock: project.history.lock,
    next: {
      ...project.history.next,
      names: topicNames(project.topics, project.history.lock),
    },
    config: project.config.registry,
    units,
    own: new Set(subjects.map(({ subject }) => subject)),
    done: (line) => context.err(visible(line)),
  });
  for (const { plan, current } of work) {
    if (context.signal.aborted) {
      context.err('Stopped. Run the command again to go on.');
      return EXIT.failure;
    }
    await publisher.publish(plan, current);
  }
  context.err(
    `Published. Run \`npx tavro codegen${folderFlags({ schemas: folder })}\` to put the ids into the generated code.`,
  );
  context.err(
    isLocalRegistry(registry.url)
      ? `They hold on this machine: elsewhere ${registry.url} is another registry, and its ids are ignored.`
      : `Commit it with ${folder}/${LOCK_FOLDER}/.`,
  );
  return EXIT.clean;
}
