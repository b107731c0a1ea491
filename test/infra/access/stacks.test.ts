/** The cluster and its users are of one stack, and what reads them is of another. */
import { describe, expect, it } from '@jest/globals';
import { type App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import {
  admitClient,
  grantConsume,
  grantPoll,
  IamCredentials,
  KafkaSubscription,
  KafkaTopic,
  MskCluster,
  PipelineNetwork,
  ProducerRole,
  SchemaRegistry,
  ScramUsers,
} from '../../../infra/index.js';
import { quickApp } from '../sample-stack.js';

/** Users are of the cluster's stack, or of one of their own. */
const APART = [
  ['two stacks', 'Kafka'],
  ['three stacks', 'Users'],
] as const;

/** Brokers with a topic, users with a registry, and a stack that is to use them. */
function stacks(usersStack: 'Kafka' | 'Users') {
  const app = quickApp();
  const kafka = new Stack(app, 'Kafka');
  const { vpc } = new PipelineNetwork(kafka, 'Network');
  const cluster = new MskCluster(kafka, 'Cluster', { vpc });
  const topic = new KafkaTopic(kafka, 'Topic', {
    cluster,
    topicName: 'orders',
    partitions: 3,
    replicationFactor: 2,
  });
  const beside = usersStack === 'Kafka' ? kafka : new Stack(app, usersStack);
  const users = new ScramUsers(beside, 'Users', { cluster, usernames: ['producer', 'consumer'] });
  const schemaRegistry = new SchemaRegistry(beside, 'Registry', {
    url: 'https://registry.example.com',
    encryptionKey: users.encryptionKey,
  });
  return { app, vpc, cluster, topic, users, schemaRegistry, service: new Stack(app, 'Service') };
}

function functionOf(stack: Stack, props: Partial<lambda.FunctionProps> = {}): lambda.Function {
  return new lambda.Function(stack, 'Function', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = () => {};'),
    ...props,
  });
}

/** Stacks that a stack waits for; synthesizing ends in an error where they wait for each other. */
function waitsFor(app: App): Readonly<Record<string, readonly string[]>> {
  const assembly = app.synth();
  return Object.fromEntries(
    assembly.stacks.map((stack) => [
      stack.stackName,
      stack.dependencies
        .map(({ id }) => id)
        .filter((id) => !id.endsWith('.assets'))
        .sort(),
    ]),
  );
}

describe.each(APART)('in %s', (_name, usersStack) => {
  const above = usersStack === 'Kafka' ? ['Kafka'] : ['Kafka', 'Users'];
  const expected = {
    Kafka: [],
    ...(usersStack === 'Users' ? { Users: ['Kafka'] } : {}),
    Service: above,
  };

  it('a function polls, and its mapping waits for user and topic', () => {
    const { app, cluster, topic, users, schemaRegistry, service } = stacks(usersStack);
    const target = functionOf(service);
    schemaRegistry.bind(target);
    new KafkaSubscription(service, 'Orders', {
      target,
      cluster,
      topic,
      credentials: users.credentials('consumer'),
      consumerGroupId: 'orders',
    });
    expect(waitsFor(app)).toEqual(expected);
    const policies = JSON.stringify(Template.fromStack(service).findResources('AWS::IAM::Policy'));
    expect(policies).toContain('"kms:Decrypt"');
  });

  it('roles poll, consume and produce', () => {
    const { app, vpc, cluster, topic, users, schemaRegistry, service } = stacks(usersStack);
    const credentials = users.credentials('consumer');
    const target = functionOf(service, { vpc });
    grantPoll(target, { cluster, topic, credentials, group: 'orders' });
    schemaRegistry.bind(target);
    const assumedBy = new iam.ServicePrincipal('ecs-tasks.amazonaws.com');
    const reader = new iam.Role(service, 'Reader', { assumedBy });
    grantConsume(reader, { cluster, topic, group: 'orders', credentials: new IamCredentials() });
    new ProducerRole(service, 'Producer', {
      assumedBy,
      cluster,
      credentials: users.credentials('producer'),
      topics: [topic],
      schemaRegistry,
    });
    admitClient(target, { cluster, credentials });
    expect(waitsFor(app)).toEqual(expected);
  });
});

it('would be a cycle by the library’s own grant, which names the role in the key’s policy', () => {
  const { app, users, service } = stacks('Kafka');
  users.credentials('consumer').secret.grantRead(functionOf(service));
  expect(() => app.synth()).toThrow(/cyclic reference|DependencyCycle/i);
});
