/** A prop given as `undefined` is a prop not given, in all props of `tavro/infra`. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { CfnParameter, Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { KafkaDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { grantSecret } from '../../infra/access/secret-grant.js';
import { unread } from '../../infra/contract.js';
import {
  ALARMS,
  type ClusterThatTakes,
  type ConsumerDefinition,
  ConsumerFunction,
  ExpressCluster,
  type ExpressServerProperties,
  eventFilter,
  grantProduce,
  IamCredentials,
  type IKafkaTopic,
  KafkaSubscription,
  KafkaTopic,
  type KeyedSecret,
  MskCluster,
  orderRollout,
  PipelineAlarms,
  type PipelineAlarmsProps,
  PipelineDashboard,
  type PipelineDashboardProps,
  PipelineNetwork,
  PipelineStack,
  type PipelineStackProps,
  ProducerRole,
  type ProducerRoleSettings,
  SchemaRegistry,
  type SchemaRegistryProps,
  SchemaSubjects,
  ScramCredentials,
  ScramUsers,
  type SelfManagedKafka,
  ServerlessCluster,
  type TopicContract,
} from '../../infra/index.js';
import { optionsObjects } from '../options/discover.js';
import { differences, type Row, row } from '../options/same.js';
import { quickApp, sampleStack, userClicks } from './sample-stack.js';
import { Bench } from './subscribed.js';
import { clusterOf as t3Cluster, Watched } from './watched.js';

const SCHEMAS = fileURLToPath(new URL('../../schemas', import.meta.url));
const ENV = { account: '123456789012', region: 'us-east-1' };

/** The template of one construct in a stack of its own. */
function templateOf(make: (stack: Stack) => unknown): unknown {
  const stack = new Stack(quickApp(), 'One', { env: ENV });
  make(stack);
  return Template.fromStack(stack).toJSON();
}

const clusterOf = (stack: Stack) =>
  new MskCluster(stack, 'Brokers', { vpc: new PipelineNetwork(stack, 'Net').vpc });

const CLUSTER_ARN =
  'arn:aws:kafka:us-east-1:123456789012:cluster/clicks/5d4a1b2c-0000-4000-8000-0123456789ab-2';

/** The template of a cluster in a network of three zones. */
const inNetwork = (make: (stack: Stack, vpc: ec2.IVpc) => unknown): unknown =>
  templateOf((stack) => make(stack, new PipelineNetwork(stack, 'Net', { zones: 3 }).vpc));

const provisionedProps = {
  brokersPerZone: 2,
  enhancedMonitoring: 'PER_BROKER',
  logRetention: logs.RetentionDays.ONE_DAY,
  removalPolicy: RemovalPolicy.DESTROY,
} as const;

const brokersProps = {
  ...provisionedProps,
  serverProperties: { 'num.partitions': '3' },
  storagePerBroker: Size.gibibytes(7),
  vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC },
};
const clicks = (stack: Stack): IKafkaTopic => KafkaTopic.fromTopicName(stack, 'Clicks', 'clicks');

/** Alarms, or a dashboard. */
const watched = (alarms: Partial<PipelineAlarmsProps>, board?: Partial<PipelineDashboardProps>) =>
  templateOf((stack) => {
    const metrics = ['EventCount', 'ErrorCount'];
    const subscriptions = [new Watched(stack, 'Clicks', { metrics })];
    if (board) new PipelineDashboard(stack, 'Dashboard', { ...board, subscriptions });
    else new PipelineAlarms(stack, 'Alarms', { ...alarms, subscriptions });
  });

/** The same of a cluster whose kind is known. */
const watchedBrokers = (props: Partial<PipelineAlarmsProps>) =>
  templateOf((stack) => {
    const pipeline = { subscriptions: [], cluster: t3Cluster(stack, 'kafka.t3.small') };
    new PipelineAlarms(stack, 'Alarms', { ...props, ...pipeline });
    new PipelineDashboard(stack, 'Dashboard', { ...props, ...pipeline });
  });

/** The users of a cluster that something is known of. */
const usersOf = (known: Pick<ClusterThatTakes<'scram'>, 'takes'>): unknown =>
  templateOf((stack) => {
    new ScramUsers(stack, 'Users', {
      cluster: Object.assign(clusterOf(stack), known),
      usernames: ['a'],
    });
  });

