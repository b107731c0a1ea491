import type * as lambda from 'aws-cdk-lib/aws-lambda';
import {
  KafkaDlq,
  S3OnFailureDestination,
  SnsDlq,
  SqsDlq,
} from 'aws-cdk-lib/aws-lambda-event-sources';
import type { ReachableService } from '../cluster/network.js';
import type { IKafkaTopic } from '../cluster/topic.js';

/** What takes failed batches: the poller must reach it, through a VPC endpoint or a NAT gateway. */
export type DestinationService = ReachableService | 'kafka';

/** A destination of one's own that says where it is. */
export interface OwnDestination extends lambda.IEventSourceDlq {
  readonly destinationService: ReachableService;
}

/** Destinations that on-demand pollers have, too: all but topics. */
export type ServiceDestination = OwnDestination | SqsDlq | SnsDlq | S3OnFailureDestination;

const KAFKA_PREFIX = 'kafka://';
const ARN = /^arn:[^:]*:(s3|sqs|sns):/;

/**
 * Sends failed batches, payload included, to a topic of the same cluster, which must exist before the mapping.
 * The library's `KafkaDlq` does the same by name alone.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure-destination.html
 */
export class TopicDestination implements lambda.IEventSourceDlq {
  readonly destinationService = 'kafka';
  readonly topic: IKafkaTopic;

  constructor(topic: IKafkaTopic) {
    this.topic = topic;
  }

  bind(): lambda.DlqDestinationConfig {
    return { destination: `${KAFKA_PREFIX}${this.topic.topicName}` };
  }
}

/** Where a destination is; undefined of one that does not tell. */
export function serviceOf(
  destination: lambda.IEventSourceDlq,
  bound: string,
): DestinationService | undefined {
  if ('destinationService' in destination) {
    // Safe: who names it so means it so.
    return destination.destinationService as DestinationService;
  }
  if (destination instanceof KafkaDlq || topicOf(bound) !== undefined) return 'kafka';
  if (destination instanceof SqsDlq) return 'sqs';
  if (destination instanceof SnsDlq) return 'sns';
  if (destination instanceof S3OnFailureDestination) return 's3';
  // Safe: the pattern has no other names.
  return ARN.exec(bound)?.[1] as DestinationService | undefined;
}

/** Name of the topic that failed batches go to; undefined where they go elsewhere. */
export function topicOf(bound: string): string | undefined {
  return bound.startsWith(KAFKA_PREFIX) ? bound.slice(KAFKA_PREFIX.length) : undefined;
}
