import { clusterOf, subnetsOf } from '../clusters.js';
import { mapping, resource } from '../example.js';
import { credentialsOf, destinationOf, isOnDemand, readsMsk } from '../mappings.js';
import { unreachableFrom } from '../network.js';
import { MAPPING, SERVERLESS } from '../resource-types.js';
import type { ExampleResources, TemplateRule } from '../rule.js';
import type { Resource, Template } from '../template.js';
import { fillHoles, referredTo, textOf } from '../values.js';

const network = (route: ExampleResources): ExampleResources => ({
  Vpc: resource('AWS::EC2::VPC'),
  Subnet: resource('AWS::EC2::Subnet', { VpcId: { Ref: 'Vpc' } }),
  RouteTable: resource('AWS::EC2::RouteTable', { VpcId: { Ref: 'Vpc' } }),
  Association: resource('AWS::EC2::SubnetRouteTableAssociation', {
    SubnetId: { Ref: 'Subnet' },
    RouteTableId: { Ref: 'RouteTable' },
  }),
  Cluster: {
    ...resource(SERVERLESS, { VpcConfigs: [{ SubnetIds: [{ Ref: 'Subnet' }] }] }),
    DeletionPolicy: 'Retain',
  },
  Mapping: mapping({ EventSourceArn: { Ref: 'Cluster' } }),
  ...route,
});

/** The service that a destination is of, and that its endpoint is named after. */
const SERVICES: Readonly<Record<string, string>> = {
  'AWS::SQS::Queue': 'sqs',
  'AWS::SNS::Topic': 'sns',
  'AWS::S3::Bucket': 's3',
};

/**
 * An on-demand poller that does not reach what it calls.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk-cluster-network.html
 */
export const kafkaWayOut: TemplateRule = {
  id: 'kafka-way-out',
  why: "An on-demand poller calls Lambda and STS, Secrets Manager for a secret and its destination's service, from the brokers' subnets, where it has no address of its own on the internet.",
  fix: 'Give the subnets a route to a NAT gateway, or the VPC an endpoint of each of these services; or set ProvisionedPollerConfig, whose pollers need neither.',
  types: [MAPPING],
  example: {
    refused: network({}),
    accepted: network({
      Route: resource('AWS::EC2::Route', {
        RouteTableId: { Ref: 'RouteTable' },
        DestinationCidrBlock: '0.0.0.0/0',
        NatGatewayId: { Ref: 'Nat' },
      }),
    }),
  },
  violation(found, template) {
    const cluster = readsMsk(found) && isOnDemand(found) ? clusterOf(found, template) : undefined;
    const subnets = cluster && subnetsOf(cluster);
    if (subnets === undefined) return undefined;
    const missing = unreachableFrom(subnets, servicesOf(found, template), template);
    return missing.length === 0
      ? undefined
      : { path: 'EventSourceArn', detail: `There is no way to ${missing.join(', ')}.` };
  },
};

function servicesOf(mapping: Resource, template: Template): readonly string[] {
  const hasSecret = (credentialsOf(mapping) ?? []).length > 0;
  const destination = destinationOf(mapping);
  const made = SERVICES[referredTo(destination, template)?.type ?? ''];
  const [, , named] = fillHoles(textOf(destination ?? ''), '?').split(':');
  const service = made ?? Object.values(SERVICES).find((name) => name === named);
  return [
    'lambda',
    'sts',
    ...(hasSecret ? ['secretsmanager'] : []),
    ...(service === undefined ? [] : [service]),
  ];
}
