/** The Schema Registry: its address and secret, given or asked for. */
import { CfnParameter, type Stack, Token } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { InfraError } from '../errors.js';
import { SchemaRegistry } from '../schema-registry.js';
import { SCHEMAS_DEFAULT } from '../sources.js';
import { SchemaSubjects } from '../subjects/schema-subjects.js';
import type { AnyPipelineProps } from './pipeline-props.js';
import { removalPolicyOf } from './settled-cluster.js';

/** As `Secret.fromSecretCompleteArn` takes it. */
const COMPLETE_ARN = /^arn:[^:]+:secretsmanager:[^:]*:[^:]*:secret:.+-[^-]{6}$/;

export function pipelineRegistry(stack: Stack, props: AnyPipelineProps): SchemaRegistry {
  const { schemaRegistryUrl: url, schemaRegistrySecretArn: arn } = props;
  if (arn !== undefined && !Token.isUnresolved(arn) && !COMPLETE_ARN.test(arn)) {
    throw new InfraError(
      'SETTING',
      `schemaRegistrySecretArn is '${arn}', no complete ARN of a secret, which ends in a hyphen and six characters; copy it from aws secretsmanager describe-secret`,
      stack.node.path,
    );
  }
  return new SchemaRegistry(stack, 'SchemaRegistry', {
    url: url ?? urlParameter(stack),
    removalPolicy: removalPolicyOf(props),
    credentials:
      arn === undefined
        ? undefined
        : secretsmanager.Secret.fromSecretCompleteArn(stack, 'SchemaRegistrySecret', arn),
  });
}

function urlParameter(stack: Stack): string {
  return new CfnParameter(stack, 'SchemaRegistryUrl', {
    description: 'Address of the Schema Registry, without credentials',
    allowedPattern: '^https://[^@\\s]+$',
    constraintDescription: 'an https:// address without credentials',
  }).valueAsString;
}

/** What registers the schemas at deploy; undefined where they are published before. */
export function pipelineSubjects(
  stack: Stack,
  { register, schemas = SCHEMAS_DEFAULT, ...props }: AnyPipelineProps,
  schemaRegistry: SchemaRegistry,
): SchemaSubjects | undefined {
  if (register !== true) return undefined;
  if (schemas === false) {
    throw new InfraError(
      'UNUSED',
      'register needs the schemas folder, and schemas is false; say where it is, or leave out register',
      stack.node.path,
    );
  }
  const logRemovalPolicy = removalPolicyOf(props);
  return new SchemaSubjects(stack, 'Schemas', { schemas, schemaRegistry, logRemovalPolicy });
}
