import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { BrokerAlarmId } from './alarm-table.js';
import { type MetricId, metricOf, seriesOf } from './metrics.js';
import type { BrokerKind } from './watched.js';

type BrokerMetric = Extract<MetricId, 'diskUsed' | 'cpuIdle' | 'cpuCredits' | 'underReplicated'>;

interface BrokerAlarm {
  /** The brokers that have the metric. */
  readonly of: readonly BrokerKind[];
  readonly metric: (clusterName: string) => cloudwatch.IMetric;
}

const STANDARD = ['standard', 'burstable'] as const;

/**
 * What each alarm of brokers is on, and which brokers have it. Express brokers have no disk, copies or offline
 * partitions of their own to watch, MSK Serverless has no brokers at all.
 */
export const BROKER_ALARMS: Readonly<Record<BrokerAlarmId, BrokerAlarm>> = {
  'brokers-disk': { of: STANDARD, metric: (name) => ofBrokers('diskUsed', 'MAX', name) },
  'brokers-cpu': {
    of: [...STANDARD, 'express'],
    metric: (name) => ofBrokers('cpuIdle', 'MIN', name),
  },
  'brokers-cpu-credits': {
    of: ['burstable'],
    metric: (name) => ofBrokers('cpuCredits', 'MIN', name),
  },
  'partitions-offline': {
    of: STANDARD,
    metric: (name) =>
      metricOf('offlinePartitions', { statistic: 'Maximum', dimensions: { 'Cluster Name': name } }),
  },
  'partitions-under-replicated': {
    of: STANDARD,
    metric: (name) => ofBrokers('underReplicated', 'MAX', name),
  },
  'no-controller': {
    of: [...STANDARD, 'express'],
    metric: (name) =>
      metricOf('controllers', { statistic: 'Maximum', dimensions: { 'Cluster Name': name } }),
  },
};

function ofBrokers(
  id: BrokerMetric,
  aggregate: 'MAX' | 'MIN',
  clusterName: string,
): cloudwatch.IMetric {
  return seriesOf(id, {
    aggregate,
    by: ['Broker ID'],
    where: { 'Cluster Name': clusterName },
  });
}
