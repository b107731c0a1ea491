import { RemovalPolicy, Token } from 'aws-cdk-lib';
import * as msk from 'aws-cdk-lib/aws-msk';
import { Construct, type IConstruct } from 'constructs';
import type { TopicContract } from '../contract.js';
import { InfraError } from '../errors.js';
import type { ClusterWithTopics } from './kafka-cluster.js';

/** A topic that something can subscribe to. */
export interface IKafkaTopic extends IConstruct {
  readonly topicName: string;
}

export interface KafkaTopicProps extends TopicContract {
  /** Any but a serverless one, whose topics CloudFormation cannot make. */
  readonly cluster: ClusterWithTopics;
  readonly topicName: string;
  /** Copies of each partition; at most the number of brokers, and 3 on Express brokers. */
  readonly replicationFactor: number;

  /**
   * What becomes of the topic and its records when it leaves the stack. By default they stay, but for those
   * of a stack that never came to be.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** Copies that Express brokers keep. */
const EXPRESS_COPIES = 3;

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
    refuseName(props.topicName, this.node.path);
    this.refuseCounts(props);
    this.refuseCluster(props);
    const topic = new msk.CfnTopic(this, 'Resource', {
      clusterArn: props.cluster.clusterRef.clusterArn,
      topicName: props.topicName,
      partitionCount: props.partitions,
      replicationFactor: props.replicationFactor,
      configs: encodeConfig(props.config),
    });
    topic.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  }

  /**
   * A topic that exists, or that clients make: of a serverless cluster, of brokers outside MSK, of another team.
   * Lambda's mapping needs it to be there.
   *
   * @throws InfraError `TOPIC` for a name that Kafka does not take
   */
  static fromTopicName(scope: Construct, id: string, topicName: string): IKafkaTopic {
    const topic = new Construct(scope, id);
    refuseName(topicName, topic.node.path);
    return Object.assign(topic, { topicName });
  }

  private refuseCounts(props: KafkaTopicProps): void {
    for (const property of ['partitions', 'replicationFactor'] as const) {
      const count = props[property];
      if (Token.isUnresolved(count) || (Number.isInteger(count) && count >= 1)) continue;
      this.refuse(
        `topic '${props.topicName}' has ${property} ${count}; it must be an integer of at least 1`,
      );
    }
  }

  private refuseCluster({ cluster, topicName, replicationFactor }: KafkaTopicProps): void {
    const { brokers, kind } = cluster;
    if (kind === 'serverless') {
      this.refuse(
        `CloudFormation makes topics of provisioned clusters only; make '${topicName}' by a client, and name it here with KafkaTopic.fromTopicName`,
      );
    }
    if (Token.isUnresolved(replicationFactor)) return;
    if (kind === 'express' && replicationFactor !== EXPRESS_COPIES) {
      this.refuse(
        `topic '${topicName}' wants ${replicationFactor} copies, and Express brokers keep ${EXPRESS_COPIES}; set replicationFactor to ${EXPRESS_COPIES}`,
      );
    }
    if (brokers === undefined || Token.isUnresolved(brokers) || replicationFactor <= brokers)
      return;
    this.refuse(
      `topic '${topicName}' wants ${replicationFactor} copies on ${brokers} brokers; lower replicationFactor or raise brokersPerZone`,
    );
  }

  private refuse(message: string): never {
    throw new InfraError('TOPIC', message, this.node.path);
  }
}

function refuseName(topicName: string, construct: string): void {
  if (TOPIC_NAME.test(topicName) || Token.isUnresolved(topicName)) return;
  throw new InfraError(
    'TOPIC',
    `'${topicName}' is not a Kafka topic name; use 1 to 249 of A-Z a-z 0-9 . _ -`,
    construct,
  );
}

/** The service takes a JSON object in base64. Source: Terraform's `aws_msk_topic`, tried on real topics. */
function encodeConfig(config: Readonly<Record<string, string>> = {}): string | undefined {
  if (Object.keys(config).length === 0) return undefined;
  return Buffer.from(JSON.stringify(config)).toString('base64');
}
