import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { BROKER_ALARMS } from './broker-metrics.js';
import { FAILURES_QUERY, PASSED_QUERY } from './log-metrics.js';
import type { PipelineAlarms } from './pipeline-alarms.js';
import { SubscriptionMetrics } from './subscription-metrics.js';
import {
  brokersOf,
  clusterNameOf,
  logGroupOf,
  type WatchedPipeline,
  type WatchedSubscription,
} from './watched.js';

export interface PipelineDashboardProps extends WatchedPipeline {
  /**
   * Alarms whose state stands first.
   *
   * @default - none
   */
  readonly alarms?: PipelineAlarms;

  /**
   * Name of the dashboard, one in the account and region.
   *
   * @default - made up by CloudFormation
   */
  readonly dashboardName?: string;
}

/** Of a dashboard's 24 columns. */
const THIRD = 8;
const WHOLE = 24;

/**
 * What the alarms are about, to look at: for each subscription lag, failures with topic, partition and offset,
 * what the function and the poller do; and the brokers. The titles say what to do.
 *
 * A dashboard costs some 3 $ a month, and its queries by what they read of the log. The prices were not looked up.
 */
export class PipelineDashboard extends Construct {
  readonly dashboard: cloudwatch.Dashboard;

  constructor(scope: Construct, id: string, props: PipelineDashboardProps) {
    super(scope, id);
    this.dashboard = new cloudwatch.Dashboard(this, 'Resource', {
      ...(props.dashboardName === undefined ? {} : { dashboardName: props.dashboardName }),
      defaultInterval: Duration.hours(3),
    });
    const alarms = props.alarms?.alarms() ?? [];
    if (alarms.length > 0) {
      this.dashboard.addWidgets(
        new cloudwatch.AlarmStatusWidget({
          title: 'What is the matter: each alarm has its section in docs/runbook.md',
          alarms: [...alarms],
          width: WHOLE,
          height: 2 + Math.ceil(alarms.length / 4),
        }),
      );
    }
    for (const subscription of props.subscriptions) this.show(props, subscription);
    this.showBrokers(props);
  }

  private show(props: WatchedPipeline, subscription: WatchedSubscription): void {
    const metrics = new SubscriptionMetrics(props, subscription);
    this.dashboard.addWidgets(headerOf(subscription));
    this.dashboard.addWidgets(...lagWidgets(metrics), ...functionWidgets(metrics));
    this.dashboard.addWidgets(...failureWidgets(metrics));
    const others = [...handlerWidgets(metrics), ...pollerWidgets(metrics)];
    if (others.length > 0) this.dashboard.addWidgets(...others);
  }

  private showBrokers(props: WatchedPipeline): void {
    const { cluster } = props;
    if (cluster === undefined) return;
    const kind = brokersOf(props);
    const name = clusterNameOf(cluster);
    const graphs = Object.entries(BROKER_TITLES).flatMap(([id, title]) => {
      // Safe: the keys of the table are ids.
      const { of, metric } = BROKER_ALARMS[id as keyof typeof BROKER_TITLES];
      return of.includes(kind) ? [graph(title, [metric(name)])] : [];
    });
    if (graphs.length === 0) return;
    this.dashboard.addWidgets(
      new cloudwatch.TextWidget({ markdown: `# Brokers of ${name}`, width: WHOLE, height: 1 }),
    );
    this.dashboard.addWidgets(...graphs);
  }
}

const BROKER_TITLES = {
  'brokers-disk': 'Disk used in percent, by broker. Above 85: grow it, or shorten retention',
  'brokers-cpu':
    'CPU idle in percent, by broker. Below 40: larger brokers, or larger batches of producers',
  'brokers-cpu-credits': 'CPU credits, by broker. Below 100: no t3 for this load',
  'partitions-offline':
    'Partitions offline. Above 0: nobody reads or writes them; which broker is away?',
  'partitions-under-replicated':
    'Partitions that lack a copy, by broker. For long: is it maintenance, disk or CPU?',
  'no-controller': 'Active controllers. Not 1 for long: see the broker logs, ask AWS',
} as const satisfies Readonly<Record<keyof typeof BROKER_ALARMS, string>>;

