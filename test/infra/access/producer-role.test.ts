import { describe, expect, it } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import {
  admitClient,
  IamCredentials,
  MskCluster,
  ProducerRole,
  SchemaRegistry,
  TlsCredentials,
} from '../../../infra/index.js';
import { refusal } from '../refusal.js';
import { onlyResource, quickApp } from '../sample-stack.js';
import { CLUSTER_ARN, clusterOf, scramOf, secretOf, topicOf } from './clusters.js';

const assumedBy = new iam.ServicePrincipal('ecs-tasks.amazonaws.com');

describe('ProducerRole', () => {
  it('writes to its topics by IAM, and reads the registry’s secret', () => {
    const stack = new Stack(quickApp(), 'One');
    const schemaRegistry = new SchemaRegistry(stack, 'Registry', {
      url: 'https://registry.example.com',
      credentials: secretOf(stack),
    });
    new ProducerRole(stack, 'Orders', {
      assumedBy,
      cluster: clusterOf({ iam: true }),
      credentials: new IamCredentials(),
      topics: [topicOf(stack, 'orders'), topicOf(stack, 'returns')],
      schemaRegistry,
    });
    const template = Template.fromStack(stack);
    expect(onlyResource(template, 'AWS::IAM::Role').Properties).toMatchObject({
      AssumeRolePolicyDocument: {
        Statement: [{ Principal: { Service: 'ecs-tasks.amazonaws.com' } }],
      },
      Description: 'Produces to orders, returns',
    });
    const policy = JSON.stringify(onlyResource(template, 'AWS::IAM::Policy').Properties);
    expect(policy.match(/:topic\/clicks\/0a1b-2c3d-4\/\w+/g)).toEqual([
      ':topic/clicks/0a1b-2c3d-4/orders',
      ':topic/clicks/0a1b-2c3d-4/returns',
    ]);
    // What both topics need alike is said once.
    expect(policy.match(/kafka-cluster:Connect|secretsmanager:GetSecretValue/g)).toEqual([
      'kafka-cluster:Connect',
      'secretsmanager:GetSecretValue',
    ]);
  });

  it('reads its user’s secret by the key, and nothing else of the cluster', () => {
    const stack = new Stack(quickApp(), 'One');
    new ProducerRole(stack, 'Orders', {
      assumedBy,
      roleName: 'orders',
      description: 'mine',
      cluster: clusterOf({ scram: true }),
      credentials: scramOf(stack),
      topics: [topicOf(stack)],
    });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::IAM::Role', { RoleName: 'orders', Description: 'mine' });
    const policy = JSON.stringify(onlyResource(template, 'AWS::IAM::Policy').Properties);
    expect(policy.match(/[a-z-]+:[A-Z]\w+(?=")/g)?.sort()).toEqual([
      'kafka:DescribeCluster',
      'kafka:DescribeClusterV2',
      'kafka:GetBootstrapBrokers',
      'kms:Decrypt',
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
    ]);
  });
});

describe('admitting a client', () => {
  const takes = { scram: true, iam: true, tls: true } as const;

  /** Rules by the stack that they stand in. */
  function rules(kind: 'scram' | 'iam' | 'tls') {
    const app = quickApp();
    const theirs = new Stack(app, 'Cluster');
    const ours = new Stack(app, 'Service');
    const vpc = new ec2.Vpc(theirs, 'Vpc', { maxAzs: 2, natGateways: 0 });
    const securityGroup = new ec2.SecurityGroup(theirs, 'Brokers', { vpc });
    const cluster = MskCluster.fromClusterAttributes(theirs, 'Imported', {
      clusterArn: CLUSTER_ARN,
      takes,
      securityGroup,
    });
    const group = new ec2.SecurityGroup(ours, 'Group', { vpc, allowAllOutbound: false });
    const client = new ec2.Connections({ securityGroups: [group] });
    const secret = secretOf(ours, 'Certificate');
    const access = {
      scram: { cluster, credentials: scramOf(ours) },
      iam: { cluster, credentials: new IamCredentials() },
      tls: { cluster, credentials: new TlsCredentials({ secret }) },
    } as const;
    admitClient({ connections: client }, access[kind]);
    const ports = (stack: Stack, way: 'Ingress' | 'Egress') =>
      Object.values(Template.fromStack(stack).findResources(`AWS::EC2::SecurityGroup${way}`)).map(
        ({ Properties }) => Properties.FromPort,
      );
    return {
      theirs: [...ports(theirs, 'Ingress'), ...ports(theirs, 'Egress')],
      in: ports(ours, 'Ingress'),
      out: ports(ours, 'Egress'),
    };
  }

  it.each([
    ['scram', 9096],
    ['iam', 9098],
    ['tls', 9094],
  ] as const)('by %s opens the port %i, by rules of the client’s stack', (kind, port) => {
    expect(rules(kind)).toEqual({ theirs: [], in: [port], out: [port] });
  });

  it('is refused where the cluster’s group is not known', () => {
    const stack = new Stack(quickApp(), 'One');
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0 });
    const client = new ec2.SecurityGroup(stack, 'Group', { vpc });
    const cluster = clusterOf(takes);
    const error = refusal(() =>
      admitClient(client, { cluster, credentials: new IamCredentials() }),
    );
    expect(error.code).toBe('CLUSTER');
    expect(error.message).toMatch(/name it where the cluster is imported/);
    expect(error.construct).toBe('One/Group');
  });
});
