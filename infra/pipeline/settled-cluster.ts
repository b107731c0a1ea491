/** Where the pipeline runs: what was given, and what is made of the rest. */
import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { brokerChoice } from '../cluster/brokers.js';
import type { IMskCluster } from '../cluster/kafka-cluster.js';
import { MskCluster } from '../cluster/msk-cluster.js';
import { PipelineNetwork } from '../cluster/network.js';
import { InfraError } from '../errors.js';
import type { AnyPipelineProps, ClusterChoice, ClusterPlace } from './pipeline-props.js';

export interface SettledCluster<Cluster> {
  readonly cluster: Cluster;
  /** Undefined where the cluster or its VPC was given. */
  readonly network: PipelineNetwork | undefined;
  /** Undefined where the cluster was given. */
  readonly place: ClusterPlace | undefined;
}

type Prop = keyof AnyPipelineProps;
const OF_BROKERS = ['kafkaVersion', 'instanceType', 'brokersPerZone', 'storagePerBroker'] as const;
const OF_A_NETWORK = ['egress', 'availabilityZones', 'zones'] as const;
const OF_A_VPC = ['vpc', 'vpcSubnets'] as const;

export function settledCluster<Cluster extends IMskCluster>(
  stack: Stack,
  props: AnyPipelineProps,
  choice: ClusterChoice<Cluster> | undefined,
): SettledCluster<Cluster> {
  const refuse = refuserOf(stack, props);
  if (choice !== undefined) refuse(OF_BROKERS, 'a cluster that is given');
  if (choice !== undefined && typeof choice !== 'function') {
    refuse([...OF_A_NETWORK, ...OF_A_VPC], 'a cluster that is given');
    return { cluster: choice, network: undefined, place: undefined };
  }
  if (props.vpc === undefined) refuse(['vpcSubnets'], 'a VPC that is made here');
  else refuse(OF_A_NETWORK, 'a VPC that is given');
  const network = props.vpc === undefined ? newNetwork(stack, props) : undefined;
  const place = placeIn(network, props);
  const cluster = choice === undefined ? standard(stack, props, place) : choice(stack, place);
  if (cluster.securityGroup !== undefined) network?.admitPollersOf(cluster.securityGroup);
  // Safe: without a choice there is nothing that another kind than the default could be inferred from.
  return { cluster: cluster as Cluster, network, place };
}

/** Refuses props that nothing would look at: whoever gave them means something by it. */
function refuserOf(stack: Stack, props: AnyPipelineProps) {
  return (unused: readonly Prop[], beside: string): void => {
    const found = unused.filter((name) => props[name] !== undefined);
    if (found.length === 0) return;
    throw new InfraError(
      'UNUSED',
      `${found.join(', ')} would do nothing beside ${beside}; leave out one or the other`,
      stack.node.path,
    );
  };
}

function newNetwork(stack: Stack, props: AnyPipelineProps): PipelineNetwork {
  const { availabilityZones, zones, egress } = props;
  const removalPolicy = removalPolicyOf(props);
  return new PipelineNetwork(stack, 'Network', { availabilityZones, zones, egress, removalPolicy });
}

function placeIn(network: PipelineNetwork | undefined, props: AnyPipelineProps): ClusterPlace {
  const { vpc, vpcSubnets } = props;
  const removalPolicy = removalPolicyOf(props);
  if (network !== undefined) {
    return { vpc: network.vpc, vpcSubnets: network.brokerSubnets, removalPolicy };
  }
  if (vpc === undefined) throw new Error('a network is made where no VPC is given');
  return { vpc, vpcSubnets, removalPolicy };
}

export function removalPolicyOf({
  disposable,
}: Pick<AnyPipelineProps, 'disposable'>): RemovalPolicy {
  return disposable === true ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
}

function standard(stack: Stack, props: AnyPipelineProps, place: ClusterPlace): MskCluster {
  const { kafkaVersion, instanceType, brokersPerZone, storagePerBroker } = props;
  return new MskCluster(stack, 'Cluster', {
    ...place,
    ...brokerChoice(kafkaVersion, instanceType),
    brokersPerZone,
    storagePerBroker,
  });
}
