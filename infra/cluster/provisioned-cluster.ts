import { RemovalPolicy, type ResourceEnvironment, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as msk from 'aws-cdk-lib/aws-msk';
import { Construct } from 'constructs';
import { InfraError } from '../errors.js';
import { given } from '../given.js';
import { stackSuffix } from '../stack-suffix.js';
import { UNLISTED_BROKER_METADATA } from './brokers.js';
import type { ClientAuthentication, IMskCluster, TakenAuthentication } from './kafka-cluster.js';
import { BROKER_PORTS, selfReferencingGroup } from './listeners.js';
import { keep } from './retention.js';

/** Which metrics brokers send to CloudWatch. All but those of `DEFAULT` are charged. */
export type MonitoringLevel =
  | 'DEFAULT'
  | 'PER_BROKER'
  | 'PER_TOPIC_PER_BROKER'
  | 'PER_TOPIC_PER_PARTITION';

/** What standard and Express brokers have in common. */
export interface ProvisionedClusterProps {
  readonly vpc: ec2.IVpc;

  /**
   * Brokers in each zone.
   * Known at synth, since no template can multiply it by the zones.
   *
   * @default 1
   */
  readonly brokersPerZone?: number;

  /**
   * Which metrics there are beyond those without charge: CPU and the lag of consumer groups, and of standard brokers
   * the disk and partitions that are offline, under-replicated or below their minimum of copies in sync.
   *
   * @default 'DEFAULT'
   * @see https://docs.aws.amazon.com/msk/latest/developerguide/metrics-details.html
   */
  readonly enhancedMonitoring?: MonitoringLevel;

  /**
   * How long broker logs are kept.
   *
   * @default logs.RetentionDays.ONE_WEEK
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * What becomes of the cluster and its data when it leaves the stack, and with it of what it cannot be without: its
   * configuration, its security group and its logs. By default they stay, but for those of a stack that never came to
   * be: brokers that nobody knows of cost as much as others.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** What brokers of one kind have that those of the other have not. */
interface Brokers {
  readonly kafkaVersion: string;
  readonly instanceType: string;
  readonly unlisted: boolean;
  readonly clientSubnets: readonly ec2.ISubnet[];
  /** Gibibytes of each broker's disk; undefined where MSK sees to it. */
  readonly volumeSize: number | undefined;
  /** Lines of `server.properties`; none for what MSK takes by itself. */
  readonly serverProperties: Readonly<Record<string, string>>;
  /** Authorities whose certificates clients may show. */
  readonly certificateAuthorities: readonly string[];
}

/** Longest name that leaves room for the suffix in MSK's 64 characters. */
const CLUSTER_NAME_MAX = 54;

/** The name of a cluster and of its configuration, which is free again when the stack is deployed anew. */
export function physicalName(scope: Construct): string {
  return `${Stack.of(scope).stackName.slice(0, CLUSTER_NAME_MAX)}-${stackSuffix()}`;
}

/** A cluster whose brokers one chooses. TLS only, and nobody without credentials. */
export abstract class ProvisionedCluster
  extends Construct
  implements IMskCluster, ec2.IConnectable
{
  abstract readonly takes: TakenAuthentication;
  abstract readonly kind: 'standard' | 'express';
  readonly topicResources = true as const;
  readonly clusterRef: msk.ClusterReference;
  readonly env: ResourceEnvironment;
  readonly securityGroup: ec2.ISecurityGroup;
  readonly connections: ec2.Connections;
  /** Number of zones, and so of copies that no two share. */
  readonly zones: number;
  /** Number of brokers, the most copies that a partition can have. */
  readonly brokers: number;

  constructor(
    scope: Construct,
    id: string,
    options: { readonly props: ProvisionedClusterProps; brokers(cluster: Construct): Brokers },
  ) {
    super(scope, id);
    const { props } = options;
    this.refuseCount(props.brokersPerZone);
    const brokers = options.brokers(this);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
    this.zones = brokers.clientSubnets.length;
    this.brokers = this.zones * (props.brokersPerZone ?? 1);
    this.securityGroup = selfReferencingGroup(this, props.vpc, {
      listeners: listenersOf(brokers),
      removalPolicy,
    });
    this.connections = new ec2.Connections({
      securityGroups: [this.securityGroup],
      defaultPort: ec2.Port.tcp(BROKER_PORTS.scram),
    });
    const cluster = this.cluster(props, brokers, removalPolicy);
    this.clusterRef = cluster.clusterRef;
    this.env = cluster.env;
  }

  private cluster(
    props: ProvisionedClusterProps,
    brokers: Brokers,
    removalPolicy: RemovalPolicy,
  ): msk.CfnCluster {
    const configurationInfo = this.configuration(brokers.serverProperties, removalPolicy);
    const brokerLogs = new logs.LogGroup(this, 'BrokerLogs', {
      retention: props.logRetention ?? logs.RetentionDays.ONE_WEEK,
      removalPolicy,
    });
    const cluster = new msk.CfnCluster(this, 'Resource', {
      clusterName: physicalName(this),
      kafkaVersion: brokers.kafkaVersion,
      numberOfBrokerNodes: this.brokers,
      brokerNodeGroupInfo: {
        instanceType: brokers.instanceType,
        clientSubnets: brokers.clientSubnets.map(({ subnetId }) => subnetId),
        securityGroups: [this.securityGroup.securityGroupId],
        ...storage(brokers.volumeSize),
      },
      clientAuthentication: {
        sasl: { scram: { enabled: true }, iam: { enabled: true } },
        ...mutualTls(brokers.certificateAuthorities),
        unauthenticated: { enabled: false },
      },
      encryptionInfo: { encryptionInTransit: { clientBroker: 'TLS', inCluster: true } },
      ...given({ configurationInfo, enhancedMonitoring: props.enhancedMonitoring }),
      loggingInfo: {
        brokerLogs: { cloudWatchLogs: { enabled: true, logGroup: brokerLogs.logGroupName } },
      },
    });
    cluster.applyRemovalPolicy(removalPolicy);
    if (brokers.unlisted) cluster.addMetadata(UNLISTED_BROKER_METADATA, true);
    return cluster;
  }

  private refuseCount(count = 1): void {
    if (Token.isUnresolved(count)) {
      throw new InfraError(
        'BROKER',
        'brokersPerZone must be known at synth: no template can multiply it by the zones; read it from context in place of a parameter',
        this.node.path,
      );
    }
    if (Number.isInteger(count) && count >= 1) return;
    throw new InfraError(
      'BROKER',
      `brokersPerZone is ${count}; it must be an integer of at least 1`,
      this.node.path,
    );
  }

  private configuration(
    properties: Readonly<Record<string, string>>,
    removalPolicy: RemovalPolicy,
  ): msk.CfnCluster.ConfigurationInfoProperty | undefined {
    const lines = Object.entries(given(properties)).map(([key, value]) => `${key}=${value}`);
    if (lines.length === 0) return undefined;
    const configuration = new msk.CfnConfiguration(this, 'Configuration', {
      name: physicalName(this),
      // Line feeds and not their escapes: MSK would store those as one bad line. No versions list:
      // changing one replaces the configuration, which its name then forbids.
      serverProperties: lines.join('\n'),
    });
    keep(configuration, removalPolicy);
    return { arn: configuration.attrArn, revision: configuration.attrLatestRevisionRevision };
  }
}

function listenersOf({ certificateAuthorities }: Brokers): readonly ClientAuthentication[] {
  return certificateAuthorities.length > 0 ? ['scram', 'iam', 'tls'] : ['scram', 'iam'];
}

function storage(
  volumeSize: number | undefined,
): Pick<msk.CfnCluster.BrokerNodeGroupInfoProperty, 'storageInfo'> {
  return volumeSize === undefined ? {} : { storageInfo: { ebsStorageInfo: { volumeSize } } };
}

function mutualTls(
  authorities: readonly string[],
): Pick<msk.CfnCluster.ClientAuthenticationProperty, 'tls'> {
  if (authorities.length === 0) return {};
  return { tls: { enabled: true, certificateAuthorityArnList: [...authorities] } };
}