function headerOf({ topic, consumerGroupId, node }: WatchedSubscription): cloudwatch.TextWidget {
  return new cloudwatch.TextWidget({
    markdown: `# ${node.id}: topic ${topic.topicName}, group ${consumerGroupId}`,
    width: WHOLE,
    height: 1,
  });
}

function lagWidgets(metrics: SubscriptionMetrics): readonly cloudwatch.IWidget[] {
  const lag = metrics.ofGroup('groupSumLag');
  const lags = lag === undefined ? [metrics.lag()] : [metrics.lag(), lag];
  return [
    graph(
      'Lag in records. Growing for half an hour: more time, concurrency, pollers or partitions',
      lags,
    ),
  ];
}

function functionWidgets(metrics: SubscriptionMetrics): readonly cloudwatch.IWidget[] {
  return [
    graph('Function. Errors: read errorType in the log. Throttles: raise its concurrency', [
      metrics.ofFunction('invocations', 'Sum'),
      metrics.ofFunction('errors', 'Sum'),
      metrics.ofFunction('throttles', 'Sum'),
    ]),
    graph('Duration in ms. Near the time-out: smaller batches, more time', [
      metrics.ofFunction('duration', 'Maximum'),
    ]),
  ];
}

/** What the log tells of failures: the only place that knows offsets. */
function failureWidgets(metrics: SubscriptionMetrics): readonly cloudwatch.IWidget[] {
  const logGroup = logGroupOf(metrics.subscription.target);
  const held = metrics.held(['Cause']);
  if (logGroup === undefined || held === undefined) return [];
  const table = { logGroupNames: [logGroup.logGroupName], width: THIRD, height: 6 };
  return [
    graph(
      'Failures that hold a partition, by cause. REGISTRY: mend the way to it, no record is at fault',
      [held],
    ),
    new cloudwatch.LogQueryWidget({
      ...table,
      title: 'Records that hold a partition. Decode the record, then mend, skip or dead-letter it',
      queryLines: [...FAILURES_QUERY],
    }),
    new cloudwatch.LogQueryWidget({
      ...table,
      title: 'Records passed over. Mend the cause, then tavro redrive the letters',
      queryLines: [...PASSED_QUERY],
    }),
  ];
}

function handlerWidgets(metrics: SubscriptionMetrics): readonly cloudwatch.IWidget[] {
  const counts = [
    metrics.ofHandler('handlerReceived'),
    metrics.ofHandler('handlerSkipped'),
    metrics.ofHandler('handlerDeadLettered'),
    metrics.ofHandler('handlerHeld'),
  ].filter((one) => one !== undefined);
  const failed = metrics.seriesOfHandler('handlerFailed');
  const versions = metrics.seriesOfHandler('handlerVersions');
  const oldest = metrics.ofHandler('handlerOldest', 'Maximum');
  if (failed === undefined || versions === undefined || oldest === undefined) return [];
  return [
    graph('What became of records. Held for long: a partition stands still', counts),
    graph('Failures by cause. REGISTRY, DEADLINE, DEAD_LETTER: no record is at fault', [failed]),
    graph('Age of the oldest record in ms. Rising: as for lag', [oldest]),
    graph('Values by the version that wrote them. unknown: tavro pull, generate, deploy', [
      versions,
    ]),
  ];
}

function pollerWidgets(metrics: SubscriptionMetrics): readonly cloudwatch.IWidget[] {
  const widgets: cloudwatch.IWidget[] = [];
  if (metrics.subscription.provisioned) {
    const pollers = metrics.ofMapping('pollers', 'Maximum');
    widgets.push(
      graph('Pollers. At their maximum while lag grows: allow more, or more partitions', [pollers]),
    );
  }
  if (metrics.counts('EventCount')) {
    widgets.push(
      graph('Records polled. Dropped or sent to the destination: look at each', [
        metrics.ofMapping('polled'),
        metrics.ofMapping('filteredOut'),
        metrics.ofMapping('dropped'),
        metrics.ofMapping('delivered'),
      ]),
    );
  }
  const errors = metrics.pollerErrors();
  if (errors !== undefined) {
    widgets.push(graph('Errors of the poller. Not single: read its log stream', [errors]));
  }
  return widgets;
}

function graph(title: string, left: readonly cloudwatch.IMetric[]): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({ title, left: [...left], width: THIRD, height: 6 });
}
