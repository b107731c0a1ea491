import { describe, expect, it } from '@jest/globals';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SchemaRegistry, type SchemaRegistryProps } from '../../../infra/index.js';
import { onlyResource, quickApp } from '../sample-stack.js';
import { allow, KEY_ARN, SECRET_ARN, secretOf, statementsOf } from './clusters.js';

const SECRET = 'AWS::SecretsManager::Secret';
const url = 'https://registry.example.com';

/** A function that reads a registry. */
function bound(props: (stack: Stack) => Partial<SchemaRegistryProps>): Template {
  const stack = new Stack(quickApp(), 'One');
  const target = new lambda.Function(stack, 'Function', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = () => {};'),
  });
  new SchemaRegistry(stack, 'Registry', { url, ...props(stack) }).bind(target);
  return Template.fromStack(stack);
}

const variablesOf = (template: Template): unknown =>
  onlyResource(template, 'AWS::Lambda::Function').Properties.Environment;

describe('SchemaRegistry', () => {
  it('keeps the secret that somebody filled in, but for that of a stack that never came to be', () => {
    expect(
      onlyResource(
        bound(() => ({})),
        SECRET,
      ).DeletionPolicy,
    ).toBe('RetainExceptOnCreate');
    const disposable = bound(() => ({ removalPolicy: RemovalPolicy.DESTROY }));
    expect(onlyResource(disposable, SECRET).DeletionPolicy).toBe('Delete');
  });

  it('tells a function where it is, and nothing of TLS by default', () => {
    const credentials = { SCHEMA_REGISTRY_SECRET_ARN: SECRET_ARN };
    const template = bound((stack) => ({ credentials: secretOf(stack) }));
    expect(variablesOf(template)).toEqual({
      Variables: { SCHEMA_REGISTRY_URL: url, ...credentials },
    });
  });

  it('makes no secret of a registry that asks for none, and tells a function so', () => {
    const template = bound(() => ({ credentials: false }));
    template.resourceCountIs(SECRET, 0);
    template.resourceCountIs('AWS::IAM::Policy', 0);
    expect(variablesOf(template)).toEqual({
      Variables: { SCHEMA_REGISTRY_URL: url, SCHEMA_REGISTRY_AUTH: 'none' },
    });
  });

  it('tells a function of the files with authority and certificate', () => {
    const client = { certificate: '/opt/client.pem', key: '/opt/client-key.pem' };
    const template = bound(() => ({ tls: { ca: '/opt/ca.pem', client } }));
    expect(variablesOf(template)).toEqual({
      Variables: {
        SCHEMA_REGISTRY_URL: url,
        SCHEMA_REGISTRY_SECRET_ARN: expect.anything(),
        SCHEMA_REGISTRY_CA_LOCATION: '/opt/ca.pem',
        SCHEMA_REGISTRY_CERTIFICATE_LOCATION: '/opt/client.pem',
        SCHEMA_REGISTRY_KEY_LOCATION: '/opt/client-key.pem',
      },
    });
  });

  it('makes the secret under a key of one’s own', () => {
    const template = bound((stack) => ({
      encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN),
    }));
    template.hasResourceProperties(SECRET, { KmsKeyId: KEY_ARN });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([allow('kms:Decrypt', KEY_ARN)]) },
    });
  });

  it('grants the key of a secret that exists, too', () => {
    const statements = statementsOf((role, stack) => {
      const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', KEY_ARN);
      const credentials = secretOf(stack);
      new SchemaRegistry(stack, 'R', { url, credentials, encryptionKey }).grantRead(role);
    });
    expect(statements).toEqual([
      allow(['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], SECRET_ARN),
      allow('kms:Decrypt', KEY_ARN),
    ]);
  });
});
