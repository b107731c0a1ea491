import { Stack } from 'aws-cdk-lib';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { contracts } from '../../generated/contracts.js';
import { KafkaTopic, MskCluster, PipelineStack, ScramCredentials } from '../index.js';
import { userClicks } from './user-clicks.js';
import type { Variant } from './variant.js';

const ACCOUNT = 'eu-west-1:111122223333';

/** A cluster, a user and a VPC that are there: one stack for the topic, one for what reads it and sends to it. */
export const imported: Variant = (app, { stackName, env, schemaRegistryUrl }) => {
  const data = new Stack(app, `${stackName}Data`, { env });
  const cluster = MskCluster.fromClusterAttributes(data, 'Cluster', {
    clusterArn: `arn:aws:kafka:${ACCOUNT}:cluster/company/5d4a1b2c-0000-4000-8000-0123456789ab-2`,
    securityGroup: SecurityGroup.fromSecurityGroupId(data, 'Brokers', 'sg-0123456789abcdef0'),
    takes: { scram: true, iam: true, tls: false },
    zones: 3,
    brokers: 3,
  });
  new KafkaTopic(data, 'UserClicks', {
    ...contracts.topics['user-clicks-avro'],
    cluster,
    topicName: 'user-clicks-avro',
    replicationFactor: 3,
  });

  const secretArn = `arn:aws:secretsmanager:${ACCOUNT}:secret:AmazonMSK_clicks-AbCdEf`;
  const keyArn = `arn:aws:kms:${ACCOUNT}:key/0a1b2c3d-0000-4000-8000-0123456789ab`;
  const functions = new PipelineStack(app, stackName, {
    ...userClicks,
    env,
    schemaRegistryUrl,
    cluster,
    existingTopics: true,
    credentials: ScramCredentials.fromSecret(
      Secret.fromSecretCompleteArn(data, 'Login', secretArn),
      Key.fromKeyArn(data, 'LoginKey', keyArn),
    ),
  });
  functions.addStackDependency(data);

  // What sends is a container in that VPC, which takes this role and joins this group.
  const vpc = Vpc.fromVpcAttributes(functions, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
  });
  const group = new SecurityGroup(functions, 'Senders', { vpc });
  const assumedBy = new ServicePrincipal('ecs-tasks.amazonaws.com');
  functions.addProducer(group, {
    topics: ['user-clicks-avro'],
    grantee: new Role(functions, 'SendersRole', { assumedBy }),
    network: group,
  });
};
