/** Alarms and a dashboard over the pipeline's subscriptions and brokers. */
import type { Stack } from 'aws-cdk-lib';
import type { IMskCluster } from '../cluster/kafka-cluster.js';
import type { KafkaSubscription } from '../consumer/kafka-subscription.js';
import { PipelineAlarms } from '../watch/pipeline-alarms.js';
import { PipelineDashboard } from '../watch/pipeline-dashboard.js';
import type { AnyPipelineProps } from './pipeline-props.js';

interface Watched {
  readonly cluster: IMskCluster;
  readonly subscriptions: readonly KafkaSubscription[];
}

/** Undefined where none are asked for. */
export function pipelineWatch(
  stack: Stack,
  { alarms: settings = {}, notify }: AnyPipelineProps,
  watched: Watched,
): PipelineAlarms | undefined {
  if (settings === false) return undefined;
  const { metricsNamespace, thresholds } = settings;
  const shown = { ...watched, metricsNamespace };
  const alarms = new PipelineAlarms(stack, 'Alarms', { ...shown, notify, thresholds });
  new PipelineDashboard(stack, 'Dashboard', { ...shown, alarms });
  return alarms;
}
