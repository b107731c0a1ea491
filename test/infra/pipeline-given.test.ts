/** A pipeline of what a team has: network, cluster, users, topics; and what it does by default besides. */
import { describe, expect, it } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import {
  IamCredentials,
  type InfraError,
  MskCluster,
  PipelineStack,
  ScramCredentials,
  ScramUsers,
  ServerlessCluster,
  type TakenAuthentication,
  type TopicContract,
} from '../../infra/index.js';
import { refusal } from './refusal.js';
import { onlyResource, quickApp, sampleStack, userClicks } from './sample-stack.js';

const CLUSTER = 'AWS::MSK::Cluster';
const MAPPING = 'AWS::Lambda::EventSourceMapping';
const ARN =
  'arn:aws:kafka:eu-west-1:111122223333:cluster/company/5d4a1b2c-0000-4000-8000-0123456789ab-2';
const topics = { 'user-clicks-avro': { partitions: 3 } };
const schemaRegistryUrl = 'https://registry.example.com';
const basics = { topics, schemaRegistryUrl, consumers: { UserClicks: userClicks() } };

/** A stack of another team, with a cluster that takes what is told. */
function company(takes: TakenAuthentication = { scram: true, iam: true, tls: false }) {
  const app = quickApp();
  const stack = new Stack(app, 'Company');
  const cluster = MskCluster.fromClusterAttributes(stack, 'Cluster', {
    clusterArn: ARN,
    securityGroup: ec2.SecurityGroup.fromSecurityGroupId(stack, 'Brokers', 'sg-0123456789abcdef0'),
    takes,
    zones: 3,
    brokers: 3,
  });
  return { app, stack, cluster };
}

describe('a pipeline on a cluster that exists', () => {
  it('makes topics and functions, and nothing of the cluster, its network or its users', () => {
    const { app, cluster } = company();
    const template = Template.fromStack(
      new PipelineStack(app, 'Clicks', { ...basics, cluster, credentials: new IamCredentials() }),
    );
    const types = [CLUSTER, 'AWS::EC2::VPC', 'AWS::MSK::BatchScramSecret', 'AWS::KMS::Key'];
    for (const type of types) template.resourceCountIs(type, 0);
    template.hasResourceProperties('AWS::MSK::Topic', { ClusterArn: ARN, ReplicationFactor: 3 });
    template.hasResourceProperties(MAPPING, { EventSourceArn: ARN });
    expect(Object.keys(template.findOutputs('*')).sort()).toEqual([
      'BootstrapServersCommand',
      'ClientSecurityGroupId',
      'ClusterArn',
      'SchemaRegistrySecretArn',
      'UserClicksFunctionName',
      'UserClicksLogGroupName',
    ]);
    template.hasOutput('BootstrapServersCommand', {
      Value: Match.objectLike({ 'Fn::Join': Match.anyValue() }),
    });
  });

  it('leaves topics alone that exist', () => {
    const { app, cluster } = company();
    const all = new PipelineStack(app, 'All', { ...basics, cluster, existingTopics: true });
    const some = new PipelineStack(app, 'Some', {
      ...basics,
      topics: { ...topics, orders: { partitions: 1 } },
      cluster,
      existingTopics: ['orders'],
    });
    Template.fromStack(all).resourceCountIs('AWS::MSK::Topic', 0);
    const topic = onlyResource(Template.fromStack(some), 'AWS::MSK::Topic');
    expect(topic.Properties.TopicName).toBe('user-clicks-avro');
  });

  it('logs in with a secret of the team, whose key the role may use', () => {
    const { app, stack, cluster } = company();
    const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:AmazonMSK_clicks-AbCdEf';
    const keyArn = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-0123456789ab';
    const template = Template.fromStack(
      new PipelineStack(app, 'Clicks', {
        ...basics,
        cluster,
        credentials: ScramCredentials.fromSecret(
          secretsmanager.Secret.fromSecretCompleteArn(stack, 'Login', arn),
          kms.Key.fromKeyArn(stack, 'Key', keyArn),
        ),
      }),
    );
    template.hasResourceProperties(MAPPING, {
      SourceAccessConfigurations: [{ Type: 'SASL_SCRAM_512_AUTH', URI: arn }],
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Action: 'kms:Decrypt', Resource: keyArn })]),
      },
    });
  });

  it('is in one stack, with its cluster and users in another', () => {
    const app = quickApp();
    const data = new Stack(app, 'Data');
    const cluster = new MskCluster(data, 'Cluster', { vpc: new ec2.Vpc(data, 'Vpc') });
    const users = new ScramUsers(data, 'Users', { cluster, usernames: ['clicks'] });
    const credentials = users.credentials('clicks');
    const stack = new PipelineStack(app, 'Clicks', { ...basics, cluster, credentials });
    Template.fromStack(stack).resourceCountIs(MAPPING, 1);
    expect(stack.dependencies).toEqual([data]);
  });

  it.each<[string, TakenAuthentication, object, InfraError['code'], RegExp]>([
    ['nothing to log in with', { scram: true, iam: false }, {}, 'AUTHENTICATION', /credentials/],
    ['nothing that is known', {}, {}, 'AUTHENTICATION', /not known to take IAM/],
    [
      'users it does not take',
      { scram: false, iam: true },
      { users: [] },
      'AUTHENTICATION',
      /SCRAM/,
    ],
    [
      'brokers that others chose',
      { iam: true },
      { kafkaVersion: '3.8.x' },
      'UNUSED',
      /kafkaVersion/,
    ],
    [
      'a way out of a network that others made',
      { iam: true },
      { egress: 'nat' },
      'UNUSED',
      /egress/,
    ],
    ['a topic that has no contract', { iam: true }, { existingTopics: ['x'] }, 'UNKNOWN', /'x'/],
  ])('is refused with %s', (_name, takes, props, code, message) => {
    const { app, cluster } = company(takes);
    const error = refusal(() => new PipelineStack(app, 'Clicks', { ...basics, cluster, ...props }));
    expect(error).toMatchObject({ code, construct: 'Clicks' });
    expect(error.message).toMatch(message);
  });

  it('has neither network nor users to hand out', () => {
    const { app, cluster } = company();
    const stack = new PipelineStack(app, 'Clicks', { ...basics, cluster });
    expect(refusal(() => stack.network).message).toMatch(/made no network: its VPC was given/);
    expect(refusal(() => stack.users).code).toBe('UNKNOWN');
  });
});

