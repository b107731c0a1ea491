import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { InfraError } from '../errors.js';

/**
 * How private subnets reach AWS services and the Schema Registry.
 *
 * - `nat`: one NAT gateway. Whatever runs in the VPC (a producer, a shell) reaches the internet.
 * - `endpoints`: interface endpoints for Lambda, STS and Secrets Manager, all that an on-demand
 *   event source mapping calls; nothing else leaves the VPC.
 * - `none`: no way out. Enough only for event source mappings in provisioned mode.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk-cluster-network.html
 */
export type Egress = 'nat' | 'endpoints' | 'none';

export interface PipelineNetworkProps {
  /**
   * Zones to use, for instance to stay out of `use1-az3`, where MSK cannot place brokers.
   *
   * @default - the first two zones that the account sees in its region
   */
  readonly availabilityZones?: readonly string[];

  /**
   * How the private subnets reach AWS services.
   *
   * @default 'nat'
   */
  readonly egress?: Egress;
}

/** MSK takes two or three zones. */
const ZONES_MIN = 2;
const ZONES_MAX = 3;

const PRIVATE_SUBNETS = {
  nat: ec2.SubnetType.PRIVATE_WITH_EGRESS,
  endpoints: ec2.SubnetType.PRIVATE_ISOLATED,
  none: ec2.SubnetType.PRIVATE_ISOLATED,
} as const satisfies Record<Egress, ec2.SubnetType>;

/** A VPC over two zones whose private subnets hold the brokers and the poller's interfaces. */
export class PipelineNetwork extends Construct {
  readonly vpc: ec2.IVpc;
  readonly egress: Egress;
  /** The subnets for brokers, one per zone. */
  readonly brokerSubnets: ec2.SubnetSelection;
  private readonly endpoints: readonly ec2.InterfaceVpcEndpoint[];

  constructor(scope: Construct, id: string, props: PipelineNetworkProps = {}) {
    super(scope, id);
    const zones = props.availabilityZones;
    if (zones !== undefined && (zones.length < ZONES_MIN || zones.length > ZONES_MAX)) {
      throw new InfraError(
        'AVAILABILITY_ZONES',
        `MSK takes two or three Availability Zones, not ${zones.length}; name them as "a,b"`,
        this.node.path,
      );
    }
    this.egress = props.egress ?? 'nat';
    const subnetType = PRIVATE_SUBNETS[this.egress];
    this.brokerSubnets = { subnetType };
    this.vpc = new ec2.Vpc(this, 'Vpc', {
      ...(zones === undefined ? { maxAzs: ZONES_MIN } : { availabilityZones: [...zones] }),
      natGateways: this.egress === 'nat' ? 1 : 0,
      subnetConfiguration: [
        ...(this.egress === 'nat'
          ? [{ name: 'public', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false }]
          : []),
        { name: 'private', subnetType },
      ],
      // Emptying the default group takes a custom resource with a Lambda of its own; nothing uses it.
      restrictDefaultSecurityGroup: false,
    });
    this.endpoints = this.egress === 'endpoints' ? this.addPollerEndpoints() : [];
  }

  /** Lets the event source mappings of a cluster use the endpoints; they share its group. */
  admitPollersOf(cluster: ec2.IConnectable): void {
    for (const endpoint of this.endpoints) endpoint.connections.allowDefaultPortFrom(cluster);
  }

  private addPollerEndpoints(): readonly ec2.InterfaceVpcEndpoint[] {
    const services = {
      Lambda: ec2.InterfaceVpcEndpointAwsService.LAMBDA,
      Sts: ec2.InterfaceVpcEndpointAwsService.STS,
      SecretsManager: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
    };
    const subnets = this.brokerSubnets;
    return Object.entries(services).map(([id, service]) =>
      this.vpc.addInterfaceEndpoint(id, { service, subnets, open: false }),
    );
  }
}
