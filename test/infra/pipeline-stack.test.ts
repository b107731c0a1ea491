import { describe, expect, it } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { PipelineStack } from '../../infra/index.js';
import { onlyResource, quickApp, sampleTemplate, userClicks } from './sample-stack.js';

const CLUSTER = 'AWS::MSK::Cluster';
const MAPPING = 'AWS::Lambda::EventSourceMapping';

describe('PipelineStack', () => {
  const template = sampleTemplate();

  it('spreads a VPC over two zones, with one way out', () => {
    template.resourceCountIs('AWS::EC2::VPC', 1);
    template.resourceCountIs('AWS::EC2::NatGateway', 1);
    const zones = Object.values(template.findResources('AWS::EC2::Subnet')).map((subnet) =>
      JSON.stringify(subnet.Properties.AvailabilityZone),
    );
    expect(new Set(zones).size).toBe(2);
    expect(zones).toHaveLength(4);
  });

  it('lets clients reach the brokers only by SCRAM or IAM over TLS', () => {
    template.hasResourceProperties(CLUSTER, {
      ClientAuthentication: {
        Sasl: { Scram: { Enabled: true }, Iam: { Enabled: true } },
        Unauthenticated: { Enabled: false },
      },
      EncryptionInfo: { EncryptionInTransit: { ClientBroker: 'TLS', InCluster: true } },
      KafkaVersion: '3.9.x.kraft',
      NumberOfBrokerNodes: 2,
      BrokerNodeGroupInfo: { InstanceType: 'kafka.m7g.large' },
    });
  });

  it('opens the listeners for SCRAM and IAM to members of the cluster security group and to nobody else', () => {
    const group = { 'Fn::GetAtt': [Match.stringLikeRegexp('^ClusterSecurityGroup'), 'GroupId'] };
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 2);
    for (const port of [9096, 9098]) {
      template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
        FromPort: port,
        ToPort: port,
        IpProtocol: 'tcp',
        GroupId: group,
        SourceSecurityGroupId: group,
      });
    }
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: Match.absent(),
    });
  });

  it('writes server.properties with real line feeds', () => {
    const configuration = onlyResource(template, 'AWS::MSK::Configuration').Properties;
    expect(String(configuration.ServerProperties).split('\n')).toEqual([
      'auto.create.topics.enable=false',
      'unclean.leader.election.enable=false',
      'default.replication.factor=2',
      'min.insync.replicas=1',
    ]);
    expect(configuration.KafkaVersionsList).toBeUndefined();
  });

  it('generates the users passwords under a key of its own', () => {
    template.resourcePropertiesCountIs(
      'AWS::SecretsManager::Secret',
      {
        Name: {
          'Fn::Join': ['', [Match.stringLikeRegexp('^AmazonMSK_Clicks_'), Match.anyValue()]],
        },
        KmsKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^UsersKey'), 'Arn'] },
        GenerateSecretString: Match.objectLike({ GenerateStringKey: 'password' }),
        SecretString: Match.absent(),
      },
      2,
    );
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    template.resourceCountIs('AWS::SecretsManager::ResourcePolicy', 0);
  });

  it('associates every user in one list', () => {
    const { SecretArnList } = onlyResource(template, 'AWS::MSK::BatchScramSecret').Properties;
    expect(SecretArnList).toHaveLength(2);
  });

  it('makes the topic of the contract', () => {
    template.hasResourceProperties('AWS::MSK::Topic', {
      TopicName: 'user-clicks-avro',
      PartitionCount: 3,
      ReplicationFactor: 2,
      Configs: Match.absent(),
    });
  });

  it('runs the handler on Node 24 and arm64, outside the VPC', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      VpcConfig: Match.absent(),
      LoggingConfig: { LogFormat: 'JSON' },
      Environment: {
        Variables: {
          SCHEMA_REGISTRY_URL: 'https://registry.example.com',
          SCHEMA_REGISTRY_SECRET_ARN: {
            Ref: Match.stringLikeRegexp('^SchemaRegistryCredentials'),
          },
        },
      },
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });

  it('polls as the SCRAM user, in batches of 100, with a group id of the stack', () => {
    template.hasResourceProperties(MAPPING, {
      BatchSize: 100,
      Topics: ['user-clicks-avro'],
      StartingPosition: 'TRIM_HORIZON',
      AmazonManagedKafkaEventSourceConfig: {
        ConsumerGroupId: Match.stringLikeRegexp(
          '^Clicks\\.UserClicksSubscription\\.user-clicks-avro\\.[0-9a-f]{8}$',
        ),
      },
      SourceAccessConfigurations: [
        {
          Type: 'SASL_SCRAM_512_AUTH',
          URI: { Ref: Match.stringLikeRegexp('^Usersconsumer') },
        },
      ],
      ProvisionedPollerConfig: Match.absent(),
    });
  });

  it('creates the mapping after the user, the topic and the rule that lets it in', () => {
    expect(onlyResource(template, MAPPING).DependsOn).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^UsersAssociation/),
        expect.stringMatching(/^Topicuserclicksavro/),
        expect.stringMatching(/^ClusterSecurityGroupfrom/),
      ]),
    );
  });

  it('lets the function read two secrets and no others', () => {
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          {
            Effect: 'Allow',
            Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
            Resource: { Ref: Match.stringLikeRegexp('^SchemaRegistryCredentials') },
          },
          {
            Effect: 'Allow',
            Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
            Resource: { Ref: Match.stringLikeRegexp('^Usersconsumer') },
          },
        ]),
      },
    });
  });

  it('says what a producer needs', () => {
    expect(Object.keys(template.findOutputs('*')).sort()).toEqual([
      'BootstrapServersCommand',
      'ClientSecurityGroupId',
      'ClientSubnetIds',
      'ClusterArn',
      'ProducerSecretArn',
      'SchemaRegistrySecretArn',
      'UserClicksFunctionName',
      'UserClicksLogGroupName',
      'VpcId',
    ]);
  });
});

