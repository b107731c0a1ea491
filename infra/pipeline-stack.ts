import { Fn, Stack, Validations } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import type { ClusterCredentials } from './access/credentials.js';
import type { ScramUsers } from './access/scram-users.js';
import type { KafkaVersion } from './cluster/brokers.js';
import type { IMskCluster } from './cluster/kafka-cluster.js';
import type { MskCluster } from './cluster/msk-cluster.js';
import type { Egress, PipelineNetwork } from './cluster/network.js';
import type { IKafkaTopic } from './cluster/topic.js';
import type { TopicContracts, TopicNames, Versions } from './consumer/consumer-definition.js';
import type { ConsumerFunction } from './consumer/consumer-function.js';
import type { KafkaSubscription } from './consumer/kafka-subscription.js';
import { InfraError } from './errors.js';
import { given } from './given.js';
import {
  type AnyConsumer,
  type PipelineConsumer,
  pipelineConsumer,
} from './pipeline/pipeline-consumers.js';
import { printOutputs } from './pipeline/pipeline-outputs.js';
import { allowProducer, type PipelineProducerOptions } from './pipeline/pipeline-producers.js';
import type {
  AnyPipelineProps,
  CredentialsOf,
  PipelineStackProps,
} from './pipeline/pipeline-props.js';
import { pipelineRegistry, pipelineSubjects } from './pipeline/pipeline-registry.js';
import { type Client, pipelineRollout, readsNewest } from './pipeline/pipeline-rollout.js';
import { pipelineTopics } from './pipeline/pipeline-topics.js';
import {
  CONSUMER,
  defaultCredentials,
  PRODUCER,
  pipelineUsers,
} from './pipeline/pipeline-users.js';
import { pipelineWatch } from './pipeline/pipeline-watch.js';
import { type SettledCluster, settledCluster } from './pipeline/settled-cluster.js';
import type { DeployedVersions } from './rollout/subject-rollout.js';
import type { SchemaRegistry } from './schema-registry.js';
import { refuseStale } from './sources.js';
import type { SchemaSubjects } from './subjects/schema-subjects.js';
import type { PipelineAlarms } from './watch/pipeline-alarms.js';

/**
 * The whole pipeline: network, brokers, users, topics, and a Lambda function per consumer; what
 * is given of these is not made. Synthesizes without credentials or network, whether or not account and
 * region are given.
 */
export class PipelineStack<
  Topics extends TopicContracts = TopicContracts,
  Names extends TopicNames = TopicNames,
  const Reads extends Versions = Versions,
  const ReadsKey extends Versions = Versions,
  Pollers = unknown,
  Cluster extends IMskCluster = MskCluster,
  Way extends Egress = Egress,
  Kafka extends KafkaVersion | undefined = undefined,
