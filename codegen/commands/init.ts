/** `tavro init`: makes a folder a project of tavro, or gives a project what it lacks. */
import { existsSync } from 'node:fs';
import { isAbsolute, join, normalize, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { type CommandLine, folder, folderFlags, manual } from '../command-line.js';
import { type Context, EXIT } from '../context.js';
import { readSchemaFiles } from '../disk/directory.js';
import { PACKAGE_MANAGERS } from '../disk/package-manager.js';
import { type ProjectFacts, projectFacts } from '../disk/project-facts.js';
import { replaceFiles } from '../disk/replace.js';
import { CodegenError } from '../error.js';
import { openPerson, type Person } from '../person.js';
import { CONFIG_FILE } from '../project/config/config.js';
import {
  type InitFlags,
  isFresh,
  type Question,
  questions,
  usualAnswers,
} from '../scaffold/answers.js';
import { nextSteps } from '../scaffold/next-steps.js';
import { changesOf, type InitAnswers, type InitPlan, initPlan } from '../scaffold/plan.js';

interface InitOptions extends InitFlags {
  /** The project's folder: its package.json is there, or will be. */
  readonly project: string;
  readonly yes?: boolean;
}

export const initCommand: CommandLine = (context, done) =>
  new Command('init')
    .description(
      'make a folder a project that sends and handles an event, or add what a project lacks',
    )
    .option('--project <folder>', 'where package.json is, or will be', folder, '.')
    .option('--schemas <folder>', 'where the schemas go (usual: schemas)', folder)
    .option('--out <folder>', 'where generated code goes (usual: generated)', folder)
    .option('--sample', 'with a sample event, and code that sends, handles and tests it')
    .option('--no-sample', 'settings and scripts only (usual where there is code)')
    .option('--infra', 'with a CDK app that deploys it')
    .option('--no-infra', 'without one (usual)')
    .option('--workflow', 'with a GitHub workflow that checks pull requests (usual)')
    .option('--no-workflow', 'without one')
    .option('--editor', 'with settings that complete and check schemas in VS Code (usual)')
    .option('--no-editor', 'without them')
    .addOption(
      new Option('--manager <name>', 'whose commands are written (usual: by lock files)').choices(
        PACKAGE_MANAGERS,
      ),
    )
    .option('--yes', 'ask nothing')
    .addHelpText(
      'after',
      manual({
        page: 'docs/projects.md',
        examples: [
          'tavro init',
          'tavro init --yes --infra',
          'tavro init --project services/orders --no-sample',
        ],
      }),
    )
    .action(async (options: InitOptions) => done(await init(options, context)));

/** Writes what is missing; never over what is there. Running it again changes nothing. */
async function init(flags: InitOptions, context: Context): Promise<number> {
  const { project, schemas, out } = flags;
  refuseOutside({ schemas, out });
  const facts = projectFacts(project, context.env.npm_config_user_agent);
  const hasSchemas = isInUse(join(project, flags.schemas ?? 'schemas'));
  const fresh = isFresh(facts, hasSchemas);
  const person = flags.yes === true ? undefined : openPerson(context);
  try {
    const asked = await answersTo(questions(flags, fresh), person);
    const answers = withFlags({ ...usualAnswers(facts, { ...flags, ...asked }, fresh), context });
    const plan = initPlan(facts, answers, hasSchemas);
    tellPlan(plan, facts, context);
    const isAgreed = isNothing(plan) || ((await person?.yesOrNo('Write this?', true)) ?? true);
    if (!isAgreed) context.err('Nothing was written.');
    else write(plan, { facts, answers, project }, context);
    return EXIT.clean;
  } catch (error) {
    const isUnanswered = error instanceof CodegenError && error.code === 'USAGE';
    // Ctrl-C in place of an answer.
    if (isUnanswered && context.signal.aborted) return EXIT.interrupted;
    throw error;
  } finally {
    person?.close();
  }
}

/** @throws CodegenError `USAGE`: what is generated elsewhere is of another project */
function refuseOutside(folders: Partial<Record<string, string>>): void {
  for (const [flag, path] of Object.entries(folders))
    if (path !== undefined && (isAbsolute(path) || normalize(path).startsWith('..')))
      throw new CodegenError('USAGE', `--${flag} is a folder of the project, such as "events".`);
}

function write(
  plan: InitPlan,
  where: { facts: ProjectFacts; answers: InitAnswers; project: string },
  context: Context,
): void {
  const { facts, answers, project } = where;
  replaceFiles(changesOf(plan, project, resolve(project, facts.toRepository)));
  for (const note of plan.notes) context.err(`By hand: ${note}`);
  if (!isNothing(plan)) context.err(nextSteps(facts, { answers, plan, project }));
}

async function answersTo(
  asked: readonly Question[],
  person: Person | undefined,
): Promise<Partial<Record<Question['name'], boolean>>> {
  const answers: Partial<Record<Question['name'], boolean>> = {};
  for (const { name, text, usual } of asked)
    if (person !== undefined) answers[name] = await person.yesOrNo(text, usual);
  return answers;
}

/** Whether there are schemas or settings. */
function isInUse(schemas: string): boolean {
  return (
    existsSync(join(schemas, CONFIG_FILE)) ||
    (existsSync(schemas) && readSchemaFiles(schemas).length > 0)
  );
}

function withFlags({
  context,
  ...answers
}: Omit<InitAnswers, 'version' | 'flags'> & { readonly context: Context }): InitAnswers {
  const { schemas, out } = answers;
  return {
    ...answers,
    version: context.version ?? '0.0.0',
    flags: { codegen: folderFlags({ schemas, out }), check: folderFlags({ schemas }) },
  };
}

function isNothing({ files, repositoryFiles }: InitPlan): boolean {
  return files.length + repositoryFiles.length === 0;
}

function tellPlan(plan: InitPlan, facts: ProjectFacts, { out, err }: Context): void {
  if (isNothing(plan)) err('Everything is there: nothing to write.');
  const { files, repositoryFiles, manifest } = plan;
  for (const { path } of files)
    if (facts.has(path)) for (const what of manifest.added) out(`add     ${what} to ${path}`);
    else out(`create  ${path}`);
  for (const { path } of repositoryFiles) out(`create  ${join(facts.toRepository, path)}`);
  for (const path of plan.kept) out(`keep    ${path}`);
  for (const name of manifest.kept) out(`keep    script ${name}`);
}
