import { describe, expect, it } from '@jest/globals';
import { CfnParameter, Duration } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { KafkaDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { refuseScramSecret } from '../../infra/access/scram-users.js';
import {
  type ConsumerDefinition,
  InfraError,
  type InfraErrorCode,
  KafkaSubscription,
  KafkaTopic,
  ScramUsers,
  type TopicContract,
} from '../../infra/index.js';
import { refusal } from './refusal.js';
import { sampleStack, userClicks } from './sample-stack.js';

const pollers = { minimumPollers: 1, maximumPollers: 2 };
const destination = new KafkaDlq('user-clicks-failed');

it('tells of the lines of whoever wrote the app, and of none of the package that threw', () => {
  const { stack = '' } = new InfraError('TOPIC', 'no topic', 'Clicks');
  expect(stack).toMatch(/^InfraError: Clicks: no topic\n {4}at .*refusals\.test/);
  expect(stack).not.toMatch(/infra.errors\./);
});

const CONSUMERS: readonly [
  name: string,
  given: Partial<ConsumerDefinition<'user-clicks-avro'>>,
  code: InfraErrorCode,
  message: RegExp,
][] = [
  [
    'half a second',
    { maxBatchingWindow: Duration.millis(500) },
    'BATCH',
    /maxBatchingWindow in seconds is 0\.5; Lambda takes whole numbers, 0 to 300/,
  ],
  ['no record in a batch', { batchSize: 0 }, 'BATCH', /batchSize is 0; Lambda takes 1 to 10000/],
  ['a batch beyond the limit', { batchSize: 10_001 }, 'BATCH', /10001/],
  ['half a record', { batchSize: 1.5 }, 'BATCH', /1\.5/],
  ['a timeout of 15 minutes', { timeout: Duration.minutes(15) }, 'TIMEOUT', /900 s.*840 s/],
  ['a group id that MSK has no metrics for', { consumerGroupId: 'klicks-ü' }, 'GROUP_ID', /ü/],
  ['an empty group id', { consumerGroupId: '' }, 'GROUP_ID', /1 to 200/],
  [
    'half an hour of waiting for records',
    { maxBatchingWindow: Duration.minutes(30) },
    'BATCH',
    /maxBatchingWindow in seconds is 1800; Lambda takes 0 to 300/,
  ],
  ['no poller', { pollers: { minimumPollers: 0 } }, 'POLLERS', /minimumPollers is 0.*1 to 200/],
  [
    'fewer pollers at most than at least',
    { pollers: { minimumPollers: 3, maximumPollers: 2 } },
    'POLLERS',
    /maximumPollers is 2; Lambda takes 3 to 2000/,
  ],
  [
    'more retries than Lambda counts',
    { pollers, destination, retryAttempts: 10_001 },
    'POLLERS',
    /retryAttempts is 10001/,
  ],
  [
    'records of a second',
    { pollers, destination, maxRecordAge: Duration.seconds(1) },
    'POLLERS',
    /maxRecordAge in seconds is 1; Lambda takes 60/,
  ],
  [
    'a time that is not said',
    { startingPosition: lambda.StartingPosition.AT_TIMESTAMP },
    'STARTING_POSITION',
    /go together/,
  ],
  [
    'a time that is not asked for',
    { startingPositionTimestamp: 1_700_000_000 },
    'STARTING_POSITION',
    /go together/,
  ],
  [
    'a time in milliseconds',
    {
      startingPosition: lambda.StartingPosition.AT_TIMESTAMP,
      startingPositionTimestamp: 1_700_000_000_000,
    },
    'STARTING_POSITION',
    /seconds since 1970, not milliseconds/,
  ],
  [
    'retries without pollers',
    { retryAttempts: 3 },
    'POLLER_MODE',
    /takes retryAttempts for Kafka only .*; set pollers/,
  ],
  [
    'bisecting without pollers',
    { bisectBatchOnError: true },
    'POLLER_MODE',
    /takes bisectBatchOnError/,
  ],
  ['an age without pollers', { maxRecordAge: Duration.hours(1) }, 'POLLER_MODE', /maxRecordAge/],
  ['a destination without pollers', { destination }, 'POLLER_MODE', /destination/],
  [
    'two of them at once',
    { retryAttempts: 3, bisectBatchOnError: true },
    'POLLER_MODE',
    /takes retryAttempts, bisectBatchOnError for .* or leave out retryAttempts/,
  ],
  ['retries that end nowhere', { pollers, retryAttempts: 3 }, 'DEAD_LETTER', /without a trace/],
  [
    'an age that ends nowhere',
    { pollers, maxRecordAge: Duration.hours(1) },
    'DEAD_LETTER',
    /without a trace/,
  ],
  [
    'endless retries with a destination, which Lambda would end',
    { pollers, destination, retryAttempts: -1 },
    'DEAD_LETTER',
    /at most 10 times/,
  ],
  [
    'failed batches back to their own topic',
    { pollers, destination: new KafkaDlq('user-clicks-avro') },
    'DEAD_LETTER',
    /own topic 'user-clicks-avro'/,
  ],
];

describe('a consumer is refused', () => {
  it.each(CONSUMERS)('with %s', (_name, given, code, message) => {
    const error = refusal(() => sampleStack({ consumers: { UserClicks: userClicks(given) } }));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.construct).toBe('Clicks/UserClicksSubscription');
  });

  it('but not for what only the deployment knows', () => {
    const stack = sampleStack();
    const number = (id: string): number =>
      new CfnParameter(stack, id, { type: 'Number' }).valueAsNumber;
    const subscribe = (): unknown =>
      new KafkaSubscription(stack, 'Later', {
        target: stack.consumer('UserClicks'),
        topic: new KafkaTopic(stack, 'Orders', {
          cluster: stack.cluster,
          topicName: new CfnParameter(stack, 'TopicName').valueAsString,
          partitions: number('Partitions'),
          replicationFactor: number('Copies'),
        }),
        cluster: stack.cluster,
        credentials: stack.users.credentials('consumer'),
        consumerGroupId: new CfnParameter(stack, 'GroupId').valueAsString,
        batchSize: number('BatchSize'),
        maxBatchingWindow: Duration.seconds(number('Window')),
        pollers: { minimumPollers: number('Least'), maximumPollers: number('Most') },
        destination,
        retryAttempts: number('Retries'),
        maxRecordAge: Duration.seconds(number('Age')),
      });
    expect(subscribe).not.toThrow();
  });

  it('with on-demand pollers in a network without a way out', () => {
    const error = refusal(() => sampleStack({ egress: 'none' }));
    expect(error.code).toBe('EGRESS');
    expect(error.message).toMatch(/'nat' or 'endpoints'/);
  });

  it('with a second subscription that answers otherwise', () => {
    const stack = sampleStack();
    const second = (): unknown =>
      new KafkaSubscription(stack, 'Second', {
        target: stack.consumer('UserClicks'),
        topic: new KafkaTopic(stack, 'Orders', {
          cluster: stack.cluster,
          topicName: 'orders',
          partitions: 1,
          replicationFactor: 2,
        }),
        cluster: stack.cluster,
        credentials: stack.users.credentials('consumer'),
        consumerGroupId: 'orders',
        onFailure: 'report',
      });
    const error = refusal(second);
    expect(error.code).toBe('POLLER_MODE');
    expect(error.message).toMatch(/the same onFailure, or a function each/);
  });
});

