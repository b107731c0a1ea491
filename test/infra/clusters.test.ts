import { describe, expect, it } from '@jest/globals';
import { CfnParameter, Fn, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import {
  ExpressCluster,
  type InfraErrorCode,
  KafkaTopic,
  MskCluster,
  PipelineNetwork,
  ServerlessCluster,
} from '../../infra/index.js';
import { refusal } from './refusal.js';
import { onlyResource, quickApp } from './sample-stack.js';

const CLUSTER = 'AWS::MSK::Cluster';
const SERVERLESS = 'AWS::MSK::ServerlessCluster';
const KEPT = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };

function stackWith(zones: 2 | 3 = 3): { stack: Stack; vpc: ec2.IVpc } {
  const stack = new Stack(quickApp(), 'Kafka');
  return { stack, vpc: new PipelineNetwork(stack, 'Net', { zones, egress: 'none' }).vpc };
}

/** Three subnets of a VPC that exists, in the zones that are named. */
function subnetsIn(stack: Stack, ...zones: string[]): ec2.ISubnet[] {
  return zones.map((availabilityZone, index) =>
    ec2.Subnet.fromSubnetAttributes(stack, `Subnet${index}`, {
      subnetId: `subnet-${index}`,
      routeTableId: 'rtb-0',
      availabilityZone,
    }),
  );
}

/** Ports that members of a group reach. */
const openPorts = (template: Template) =>
  Object.values(template.findResources('AWS::EC2::SecurityGroupIngress'))
    .map(({ Properties }) => Properties.FromPort)
    .sort();

const CLUSTERS: Readonly<
  Record<string, (stack: Stack, props: { vpc: ec2.IVpc; removalPolicy?: RemovalPolicy }) => unknown>
> = {
  standard: (stack, props) => new MskCluster(stack, 'Brokers', props),
  express: (stack, props) =>
    new ExpressCluster(stack, 'Brokers', {
      ...props,
      serverProperties: { 'num.partitions': '3' },
    }),
  serverless: (stack, props) => new ServerlessCluster(stack, 'Brokers', props),
};

describe.each(Object.entries(CLUSTERS))('a cluster that is %s', (_name, make) => {
  const policiesWith = (removalPolicy?: RemovalPolicy) => {
    const { stack, vpc } = stackWith();
    make(stack, { vpc, removalPolicy });
    // Safe: resources of a template.
    const resources: Record<string, { DeletionPolicy?: string; UpdateReplacePolicy?: string }> =
      Template.fromStack(stack).toJSON().Resources;
    return Object.entries(resources)
      .filter(([id]) => id.startsWith('Brokers'))
      .map(([, { DeletionPolicy, UpdateReplacePolicy }]) => ({
        DeletionPolicy,
        UpdateReplacePolicy,
      }));
  };

  it('takes with it into retention whatever it needs, and leaves nothing of a failed creation', () => {
    const policies = policiesWith();
    expect(policies.length).toBeGreaterThanOrEqual(3);
    for (const policy of policies) expect(policy).toEqual(KEPT);
  });

  it('goes with all that it has where that is asked for', () => {
    for (const { DeletionPolicy } of policiesWith(RemovalPolicy.DESTROY)) {
      expect(DeletionPolicy).toBe('Delete');
    }
  });
});

