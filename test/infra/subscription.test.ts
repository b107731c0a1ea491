/** One subscription by itself: what it reads from, as whom, and what its function may. */
import { describe, expect, it } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  type ClusterCredentials,
  IamCredentials,
  type InfraErrorCode,
  PlainCredentials,
  ScramCredentials,
  type SelfManagedKafka,
  type SubscribedCluster,
  TlsCredentials,
} from '../../infra/index.js';
import { refusal } from './refusal.js';
import { Bench, MAPPING } from './subscribed.js';

const SERVERS = ['broker-1.example.com:9092', 'broker-2.example.com:9092'] as const;
const ARN = (name: string) => `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}-AbCdEf`;

interface Login {
  readonly credentials: (secret: secretsmanager.ISecret) => ClusterCredentials;
  readonly type: string;
}

const OWN_LOGINS: readonly Login[] = [
  { credentials: (secret) => new ScramCredentials({ secret }), type: 'SASL_SCRAM_512_AUTH' },
  {
    credentials: (secret) => new ScramCredentials({ secret, mechanism: 'SCRAM-SHA-256' }),
    type: 'SASL_SCRAM_256_AUTH',
  },
  { credentials: (secret) => new PlainCredentials({ secret }), type: 'BASIC_AUTH' },
  {
    credentials: (secret) => new TlsCredentials({ secret }),
    type: 'CLIENT_CERTIFICATE_TLS_AUTH',
  },
];

const statements = (template: Template): string =>
  JSON.stringify(template.findResources('AWS::IAM::Policy'));

describe('of MSK, a subscription', () => {
  it('logs in by SCRAM, and its function may read secret and key', () => {
    const stack = new Bench();
    stack.subscribe();
    const template = stack.template();
    template.hasResourceProperties(MAPPING, {
      EventSourceArn: Match.stringLikeRegexp(':cluster/cluster-of-Clicks/'),
      SourceAccessConfigurations: [{ Type: 'SASL_SCRAM_512_AUTH', URI: ARN('AmazonMSK_consumer') }],
      SelfManagedEventSource: Match.absent(),
    });
    expect(statements(template)).toMatch(/"kms:Decrypt".*key\/0.*"kafka:ListScramSecrets"/);
  });

  it('logs in by IAM without a secret, to read this topic in this group', () => {
    const stack = new Bench();
    const { consumerGroupId } = stack.subscribe({ credentials: new IamCredentials() });
    const template = stack.template();
    template.hasResourceProperties(MAPPING, { SourceAccessConfigurations: Match.absent() });
    const text = statements(template);
    expect(text).toMatch(/kafka-cluster:ReadData.*:topic\/cluster-of-Clicks\/[^/]+\/clicks/);
    expect(text).toContain(`/${consumerGroupId}`);
    expect(text).not.toContain('secretsmanager');
  });

  it('logs in by a certificate', () => {
    const stack = new Bench();
    const secret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Pem', ARN('certificate'));
    stack.subscribe({ credentials: new TlsCredentials({ secret }) });
    stack.template().hasResourceProperties(MAPPING, {
      SourceAccessConfigurations: [
        { Type: 'CLIENT_CERTIFICATE_TLS_AUTH', URI: ARN('certificate') },
      ],
    });
  });
});

describe('of brokers elsewhere, a subscription', () => {
  it.each(OWN_LOGINS)('logs in by $type', ({ credentials, type }) => {
    const stack = new Bench();
    const secret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Login', ARN('kafka'));
    const { consumerGroupId } = stack.subscribe({
      cluster: { bootstrapServers: SERVERS },
      credentials: credentials(secret),
    });
    const template = stack.template();
    template.hasResourceProperties(MAPPING, {
      EventSourceArn: Match.absent(),
      SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers: SERVERS } },
      SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: consumerGroupId },
      SourceAccessConfigurations: [{ Type: type, URI: ARN('kafka') }],
    });
    expect(statements(template)).not.toMatch(/kafka:|ec2:/);
  });

  it('goes through a VPC, and trusts a private authority', () => {
    const stack = new Bench();
    const network: SelfManagedKafka['network'] = {
      subnets: ['subnet-1', 'subnet-2'].map((id) => ec2.Subnet.fromSubnetId(stack, id, id)),
      securityGroup: ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1'),
    };
    const rootCertificate = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Ca', ARN('ca'));
    const cluster = { bootstrapServers: SERVERS, network, rootCertificate };
    stack.subscribe({ cluster });
    const template = stack.template();
    template.hasResourceProperties(MAPPING, {
      SourceAccessConfigurations: Match.arrayWith([
        { Type: 'SERVER_ROOT_CA_CERTIFICATE', URI: ARN('ca') },
        { Type: 'VPC_SECURITY_GROUP', URI: 'security_group:sg-1' },
        { Type: 'VPC_SUBNET', URI: 'subnet:subnet-1' },
        { Type: 'VPC_SUBNET', URI: 'subnet:subnet-2' },
      ]),
    });
    expect(statements(template)).toMatch(/ec2:CreateNetworkInterface/);
    expect(statements(template)).toContain(ARN('ca'));
  });
});

describe('where types were lost, synth refuses', () => {
  const stack = new Bench();
  const secret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Any', ARN('AmazonMSK_any'));
  const serverless = Object.assign(stack.cluster('serverless'), {
    takes: { scram: false, iam: true, tls: false },
  });
  // Safe: what JavaScript may give.
  const plainObject = { secret } as unknown as ClusterCredentials;

  it.each<[string, Parameters<Bench['subscribe']>[0], InfraErrorCode, RegExp]>([
    [
      'SCRAM on Serverless',
      { cluster: serverless },
      'AUTHENTICATION',
      /takes no client by SASL\/SCRAM.*IAM/,
    ],
    [
      'PLAIN on MSK',
      { credentials: new PlainCredentials({ secret }) },
      'AUTHENTICATION',
      /MSK takes no client by SASL\/PLAIN/,
    ],
    [
      'IAM elsewhere',
      { cluster: { bootstrapServers: SERVERS }, credentials: new IamCredentials() },
      'AUTHENTICATION',
      /outside MSK/,
    ],
    [
      'SCRAM-SHA-256 on MSK',
      { credentials: new ScramCredentials({ secret, mechanism: 'SCRAM-SHA-256' }) },
      'AUTHENTICATION',
      /SCRAM-SHA-512 only/,
    ],
    [
      'a secret of MSK whose key nobody named',
      { credentials: new ScramCredentials({ secret }) },
      'SCRAM_SECRET',
      /ScramCredentials\.fromSecret\(secret, key\)/,
    ],
    [
      'credentials of no kind',
      { credentials: plainObject },
      'AUTHENTICATION',
      /do not say of which kind/,
    ],
    [
      'no cluster',
      // Safe: what JavaScript may give.
      { cluster: undefined as unknown as SubscribedCluster },
      'CLUSTER',
      /has no cluster/,
    ],
    [
      'no broker',
      // Safe: what JavaScript may give.
      { cluster: { bootstrapServers: [] as unknown as typeof SERVERS } },
      'CLUSTER',
      /one or more such as/,
    ],
    [
      'a broker without a port',
      { cluster: { bootstrapServers: ['broker.example.com'] } },
      'CLUSTER',
      /not 'broker\.example\.com'/,
    ],
  ])('%s', (name, props, code, message) => {
    const error = refusal(() => stack.subscribe(props, name.replaceAll('/', '-')));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.construct).toMatch(/^Bench\//);
  });
});
