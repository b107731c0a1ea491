/** The topics of the contracts: those that exist, and those that are made. */
import type { Stack } from 'aws-cdk-lib';
import type { ClusterWithTopics, IMskCluster } from '../cluster/kafka-cluster.js';
import { type IKafkaTopic, KafkaTopic } from '../cluster/topic.js';
import type { TopicContracts } from '../consumer/consumer-definition.js';
import { InfraError } from '../errors.js';
import type { AnyPipelineProps } from './pipeline-props.js';
import { removalPolicyOf } from './settled-cluster.js';

type ToSettle = AnyPipelineProps & { readonly topics: TopicContracts };

export function pipelineTopics(
  stack: Stack,
  props: ToSettle,
  cluster: IMskCluster,
): ReadonlyMap<string, IKafkaTopic> {
  const exists = existing(stack, props, cluster);
  const topics = Object.entries(props.topics).map(([topicName, contract]) => {
    const id = `Topic-${topicName}`;
    const topic = exists(topicName)
      ? KafkaTopic.fromTopicName(stack, id, topicName)
      : new KafkaTopic(stack, id, {
          // Safe: of a cluster that can have none, it refuses the topic.
          cluster: cluster as ClusterWithTopics,
          topicName,
          partitions: contract.partitions,
          replicationFactor: contract.replicationFactor ?? copies(stack, topicName, cluster.zones),
          config: contract.config,
          removalPolicy: removalPolicyOf(props),
        });
    return [topicName, topic] as const;
  });
  return new Map(topics);
}

function existing(
  stack: Stack,
  { existingTopics, topics }: ToSettle,
  { kind }: IMskCluster,
): (topicName: string) => boolean {
  const exist = existingTopics ?? kind === 'serverless';
  if (typeof exist === 'boolean') return () => exist;
  const unknown = exist.find((name) => !Object.hasOwn(topics, name));
  if (unknown === undefined) return (name) => exist.includes(name);
  throw new InfraError(
    'UNKNOWN',
    `existingTopics has '${unknown}', of which topics has no contract`,
    stack.node.path,
  );
}

/** Copies of each partition: one per zone, unless the contract says otherwise. */
function copies(stack: Stack, topicName: string, zones: number | undefined): number {
  if (zones !== undefined) return zones;
  throw new InfraError(
    'TOPIC',
    `nothing says how many copies topic '${topicName}' has; set its replicationFactor in tavro.json, or the zones of the imported cluster`,
    stack.node.path,
  );
}