describe('MskCluster', () => {
  it('goes to one subnet of each zone, with a way out or without', () => {
    const stack = new Stack(quickApp(), 'Kafka');
    const vpc = new ec2.Vpc(stack, 'Vpc', {
      natGateways: 0,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: ['app', 'data'].map((name) => ({
        name,
        subnetType: ec2.SubnetType.PRIVATE_ISOLATED,
      })),
    });
    new MskCluster(stack, 'Brokers', { vpc });
    expect(onlyResource(Template.fromStack(stack), CLUSTER).Properties).toMatchObject({
      NumberOfBrokerNodes: 2,
      BrokerNodeGroupInfo: { ClientSubnets: [expect.anything(), expect.anything()] },
    });
  });

  it('takes certificates of authorities that are named, at a listener of their own', () => {
    const { stack, vpc } = stackWith();
    const authority = 'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/1';
    const cluster = new MskCluster(stack, 'Brokers', { vpc, certificateAuthorities: [authority] });
    const taken: { readonly tls: true } = cluster.takes;
    expect(taken).toEqual({ scram: true, iam: true, tls: true });
    const template = Template.fromStack(stack);
    template.hasResourceProperties(CLUSTER, {
      ClientAuthentication: { Tls: { Enabled: true, CertificateAuthorityArnList: [authority] } },
    });
    expect(openPorts(template)).toEqual([9094, 9096, 9098]);
  });

  it('takes none without, which its type says, too', () => {
    const { stack, vpc } = stackWith();
    const taken: { readonly tls: false } = new MskCluster(stack, 'Brokers', { vpc }).takes;
    expect(taken).toEqual({ scram: true, iam: true, tls: false });
    const template = Template.fromStack(stack);
    template.hasResourceProperties(CLUSTER, {
      ClientAuthentication: { Tls: Match.absent() },
      EnhancedMonitoring: Match.absent(),
    });
    expect(openPorts(template)).toEqual([9096, 9098]);
  });

  it('says in the template that a broker newer than its tables is meant', () => {
    const { stack, vpc } = stackWith();
    new MskCluster(stack, 'Brokers', {
      vpc,
      unlistedBroker: { kafkaVersion: '4.3.x.kraft', instanceType: 'kafka.m8g.large' },
      enhancedMonitoring: 'PER_BROKER',
    });
    expect(onlyResource(Template.fromStack(stack), CLUSTER)).toMatchObject({
      Metadata: { 'tavro:unlistedBroker': true },
      Properties: { EnhancedMonitoring: 'PER_BROKER', KafkaVersion: '4.3.x.kraft' },
    });
  });

  it.each<[string, (stack: Stack, vpc: ec2.IVpc) => unknown, InfraErrorCode, RegExp]>([
    [
      'two subnets in one zone',
      (stack, vpc) => {
        const subnets = subnetsIn(stack, 'eu-west-1a', 'eu-west-1b', 'eu-west-1a');
        return new MskCluster(stack, 'Brokers', { vpc, vpcSubnets: { subnets } });
      },
      'AVAILABILITY_ZONES',
      /two of the subnets are in eu-west-1a; name one of each zone/,
    ],
    [
      'two subnets in one zone that only the deployment knows',
      (stack, vpc) => {
        const first = () => Fn.select(0, Fn.getAzs());
        const subnets = subnetsIn(stack, first(), first());
        return new MskCluster(stack, 'Brokers', { vpc, vpcSubnets: { subnets } });
      },
      'AVAILABILITY_ZONES',
      /two of the subnets are in .*Fn::GetAZs/,
    ],
    [
      'one subnet',
      (stack, vpc) => {
        const subnets = subnetsIn(stack, 'eu-west-1a');
        return new MskCluster(stack, 'Brokers', { vpc, vpcSubnets: { subnets } });
      },
      'AVAILABILITY_ZONES',
      /two or three Availability Zones, and got 1; name the zones or subnets by vpcSubnets/,
    ],
    [
      'a VPC that has public subnets only',
      (stack) => {
        const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Public', {
          vpcId: 'vpc-1',
          availabilityZones: ['a', 'b'],
          publicSubnetIds: ['subnet-a', 'subnet-b'],
          publicSubnetRouteTableIds: ['rtb-a', 'rtb-b'],
        });
        return new MskCluster(stack, 'Brokers', { vpc });
      },
      'AVAILABILITY_ZONES',
      /and got 0/,
    ],
    [
      'half a broker',
      (stack, vpc) => new MskCluster(stack, 'Brokers', { vpc, brokersPerZone: 0.5 }),
      'BROKER',
      /brokersPerZone is 0\.5/,
    ],
    [
      'a number of brokers that only the deployment knows',
      (stack, vpc) => {
        const { valueAsNumber } = new CfnParameter(stack, 'Count', { type: 'Number' });
        return new MskCluster(stack, 'Brokers', { vpc, brokersPerZone: valueAsNumber });
      },
      'BROKER',
      /brokersPerZone must be known at synth/,
    ],
    [
      'a disk that MSK does not have',
      (stack, vpc) =>
        new MskCluster(stack, 'Brokers', { vpc, storagePerBroker: Size.tebibytes(17) }),
      'BROKER',
      /storagePerBroker is 17408 GiB; MSK takes whole ones, 1 to 16384/,
    ],
    [
      'less than a gibibyte of disk',
      (stack, vpc) =>
        new MskCluster(stack, 'Brokers', { vpc, storagePerBroker: Size.mebibytes(512) }),
      'BROKER',
      /storagePerBroker is 0\.5 GiB/,
    ],
    [
      'no authority at all',
      (stack, vpc) => new MskCluster(stack, 'Brokers', { vpc, certificateAuthorities: [] }),
      'CLUSTER',
      /certificateAuthorities is empty/,
    ],
  ])('is refused with %s', (_name, make, code, message) => {
    const { stack, vpc } = stackWith();
    const error = refusal(() => make(stack, vpc));
    expect(error).toMatchObject({ code, construct: 'Kafka/Brokers' });
    expect(error.message).toMatch(message);
  });

  it('does not judge numbers that only the deployment knows', () => {
    const { stack, vpc } = stackWith();
    const number = new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber;
    const storagePerBroker = Size.gibibytes(number);
    expect(() => new MskCluster(stack, 'Brokers', { vpc, storagePerBroker })).not.toThrow();
  });

  it('takes subnets whose zones nobody told', () => {
    const { stack, vpc } = stackWith();
    const subnets = ['a', 'b'].map((id) => ec2.Subnet.fromSubnetId(stack, id, `subnet-${id}`));
    expect(() => new MskCluster(stack, 'Brokers', { vpc, vpcSubnets: { subnets } })).not.toThrow();
  });
});

