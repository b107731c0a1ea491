/** What `tavro init` does where nobody says otherwise. */
import type { ProjectFacts } from '../disk/project-facts.js';
import type { InitAnswers } from './plan.js';

/** Flags as they were given; what was not is undefined. */
export type InitFlags = Partial<
  Pick<InitAnswers, 'schemas' | 'out' | 'sample' | 'infra' | 'workflow' | 'editor' | 'manager'>
>;

export interface Question {
  readonly name: 'sample' | 'infra';
  readonly text: string;
  /** The answer of who only presses return. */
  readonly usual: boolean;
}

/** Other systems' settings: who has one seldom wants a workflow of GitHub's. */
const OTHER_CI = [
  '.gitlab-ci.yml',
  'azure-pipelines.yml',
  'bitbucket-pipelines.yml',
  'Jenkinsfile',
];

/** Whether the folder holds nothing that a sample could be in the way of. */
export function isFresh(facts: ProjectFacts, hasSchemas: boolean): boolean {
  return !facts.hasSource && facts.compiler === undefined && !hasSchemas;
}

/** What is asked on a terminal, in this order: what no flag answered. */
export function questions(flags: InitFlags, fresh: boolean): readonly Question[] {
  const all: readonly Question[] = [
    {
      name: 'sample',
      text: 'Begin with a sample event, and code that sends, handles and tests it?',
      usual: fresh,
    },
    { name: 'infra', text: 'Add a CDK app that deploys the pipeline to AWS?', usual: false },
  ];
  return all.filter(({ name }) => flags[name] === undefined);
}

/** The answers that flags and questions left open. */
export function usualAnswers(
  facts: ProjectFacts,
  flags: InitFlags,
  fresh: boolean,
): Omit<InitAnswers, 'version' | 'flags'> {
  const { compiler, manager } = facts;
  const folder = compiler?.onlyFolder;
  const {
    schemas = 'schemas',
    out = folder === undefined ? 'generated' : `${folder}/generated`,
    sample = fresh,
    infra = false,
    workflow = !OTHER_CI.some((file) => facts.has(file)),
    editor = fresh || facts.has('.vscode'),
  } = flags;
  return {
    schemas,
    out,
    sample,
    infra,
    workflow,
    editor,
    manager: flags.manager ?? manager,
  };
}
