import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { App, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { checkTemplate, TemplateChecks } from '../../infra/index.js';
import {
  adding,
  all,
  CLUSTER,
  CONFIGURATION,
  FUNCTION,
  first,
  forbidding,
  MAPPING,
  type Mutate,
  property,
  SECRET,
  setting,
  TOPIC,
  unknowing,
  without,
} from './mutations.js';
import { quickApp, sampleStack, sampleTemplate } from './sample-stack.js';

const POLLERS = 'ProvisionedPollerConfig';
const ON_FAILURE = 'DestinationConfig.OnFailure.Destination';
const PROVISIONED = property(MAPPING, POLLERS, { MinimumPollers: 1, MaximumPollers: 2 });
const QUEUE_ARN = 'arn:aws:sqs:eu-west-1:111122223333:failed';
const GROUP_ID = 'AmazonManagedKafkaEventSourceConfig.ConsumerGroupId';
const SASL = 'ClientAuthentication.Sasl';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** The second topic makes the list of topics one that says what there is. */
const failedTopic = adding({
  Failed: {
    Type: TOPIC,
    DeletionPolicy: 'Retain',
    Properties: { ClusterArn: { Ref: 'ClusterEB0386A7' }, TopicName: 'user-clicks-failed' },
  },
});

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

/** What spoils the sample's template, and the rules that say so. */
const MUTATIONS: readonly [name: string, mutate: Mutate, findings: readonly string[]][] = [
  ['nothing', () => undefined, []],

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

/** The ids of the rules that find something. */
function findings(json: unknown): string[] {
  return [...new Set(checkTemplate(JSON.stringify(json)).map(({ rule }) => rule))];
}

describe('the sample', () => {
  const pristine = JSON.stringify(sampleTemplate().toJSON());
  const mutated = (mutate: Mutate): unknown => {
    const json: { Resources: Record<string, Record<string, unknown>> } = JSON.parse(pristine);
    mutate(json.Resources);
    return json;
  };

  it.each(MUTATIONS)('with %s', (_name, mutate, expected) => {
    expect(findings(mutated(mutate))).toEqual(expected);
  });

  it('with a misspelt topic says which one was meant', () => {
    const [found] = checkTemplate(
      JSON.stringify(mutated(property(MAPPING, 'Topics', ['user-click-avro']))),
    );
    expect(found?.message).toMatch(
      /Properties\.Topics: 'user-click-avro'. Did you mean "user-clicks-avro"\?/,
    );
  });

  it('names what the role lacks', () => {
    const [found] = checkTemplate(JSON.stringify(mutated(forbidding(/^secretsmanager:/))));
    expect(found?.message).toMatch(/Role\w+ lacks secretsmanager:GetSecretValue\./);
  });

  it('accepts what a resource says itself', () => {
    const accepted = setting(CLUSTER, 'Metadata.tavro.accept', { 'msk-deletion': 'a trial' });
    const deleted = setting(CLUSTER, 'DeletionPolicy', 'Delete');
    expect(findings(mutated(all(deleted, accepted)))).toEqual([]);
    const other = setting(CLUSTER, 'Metadata.tavro.accept', { 'msk-tls': 'a trial' });
    expect(findings(mutated(all(deleted, other)))).toEqual(['msk-deletion']);
  });

  it('refuses nothing that only the deployment knows', () => {
    for (const [path, mutate] of unknowing(JSON.parse(pristine).Resources)) {
      expect([path, ...findings(mutated(mutate))]).toEqual([path]);
    }
  });

  it.each(['nat', 'endpoints'] as const)('with egress %s', (egress) => {
    expect(findings(sampleTemplate({ egress }).toJSON())).toEqual([]);
  });
});

describe('the sample with endpoints in place of NAT', () => {
  const pristine = JSON.stringify(sampleTemplate({ egress: 'endpoints' }).toJSON());
  const endpoint = (service: string, resources: Record<string, unknown>): string | undefined =>
    Object.keys(resources).find((id) => {
      const text = JSON.stringify(resources[id]);
      return text.includes('AWS::EC2::VPCEndpoint') && text.includes(`.${service}"`);
    });

  it.each(['lambda', 'sts', 'secretsmanager'])('needs that of %s', (service) => {
    const json: { Resources: Record<string, Record<string, unknown>> } = JSON.parse(pristine);
    const id = endpoint(service, json.Resources);
    delete json.Resources[id ?? ''];
    const found = checkTemplate(JSON.stringify(json));
    expect(found.map(({ rule }) => rule)).toEqual(['kafka-way-out']);
    expect(found[0]?.message).toContain(`There is no way to ${service}.`);
  });

  it("needs that of its destination's service", () => {
    const json: { Resources: Record<string, Record<string, unknown>> } = JSON.parse(pristine);
    property(MAPPING, ON_FAILURE, QUEUE_ARN)(json.Resources);
    expect(findings(json)).toEqual(['kafka-way-out', 'kafka-role-destination']);
  });
});

describe('TemplateChecks', () => {
  let outdir = '';
  beforeAll(() => {
    outdir = mkdtempSync(path.join(tmpdir(), 'tavro-checks-'));
  });
  afterAll(() => rmSync(outdir, { recursive: true }));

  const appWithChecks = (context = {}): App => {
    const app = new App({ outdir, context, builtinCloudFormationValidation: false });
    Validations.of(app).addPlugins(new TemplateChecks());
    return app;
  };

  it('fails synth, naming the resource, the property and the fix', () => {
    const app = appWithChecks({ 'aws:cdk:enable-path-metadata': true });
    new CfnResource(new Stack(app, 'Raw'), 'Poller', {
      type: MAPPING,
      properties: { Topics: ['t'], FunctionName: 'f', MaximumRecordAgeInSeconds: 60 },
    });
    // In memory the report is the message; under the CLI it is printed instead.
    const synth = (): unknown => app.synth();
    expect(synth).toThrow(
      /Raw\/Poller: Properties\.MaximumRecordAgeInSeconds: .* only with provisioned pollers/,
    );
    expect(synth).toThrow(/Suggested fix: Add ProvisionedPollerConfig/);
    expect(synth).toThrow(/tavro::kafka-provisioned-only/);
  });

  it('lets a construct, or all that is in one, break a rule for a reason', () => {
    const app = appWithChecks();
    const stack = new Stack(app, 'Trial');
    new CfnResource(stack, 'Cluster', { type: CLUSTER, properties: {} });
    Validations.of(stack).acknowledge({ id: 'tavro::msk-deletion', reason: 'a trial' });
    expect(() => app.synth()).not.toThrow();
  });

  it('takes it that a disposable pipeline is meant to go', () => {
    const app = quickApp();
    Validations.of(app).addPlugins(new TemplateChecks());
    sampleStack({ disposable: true }, app);
    expect(() => app.synth()).not.toThrow();
  });

  it('lets no construct break the rules that it did not name', () => {
    const app = appWithChecks();
    const stack = new Stack(app, 'Trial');
    new CfnResource(stack, 'Cluster', { type: CLUSTER, properties: {} });
    new CfnResource(stack, 'Old', { type: CLUSTER, properties: { KafkaVersion: '9.9.9' } });
    Validations.of(stack).acknowledge({ id: 'tavro::msk-deletion', reason: 'a trial' });
    expect(() => app.synth()).toThrow(/tavro::msk-kafka-version/);
  });
});
