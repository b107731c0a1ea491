/** What of a subscription must go together: the compiler takes the rest, and says of these why not. */
import { expect, it } from '@jest/globals';
import { type Compiled, compiled } from './wired.js';

const IMPORTS = `
import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { KafkaDlq, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as msk from 'aws-cdk-lib/aws-msk';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { IamCredentials, KafkaSubscription, PlainCredentials, PipelineStack, ScramCredentials, TlsCredentials, eventFilter } from 'tavro/infra';
import type { IKafkaTopic, IMskCluster, KafkaSubscriptionProps, MskCluster, SchemaRegistry, SelfManagedKafka } from 'tavro/infra';
import type { App, Stack } from 'aws-cdk-lib';
export type { KafkaSubscriptionProps };
export interface UserClick { readonly url: string; readonly count: number; readonly page: { readonly tags: readonly string[] } }
declare const stack: Stack, app: App, secret: secretsmanager.ISecret, key: kms.IKey, queue: sqs.IQueue;
declare const registry: SchemaRegistry, topic: IKafkaTopic, fn: lambda.Function, alias: lambda.Alias;
declare const standard: MskCluster, self: SelfManagedKafka, unknown: msk.IClusterRef;
declare const serverless: IMskCluster & { readonly takes: { readonly scram: false; readonly iam: true; readonly tls: false } };
const scram = ScramCredentials.fromSecret(secret, key), iam = new IamCredentials();
const plain = new PlainCredentials({ secret }), tls = new TlsCredentials({ secret });
const rest = { target: fn, topic, cluster: standard, credentials: scram }, pollers = { minimumPollers: 1 };
const schemaRegistry = { registry }, destination = new SqsDlq(queue);
export const used = [Duration, KafkaSubscription, lambda, KafkaDlq, SqsDlq, eventFilter, PipelineStack, app, alias, self, unknown, serverless, iam, plain, tls, rest, pollers, schemaRegistry, destination];
`;

/** A subscription whose last props stand in a line of their own. */
const subscription = (...props: string[]): string => `${IMPORTS}
export const made = new KafkaSubscription(stack, 'Clicks', {
  ${props.slice(0, -1).join(', ')},
  ${props.at(-1)} });
`;
const LAST = IMPORTS.split('\n').length + 3;

const pipeline = (props: string): string => `${IMPORTS}
export const made = new PipelineStack(app, 'Clicks', { topics: { clicks: { partitions: 1 } },
  consumers: { Other: { entry: 'b.ts', topic: 'clicks', pollers, retryAttempts: 3 }, Sample: { entry: 'a.ts', topic: 'clicks',
  ${props} } } });
`;

const POLLERS = /refused: only with pollers, which are billed by the hour/;
const REGISTRY = /refused: only with schemaRegistry, without which Lambda sees no fields of Avro/;

const COMPILED: Readonly<Record<string, Compiled>> = {
  scram: [subscription('...rest', 'onFailure: "skip"')],
  iam: [subscription('...rest, cluster: serverless', 'credentials: iam')],
  alias: [subscription('...rest', 'target: alias')],
  imported: [subscription('...rest, cluster: unknown', 'credentials: tls')],
  'self-scram': [subscription('...rest', 'cluster: self')],
  'self-plain': [subscription('...rest, cluster: self', 'credentials: plain')],
  'self-tls': [subscription('...rest, cluster: self', 'credentials: tls')],
  'on-demand': [subscription('...rest, retryAttempts: -1', 'destination')],
  provisioned: [
    subscription('...rest, pollers, retryAttempts: 3', "destination: new KafkaDlq('failed')"),
  ],
  filtered: [
    subscription(
      '...rest, pollers, schemaRegistry, destination',
      "filters: [eventFilter<UserClick>({ value: { url: lambda.FilterRule.beginsWith('/'), page: { tags: ['a'] } } })]",
    ),
  ],
  unchecked: [
    `${IMPORTS}
declare const props: Omit<KafkaSubscriptionProps, 'reader'>;
export const made = new KafkaSubscription(stack, 'Clicks', { ...props, batchSize: 3 });`,
  ],
  'scram-serverless': [
    subscription('...rest', 'cluster: serverless'),
    LAST,
    /^Type '.*scram: false.*' is not assignable to type '.*ClusterThatTakes<"scram">.*'/,
  ],
  'tls-msk': [
    subscription('...rest, credentials: tls', 'cluster: standard'),
    LAST,
    /^Type 'MskCluster<undefined>' is not assignable to type '.*ClusterThatTakes<"tls">.*'/,
  ],
  'plain-msk': [
    subscription('...rest, credentials: plain', 'cluster: standard'),
    LAST,
    /^Property 'bootstrapServers' is missing in type 'MskCluster<undefined>' but required in type 'SelfManagedKafka'/,
  ],
  'iam-self': [
    subscription('...rest, credentials: iam', 'cluster: self'),
    LAST,
    /^Type 'SelfManagedKafka' is .*'ClusterThatTakes<"iam">'/,
  ],
  retries: [subscription('...rest', 'retryAttempts: 3'), LAST, POLLERS],
  bisecting: [subscription('...rest', 'bisectBatchOnError: true'), LAST, POLLERS],
  age: [subscription('...rest', 'maxRecordAge: Duration.hours(1)'), LAST, POLLERS],
  'poller-log': [
    subscription('...rest', 'logLevel: lambda.EventSourceMappingLogLevel.INFO'),
    LAST,
    POLLERS,
  ],
  metrics: [
    subscription('...rest', 'metricsConfig: { metrics: [lambda.MetricType.EVENT_COUNT] }'),
    LAST,
    POLLERS,
  ],
  registry: [subscription('...rest', 'schemaRegistry: { registry }'), LAST, POLLERS],
  'topic-as-destination': [
    subscription('...rest', "destination: new KafkaDlq('failed')"),
    LAST,
    POLLERS,
  ],
  'filters-unseen': [
    subscription(
      '...rest, pollers',
      'filters: [eventFilter<UserClick>({ value: { url: ["/"] } })]',
    ),
    LAST,
    REGISTRY,
  ],
  'filter-misspelt': [
    subscription(
      '...rest, pollers, schemaRegistry, destination',
      'filters: [eventFilter<UserClick>({ value: { ulr: ["/"] } })]',
    ),
    LAST,
    /'ulr' does not exist/,
  ],
  'filter-no-rule': [
    subscription(
      '...rest, pollers, schemaRegistry, destination',
      "filters: [eventFilter<UserClick>({ value: { url: '/' } })]",
    ),
    LAST,
    /^Type 'string' is not assignable to type 'readonly unknown\[\]'/,
  ],
  'pipeline-provisioned': [pipeline('pollers, retryAttempts: 3, schemaRegistry: {}, destination')],
  'pipeline-on-demand': [pipeline('destination')],
  'pipeline-retries': [pipeline('retryAttempts: 3'), LAST, POLLERS],
  'pipeline-topic': [pipeline("destination: new KafkaDlq('failed')"), LAST, POLLERS],
};

it.each(['typescript', 'typescript-6'])('%s', async (compiler) => {
  const { found, expected } = await compiled(`infra-subscriptions-${compiler}`, {
    compiler,
    texts: COMPILED,
    beside: [],
  });
  expect(found).toEqual(expected);
});
