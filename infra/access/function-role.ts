import { RemovalPolicy } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export interface FunctionRoleOptions {
  /** What the ids of role and log group begin with. */
  readonly prefix: string;
  readonly description: string;
  readonly vpc: ec2.IVpc | undefined;
  readonly logRetention: logs.RetentionDays | undefined;
  readonly logRemovalPolicy: RemovalPolicy | undefined;
}

/** What a function runs as, and its log group, which the role may write and which stays by default. */
export function functionRole(
  scope: Construct,
  { prefix, description, vpc, logRetention, logRemovalPolicy }: FunctionRoleOptions,
): { readonly role: iam.Role; readonly logGroup: logs.LogGroup } {
  const logGroup = new logs.LogGroup(scope, `${prefix}Logs`, {
    retention: logRetention ?? logs.RetentionDays.ONE_MONTH,
    removalPolicy: logRemovalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  const role = new iam.Role(scope, `${prefix}Role`, {
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    description,
  });
  logGroup.grantWrite(role);
  // Lambda makes the network interfaces as this role; the library grants it only to roles that it makes itself.
  if (vpc !== undefined) {
    role.addManagedPolicy(
      iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaVPCAccessExecutionRole'),
    );
  }
  return { role, logGroup };
}
