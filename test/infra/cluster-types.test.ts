/** What of clusters does not go together does not compile. */
import { expect, it } from '@jest/globals';
import { type Compiled, compiled } from './wired.js';

/** A program whose line 6 is what the compiler is asked about. */
const about = (expression: string): string => `
import type { ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { ExpressCluster, type IMskCluster, KafkaTopic, MskCluster, PipelineNetwork, ScramUsers, ServerlessCluster } from 'tavro/infra';
export const made = (scope: Construct, vpc: IVpc, a: ISubnet, b: ISubnet, c: ISubnet): unknown => [scope, vpc, a, b, c, ExpressCluster, KafkaTopic, MskCluster, PipelineNetwork, ScramUsers, ServerlessCluster,
${expression}
]; export type Unused = IMskCluster;
`;

const LINE = 6;
const ok = (expression: string): Compiled => [about(expression)];
const refused = (expression: string, said: RegExp): Compiled => [about(expression), LINE, said];

const standard = (props: string) => `new MskCluster(scope, 'K', { vpc, ${props} })`;
const express = (props: string) => `new ExpressCluster(scope, 'K', { vpc, ${props} })`;
const topic = (cluster: string) =>
  `new KafkaTopic(scope, 'T', { topicName: 't', partitions: 1, replicationFactor: 3, cluster: ${cluster} })`;
const users = (cluster: string) =>
  `new ScramUsers(scope, 'U', { usernames: ['a'], cluster: ${cluster} })`;
const serverless = "new ServerlessCluster(scope, 'K', { vpc })";
const imported = (takes: string) =>
  `MskCluster.fromClusterAttributes(scope, 'K', { clusterArn: 'arn', takes: ${takes} })`;

const COMPILED: Readonly<Record<string, Compiled>> = {
  'small-zookeeper': ok(standard("kafkaVersion: '3.8.x', instanceType: 'kafka.t3.small'")),
  'small-kraft': refused(
    standard("kafkaVersion: '3.9.x.kraft', instanceType: 'kafka.t3.small'"),
    /kafkaVersion: "3\.9\.x\.kraft"; instanceType: "kafka\.t3\.small"; }' is not assignable/,
  ),
  'small-default': refused(
    standard("instanceType: 'kafka.t3.small'"),
    /kafka\.t3\.small|kafkaVersion/,
  ),
  'no-version': refused(standard("kafkaVersion: '9.9.9'"), /'"9\.9\.9"' is not assignable/),
  'no-type': refused(standard("instanceType: 'kafka.t9.small'"), /'"kafka\.t9\.small"' is not/),
  'express-in-standard': refused(
    standard("instanceType: 'express.m7g.large'"),
    /express\.m7g\.large/,
  ),
  unlisted: ok(
    standard("unlistedBroker: { kafkaVersion: '4.3.x.kraft', instanceType: 'kafka.m8g.large' }"),
  ),

  'express-three': ok(express('subnets: [a, b, c]')),
  'express-two': refused(express('subnets: [a, b]'), /'\[ISubnet, ISubnet\]' is not assignable/),
  'express-disk': refused(
    express('storagePerBroker: undefined'),
    /'storagePerBroker' does not exist in type 'ExpressClusterProps'/,
  ),
  'express-version': refused(express("kafkaVersion: '4.0.x.kraft'"), /'"4\.0\.x\.kraft"' is not/),
  'express-type': refused(
    express("instanceType: 'kafka.m7g.large'"),
    /'"kafka\.m7g\.large"' is not/,
  ),
  'express-in-sync': refused(
    express("serverProperties: { 'min.insync.replicas': '1' }"),
    /'string' is not assignable to type 'undefined'/,
  ),

  'serverless-users': refused(
    users(serverless),
    /'ServerlessCluster' is not assignable to type 'ClusterThatTakes<"scram">'/,
  ),
  'serverless-topic': refused(
    topic(serverless),
    /'ServerlessCluster' is not assignable to type 'ClusterWithTopics'/,
  ),
  'serverless-named': ok("KafkaTopic.fromTopicName(scope, 'T', 't')"),
  'express-topic': ok(topic(express(''))),
  'any-topic': ok(topic("MskCluster.fromClusterArn(scope, 'K', 'arn') as IMskCluster")),
  'express-users': ok(users(express(''))),

  'imported-users': ok(users("MskCluster.fromClusterArn(scope, 'K', 'arn')")),
  'imported-scram': ok(users(imported('{ scram: true }'))),
  'imported-iam': ok(users(imported('{ iam: true }'))),
  'imported-without': refused(
    users(imported('{ scram: false }')),
    /is not assignable to type 'ClusterThatTakes<"scram">'/,
  ),
  'one-zone': refused("new PipelineNetwork(scope, 'N', { zones: 1 })", /'1' is not assignable/),
};

it('the compiler refuses clusters that MSK would refuse, and takes the others', async () => {
  const { found, expected } = await compiled('infra-clusters', {
    compiler: 'typescript',
    texts: COMPILED,
    beside: [],
  });
  expect(found).toEqual(expected);
}, 240_000);
