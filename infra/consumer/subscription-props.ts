import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { ManagedKafkaEventSourceProps } from 'aws-cdk-lib/aws-lambda-event-sources';
import type {
  ClusterCredentials,
  IamCredentials,
  PlainCredentials,
  ScramCredentials,
  TlsCredentials,
} from '../access/credentials.js';
import type { ClusterThatTakes, SelfManagedKafka } from '../cluster/kafka-cluster.js';
import type { IKafkaTopic } from '../cluster/topic.js';
import type {
  KeyReadingVersion,
  ReadableContract,
  ReaderVersions,
  ReadingVersion,
  TopicContract,
} from '../contract.js';
import type { EventFilter } from './event-filter.js';
import type { SubscribedCluster } from './event-source.js';
import type { ServiceDestination } from './failure-destination.js';
import type { FailurePolicies } from './failure-policies.js';
import type { MappingSchemaRegistry } from './mapping-registry.js';

/** What is called with batches: a function of this app, or an alias or version of one. */
export type SubscriptionTarget = lambda.Function | lambda.Alias | lambda.Version;

/** Clusters that take such credentials; any, where only synth can know which they are. */
export type ClusterFor<Credentials> = [ClusterCredentials] extends [Credentials]
  ? SubscribedCluster
  : Credentials extends ScramCredentials
    ? ClusterThatTakes<'scram'> | SelfManagedKafka
    : Credentials extends IamCredentials
      ? ClusterThatTakes<'iam'>
      : Credentials extends TlsCredentials
        ? ClusterThatTakes<'tls'> | SelfManagedKafka
        : Credentials extends PlainCredentials
          ? SelfManagedKafka
          : never;

/** A subscription, but for its cluster, its pollers and what its function reads. */
export interface SubscriptionSettings
  extends Pick<
    ManagedKafkaEventSourceProps,
    'enabled' | 'maxBatchingWindow' | 'startingPositionTimestamp'
  > {
  /**
   * The function may run at most 14 minutes, the longest that a Kafka poller waits. Of an alias or a
   * version it is the function behind it that is told by its environment how it is called, so take
   * `currentVersion`: a version that was made otherwise keeps the environment that it was published with.
   */
  readonly target: SubscriptionTarget;
  readonly topic: IKafkaTopic;

  /**
   * Names the offsets that Lambda commits. 1 to 200 of `A-Z a-z 0-9 - / * : _ + = . @`, and no other
   * Kafka mapping of the account has it.
   *
   * A mapping of another topic, cluster, `startingPosition` or group is a new one, which CloudFormation
   * makes before it deletes the old: with the same group Lambda refuses it, and the deployment rolls back.
   * So change this along with any of those. A new group has no offsets and begins at `startingPosition`;
   * where its records were handled by the old group, they are handled again. To go on where the old one
   * was, commit offsets for the new one before, as `kafka-consumer-groups --reset-offsets` does: Lambda
   * goes by those that it finds.
   *
   * @default - `<stack name>.<path in the stack>.<topic>`, with what tells starting position and cluster
   * apart behind it, so that a new mapping never has the old one's group
   */
  readonly consumerGroupId?: string;

  /**
   * The failure policy of the handler, by name, or one for each kind of failure: the same as
   * `createHandler` got.
   *
   * @default 'fail'
   */
  readonly onFailure?: FailurePolicies;

  /**
   * Most records of one invocation, 1 to 10 000.
   *
   * @default 100
   */
  readonly batchSize?: number;

  /**
   * Where a group without committed offsets begins. Another one makes a new mapping with a new default
   * group, which begins there.
   *
   * @default StartingPosition.TRIM_HORIZON - the oldest record, so that none is missed
   */
  readonly startingPosition?: lambda.StartingPosition;
}

/** What the compiler says of a setting that on-demand pollers do not have. */
type Refused = 'refused: only with pollers, which are billed by the hour';

/**
 * Lambda takes these for Kafka only with provisioned pollers.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-consume-kafka-events.html
 */
export interface ProvisionedSettings<
  Registry = MappingSchemaRegistry | lambda.ISchemaRegistry | undefined,
