import { Duration, Stack, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import {
  ManagedKafkaEventSource,
  type ManagedKafkaEventSourceProps,
} from 'aws-cdk-lib/aws-lambda-event-sources';
import type * as msk from 'aws-cdk-lib/aws-msk';
import { Construct } from 'constructs';
import { BATCH_RESPONSES_VARIABLE } from '../../consumer/failure-policy.js';
import type { ScramCredentials } from '../access/credentials.js';
import { refuseScramSecret } from '../access/scram-users.js';
import type { IKafkaTopic } from '../cluster/topic.js';
import {
  type KeyReadingVersion,
  type ReadableContract,
  type ReaderVersions,
  type ReadingVersion,
  type TopicContract,
  unread,
} from '../contract.js';
import { InfraError } from '../errors.js';
import { type FailurePolicies, needsOf, warnOfHeldPartitions } from './failure-policies.js';

export { BATCH_RESPONSES_VARIABLE };

/** What of {@link ManagedKafkaEventSource} a subscription passes on as it is. */
type SourceOptions = Pick<
  ManagedKafkaEventSourceProps,
  'enabled' | 'maxBatchingWindow' | 'startingPositionTimestamp'
>;

/** Settings that Lambda takes for Kafka only with provisioned pollers. */
type PollerOptions = Pick<
  ManagedKafkaEventSourceProps,
  'bisectBatchOnError' | 'logLevel' | 'maxRecordAge' | 'metricsConfig' | 'retryAttempts'
>;

/** A subscription, but for what its function reads. */
export interface SubscriptionSettings extends SourceOptions, PollerOptions {
  /** Runs at most 14 minutes, the longest that a Kafka poller waits. */
  readonly target: lambda.Function;
  readonly cluster: msk.IClusterRef;
  readonly topic: IKafkaTopic;
  readonly credentials: ScramCredentials;

  /**
   * Names the offsets that Lambda committed. Unique in the account and never changed: a new id
   * starts over at `startingPosition`.
   */
  readonly consumerGroupId: string;

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
   * Where a group without committed offsets begins.
   *
   * @default StartingPosition.TRIM_HORIZON - the oldest record, so that none is missed
   */
  readonly startingPosition?: lambda.StartingPosition;

  /**
   * Provisioned pollers. They are billed by the hour, retry as told, and need no way out of the VPC.
   *
   * @default - on-demand pollers, or one to ten provisioned ones where `onFailure` needs them
   */
  readonly pollers?: lambda.ProvisionedPollerConfig;

  /**
   * Where Lambda sends a batch whose retries are used up. Provisioned pollers only.
   *
   * @default - none: a failing batch is retried until it succeeds or its records expire
   */
  readonly destination?: lambda.IEventSourceDlq;
}

/** What a function reads of a topic. */
export interface TopicReader<Contract, Reads, ReadsKey> {
  /** The topic's contract, of `generated/contracts/`. */
  readonly contract: ReadableContract<Contract, Reads, ReadsKey>;
  /** As {@link ReaderVersions.reads}. */
  readonly reads?: ReadingVersion<Contract, Reads>;
  /** As {@link ReaderVersions.readsKey}. */
  readonly readsKey?: KeyReadingVersion<Contract, ReadsKey>;
}

export interface KafkaSubscriptionProps<
  Contract extends TopicContract = TopicContract,
  Reads = unknown,
  ReadsKey = unknown,
> extends SubscriptionSettings {
  /**
   * What the function reads, to have it refused where it cannot read what the topic may hold: the
   * compiler's message, and synth's, says which version and why.
   *
   * @default - not checked
   */
  readonly reader?: TopicReader<Contract, Reads, ReadsKey>;
}

const BATCH_SIZE_DEFAULT = 100;
const BATCH_SIZE_MAX = 10_000;
/** The longest that a Kafka poller waits for its function. */
export const KAFKA_TIMEOUT_MAX = Duration.minutes(14);
/** ASCII only: MSK silently drops the lag metrics of groups with other names. */
const GROUP_ID = /^[A-Za-z0-9\-/*:_+=.@]{1,200}$/;
/** One event poller unit, the least that is billed, runs up to ten pollers. */
const POLLERS_DEFAULT: lambda.ProvisionedPollerConfig = { minimumPollers: 1, maximumPollers: 10 };
/** What Lambda silently does with unlimited retries once there is a destination. */
const RETRY_ATTEMPTS_WITH_DESTINATION = 10;

/**
 * An event source mapping: Lambda polls the topic and calls the function with batches.
 *
 * The mapping waits for the topic and for the user to exist, and is set up for what the handler's
 * failure policy needs. It tells the function by `TAVRO_BATCH_RESPONSES` (`on` or `off`), so that
 * a handler which answers with failed records can refuse to run where nobody reads the answer.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk-configure.html
 */
export class KafkaSubscription<
  Contract extends TopicContract = TopicContract,
  const Reads = unknown,
  const ReadsKey = unknown,
> extends Construct {
  readonly mapping: lambda.CfnEventSourceMapping;
  /** Whether pollers are provisioned; on-demand ones need a way to Lambda and STS. */
  readonly provisioned: boolean;

  constructor(
    scope: Construct,
    id: string,
    props: KafkaSubscriptionProps<Contract, Reads, ReadsKey>,
  ) {
    super(scope, id);
    const needs = needsOf(props.onFailure);
    const pollers = props.pollers ?? (needs.provisionedMode ? POLLERS_DEFAULT : undefined);
    this.provisioned = pollers !== undefined;
    this.refuseUnusable(props);
    if (!this.provisioned) this.refuseProvisionedOnly(props);
    this.refuseLoss(props);
    this.refuseUnread(props);
    warnOfHeldPartitions(this, props.onFailure);

    new ManagedKafkaEventSource({
      ...passedOn(props),
      clusterArn: props.cluster.clusterRef.clusterArn,
      topic: props.topic.topicName,
      secret: props.credentials.secret,
      batchSize: props.batchSize ?? BATCH_SIZE_DEFAULT,
      startingPosition: props.startingPosition ?? lambda.StartingPosition.TRIM_HORIZON,
      ...(pollers === undefined ? {} : { provisionedPollerConfig: pollers }),
      ...(needs.reportBatchItemFailures ? { reportBatchItemFailures: true } : {}),
    }).bind(props.target);
    this.tellTarget(props.target, needs.reportBatchItemFailures);

    const mapping = mappingsOf(props.target).at(-1);
    if (mapping === undefined) {
      throw new Error('aws-cdk-lib no longer makes the mapping a child of the function');
    }
    this.mapping = mapping;
    this.refuseOwnTopic(props.topic.topicName);
    this.mapping.node.addDependency(props.cluster, props.topic);
    if (props.credentials.association !== undefined) {
      this.mapping.node.addDependency(props.credentials.association);
    }
  }

  private refuseUnusable(props: SubscriptionSettings): void {
    const { batchSize = BATCH_SIZE_DEFAULT, consumerGroupId, target } = props;
    const fits = Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= BATCH_SIZE_MAX;
    if (!fits && !Token.isUnresolved(batchSize)) {
      this.refuse('BATCH', `batchSize is ${batchSize}; Lambda takes 1 to ${BATCH_SIZE_MAX}`);
    }
    if (!GROUP_ID.test(consumerGroupId) && !Token.isUnresolved(consumerGroupId)) {
      this.refuse(
        'GROUP_ID',
        `consumerGroupId '${consumerGroupId}' must be 1 to 200 of A-Z a-z 0-9 - / * : _ + = . @`,
      );
    }
    const timeout = target.timeout?.isUnresolved() ? 0 : (target.timeout?.toSeconds() ?? 0);
    if (timeout > KAFKA_TIMEOUT_MAX.toSeconds()) {
      this.refuse(
        'TIMEOUT',
        `the function may run ${timeout} s, and a Kafka poller waits at most ${KAFKA_TIMEOUT_MAX.toSeconds()} s; lower its timeout`,
      );
    }
    refuseScramSecret(props.credentials.secret, this.node.path);
  }

  /** Neither CDK nor CloudFormation's validator notices these; the deployment fails. */
  private refuseProvisionedOnly(props: SubscriptionSettings): void {
    const used = Object.entries({
      retryAttempts: props.retryAttempts,
      maxRecordAge: props.maxRecordAge,
      bisectBatchOnError: props.bisectBatchOnError,
      destination: props.destination,
      metricsConfig: props.metricsConfig,
      logLevel: props.logLevel,
    }).flatMap(([name, value]) => (value === undefined || value === false ? [] : [name]));
    if (used.length === 0) return;
    this.refuse(
      'POLLER_MODE',
      `Lambda takes ${used.join(', ')} for Kafka only with provisioned pollers; set pollers (billed by the hour), or leave out ${used.join(', ')}`,
    );
  }

  /** Records whose retries are limited must end up somewhere. */
  private refuseLoss(props: SubscriptionSettings): void {
    const limited = props.maxRecordAge !== undefined || (props.retryAttempts ?? -1) >= 0;
    if (limited && props.destination === undefined) {
      this.refuse(
        'DEAD_LETTER',
        'retryAttempts or maxRecordAge without a destination drops records without a trace; give a destination, or retry until records expire',
      );
    }
    if (props.destination !== undefined && props.retryAttempts === -1) {
      this.refuse(
        'DEAD_LETTER',
        `with a destination Lambda retries at most ${RETRY_ATTEMPTS_WITH_DESTINATION} times, whatever is asked; set retryAttempts to 0 or more, or leave the destination out`,
      );
    }
  }

  private refuseUnread({ reader, topic }: KafkaSubscriptionProps<Contract, Reads, ReadsKey>): void {
    if (reader === undefined) return;
    // Safe: what the compiler asks beyond these types is only which versions may be named.
    const { contract, ...versions } = reader as { contract: TopicContract } & ReaderVersions;
    const reasons = unread(contract, versions);
    if (reasons.length === 0) return;
    this.refuse(
      'READS',
      `the function cannot read what the topic '${topic.topicName}' may hold: ${reasons.join(' ')} Mend the schema, or once older data has left the topic raise "oldestRetained" in its entry of tavro.json`,
    );
  }

  private refuseOwnTopic(topicName: string): void {
    const config: unknown = Stack.of(this).resolve(this.mapping.destinationConfig);
    if (JSON.stringify(config ?? {}).includes(`"kafka://${topicName}"`)) {
      this.refuse(
        'DEAD_LETTER',
        `failed batches would go back to their own topic '${topicName}'; send them to another`,
      );
    }
  }

  private tellTarget(target: lambda.Function, batchResponses: boolean): void {
    const values = new Set(
      mappingsOf(target).map((mapping) => mapping.functionResponseTypes !== undefined),
    );
    if (values.size > 1) {
      this.refuse(
        'POLLER_MODE',
        'the function has another subscription, and only one of the two reads batch responses; give both the same onFailure, or a function each',
      );
    }
    target.addEnvironment(BATCH_RESPONSES_VARIABLE, batchResponses ? 'on' : 'off');
  }

  private refuse(code: ConstructorParameters<typeof InfraError>[0], message: string): never {
    throw new InfraError(code, message, this.node.path);
  }
}

/** In the order they were made. */
function mappingsOf(target: lambda.Function): readonly lambda.CfnEventSourceMapping[] {
  return target.node.children
    .map((child) => child.node.defaultChild)
    .filter((resource) => resource instanceof lambda.CfnEventSourceMapping);
}

/** The settings that go to the library unchanged, without those that are not set. */
function passedOn(props: SubscriptionSettings): Partial<ManagedKafkaEventSourceProps> {
  const { destination, retryAttempts } = props;
  const limit = retryAttempts ?? (destination && RETRY_ATTEMPTS_WITH_DESTINATION);
  return {
    consumerGroupId: props.consumerGroupId,
    enabled: props.enabled,
    maxBatchingWindow: props.maxBatchingWindow,
    startingPositionTimestamp: props.startingPositionTimestamp,
    bisectBatchOnError: props.bisectBatchOnError,
    logLevel: props.logLevel,
    maxRecordAge: props.maxRecordAge,
    metricsConfig: props.metricsConfig,
    onFailure: destination,
    retryAttempts: limit,
  };
}
