import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { InfraError } from '../errors.js';
import { given } from '../given.js';

/** How many subnets, in as many zones, the brokers of a kind go to. */
export interface Zones {
  readonly min: number;
  readonly max: number;
  /** Such as `MSK takes one subnet in each of two or three Availability Zones`. */
  readonly rule: string;
}

/**
 * One subnet in each zone, of those that were selected: or else of the private ones, with a way out if there are such.
 *
 * @throws InfraError `AVAILABILITY_ZONES` where zones are too few, too many or, in a list of subnets, the same
 */
export function brokerSubnets(
  scope: Construct,
  { vpc, vpcSubnets }: { readonly vpc: ec2.IVpc; readonly vpcSubnets?: ec2.SubnetSelection },
  zones: Zones,
): ec2.ISubnet[] {
  if (vpcSubnets?.subnets === undefined) {
    const { subnets, isPendingLookup } = selectedSubnets(vpc, vpcSubnets);
    // The CLI looks the VPC up and synthesizes anew: until then there are two zones, whatever it has.
    if (!isPendingLookup) refuseZones(scope, subnets, zones);
    return subnets;
  }
  refuseZones(scope, vpcSubnets.subnets, zones);
  return vpcSubnets.subnets;
}

/** The same of any number of zones. */
export function selectedSubnets(
  vpc: ec2.IVpc,
  selection: ec2.SubnetSelection | undefined,
): Pick<ec2.SelectedSubnets, 'subnets' | 'isPendingLookup'> {
  const { isolatedSubnets, privateSubnets } = vpc;
  if (selection === undefined && isolatedSubnets.length + privateSubnets.length === 0) {
    return { subnets: [], isPendingLookup: false };
  }
  const subnetType =
    privateSubnets.length > 0
      ? ec2.SubnetType.PRIVATE_WITH_EGRESS
      : ec2.SubnetType.PRIVATE_ISOLATED;
  return vpc.selectSubnets({ onePerAz: true, ...given(selection ?? { subnetType }) });
}

/** @throws InfraError `AVAILABILITY_ZONES` where zones are too few, too many or the same */
export function refuseZones(
  scope: Construct,
  subnets: readonly ec2.ISubnet[],
  { min, max, rule }: Zones,
): void {
  const { length } = subnets;
  if (length < min || length > max) {
    throw new InfraError(
      'AVAILABILITY_ZONES',
      `${rule}, and got ${length}; name the zones or subnets by vpcSubnets, or give a PipelineStack that makes its VPC zones: ${min}`,
      scope.node.path,
    );
  }
  const zones = subnets.flatMap((subnet) => knownZone(subnet) ?? []);
  const twice = zones.find((zone, index) => zones.indexOf(zone) !== index);
  if (twice === undefined) return;
  throw new InfraError(
    'AVAILABILITY_ZONES',
    `${rule}, and two of the subnets are in ${twice}; name one of each zone`,
    scope.node.path,
  );
}

/** The zone, or the expression for it: equal ones are the same zone. */
function knownZone(subnet: ec2.ISubnet): string | undefined {
  try {
    const zone: unknown = Stack.of(subnet).resolve(subnet.availabilityZone);
    return typeof zone === 'string' ? zone : JSON.stringify(zone);
  } catch {
    // An imported subnet whose zone nobody told.
    return undefined;
  }
}