> extends Stack {
  readonly cluster: Cluster;
  readonly schemaRegistry: SchemaRegistry;
  /** Undefined where `alarms` is false. */
  readonly alarms: PipelineAlarms | undefined;
  /** What registers the schemas; undefined unless `register` asks for it. */
  readonly subjects: SchemaSubjects | undefined;
  private readonly place: SettledCluster<Cluster>;
  private readonly madeUsers: ScramUsers | undefined;
  private readonly contracts: TopicContracts;
  private readonly topics: ReadonlyMap<string, IKafkaTopic>;
  private readonly consumers = new Map<string, PipelineConsumer>();
  private readonly deployed: DeployedVersions | false | undefined;

  constructor(
    scope: Construct,
    id: string,
    props: PipelineStackProps<Topics, Names, Reads, ReadsKey, Pollers, Cluster, Way, Kafka>,
  ) {
    super(scope, id, { terminationProtection: props.disposable !== true, ...given(props) });
    if (props.disposable === true) {
      const reason = 'disposable: the data is meant to go with the stack';
      Validations.of(this).acknowledge({ id: 'tavro::msk-deletion', reason });
    }
    refuseStale(this, props.topics, props.schemas);
    const { cluster: choice, ...others } = props;
    this.contracts = props.topics;
    this.deployed = props.deployed;
    this.place = settledCluster(this, others, choice);
    this.cluster = this.place.cluster;
    this.madeUsers = pipelineUsers(this, props, this.cluster);
    this.schemaRegistry = pipelineRegistry(this, props);
    this.topics = pipelineTopics(this, props, this.cluster);
    // Safe: what the compiler asks of a consumer beyond its definition is which names and settings it may give.
    const consumers = props.consumers as unknown as Readonly<Record<string, AnyConsumer>>;
    this.refusePlans(Object.values(consumers));
    for (const [consumer, definition] of Object.entries(consumers)) {
      this.consumers.set(consumer, this.consume(consumer, definition, props));
    }
    this.subjects = pipelineSubjects(this, props, this.schemaRegistry);
    this.order([]);
    const { cluster, schemaRegistry, madeUsers: users } = this;
    const subscriptions = [...this.consumers.values()].map((one) => one.subscription);
    this.alarms = pipelineWatch(this, props, { cluster, subscriptions });
    printOutputs(this, { cluster, schemaRegistry, users, place: this.place.place });
  }

  /**
   * Lets something send to topics: it may find the brokers and log in, and read the registry's secret. It is deployed
   * before or after what reads the topics, as a change of their schemas needs it.
   *
   * @param producer what is deployed with the code that sends, such as a function or a container's service
   */
  addProducer(
    producer: IConstruct,
    options: PipelineProducerOptions<keyof Topics & string, CredentialsOf<Cluster>>,
  ): void {
    const { cluster, schemaRegistry } = this;
    const topics = options.topics.map((name) => known(this.topics, name, this, 'topic'));
    const credentials = options.credentials ?? this.login(PRODUCER);
    allowProducer(producer, { options, cluster, topics, credentials, schemaRegistry });
    this.order(options.topics.map((topicName) => ({ topicName, construct: producer })));
  }

  /** The VPC that the stack made; an error where the cluster or its VPC was given. */
  get network(): PipelineNetwork {
    return this.made(this.place.network, 'network', 'its VPC was given');
  }

  /** The SCRAM users that the stack made; an error where it made none. */
  get users(): ScramUsers {
    return this.made(this.madeUsers, 'users', 'see the prop users');
  }

  /** One of the topics. */
  topic(name: keyof Topics & string): IKafkaTopic {
    return known(this.topics, name, this, 'topic');
  }

  /** The function of one of the consumers, for instance to grant it something. */
  consumer(id: keyof Names & string): ConsumerFunction {
    return known(this.consumers, id, this, 'consumer').target;
  }

  /** The subscription of one of the consumers. */
  subscription(id: keyof Names & string): KafkaSubscription {
    return known(this.consumers, id, this, 'consumer').subscription;
  }

  /**
   * The first two zones, asked for at deploy time. The inherited answer looks them up in the
   * account at synth time as soon as the stack names its account and region.
   */
  override get availabilityZones(): string[] {
    return [Fn.select(0, Fn.getAzs()), Fn.select(1, Fn.getAzs())];
  }

  private consume(
    id: string,
    definition: AnyConsumer,
    props: AnyPipelineProps & { readonly topics: TopicContracts },
  ): PipelineConsumer {
    const { cluster, schemaRegistry } = this;
    return pipelineConsumer(this, id, {
      definition,
      on: {
        props,
        cluster,
        schemaRegistry,
        network: this.place.network,
        topic: known(this.topics, definition.topic, this, `topic of the consumer ${id}`),
        contract: known(new Map(Object.entries(props.topics)), definition.topic, this, 'topic'),
        credentials: definition.credentials ?? props.credentials ?? this.login(CONSUMER),
      },
    });
  }

  private login(username: string): ClusterCredentials {
    const { cluster, madeUsers: users } = this;
    return defaultCredentials(this, { users, cluster }, username);
  }

  /** A change that needs two deployments is told by its plan, before a consumer that cannot read is. */
  private refusePlans(definitions: readonly AnyConsumer[]): void {
    const { deployed, contracts: topics } = this;
    if (deployed === false) return;
    const consumers = definitions.flatMap(({ topic, ...versions }) =>
      topics[topic] !== undefined && readsNewest(topics[topic], versions)
        ? [{ topicName: topic, construct: this }]
        : [],
    );
    pipelineRollout({ topics, deployed, registration: undefined, consumers, producers: [] });
  }

  /** With some producers; with none, what reads and what registers. */
  private order(producers: readonly Client[]): void {
    const { deployed, contracts: topics, subjects } = this;
    if (deployed === false) return;
    const consumers = [...this.consumers.values()].flatMap(({ target, topicName, newest }) =>
      newest ? [{ topicName, construct: target }] : [],
    );
    pipelineRollout({ topics, deployed, registration: subjects, consumers, producers });
  }

  private made<Made>(made: Made | undefined, what: string, why: string): Made {
    if (made !== undefined) return made;
    throw new InfraError('UNKNOWN', `the stack made no ${what}: ${why}`, this.node.path);
  }
}

function known<Value>(
  values: ReadonlyMap<string, Value>,
  key: string,
  { node }: Stack,
  what: string,
): Value {
  const value = values.get(key);
  if (value !== undefined) return value;
  const names = [...values.keys()].join(', ') || 'none';
  throw new InfraError(
    'UNKNOWN',
    `the ${what} is '${key}', which was not defined; defined: ${names}`,
    node.path,
  );
}
