/** Where failed batches go: which pollers reach it, and what their role may there. */
import { describe, expect, it } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import {
  KafkaDlq,
  S3OnFailureDestination,
  SnsDlq,
  SqsDlq,
} from 'aws-cdk-lib/aws-lambda-event-sources';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import {
  BucketDestination,
  type DestinationService,
  IamCredentials,
  KafkaTopic,
  type OwnDestination,
  type ServiceDestination,
  TopicDestination,
} from '../../infra/index.js';
import { refusal } from './refusal.js';
import { quickApp } from './sample-stack.js';
import { Bench, MAPPING } from './subscribed.js';

const pollers = { minimumPollers: 1, maximumPollers: 2 };
const OWN: OwnDestination = {
  destinationService: 'sqs',
  bind: () => ({ destination: 'arn:aws:sqs:eu-west-1:111122223333:own' }),
};

interface Kind {
  readonly service: DestinationService;
  readonly action: string;
  make(stack: Stack): ServiceDestination;
}

const KINDS: Readonly<Record<string, Kind>> = {
  'a bucket': {
    service: 's3',
    action: 's3:PutObject',
    make: (stack) => new BucketDestination(new s3.Bucket(stack, 'Failed')),
  },
  "a bucket of the library's": {
    service: 's3',
    action: 's3:PutObject',
    make: (stack) => new S3OnFailureDestination(new s3.Bucket(stack, 'Failed')),
  },
  'a queue': {
    service: 'sqs',
    action: 'sqs:SendMessage',
    make: (stack) => new SqsDlq(new sqs.Queue(stack, 'Failed')),
  },
  'an SNS topic': {
    service: 'sns',
    action: 'sns:Publish',
    make: (stack) => new SnsDlq(new sns.Topic(stack, 'Failed')),
  },
};

const policies = (template: Template): string =>
  JSON.stringify(template.findResources('AWS::IAM::Policy'));

describe.each(Object.entries(KINDS))('%s', (_name, { service, action, make }) => {
  it('takes failed batches of on-demand pollers, whose retries nobody can limit', () => {
    const stack = new Bench();
    const subscription = stack.subscribe({ destination: make(stack), retryAttempts: -1 });
    expect(subscription).toMatchObject({
      provisioned: false,
      destinationService: service,
      destinationTopic: undefined,
    });
    const template = stack.template();
    template.hasResourceProperties(MAPPING, {
      DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
      MaximumRetryAttempts: -1,
      ProvisionedPollerConfig: Match.absent(),
    });
    expect(policies(template)).toContain(action);
  });

  it('ends the retries of provisioned ones, and the mapping says so', () => {
    const stack = new Bench();
    stack.subscribe({ destination: make(stack), pollers });
    stack.template().hasResourceProperties(MAPPING, { MaximumRetryAttempts: 10 });
  });
});

describe('a topic', () => {
  const topicOf = (stack: Bench, cluster: ReturnType<Bench['cluster']>): KafkaTopic =>
    new KafkaTopic(stack, 'Failed', {
      cluster,
      topicName: 'clicks-failed',
      partitions: 3,
      replicationFactor: 3,
    });

  it('is there before the mapping, and by IAM the function may write to it', () => {
    const stack = new Bench();
    const cluster = stack.cluster('same');
    const destination = new TopicDestination(topicOf(stack, cluster));
    const credentials = new IamCredentials();
    const subscription = stack.subscribe({ cluster, credentials, destination, pollers });
    expect(subscription).toMatchObject({
      destinationService: 'kafka',
      destinationTopic: 'clicks-failed',
    });
    const template = stack.template();
    template.hasResource(MAPPING, {
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^Failed')]),
      Properties: {
        DestinationConfig: { OnFailure: { Destination: 'kafka://clicks-failed' } },
      },
    });
    expect(policies(template)).toMatch(/kafka-cluster:WriteData.*\/clicks-failed/);
  });

  it('may be given by name alone', () => {
    const stack = new Bench();
    const destination = new KafkaDlq('clicks-failed');
    const credentials = new IamCredentials();
    const { destinationTopic } = stack.subscribe({ credentials, destination, pollers });
    expect(destinationTopic).toBe('clicks-failed');
    expect(policies(stack.template())).toMatch(/kafka-cluster:WriteData.*\/clicks-failed/);
  });

  it.each<[string, lambda.IEventSourceDlq]>([
    ['KafkaDlq', new KafkaDlq('failed')],
    ['one of its own', { bind: () => ({ destination: 'kafka://failed' }) }],
  ])('is refused with on-demand pollers: %s', (_name, destination) => {
    const error = refusal(() => new Bench().subscribe({ destination }));
    expect(error.code).toBe('POLLER_MODE');
    expect(error.message).toMatch(/topic as destination only with provisioned pollers.*a bucket/);
  });

  it('is refused where it is the one that is read', () => {
    const stack = new Bench();
    const topic = stack.topicOf('clicks');
    const destination = new TopicDestination(topic);
    const error = refusal(() => stack.subscribe({ topic, destination, pollers }));
    expect(error.code).toBe('DEAD_LETTER');
    expect(error.message).toMatch(/own topic 'clicks'/);
  });
});

it('says where one of its own is', () => {
  const told = new Bench().subscribe({ destination: OWN });
  expect(told.destinationService).toBe('sqs');
  const { bind } = OWN;
  expect(new Bench().subscribe({ destination: { bind } }).destinationService).toBe('sqs');
  const token = { bind: () => ({ destination: new Stack(quickApp(), 'Other').stackId }) };
  expect(new Bench().subscribe({ destination: token }).destinationService).toBeUndefined();
});

it('lets the function put batches into a bucket of another stack, by its own policy alone', () => {
  const app = quickApp();
  const store = new Stack(app, 'Store');
  const encryptionKey = new kms.Key(store, 'Key');
  const bucket = new s3.Bucket(store, 'Failed', { encryptionKey });
  const stack = new Bench(app);
  stack.subscribe({ destination: new BucketDestination(bucket) });
  const statements = policies(stack.template());
  expect(statements).toContain('s3:PutObject');
  expect(statements).toContain('s3:ListBucket');
  expect(statements).toContain('kms:GenerateDataKey');
  expect(statements).not.toMatch(/s3:(Get|Delete|Abort)/);
  expect(JSON.stringify(Template.fromStack(store).toJSON())).not.toContain('Handler');
});
