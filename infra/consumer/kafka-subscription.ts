import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { grantPoll, grantProduce, type TopicAccess } from '../access/client-grants.js';
import type { ClusterCredentials } from '../access/credentials.js';
import { type IKafkaTopic, KafkaTopic } from '../cluster/topic.js';
import { type TopicContract, unread } from '../contract.js';
import { InfraError, type InfraErrorCode } from '../errors.js';
import { tellBatchResponses } from './batch-responses.js';
import { eventSource, type SubscribedCluster } from './event-source.js';
import {
  type DestinationService,
  serviceOf,
  TopicDestination,
  topicOf,
} from './failure-destination.js';
import {
  type FailurePolicies,
  needsOf,
  refusePolicies,
  warnOfHeldPartitions,
} from './failure-policies.js';
import { defaultGroupId, identityHash, type MappingIdentity, refuseGroupId } from './group-id.js';
import { librarysRegistry, type MappingSchemaRegistry } from './mapping-registry.js';
import type {
  KafkaSubscriptionProps,
  SubscriptionTarget,
  UncheckedProps,
} from './subscription-props.js';
import {
  RETRY_ATTEMPTS_WITH_DESTINATION,
  refuseOtherRegion,
  refuseSettings,
} from './subscription-refusals.js';

export { KAFKA_TIMEOUT_MAX } from './subscription-refusals.js';

const BATCH_SIZE_DEFAULT = 100;
/** One event poller unit, the least that is billed, runs up to ten pollers. */
const POLLERS_DEFAULT: lambda.ProvisionedPollerConfig = { minimumPollers: 1, maximumPollers: 10 };
const METRICS_DEFAULT: readonly lambda.MetricType[] = [
  lambda.MetricType.EVENT_COUNT,
  lambda.MetricType.ERROR_COUNT,
  lambda.MetricType.KAFKA_METRICS,
];

/**
 * An event source mapping: Lambda polls the topic and calls the function with batches.
 *
 * The mapping waits for the topic, for the user and for what its role may, and is set up for what the
 * handler's failure policy needs. It tells the function by `TAVRO_BATCH_RESPONSES` (`on` or `off`), so that
 * a handler which answers with failed records can refuse to run where nobody reads the answer.
 *
 * With another topic, cluster, starting position or group it is another mapping, under another logical id:
 * Lambda's own call for updates takes no topic, cluster or position, and Lambda's documents say that a group stays
 * what it is. While a deployment replaces the mapping, both read.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk-configure.html
 */
export class KafkaSubscription<
  Contract extends TopicContract = TopicContract,
  const Reads = unknown,
  const ReadsKey = unknown,
  Credentials extends ClusterCredentials = ClusterCredentials,
  Pollers extends lambda.ProvisionedPollerConfig | undefined = undefined,
  Registry extends MappingSchemaRegistry | lambda.ISchemaRegistry | undefined = undefined,
