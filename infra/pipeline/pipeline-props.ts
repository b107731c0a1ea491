import type { RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type {
  ClusterCredentials,
  IamCredentials,
  ScramCredentials,
  TlsCredentials,
} from '../access/credentials.js';
import type { BrokerInstanceType, KafkaVersion, SmallBrokers } from '../cluster/brokers.js';
import type { IMskCluster } from '../cluster/kafka-cluster.js';
import type { MskCluster, MskClusterProps } from '../cluster/msk-cluster.js';
import type { Egress, PipelineNetworkProps } from '../cluster/network.js';
import type {
  Consumers,
  TopicContracts,
  TopicNames,
  Versions,
} from '../consumer/consumer-definition.js';
import type { ProvisioningPolicies } from '../consumer/failure-policies.js';
import type { DeployedVersions } from '../rollout/subject-rollout.js';
import type { PipelineAlarmsProps } from '../watch/pipeline-alarms.js';

/** Where a cluster of the pipeline goes, and what becomes of it: as props for one of this package. */
export interface ClusterPlace extends Pick<MskClusterProps, 'vpc' | 'vpcSubnets'> {
  readonly removalPolicy: RemovalPolicy;
}

/**
 * A cluster that exists or is of another stack, or what makes one in the pipeline's:
 *
 * @example (stack, place) => new ExpressCluster(stack, 'Cluster', place)
 */
export type ClusterChoice<Cluster extends IMskCluster> =
  | Cluster
  | ((stack: Stack, place: ClusterPlace) => Cluster);

export interface PipelineStackProps<
  Topics extends TopicContracts = TopicContracts,
  Names extends TopicNames = TopicNames,
  Reads extends Versions = Versions,
  ReadsKey extends Versions = Versions,
  Pollers = unknown,
  Cluster extends IMskCluster = MskCluster,
  Way extends Egress = Egress,
  Kafka extends KafkaVersion | undefined = KafkaVersion,
> extends StackProps,
    Omit<PipelineNetworkProps, 'egress' | 'removalPolicy'>,
    Pick<MskClusterProps, 'brokersPerZone' | 'storagePerBroker'> {
  /** Topics by name: the `topics` of `generated/contracts.ts`, or those of `generated/contracts/` that it has. */
  readonly topics: Topics;

  /**
   * Consumers by construct id, such as `UserClicks`. A topic that may hold data which the consumer's
   * code cannot read is refused: the compiler's message, and synth's, says which version and why.
   */
  readonly consumers: Consumers<NoInfer<Topics>, Names, Reads, ReadsKey, Pollers> &
    Surrounded<NoInfer<Names>, NoInfer<Cluster>, NoInfer<Way>>;

  /**
   * How the private subnets reach AWS services. With `none`, every consumer has provisioned pollers.
   *
   * @default 'nat'
   */
  readonly egress?: Way;

  /**
   * Kafka version as MSK names it; `.kraft` at the end selects KRaft over ZooKeeper.
   *
   * @default '3.9.x.kraft'
   */
  readonly kafkaVersion?: Kafka;

  /**
   * Instance type of the brokers. `kafka.t3.small` is cheaper, and goes with versions without `.kraft` only.
   *
   * @default 'kafka.m7g.large'
   */
  readonly instanceType?: InstanceTypeOf<NoInfer<Kafka>>;

  /**
   * Where the brokers are made, such as `Vpc.fromVpcAttributes(…)`. How its subnets reach AWS
   * services, is then its owner's to know.
   *
   * @default - a new one, or that of the `cluster`
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets of `vpc` for brokers: one in each of two or three zones.
   *
   * @default - one private subnet of each zone, with a way out if there are such
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The cluster: `MskCluster.fromClusterAttributes(…)`, one of another stack, or what makes one of another kind.
   *
   * @default - a new one of standard brokers
   */
  readonly cluster?: ClusterChoice<Cluster>;

  /**
   * Topics that exist, and that this stack leaves alone: `true` for all.
   *
   * @default - none; all on MSK Serverless, for which CloudFormation makes no topics
   */
  readonly existingTopics?: boolean | readonly (keyof NoInfer<Topics> & string)[];

  /**
   * Names of SCRAM users that are made besides `producer` and `consumer`, or `false` for not even those.
   * On a cluster that was given they are made only where a list is, if an empty one: whoever else
   * keeps users of that cluster must not lose them (see `ScramUsers`).
   *
   * @default - `producer` and `consumer` on a cluster that is made here and takes SCRAM
   */
  readonly users?: readonly string[] | false;

  /**
   * What consumers log in with, such as `ScramCredentials.fromSecret(secret, key)`. A consumer may have its own.
   *
   * @default - the user `consumer` where this stack makes users, IAM elsewhere
   */
  readonly credentials?: CredentialsOf<NoInfer<Cluster>>;

  /**
   * Who is told when an alarm goes off, and when it is over.
   *
   * @default - nobody: the alarms are there to be looked at
   */
  readonly notify?: sns.ITopic;

  /**
   * Alarms and a dashboard, with other thresholds or the handlers' own metrics; `false` for neither.
   *
   * @default - both, with the thresholds of `ALARMS`
   */
  readonly alarms?: Pick<PipelineAlarmsProps, 'metricsNamespace' | 'thresholds'> | false;

  /**
   * Registers the schemas at each deployment, as `SchemaSubjects` does. The registry's secret must be filled in before:
   * give `schemaRegistrySecretArn`, or say so from the second deployment on.
   *
   * @default false - they are published before, with `tavro publish`
   */
  readonly register?: boolean;

  /**
   * The versions in production, by subject: what a change of schema needs first is deployed first, and one that
   * needs two deployments is refused, as `orderRollout` says. `false` for no order.
   *
   * @default - of each subject the version before the newest
   */
  readonly deployed?: DeployedVersions | false;

  /**
   * The schemas folder. Synth refuses contracts that were generated from other files than it holds.
   * Say `false` where it is not there, for instance since generated code comes in a package: then
   * whoever packs it has to check.
   *
   * @default - `schemas` in the current folder; a warning if there is none
   */
  readonly schemas?: string | false;

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
   * @default false - the stack is protected from deletion, and what holds data is retained with what that needs:
   * cluster, topics, network, users and their key, the registry's secret, logs; but for a first deployment that fails
   */
  readonly disposable?: boolean;
}

/** The types of brokers that run a version of Kafka. */
type InstanceTypeOf<Kafka> =
  | BrokerInstanceType
  | (Kafka extends SmallBrokers['kafkaVersion'] ? SmallBrokers['instanceType'] : never);

/** Credentials of the kinds that a cluster takes, as far as its type tells. */
export type CredentialsOf<Cluster extends IMskCluster> =
  | (Cluster['takes'] extends { readonly scram: false } ? never : ScramCredentials)
  | (Cluster['takes'] extends { readonly iam: false } ? never : IamCredentials)
  | (Cluster['takes'] extends { readonly tls: false } ? never : TlsCredentials);

/**
 * What cluster and network ask of consumers. On-demand pollers call Lambda from the brokers' subnets: where
 * there is no way out, there are none.
 */
type Surrounded<Names, Cluster extends IMskCluster, Way> = {
  readonly [Id in keyof Names]: {
    /** Of a kind that the cluster takes. */
    readonly credentials?: CredentialsOf<Cluster>;
  } & ([Way] extends ['none'] ? NeedsPollersWithoutEgress : unknown);
};

/** A consumer with provisioned pollers: asked for, or brought by its failure policy. */
type NeedsPollersWithoutEgress =
  | { readonly onFailure: ProvisioningPolicies }
  // Last, since the compiler's message speaks of the last one.
  | { readonly pollers: lambda.ProvisionedPollerConfig };

/** The same, whatever its topics and consumers are. */
export type AnyPipelineProps = Omit<
  PipelineStackProps,
  'topics' | 'consumers' | 'cluster' | 'credentials'
> & {
  readonly cluster?: ClusterChoice<IMskCluster>;
  readonly credentials?: ClusterCredentials;
};