describe('a pipeline in a VPC that exists', () => {
  it.each(['privateSubnetIds', 'isolatedSubnetIds'])('puts its brokers in %s', (kind) => {
    const app = quickApp();
    const company = new Stack(app, 'Company');
    const vpc = ec2.Vpc.fromVpcAttributes(company, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      [kind]: ['subnet-a', 'subnet-b'],
    });
    const template = Template.fromStack(new PipelineStack(app, 'Clicks', { ...basics, vpc }));
    template.resourceCountIs('AWS::EC2::VPC', 0);
    template.hasResourceProperties(CLUSTER, {
      BrokerNodeGroupInfo: { ClientSubnets: ['subnet-a', 'subnet-b'] },
    });
    template.hasOutput('VpcId', { Value: 'vpc-0123456789abcdef0' });
    template.hasOutput('ClientSubnetIds', { Value: 'subnet-a,subnet-b' });
  });

  it('is told nothing of a network to make', () => {
    const app = quickApp();
    const vpc = new ec2.Vpc(new Stack(app, 'Company'), 'Vpc');
    const error = refusal(
      () => new PipelineStack(app, 'Clicks', { ...basics, vpc, availabilityZones: ['a', 'b'] }),
    );
    expect(error).toMatchObject({ code: 'UNUSED' });
    const alone = refusal(() => sampleStack({ vpcSubnets: { subnetGroupName: 'x' } }));
    expect(alone.message).toMatch(/vpcSubnets would do nothing beside a VPC that is made here/);
  });
});

describe('a pipeline with a cluster of another kind', () => {
  // Of a definition whose type says SCRAM the compiler says that this cluster does not take it.
  const { credentials: _credentials, ...consumer } = userClicks();
  const stack = new PipelineStack(quickApp(), 'Clicks', {
    ...basics,
    consumers: { UserClicks: consumer },
    cluster: (scope, place) => new ServerlessCluster(scope, 'Cluster', place),
  });
  const template = Template.fromStack(stack);

  it('is as the kind has it: no users, no topics, IAM', () => {
    template.resourceCountIs('AWS::MSK::ServerlessCluster', 1);
    for (const type of [CLUSTER, 'AWS::MSK::Topic', 'AWS::MSK::BatchScramSecret']) {
      template.resourceCountIs(type, 0);
    }
    expect(onlyResource(template, MAPPING).Properties.SourceAccessConfigurations).toBeUndefined();
    expect(stack.cluster).toBeInstanceOf(ServerlessCluster);
  });
});