> extends Construct {
  readonly mapping: lambda.CfnEventSourceMapping;
  /** UUID of the mapping, by which its metrics name it. */
  readonly mappingId: string;
  /** The group whose offsets the mapping commits, and by which MSK's metrics name it. */
  readonly consumerGroupId: string;
  readonly topic: IKafkaTopic;
  readonly cluster: SubscribedCluster;
  readonly target: SubscriptionTarget;
  /** The handler's failure policies. */
  readonly onFailure: FailurePolicies;
  /** Whether pollers are provisioned; on-demand ones need a way to Lambda and STS. */
  readonly provisioned: boolean;
  /** Kinds of the mapping's own metrics that are switched on. */
  readonly metrics: readonly lambda.MetricType[];
  /** Where failed batches go: pollers must reach it. Undefined without a destination, and of one that does not tell. */
  readonly destinationService: DestinationService | undefined;
  /** Name of the topic that failed batches go to; undefined where they go elsewhere. */
  readonly destinationTopic: string | undefined;

  constructor(
    scope: Construct,
    id: string,
    props: KafkaSubscriptionProps<Contract, Reads, ReadsKey, Credentials, Pollers, Registry>,
  ) {
    super(scope, id);
    // Safe: wider only. What the compiler asks beyond it is refused below.
    const unchecked = props as unknown as UncheckedProps;
    const { topic, cluster, target, onFailure = 'fail' } = unchecked;
    refusePolicies(onFailure, this.node.path);
    const pollers =
      unchecked.pollers ?? (needsOf(onFailure).provisionedMode ? POLLERS_DEFAULT : undefined);
    this.provisioned = pollers !== undefined;
    refuseSettings(unchecked, { provisioned: this.provisioned, construct: this.node.path });
    refuseOtherRegion(this, cluster);
    this.refuseUnread(unchecked);
    warnOfHeldPartitions(this, onFailure);

    const { consumerGroupId } = unchecked;
    const identity = identityOf(unchecked);
    this.topic = topic;
    this.cluster = cluster;
    this.target = target;
    this.onFailure = onFailure;
    this.metrics = unchecked.metricsConfig?.metrics ?? (this.provisioned ? METRICS_DEFAULT : []);
    this.consumerGroupId = consumerGroupId ?? defaultGroupId(this, identity);
    refuseGroupId(this, this.consumerGroupId);
    this.mapping = this.makeMapping(unchecked, identity, pollers);
    this.mappingId = this.mapping.attrId;
    tellBatchResponses(this, target, needsOf(onFailure).reportBatchItemFailures);

    const bound = this.boundDestination();
    this.destinationService = unchecked.destination && serviceOf(unchecked.destination, bound);
    this.destinationTopic = topicOf(bound);
    this.refuseDestinationTopic();
    this.grant(unchecked);
    this.wait(unchecked);
  }

  private makeMapping(
    props: UncheckedProps,
    identity: MappingIdentity,
    pollers: lambda.ProvisionedPollerConfig | undefined,
  ): lambda.CfnEventSourceMapping {
    const { maxRecordAge, schemaRegistry } = props;
    const { reportBatchItemFailures } = needsOf(props.onFailure);
    const id = `Mapping${identityHash(this, this.consumerGroupId, identity)}`;
    const { node } = new lambda.EventSourceMapping(this, id, {
      ...passedOn(props),
      ...eventSource(props.cluster, props.credentials),
      target: props.target,
      kafkaTopic: identity.topicName,
      kafkaConsumerGroupId: this.consumerGroupId,
      startingPosition: identity.startingPosition,
      batchSize: props.batchSize ?? BATCH_SIZE_DEFAULT,
      retryAttempts: this.provisioned ? retryLimit(props) : props.retryAttempts,
      provisionedPollerConfig: pollers,
      metricsConfig: this.metrics.length === 0 ? undefined : { metrics: [...this.metrics] },
      schemaRegistryConfig: schemaRegistry && librarysRegistry(schemaRegistry),
      ...(reportBatchItemFailures ? { reportBatchItemFailures } : {}),
    });
    const mapping = node.defaultChild;
    if (!(mapping instanceof lambda.CfnEventSourceMapping)) {
      throw new Error('aws-cdk-lib no longer makes a CfnEventSourceMapping');
    }
    // By hand: the library takes an age that only the deployment knows for one below its limit.
    mapping.maximumRecordAgeInSeconds = maxRecordAge?.toSeconds();
    return mapping;
  }

  private refuseUnread({ reader, topic }: UncheckedProps): void {
    if (reader === undefined) return;
    const { contract, ...versions } = reader;
    const reasons = unread(contract, versions);
    if (reasons.length === 0) return;
    this.refuse(
      'READS',
      `the function cannot read what the topic '${topic.topicName}' may hold: ${reasons.join(' ')} Mend the schema or the versions in reads, or once older data has left the topic raise "oldestRetained" in its entry of tavro.json`,
    );
  }

  /** ARN or address of the destination; empty without one. */
  private boundDestination(): string {
    // Safe: the library sets it so.
    const config = this.mapping.destinationConfig as
      | { readonly onFailure?: lambda.DlqDestinationConfig }
      | undefined;
    return config?.onFailure?.destination ?? '';
  }

  private refuseDestinationTopic(): void {
    if (this.destinationService !== 'kafka') return;
    if (!this.provisioned) {
      this.refuse(
        'POLLER_MODE',
        'Lambda takes a Kafka topic as destination only with provisioned pollers; set pollers (billed by the hour), or send failed batches to a bucket, a queue or an SNS topic',
      );
    }
    if (this.destinationTopic === this.topic.topicName) {
      this.refuse(
        'DEAD_LETTER',
        `failed batches would go back to their own topic '${this.destinationTopic}'; send them to another`,
      );
    }
  }

  /** What the pollers do, they do as the function's role. */
  private grant({ cluster, credentials, target }: UncheckedProps): void {
    const { topic, consumerGroupId: group, destinationTopic } = this;
    // Safe: pairs that do not fit have been refused.
    const access = { cluster, credentials, topic } as TopicAccess;
    grantPoll(target, { ...access, group }).applyBefore(this.mapping);
    if (destinationTopic === undefined) return;
    const failed = KafkaTopic.fromTopicName(this, 'Failed', destinationTopic);
    grantProduce(target, { ...access, topic: failed }).applyBefore(this.mapping);
  }

  private wait({ cluster, credentials, destination }: UncheckedProps): void {
    const { node } = this.mapping;
    node.addDependency(this.topic);
    if (!('bootstrapServers' in cluster)) node.addDependency(cluster);
    if (credentials.kind === 'scram' && credentials.association !== undefined) {
      node.addDependency(credentials.association);
    }
    if (destination instanceof TopicDestination) node.addDependency(destination.topic);
  }

  private refuse(code: InfraErrorCode, message: string): never {
    throw new InfraError(code, message, this.node.path);
  }
}

function identityOf(props: UncheckedProps): MappingIdentity {
  return {
    cluster: props.cluster,
    topicName: props.topic.topicName,
    startingPosition: props.startingPosition ?? lambda.StartingPosition.TRIM_HORIZON,
    startingPositionTimestamp: props.startingPositionTimestamp,
  };
}

/** Retries that Lambda would end silently are said to end. */
function retryLimit({ retryAttempts, destination }: UncheckedProps): number | undefined {
  return retryAttempts ?? (destination && RETRY_ATTEMPTS_WITH_DESTINATION);
}

/** The settings that go to the library unchanged. */
function passedOn(props: UncheckedProps): Partial<lambda.EventSourceMappingOptions> {
  return {
    enabled: props.enabled,
    maxBatchingWindow: props.maxBatchingWindow,
    startingPositionTimestamp: props.startingPositionTimestamp,
    bisectBatchOnError: props.bisectBatchOnError,
    logLevel: props.logLevel,
    onFailure: props.destination,
    filters: props.filters?.map(({ pattern }) => ({ pattern })),
    supportS3OnFailureDestination: true,
  };
}
