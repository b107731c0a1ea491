/** A function per consumer, and what lets it have its topic. */
import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { ClusterCredentials } from '../access/credentials.js';
import type { IMskCluster } from '../cluster/kafka-cluster.js';
import type { PipelineNetwork } from '../cluster/network.js';
import type { IKafkaTopic } from '../cluster/topic.js';
import { type ConsumerDefinition, functionSettings } from '../consumer/consumer-definition.js';
import { ConsumerFunction } from '../consumer/consumer-function.js';
import { KafkaSubscription } from '../consumer/kafka-subscription.js';
import type { KafkaSubscriptionProps } from '../consumer/subscription-props.js';
import type { TopicContract } from '../contract.js';
import { InfraError } from '../errors.js';
import type { SchemaRegistry } from '../schema-registry.js';
import type { AnyPipelineProps } from './pipeline-props.js';
import { readsNewest } from './pipeline-rollout.js';
import { removalPolicyOf } from './settled-cluster.js';

/** A consumer of whatever credentials. */
export type AnyConsumer = ConsumerDefinition<string, ClusterCredentials>;

/** What a consumer runs on. */
export interface ConsumerSurroundings {
  readonly props: AnyPipelineProps;
  readonly cluster: IMskCluster;
  readonly network: PipelineNetwork | undefined;
  readonly schemaRegistry: SchemaRegistry;
  readonly topic: IKafkaTopic;
  readonly contract: TopicContract;
  readonly credentials: ClusterCredentials;
}

export interface PipelineConsumer {
  readonly target: ConsumerFunction;
  readonly subscription: KafkaSubscription;
  readonly topicName: string;
  /** Whether its code is of this release. */
  readonly newest: boolean;
}

export function pipelineConsumer(
  stack: Stack,
  id: string,
  { definition, on }: { definition: AnyConsumer; on: ConsumerSurroundings },
): PipelineConsumer {
  const { reads, readsKey, ...settings } = definition;
  const target = consumerFunction(stack, id, { definition, on });
  const subscribed = {
    ...settings,
    target,
    topic: on.topic,
    reader: { contract: on.contract, reads, readsKey },
    cluster: on.cluster,
    credentials: on.credentials,
    schemaRegistry: settings.schemaRegistry && {
      ...settings.schemaRegistry,
      registry: on.schemaRegistry,
    },
  };
  // Safe: of cluster and credentials that do not fit each other, it refuses the pair.
  const subscription = new KafkaSubscription(
    stack,
    `${id}Subscription`,
    subscribed as KafkaSubscriptionProps,
  );
  reach(subscription, on.network);
  const newest = readsNewest(on.contract, { reads, readsKey });
  return { target, subscription, newest, topicName: on.topic.topicName };
}

function consumerFunction(
  stack: Stack,
  id: string,
  { definition, on }: { definition: AnyConsumer; on: ConsumerSurroundings },
): ConsumerFunction {
  const target = new ConsumerFunction(stack, id, {
    ...functionSettings(definition),
    schemaRegistry: on.schemaRegistry,
    conditions: on.props.conditions,
    logRemovalPolicy: removalPolicyOf(on.props),
  });
  new CfnOutput(stack, `${id}FunctionName`, { value: target.functionName });
  new CfnOutput(stack, `${id}LogGroupName`, { value: target.logGroup.logGroupName });
  return target;
}

/** What its pollers call is reached, or refused. */
function reach(subscription: KafkaSubscription, network: PipelineNetwork | undefined): void {
  const { provisioned, destinationService: service } = subscription;
  if (!provisioned && network?.egress === 'none') {
    throw new InfraError(
      'EGRESS',
      "an on-demand poller calls Lambda and STS from the brokers' subnets; set egress to 'nat' or 'endpoints', or give the consumer provisioned pollers",
      subscription.node.path,
    );
  }
  if (service === undefined || service === 'kafka') return;
  network?.reach(service, provisioned ? 'provisioned' : 'on-demand');
}
