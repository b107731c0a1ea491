/** Clusters, topics and credentials that exist elsewhere, and what the policies say that let roles at them. */
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  type IKafkaTopic,
  type ImportedCluster,
  KafkaTopic,
  MskCluster,
  ScramCredentials,
  type TakenAuthentication,
} from '../../../infra/index.js';
import { onlyResource, quickApp } from '../sample-stack.js';

export const CLUSTER_ARN = 'arn:aws:kafka:eu-west-1:111122223333:cluster/clicks/0a1b-2c3d-4';
const WITHIN = 'clicks/0a1b-2c3d-4';
export const TOPIC_ARN = `arn:aws:kafka:eu-west-1:111122223333:topic/${WITHIN}/orders`;
export const groupArn = (id: string) =>
  `arn:aws:kafka:eu-west-1:111122223333:group/${WITHIN}/${id}`;
export const transactionArn = (id: string) =>
  `arn:aws:kafka:eu-west-1:111122223333:transactional-id/${WITHIN}/${id}`;
export const SECRET_ARN =
  'arn:aws:secretsmanager:eu-west-1:111122223333:secret:AmazonMSK_orders-AbCdEf';
export const KEY_ARN =
  'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555';

/** A cluster of elsewhere, and what it takes. */
export const clusterOf = <const Takes extends TakenAuthentication>(
  takes: Takes,
  clusterArn = CLUSTER_ARN,
): ImportedCluster<Takes> =>
  MskCluster.fromClusterAttributes(new Stack(quickApp(), 'Elsewhere'), 'Cluster', {
    clusterArn,
    takes,
  });

export const topicOf = (stack: Stack, topicName = 'orders'): IKafkaTopic =>
  KafkaTopic.fromTopicName(stack, `Topic${topicName}`, topicName);

export function secretOf(stack: Stack, id = 'Secret'): secretsmanager.ISecret {
  return secretsmanager.Secret.fromSecretCompleteArn(stack, id, SECRET_ARN);
}

export function scramOf(stack: Stack): ScramCredentials {
  return ScramCredentials.fromSecret(secretOf(stack), kms.Key.fromKeyArn(stack, 'Key', KEY_ARN));
}

export interface Statement {
  readonly Action: string | readonly string[];
  readonly Effect: 'Allow';
  readonly Resource: unknown;
}

/** What the policy of the only role says. */
export function statementsOf(
  make: (role: iam.Role, stack: Stack) => unknown,
): readonly Statement[] {
  const stack = new Stack(quickApp(), 'One');
  const assumedBy = new iam.ServicePrincipal('ecs-tasks.amazonaws.com');
  make(new iam.Role(stack, 'Role', { assumedBy }), stack);
  const { PolicyDocument } = onlyResource(Template.fromStack(stack), 'AWS::IAM::Policy').Properties;
  // Safe: it was synthesized just now, and the assertions read it.
  return (PolicyDocument as { readonly Statement: readonly Statement[] }).Statement;
}

export const allow = (Action: Statement['Action'], Resource: unknown): Statement => ({
  Action,
  Effect: 'Allow',
  Resource,
});
