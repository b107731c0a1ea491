import { Fn, RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { InfraError } from '../errors.js';
import { keep } from './retention.js';

/**
 * How private subnets reach AWS services and the Schema Registry.
 *
 * - `nat`: one NAT gateway. Whatever runs in the VPC (a producer, a shell) reaches the internet.
 * - `endpoints`: interface endpoints for Lambda, STS and Secrets Manager, all that an on-demand
 *   event source mapping calls, and those of destinations; nothing else leaves the VPC.
 * - `none`: no way out. Enough only for event source mappings in provisioned mode.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk-cluster-network.html
 */
export type Egress = 'nat' | 'endpoints' | 'none';

/** A service that a mapping sends batches to whose retries are used up. */
export type ReachableService = 'sqs' | 'sns' | 's3';

/** How Lambda polls: provisioned pollers have their own way out of the VPC. */
export type PollerMode = 'on-demand' | 'provisioned';

export interface PipelineNetworkProps {
  /**
   * Zones to use, for instance to stay out of `use1-az3`, where MSK cannot place brokers.
   *
   * @default - the first `zones` that the account sees in its region
   */
  readonly availabilityZones?: readonly string[];

  /**
   * How many zones to use: three for Express brokers. Not beside `availabilityZones`, which says it, too.
   *
   * @default 2
   */
  readonly zones?: 2 | 3;

  /**
   * How the private subnets reach AWS services.
   *
   * @default 'nat'
   */
  readonly egress?: Egress;

  /**
   * What becomes of the VPC and of the brokers' subnets when they leave the stack; give that of the cluster. A cluster
   * that stays needs both, and CloudFormation could delete neither while it is in them. The rest, such as a NAT
   * gateway, which costs by the hour, always goes.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** MSK takes two or three zones. */
const ZONES_MIN = 2;
const ZONES_MAX = 3;

const PRIVATE_SUBNETS = {
  nat: ec2.SubnetType.PRIVATE_WITH_EGRESS,
  endpoints: ec2.SubnetType.PRIVATE_ISOLATED,
  none: ec2.SubnetType.PRIVATE_ISOLATED,
} as const satisfies Record<Egress, ec2.SubnetType>;

const POLLER_SERVICES = {
  Lambda: ec2.InterfaceVpcEndpointAwsService.LAMBDA,
  Sts: ec2.InterfaceVpcEndpointAwsService.STS,
  SecretsManager: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
};

/** A VPC over two or three zones whose private subnets hold the brokers and the poller's interfaces. */
export class PipelineNetwork extends Construct {
  readonly vpc: ec2.IVpc;
  readonly egress: Egress;
  /** The subnets for brokers, one per zone. */
  readonly brokerSubnets: ec2.SubnetSelection;
  private readonly endpoints: ec2.InterfaceVpcEndpoint[] = [];
  private readonly clusters: ec2.IConnectable[] = [];
  private readonly reached = new Set<ReachableService>();

  constructor(scope: Construct, id: string, props: PipelineNetworkProps = {}) {
    super(scope, id);
    this.refuseZones(props);
    this.egress = props.egress ?? 'nat';
    const subnetType = PRIVATE_SUBNETS[this.egress];
    this.brokerSubnets = { subnetType };
    this.vpc = this.newVpc(subnetType, zonesOf(props));
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
    for (const kept of [this.vpc, ...this.vpc.selectSubnets(this.brokerSubnets).subnets]) {
      if (kept.node.defaultChild !== undefined) keep(kept.node.defaultChild, removalPolicy);
    }
    if (this.egress !== 'endpoints') return;
    for (const [name, service] of Object.entries(POLLER_SERVICES)) this.addEndpoint(name, service);
  }

  /** Lets the event source mappings of a cluster use the endpoints, also those to come; they share its group. */
  admitPollersOf(cluster: ec2.IConnectable): void {
    this.clusters.push(cluster);
    for (const endpoint of this.endpoints) endpoint.connections.allowDefaultPortFrom(cluster);
  }

  /**
   * Makes sure that a mapping reaches the service of its on-failure destination: with `endpoints` by an endpoint of
   * the service, with `nat` it does already. Lambda's documents ask for the endpoint in the cluster's VPC and do not say
   * whether provisioned pollers need it, too, which else need nothing in the VPC. That they do not, as is taken for
   * granted with `none`, is unproven; with `endpoints` there is one for them as well.
   *
   * @throws InfraError `EGRESS` for on-demand pollers without a way out
   * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk-on-failure.html
   */
  reach(service: ReachableService, pollers: PollerMode): void {
    if (this.egress === 'none' && pollers === 'on-demand') {
      throw new InfraError(
        'EGRESS',
        `on-demand pollers have no way to the destination's service (${service}); set egress to 'nat' or 'endpoints', or give the consumer provisioned pollers`,
        this.node.path,
      );
    }
    if (this.egress !== 'endpoints' || this.reached.has(service)) return;
    this.reached.add(service);
    if (service === 's3') {
      const s3 = ec2.GatewayVpcEndpointAwsService.S3;
      this.vpc.addGatewayEndpoint('S3', { service: s3, subnets: [this.brokerSubnets] });
    } else if (service === 'sqs') {
      this.addEndpoint('Sqs', ec2.InterfaceVpcEndpointAwsService.SQS);
    } else {
      this.addEndpoint('Sns', ec2.InterfaceVpcEndpointAwsService.SNS);
    }
  }

  private newVpc(subnetType: ec2.SubnetType, availabilityZones: string[] | undefined): ec2.Vpc {
    const nat = this.egress === 'nat';
    return new ec2.Vpc(this, 'Vpc', {
      ...(availabilityZones === undefined ? { maxAzs: ZONES_MIN } : { availabilityZones }),
      natGateways: nat ? 1 : 0,
      subnetConfiguration: [
        ...(nat
          ? [{ name: 'public', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false }]
          : []),
        { name: 'private', subnetType },
      ],
      // Emptying the default group takes a custom resource with a Lambda of its own; nothing uses it.
      restrictDefaultSecurityGroup: false,
    });
  }

  private addEndpoint(name: string, service: ec2.IInterfaceVpcEndpointService): void {
    const subnets = this.brokerSubnets;
    const endpoint = this.vpc.addInterfaceEndpoint(name, { service, subnets, open: false });
    for (const cluster of this.clusters) endpoint.connections.allowDefaultPortFrom(cluster);
    this.endpoints.push(endpoint);
  }

  private refuseZones({ availabilityZones, zones }: PipelineNetworkProps): void {
    const count = availabilityZones?.length ?? ZONES_MIN;
    if (count < ZONES_MIN || count > ZONES_MAX) {
      this.refuse(`MSK takes two or three Availability Zones, not ${count}; name them as "a,b"`);
    }
    if (availabilityZones !== undefined && zones !== undefined && zones !== count) {
      this.refuse(`zones is ${zones}, and availabilityZones names ${count}; leave out zones`);
    }
    const twice = availabilityZones?.find((zone, at, all) => all.indexOf(zone) !== at);
    if (twice !== undefined) this.refuse(`${twice} is named twice; name a zone once`);
  }

  private refuse(message: string): never {
    throw new InfraError('AVAILABILITY_ZONES', message, this.node.path);
  }
}

/** The zones by name, or by their place in what the account sees: the library knows of two before the deployment. */
function zonesOf({ availabilityZones, zones }: PipelineNetworkProps): string[] | undefined {
  if (availabilityZones !== undefined) return [...availabilityZones];
  if (zones !== ZONES_MAX) return undefined;
  return Array.from({ length: ZONES_MAX }, (_, index) => Fn.select(index, Fn.getAzs()));
}
