import { Size, SizeRoundingBehavior, Token } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { InfraError } from '../errors.js';
import { given } from '../given.js';
import { brokerSubnets, type Zones } from './broker-subnets.js';
import {
  BROKER_INSTANCE_TYPE_DEFAULT,
  type BrokerChoice,
  KAFKA_VERSION_DEFAULT,
  refuseStandard,
  refuseTwice,
} from './brokers.js';
import {
  type ImportedCluster,
  importedCluster,
  type MskClusterAttributes,
} from './imported-cluster.js';
import type { TakenAuthentication } from './kafka-cluster.js';
import { ProvisionedCluster, type ProvisionedClusterProps } from './provisioned-cluster.js';

/** A cluster of standard brokers, but for what the brokers are. */
export interface MskClusterSettings<Authorities extends readonly string[] | undefined = undefined>
  extends ProvisionedClusterProps {
  /**
   * Where the brokers go: subnets in two or three zones, one per zone.
   *
   * @default - one private subnet of each zone, with a way out if there are such
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * Disk of each broker, 1 to 16 384 GiB. It can grow later, never shrink.
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
   * ARNs of the authorities of AWS Private CA whose certificates clients may show, beside SCRAM and IAM.
   *
   * @default - no mutual TLS
   */
  readonly certificateAuthorities?: Authorities;
}

export type MskClusterProps<Authorities extends readonly string[] | undefined = undefined> =
  MskClusterSettings<Authorities> & BrokerChoice;

/** What a cluster with or without authorities takes. */
export interface TakenByMsk<Authorities> extends TakenAuthentication {
  readonly scram: true;
  readonly iam: true;
  readonly tls: Authorities extends readonly string[] ? true : false;
}

/** Largest disk of a broker. */
const DISK_GIB_MAX = 16_384;

const ZONES: Zones = {
  min: 2,
  max: 3,
  rule: 'MSK takes one subnet in each of two or three Availability Zones',
};

/**
 * A provisioned MSK cluster of standard brokers that takes clients by SASL/SCRAM and by IAM (which the topic
 * resource uses), and with `certificateAuthorities` by mutual TLS; over TLS only.
 *
 * Members of its security group reach the brokers: Lambda's poller is one, since an event source
 * mapping takes the cluster's group and subnets for its own network interfaces.
 *
 * Two brokers of the default type cost about $294 a month in us-east-1, their disks apart; two of
 * `kafka.t3.small`, with `kafkaVersion: '3.8.x'`, about $66 (estimates).
 */
export class MskCluster<
  const Authorities extends readonly string[] | undefined = undefined,
> extends ProvisionedCluster {
  readonly takes: TakenByMsk<Authorities>;
  readonly kind = 'standard' as const;

  constructor(scope: Construct, id: string, props: MskClusterProps<Authorities>) {
    const authorities = props.certificateAuthorities ?? [];
    super(scope, id, {
      props,
      brokers: (cluster) => {
        refuseUnusable(cluster, props);
        const clientSubnets = brokerSubnets(cluster, props, ZONES);
        return {
          clientSubnets,
          ...brokersOf(props),
          volumeSize: volumeSize(cluster, props.storagePerBroker),
          serverProperties: serverProperties(clientSubnets.length, props.serverProperties),
          certificateAuthorities: authorities,
        };
      },
    });
    // Safe: the type follows from the same prop.
    this.takes = { scram: true, iam: true, tls: authorities.length > 0 } as TakenByMsk<Authorities>;
  }

  /**
   * A cluster that exists. Nothing is known of it but its ARN: clients and users of any kind may use it. For a producer
   * within its VPC, and to be told what does not go together, see {@link MskCluster.fromClusterAttributes}.
   *
   * @throws InfraError `CLUSTER` for text that is no ARN of an MSK cluster
   */
  static fromClusterArn(
    scope: Construct,
    id: string,
    clusterArn: string,
  ): ImportedCluster<Readonly<Record<never, boolean>>> {
    return importedCluster(scope, id, { clusterArn });
  }

  /**
   * A cluster that exists, and what is known of it. Its group must let its members in at the listener that they use, as
   * 9096 for SCRAM: pollers are members.
   *
   * @throws InfraError `CLUSTER` for text that is no ARN of an MSK cluster
   */
  static fromClusterAttributes<
    const Takes extends TakenAuthentication = Readonly<Record<never, boolean>>,
  >(scope: Construct, id: string, attributes: MskClusterAttributes<Takes>): ImportedCluster<Takes> {
    return importedCluster(scope, id, attributes);
  }
}

function brokersOf({ kafkaVersion, instanceType, unlistedBroker }: BrokerChoice) {
  const unlisted = unlistedBroker !== undefined;
  return {
    unlisted,
    kafkaVersion: unlistedBroker?.kafkaVersion ?? kafkaVersion ?? KAFKA_VERSION_DEFAULT,
    instanceType: unlistedBroker?.instanceType ?? instanceType ?? BROKER_INSTANCE_TYPE_DEFAULT,
  };
}

function refuseUnusable(
  cluster: Construct,
  props: MskClusterProps<readonly string[] | undefined>,
): void {
  const { kafkaVersion, instanceType, unlisted } = brokersOf(props);
  const refusal = refuseTwice(props) ?? refuseStandard(kafkaVersion, instanceType, unlisted);
  if (refusal !== undefined) throw new InfraError('BROKER', refusal, cluster.node.path);
  if (props.certificateAuthorities?.length !== 0) return;
  throw new InfraError(
    'CLUSTER',
    'certificateAuthorities is empty; name an authority of AWS Private CA, or leave it out',
    cluster.node.path,
  );
}

function volumeSize(cluster: Construct, size = Size.gibibytes(100)): number {
  const gibibytes = size.toGibibytes({ rounding: SizeRoundingBehavior.NONE });
  const fits = Number.isInteger(gibibytes) && gibibytes >= 1 && gibibytes <= DISK_GIB_MAX;
  if (fits || Token.isUnresolved(gibibytes)) return gibibytes;
  throw new InfraError(
    'BROKER',
    `storagePerBroker is ${gibibytes} GiB; MSK takes whole ones, 1 to ${DISK_GIB_MAX}`,
    cluster.node.path,
  );
}

function serverProperties(
  zones: number,
  overrides: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return {
    'auto.create.topics.enable': 'false',
    'unclean.leader.election.enable': 'false',
    'default.replication.factor': String(zones),
    // One less than the copies, so that restarting a broker does not stop producers.
    'min.insync.replicas': String(zones - 1),
    ...given(overrides),
  };
}
