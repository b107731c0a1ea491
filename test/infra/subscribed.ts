/** Subscriptions on clusters and functions that take no bundling and no VPC. */
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as msk from 'aws-cdk-lib/aws-msk';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import {
  type IKafkaTopic,
  KafkaSubscription,
  type KafkaSubscriptionProps,
  ScramCredentials,
  type TopicContract,
} from '../../infra/index.js';
import { quickApp } from './sample-stack.js';

export const MAPPING = 'AWS::Lambda::EventSourceMapping';

/** A stack of what subscriptions take, all of it imported but for the function. */
export class Bench extends Stack {
  readonly credentials: ScramCredentials;
  readonly target: lambda.Function;

  constructor(scope: Construct = quickApp(), id = 'Bench') {
    super(scope, id);
    const secretArn = this.arn('secretsmanager', 'secret:AmazonMSK_consumer-AbCdEf');
    this.credentials = ScramCredentials.fromSecret(
      secretsmanager.Secret.fromSecretCompleteArn(this, 'Secret', secretArn),
      kms.Key.fromKeyArn(this, 'Key', this.arn('kms', 'key/0')),
    );
    this.target = this.handler('Handler');
  }

  cluster(name: string): msk.IClusterRef {
    const path = `cluster/${name}/00000000-0000-0000-0000-000000000000-1`;
    return this.clusterAt(this.arn('kafka', path));
  }

  clusterAt(clusterArn: string): msk.IClusterRef {
    const { account, region } = this;
    const known = { clusterRef: { clusterArn }, env: { account, region } };
    return Object.assign(new Construct(this, `Cluster${this.node.children.length}`), known);
  }

  topicOf(topicName: string): IKafkaTopic {
    const id = `Topic${this.node.children.length}`;
    return Object.assign(new Construct(this, id), { topicName });
  }

  handler(id: string, props: Partial<lambda.FunctionProps> = {}): lambda.Function {
    return new lambda.Function(this, id, {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = () => {}'),
      ...props,
    });
  }

  /** A subscription by SCRAM to the topic `clicks`, but for what is said otherwise. */
  subscribe(props: Partial<KafkaSubscriptionProps> = {}, id = 'Clicks'): KafkaSubscription {
    return new KafkaSubscription<
      TopicContract,
      unknown,
      unknown,
      KafkaSubscriptionProps['credentials'],
      KafkaSubscriptionProps['pollers'],
      KafkaSubscriptionProps['schemaRegistry']
    >(this, id, {
      target: this.target,
      topic: props.topic ?? this.topicOf('clicks'),
      cluster: props.cluster ?? this.cluster(`cluster-of-${id}`),
      credentials: this.credentials,
      ...props,
    });
  }

  template(): Template {
    return Template.fromStack(this);
  }

  private arn(service: string, resource: string): string {
    return `arn:aws:${service}:eu-west-1:111122223333:${resource}`;
  }
}
