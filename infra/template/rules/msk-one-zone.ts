import { subnetsOf } from '../clusters.js';
import { cluster, resource } from '../example.js';
import { CLUSTER } from '../resource-types.js';
import type { ExampleResources, TemplateRule } from '../rule.js';
import { referredTo, textOf } from '../values.js';

const SUBNETS = 'BrokerNodeGroupInfo.ClientSubnets';

const subnetsIn = (one: string, other: string): ExampleResources => ({
  Cluster: cluster({
    BrokerNodeGroupInfo: { ClientSubnets: [{ Ref: 'SubnetA' }, { Ref: 'SubnetB' }] },
  }),
  SubnetA: resource('AWS::EC2::Subnet', { AvailabilityZone: one }),
  SubnetB: resource('AWS::EC2::Subnet', { AvailabilityZone: other }),
});

/** Two subnets of brokers in one zone. */
export const mskOneZone: TemplateRule = {
  id: 'msk-one-zone',
  why: 'MSK takes subnets of different zones only: the cluster is not created.',
  fix: 'Give each of the ClientSubnets a zone of its own.',
  types: [CLUSTER],
  example: {
    refused: subnetsIn('eu-west-1a', 'eu-west-1a'),
    accepted: subnetsIn('eu-west-1a', 'eu-west-1b'),
  },
  violation(found, template) {
    const zones = (subnetsOf(found) ?? []).map((subnet) => {
      const { AvailabilityZone, AvailabilityZoneId } =
        referredTo(subnet, template)?.properties ?? {};
      // Without a zone of its own a subnet is known by itself: twice the same one is one zone, too.
      return textOf(AvailabilityZone ?? AvailabilityZoneId ?? subnet);
    });
    return new Set(zones).size < zones.length ? SUBNETS : undefined;
  },
};
