import type { BrokenSample } from './broken-clusters.js';
import {
  adding,
  all,
  FUNCTION,
  first,
  forbidding,
  MAPPING,
  property,
  setting,
  TOPIC,
  without,
} from './mutations.js';

const POLLERS = 'ProvisionedPollerConfig';
export const ON_FAILURE = 'DestinationConfig.OnFailure.Destination';
const PROVISIONED = property(MAPPING, POLLERS, { MinimumPollers: 1, MaximumPollers: 2 });
export const QUEUE_ARN = 'arn:aws:sqs:eu-west-1:111122223333:failed';
const GROUP_ID = 'AmazonManagedKafkaEventSourceConfig.ConsumerGroupId';

/** The second topic makes the list of topics one that says what there is. */
const failedTopic = adding({
  Failed: {
    Type: TOPIC,
    DeletionPolicy: 'Retain',
    Properties: { ClusterArn: { Ref: 'ClusterEB0386A7' }, TopicName: 'user-clicks-failed' },
  },
});

/** Of mappings, of what is around them, and of their functions. */
export const brokenMappings: readonly BrokenSample[] = [
  // How the poller gets to the brokers, and out again.
  [
    'no ingress from the group itself',
    without('AWS::EC2::SecurityGroupIngress'),
    ['kafka-ingress'],
  ],
  [
    'ingress at another port',
    all(
      property('AWS::EC2::SecurityGroupIngress', 'FromPort', 9098),
      property('AWS::EC2::SecurityGroupIngress', 'ToPort', 9098),
    ),
    ['kafka-ingress'],
  ],
  ['no NAT gateway', without('AWS::EC2::Route'), ['kafka-way-out']],
  ['no NAT gateway, with provisioned pollers', all(without('AWS::EC2::Route'), PROVISIONED), []],

  // What the role may do.
  ['no finding of brokers', forbidding(/^kafka:GetBootstrapBrokers$/), ['kafka-role-msk']],
  ['no description of the cluster', forbidding(/^kafka:DescribeCluster/), ['kafka-role-msk']],
  ['no action on the cluster', forbidding(/^kafka:/), ['kafka-role-msk']],
  ['no network interfaces', forbidding(/^ec2:/), ['kafka-role-msk']],
  ['no reading of secrets', forbidding(/^secretsmanager:/), ['kafka-role-secret']],
  [
    'no use of the key',
    all(forbidding(/^kms:/), property('AWS::KMS::Key', 'KeyPolicy', { Statement: [] })),
    ['kafka-role-secret'],
  ],
  [
    'a queue that it may not write',
    property(MAPPING, ON_FAILURE, QUEUE_ARN),
    ['kafka-role-destination'],
  ],
  [
    'a bucket that it may not write',
    property(MAPPING, ON_FAILURE, 'arn:aws:s3:::failed'),
    ['kafka-role-destination'],
  ],

  // Topics.
  ['a misspelt topic', property(MAPPING, 'Topics', ['user-click-avro']), ['kafka-topic-unknown']],
  [
    'a topic for failed batches that there is not',
    all(PROVISIONED, property(MAPPING, ON_FAILURE, 'kafka://user-clicks-fialed')),
    ['kafka-destination-topic'],
  ],
  [
    'its own topic as destination',
    property(MAPPING, ON_FAILURE, 'kafka://user-clicks-avro'),
    ['kafka-own-topic', 'kafka-provisioned-only'],
  ],
  [
    'another topic as destination',
    all(PROVISIONED, failedTopic, property(MAPPING, ON_FAILURE, 'kafka://user-clicks-failed')),
    [],
  ],
  ['a mapping that waits for nothing', setting(MAPPING, 'DependsOn', undefined), ['kafka-order']],

  // The mapping itself.
  ['a mapping without a group id', property(MAPPING, GROUP_ID, undefined), []],
  ['a group id with a space', property(MAPPING, GROUP_ID, 'user clicks'), ['kafka-group-id']],
  [
    'a group id that two mappings share',
    (resources) => {
      resources.Other = structuredClone(first(resources, MAPPING));
    },
    ['kafka-group-id'],
  ],
  ['an empty group id', property(MAPPING, GROUP_ID, ''), ['kafka-group-id']],
  [
    'a start at no time',
    property(MAPPING, 'StartingPosition', 'AT_TIMESTAMP'),
    ['kafka-starting-time'],
  ],
  [
    'a time that nothing starts at',
    property(MAPPING, 'StartingPositionTimestamp', 1_764_547_200),
    ['kafka-starting-time'],
  ],
  [
    'fewer pollers at most than at least',
    property(MAPPING, POLLERS, { MinimumPollers: 5, MaximumPollers: 2 }),
    ['kafka-pollers'],
  ],
  [
    'bisecting on demand',
    property(MAPPING, 'BisectBatchOnFunctionError', true),
    ['kafka-provisioned-only'],
  ],
  ['bisecting switched off', property(MAPPING, 'BisectBatchOnFunctionError', false), []],
  [
    'batch responses on demand',
    property(MAPPING, 'FunctionResponseTypes', ['ReportBatchItemFailures']),
    ['kafka-provisioned-only'],
  ],
  [
    'retries on demand',
    property(MAPPING, 'MaximumRetryAttempts', 3),
    ['kafka-provisioned-only', 'kafka-loss'],
  ],
  ['retries without limit', property(MAPPING, 'MaximumRetryAttempts', -1), []],
  [
    'retries and no destination',
    all(PROVISIONED, property(MAPPING, 'MaximumRetryAttempts', 3)),
    ['kafka-loss'],
  ],
  [
    'a registry on demand',
    property(MAPPING, 'AmazonManagedKafkaEventSourceConfig.SchemaRegistryConfig', {
      SchemaRegistryURI: 'https://registry.example.com',
    }),
    ['kafka-provisioned-only'],
  ],
  [
    'an unknown answer',
    all(PROVISIONED, property(MAPPING, 'FunctionResponseTypes', ['ReportBatchItemFailure'])),
    ['kafka-response-type'],
  ],
  ['a timeout of 15 minutes', property(FUNCTION, 'Timeout', 900), ['kafka-timeout']],

  // The function.
  ['an unknown runtime', property(FUNCTION, 'Runtime', 'nodejs26.x'), ['lambda-runtime']],
  ['a retired runtime', property(FUNCTION, 'Runtime', 'nodejs14.x'), ['lambda-runtime']],
  [
    'a plain password',
    property(FUNCTION, 'Environment.Variables.DB_PASSWORD', 'hunter2'),
    ['lambda-plain-secret'],
  ],
  [
    'a plain API key',
    property(FUNCTION, 'Environment.Variables.STRIPE_API_KEY', 'hunter2'),
    ['lambda-plain-secret'],
  ],
  [
    'a secret by reference',
    property(FUNCTION, 'Environment.Variables.DB_PASSWORD', { Ref: 'P' }),
    [],
  ],
];