/** A pipeline's template, and what protects it. */
function pipeline(props: object): unknown {
  const topics = { 'user-clicks-avro': { partitions: 3 } };
  const consumers = { UserClicks: userClicks() };
  const stack = new PipelineStack(quickApp(), 'Clicks', { topics, consumers, ...props });
  const { stackName, terminationProtection, region, account } = stack;
  const protections = { stackName, terminationProtection, region, account };
  return [protections, Template.fromStack(stack).toJSON()];
}

const consumer = (props: object): unknown =>
  pipeline({ consumers: { UserClicks: userClicks(props as Partial<ConsumerDefinition<never>>) } });

const contract = {
  replicationFactor: 2,
  config: { 'retention.ms': '1' },
  value: {
    subject: 's',
    version: 'v1',
    retained: ['v1'],
    older: ['v0'],
    refused: { v1: { v1: 'no' } },
    plan: ['Release a version between the two.'],
    reads: { v1: { v1: 'no' } },
  },
  types: { 'shop.A': { version: 'v1', retained: ['v1'], refused: { v1: { v1: 'no' } } } },
  key: 'string',
  sources: { 'a.avsc': 'hash' },
} as const;

const subscribed = {
  batchSize: 7,
  enabled: false,
  maxBatchingWindow: Duration.seconds(5),
  onFailure: 'skip',
  startingPosition: lambda.StartingPosition.LATEST,
  startingPositionTimestamp: undefined,
};

const provisioned = {
  bisectBatchOnError: true,
  destination: undefined,
  filters: undefined,
  logLevel: undefined,
  maxRecordAge: undefined,
  metricsConfig: undefined,
  pollers: { minimumPollers: 1, maximumPollers: 2 },
  retryAttempts: -1,
  schemaRegistry: undefined,
};

const functionProps = {
  applicationLogLevelV2: lambda.ApplicationLogLevel.DEBUG,
  depsLockFilePath: undefined,
  description: 'mine',
  environment: { A: 'b' },
  ephemeralStorageSize: Size.gibibytes(1),
  layers: undefined,
  memorySize: 256,
  projectRoot: undefined,
  reservedConcurrentExecutions: 6,
  systemLogLevelV2: lambda.SystemLogLevel.WARN,
  timeout: Duration.seconds(30),
  tracing: lambda.Tracing.ACTIVE,
};

const producer = {
  description: 'mine',
  roleName: 'mine',
  schemaRegistry: undefined,
  transactionalId: 'shop-*',
};

const producerRole = (props: Partial<ProducerRoleSettings>): unknown =>
  templateOf((stack) => {
    new ProducerRole(stack, 'Producer', {
      ...props,
      assumedBy: new iam.AnyPrincipal(),
      cluster: clusterOf(stack),
      credentials: new IamCredentials(),
      topics: [clicks(stack)],
    });
  });

/** A function that reads a registry. */
const registry = (props: Partial<SchemaRegistryProps>): unknown =>
  templateOf((stack) => {
    const target = new lambda.Function(stack, 'F', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = () => {};'),
    });
    new SchemaRegistry(stack, 'R', { ...props, url: 'https://r' }).bind(target);
  });

/**
 * Props whose value is `undefined` here are tried as that only: another one belongs to one stack, or
 * must go with others.
 */
