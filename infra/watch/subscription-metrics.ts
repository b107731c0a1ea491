import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { calledFunction } from '../consumer/called-function.js';
import type { SubscriptionAlarmId } from './alarm-table.js';
import { logNamespaceOf } from './log-metrics.js';
import { type MetricId, metricOf, PERIOD, seriesOf } from './metrics.js';
import {
  logGroupOf,
  mskOf,
  timeoutMsOf,
  type WatchedPipeline,
  type WatchedSubscription,
} from './watched.js';

type MappingMetric = Extract<
  MetricId,
  | 'polled'
  | 'filteredOut'
  | 'dropped'
  | 'delivered'
  | 'pollingErrors'
  | 'commitErrors'
  | 'destinationErrors'
  | 'registryErrors'
  | 'pollers'
  | 'mappingLag'
>;
type FunctionMetric = Extract<
  MetricId,
  'invocations' | 'errors' | 'throttles' | 'duration' | 'functionLag'
>;
type GroupMetric = Extract<MetricId, 'groupMaxLag' | 'groupSumLag' | 'groupTimeLag'>;
type HandlerMetric = Extract<
  MetricId,
  'handlerReceived' | 'handlerSkipped' | 'handlerDeadLettered' | 'handlerHeld' | 'handlerOldest'
>;

type Statistic = 'Maximum' | 'Sum';

/** The metrics that there are of one subscription; undefined for one that nobody writes. */
export class SubscriptionMetrics {
  readonly subscription: WatchedSubscription;
  private readonly pipeline: WatchedPipeline;

  constructor(pipeline: WatchedPipeline, subscription: WatchedSubscription) {
    this.pipeline = pipeline;
    this.subscription = subscription;
  }

  ofFunction(id: FunctionMetric, statistic: Statistic): cloudwatch.Metric {
    const { functionName } = calledFunction(this.subscription.target);
    return metricOf(id, { statistic, dimensions: { FunctionName: functionName } });
  }

  ofMapping(id: MappingMetric, statistic: Statistic = 'Sum'): cloudwatch.Metric {
    const dimensions = { EventSourceMappingUUID: this.subscription.mappingId };
    return metricOf(id, { statistic, dimensions });
  }

  /** Kept by the brokers, whether or not anybody polls. */
  ofGroup(id: GroupMetric): cloudwatch.Metric | undefined {
    const clusterName = mskOf(this.subscription);
    if (clusterName === undefined) return undefined;
    const dimensions = {
      'Cluster Name': clusterName,
      'Consumer Group': this.subscription.consumerGroupId,
      Topic: this.subscription.topic.topicName,
    };
    return metricOf(id, { statistic: 'Maximum', dimensions });
  }

  ofHandler(id: HandlerMetric, statistic: Statistic = 'Sum'): cloudwatch.Metric | undefined {
    const { metricsNamespace: namespace } = this.pipeline;
    if (namespace === undefined) return undefined;
    return metricOf(id, { statistic, namespace, dimensions: this.handlerDimensions() });
  }

  /** Failures by cause, or values by the version that wrote them. */
  seriesOfHandler(id: 'handlerFailed' | 'handlerVersions'): cloudwatch.IMetric | undefined {
    const { metricsNamespace: namespace } = this.pipeline;
    if (namespace === undefined) return undefined;
    const query = { aggregate: 'SUM', where: this.handlerDimensions(), namespace } as const;
    return id === 'handlerFailed'
      ? seriesOf(id, { ...query, by: ['Cause'] })
      : seriesOf(id, { ...query, by: ['WriterVersion'] });
  }

  unknownVersions(): cloudwatch.Metric | undefined {
    const { metricsNamespace: namespace } = this.pipeline;
    if (namespace === undefined) return undefined;
    const dimensions = { ...this.handlerDimensions(), WriterVersion: 'unknown' };
    return metricOf('handlerVersions', { statistic: 'Sum', namespace, dimensions });
  }

  /** Failures that hold a partition: of each, whatever the cause, unless that is asked for. */
  held(
    by: readonly ('Topic' | 'Partition' | 'Cause')[] = ['Topic', 'Partition'],
  ): cloudwatch.IMetric | undefined {
    if (logGroupOf(this.subscription.target) === undefined) return undefined;
    const namespace = logNamespaceOf(this.subscription);
    return seriesOf('failuresHeld', { aggregate: 'SUM', by, namespace });
  }

