import { Duration, Stack, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import * as msk from 'aws-cdk-lib/aws-msk';
import type { IConstruct } from 'constructs';
import { partsOfClusterArn } from '../cluster/cluster-arn.js';
import type { SelfManagedKafka } from '../cluster/kafka-cluster.js';
import type { IKafkaTopic } from '../cluster/topic.js';
import { calledFunction } from '../consumer/called-function.js';

/** What alarms and dashboards need to know of a subscription; `KafkaSubscription` is one. */
export interface WatchedSubscription extends IConstruct {
  readonly target: lambda.IFunction;
  readonly topic: Pick<IKafkaTopic, 'topicName'>;
  /** Where the topic is: MSK tells the lag of its groups, of other brokers Lambda does. */
  readonly cluster: msk.IClusterRef | SelfManagedKafka;
  readonly consumerGroupId: string;
  /** UUID of the event source mapping. */
  readonly mappingId: string;
  /** Whether pollers are provisioned. */
  readonly provisioned: boolean;
  /** What the mapping's metrics configuration switches on, such as `EventCount`. */
  readonly metrics: readonly string[];
}

/** What is watched, by alarms and by a dashboard alike. */
export interface WatchedPipeline {
  readonly subscriptions: readonly WatchedSubscription[];

  /**
   * The MSK cluster whose brokers are watched, too.
   *
   * @default - none
   */
  readonly cluster?: msk.IClusterRef;

  /**
   * What brokers the cluster has, as each kind has its own metrics. `elsewhere` leaves brokers that
   * others watch out.
   *
   * @default - as the cluster was made in this app; `elsewhere` for an imported one
   */
  readonly brokers?: BrokerKind;

  /**
   * The namespace of the handlers' `embeddedMetrics`, with its default dimensions. All must write to the same.
   *
   * @default - none: what the log says, without counts and ages of records
   */
  readonly metricsNamespace?: string;
}

/** `burstable`: standard brokers whose CPU is on credit, `kafka.t3.*`. */
export type BrokerKind = 'standard' | 'burstable' | 'express' | 'serverless' | 'elsewhere';

/** Lambda's own. */
const TIMEOUT_DEFAULT = Duration.seconds(3);

/** What of the brokers is known from how the cluster was made. */
export function brokersOf({ cluster, brokers }: WatchedPipeline): BrokerKind {
  if (brokers !== undefined) return brokers;
  const made = cluster && [cluster, cluster.node.defaultChild];
  if (made?.some((one) => msk.CfnServerlessCluster.isCfnServerlessCluster(one)))
    return 'serverless';
  const resource = made?.find((one) => msk.CfnCluster.isCfnCluster(one));
  if (resource === undefined) return 'elsewhere';
  const type = instanceTypeOf(Stack.of(resource).resolve(resource.brokerNodeGroupInfo));
  if (type.startsWith('express.')) return 'express';
  return type.startsWith('kafka.t') ? 'burstable' : 'standard';
}

/** Empty where it is known at deployment only. */
function instanceTypeOf(group: unknown): string {
  const told = typeof group === 'object' && group !== null && 'instanceType' in group;
  return told && typeof group.instanceType === 'string' ? group.instanceType : '';
}

/** The name of an MSK cluster, by which its metrics call it: `arn:aws:kafka:…:cluster/NAME/UUID`. */
export function clusterNameOf({ clusterRef }: msk.IClusterRef): string {
  return partsOfClusterArn(clusterRef.clusterArn).name;
}

/** How long the function may run, in milliseconds; undefined where that is not known. */
export function timeoutMsOf(target: lambda.IFunction): number | undefined {
  const fn = calledFunction(target);
  if (!(fn instanceof lambda.Function)) return undefined;
  const timeout = fn.timeout ?? TIMEOUT_DEFAULT;
  return timeout.isUnresolved() ? undefined : timeout.toMilliseconds();
}

/**
 * The log group that the function was given. One that Lambda makes at the first line is none: nothing can
 * read it before, and asking the library for it resets how long it is kept.
 */
export function logGroupOf(target: lambda.IFunction): logs.ILogGroup | undefined {
  const fn = calledFunction(target);
  if (!(fn instanceof lambda.Function)) return undefined;
  const resource = fn.node.defaultChild;
  if (!(resource instanceof lambda.CfnFunction)) return undefined;
  const config: unknown = Stack.of(fn).resolve(resource.loggingConfig);
  const given = typeof config === 'object' && config !== null && 'logGroup' in config;
  return given ? fn.logGroup : undefined;
}

/** A name for what belongs to a subscription: its path below its stack, which no other there has. */
export function nameOf(subscription: WatchedSubscription): string {
  const stack = Stack.of(subscription);
  const below = subscription.node.scopes.slice(stack.node.scopes.length);
  return below.map((one) => one.node.id).join('-');
}

/** The name of the subscription's cluster, where it is one of MSK. */
export function mskOf({ cluster }: WatchedSubscription): string | undefined {
  return 'clusterRef' in cluster ? clusterNameOf(cluster) : undefined;
}

/** MSK keeps no lag of groups whose name has a colon. Source: AWS, "Monitor consumer lags". */
export function hidesLag(subscription: WatchedSubscription): boolean {
  const { consumerGroupId } = subscription;
  const hidden = !Token.isUnresolved(consumerGroupId) && consumerGroupId.includes(':');
  return hidden && mskOf(subscription) !== undefined;
}