const ROWS: Readonly<Record<string, Row>> = {
  'infra MskCluster': row(
    {
      ...brokersProps,
      certificateAuthorities: ['arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/1'],
      instanceType: 'kafka.m5.large',
      kafkaVersion: '3.8.x',
      unlistedBroker: undefined,
    } as const,
    (props) => inNetwork((stack, vpc) => new MskCluster(stack, 'Brokers', { ...props, vpc })),
    4,
  ),
  'infra MskClusterSettings': row(
    {
      ...brokersProps,
      certificateAuthorities: undefined,
    },
    (props) => inNetwork((stack, vpc) => new MskCluster(stack, 'Brokers', { ...props, vpc })),
    4,
  ),
  'infra ProvisionedClusterProps': row(provisionedProps, (props) =>
    inNetwork((stack, vpc) => new MskCluster(stack, 'Brokers', { ...props, vpc })),
  ),
  'infra ExpressClusterProps': row(
    {
      ...provisionedProps,
      instanceType: 'express.m7g.xlarge',
      kafkaVersion: '4.2.x.kraft',
      serverProperties: { 'num.partitions': '3' },
      subnets: undefined,
      unlistedBroker: { kafkaVersion: '4.3.x.kraft', instanceType: 'express.m8g.large' },
      vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC },
    } as const,
    (props) => inNetwork((stack, vpc) => new ExpressCluster(stack, 'Brokers', { ...props, vpc })),
    4,
  ),
  'infra ExpressServerProperties': row(
    {
      'default.replication.factor': undefined,
      'min.insync.replicas': undefined,
      'unclean.leader.election.enable': undefined,
    },
    (fixed) => {
      const serverProperties: ExpressServerProperties = { ...fixed };
      return inNetwork(
        (stack, vpc) => new ExpressCluster(stack, 'Brokers', { vpc, serverProperties }),
      );
    },
  ),
  'infra ServerlessClusterProps': row(
    {
      removalPolicy: RemovalPolicy.DESTROY,
      vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC },
    },
    (props) =>
      inNetwork((stack, vpc) => new ServerlessCluster(stack, 'Brokers', { ...props, vpc })),
  ),
  'infra ClusterWithTopics': row(
    { brokers: 2, kind: 'standard', topicResources: true } as const,
    (known) =>
      templateOf(
        (stack) =>
          new KafkaTopic(stack, 'Topic', {
            cluster: Object.assign(MskCluster.fromClusterArn(stack, 'Brokers', CLUSTER_ARN), known),
            topicName: 'clicks',
            partitions: 3,
            replicationFactor: 2,
          }),
      ),
  ),
  'infra ConsumerFunctionProps': row(
    {
      ...functionProps,
      conditions: ['c'],
      logRemovalPolicy: RemovalPolicy.DESTROY,
      logRetention: logs.RetentionDays.ONE_DAY,
      securityGroups: undefined,
      vpc: undefined,
      vpcSubnets: undefined,
    },
    (props) =>
      templateOf((stack) => {
        const schemaRegistry = new SchemaRegistry(stack, 'Registry', { url: 'https://r' });
        const { entry, projectRoot } = userClicks();
        return new ConsumerFunction(stack, 'F', { projectRoot, ...props, schemaRegistry, entry });
      }),
    4,
  ),
  'infra TopicContract': row(
    contract,
    (given) => {
      const topic: TopicContract = { ...given, partitions: 3 };
      return [unread(topic), pipeline({ topics: { 'user-clicks-avro': topic }, schemas: false })];
    },
    4,
  ),
  'infra SchemaContract': row(contract.value, (value) => unread({ partitions: 3, value })),
  'infra ReaderVersions': row({ reads: 'v1', readsKey: 'v1' }, (versions) =>
    unread({ ...contract, types: undefined, key: contract.value, partitions: 3 }, versions),
  ),
  'infra ReaderVersions.reads': row<Readonly<Record<string, string>>>({ 'shop.A': 'v0' }, (reads) =>
    unread({ ...contract, partitions: 3 }, { reads }),
  ),
  'infra TopicReader': row({ reads: 'v1', readsKey: 'v1' }, (versions) => consumer(versions)),
  'infra ClusterThatTakes': row({ takes: { scram: true } } as const, usersOf),
  'infra ClusterThatTakes.takes': row({ scram: true } as const, (takes) => usersOf({ takes })),
  'infra KeyedSecret': row<Pick<KeyedSecret, 'encryptionKey'>>(
    { encryptionKey: undefined },
    ({ encryptionKey }) =>
      templateOf((stack) => {
        const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AnyPrincipal() });
        const secret = secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', 'registry');
        grantSecret(role, { secret, encryptionKey });
      }),
  ),
  'infra ScramCredentials': row(
    { association: undefined, encryptionKey: undefined, mechanism: 'SCRAM-SHA-512' },
    (credentials) => {
      const stack = sampleStack();
      new KafkaSubscription(stack, 'Second', {
        target: stack.consumer('UserClicks'),
        topic: stack.topic('user-clicks-avro'),
        cluster: stack.cluster,
        credentials: new ScramCredentials({
          ...credentials,
          secret: stack.users.credentials('consumer').secret,
        }),
        consumerGroupId: 'second',
      });
      return Template.fromStack(stack).toJSON();
    },
    2,
  ),
  'infra SubscriptionSettings.onFailure': row(
    { decode: 'report', handler: 'skip', unknownType: 'skip' },
    (onFailure) => consumer({ onFailure }),
    2,
  ),
  'infra KafkaSubscriptionProps': row(
    { ...subscribed, ...provisioned, consumerGroupId: 'group', reader: undefined },
    consumer,
    2,
  ),
  'infra KafkaSubscriptionProps.pollers': row(
    { maximumPollers: 7, minimumPollers: 2, pollerGroupName: 'shared' },
    (pollers) => consumer({ pollers }),
    2,
  ),
  'infra SubscriptionSettings': row({ ...subscribed, consumerGroupId: 'group' }, consumer, 2),
  'infra ProvisionedSettings': row(provisioned, consumer, 2),
  'infra OnDemandSettings': row(
    {
      bisectBatchOnError: false,
      destination: undefined,
      filters: undefined,
      logLevel: undefined,
      maxRecordAge: undefined,
      metricsConfig: undefined,
      pollers: undefined,
      retryAttempts: -1,
      schemaRegistry: undefined,
    },
    consumer,
    2,
  ),
  'infra SelfManagedKafka': row<Pick<SelfManagedKafka, 'network' | 'rootCertificate'>>(
    { network: undefined, rootCertificate: undefined },
    (known) => {
      const stack = new Bench();
      const bootstrapServers = ['broker.example.com:9092'] as const;
      stack.subscribe({ cluster: { ...known, bootstrapServers } });
      return stack.template().toJSON();
    },
  ),
  'infra StackRegistry': row({ validates: ['key', 'value'] }, (schemaRegistry) =>
    consumer({
      schemaRegistry,
      pollers: { minimumPollers: 1 },
      destination: new KafkaDlq('failed'),
    }),
  ),
  'infra eventFilter': row(
    { key: { user: ['a'] }, value: { url: ['/'] } },
    (rules) => eventFilter<{ readonly url: string }, { readonly user: string }>(rules).pattern,
  ),
  'infra ConsumerDefinition': row(
    {
      ...subscribed,
      ...provisioned,
      ...functionProps,
      consumerGroupId: 'group',
      credentials: undefined,
      reads: undefined,
      readsKey: undefined,
    },
    consumer,
    2,
  ),
  'infra PipelineNetworkProps': row(
    {
      availabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
      egress: 'endpoints',
      removalPolicy: RemovalPolicy.DESTROY,
      zones: 3,
    },
    (props) => templateOf((stack) => new PipelineNetwork(stack, 'Net', props)),
  ),
  'infra PipelineProducerOptions': row(
    { credentials: undefined, grantee: undefined, network: undefined, transactionalId: 'shop-*' },
    (options) => {
      const stack = sampleStack({ users: false });
      const producer = new iam.Role(stack, 'Web', { assumedBy: new iam.AnyPrincipal() });
      stack.addProducer(producer, { ...options, topics: ['user-clicks-avro'] });
      return Template.fromStack(stack).toJSON();
    },
    2,
  ),
  'infra PipelineStackProps': row<Partial<PipelineStackProps>>(
    {
      alarms: false,
      analyticsReporting: false,
      availabilityZones: ['us-east-1a', 'us-east-1b'],
      brokersPerZone: 2,
      cluster: undefined,
      conditions: ['c'],
      credentials: undefined,
      crossRegionReferences: true,
      deployed: false,
      description: 'mine',
      disposable: true,
      egress: 'endpoints',
      env: ENV,
      existingTopics: true,
      instanceType: 'kafka.m5.large',
      kafkaVersion: '3.8.x',
      notificationArns: ['arn:aws:sns:us-east-1:123456789012:t'],
      notify: undefined,
      permissionsBoundary: undefined,
      propertyInjectors: undefined,
      register: undefined,
      schemaRegistrySecretArn:
        'arn:aws:secretsmanager:us-east-1:123456789012:secret:registry-AbCdEf',
      schemaRegistryUrl: 'https://other.example.com',
      schemas: false,
      stackName: 'Mine',
      storagePerBroker: Size.gibibytes(7),
      suppressTemplateIndentation: true,
      synthesizer: undefined,
      tags: { team: 'clicks' },
      terminationProtection: false,
      users: ['orders'],
      vpc: undefined,
      vpcSubnets: undefined,
      zones: undefined,
    },
    pipeline,
    2,
  ),
  'infra SchemaRegistryProps': row(
    {
      credentials: undefined,
      encryptionKey: undefined,
      removalPolicy: RemovalPolicy.DESTROY,
      tls: { ca: '/opt/ca.pem' },
    },
    registry,
  ),
  'infra RegistryTlsFiles': row(
    { ca: '/opt/ca.pem', client: { certificate: '/opt/c.pem', key: '/opt/k.pem' } },
    (tls) => registry({ tls }),
  ),
  'infra ProducerRole': row(producer, producerRole),
  'infra ProducerRoleSettings': row(producer, producerRole),
  'infra grantProduce': row({ transactionalId: 'shop-*' }, (access) =>
    templateOf((stack) => {
      const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AnyPrincipal() });
      const topic = clicks(stack);
      const credentials = new IamCredentials();
      grantProduce(role, { ...access, cluster: clusterOf(stack), credentials, topic });
    }),
  ),
  'infra RolloutProps': row(
    {
      consumers: undefined,
      deployed: { s: 'v0' },
      producers: undefined,
      registration: undefined,
    },
    (props) => {
      const topics = { t: { partitions: 1, value: contract.value } };
      return orderRollout({ topics, ...props });
    },
  ),
  'infra SchemaSubjectsProps': row(
    {
      layers: undefined,
      logRemovalPolicy: RemovalPolicy.DESTROY,
      logRetention: logs.RetentionDays.ONE_DAY,
      memorySize: 256,
      securityGroups: undefined,
      subjects: ['a-value'],
      timeout: Duration.minutes(2),
      vpc: undefined,
      vpcSubnets: undefined,
    },
    (props) =>
      templateOf((stack) => {
        const schemaRegistry = new SchemaRegistry(stack, 'Registry', { url: 'https://r' });
        new SchemaSubjects(stack, 'Subjects', { ...props, schemaRegistry, schemas: SCHEMAS });
      }),
    4,
  ),
  'infra ScramUsersProps': row(
    { encryptionKey: undefined, removalPolicy: RemovalPolicy.DESTROY },
    (props) =>
      templateOf(
        (stack) =>
          new ScramUsers(stack, 'Users', {
            ...props,
            cluster: clusterOf(stack),
            usernames: ['producer'],
          }),
      ),
    4,
  ),
  'infra AlarmThresholds': row(
    // Each at a number that is no default.
    Object.fromEntries(Object.keys(ALARMS).map((id) => [id, 7])),
    (thresholds) => [watched({ thresholds }), watchedBrokers({ thresholds })],
    4,
  ),
  'infra PipelineAlarmsProps': row(
    {
      brokers: 'express',
      cluster: undefined,
      metricsNamespace: 'Clicks',
      notify: undefined,
      thresholds: { 'consumer-lag': 7 },
    },
    (props) => [watched(props), watchedBrokers(props)],
    4,
  ),
  'infra PipelineDashboardProps': row(
    {
      alarms: undefined,
      brokers: 'express',
      cluster: undefined,
      dashboardName: 'mine',
      metricsNamespace: 'Clicks',
    },
    (props) => watched({}, props),
    4,
  ),
  'infra KafkaTopicProps': row(
    {
      config: { 'retention.ms': '1' },
      key: 'string',
      removalPolicy: RemovalPolicy.DESTROY,
      sources: { 'a.avsc': 'hash' },
      types: contract.types,
      value: contract.value,
    },
    (props) =>
      templateOf(
        (stack) =>
          new KafkaTopic(stack, 'Topic', {
            ...props,
            cluster: clusterOf(stack),
            topicName: new CfnParameter(stack, 'Name').valueAsString,
            partitions: 3,
            replicationFactor: 2,
          }),
      ),
    4,
  ),
};

/**
 * Members of props whose type is the standard library's, so that no declaration of ours is found; and
 * what props extend, which only a function within the room takes by itself.
 */
const BY_HAND = [
  'infra SubscriptionSettings.onFailure',
  'infra ReaderVersions',
  'infra ReaderVersions.reads',
];

it('has a row for every props object, and a value for each of its props', () => {
  const found = Object.fromEntries(optionsObjects(['infra']));
  const have = Object.entries(ROWS)
    .filter(([key]) => !BY_HAND.includes(key))
    .map(([key, { given }]) => [key, Object.keys(given).sort()]);
  expect(Object.fromEntries(have)).toEqual(found);
}, 240_000);

describe('undefined is not given', () => {
  it.each(Object.keys(ROWS))(
    '%s',
    async (key) => {
      const one = ROWS[key];
      expect(one && (await differences(one))).toEqual([]);
    },
    240_000,
  );
});
