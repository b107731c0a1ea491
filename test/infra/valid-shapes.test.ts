import { describe, expect, it } from '@jest/globals';
import { checkTemplate, type ExampleResources } from '../../infra/index.js';

type Json = Readonly<Record<string, unknown>>;

const allow = (Action: string, Resource: unknown = '*'): Json => ({
  Effect: 'Allow',
  Action,
  Resource,
});
const roleThatMay = (...Statement: readonly Json[]): ExampleResources => ({
  Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyDocument: { Statement } }] } },
  Function: {
    Type: 'AWS::Lambda::Function',
    Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } },
  },
});
const mapping = (properties: Json, ...DependsOn: readonly string[]): Json => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  DependsOn,
  Properties: { FunctionName: { Ref: 'Function' }, Topics: ['clicks'], ...properties },
});
const ELSEWHERE = { SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers: ['b:9092'] } } };
const HERE = { EventSourceArn: { Ref: 'Cluster' } };
const login = (Type: string, URI: unknown): Json => ({
  SourceAccessConfigurations: [{ Type, URI }],
});
const cluster = (Properties: Json): Json => ({
  Type: 'AWS::MSK::Cluster',
  DeletionPolicy: 'Retain',
  Properties,
});
const sasl = (kind: string): Json => ({
  ClientAuthentication: { Sasl: { [kind]: { Enabled: true } } },
});
const secret = (Name: string, key: unknown = 'key-1'): Json => ({
  Type: 'AWS::SecretsManager::Secret',
  Properties: {
    Name: `AmazonMSK_${Name}`,
    KmsKeyId: key,
    GenerateSecretString: {
      SecretStringTemplate: JSON.stringify({ username: Name }),
      GenerateStringKey: 'password',
    },
  },
});
const association = (...SecretArnList: readonly Json[]): Json => ({
  Type: 'AWS::MSK::BatchScramSecret',
  Properties: { ClusterArn: { Ref: 'Cluster' }, SecretArnList },
});

const failsToBucket = (Destination: string, ...statements: readonly Json[]): ExampleResources => ({
  ...roleThatMay(...statements),
  Mapping: mapping({ ...ELSEWHERE, DestinationConfig: { OnFailure: { Destination } } }),
});

const underKeyOf = (Principal: unknown, Effect = 'Allow'): ExampleResources => ({
  Key: {
    Type: 'AWS::KMS::Key',
    Properties: {
      KeyPolicy: { Statement: [{ Effect, Principal, Action: 'kms:*', Resource: '*' }] },
    },
  },
  Secret: secret('clicks', { Ref: 'Key' }),
  ...roleThatMay(allow('secretsmanager:GetSecretValue')),
  Mapping: mapping({ ...ELSEWHERE, ...login('SASL_SCRAM_512_AUTH', { Ref: 'Secret' }) }),
});

const usersApart = (...dependsOn: readonly string[]): ExampleResources => ({
  Cluster: cluster(sasl('Scram')),
  Reader: secret('reader'),
  Writer: secret('writer'),
  Readers: association({ Ref: 'Reader' }),
  Writers: association({ Ref: 'Writer' }),
  Mapping: mapping({ ...HERE, ...login('SASL_SCRAM_512_AUTH', { Ref: 'Reader' }) }, ...dependsOn),
});

const admitting = (IpProtocol: string): ExampleResources => ({
  Group: {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: {
      SecurityGroupIngress: [{ IpProtocol, FromPort: 9092, ToPort: 9098, CidrIp: '10.0.0.0/8' }],
    },
  },
  Cluster: cluster({ ...sasl('Iam'), BrokerNodeGroupInfo: { SecurityGroups: [{ Ref: 'Group' }] } }),
  Mapping: mapping(HERE),
});

const ofType = (InstanceType: string): ExampleResources => ({
  Cluster: cluster({ BrokerNodeGroupInfo: { InstanceType } }),
});

const topicsBeside = (loops: ExampleResources): ExampleResources => ({
  Cluster: cluster({}),
  Topic: {
    Type: 'AWS::MSK::Topic',
    DeletionPolicy: 'Retain',
    Properties: { ClusterArn: { Ref: 'Cluster' }, TopicName: 'views' },
  },
  Mapping: mapping(HERE, 'Topic'),
  ...loops,
});

const PUT = allow('s3:PutObject', 'arn:aws:s3:::failed/*');
const LIST = allow('s3:ListBucket', 'arn:aws:s3:::failed');
const ROLE_ARN = 'arn:aws:iam::111122223333:role/clicks';
const AUTHORITY = 'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/a';
const CERTIFICATE = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:certificate-AbCdEf';

const VALID: readonly [name: string, resources: ExampleResources][] = [
  ['a bucket by its ARN, and its objects', failsToBucket('arn:aws:s3:::failed', PUT, LIST)],
  ['a prefix of a bucket', failsToBucket('arn:aws:s3:::failed/clicks', PUT, LIST)],
  ['a key that everybody of the account may use', underKeyOf('*')],
  ['a key that everybody may use, in the longer form', underKeyOf({ AWS: ['*'] })],
  ['a key of a role by its ARN', underKeyOf({ AWS: ROLE_ARN })],
  ['the user of one of two associations', usersApart('Readers')],
  ['a protocol in capitals', admitting('TCP')],
  ['brokers of a family whose sizes are not in the guide', ofType('kafka.m8g.large')],
  ['topics of a loop', topicsBeside({ 'Fn::ForEach::Topics': {} })],
  [
    'certificates of listed authorities, without a switch',
    {
      Cluster: cluster({
        ClientAuthentication: { Tls: { CertificateAuthorityArnList: [AUTHORITY] } },
      }),
      Mapping: mapping({ ...HERE, ...login('CLIENT_CERTIFICATE_TLS_AUTH', CERTIFICATE) }),
    },
  ],
];

const BROKEN: readonly [name: string, resources: ExampleResources, rule: string][] = [
  [
    'objects of another bucket',
    failsToBucket('arn:aws:s3:::failed', allow('s3:PutObject', 'arn:aws:s3:::others/*'), LIST),
    'kafka-role-destination',
  ],
  [
    'a key that is left to the policies of roles',
    underKeyOf({ AWS: 'arn:aws:iam::111122223333:root' }),
    'kafka-role-secret',
  ],
  ['a key that is denied to everybody', underKeyOf('*', 'Deny'), 'kafka-role-secret'],
  ['the user of an association that comes later', usersApart('Writers'), 'kafka-order'],
  ['another protocol', admitting('udp'), 'kafka-ingress'],
  ['brokers of no size', ofType('kafka.m8g.lagre'), 'msk-instance-type'],
  ['a topic that nobody makes', topicsBeside({}), 'kafka-topic-unknown'],
];

function findings(Resources: ExampleResources): string[] {
  return checkTemplate(JSON.stringify({ Resources })).map(({ rule }) => rule);
}

describe('what is deployed as it is', () => {
  it.each(VALID)('%s', (...[, resources]) => {
    expect(findings(resources)).toEqual([]);
  });

  it.each(BROKEN)('is not %s', (...[, resources, rule]) => {
    expect(findings(resources)).toEqual([rule]);
  });
});
