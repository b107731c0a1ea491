/** Stacks whose resources stand for readers, writers and the registration of a rollout. */
import { CfnResource, Stack, type Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { SchemaContract, TopicContract } from '../../infra/index.js';
import { quickApp } from './sample-stack.js';

export const resource = (stack: Stack, id: string): CfnResource =>
  new CfnResource(stack, id, { type: 'Tavro::Test::Part' });

/** Parts of a pipeline in one stack, each a resource. */
export function parts(stack = new Stack(quickApp(), 'One')) {
  return {
    stack,
    reader: resource(stack, 'Reader'),
    registry: resource(stack, 'Registry'),
    writer: resource(stack, 'Writer'),
  };
}

/** By resource, what it is deployed after. */
export function dependenciesOf(stack: Stack): Readonly<Record<string, readonly string[]>> {
  const { Resources = {} } = Template.fromStack(stack).toJSON();
  return Object.fromEntries(
    Object.entries<{ DependsOn?: readonly string[] }>(Resources).flatMap(([id, { DependsOn }]) =>
      DependsOn === undefined ? [] : [[id, DependsOn]],
    ),
  );
}

/** The same in a stack each. */
export function stacks(app: Stage = quickApp()) {
  const [readers, writers] = [new Stack(app, 'Readers'), new Stack(app, 'Writers')] as const;
  const [reader, writer] = [resource(readers, 'Reader'), resource(writers, 'Writer')] as const;
  return { app, readers, writers, reader, writer };
}

/** Values with a schema whose newest version is the last that is retained. */
export function contractOf(side: Partial<SchemaContract>): TopicContract {
  const { retained = [] } = side;
  const version = retained.at(-1) ?? 'v1';
  return { partitions: 1, value: { subject: 's', version, ...side } };
}

export const CONSUMERS_FIRST = {
  retained: ['v1', 'v2'],
  version: 'v2',
  refused: { v1: { v2: 'no' } },
};
export const PRODUCERS_FIRST = {
  retained: ['v1', 'v2'],
  version: 'v2',
  refused: { v2: { v1: 'no' } },
};
