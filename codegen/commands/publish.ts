/** `tavro publish`: the schemas of a folder -> a Schema Registry, and its ids -> the lock. */
import { Command } from 'commander';
import { visible } from '../../runtime/printable.js';
import type { RegistryClient } from '../../runtime/registry/client.js';
import { RegistryError } from '../../runtime/registry/error.js';
import type { Baseline } from '../baseline/baseline.js';
import { type Gate, openGate, openLock } from '../baseline/run.js';
import { type CommandLine, folderFlags, manual, schemasOption } from '../command-line.js';
import { type Context, EXIT } from '../context.js';
import { writeLock } from '../disk/lock-file.js';
import { CodegenError } from '../error.js';
import { LOCK_FOLDER } from '../history/lock.js';
import { migrationNote } from '../history/lock-changes.js';
import { isLocalRegistry } from '../history/recorded-ids.js';
import type { SubjectSchema } from '../history/subject.js';
import { progressOf } from '../progress.js';
import { topicNames } from '../project/given-names.js';
import { loadProject } from '../project/load.js';
import { refusalOf } from '../publication/judged.js';
import { type Planned, planAll, toRegister } from '../publication/plan.js';
import { registryFacts } from '../publication/registry-facts.js';
import { refuseAssociated } from '../registry/associated.js';
import { registryOf } from '../registry/options.js';
import { printPlan } from '../registry/publish-plan.js';
import { Publisher } from '../registry/publisher.js';
import { orFailure } from '../registry/registered.js';
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

/** Types that are registered under their own names before a subject's schema. */
function namesBefore(units: SchemaUnits, { schema }: SubjectSchema): string[] {
  return inOrder(units.of(schema).needs).map(({ name }) => name);
}

/** Runs the gate, and prints its report where there are errors. */
function refuses(gate: Gate, baselines: readonly Baseline[], context: Context): boolean {
  const report = refusalOf(gate, baselines, context);
  if (report === undefined) return false;
  context.out(report);
  context.err('Nothing was published.');
  return true;
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
  const done = (line: string): void => context.err(visible(line));
  const publisher = new Publisher({
    registry,
    keep: (next, before) => {
      const { lock, changes } = writeLock(folder, { before, next });
      const migrated = migrationNote(changes, folder);
      if (migrated !== undefined) done(migrated);
      return lock;
    },
    lock: project.history.lock,
    next: {
      ...project.history.next,
      names: topicNames(project.topics, project.history.lock),
    },
    config: project.config.registry,
    units,
    own: new Set(subjects.map(({ subject }) => subject)),
    done,
  });
  for (const { plan, current } of work) {
    if (context.signal.aborted) {
      context.err('Stopped. Run the command again to go on.');
      return EXIT.failure;
    }
    await orLocked(plan.subject, publisher.publish(plan, current));
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

/** @throws CodegenError `REGISTRY_FAILED`, which tells that nothing is lost */
async function orLocked(subject: string, published: Promise<void>): Promise<void> {
  try {
    await published;
  } catch (cause) {
    if (!(cause instanceof RegistryError)) throw cause;
    throw new CodegenError(
      'REGISTRY_FAILED',
      `${subject}: ${cause.message}\nWhat was published before is in the lock. Run the command again to go on.`,
      { cause },
    );
  }
}
