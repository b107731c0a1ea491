import {
  all,
  CLUSTER,
  CONFIGURATION,
  MAPPING,
  type Mutate,
  property,
  SECRET,
  setting,
  TOPIC,
} from './mutations.js';

/** What spoils the sample's template, and the rules that say so. */
export type BrokenSample = readonly [name: string, mutate: Mutate, findings: readonly string[]];

const SASL = 'ClientAuthentication.Sasl';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Three subnets, as Express brokers need. */
const express = (...mutations: readonly Mutate[]): Mutate =>
  all(
    property(CLUSTER, 'KafkaVersion', '3.9.x'),
    property(CLUSTER, 'NumberOfBrokerNodes', 3),
    property(CLUSTER, 'ConfigurationInfo', undefined),
    property(CLUSTER, 'BrokerNodeGroupInfo.InstanceType', 'express.m7g.large'),
    property(CLUSTER, 'BrokerNodeGroupInfo.StorageInfo', undefined),
    property(CLUSTER, 'BrokerNodeGroupInfo.ClientSubnets', ['subnet-1', 'subnet-2', 'subnet-3']),
    ...mutations,
  );

/** Of brokers, topics, and the secrets of users. */
export const brokenClusters: readonly BrokenSample[] = [
  // Brokers.
  [
    'an unknown instance type',
    property(CLUSTER, 'BrokerNodeGroupInfo.InstanceType', 'kafka.t9.small'),
    ['msk-instance-type'],
  ],
  [
    't3.small with KRaft',
    property(CLUSTER, 'BrokerNodeGroupInfo.InstanceType', 'kafka.t3.small'),
    ['msk-broker'],
  ],
  ['Kafka 9', property(CLUSTER, 'KafkaVersion', '9.9.9'), ['msk-kafka-version']],
  ['Kafka 4 without KRaft', property(CLUSTER, 'KafkaVersion', '4.0.x'), ['msk-kafka-version']],
  [
    'a Kafka that holds no topic resources',
    property(CLUSTER, 'KafkaVersion', '2.8.1'),
    ['topic-kafka-version'],
  ],
  [
    'a Kafka version that is newer than this package, and meant',
    all(
      property(CLUSTER, 'KafkaVersion', '5.0.x.kraft'),
      setting(CLUSTER, 'Metadata', { 'tavro:unlistedBroker': true }),
    ),
    [],
  ],
  ['three brokers in two subnets', property(CLUSTER, 'NumberOfBrokerNodes', 3), ['msk-zones']],
  [
    'one subnet',
    property(CLUSTER, 'BrokerNodeGroupInfo.ClientSubnets', ['subnet-1']),
    ['msk-zones'],
  ],
  [
    'both subnets in one zone',
    (resources) => {
      for (const { Type, Properties } of Object.values(resources)) {
        if (Type === 'AWS::EC2::Subnet') Object.assign(Properties ?? {}, { AvailabilityZone: 'a' });
      }
    },
    ['msk-one-zone'],
  ],
  [
    'the same subnet twice',
    property(CLUSTER, 'BrokerNodeGroupInfo.ClientSubnets', ['subnet-1', 'subnet-1']),
    ['msk-one-zone'],
  ],

  // Who gets in.
  [
    'plaintext beside TLS',
    property(CLUSTER, 'EncryptionInfo.EncryptionInTransit.ClientBroker', 'TLS_PLAINTEXT'),
    ['msk-tls'],
  ],
  [
    'plaintext alone',
    property(CLUSTER, 'EncryptionInfo.EncryptionInTransit.ClientBroker', 'PLAINTEXT'),
    ['msk-tls'],
  ],
  [
    'everybody beside SCRAM',
    property(CLUSTER, 'ClientAuthentication.Unauthenticated.Enabled', true),
    ['msk-unauthenticated'],
  ],
  [
    'the internet, without ACLs',
    property(CLUSTER, 'BrokerNodeGroupInfo.ConnectivityInfo', {
      PublicAccess: { Type: 'SERVICE_PROVIDED_EIPS' },
    }),
    ['msk-public-acls'],
  ],
  ['SCRAM off', property(CLUSTER, `${SASL}.Scram.Enabled`, false), ['scram-off']],
  ['nothing but IAM', property(CLUSTER, SASL, { Iam: { Enabled: true } }), ['scram-off']],
  [
    'no credentials, and no IAM',
    all(
      property(CLUSTER, `${SASL}.Iam`, undefined),
      property(MAPPING, 'SourceAccessConfigurations', undefined),
    ),
    ['kafka-credentials'],
  ],
  [
    'credentials of another kind',
    property(MAPPING, 'SourceAccessConfigurations', [
      { Type: 'SASL_SCRAM_256_AUTH', URI: { Ref: 'UsersconsumerC105D915' } },
    ]),
    ['kafka-credentials'],
  ],

  // What is kept, and how often.
  [
    'a cluster that goes with its stack',
    setting(CLUSTER, 'DeletionPolicy', undefined),
    ['msk-deletion'],
  ],
  ['a cluster that is to go', setting(CLUSTER, 'DeletionPolicy', 'Delete'), ['msk-deletion']],
  [
    'a topic that goes with its stack',
    setting(TOPIC, 'DeletionPolicy', undefined),
    ['msk-deletion'],
  ],
  ['more copies than brokers', property(TOPIC, 'ReplicationFactor', 3), ['topic-replication']],
  [
    'more copies by default than brokers',
    property(CONFIGURATION, 'ServerProperties', 'default.replication.factor=3'),
    ['msk-default-replication'],
  ],
  [
    'all copies in sync, by the configuration',
    property(
      CONFIGURATION,
      'ServerProperties',
      'default.replication.factor=2\nmin.insync.replicas=2',
    ),
    ['msk-min-insync', 'topic-min-insync'],
  ],
  [
    'all copies in sync, by the topic',
    property(TOPIC, 'Configs', base64('{"min.insync.replicas":"2"}')),
    ['topic-min-insync'],
  ],
  [
    'lines that end in a backslash and an n',
    property(CONFIGURATION, 'ServerProperties', 'num.partitions=3\\nmin.insync.replicas=1'),
    ['msk-server-properties'],
  ],
  [
    'settings as lines',
    property(TOPIC, 'Configs', base64('retention.ms=604800000')),
    ['topic-configs'],
  ],
  [
    'settings as numbers',
    property(TOPIC, 'Configs', base64('{"retention.ms":604800000}')),
    ['topic-configs'],
  ],
  ['settings as they are', property(TOPIC, 'Configs', '{"retention.ms":"1"}'), ['topic-configs']],
  ['no settings at all', property(TOPIC, 'Configs', base64('{}')), []],

  // Express brokers.
  ['Express brokers', express(), []],
  [
    'Express brokers with disks',
    express(
      property(CLUSTER, 'BrokerNodeGroupInfo.StorageInfo', { EBSStorageInfo: { VolumeSize: 9 } }),
    ),
    ['msk-express'],
  ],
  [
    'Express brokers in two zones',
    express(
      property(CLUSTER, 'NumberOfBrokerNodes', 2),
      property(CLUSTER, 'BrokerNodeGroupInfo.ClientSubnets', ['subnet-1', 'subnet-2']),
    ),
    ['msk-express'],
  ],
  [
    'tiers of storage on Express brokers',
    express(property(CLUSTER, 'StorageMode', 'TIERED')),
    ['msk-express'],
  ],
  [
    'a version that is not on Express brokers',
    express(property(CLUSTER, 'KafkaVersion', '4.0.x.kraft')),
    ['msk-express'],
  ],
  [
    'replication set on Express brokers',
    express(
      property(CLUSTER, 'ConfigurationInfo', {
        Arn: { 'Fn::GetAtt': ['ClusterConfiguration91146974', 'Arn'] },
        Revision: 1,
      }),
    ),
    ['msk-express'],
  ],

  // Users and their secrets.
  ['a secret of another name', property(SECRET, 'Name', 'kafka-user'), ['scram-secret-name']],
  ['a secret without a name', property(SECRET, 'Name', undefined), ['scram-secret-name']],
  ['a secret without a key', property(SECRET, 'KmsKeyId', undefined), ['scram-secret-key']],
  [
    "a secret under AWS's own key",
    property(SECRET, 'KmsKeyId', 'alias/aws/secretsmanager'),
    ['scram-secret-key'],
  ],
  [
    "a secret under AWS's own key, by ARN",
    property(SECRET, 'KmsKeyId', {
      'Fn::Join': [':', ['arn:aws:kms', { Ref: 'AWS::Region' }, '1', 'alias/aws/secretsmanager']],
    }),
    ['scram-secret-key'],
  ],
  [
    'a secret without a user name',
    property(SECRET, 'GenerateSecretString.SecretStringTemplate', '{"user":"producer"}'),
    ['scram-secret-content'],
  ],
  [
    'a secret with the password elsewhere',
    property(SECRET, 'GenerateSecretString.GenerateStringKey', 'secret'),
    ['scram-secret-content'],
  ],
  [
    'a password in a secret',
    all(
      property(SECRET, 'GenerateSecretString', undefined),
      property(SECRET, 'SecretString', '{"username":"producer","password":"hunter2"}'),
    ),
    ['secret-plain'],
  ],
];