describe('a cluster that exists', () => {
  const ARN =
    'arn:aws:kafka:eu-west-1:111122223333:cluster/clicks/5d4a1b2c-0000-4000-8000-0123456789ab-2';

  it('is known by its ARN', () => {
    const stack = new Stack(quickApp(), 'Kafka');
    const cluster = MskCluster.fromClusterArn(stack, 'Brokers', ARN);
    expect(cluster).toMatchObject({
      clusterRef: { clusterArn: ARN },
      env: { account: '111122223333', region: 'eu-west-1' },
      takes: {},
    });
    expect([cluster.kind, cluster.securityGroup, cluster.brokers, cluster.zones]).toEqual(
      Array(4).fill(undefined),
    );
    expect(Template.fromStack(stack).toJSON().Resources).toBeUndefined();
  });

  it('is known by what is told of it', () => {
    const stack = new Stack(quickApp(), 'Kafka');
    const securityGroup = ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1');
    const cluster = MskCluster.fromClusterAttributes(stack, 'Brokers', {
      clusterArn: ARN,
      securityGroup,
      takes: { scram: true, iam: false },
      brokers: 3,
      zones: 3,
    });
    const taken: { readonly scram: true; readonly iam: false } = cluster.takes;
    expect(taken).toEqual({ scram: true, iam: false });
    expect(cluster).toMatchObject({ securityGroup, brokers: 3, zones: 3 });
  });

  it('is serverless where its ARN says so', () => {
    const stack = new Stack(quickApp(), 'Kafka');
    const cluster = MskCluster.fromClusterArn(stack, 'Brokers', `${ARN.slice(0, -2)}-s3`);
    expect(cluster).toMatchObject({
      kind: 'serverless',
      takes: { scram: false, iam: true, tls: false },
    });
    expect(refusal(() => topicOf(stack, cluster)).code).toBe('TOPIC');
  });

  it('may have an ARN that only the deployment knows', () => {
    const stack = new Stack(quickApp(), 'Kafka');
    const clusterArn = new CfnParameter(stack, 'ClusterArn').valueAsString;
    topicOf(stack, MskCluster.fromClusterArn(stack, 'Brokers', clusterArn));
    Template.fromStack(stack).hasResourceProperties('AWS::MSK::Topic', {
      ClusterArn: { Ref: 'ClusterArn' },
    });
  });

  it.each([
    '',
    'clicks',
    'arn:aws:kafka:eu-west-1:111122223333:topic/clicks/5d4a1b2c-2/t',
    'arn:aws:kafka:eu-west-1:1111:cluster/clicks/5d4a1b2c-2',
    'arn:aws:kafka:eu-west-1:111122223333:cluster/clicks',
  ])('is refused by the ARN %j', (arn) => {
    const stack = new Stack(quickApp(), 'Kafka');
    const error = refusal(() => MskCluster.fromClusterArn(stack, 'Brokers', arn));
    expect(error).toMatchObject({ code: 'CLUSTER', construct: 'Kafka/Brokers' });
    expect(error.message).toMatch(/is not the ARN of an MSK cluster, such as arn:aws:kafka/);
  });
});

