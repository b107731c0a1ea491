import { RemovalPolicy, Token } from 'aws-cdk-lib';
import * as msk from 'aws-cdk-lib/aws-msk';
import { Construct, type IConstruct } from 'constructs';
import type { TopicContract } from '../contract.js';
import { InfraError } from '../errors.js';

/** A topic that something can subscribe to. */
export interface IKafkaTopic extends IConstruct {
  readonly topicName: string;
}

export interface KafkaTopicProps extends TopicContract {
  readonly cluster: msk.IClusterRef;
  readonly topicName: string;
  /** Copies of each partition; at most the number of brokers. */
  readonly replicationFactor: number;

  /**
   * What becomes of the topic and its records when it leaves the stack. By default they stay, but for those
   * of a stack that never came to be.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** Kafka's own rule: it makes a directory of this name. */
const TOPIC_NAME = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/;

/**
 * A topic of an MSK cluster, kept by CloudFormation: brokers do not create topics by themselves.
 *
 * Needs Kafka 3.6 or newer, and a deploying role that may call `kafka-cluster:Connect` and
 * `kafka-cluster:*Topic*` on the cluster.
 */
export class KafkaTopic extends Construct implements IKafkaTopic {
  readonly topicName: string;

  constructor(scope: Construct, id: string, props: KafkaTopicProps) {
    super(scope, id);
    this.topicName = props.topicName;
    this.refuseUnusable(props);
    const topic = new msk.CfnTopic(this, 'Resource', {
      clusterArn: props.cluster.clusterRef.clusterArn,
      topicName: props.topicName,
      partitionCount: props.partitions,
      replicationFactor: props.replicationFactor,
      configs: encodeConfig(props.config),
    });
    topic.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  }

  private refuseUnusable(props: KafkaTopicProps): void {
    if (!TOPIC_NAME.test(props.topicName) && !Token.isUnresolved(props.topicName)) {
      throw new InfraError(
        'TOPIC',
        `'${props.topicName}' is not a Kafka topic name; use 1 to 249 of A-Z a-z 0-9 . _ -`,
        this.node.path,
      );
    }
    for (const property of ['partitions', 'replicationFactor'] as const) {
      const count = props[property];
      if (Token.isUnresolved(count) || (Number.isInteger(count) && count >= 1)) continue;
      throw new InfraError(
        'TOPIC',
        `topic '${props.topicName}' has ${property} ${count}; it must be an integer of at least 1`,
        this.node.path,
      );
    }
  }
}

/** The service takes a JSON object in base64. Source: Terraform's `aws_msk_topic`, tried on real topics. */
function encodeConfig(config: Readonly<Record<string, string>> = {}): string | undefined {
  if (Object.keys(config).length === 0) return undefined;
  return Buffer.from(JSON.stringify(config)).toString('base64');
}
