/**
 * What an event source mapping does as the role of its function: granted by `grantPoll`, and looked for in templates.
 * The actions of the managed policy `AWSLambdaMSKExecutionRole`, but for logs.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html
 */

/** Either finds the cluster; the first does not know serverless ones. */
export const DESCRIBE_CLUSTER: readonly string[] = [
  'kafka:DescribeCluster',
  'kafka:DescribeClusterV2',
];

export const GET_BROKERS = 'kafka:GetBootstrapBrokers';

/** What makes the pollers' network interfaces, which take no narrower resource than `*`. */
export const NETWORK_INTERFACES: readonly string[] = [
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcs',
];