describe('users of a pipeline', () => {
  it('are as many as are named', () => {
    const stack = sampleStack({ users: ['orders', 'billing'] });
    const { SecretArnList } = onlyResource(
      Template.fromStack(stack),
      'AWS::MSK::BatchScramSecret',
    ).Properties;
    expect(SecretArnList).toHaveLength(4);
    expect(stack.users.credentials('billing').kind).toBe('scram');
  });

  it('are none where clients log in by IAM', () => {
    const template = Template.fromStack(sampleStack({ users: false }));
    template.resourceCountIs('AWS::MSK::BatchScramSecret', 0);
    template.resourceCountIs('AWS::KMS::Key', 0);
    expect(template.findOutputs('ProducerSecretArn')).toEqual({});
  });

  it('may be one of a consumer alone', () => {
    const template = Template.fromStack(
      sampleStack({ consumers: { UserClicks: userClicks({ credentials: new IamCredentials() }) } }),
    );
    expect(onlyResource(template, MAPPING).Properties.SourceAccessConfigurations).toBeUndefined();
  });
});

describe('a pipeline', () => {
  it('has alarms and a dashboard, and tells whom it is told to', () => {
    const app = quickApp();
    const topic = new sns.Topic(new Stack(app, 'Company'), 'Pages');
    const template = Template.fromStack(sampleStack({ notify: topic }, app));
    template.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
    template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [Match.anyValue()] });
  });

  it('has none where it is told so', () => {
    const template = Template.fromStack(sampleStack({ alarms: false }));
    template.resourceCountIs('AWS::CloudWatch::Alarm', 0);
    template.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
  });

  it('makes the endpoint of a destination, and refuses one without a way', () => {
    const app = quickApp();
    const destination = new SqsDlq(new sqs.Queue(new Stack(app, 'Company'), 'Failed'));
    const consumers = { UserClicks: userClicks({ destination }) };
    const template = Template.fromStack(sampleStack({ consumers, egress: 'endpoints' }, app));
    template.resourceCountIs('AWS::EC2::VPCEndpoint', 4);
    expect(refusal(() => sampleStack({ consumers, egress: 'none' })).code).toBe('EGRESS');
  });

  it('registers schemas where it is asked to, and not without them', () => {
    const stack = sampleStack({ register: true });
    Template.fromStack(stack).resourceCountIs('Custom::TavroSchemaSubjects', 1);
    expect(stack.subjects).toBeDefined();
    const error = refusal(() => sampleStack({ register: true, schemas: false }));
    expect(error).toMatchObject({ code: 'UNUSED' });
  });

  it('says before the first deployment that a secret which it makes cannot register anything', () => {
    const warnings = (props: Parameters<typeof sampleStack>[0]) =>
      Annotations.fromStack(sampleStack({ register: true, ...props })).findWarning(
        '*',
        Match.stringLikeRegexp('registrySecretEmpty'),
      );
    expect(warnings({})).toHaveLength(1);
    const schemaRegistrySecretArn =
      'arn:aws:secretsmanager:eu-west-1:111122223333:secret:registry-AbCdEf';
    expect(warnings({ schemaRegistrySecretArn })).toEqual([]);
  });
});

/** Version 2 reads version 1 and, but for what is `refused`, the other way round. */
const changed = (refused: Record<string, Record<string, string>>): TopicContract => ({
  partitions: 3,
  value: {
    subject: 'user-clicks-avro-value',
    version: 'v2',
    retained: ['v1', 'v2'],
    refused,
  },
});

