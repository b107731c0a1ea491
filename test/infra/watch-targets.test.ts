/** What is watched of functions, aliases, subscriptions and clusters as they are made. */
import { describe, expect, it } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import {
  ALARMS,
  ExpressCluster,
  IamCredentials,
  type IMskCluster,
  KafkaSubscription,
  KafkaTopic,
  MskCluster,
  PipelineAlarms,
  PipelineNetwork,
  ServerlessCluster,
  type WatchedSubscription,
} from '../../infra/index.js';
import {
  emptyStack,
  idsOf,
  inline,
  loggedFunction,
  one,
  propertiesOf,
  Watched,
} from './watched.js';

describe('what calls the function', () => {
  it('may be an alias: errors and log are those of the function', () => {
    const stack = emptyStack();
    const fn = loggedFunction(stack);
    const target = new lambda.Alias(stack, 'Live', {
      aliasName: 'live',
      version: fn.currentVersion,
    });
    const alarms = one({ subscriptions: [new Watched(stack, 'Clicks', { target })] }, stack);
    // Safe: the resource of a function.
    const name = { Ref: stack.getLogicalId(fn.node.defaultChild as lambda.CfnFunction) };
    expect(propertiesOf(alarms, 'function-errors')).toMatchObject({
      Dimensions: [{ Name: 'FunctionName', Value: name }],
    });
    expect(alarms.alarms('partition-stopped')).toHaveLength(1);
    expect(alarms.alarms('function-near-timeout')).toHaveLength(1);
  });

  it('may have a log that nobody can read before it runs: synth warns, and touches it not', () => {
    const stack = emptyStack();
    const target = new lambda.Function(stack, 'Bare', inline);
    const alarms = one({ subscriptions: [new Watched(stack, 'Clicks', { target })] }, stack);
    expect(alarms.alarms('partition-stopped')).toEqual([]);
    Template.fromStack(stack).resourceCountIs('Custom::LogRetention', 0);
    Template.fromStack(stack).resourceCountIs('AWS::Logs::MetricFilter', 0);
    Annotations.fromStack(stack).hasWarning(
      '/Clicks/Alarms',
      Match.stringLikeRegexp('not given a log group'),
    );
  });

  it('may be known by its name only', () => {
    const stack = emptyStack();
    const target = lambda.Function.fromFunctionName(stack, 'Theirs', 'theirs');
    const alarms = one({ subscriptions: [new Watched(stack, 'Clicks', { target })] }, stack);
    expect(idsOf(alarms)).not.toContain('function-near-timeout');
    expect(idsOf(alarms)).toContain('function-errors');
  });
});

/** A subscription by IAM, and the brokers it is of. */
function watching(
  cluster: IMskCluster & { readonly takes: { readonly iam: true } },
): PipelineAlarms {
  const stack = Stack.of(cluster);
  // The compiler's word that the one is the other.
  const subscription: WatchedSubscription = new KafkaSubscription(stack, 'Sub', {
    target: loggedFunction(stack),
    cluster,
    topic: KafkaTopic.fromTopicName(stack, 'Topic', 'user-clicks-avro'),
    credentials: new IamCredentials(),
    pollers: { minimumPollers: 1, maximumPollers: 2 },
  });
  return new PipelineAlarms(stack, 'Alarms', { subscriptions: [subscription], cluster });
}

describe('a subscription of ours is watched', () => {
  it('with the metrics that provisioned pollers have, by the mapping and the group', () => {
    const stack = emptyStack();
    const { vpc } = new PipelineNetwork(stack, 'Net');
    const alarms = watching(new MskCluster(stack, 'Brokers', { vpc }));
    expect(idsOf(alarms)).toEqual(
      expect.arrayContaining(['records-dropped', 'poller-errors', 'brokers-disk', 'time-lag']),
    );
    expect(propertiesOf(alarms, 'records-dropped')).toMatchObject({
      Dimensions: [
        {
          Name: 'EventSourceMappingUUID',
          Value: { 'Fn::GetAtt': [expect.stringContaining('Sub'), 'Id'] },
        },
      ],
    });
    expect(propertiesOf(alarms, 'consumer-lag')).toMatchObject({
      Namespace: 'AWS/Kafka',
      Dimensions: [
        { Name: 'Cluster Name', Value: { 'Fn::Select': [1, expect.anything()] } },
        { Name: 'Consumer Group', Value: expect.stringContaining('user-clicks-avro') },
        { Name: 'Topic', Value: 'user-clicks-avro' },
      ],
    });
  });

  it('of Express brokers and of MSK Serverless', () => {
    const ids = [ExpressCluster, ServerlessCluster].map((Cluster) => {
      const app = emptyStack();
      const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
      const { vpc } = new PipelineNetwork(app, 'Net', { availabilityZones: zones });
      const alarms = watching(new Cluster(app, 'Brokers', { vpc }));
      return idsOf(alarms).filter((id) => ALARMS[id].of === 'brokers');
    });
    expect(ids).toEqual([['brokers-cpu', 'no-controller'], []]);
  });
});