describe('PipelineStack settings', () => {
  it('retains data and refuses deletion unless disposable', () => {
    const kept = sampleTemplate();
    const disposable = sampleTemplate({ disposable: true });
    for (const type of [CLUSTER, 'AWS::MSK::Topic', 'AWS::KMS::Key']) {
      // A creation that is rolled back leaves nothing behind.
      expect(onlyResource(kept, type)).toMatchObject({
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      });
      expect(onlyResource(disposable, type).DeletionPolicy).toBe('Delete');
    }
    // Safe: resources of a template.
    const all: Record<string, { DeletionPolicy?: string }> = kept.toJSON().Resources;
    expect(Object.values(all).filter((one) => one.DeletionPolicy === 'Retain')).toEqual([]);
  });

  it('asks for the registry address at deploy time when it is not given', () => {
    const template = sampleTemplate({ schemaRegistryUrl: undefined });
    template.hasParameter('SchemaRegistryUrl', {
      AllowedPattern: '^https://[^@\\s]+$',
      Default: Match.absent(),
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { SCHEMA_REGISTRY_URL: { Ref: 'SchemaRegistryUrl' } } },
    });
  });

  it('takes registry credentials that exist already', () => {
    const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:registry-AbCdEf';
    const template = sampleTemplate({ schemaRegistrySecretArn: arn });
    template.resourceCountIs('AWS::SecretsManager::Secret', 2);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { SCHEMA_REGISTRY_SECRET_ARN: arn } },
    });
  });

  it('reaches Lambda, STS and Secrets Manager by endpoints instead of NAT', () => {
    const template = sampleTemplate({ egress: 'endpoints' });
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.resourceCountIs('AWS::EC2::InternetGateway', 0);
    const services = Object.values(template.findResources('AWS::EC2::VPCEndpoint')).map(
      (endpoint) => JSON.stringify(endpoint.Properties.ServiceName),
    );
    expect(services).toHaveLength(3);
    for (const service of ['.lambda', '.sts', '.secretsmanager']) {
      expect(services).toContainEqual(expect.stringContaining(service));
    }
    template.resourcePropertiesCountIs(
      'AWS::EC2::SecurityGroupIngress',
      {
        FromPort: 443,
        SourceSecurityGroupId: {
          'Fn::GetAtt': [Match.stringLikeRegexp('^ClusterSecurityGroup'), 'GroupId'],
        },
      },
      3,
    );
  });

  it('needs no way out at all with provisioned pollers', () => {
    const template = sampleTemplate({
      egress: 'none',
      consumers: { UserClicks: userClicks({ onFailure: 'report' }) },
    });
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.resourceCountIs('AWS::EC2::VPCEndpoint', 0);
  });

  it('puts a copy and a broker into each of three zones, and waits for two', () => {
    const template = sampleTemplate({
      availabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1d'],
    });
    template.hasResourceProperties(CLUSTER, { NumberOfBrokerNodes: 3 });
    template.hasResourceProperties('AWS::MSK::Topic', { ReplicationFactor: 3 });
    template.hasResourceProperties('AWS::MSK::Configuration', {
      ServerProperties: Match.stringLikeRegexp('min.insync.replicas=2'),
    });
  });

  it('encodes topic settings as the service takes them', () => {
    const template = sampleTemplate({
      topics: {
        'user-clicks-avro': {
          partitions: 1,
          config: { 'retention.ms': '60000', 'cleanup.policy': 'delete' },
        },
      },
    });
    const { Configs } = onlyResource(template, 'AWS::MSK::Topic').Properties;
    expect(Buffer.from(String(Configs), 'base64').toString()).toBe(
      '{"retention.ms":"60000","cleanup.policy":"delete"}',
    );
  });

  it('asks the account for nothing at synth, even when account and region are given', () => {
    const app = quickApp();
    new PipelineStack(app, 'Clicks', {
      env: { account: '111122223333', region: 'eu-west-1' },
      topics: { 'user-clicks-avro': { partitions: 3 } },
      consumers: {},
    });
    expect(app.synth().manifest.missing).toBeUndefined();
  });

  it('gives a topic with two consumers a mapping each', () => {
    const template = sampleTemplate({
      consumers: { Count: userClicks(), Store: userClicks() },
    });
    template.resourceCountIs(MAPPING, 2);
    template.hasResourceProperties(MAPPING, {
      AmazonManagedKafkaEventSourceConfig: {
        ConsumerGroupId: Match.stringLikeRegexp('^Clicks\\.StoreSubscription\\.'),
      },
    });
  });

  it('takes topic names only from the contracts', () => {
    const topics = { 'user-clicks-avro': { partitions: 3 } };
    const misspelt = (): unknown =>
      new PipelineStack(quickApp(), 'Clicks', {
        topics,
        // @ts-expect-error a consumer of a topic that does not exist does not compile
        consumers: { UserClicks: { ...userClicks(), topic: 'user-click-avro' } },
      });
    expect(misspelt).toThrow(
      /topic of the consumer UserClicks is 'user-click-avro', which was not defined; defined: user-clicks-avro/,
    );
  });
});

it('gives the same template from one synthesis to the next', () => {
  expect(sampleTemplate().toJSON()).toEqual(sampleTemplate().toJSON());
});
