import { describe, expect, it } from '@jest/globals';
import { checkTemplate, type ExampleResources } from '../../infra/index.js';

type Json = Readonly<Record<string, unknown>>;

const QUEUE = { 'Fn::GetAtt': ['Queue', 'Arn'] };
const allow = (Action: unknown, Resource: unknown): Json => ({ Effect: 'Allow', Action, Resource });
const inline = (...Statement: readonly unknown[]): Json => ({
  Policies: [{ PolicyDocument: { Statement } }],
});

/** A mapping that sends failed batches to a queue, and the role that it does so as. */
function resources(
  role: Json,
  others: ExampleResources = {},
  to: unknown = QUEUE,
): ExampleResources {
  return {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'failed' } },
    Other: { Type: 'AWS::SQS::Queue' },
    Topic: { Type: 'AWS::SNS::Topic' },
    Bucket: { Type: 'AWS::S3::Bucket' },
    Role: { Type: 'AWS::IAM::Role', Properties: role },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: { Role: { 'Fn::GetAtt': 'Role.Arn' } },
    },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        FunctionName: { Ref: 'Function' },
        Topics: ['clicks'],
        SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers: ['b:9092'] } },
        DestinationConfig: { OnFailure: { Destination: to } },
      },
    },
    ...others,
  };
}

function findings(Resources: ExampleResources): string[] {
  return checkTemplate(JSON.stringify({ Resources })).map(({ rule }) => rule);
}

const policy = (type: string, to: Json, statement: unknown): ExampleResources => ({
  Policy: { Type: type, Properties: { ...to, PolicyDocument: { Statement: statement } } },
});

