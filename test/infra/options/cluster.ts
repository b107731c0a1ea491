/**
 * Props of clusters, their network and topics.
 *
 * Props whose value is `undefined` here are tried as that only: another one belongs to one stack, or
 * must go with others.
 */
import { CfnParameter, RemovalPolicy, Size } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import {
  ExpressCluster,
  type ExpressServerProperties,
  KafkaTopic,
  MskCluster,
  PipelineNetwork,
  ServerlessCluster,
} from '../../../infra/index.js';
import { type Row, row } from '../../options/same.js';
import { contract } from './contract.js';
import { clusterOf, inNetwork, templateOf } from './stacks.js';

const CLUSTER_ARN =
  'arn:aws:kafka:us-east-1:123456789012:cluster/clicks/5d4a1b2c-0000-4000-8000-0123456789ab-2';

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

export const clusterRows: Readonly<Record<string, Row>> = {
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
  'infra PipelineNetworkProps': row(
    {
      availabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
      egress: 'endpoints',
      removalPolicy: RemovalPolicy.DESTROY,
      zones: 3,
    },
    (props) => templateOf((stack) => new PipelineNetwork(stack, 'Net', props)),
  ),
};
