/** What `npm run produce` and an operator ask for first. */
import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { ScramUsers } from '../access/scram-users.js';
import { selectedSubnets } from '../cluster/broker-subnets.js';
import type { IMskCluster } from '../cluster/kafka-cluster.js';
import type { SchemaRegistry } from '../schema-registry.js';
import type { ClusterPlace } from './pipeline-props.js';
import { PRODUCER } from './pipeline-users.js';

type Output = readonly [id: string, value: string, description: string];

export interface Told {
  readonly cluster: IMskCluster;
  readonly users: ScramUsers | undefined;
  readonly schemaRegistry: SchemaRegistry;
  readonly place: ClusterPlace | undefined;
}

export function printOutputs(stack: Stack, told: Told): void {
  const outputs = [...ofCluster(stack, told), ...ofSecrets(told), ...ofPlace(told)];
  for (const [id, value, description] of outputs) new CfnOutput(stack, id, { value, description });
}

function ofCluster(stack: Stack, { cluster, users }: Told): Output[] {
  const { clusterArn } = cluster.clusterRef;
  const kind = users === undefined ? 'Iam' : 'Scram';
  return [
    ['ClusterArn', clusterArn, 'The MSK cluster'],
    [
      'BootstrapServersCommand',
      `aws kafka get-bootstrap-brokers --region ${stack.region} --cluster-arn ${clusterArn} --query BootstrapBrokerStringSasl${kind} --output text`,
      `Prints the bootstrap servers for SASL/${kind.toUpperCase()}; CloudFormation cannot`,
    ],
  ];
}

function ofSecrets({ users, schemaRegistry }: Told): Output[] {
  const { credentials } = schemaRegistry;
  const description =
    'Secret with the API key (username) and secret (password) of the Schema Registry';
  const ofRegistry: Output[] =
    credentials === undefined
      ? []
      : [['SchemaRegistrySecretArn', credentials.secretArn, description]];
  if (users === undefined) return ofRegistry;
  return [
    [
      'ProducerSecretArn',
      users.credentials(PRODUCER).secret.secretArn,
      'Secret with the username and password of the Kafka user for producers',
    ],
    ...ofRegistry,
  ];
}

function ofPlace({ cluster, place }: Told): Output[] {
  const { securityGroup } = cluster;
  const ofVpc: Output[] =
    place === undefined
      ? []
      : [
          ['VpcId', place.vpc.vpcId, 'Producers run in this VPC'],
          [
            'ClientSubnetIds',
            selectedSubnets(place.vpc, place.vpcSubnets)
              .subnets.map(({ subnetId }) => subnetId)
              .join(','),
            'Subnets for producers',
          ],
        ];
  if (securityGroup === undefined) return ofVpc;
  const description = 'Members of this security group reach the brokers';
  return [...ofVpc, ['ClientSecurityGroupId', securityGroup.securityGroupId, description]];
}
