/** Stacks that rows are tried in, and their templates. */
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import {
  type ConsumerDefinition,
  MskCluster,
  PipelineNetwork,
  PipelineStack,
} from '../../../infra/index.js';
import { quickApp, userClicks } from '../sample-stack.js';

export const ENV = { account: '123456789012', region: 'us-east-1' };

/** The template of one construct in a stack of its own. */
export function templateOf(make: (stack: Stack) => unknown): unknown {
  const stack = new Stack(quickApp(), 'One', { env: ENV });
  make(stack);
  return Template.fromStack(stack).toJSON();
}

export const clusterOf = (stack: Stack) =>
  new MskCluster(stack, 'Brokers', { vpc: new PipelineNetwork(stack, 'Net').vpc });

/** The template of a cluster in a network of three zones. */
export const inNetwork = (make: (stack: Stack, vpc: ec2.IVpc) => unknown): unknown =>
  templateOf((stack) => make(stack, new PipelineNetwork(stack, 'Net', { zones: 3 }).vpc));

/** A pipeline's template, and what protects it. */
export function pipeline(props: object): unknown {
  const topics = { 'user-clicks-avro': { partitions: 3 } };
  const consumers = { UserClicks: userClicks() };
  const stack = new PipelineStack(quickApp(), 'Clicks', { topics, consumers, ...props });
  const { stackName, terminationProtection, region, account } = stack;
  const protections = { stackName, terminationProtection, region, account };
  return [protections, Template.fromStack(stack).toJSON()];
}

/** A pipeline's template with these settings of its consumer, which nobody watches: alarms have their own rows. */
export const consumer = (props: object): unknown =>
  pipeline({
    alarms: false,
    consumers: { UserClicks: userClicks(props as Partial<ConsumerDefinition<never>>) },
  });