> extends Pick<
    ManagedKafkaEventSourceProps,
    'bisectBatchOnError' | 'logLevel' | 'maxRecordAge' | 'retryAttempts'
  > {
  /**
   * Provisioned pollers, 1 to 200 at least and 1 to 2000 at most. They are billed by the hour, retry as
   * told, and need no way out of the VPC.
   *
   * @default - on-demand pollers, or one to ten provisioned ones where `onFailure` needs them
   */
  readonly pollers?: lambda.ProvisionedPollerConfig;

  /**
   * Where Lambda sends a batch whose retries are used up. A Kafka topic needs provisioned pollers, and is
   * of the same cluster; a bucket, a queue or an SNS topic needs none.
   *
   * Provisioned pollers try as often as `retryAttempts` says, by default ten times, which is what Lambda makes of
   * endless retries with a destination. Whether that is so of on-demand ones, too, is not documented.
   *
   * @default - none: a failing batch is retried until it succeeds or its records expire
   */
  readonly destination?: lambda.IEventSourceDlq;

  /**
   * Metrics of the mapping, which alarms are made of. `{ metrics: [] }` for none.
   *
   * @default - all kinds with provisioned pollers, none with on-demand ones
   */
  readonly metricsConfig?: lambda.MetricsConfig;

  /**
   * A Schema Registry that Lambda asks before it calls the function: what it cannot read there goes to
   * the destination unhandled, and filters can look at fields. The function gets the Avro without its frame, which
   * handlers of `tavro/consumer` take.
   *
   * @default - none: the function gets records as they are in the topic
   */
  readonly schemaRegistry?: Registry;

  /**
   * Records for which the function is called: those that any of the filters takes. Lambda commits the others
   * unhandled. Its quota is five filters.
   *
   * @default - all records
   */
  readonly filters?: [Registry] extends [undefined]
    ? 'refused: only with schemaRegistry, without which Lambda sees no fields of Avro'
    : readonly EventFilter[];
}

/** The same for on-demand pollers, which have none of it but other destinations than topics. */
export interface OnDemandSettings {
  readonly pollers?: undefined;
  readonly destination?: ServiceDestination | Refused;
  readonly retryAttempts?: -1 | Refused;
  readonly bisectBatchOnError?: false | Refused;
  readonly maxRecordAge?: Refused;
  readonly logLevel?: Refused;
  readonly metricsConfig?: Refused;
  readonly schemaRegistry?: Refused;
  readonly filters?: Refused;
}

/** Settings that go with pollers of a kind: on-demand ones for `undefined`. */
export type PollerSettings<Pollers, Registry> = [Pollers] extends [undefined]
  ? OnDemandSettings
  : ProvisionedSettings<Registry>;

/** What a function reads of a topic. */
export interface TopicReader<Contract, Reads, ReadsKey> {
  /** The topic's contract, of `generated/contracts/`. */
  readonly contract: ReadableContract<Contract, Reads, ReadsKey>;
  /** As {@link ReaderVersions.reads}. */
  readonly reads?: ReadingVersion<Contract, Reads>;
  /** As {@link ReaderVersions.readsKey}. */
  readonly readsKey?: KeyReadingVersion<Contract, ReadsKey>;
}

/** Cluster and credentials that fit each other, and settings that fit the pollers. */
export type KafkaSubscriptionProps<
  Contract extends TopicContract = TopicContract,
  Reads = unknown,
  ReadsKey = unknown,
  Credentials extends ClusterCredentials = ClusterCredentials,
  Pollers = lambda.ProvisionedPollerConfig | undefined,
  Registry = MappingSchemaRegistry | lambda.ISchemaRegistry | undefined,
> = SubscriptionSettings &
  PollerSettings<Pollers, Registry> & {
    /** How Lambda proves to the brokers who it is. */
    readonly credentials: Credentials;

    /** A cluster that takes these credentials. Of another one, everything begins anew. */
    readonly cluster: ClusterFor<Credentials>;

    readonly pollers?: Pollers;
    readonly schemaRegistry?: Registry;

    /**
     * What the function reads, to have it refused where it cannot read what the topic may hold: the
     * compiler's message, and synth's, says which version and why.
     *
     * @default - not checked
     */
    readonly reader?: TopicReader<Contract, Reads, ReadsKey>;
  };

/** What props may hold where the compiler did not look; synth looks at it. */
export type UncheckedProps = SubscriptionSettings &
  ProvisionedSettings & {
    readonly credentials: ClusterCredentials;
    readonly cluster: SubscribedCluster;
    readonly reader?: { readonly contract: TopicContract } & ReaderVersions;
  };
