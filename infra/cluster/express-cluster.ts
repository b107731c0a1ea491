import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { InfraError } from '../errors.js';
import { brokerSubnets, refuseZones, type Zones } from './broker-subnets.js';
import {
  type ExpressInstanceType,
  type ExpressKafkaVersion,
  KAFKA_VERSION_DEFAULT,
  refuseBroker,
  refuseTwice,
  type UnlistedBrokers,
} from './brokers.js';
import { ProvisionedCluster, type ProvisionedClusterProps } from './provisioned-cluster.js';

/** One subnet in each of three zones: Express brokers take neither fewer nor more. */
export type ThreeSubnets = readonly [ec2.ISubnet, ec2.ISubnet, ec2.ISubnet];

/** Settings that Express brokers have fixed, by name of the property. */
type FixedProperty =
  | 'default.replication.factor'
  | 'min.insync.replicas'
  | 'unclean.leader.election.enable';

/** What Express brokers take of `server.properties`. */
export type ExpressServerProperties = Readonly<Record<string, string>> & {
  readonly [Property in FixedProperty]?: never;
};

export interface ExpressClusterProps extends ProvisionedClusterProps {
  /**
   * Where the brokers go: one subnet in each of three zones.
   *
   * @default - as `vpcSubnets` says
   */
  readonly subnets?: ThreeSubnets;

  /**
   * Where the brokers go, to be looked for at synth; not beside `subnets`.
   *
   * @default - one private subnet of each zone, with a way out if there are such
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * Kafka version as MSK names it, of those that Express brokers run. With 3.9 new clusters have KRaft.
   *
   * @default '3.9.x.kraft'
   */
  readonly kafkaVersion?: ExpressKafkaVersion;

  /**
   * Instance type of the brokers.
   *
   * @default 'express.m7g.large'
   */
  readonly instanceType?: ExpressInstanceType;

  /**
   * In place of both, and not beside them, version and type that AWS has added since this package was made: refused
   * only where it surely fails.
   *
   * @default - none
   */
  readonly unlistedBroker?: UnlistedBrokers['unlistedBroker'];

  /**
   * Lines of `server.properties`. Copies, copies in sync and unclean election are fixed: 3, 2 and none.
   *
   * @default - MSK's own, which has no automatic topics
   * @see https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-express-read-write.html
   */
  readonly serverProperties?: ExpressServerProperties;
}

const ZONES: Zones = {
  min: 3,
  max: 3,
  rule: 'Express brokers take one subnet in each of three Availability Zones',
};

const EXPRESS_INSTANCE_TYPE_DEFAULT = 'express.m7g.large';
const FIXED: Readonly<Record<FixedProperty, string>> = {
  'default.replication.factor': '3',
  'min.insync.replicas': '2',
  'unclean.leader.election.enable': 'false',
};

/**
 * A provisioned MSK cluster of Express brokers: three zones, a disk that MSK sees to, three copies of each partition
 * of which two must be in sync. It takes clients by SASL/SCRAM and by IAM, over TLS only.
 *
 * Three brokers of the default type cost about $881 a month in us-east-1, what they store apart. Broker logs: Express
 * brokers refused them until February 2026, when AWS announced them; Terraform's provider tests them on real clusters.
 *
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/msk-broker-types-express.html
 */
export class ExpressCluster extends ProvisionedCluster {
  readonly takes = { scram: true, iam: true, tls: false } as const;
  readonly kind = 'express' as const;

  constructor(scope: Construct, id: string, props: ExpressClusterProps) {
    super(scope, id, {
      props,
      brokers: (cluster) => {
        refuseUnusable(cluster, props);
        return {
          clientSubnets: threeSubnets(cluster, props),
          ...brokersOf(props),
          volumeSize: undefined,
          serverProperties: props.serverProperties ?? {},
          certificateAuthorities: [],
        };
      },
    });
  }
}

function threeSubnets(cluster: Construct, props: ExpressClusterProps): readonly ec2.ISubnet[] {
  const { subnets } = props;
  if (subnets === undefined) return brokerSubnets(cluster, props, ZONES);
  if (props.vpcSubnets !== undefined) {
    throw new InfraError(
      'AVAILABILITY_ZONES',
      'subnets and vpcSubnets both say where the brokers go; leave out one',
      cluster.node.path,
    );
  }
  refuseZones(cluster, subnets, ZONES);
  return subnets;
}

function brokersOf(props: ExpressClusterProps) {
  const { unlistedBroker } = props;
  return {
    unlisted: unlistedBroker !== undefined,
    kafkaVersion: unlistedBroker?.kafkaVersion ?? props.kafkaVersion ?? KAFKA_VERSION_DEFAULT,
    instanceType:
      unlistedBroker?.instanceType ?? props.instanceType ?? EXPRESS_INSTANCE_TYPE_DEFAULT,
  };
}

function refuseUnusable(cluster: Construct, props: ExpressClusterProps): void {
  const { instanceType, kafkaVersion, unlisted } = brokersOf(props);
  const refusal = instanceType.startsWith('kafka.')
    ? `'${instanceType}' is not an Express broker; use ${EXPRESS_INSTANCE_TYPE_DEFAULT} or larger, or an MskCluster`
    : (refuseTwice(props) ?? refuseBroker(kafkaVersion, instanceType, unlisted));
  if (refusal !== undefined) throw new InfraError('BROKER', refusal, cluster.node.path);
  const own: Readonly<Record<string, string | undefined>> = props.serverProperties ?? {};
  const fixed = Object.entries(FIXED).find(([property]) => own[property] !== undefined);
  if (fixed === undefined) return;
  throw new InfraError(
    'BROKER',
    `Express brokers have ${fixed[0]} fixed at ${fixed[1]}; leave it out of serverProperties`,
    cluster.node.path,
  );
}
