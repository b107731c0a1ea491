/**
 * Props of functions and subscriptions.
 *
 * Props whose value is `undefined` here are tried as that only: another one belongs to one stack, or
 * must go with others.
 */
import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { KafkaDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as logs from 'aws-cdk-lib/aws-logs';
import {
  ConsumerFunction,
  eventFilter,
  SchemaRegistry,
  type SelfManagedKafka,
} from '../../../infra/index.js';
import { type Row, row } from '../../options/same.js';
import { userClicks } from '../sample-stack.js';
import { Bench } from '../subscribed.js';
import { consumer, templateOf } from './stacks.js';

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

export const consumerRows: Readonly<Record<string, Row>> = {
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
  'infra TopicReader': row({ reads: 'v1', readsKey: 'v1' }, (versions) => consumer(versions)),
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
};
