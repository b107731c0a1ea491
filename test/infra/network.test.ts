import { describe, expect, it } from '@jest/globals';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import {
  type Egress,
  InfraError,
  PipelineNetwork,
  type PipelineNetworkProps,
  type ReachableService,
} from '../../infra/index.js';
import { quickApp } from './sample-stack.js';

const SERVICES: readonly ReachableService[] = ['sqs', 'sns', 's3'];
const ENDPOINT = 'AWS::EC2::VPCEndpoint';

function networkWith(props: PipelineNetworkProps) {
  const stack = new Stack(quickApp(), 'Net');
  const network = new PipelineNetwork(stack, 'Network', props);
  const template = () => Template.fromStack(stack);
  return { stack, network, template };
}

/** Services of the endpoints, such as `gateway .s3`. */
const endpointsOf = (template: Template): string[] =>
  Object.values(template.findResources(ENDPOINT))
    .map(({ Properties }) => {
      const [name = ''] =
        JSON.stringify(Properties.ServiceName).match(/\.[a-z0-9]+(?="\]\]|"$)/) ?? [];
      return `${Properties.VpcEndpointType} ${name}`;
    })
    .sort();

describe('PipelineNetwork.reach', () => {
  it('makes the endpoint of each service once, and lets pollers in that come before or after', () => {
    const { stack, network, template } = networkWith({ egress: 'endpoints' });
    const group = (id: string) => new ec2.SecurityGroup(stack, id, { vpc: network.vpc });
    network.admitPollersOf(group('Before'));
    for (const service of [...SERVICES, ...SERVICES]) network.reach(service, 'on-demand');
    network.admitPollersOf(group('After'));
    const synthesized = template();
    expect(endpointsOf(synthesized)).toEqual([
      'Gateway .s3',
      'Interface .lambda',
      'Interface .secretsmanager',
      'Interface .sns',
      'Interface .sqs',
      'Interface .sts',
    ]);
    const rules = Object.values(synthesized.findResources('AWS::EC2::SecurityGroupIngress'));
    // Two groups at five interface endpoints; the gateway is a route.
    expect(rules.filter(({ Properties }) => Properties.FromPort === 443)).toHaveLength(10);
  });

  it('makes none where there is a NAT gateway', () => {
    const { network, template } = networkWith({ egress: 'nat' });
    for (const service of SERVICES) network.reach(service, 'on-demand');
    template().resourceCountIs(ENDPOINT, 0);
  });

  it.each(SERVICES)('refuses %s to on-demand pollers without a way out', (service) => {
    const { network, template } = networkWith({ egress: 'none' });
    expect(() => network.reach(service, 'on-demand')).toThrow(InfraError);
    expect(() => network.reach(service, 'on-demand')).toThrow(
      new RegExp(`^Net/Network: .*service \\(${service}\\); set egress to 'nat' or 'endpoints'`),
    );
    expect(() => network.reach(service, 'provisioned')).not.toThrow();
    template().resourceCountIs(ENDPOINT, 0);
  });
});

describe('PipelineNetwork', () => {
  it.each<Egress>(['nat', 'endpoints', 'none'])(
    'retains with the brokers what they stand in, and nothing that costs by the hour: %s',
    (egress) => {
      const kept = (props: PipelineNetworkProps) => {
        // Safe: resources of a template.
        const resources: Record<string, { Type: string; DeletionPolicy?: string }> = networkWith({
          egress,
          ...props,
        })
          .template()
          .toJSON().Resources;
        return Object.entries(resources)
          .filter(([, { DeletionPolicy }]) => DeletionPolicy === 'RetainExceptOnCreate')
          .map(([id, { Type }]) => `${Type} ${/private|Vpc/.exec(id)?.[0]}`);
      };
      expect(
        kept({})
          .map((one) => one.split(' ')[0])
          .sort(),
      ).toEqual(['AWS::EC2::Subnet', 'AWS::EC2::Subnet', 'AWS::EC2::VPC']);
      expect(kept({ removalPolicy: RemovalPolicy.DESTROY })).toEqual([]);
    },
  );

  it('spreads over three zones where Express brokers need them, without asking the account', () => {
    const { network, template } = networkWith({ zones: 3, egress: 'none' });
    expect(network.vpc.selectSubnets(network.brokerSubnets).subnets).toHaveLength(3);
    const zones = Object.values(template().findResources('AWS::EC2::Subnet')).map(
      ({ Properties }) => Properties.AvailabilityZone['Fn::Select'][0],
    );
    expect(zones.sort()).toEqual([0, 1, 2]);
  });

  it.each<[PipelineNetworkProps, RegExp]>([
    [{ availabilityZones: ['a', 'a'] }, /a is named twice/],
    [{ availabilityZones: ['a', 'b'], zones: 3 }, /zones is 3, and availabilityZones names 2/],
  ])('is refused with %j', (props, message) => {
    expect(() => networkWith(props)).toThrow(message);
  });
});
