/** What a consumer's function is given besides its code. */
import { describe, expect, it } from '@jest/globals';
import { Size, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ConsumerFunction, type ConsumerFunctionProps, SchemaRegistry } from '../../infra/index.js';
import { quickApp, sampleTemplate, userClicks } from './sample-stack.js';

const FUNCTION = 'AWS::Lambda::Function';

function template(props: (stack: Stack) => Partial<ConsumerFunctionProps> = () => ({})): Template {
  const stack = new Stack(quickApp(), 'Consumers');
  const { entry, projectRoot } = userClicks();
  const schemaRegistry = new SchemaRegistry(stack, 'Registry', { url: 'https://r.example' });
  new ConsumerFunction(stack, 'Clicks', { entry, projectRoot, schemaRegistry, ...props(stack) });
  return Template.fromStack(stack);
}

describe('a function without a subscription', () => {
  const policies = (made: Template): string => JSON.stringify(made.findResources('AWS::IAM::Role'));

  it('may make its network interfaces in a VPC', () => {
    const made = template((stack) => ({ vpc: new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 }) }));
    expect(policies(made)).toContain('service-role/AWSLambdaVPCAccessExecutionRole');
  });

  it('needs no such thing outside', () => {
    expect(policies(template())).not.toContain('AWSLambdaVPCAccess');
  });
});

const SETTINGS = (stack: Stack) =>
  ({
    tracing: lambda.Tracing.ACTIVE,
    reservedConcurrentExecutions: 6,
    layers: [lambda.LayerVersion.fromLayerVersionArn(stack, 'Layer', 'arn:aws:lambda:::layer:l:1')],
    systemLogLevelV2: lambda.SystemLogLevel.WARN,
    applicationLogLevelV2: lambda.ApplicationLogLevel.DEBUG,
    ephemeralStorageSize: Size.gibibytes(1),
  }) satisfies Partial<ConsumerFunctionProps>;

const EXPECTED = {
  TracingConfig: { Mode: 'Active' },
  ReservedConcurrentExecutions: 6,
  Layers: ['arn:aws:lambda:::layer:l:1'],
  LoggingConfig: Match.objectLike({ SystemLogLevel: 'WARN', ApplicationLogLevel: 'DEBUG' }),
  EphemeralStorage: { Size: 1024 },
};

it('takes the settings of Lambda that are asked for', () => {
  const made = template(SETTINGS);
  made.hasResourceProperties(FUNCTION, EXPECTED);
  expect(JSON.stringify(made.findResources('AWS::IAM::Policy'))).toContain('xray:PutTraceSegments');
});

it('takes them of a pipeline, too', () => {
  const elsewhere = new Stack(quickApp(), 'Layers');
  const consumers = { UserClicks: userClicks(SETTINGS(elsewhere)) };
  sampleTemplate({ consumers }).hasResourceProperties(FUNCTION, EXPECTED);
});
