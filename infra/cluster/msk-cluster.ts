import { RemovalPolicy, type ResourceEnvironment, Size, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as msk from 'aws-cdk-lib/aws-msk';
import { Construct } from 'constructs';
import { InfraError } from '../errors.js';
import { given } from '../given.js';
import { stackSuffix } from '../stack-suffix.js';
import type { IMskCluster } from './kafka-cluster.js';

export interface MskClusterProps {
  readonly vpc: ec2.IVpc;

  /**
   * Where the brokers go: subnets in two or three zones, one per zone.
   *
   * @default - the private subnets with egress
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * Kafka version as MSK names it; `.kraft` at the end selects KRaft over ZooKeeper.
   *
   * @default '3.9.x.kraft'
   */
  readonly kafkaVersion?: string;

  /**
   * Instance type of the brokers. `kafka.t3.small` is cheaper, and cannot run KRaft.
   *
   * @default 'kafka.m7g.large'
   */
  readonly instanceType?: string;

  /**
   * Brokers in each zone.
   *
   * @default 1
   */
  readonly brokersPerZone?: number;

  /**
   * Disk of each broker. It can grow later, never shrink.
   *
   * @default Size.gibibytes(100)
   */
  readonly storagePerBroker?: Size;

  /**
   * Lines of `server.properties` that replace or add to the defaults: no automatic topics, no
   * unclean leader election, a copy per zone, and writes that outlive one zone where there are three.
   *
   * @default - none
   */
  readonly serverProperties?: Readonly<Record<string, string>>;

  /**
   * How long broker logs are kept.
   *
   * @default logs.RetentionDays.ONE_WEEK
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * What becomes of the cluster and its data when it leaves the stack. By default they stay, but for those of
   * a stack that never came to be: brokers that nobody knows of cost as much as others.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

export const KAFKA_VERSION_DEFAULT = '3.9.x.kraft';
export const BROKER_INSTANCE_TYPE_DEFAULT = 'kafka.m7g.large';

/** MSK's TLS listener for SASL/SCRAM. */
export const SCRAM_PORT = 9096;

/** `AWS::MSK::Topic` needs Kafka 3.6 or newer. */
const KAFKA_MINOR_MIN = 6;
/** Kafka 4 has no ZooKeeper. */
const KRAFT_ONLY_MAJOR = 4;
const ZONES_MIN = 2;
const ZONES_MAX = 3;
/** Longest name that leaves room for the suffix in MSK's 64 characters. */
const CLUSTER_NAME_MAX = 54;

/**
 * A provisioned MSK cluster that takes clients by SASL/SCRAM (and IAM, which the topic resource
 * uses) over TLS only.
 *
 * Members of its security group reach the brokers: Lambda's poller is one, since an event source
 * mapping takes the cluster's group and subnets for its own network interfaces.
 */
export class MskCluster extends Construct implements IMskCluster, ec2.IConnectable {
  readonly takes = { scram: true, iam: true, tls: false } as const;
  readonly clusterRef: msk.ClusterReference;
  readonly env: ResourceEnvironment;
  readonly securityGroup: ec2.ISecurityGroup;
  readonly connections: ec2.Connections;
  /** Number of zones, and so of copies that no two share. */
  readonly zones: number;
  /** Number of brokers, the most copies that a partition can have. */
  readonly brokers: number;

  constructor(scope: Construct, id: string, props: MskClusterProps) {
    super(scope, id);
    const { subnetIds } = props.vpc.selectSubnets(
      props.vpcSubnets ?? { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
    );
    this.refuseExclusive(props);
    this.zones = this.countZones(subnetIds);
    this.brokers = this.zones * (props.brokersPerZone ?? 1);
    this.securityGroup = this.selfReferencingGroup(props.vpc);
    this.connections = new ec2.Connections({
      securityGroups: [this.securityGroup],
      defaultPort: ec2.Port.tcp(SCRAM_PORT),
    });
    const cluster = this.cluster(props, subnetIds);
    this.clusterRef = cluster.clusterRef;
    this.env = cluster.env;
  }

  private cluster(props: MskClusterProps, clientSubnets: string[]): msk.CfnCluster {
    const configuration = this.configuration(props.serverProperties);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
    const brokerLogs = new logs.LogGroup(this, 'BrokerLogs', {
      retention: props.logRetention ?? logs.RetentionDays.ONE_WEEK,
      removalPolicy,
    });
    const cluster = new msk.CfnCluster(this, 'Resource', {
      clusterName: this.physicalName(),
      kafkaVersion: props.kafkaVersion ?? KAFKA_VERSION_DEFAULT,
      numberOfBrokerNodes: this.brokers,
      brokerNodeGroupInfo: {
        instanceType: props.instanceType ?? BROKER_INSTANCE_TYPE_DEFAULT,
        clientSubnets,
        securityGroups: [this.securityGroup.securityGroupId],
        storageInfo: {
          ebsStorageInfo: {
            volumeSize: (props.storagePerBroker ?? Size.gibibytes(100)).toGibibytes(),
          },
        },
      },
      clientAuthentication: {
        sasl: { scram: { enabled: true }, iam: { enabled: true } },
        unauthenticated: { enabled: false },
      },
      encryptionInfo: { encryptionInTransit: { clientBroker: 'TLS', inCluster: true } },
      configurationInfo: {
        arn: configuration.attrArn,
        revision: configuration.attrLatestRevisionRevision,
      },
      loggingInfo: {
        brokerLogs: { cloudWatchLogs: { enabled: true, logGroup: brokerLogs.logGroupName } },
      },
    });
    cluster.applyRemovalPolicy(removalPolicy);
    return cluster;
  }

  private configuration(overrides: Readonly<Record<string, string>> = {}): msk.CfnConfiguration {
    const properties: Record<string, string> = {
      'auto.create.topics.enable': 'false',
      'unclean.leader.election.enable': 'false',
      'default.replication.factor': String(this.zones),
      // One less than the copies, so that restarting a broker does not stop producers.
      'min.insync.replicas': String(this.zones - 1),
      ...given(overrides),
    };
    return new msk.CfnConfiguration(this, 'Configuration', {
      name: this.physicalName(),
      // Line feeds and not their escapes: MSK would store those as one bad line. No versions list:
      // changing one replaces the configuration, which its name then forbids.
      serverProperties: Object.entries(properties)
        .map(([key, value]) => `${key}=${value}`)
        .join('\n'),
    });
  }

  private selfReferencingGroup(vpc: ec2.IVpc): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Brokers, and the clients and pollers that share this group',
    });
    group.addIngressRule(group, ec2.Port.tcp(SCRAM_PORT), 'SASL/SCRAM from members of this group');
    return group;
  }

  private physicalName(): string {
    const stackName = Stack.of(this).stackName.slice(0, CLUSTER_NAME_MAX);
    return `${stackName}-${stackSuffix()}`;
  }

  private countZones(subnetIds: readonly string[]): number {
    const zones = subnetIds.length;
    if (zones < ZONES_MIN || zones > ZONES_MAX) {
      throw new InfraError(
        'AVAILABILITY_ZONES',
        `MSK takes one subnet in each of two or three Availability Zones, and got ${zones}; change vpcSubnets`,
        this.node.path,
      );
    }
    return zones;
  }

  private refuseExclusive(props: MskClusterProps): void {
    const version = props.kafkaVersion ?? KAFKA_VERSION_DEFAULT;
    const instanceType = props.instanceType ?? BROKER_INSTANCE_TYPE_DEFAULT;
    if (Token.isUnresolved(version) || Token.isUnresolved(instanceType)) return;
    const refusal = refuseBroker(version, instanceType);
    if (refusal !== undefined) throw new InfraError('BROKER', refusal, this.node.path);
  }
}