const SEND = 'sqs:SendMessage';
const GRANTS: readonly [name: string, role: Json, others?: ExampleResources, to?: unknown][] = [
  ['a statement', inline(allow(SEND, QUEUE))],
  ['one of several actions', inline(allow(['sqs:GetQueueUrl', SEND], QUEUE))],
  ['an action of another case, with a wildcard', inline(allow('SQS:send*', '*'))],
  ['all actions', inline(allow('*', '*'))],
  ['all but some actions', inline({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' })],
  ['all but some resources', inline({ Effect: 'Allow', Action: SEND, NotResource: 'x' })],
  ['a pattern of ARNs', inline(allow(SEND, 'arn:aws:sqs:*:*:failed*'))],
  [
    'an ARN that is put together',
    inline(allow(SEND, { 'Fn::Sub': 'arn:aws:sqs:*:*:$' + '{Queue.QueueName}' })),
  ],
  ['an ARN of a parameter', inline(allow(SEND, { Ref: 'QueueArn' }))],
  ['an ARN of another stack', inline(allow(SEND, { 'Fn::ImportValue': 'queue' }))],
  [
    'an ARN of a custom resource',
    inline(allow(SEND, { 'Fn::GetAtt': ['Made', 'Arn'] })),
    {
      Made: { Type: 'Custom::Made' },
    },
  ],
  ['a resource by condition', inline(allow(SEND, { 'Fn::If': ['C', QUEUE, { Ref: 'X' }] }))],
  ['a statement by condition', inline({ 'Fn::If': ['C', allow(SEND, QUEUE), { Ref: 'X' }] })],
  ['a managed policy that is not known', { ManagedPolicyArns: [{ Ref: 'PolicyArn' }] }],
  [
    'a managed policy of AWS',
    { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonSQSFullAccess'] },
  ],
  [
    'a managed policy of the template',
    { ManagedPolicyArns: [{ Ref: 'Policy' }] },
    policy('AWS::IAM::ManagedPolicy', {}, allow(SEND, QUEUE)),
  ],
  [
    'a managed policy that names the role',
    {},
    policy('AWS::IAM::ManagedPolicy', { Roles: [{ Ref: 'Role' }] }, [allow(SEND, QUEUE)]),
  ],
  [
    'a policy that names the role',
    {},
    policy('AWS::IAM::Policy', { Roles: [{ Ref: 'Role' }] }, allow(SEND, QUEUE)),
  ],
  [
    'a policy that may name the role',
    {},
    policy('AWS::IAM::Policy', { Roles: ['clicks-role'] }, allow(SEND, QUEUE)),
  ],
  [
    'a policy of the role as a resource',
    {},
    policy('AWS::IAM::RolePolicy', { RoleName: { Ref: 'Role' } }, allow(SEND, QUEUE)),
  ],
  [
    'the policy of the queue',
    {},
    policy(
      'AWS::SQS::QueuePolicy',
      { Queues: [{ Ref: 'Queue' }] },
      {
        ...allow(SEND, QUEUE),
        Principal: { AWS: { 'Fn::GetAtt': ['Role', 'Arn'] } },
      },
    ),
  ],
  ['a queue of another stack', {}, {}, { 'Fn::ImportValue': 'queue' }],
  ['publishing', inline(allow('sns:Publish', { Ref: 'Topic' })), {}, { Ref: 'Topic' }],
  [
    'putting and listing',
    inline(
      allow('s3:PutObject*', { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, '/*']] }),
      allow('s3:List*', { 'Fn::Sub': 'arn:aws:s3:::$' + '{Bucket}' }),
    ),
    {},
    { 'Fn::GetAtt': ['Bucket', 'Arn'] },
  ],
];

const REFUSALS: readonly [name: string, role: Json, others?: ExampleResources, to?: unknown][] = [
  ['nothing', {}],
  ['no statement', inline()],
  ['another action', inline(allow('sqs:ReceiveMessage', QUEUE))],
  ['another queue', inline(allow(SEND, { 'Fn::GetAtt': ['Other', 'Arn'] }))],
  ['another service', inline(allow('*', { Ref: 'Topic' }))],
  ['a refusal', inline({ ...allow(SEND, QUEUE), Effect: 'Deny' })],
  [
    "Lambda's own policies",
    { ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole'] },
  ],
  [
    'a policy of another role',
    {},
    {
      Elsewhere: { Type: 'AWS::IAM::Role' },
      ...policy('AWS::IAM::Policy', { Roles: [{ Ref: 'Elsewhere' }] }, allow(SEND, QUEUE)),
    },
  ],
  [
    'a policy of the queue for others',
    {},
    policy(
      'AWS::SQS::QueuePolicy',
      { Queues: [{ Ref: 'Queue' }] },
      {
        ...allow('sqs:*', QUEUE),
        Effect: 'Deny',
        Principal: '*',
      },
    ),
  ],
  [
    'an ARN of another name',
    inline(allow(SEND, 'arn:aws:sqs:*:*:other')),
    {},
    'arn:aws:sqs:eu-west-1:1:failed',
  ],
  ['listing alone', inline(allow('s3:ListBucket', '*')), {}, { 'Fn::GetAtt': ['Bucket', 'Arn'] }],
  ['putting alone', inline(allow('s3:PutObject', '*')), {}, { 'Fn::GetAtt': ['Bucket', 'Arn'] }],
];

describe('a role', () => {
  it.each(GRANTS)('may send by %s', (...[, role, others, to]) => {
    expect(findings(resources(role, others, to))).toEqual([]);
  });

  it.each(REFUSALS)('may not send by %s', (...[, role, others, to]) => {
    expect(findings(resources(role, others, to))).toEqual(['kafka-role-destination']);
  });

  it('is not known where it is of another stack', () => {
    const { Function: fn, ...others } = resources({});
    const elsewhere = { ...fn, Properties: { Role: { 'Fn::ImportValue': 'role' } } };
    expect(findings({ ...others, Function: elsewhere })).toEqual([]);
  });

  it('reads the secret of a registry, too', () => {
    const { Mapping: mapping, ...others } = resources(inline(allow(SEND, QUEUE)), {
      Secret: { Type: 'AWS::SecretsManager::Secret' },
    });
    const registry = { AccessConfigs: [{ Type: 'BASIC_AUTH', URI: { Ref: 'Secret' } }] };
    const Properties = {
      // Safe: as made above.
      ...(mapping?.Properties as Json),
      ProvisionedPollerConfig: { MinimumPollers: 1 },
      SelfManagedKafkaEventSourceConfig: { SchemaRegistryConfig: registry },
    };
    const reading = { ...others, Mapping: { ...mapping, Properties } };
    expect(findings(reading)).toEqual(['kafka-role-secret']);
  });

  it('is found behind an alias and a version', () => {
    const { Mapping: mapping, ...others } = resources({});
    const Properties = {
      // Safe: as made above.
      ...(mapping?.Properties as Json),
      FunctionName: { Ref: 'Alias' },
    };
    const behind = {
      ...others,
      Mapping: { ...mapping, Properties },
      Alias: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Function' } } },
    };
    expect(findings(behind)).toEqual(['kafka-role-destination']);
  });
});