  /** Records that the handler went on without, by topic and cause. */
  passed(): cloudwatch.IMetric | undefined {
    if (logGroupOf(this.subscription.target) === undefined) return undefined;
    const namespace = logNamespaceOf(this.subscription);
    return seriesOf('failuresPassed', { aggregate: 'SUM', by: ['Topic', 'Cause'], namespace });
  }

  /** Of the partition that is furthest behind: by the brokers where they are MSK's, else by the poller. */
  lag(): cloudwatch.Metric {
    const byBrokers = this.ofGroup('groupMaxLag');
    if (byBrokers !== undefined) return byBrokers;
    return this.counts('KafkaMetrics')
      ? this.ofMapping('mappingLag', 'Maximum')
      : this.ofFunction('functionLag', 'Maximum');
  }

  /**
   * 1 in a period in which records waited and nobody asked for them or, where that is not counted, called the
   * function: there another subscription of the same function hides it.
   */
  waiting(): cloudwatch.IMetric | undefined {
    const lag = this.ofGroup('groupSumLag');
    if (lag === undefined) return undefined;
    const calls = this.counts('EventCount')
      ? this.ofMapping('polled')
      : this.ofFunction('invocations', 'Sum');
    return math('IF(FILL(lag, 0) > 0 AND FILL(calls, 0) == 0, 1, 0)', { lag, calls });
  }

  /** How much more lag there is than a period before. */
  lagGrowth(): cloudwatch.IMetric {
    return math('DIFF(lag)', { lag: this.ofGroup('groupSumLag') ?? this.lag() });
  }

  pollerErrors(): cloudwatch.IMetric | undefined {
    if (!this.counts('ErrorCount')) return undefined;
    return math('FILL(poll, 0) + FILL(commit, 0) + FILL(deliver, 0) + FILL(registry, 0)', {
      poll: this.ofMapping('pollingErrors'),
      commit: this.ofMapping('commitErrors'),
      deliver: this.ofMapping('destinationErrors'),
      registry: this.ofMapping('registryErrors'),
    });
  }

  /** How much of its time the longest invocation took, in percent. */
  timeShare(): cloudwatch.IMetric | undefined {
    const timeoutMs = timeoutMsOf(this.subscription.target);
    if (timeoutMs === undefined) return undefined;
    return math(`100 * duration / ${timeoutMs}`, {
      duration: this.ofFunction('duration', 'Maximum'),
    });
  }

  /** Whether the mapping's metrics configuration has the group. */
  counts(group: 'EventCount' | 'ErrorCount' | 'KafkaMetrics'): boolean {
    return this.subscription.metrics.includes(group);
  }

  private handlerDimensions() {
    const { target, topic } = this.subscription;
    return { FunctionName: calledFunction(target).functionName, Topic: topic.topicName };
  }
}

/** What each alarm of a subscription is on; undefined where there is no such metric. */
export const SUBSCRIPTION_ALARMS: Readonly<
  Record<SubscriptionAlarmId, (metrics: SubscriptionMetrics) => cloudwatch.IMetric | undefined>
> = {
  'partition-stopped': (metrics) => metrics.held(),
  'records-passed-over': (metrics) => metrics.passed(),
  'consumer-lag': (metrics) => metrics.lag(),
  'consumer-lag-growing': (metrics) => metrics.lagGrowth(),
  'time-lag': (metrics) => metrics.ofGroup('groupTimeLag'),
  'oldest-record-age': (metrics) => metrics.ofHandler('handlerOldest', 'Maximum'),
  'unknown-writer': (metrics) => metrics.unknownVersions(),
  'poller-stopped': (metrics) => metrics.waiting(),
  'poller-errors': (metrics) => metrics.pollerErrors(),
  'records-dropped': (metrics) =>
    metrics.counts('EventCount') ? metrics.ofMapping('dropped') : undefined,
  'batches-given-up': (metrics) =>
    metrics.counts('EventCount') ? metrics.ofMapping('delivered') : undefined,
  'function-errors': (metrics) => metrics.ofFunction('errors', 'Sum'),
  'function-throttled': (metrics) => metrics.ofFunction('throttles', 'Sum'),
  'function-near-timeout': (metrics) => metrics.timeShare(),
};

function math(
  expression: string,
  usingMetrics: Readonly<Record<string, cloudwatch.IMetric>>,
): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({ expression, usingMetrics, period: PERIOD });
}