describe('a SCRAM secret is refused', () => {
  const stack = sampleStack();
  const encryptionKey = new kms.Key(stack, 'OwnKey');
  const name = (secretName: string, key?: kms.IKey): secretsmanager.ISecret =>
    new secretsmanager.Secret(stack, `Secret${secretName}`, { secretName, encryptionKey: key });

  it.each<[string, secretsmanager.ISecret, RegExp]>([
    ['with another prefix', name('kafka-user', encryptionKey), /begins with 'kafka-user'/],
    ['without a name', new secretsmanager.Secret(stack, 'Unnamed', { encryptionKey }), /generated/],
    ['under the key of AWS', name('AmazonMSK_user'), /customer-managed key/],
    [
      'that lives elsewhere, with another prefix',
      secretsmanager.Secret.fromSecretNameV2(stack, 'Elsewhere', 'kafka-user'),
      /begins with 'kafka-user'/,
    ],
  ])('%s', (_name, secret, message) => {
    expect(() => refuseScramSecret(secret, 'Here')).toThrow(message);
  });

  it.each<[string, secretsmanager.ISecret]>([
    ['named and keyed', name('AmazonMSK_ok', encryptionKey)],
    ['of the users', stack.users.credentials('producer').secret],
    [
      'known by its ARN alone',
      secretsmanager.Secret.fromSecretCompleteArn(
        stack,
        'ByArn',
        'arn:aws:secretsmanager:eu-west-1:111122223333:secret:AmazonMSK_x-AbCdEf',
      ),
    ],
  ])('unless it is %s', (_name, secret) => {
    expect(() => refuseScramSecret(secret, 'Here')).not.toThrow();
  });

  it.each<[string, readonly string[]]>([
    ['no user at all', []],
    ['more users than a cluster takes', Array.from({ length: 1001 }, (_, n) => `user${n}`)],
    ['a name that cannot be part of a secret name', ['a/b']],
  ])('for %s', (_name, usernames) => {
    const users = (): unknown =>
      new ScramUsers(stack, `Users${usernames.length}`, { cluster: stack.cluster, usernames });
    expect(refusal(users).code).toBe('SCRAM_SECRET');
  });

  it('for a user that was not defined', () => {
    const error = refusal(() => stack.users.credentials('nobody'));
    expect(error.code).toBe('UNKNOWN');
    expect(error.message).toMatch(/add it to usernames \(producer, consumer\)/);
  });
});

