/** A CDK app as a team has it that brings its own cluster: files of a project that installed the package. */

const record = (name: string, field: string): string =>
  JSON.stringify({
    type: 'record',
    name,
    namespace: 'shop',
    fields: [{ name: field, type: 'string' }],
  });

const handler = (topic: string, field: string): string => `
import { createHandler, on } from 'tavro/consumer';
import { ${topic} } from './generated/topics/${topic}.js';

export const handler = createHandler({
  routes: [on(${topic}, ({ ${field} }) => console.log(${field}))],
});
`;

const APP = `
import { App, Stack, Validations } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Alias } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  ConsumerFunction,
  KafkaSubscription,
  KafkaTopic,
  MskCluster,
  orderRollout,
  ProducerRole,
  SchemaRegistry,
  ScramCredentials,
  TemplateChecks,
} from 'tavro/infra';
import { contracts } from './generated/contracts.js';

const env = { account: '111122223333', region: 'eu-west-1' };
const arn = (service: string, resource: string): string =>
  \`arn:aws:\${service}:\${env.region}:\${env.account}:\${resource}\`;

const app = new App({ analyticsReporting: false });
Validations.of(app).addPlugins(new TemplateChecks());

const data = new Stack(app, 'Data', { env });
const cluster = MskCluster.fromClusterAttributes(data, 'Cluster', {
  clusterArn: arn('kafka', 'cluster/shop/01234567-89ab-cdef-0123-456789abcdef-2'),
  takes: { scram: true },
  brokers: 3,
  zones: 3,
});
const { topics } = contracts;
const orders = new KafkaTopic(data, 'Orders', {
  ...topics.orders,
  cluster,
  topicName: 'orders',
  replicationFactor: 3,
});
const clicks = KafkaTopic.fromTopicName(data, 'Clicks', 'clicks');
const credentials = ScramCredentials.fromSecret(
  Secret.fromSecretCompleteArn(data, 'User', arn('secretsmanager', 'secret:AmazonMSK_shop-AbCdEf')),
  Key.fromKeyArn(data, 'Key', arn('kms', 'key/01234567-89ab-cdef-0123-456789abcdef')),
);

const shop = new Stack(app, 'Shop', { env });
const schemaRegistry = new SchemaRegistry(shop, 'Registry', { url: 'https://registry.example.com' });
const onOrders = new ConsumerFunction(shop, 'OnOrders', {
  entry: \`\${process.cwd()}/orders.ts\`,
  schemaRegistry,
});
const live = new Alias(shop, 'Live', { aliasName: 'live', version: onOrders.currentVersion });
const onClicks = new ConsumerFunction(shop, 'OnClicks', {
  entry: \`\${process.cwd()}/clicks.ts\`,
  schemaRegistry,
});
new KafkaSubscription(shop, 'Orders', {
  target: live,
  topic: orders,
  cluster,
  credentials,
  reader: { contract: topics.orders },
});
new KafkaSubscription(shop, 'Clicks', {
  target: onClicks,
  topic: clicks,
  cluster,
  credentials,
  reader: { contract: topics.clicks },
});
const producer = new ProducerRole(shop, 'Checkout', {
  assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
  cluster,
  credentials,
  topics: [orders],
  schemaRegistry,
});
orderRollout({ topics, consumers: [onOrders, live, onClicks], producers: [producer] });
app.synth();
`;

const COMPILER_OPTIONS = {
  strict: true,
  target: 'es2022',
  // The CDK's declarations need the second.
  lib: ['es2023', 'esnext.disposable'],
  types: ['node'],
  module: 'nodenext',
  skipLibCheck: true,
  outDir: 'dist',
};

/** Texts by path; the generated code comes by the package's own command. */
export const TEAM_APP: Readonly<Record<string, string>> = {
  'package-lock.json': '{ "lockfileVersion": 3 }',
  'tsconfig.json': JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ['*.ts'] }),
  'schemas/shop/ordered.avsc': record('Ordered', 'orderId'),
  'schemas/shop/clicked.avsc': record('Clicked', 'url'),
  'schemas/tavro.json': JSON.stringify({
    topics: { orders: { value: 'shop.Ordered' }, clicks: { value: 'shop.Clicked' } },
  }),
  'orders.ts': handler('orders', 'orderId'),
  'clicks.ts': handler('clicks', 'url'),
  'app.ts': APP,
};
