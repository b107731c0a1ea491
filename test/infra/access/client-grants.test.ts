import { describe, expect, it } from '@jest/globals';
import { CfnParameter, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { kafkaArns } from '../../../infra/access/kafka-arns.js';
import {
  type ClusterAccess,
  type ClusterThatTakes,
  type ConsumeAccess,
  ExpressCluster,
  grantConsume,
  grantPoll,
  grantProduce,
  grantSecret,
  IamCredentials,
  KafkaTopic,
  MskCluster,
  PipelineNetwork,
  PlainCredentials,
  ScramCredentials,
  ServerlessCluster,
  TlsCredentials,
} from '../../../infra/index.js';
import { refusal } from '../refusal.js';
import { onlyResource, quickApp } from '../sample-stack.js';
import {
  allow,
  CLUSTER_ARN,
  clusterOf,
  groupArn,
  KEY_ARN,
  SECRET_ARN,
  scramOf,
  secretOf,
  statementsOf,
  TOPIC_ARN,
  topicOf,
  transactionArn,
} from './clusters.js';

const FIND = allow(
  ['kafka:DescribeCluster', 'kafka:DescribeClusterV2', 'kafka:GetBootstrapBrokers'],
  CLUSTER_ARN,
);
const CONNECT = allow('kafka-cluster:Connect', CLUSTER_ARN);
const INTERFACES = allow(
  [
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSubnets',
    'ec2:DescribeVpcs',
  ],
  '*',
);
const readSecret = (arn: unknown = SECRET_ARN) =>
  allow(['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], arn);
const USE_KEY = allow('kms:Decrypt', KEY_ARN);
const READ = [
  allow(['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'], TOPIC_ARN),
  allow(['kafka-cluster:AlterGroup', 'kafka-cluster:DescribeGroup'], groupArn('shop')),
];

const selfManaged = { bootstrapServers: ['broker.example.com:9092'] } as const;
const iamAccess = { cluster: clusterOf({ iam: true }), credentials: new IamCredentials() };

describe('an imported SCRAM secret', () => {
  const cluster = clusterOf({ scram: true });

  it('comes with its key: whoever reads the one may use the other', () => {
    const statements = statementsOf((role, stack) => grantSecret(role, scramOf(stack)));
    expect(statements).toEqual([readSecret(), USE_KEY]);
  });

  it('is refused without it, since MSK takes none under the key of AWS', () => {
    const error = refusal(() =>
      statementsOf((role, stack) => {
        const credentials = new ScramCredentials({ secret: secretOf(stack) });
        grantPoll(role, { cluster, credentials, topic: topicOf(stack), group: 'shop' });
      }),
    );
    expect(error.code).toBe('SCRAM_SECRET');
    expect(error.message).toMatch(/give ScramCredentials\.fromSecret\(secret, key\)/);
    expect(error.construct).toBe('One/Role');
  });

  it('is known by a name, whose random suffix is a pattern', () => {
    const [statement] = statementsOf((role, stack) => {
      const secret = secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', 'AmazonMSK_a');
      grantSecret(role, { secret });
    });
    expect(JSON.stringify(statement?.Resource)).toMatch(/:secret:AmazonMSK_a-\?{6}"/);
  });

  it('is under a key, whose alias is refused: no policy takes effect by it', () => {
    const error = refusal(() =>
      statementsOf((role, stack) => {
        const encryptionKey = kms.Alias.fromAliasName(stack, 'Alias', 'alias/kafka');
        grantSecret(role, { secret: secretOf(stack), encryptionKey });
      }),
    );
    expect(error.code).toBe('ENCRYPTION_KEY');
    expect(error.message).toMatch(/alias\/kafka is the alias of a key.*Key\.fromKeyArn/);
  });

  it('needs no grant of a key where it names one itself', () => {
    const statements = statementsOf((role, stack) => {
      const { encryptionKey } = scramOf(stack);
      const attributes = { secretCompleteArn: SECRET_ARN, encryptionKey };
      const secret = secretsmanager.Secret.fromSecretAttributes(stack, 'Keyed', attributes);
      grantPoll(role, {
        cluster,
        credentials: new ScramCredentials({ secret }),
        topic: topicOf(stack),
        group: 'shop',
      });
    });
    expect(statements).toContainEqual(USE_KEY);
  });
});

describe('polling', () => {
  const poll = (access: (stack: Stack) => ClusterAccess) =>
    statementsOf((role, stack) => {
      grantPoll(role, { ...access(stack), topic: topicOf(stack), group: 'shop' });
    });

  it('as a SCRAM user finds the brokers, lists the secrets and reads its own', () => {
    const cluster = clusterOf({ scram: true });
    expect(poll((stack) => ({ cluster, credentials: scramOf(stack) }))).toEqual([
      FIND,
      readSecret(),
      USE_KEY,
      INTERFACES,
      allow('kafka:ListScramSecrets', CLUSTER_ARN),
    ]);
  });

  it('by IAM reads this topic in this group', () => {
    expect(poll(() => iamAccess)).toEqual([
      FIND,
      CONNECT,
      INTERFACES,
      allow('kafka-cluster:DescribeClusterDynamicConfiguration', CLUSTER_ARN),
      ...READ,
    ]);
  });

  it('by a certificate reads its secret', () => {
    const cluster = clusterOf({ tls: true });
    const statements = poll((stack) => {
      return { cluster, credentials: new TlsCredentials({ secret: secretOf(stack) }) };
    });
    expect(statements).toEqual([FIND, readSecret(), INTERFACES]);
  });

  it('of brokers on the internet reads the secret, and nothing of MSK', () => {
    const statements = poll((stack) => ({
      cluster: selfManaged,
      credentials: new PlainCredentials({ secret: secretOf(stack) }),
    }));
    expect(statements).toEqual([readSecret()]);
  });

  it('of brokers in a network makes interfaces there and reads the authority', () => {
    const root = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:root-AbCdEf';
    const statements = poll((stack) => ({
      cluster: {
        ...selfManaged,
        rootCertificate: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Root', root),
        network: {
          subnets: [],
          securityGroup: ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1'),
        },
      },
      credentials: new ScramCredentials({ secret: secretOf(stack) }),
    }));
    expect(statements).toEqual([readSecret(), readSecret(root), INTERFACES]);
  });

  it('makes what asks for it wait, for a role of elsewhere, too', () => {
    const stack = new Stack(quickApp(), 'One');
    const arn = 'arn:aws:iam::111122223333:role/of-elsewhere';
    const role = iam.Role.fromRoleArn(stack, 'Role', arn);
    const waiting = new CfnResource(stack, 'Mapping', { type: 'AWS::Lambda::EventSourceMapping' });
    grantPoll(role, { ...iamAccess, topic: topicOf(stack), group: 'shop' }).applyBefore(waiting);
    const template = Template.fromStack(stack);
    const { DependsOn } = onlyResource(template, 'AWS::Lambda::EventSourceMapping');
    expect(DependsOn).toEqual(Object.keys(template.findResources('AWS::IAM::Policy')));
  });
});

describe('clients of one’s own', () => {
  it('consume by IAM in every group that begins so', () => {
    const statements = statementsOf((role, stack) => {
      grantConsume(role, { ...iamAccess, topic: topicOf(stack), group: 'shop.*' });
    });
    const [topic] = READ;
    expect(statements).toEqual([
      FIND,
      CONNECT,
      topic,
      allow(['kafka-cluster:AlterGroup', 'kafka-cluster:DescribeGroup'], groupArn('shop.*')),
    ]);
  });

  it('produce by IAM, idempotently', () => {
    const statements = statementsOf((role, stack) => {
      grantProduce(role, { ...iamAccess, topic: topicOf(stack) });
    });
    expect(statements).toEqual([
      FIND,
      CONNECT,
      allow(['kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'], TOPIC_ARN),
      allow('kafka-cluster:WriteDataIdempotently', CLUSTER_ARN),
    ]);
  });

  it('produce by IAM in transactions where these are named', () => {
    const statements = statementsOf((role, stack) => {
      grantProduce(role, { ...iamAccess, topic: topicOf(stack), transactionalId: 'shop-*' });
    });
    expect(statements.at(-1)).toEqual(
      allow(
        ['kafka-cluster:AlterTransactionalId', 'kafka-cluster:DescribeTransactionalId'],
        transactionArn('shop-*'),
      ),
    );
  });

  it.each([
    ['produce', grantProduce],
    ['consume', grantConsume],
  ] as const)('that %s read their secret as SCRAM users', (_does, grant) => {
    const cluster = clusterOf({ scram: true });
    const statements = statementsOf((role, stack) => {
      const credentials = scramOf(stack);
      grant(role, { cluster, credentials, topic: topicOf(stack), group: 'shop' });
    });
    expect(statements).toEqual([FIND, readSecret(), USE_KEY]);
  });

  it('need the secret alone outside MSK', () => {
    const statements = statementsOf((role, stack) => {
      const credentials = new PlainCredentials({ secret: secretOf(stack) });
      grantProduce(role, { cluster: selfManaged, credentials, topic: topicOf(stack) });
    });
    expect(statements).toEqual([readSecret()]);
  });

  it('get the ARNs of a cluster that only the deployment knows', () => {
    const statements = statementsOf((role, stack) => {
      const arn = new CfnParameter(stack, 'ClusterArn').valueAsString;
      const topicName = new CfnParameter(stack, 'TopicName').valueAsString;
      const cluster = clusterOf({ iam: true }, arn);
      const topic = KafkaTopic.fromTopicName(stack, 'Topic', topicName);
      grantConsume(role, { ...iamAccess, cluster, topic, group: 'shop' });
    });
    const part = (n: number, by: string) => ({
      'Fn::Select': [n, { 'Fn::Split': [by, { Ref: 'ClusterArn' }] }],
    });
    const within = (kind: string, ...rest: readonly unknown[]) => ({
      'Fn::Join': [
        '',
        [
          'arn:',
          part(1, ':'),
          ':kafka:',
          part(3, ':'),
          ':',
          part(4, ':'),
          `:${kind}/`,
          part(1, '/'),
          '/',
          part(2, '/'),
          ...rest,
        ],
      ],
    });
    expect(statements.map(({ Resource }) => Resource)).toEqual([
      { Ref: 'ClusterArn' },
      { Ref: 'ClusterArn' },
      within('topic', '/', { Ref: 'TopicName' }),
      within('group', '/shop'),
    ]);
  });
});

describe('clusters of every kind', () => {
  const zones = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];
  const vpcOf = (stack: Stack) => {
    const { vpc } = new PipelineNetwork(stack, 'Network', { availabilityZones: zones });
    return { vpc };
  };

  it.each<[string, (stack: Stack) => ClusterThatTakes<'iam'>]>([
    ['standard brokers', (stack) => new MskCluster(stack, 'Cluster', vpcOf(stack))],
    ['Express brokers', (stack) => new ExpressCluster(stack, 'Cluster', vpcOf(stack))],
    ['Serverless', (stack) => new ServerlessCluster(stack, 'Cluster', vpcOf(stack))],
    [
      'a serverless one that exists',
      (stack) => MskCluster.fromClusterArn(stack, 'Cluster', `${CLUSTER_ARN}-s2`),
    ],
  ])('let a role produce by IAM: %s', (_name, make) => {
    const statements = statementsOf((role, stack) => {
      const topic = topicOf(stack);
      grantProduce(role, { cluster: make(stack), credentials: new IamCredentials(), topic });
    });
    expect(statements.map(({ Action }) => Action)).toEqual([
      FIND.Action,
      CONNECT.Action,
      ['kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'],
      'kafka-cluster:WriteDataIdempotently',
    ]);
    const [find, connect, write, idempotently] = statements.map(({ Resource }) => Resource);
    expect(connect).toEqual(find);
    expect(idempotently).toEqual(find);
    expect(JSON.stringify(write)).toMatch(/:topic\/.*\/orders/);
  });
});

describe('an access is refused', () => {
  const refused = (access: (stack: Stack) => object) =>
    refusal(() =>
      statementsOf((role, stack) => {
        // Safe: as of a caller without types.
        const given = access(stack) as ConsumeAccess;
        grantPoll(role, { ...given, topic: topicOf(stack), group: 'shop' });
      }),
    );
  const plain = (stack: Stack) => new PlainCredentials({ secret: secretOf(stack) });

  it.each<[string, (stack: Stack) => object, RegExp]>([
    [
      'SCRAM on a serverless cluster',
      (stack) => ({
        cluster: clusterOf({ scram: false, iam: true, tls: false }),
        credentials: scramOf(stack),
      }),
      /this cluster takes no client by SASL\/SCRAM; give it credentials of IAM$/,
    ],
    [
      'SASL/PLAIN on MSK',
      (stack) => ({ cluster: clusterOf({}), credentials: plain(stack) }),
      /MSK takes no client by SASL\/PLAIN; .* SASL\/SCRAM or IAM or mutual TLS/,
    ],
    [
      'IAM outside MSK',
      () => ({ cluster: selfManaged, credentials: new IamCredentials() }),
      /brokers outside MSK take no client by IAM/,
    ],
  ])('%s', (_name, access, message) => {
    const error = refused(access);
    expect(error.code).toBe('AUTHENTICATION');
    expect(error.message).toMatch(message);
    expect(error.construct).toBe('One/Role');
  });

  it.each(['clicks', 'arn:aws:s3:::bucket', `${CLUSTER_ARN}/topic`])('%s as an ARN', (arn) => {
    const error = refusal(() => kafkaArns(arn, 'One/Role'));
    expect(error.code).toBe('CLUSTER');
    expect(error.construct).toBe('One/Role');
    expect(error.message).toContain(`'${arn}' is not the ARN of an MSK cluster, such as arn:aws:`);
  });
});