describe('a pipeline is refused', () => {
  type Props = Parameters<typeof sampleStack>[0];
  const topic = (contract: TopicContract): Props => ({ topics: { 'user-clicks-avro': contract } });

  it.each<[string, Props, InfraErrorCode, RegExp]>([
    [
      'KRaft on t3.small',
      { instanceType: 'kafka.t3.small' },
      'BROKER',
      /t3\.small cannot run KRaft/,
    ],
    ['one zone', { availabilityZones: ['a'] }, 'AVAILABILITY_ZONES', /not 1/],
    ['four zones', { availabilityZones: [...'abcd'] }, 'AVAILABILITY_ZONES', /not 4/],
    ['no partition', topic({ partitions: 0 }), 'TOPIC', /partitions 0/],
    ['half a partition', topic({ partitions: 0.5 }), 'TOPIC', /partitions 0\.5/],
    [
      'more copies than brokers',
      topic({ partitions: 1, replicationFactor: 3 }),
      'TOPIC',
      /3 copies/,
    ],
    [
      'a registry without TLS',
      { schemaRegistryUrl: 'http://r.example.com' },
      'REGISTRY_URL',
      /https/,
    ],
    [
      'the name of a secret for its ARN',
      { schemaRegistrySecretArn: 'my-secret' },
      'SETTING',
      /^Clicks: schemaRegistrySecretArn is 'my-secret', no complete ARN/,
    ],
    ['no URL', { schemaRegistryUrl: 'registry' }, 'REGISTRY_URL', /is not a URL/],
    [
      'a URL without a scheme',
      { schemaRegistryUrl: 'registry.example.com' },
      'REGISTRY_URL',
      /the Schema Registry URL has no scheme, such as https:\/\/registry\.example\.com has; give an https:\/\/ address/,
    ],
    [
      'a host and a port',
      { schemaRegistryUrl: 'registry:8081' },
      'REGISTRY_URL',
      /has no scheme, such as https:\/\/registry:8081 has/,
    ],
  ])('with %s', (_name, props, code, message) => {
    const error = refusal(() => sampleStack(props));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  it('with credentials in the URL, which the message does not repeat', () => {
    const error = refusal(() =>
      sampleStack({ schemaRegistryUrl: 'https://key:hunter2@r.example' }),
    );
    expect(error.code).toBe('REGISTRY_URL');
    expect(error.message).not.toMatch(/hunter2/);
  });

  it.each(['', '.', '..', 'a/b', 'ü', 'x'.repeat(250)])('with the topic name %j', (topicName) => {
    const stack = sampleStack();
    const make = (): unknown =>
      new KafkaTopic(stack, 'Bad', {
        cluster: stack.cluster,
        topicName,
        partitions: 1,
        replicationFactor: 1,
      });
    expect(refusal(make).code).toBe('TOPIC');
  });

  it('but not with a ZooKeeper cluster on t3.small, which is the cheapest', () => {
    const props = { instanceType: 'kafka.t3.small', kafkaVersion: '3.8.x' } as const;
    expect(() => sampleStack(props)).not.toThrow();
  });
});
