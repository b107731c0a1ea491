/** Cluster and users in one stack, function and subscription in another. */
import { expect, it } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import {
  KafkaSubscription,
  KafkaTopic,
  MskCluster,
  PipelineNetwork,
  SchemaRegistry,
  ScramUsers,
} from '../../infra/index.js';
import { quickApp } from './sample-stack.js';

it('the stack of the functions depends on that of the cluster, and not the other way', () => {
  const app = quickApp();
  const data = new Stack(app, 'Data');
  const cluster = new MskCluster(data, 'Cluster', { vpc: new PipelineNetwork(data, 'Net').vpc });
  const users = new ScramUsers(data, 'Users', { cluster, usernames: ['consumer'] });
  const topic = new KafkaTopic(data, 'Topic', {
    cluster,
    topicName: 'clicks',
    partitions: 1,
    replicationFactor: 2,
  });
  const registry = new SchemaRegistry(data, 'Registry', { url: 'https://r.example' });

  const compute = new Stack(app, 'Compute');
  const target = new lambda.Function(compute, 'Handler', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = () => {}'),
  });
  registry.bind(target);
  const { consumerGroupId } = new KafkaSubscription(compute, 'Clicks', {
    target,
    topic,
    cluster,
    credentials: users.credentials('consumer'),
  });

  app.synth();
  expect(compute.dependencies).toEqual([data]);
  expect(data.dependencies).toEqual([]);
  expect(consumerGroupId).toMatch(/^Compute\.Clicks\.clicks\./);
  const keyPolicy = JSON.stringify(Template.fromStack(data).findResources('AWS::KMS::Key'));
  expect(keyPolicy).not.toContain('Handler');
});
