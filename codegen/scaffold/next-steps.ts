/** What is left to do after `tavro init`. */
import type { ProjectFacts } from '../disk/project-facts.js';
import { WORDS } from './package-manager.js';
import type { InitAnswers, InitPlan } from './plan.js';
import { SAMPLE_SCHEMA } from './sample.js';

/** @param project where it is, as the user said */
export function nextSteps(
  facts: ProjectFacts,
  { answers, plan, project }: { answers: InitAnswers; plan: InitPlan; project: string },
): string {
  const { manager, sample, schemas } = answers;
  const { install, add, run, exec } = WORDS[manager];
  const lacks = ['tavro', 'kafkajs'].filter((name) => !facts.manifest?.dependencies.includes(name));
  const steps: (readonly [command: string, what: string])[] = [];
  if (project !== '.') steps.push([`cd ${project}`, '']);
  const isAdded = plan.manifest.added.some((what) => what.startsWith('package '));
  if (sample || isAdded) steps.push([install, '']);
  else if (lacks.length > 0) steps.push([`${add} ${lacks.join(' ')}`, '']);
  if (!sample)
    steps.push([
      `${exec} tavro pull --registry URL`,
      'where you have a registry: its schemas, topics and versions',
    ]);
  steps.push([`${run} codegen`, 'writes the generated code; commit it with the schemas']);
  // A script that was there does something else.
  const isOurs = (name: string): boolean => plan.manifest.added.includes(`script ${name}`);
  if (isOurs('test')) steps.push([`${run} test`, 'sends and handles an event without Kafka']);
  if (isOurs('try'))
    steps.push([
      `${run} try`,
      'shows it: from the producer through a broker in memory to the handler',
    ]);
  if (isOurs('synth')) steps.push([`${run} synth`, 'writes the CloudFormation template']);
  const width = Math.max(0, ...steps.map(([command, what]) => (what === '' ? 0 : command.length)));
  const lines = steps.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`.trimEnd());
  const then = sample
    ? `Then edit ${schemas}/${SAMPLE_SCHEMA}, run codegen again, and see what the compiler says.`
    : `Then write schemas to ${schemas}/, and topics that carry them to ${schemas}/tavro.json.`;
  return ['Next:', ...lines, then].join('\n');
}