describe('a producer of a pipeline', () => {
  function deployed(contract: TopicContract, reads?: string) {
    const stack = sampleStack({
      topics: { 'user-clicks-avro': contract },
      consumers: { UserClicks: userClicks({ ...(reads && { reads }) }) },
      alarms: false,
    });
    const producer = new lambda.Function(stack, 'Web', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = () => {}'),
    });
    stack.addProducer(producer, { topics: ['user-clicks-avro'] });
    const functions = Object.entries(
      Template.fromStack(stack).findResources('AWS::Lambda::Function'),
    );
    const waits = (name: RegExp): string =>
      JSON.stringify(functions.find(([id]) => name.test(id))?.[1].DependsOn ?? []);
    return { stack, web: waits(/^Web/), clicks: waits(/^UserClicks/) };
  }

  it('may log in, send, and read the secret of the registry', () => {
    const { stack } = deployed({ partitions: 3 });
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: Match.stringLikeRegexp('^WebServiceRole') }],
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
            Resource: { Ref: Match.stringLikeRegexp('^Usersproducer') },
          }),
          Match.objectLike({
            Resource: { Ref: Match.stringLikeRegexp('^SchemaRegistryCredentials') },
          }),
        ]),
      },
    });
  });

  it('waits for what reads, where only new code reads both', () => {
    const { web, clicks } = deployed(changed({ v1: { v2: 'no' } }));
    expect(web).toContain('UserClicks');
    expect(clicks).not.toContain('Web');
  });

  it('comes before what reads, where only old code reads both, but for what stays as it is', () => {
    const contract = changed({ v2: { v1: 'no' } });
    const forward = { ...contract, value: { ...contract.value, retained: ['v2'], older: ['v1'] } };
    expect(deployed(forward).clicks).toContain('Web');
    expect(deployed(forward, 'v1').clicks).not.toContain('Web');
  });

  it('is waited for by nobody where nothing changed', () => {
    const { web, clicks } = deployed({ partitions: 3 });
    expect(web).not.toContain('UserClicks');
    expect(clicks).not.toContain('Web');
  });

  it('needs a role, its own or another', () => {
    const stack = sampleStack();
    const group = new ec2.SecurityGroup(stack, 'Service', { vpc: stack.network.vpc });
    const topics = ['user-clicks-avro'] as const;
    expect(refusal(() => stack.addProducer(group, { topics })).message).toMatch(/give grantee/);
    const grantee = new iam.Role(stack, 'Task', { assumedBy: new iam.AnyPrincipal() });
    stack.addProducer(group, { topics, grantee, network: group });
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      FromPort: 9096,
      Description: 'Kafka clients',
    });
  });
});

it('stops synth with the plan where a change needs two deployments', () => {
  const topics = { 'user-clicks-avro': changed({ v1: { v2: 'no' }, v2: { v1: 'no' } }) };
  const error = refusal(() => sampleStack({ topics }));
  expect(error).toMatchObject({ code: 'ROLLOUT' });
  expect(error.message).toMatch(/from v1 to v2: two step/);
});

it("asks the producer for credentials, where those of the stack are its consumers'", () => {
  const { app, stack } = company();
  const pipeline = new PipelineStack(app, 'Clicks', {
    ...basics,
    cluster: MskCluster.fromClusterArn(stack, 'Unknown', ARN),
    existingTopics: true,
    credentials: new IamCredentials(),
  });
  const assumedBy = new iam.ServicePrincipal('ecs-tasks.amazonaws.com');
  const role = new iam.Role(pipeline, 'Sender', { assumedBy });
  const error = refusal(() => pipeline.addProducer(role, { topics: ['user-clicks-avro'] }));
  expect(error).toMatchObject({ code: 'AUTHENTICATION' });
  expect(error.message).toMatch(/the producer logs in with.*give addProducer credentials/);
});

it('refuses a cluster of another region', () => {
  const { app, cluster } = company();
  const env = { region: 'us-east-1' };
  const credentials = new IamCredentials();
  const error = refusal(
    () =>
      new PipelineStack(app, 'Clicks', {
        ...basics,
        env,
        cluster,
        credentials,
        existingTopics: true,
      }),
  );
  expect(error).toMatchObject({ code: 'CLUSTER', construct: 'Clicks/UserClicksSubscription' });
  expect(error.message).toMatch(/the cluster is in eu-west-1, the stack in us-east-1/);
});

it('refuses a function without an entry, which no compiler saw', () => {
  const { entry: _, ...others } = userClicks();
  const consumers = { UserClicks: others };
  // @ts-expect-error the compiler asks for entry
  const error = refusal(() => sampleStack({ consumers }));
  expect(error).toMatchObject({ code: 'ENTRY', construct: 'Clicks/UserClicks' });
});

it('refuses an entry that is not there, and says where it looked', () => {
  const error = refusal(() =>
    sampleStack({ consumers: { UserClicks: userClicks({ entry: 'src/handler.ts' }) } }),
  );
  expect(error).toMatchObject({ code: 'ENTRY', construct: 'Clicks/UserClicks' });
  expect(error.message).toContain(`there is no file ${process.cwd()}/src/handler.ts`);
});