/** Why MSK would not create a standard broker of this kind, or undefined where it would. */
export function refuseBroker(kafkaVersion: string, instanceType: string): string | undefined {
  const [, majorText, minorText] = /^(\d+)\.(\d+)\.(?:x|\d+)(?:\.kraft)?$/.exec(kafkaVersion) ?? [];
  if (majorText === undefined || minorText === undefined) {
    return `'${kafkaVersion}' is not a Kafka version of MSK, such as ${KAFKA_VERSION_DEFAULT}`;
  }
  const [major, minor] = [Number(majorText), Number(minorText)];
  const kraft = kafkaVersion.endsWith('.kraft');
  if (major < 3 || (major === 3 && minor < KAFKA_MINOR_MIN)) {
    return `Kafka ${kafkaVersion} cannot hold AWS::MSK::Topic resources; use 3.6 or newer, such as ${KAFKA_VERSION_DEFAULT}`;
  }
  if (major >= KRAFT_ONLY_MAJOR && !kraft) {
    return `Kafka ${kafkaVersion} exists only with KRaft; write ${kafkaVersion}.kraft`;
  }
  if (instanceType === 'kafka.t3.small' && kraft) {
    return `kafka.t3.small cannot run KRaft; use ${BROKER_INSTANCE_TYPE_DEFAULT}, or a Kafka 3 version without .kraft`;
  }
  if (!instanceType.startsWith('kafka.')) {
    return `'${instanceType}' is not a standard broker; use one of kafka.*, such as ${BROKER_INSTANCE_TYPE_DEFAULT}`;
  }
  return undefined;
}
