/** Subscriptions to watch, without a pipeline around them, and what is made for them. */
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as msk from 'aws-cdk-lib/aws-msk';
import { Construct } from 'constructs';
import {
  ALARMS,
  type AlarmId,
  PipelineAlarms,
  type PipelineAlarmsProps,
  type WatchedSubscription,
} from '../../infra/index.js';
import { quickApp } from './sample-stack.js';

const ARN = 'arn:aws:kafka:us-east-1:123456789012:cluster/clicks/0a1b-1';

export const ALL_METRICS = ['EventCount', 'ErrorCount', 'KafkaMetrics'];
export const SELF_MANAGED = { bootstrapServers: ['broker:9092'] } as const;

/** A subscription that is only what is watched of one. */
export class Watched extends Construct implements WatchedSubscription {
  readonly target: lambda.IFunction;
  readonly topic = { topicName: 'user-clicks-avro' };
  readonly cluster: WatchedSubscription['cluster'];
  readonly consumerGroupId: string;
  readonly mappingId = 'c2a3';
  readonly provisioned: boolean;
  readonly metrics: readonly string[];

  constructor(scope: Construct, id: string, props: Partial<WatchedSubscription> = {}) {
    super(scope, id);
    this.target = props.target ?? loggedFunction(this);
    this.cluster = props.cluster ?? new ImportedCluster(this, 'Imported');
    this.consumerGroupId = props.consumerGroupId ?? 'clicks.group';
    this.metrics = props.metrics ?? [];
    this.provisioned = props.provisioned ?? this.metrics.length > 0;
  }
}

export const inline: lambda.FunctionProps = {
  runtime: lambda.Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: lambda.Code.fromInline('exports.handler = async () => {};'),
};

export function loggedFunction(scope: Construct): lambda.Function {
  return new lambda.Function(scope, 'Fn', {
    ...inline,
    logGroup: new logs.LogGroup(scope, 'Logs'),
  });
}

/** As one of another stack: only its ARN is known. */
export class ImportedCluster extends Construct implements msk.IClusterRef {
  readonly clusterRef = { clusterArn: ARN };
  readonly env = { account: '123456789012', region: 'us-east-1' };
}

export function clusterOf(scope: Construct, instanceType: string): msk.CfnCluster {
  return new msk.CfnCluster(scope, 'Cluster', {
    clusterName: 'clicks',
    kafkaVersion: '3.9.x',
    numberOfBrokerNodes: 2,
    brokerNodeGroupInfo: { instanceType, clientSubnets: ['subnet-a', 'subnet-b'] },
  });
}

export class Serverless extends ImportedCluster {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new msk.CfnServerlessCluster(this, 'Resource', {
      clusterName: 'clicks',
      clientAuthentication: { sasl: { iam: { enabled: true } } },
      vpcConfigs: [{ subnetIds: ['subnet-a', 'subnet-b'] }],
    });
  }
}

export function emptyStack(): Stack {
  return new Stack(quickApp(), 'Clicks', {
    env: { account: '123456789012', region: 'us-east-1' },
  });
}

export function idsOf(alarms: PipelineAlarms): AlarmId[] {
  // Safe: the keys of the table are the ids.
  const ids = Object.keys(ALARMS) as AlarmId[];
  return ids.filter((id) => alarms.alarms(id).length > 0);
}

export function one(
  props: Partial<PipelineAlarmsProps> = {},
  stack = emptyStack(),
): PipelineAlarms {
  const subscriptions = props.subscriptions ?? [new Watched(stack, 'Clicks')];
  return new PipelineAlarms(stack, 'Alarms', { ...props, subscriptions });
}

/** Of the alarm with this id, the only one there is. */
export function propertiesOf(alarms: PipelineAlarms, id: AlarmId): Record<string, unknown> {
  const stack = Stack.of(alarms);
  const [alarm, ...others] = alarms.alarms(id);
  if (alarm === undefined || others.length > 0) throw new Error(`not one alarm ${id}`);
  const resource = alarm.node.defaultChild;
  if (resource === undefined) throw new Error('the alarm has no resource');
  const found = Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm');
  // Safe: it is the resource of an alarm.
  const logicalId = stack.getLogicalId(resource as cloudwatch.CfnAlarm);
  return found[logicalId]?.Properties;
}