function topicOf(stack: Stack, cluster: object, replicationFactor = 3): KafkaTopic {
  return new KafkaTopic(stack, 'Topic', {
    // Safe: as JavaScript does it, where no type tells the kinds apart.
    cluster: cluster as MskCluster,
    topicName: 'clicks',
    partitions: 3,
    replicationFactor,
  });
}

describe('ExpressCluster', () => {
  it('has brokers in three zones, without disks, settings or public listeners', () => {
    const { stack, vpc } = stackWith();
    new ExpressCluster(stack, 'Brokers', { vpc, logRetention: logs.RetentionDays.ONE_DAY });
    const template = Template.fromStack(stack);
    template.hasResourceProperties(CLUSTER, {
      KafkaVersion: '3.9.x.kraft',
      NumberOfBrokerNodes: 3,
      BrokerNodeGroupInfo: {
        InstanceType: 'express.m7g.large',
        ClientSubnets: [Match.anyValue(), Match.anyValue(), Match.anyValue()],
        StorageInfo: Match.absent(),
      },
      ConfigurationInfo: Match.absent(),
      ClientAuthentication: {
        Sasl: { Scram: { Enabled: true }, Iam: { Enabled: true } },
        Unauthenticated: { Enabled: false },
      },
      LoggingInfo: { BrokerLogs: { CloudWatchLogs: { Enabled: true } } },
    });
    expect(openPorts(template)).toEqual([9096, 9098]);
  });

  it.each<[string, (stack: Stack, vpc: ec2.IVpc) => object, InfraErrorCode, RegExp]>([
    [
      'two subnets',
      (stack) => ({ subnets: subnetsIn(stack, 'a', 'b') }),
      'AVAILABILITY_ZONES',
      /three Availability Zones, and got 2/,
    ],
    [
      'two of three subnets in one zone',
      (stack) => ({ subnets: subnetsIn(stack, 'a', 'b', 'b') }),
      'AVAILABILITY_ZONES',
      /two of the subnets are in b/,
    ],
    [
      'subnets named twice over',
      (stack, vpc) => ({
        subnets: subnetsIn(stack, 'a', 'b', 'c'),
        vpcSubnets: { subnets: vpc.isolatedSubnets },
      }),
      'AVAILABILITY_ZONES',
      /leave out one/,
    ],
    [
      'a standard broker',
      () => ({ instanceType: 'kafka.m7g.large' }),
      'BROKER',
      /is not an Express broker; .* or an MskCluster/,
    ],
    ['Kafka 4.0', () => ({ kafkaVersion: '4.0.x.kraft' }), 'BROKER', /do not run Kafka 4\.0/],
    [
      'a version said twice',
      () => ({
        kafkaVersion: '3.8.x',
        unlistedBroker: { kafkaVersion: '4.3.x.kraft', instanceType: 'express.m8g.large' },
      }),
      'BROKER',
      /leave out kafkaVersion and instanceType/,
    ],
    [
      'fewer copies in sync',
      () => ({ serverProperties: { 'min.insync.replicas': '1' } }),
      'BROKER',
      /min\.insync\.replicas fixed at 2/,
    ],
  ])('is refused with %s', (_name, props, code, message) => {
    const { stack, vpc } = stackWith();
    const error = refusal(
      () => new ExpressCluster(stack, 'Brokers', { vpc, ...props(stack, vpc) }),
    );
    expect(error).toMatchObject({ code, construct: 'Kafka/Brokers' });
    expect(error.message).toMatch(message);
  });

  it('takes what AWS has added since, and says so in the template', () => {
    const { stack, vpc } = stackWith();
    const unlistedBroker = { kafkaVersion: '4.3.x.kraft', instanceType: 'express.m8g.large' };
    new ExpressCluster(stack, 'Brokers', { vpc, unlistedBroker });
    expect(onlyResource(Template.fromStack(stack), CLUSTER)).toMatchObject({
      Metadata: { 'tavro:unlistedBroker': true },
      Properties: { KafkaVersion: '4.3.x.kraft' },
    });
  });

  it('waits for a VPC that is yet to be looked up', () => {
    const env = { account: '111122223333', region: 'eu-west-1' };
    const stack = new Stack(quickApp(), 'Kafka', { env });
    const vpc = ec2.Vpc.fromLookup(stack, 'Vpc', { vpcName: 'company' });
    expect(() => new ExpressCluster(stack, 'Brokers', { vpc })).not.toThrow();
  });

  it('is refused in two zones', () => {
    const { stack, vpc } = stackWith(2);
    const error = refusal(() => new ExpressCluster(stack, 'Brokers', { vpc }));
    expect(error.message).toMatch(/three Availability Zones, and got 2/);
  });

  it('keeps three copies of a topic, no more and no fewer', () => {
    const { stack, vpc } = stackWith();
    const cluster = new ExpressCluster(stack, 'Brokers', { vpc });
    expect(() => topicOf(stack, cluster)).not.toThrow();
    const other = new Stack(quickApp(), 'Other');
    const error = refusal(() => topicOf(other, cluster, 2));
    expect(error.message).toMatch(/wants 2 copies, and Express brokers keep 3/);
  });
});

