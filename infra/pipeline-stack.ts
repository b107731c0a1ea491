import { CfnOutput, CfnParameter, Fn, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { ScramUsers } from './access/scram-users.js';
import { brokerChoice } from './cluster/brokers.js';
import { MskCluster, type MskClusterProps } from './cluster/msk-cluster.js';
import { PipelineNetwork, type PipelineNetworkProps } from './cluster/network.js';
import { KafkaTopic } from './cluster/topic.js';
import {
  type ConsumerDefinition,
  type Consumers,
  functionSettings,
  type TopicContracts,
  type TopicNames,
  type Versions,
} from './consumer/consumer-definition.js';
import { ConsumerFunction } from './consumer/consumer-function.js';
import { KafkaSubscription } from './consumer/kafka-subscription.js';
import type { TopicContract } from './contract.js';
import { InfraError } from './errors.js';
import { given } from './given.js';
import { SchemaRegistry } from './schema-registry.js';
import { refuseStale } from './sources.js';

export interface PipelineStackProps<
  Topics extends TopicContracts = TopicContracts,
  Names extends TopicNames = TopicNames,
  Reads extends Versions = Versions,
  ReadsKey extends Versions = Versions,
  Pollers = unknown,
> extends StackProps,
    Omit<PipelineNetworkProps, 'removalPolicy'>,
    Pick<MskClusterProps, 'kafkaVersion' | 'instanceType' | 'brokersPerZone' | 'storagePerBroker'> {
  /** Topics by name: the `topics` of `generated/contracts.ts`, or those of `generated/contracts/` that it has. */
  readonly topics: Topics;

  /**
   * Consumers by construct id, such as `UserClicks`. A topic that may hold data which the consumer's
   * code cannot read is refused: the compiler's message, and synth's, says which version and why.
   */
  readonly consumers: Consumers<NoInfer<Topics>, Names, Reads, ReadsKey, Pollers>;

  /**
   * The schemas folder. Synth refuses contracts that were generated from other files than it holds.
   * Say `false` where it is not there, for instance since generated code comes in a package: then
   * whoever packs it has to check.
   *
   * @default - `schemas` in the current folder; a warning if there is none
   */
  readonly schemas?: string | false;

  /**
   * Address of the Schema Registry.
   *
   * @default - asked for at deploy time, by the parameter `SchemaRegistryUrl`
   */
  readonly schemaRegistryUrl?: string;

  /**
   * Complete ARN of an existing secret `{ "username", "password" }` for the Schema Registry.
   *
   * @default - a new secret, to be filled in after the first deploy
   */
  readonly schemaRegistrySecretArn?: string;

  /**
   * Export conditions for esbuild beyond its own.
   *
   * @default - none
   */
  readonly conditions?: readonly string[];

  /**
   * For trials: `cdk destroy` removes everything, data included.
   *
   * @default false - the stack is protected from deletion, and data, key and logs are retained
   */
  readonly disposable?: boolean;
}

/** Kafka users that every pipeline has. */
const PRODUCER = 'producer';
const CONSUMER = 'consumer';

/**
 * The whole pipeline: network, brokers, users, topics, and a Lambda function per consumer.
 * Synthesizes without credentials or network, whether or not account and region are given.
 */
export class PipelineStack<
  Topics extends TopicContracts = TopicContracts,
  Names extends TopicNames = TopicNames,
  const Reads extends Versions = Versions,
  const ReadsKey extends Versions = Versions,
  Pollers = unknown,
> extends Stack {
  readonly network: PipelineNetwork;
  readonly cluster: MskCluster;
  readonly users: ScramUsers;
  readonly schemaRegistry: SchemaRegistry;
  private readonly topics = new Map<string, KafkaTopic>();
  private readonly functions = new Map<string, ConsumerFunction>();
  private readonly removalPolicy: RemovalPolicy;

  constructor(
    scope: Construct,
    id: string,
    props: PipelineStackProps<Topics, Names, Reads, ReadsKey, Pollers>,
  ) {
    super(scope, id, { terminationProtection: props.disposable !== true, ...given(props) });
    refuseStale(this, props.topics, props.schemas);
    this.removalPolicy =
      props.disposable === true ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
    const removalPolicy = this.removalPolicy;

    this.network = new PipelineNetwork(this, 'Network', {
      availabilityZones: props.availabilityZones,
      egress: props.egress,
      zones: props.zones,
      removalPolicy,
    });
    this.cluster = new MskCluster(this, 'Cluster', {
      vpc: this.network.vpc,
      vpcSubnets: this.network.brokerSubnets,
      ...brokerChoice(props.kafkaVersion, props.instanceType),
      brokersPerZone: props.brokersPerZone,
      storagePerBroker: props.storagePerBroker,
      removalPolicy,
    });
    this.network.admitPollersOf(this.cluster);
    this.users = new ScramUsers(this, 'Users', {
      cluster: this.cluster,
      usernames: [PRODUCER, CONSUMER],
      removalPolicy,
    });
    this.schemaRegistry = this.registry(props);
    for (const [name, contract] of Object.entries<TopicContract>(props.topics)) {
      this.topics.set(name, this.makeTopic(name, contract));
    }
    // Safe: what the compiler asks of a consumer beyond its definition is which names and settings it may give.
    const consumers = props.consumers as unknown as Readonly<Record<string, ConsumerDefinition>>;
    for (const [consumer, definition] of Object.entries(consumers)) {
      this.functions.set(consumer, this.subscribe(consumer, definition, props));
    }
    this.printOutputs();
  }

  /** One of the topics. */
  topic(name: keyof Topics & string): KafkaTopic {
    return known(this.topics, name, this);
  }

  /** The function of one of the consumers, for instance to grant it something. */
  consumer(id: keyof Names & string): ConsumerFunction {
    return known(this.functions, id, this);
  }

  /**
   * The first two zones, asked for at deploy time. The inherited answer looks them up in the
   * account at synth time as soon as the stack names its account and region.
   */
  override get availabilityZones(): string[] {
    return [Fn.select(0, Fn.getAzs()), Fn.select(1, Fn.getAzs())];
  }

  private registry(
    props: Pick<PipelineStackProps, 'schemaRegistryUrl' | 'schemaRegistrySecretArn'>,
  ): SchemaRegistry {
    const secretArn = props.schemaRegistrySecretArn;
    return new SchemaRegistry(this, 'SchemaRegistry', {
      url: props.schemaRegistryUrl ?? this.registryUrlParameter(),
      ...(secretArn === undefined
        ? {}
        : {
            credentials: secretsmanager.Secret.fromSecretCompleteArn(
              this,
              'SchemaRegistrySecret',
              secretArn,
            ),
          }),
    });
  }

  private registryUrlParameter(): string {
    return new CfnParameter(this, 'SchemaRegistryUrl', {
      description: 'Address of the Schema Registry, without credentials',
      allowedPattern: '^https://[^@\\s]+$',
      constraintDescription: 'an https:// address without credentials',
    }).valueAsString;
  }

  private makeTopic(topicName: string, contract: TopicContract): KafkaTopic {
    const replicationFactor = contract.replicationFactor ?? this.cluster.zones;
    if (replicationFactor > this.cluster.brokers) {
      throw new InfraError(
        'TOPIC',
        `topic '${topicName}' wants ${replicationFactor} copies on ${this.cluster.brokers} brokers; lower replicationFactor or raise brokersPerZone`,
        this.node.path,
      );
    }
    return new KafkaTopic(this, `Topic-${topicName}`, {
      cluster: this.cluster,
      topicName,
      partitions: contract.partitions,
      replicationFactor,
      config: contract.config,
      removalPolicy: this.removalPolicy,
    });
  }

  private subscribe(
    id: string,
    { reads, readsKey, ...definition }: ConsumerDefinition,
    { topics, conditions }: { topics: TopicContracts; conditions?: readonly string[] },
  ): ConsumerFunction {
    const topic = known(this.topics, definition.topic, this);
    const contract = topics[definition.topic];
    const target = this.consumerFunction(id, definition, conditions);
    const subscription = new KafkaSubscription(this, `${id}Subscription`, {
      ...definition,
      target,
      topic,
      reader: contract && { contract, reads, readsKey },
      cluster: this.cluster,
      credentials: definition.credentials ?? this.users.credentials(CONSUMER),
      schemaRegistry: definition.schemaRegistry && {
        ...definition.schemaRegistry,
        registry: this.schemaRegistry,
      },
    });
    if (!subscription.provisioned && this.network.egress === 'none') {
      throw new InfraError(
        'EGRESS',
        "an on-demand poller calls Lambda and STS from the brokers' subnets; set egress to 'nat' or 'endpoints', or give the consumer provisioned pollers",
        subscription.node.path,
      );
    }
    return target;
  }

  private consumerFunction(
    id: string,
    definition: ConsumerDefinition,
    conditions: readonly string[] | undefined,
  ): ConsumerFunction {
    const target = new ConsumerFunction(this, id, {
      ...functionSettings(definition),
      schemaRegistry: this.schemaRegistry,
      conditions,
      logRemovalPolicy: this.removalPolicy,
    });
    new CfnOutput(this, `${id}FunctionName`, { value: target.functionName });
    new CfnOutput(this, `${id}LogGroupName`, { value: target.logGroup.logGroupName });
    return target;
  }

  /** What `npm run produce` and an operator ask for first. */
  private printOutputs(): void {
    const { clusterArn } = this.cluster.clusterRef;
    const outputs: Record<string, [value: string, description: string]> = {
      ClusterArn: [clusterArn, 'The MSK cluster'],
      BootstrapServersCommand: [
        `aws kafka get-bootstrap-brokers --region ${this.region} --cluster-arn ${clusterArn} --query BootstrapBrokerStringSaslScram --output text`,
        'Prints the bootstrap servers for SASL/SCRAM; CloudFormation cannot',
      ],
      ProducerSecretArn: [
        this.users.credentials(PRODUCER).secret.secretArn,
        'Secret with the username and password of the Kafka user for producers',
      ],
      SchemaRegistrySecretArn: [
        this.schemaRegistry.credentials.secretArn,
        'Secret with the API key (username) and secret (password) of the Schema Registry',
      ],
      VpcId: [this.network.vpc.vpcId, 'Producers run in this VPC'],
      ClientSubnetIds: [
        this.network.vpc.selectSubnets(this.network.brokerSubnets).subnetIds.join(','),
        'Subnets for producers',
      ],
      ClientSecurityGroupId: [
        this.cluster.securityGroup.securityGroupId,
        'Members of this security group reach the brokers',
      ],
    };
    for (const [id, [value, description]] of Object.entries(outputs)) {
      new CfnOutput(this, id, { value, description });
    }
  }
}

function known<Value>(values: ReadonlyMap<string, Value>, key: string, stack: Stack): Value {
  const value = values.get(key);
  if (value !== undefined) return value;
  throw new InfraError(
    'UNKNOWN',
    `'${key}' is not defined; there is ${[...values.keys()].join(', ') || 'nothing'}`,
    stack.node.path,
  );
}
