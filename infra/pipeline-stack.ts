import { CfnOutput, CfnParameter, Fn, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { MskCluster, type MskClusterProps } from './cluster.js';
import { ConsumerFunction, type ConsumerFunctionProps } from './consumer-function.js';
import { type TopicContract, type Unread, unread } from './contract.js';
import { InfraError } from './errors.js';
import { KafkaSubscription, type SubscriptionSettings } from './kafka-subscription.js';
import { PipelineNetwork, type PipelineNetworkProps } from './network.js';
import { SchemaRegistry } from './schema-registry.js';
import { ScramUsers } from './scram-users.js';
import { refuseStale } from './sources.js';
import { KafkaTopic } from './topic.js';

/** A Lambda function and the topic it consumes. */
export interface ConsumerDefinition<Name extends string>
  extends Pick<
      ConsumerFunctionProps,
      | 'depsLockFilePath'
      | 'description'
      | 'entry'
      | 'environment'
      | 'memorySize'
      | 'projectRoot'
      | 'timeout'
    >,
    Omit<SubscriptionSettings, 'target' | 'cluster' | 'topic' | 'credentials' | 'consumerGroupId'> {
  readonly topic: Name;

  /**
   * Names the committed offsets; must be unique in the account.
   *
   * @default - `<stack name>.<consumer id>`
   */
  readonly consumerGroupId?: string;
}

export interface PipelineStackProps<Topics extends TopicContracts, Id extends string>
  extends StackProps,
    PipelineNetworkProps,
    Pick<MskClusterProps, 'kafkaVersion' | 'instanceType' | 'brokersPerZone' | 'storagePerBroker'> {
  /** Topics by name: the `topics` of `generated/contracts.ts`. */
  readonly topics: Topics;

  /**
   * Consumers by construct id, such as `UserClicks`. A topic that may hold data which generated code
   * cannot read is refused: the compiler's message, and synth's, says which version and why.
   */
  readonly consumers: Readonly<
    Record<
      Id,
      ConsumerDefinition<
        // Names of topics, and reasons in place of those that cannot be read. Spelled out here and
        // made anew: of a type with a name, the compiler would show the name and not the reasons.
        {
          [Name in keyof NoInfer<Topics> & string]: [Unread<NoInfer<Topics>[Name]>] extends [never]
            ? Name
            : `refused: ${Unread<NoInfer<Topics>[Name]> & string}`;
        }[keyof NoInfer<Topics> & string]
      >
    >
  >;

  /**
   * The schemas folder. Synth refuses contracts that were generated from other files than it holds.
   *
   * @default - `schemas` in the current folder
   */
  readonly schemas?: string;

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

/** Contracts by topic name. */
export type TopicContracts = Readonly<Record<string, TopicContract>>;

/** Kafka users that every pipeline has. */
const PRODUCER = 'producer';
const CONSUMER = 'consumer';

/**
 * The whole pipeline: network, brokers, users, topics, and a Lambda function per consumer.
 * Synthesizes without credentials or network, whether or not account and region are given.
 */
export class PipelineStack<Topics extends TopicContracts, Id extends string> extends Stack {
  readonly network: PipelineNetwork;
  readonly cluster: MskCluster;
  readonly users: ScramUsers;
  readonly schemaRegistry: SchemaRegistry;
  private readonly topics = new Map<string, KafkaTopic>();
  private readonly functions = new Map<string, ConsumerFunction>();
  private readonly removalPolicy: RemovalPolicy;

  constructor(scope: Construct, id: string, props: PipelineStackProps<Topics, Id>) {
    super(scope, id, { terminationProtection: props.disposable !== true, ...props });
    refuseStale(this, props.topics, props.schemas);
    this.removalPolicy = props.disposable === true ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    const removalPolicy = this.removalPolicy;

    this.network = new PipelineNetwork(this, 'Network', {
      availabilityZones: props.availabilityZones,
      egress: props.egress,
    });
    this.cluster = new MskCluster(this, 'Cluster', {
      vpc: this.network.vpc,
      vpcSubnets: this.network.brokerSubnets,
      kafkaVersion: props.kafkaVersion,
      instanceType: props.instanceType,
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
    for (const [consumer, definition] of Object.entries<ConsumerDefinition<string>>(
      props.consumers,
    )) {
      this.refuseUnread(consumer, definition, props.topics);
      this.functions.set(consumer, this.subscribe(consumer, definition, props.conditions));
    }
    this.printOutputs();
  }

  /** One of the topics. */
  topic(name: keyof Topics & string): KafkaTopic {
    return known(this.topics, name, this);
  }

  /** The function of one of the consumers, for instance to grant it something. */
  consumer(id: Id): ConsumerFunction {
    return known(this.functions, id, this);
  }

  /**
   * The first two zones, asked for at deploy time. The inherited answer looks them up in the
   * account at synth time as soon as the stack names its account and region.
   */
  override get availabilityZones(): string[] {
    return [Fn.select(0, Fn.getAzs()), Fn.select(1, Fn.getAzs())];
  }

  private registry(props: PipelineStackProps<Topics, Id>): SchemaRegistry {
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

  private refuseUnread(
    id: string,
    { topic }: ConsumerDefinition<string>,
    topics: TopicContracts,
  ): void {
    const contract = topics[topic];
    const reasons = contract === undefined ? [] : unread(contract);
    if (reasons.length === 0) return;
    throw new InfraError(
      'READS',
      `the consumer ${id} cannot read what the topic '${topic}' may hold: ${reasons.join(' ')} Mend the schema, or raise "oldestRetained" of the topic in tavro.json once older data has left it`,
      this.node.path,
    );
  }

  private subscribe(
    id: string,
    definition: ConsumerDefinition<string>,
    conditions: readonly string[] | undefined,
  ): ConsumerFunction {
    const topic = known(this.topics, definition.topic, this);
    const target = this.consumerFunction(id, definition, conditions);
    const subscription = new KafkaSubscription(this, `${id}Subscription`, {
      ...definition,
      target,
      topic,
      cluster: this.cluster,
      credentials: this.users.credentials(CONSUMER),
      consumerGroupId: definition.consumerGroupId ?? `${this.stackName}.${id}`,
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
    definition: ConsumerDefinition<string>,
    conditions: readonly string[] | undefined,
  ): ConsumerFunction {
    const { depsLockFilePath, projectRoot, description, environment, memorySize, timeout } =
      definition;
    const target = new ConsumerFunction(this, id, {
      entry: definition.entry,
      schemaRegistry: this.schemaRegistry,
      conditions,
      logRemovalPolicy: this.removalPolicy,
      ...definedOnly({ depsLockFilePath, projectRoot, description, environment }),
      ...definedOnly({ memorySize, timeout }),
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

/** Without the keys that are undefined: they would hide the defaults of the construct. */
function definedOnly<T extends object>(options: T): Partial<T> {
  const defined = Object.entries(options).filter(([, value]) => value !== undefined);
  // Safe: the entries are T's own, fewer of them.
  return Object.fromEntries(defined) as Partial<T>;
}