describe('ServerlessCluster', () => {
  it('takes clients by IAM, from members of its group', () => {
    const { stack, vpc } = stackWith(2);
    const cluster = new ServerlessCluster(stack, 'Brokers', { vpc });
    const template = Template.fromStack(stack);
    template.hasResourceProperties(SERVERLESS, {
      ClientAuthentication: { Sasl: { Iam: { Enabled: true } } },
      VpcConfigs: [
        {
          SubnetIds: [Match.anyValue(), Match.anyValue()],
          SecurityGroups: [
            { 'Fn::GetAtt': [Match.stringLikeRegexp('^BrokersSecurityGroup'), 'GroupId'] },
          ],
        },
      ],
    });
    expect(openPorts(template)).toEqual([9098]);
    expect(stack.resolve(cluster.clusterRef)).toEqual({
      clusterArn: { 'Fn::GetAtt': [expect.stringMatching(/^Brokers/), 'Arn'] },
    });
  });

  it('has no topics of CloudFormation, but those that clients made', () => {
    const { stack, vpc } = stackWith(2);
    const cluster = new ServerlessCluster(stack, 'Brokers', { vpc });
    const error = refusal(() => topicOf(stack, cluster));
    expect(error).toMatchObject({ code: 'TOPIC', construct: 'Kafka/Topic' });
    expect(error.message).toMatch(/make 'clicks' by a client, .*KafkaTopic\.fromTopicName/);
  });

  it('is refused in one zone', () => {
    const { stack, vpc } = stackWith();
    const subnets = subnetsIn(stack, 'a');
    const error = refusal(
      () => new ServerlessCluster(stack, 'Brokers', { vpc, vpcSubnets: { subnets } }),
    );
    expect(error.message).toMatch(/at least two Availability Zones, and got 1/);
  });
});

describe('a topic', () => {
  it('may exist already, also under a name that only the deployment knows', () => {
    const stack = new Stack(quickApp(), 'Kafka');
    expect(KafkaTopic.fromTopicName(stack, 'Clicks', 'clicks').topicName).toBe('clicks');
    const token = new CfnParameter(stack, 'Name').valueAsString;
    expect(KafkaTopic.fromTopicName(stack, 'Later', token).topicName).toBe(token);
    const error = refusal(() => KafkaTopic.fromTopicName(stack, 'Bad', 'a/b'));
    expect(error).toMatchObject({ code: 'TOPIC', construct: 'Kafka/Bad' });
  });

  it('has no more copies than there are brokers, as far as is known', () => {
    const { stack, vpc } = stackWith(2);
    const error = refusal(() => topicOf(stack, new MskCluster(stack, 'Brokers', { vpc }), 3));
    expect(error.message).toMatch(/wants 3 copies on 2 brokers/);
  });
});
