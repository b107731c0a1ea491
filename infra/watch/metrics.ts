import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/** A metric as its service documents it. */
interface MetricFacts {
  /** `own` where whoever writes the metric chooses it. */
  readonly namespace: 'AWS/Kafka' | 'AWS/Lambda' | 'own';
  readonly name: string;
  readonly dimensions: readonly string[];
  /** The page that lists it. */
  readonly source: string;
}

const LAMBDA =
  'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics';
const FUNCTION = 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html';
const MSK = 'https://docs.aws.amazon.com/msk/latest/developerguide/metrics-details.html';
const LAG = 'https://docs.aws.amazon.com/msk/latest/developerguide/consumer-lag.html';

const ofFunction = {
  namespace: 'AWS/Lambda',
  dimensions: ['FunctionName'],
  source: FUNCTION,
} as const;
const ofMapping = {
  namespace: 'AWS/Lambda',
  dimensions: ['EventSourceMappingUUID'],
  source: LAMBDA,
} as const;
const ofGroup = {
  namespace: 'AWS/Kafka',
  dimensions: ['Cluster Name', 'Consumer Group', 'Topic'],
  source: LAG,
} as const;
const ofCluster = { namespace: 'AWS/Kafka', dimensions: ['Cluster Name'], source: MSK } as const;
const ofBroker = {
  namespace: 'AWS/Kafka',
  dimensions: ['Broker ID', 'Cluster Name'],
  source: MSK,
} as const;
const ofHandler = {
  namespace: 'own',
  dimensions: ['FunctionName', 'Topic'],
  source: 'docs/observing.md',
} as const;

/**
 * Every metric that alarms and dashboards ask for. No tool and no deployment notices a name that does not
 * exist: such an alarm is merely never heard of, so the names have one home, and a test holds templates to it.
 */
export const METRICS = {
  invocations: { ...ofFunction, name: 'Invocations' },
  errors: { ...ofFunction, name: 'Errors' },
  throttles: { ...ofFunction, name: 'Throttles' },
  duration: { ...ofFunction, name: 'Duration' },
  /** The lag without a metrics configuration. Only AWS's announcement shows its dimension. */
  functionLag: {
    ...ofFunction,
    name: 'OffsetLag',
    source:
      'https://aws.amazon.com/blogs/compute/offset-lag-metric-for-amazon-msk-as-an-event-source-for-lambda/',
  },

  /** `KafkaMetrics` of the mapping's metrics configuration, as are the sums. */
  mappingLag: { ...ofMapping, name: 'MaxOffsetLag' },
  /** `EventCount`. */
  polled: { ...ofMapping, name: 'PolledEventCount' },
  filteredOut: { ...ofMapping, name: 'FilteredOutEventCount' },
  dropped: { ...ofMapping, name: 'DroppedEventCount' },
  delivered: { ...ofMapping, name: 'OnFailureDestinationDeliveredEventCount' },
  /** `ErrorCount`. */
  pollingErrors: { ...ofMapping, name: 'PollingErrorCount' },
  commitErrors: { ...ofMapping, name: 'CommitErrorCount' },
  destinationErrors: { ...ofMapping, name: 'OnFailureDestinationDeliveryErrorCount' },
  registryErrors: { ...ofMapping, name: 'SchemaRegistryErrorCount' },
  /** Of provisioned mode, without a configuration. */
  pollers: { ...ofMapping, name: 'ProvisionedPollers' },

  /** At the monitoring level DEFAULT, of standard and Express brokers and of MSK Serverless. */
  groupMaxLag: { ...ofGroup, name: 'MaxOffsetLag' },
  groupSumLag: { ...ofGroup, name: 'SumOffsetLag' },
  groupTimeLag: { ...ofGroup, name: 'EstimatedMaxTimeLag' },

  controllers: { ...ofCluster, name: 'ActiveControllerCount' },
  offlinePartitions: { ...ofCluster, name: 'OfflinePartitionsCount' },
  diskUsed: { ...ofBroker, name: 'KafkaDataLogsDiskUsed' },
  cpuIdle: { ...ofBroker, name: 'CpuIdle' },
  cpuCredits: { ...ofBroker, name: 'CPUCreditBalance' },
  underReplicated: { ...ofBroker, name: 'UnderReplicatedPartitions' },

  /** What a handler with `embeddedMetrics` writes. */
  handlerReceived: { ...ofHandler, name: 'Received' },
  handlerSkipped: { ...ofHandler, name: 'Skipped' },
  handlerDeadLettered: { ...ofHandler, name: 'DeadLettered' },
  handlerHeld: { ...ofHandler, name: 'Held' },
  handlerOldest: { ...ofHandler, name: 'OldestRecordAge' },
  handlerFailed: { ...ofHandler, name: 'Failed', dimensions: ['FunctionName', 'Topic', 'Cause'] },
  handlerVersions: {
    ...ofHandler,
    name: 'Decoded',
    dimensions: ['FunctionName', 'Topic', 'WriterVersion'],
  },

  /** What metric filters make of a consumer's log: see `log-metrics.ts`. */
  failuresHeld: {
    namespace: 'own',
    name: 'FailuresHeld',
    dimensions: ['Cause', 'Partition', 'Topic'],
    source: 'docs/logs.md',
  },
  failuresPassed: {
    namespace: 'own',
    name: 'FailuresPassed',
    dimensions: ['Cause', 'Topic'],
    source: 'docs/logs.md',
  },
} as const satisfies Readonly<Record<string, MetricFacts>>;

export type MetricId = keyof typeof METRICS;

type Dimensions<Id extends MetricId> = Readonly<
  Record<(typeof METRICS)[Id]['dimensions'][number], string>
>;

/** All metrics here are kept by the minute; alarms look at five of them together. */
export const PERIOD = Duration.minutes(5);

export interface MetricQuery<Id extends MetricId> {
  readonly statistic: 'Maximum' | 'Minimum' | 'Sum' | 'Average';
  readonly dimensions: Dimensions<Id>;
  /** Of a metric whose namespace is its writer's. */
  readonly namespace?: string;
}

/** One metric of the table. */
export function metricOf<Id extends MetricId>(
  id: Id,
  { statistic, dimensions, namespace }: MetricQuery<Id>,
): cloudwatch.Metric {
  const facts: MetricFacts = METRICS[id];
  return new cloudwatch.Metric({
    namespace: facts.namespace === 'own' ? (namespace ?? '') : facts.namespace,
    metricName: facts.name,
    dimensionsMap: { ...dimensions },
    statistic,
    period: PERIOD,
  });
}

export interface SeriesQuery<Id extends MetricId> {
  readonly aggregate: 'MAX' | 'MIN' | 'SUM';
  /** The dimensions whose values make a series each. */
  readonly by: readonly (typeof METRICS)[Id]['dimensions'][number][];
  /** What the others must be. */
  readonly where?: Partial<Dimensions<Id>>;
  readonly namespace?: string;
}

/**
 * Every series of a metric, by CloudWatch Metrics Insights: those of brokers and partitions that nobody counted.
 * An alarm on it tells for which of them it is, and each of them by a notification of its own.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Metrics_Insights_Alarm.html
 */
export function seriesOf<Id extends MetricId>(
  id: Id,
  { aggregate, by, where = {}, namespace }: SeriesQuery<Id>,
): cloudwatch.MathExpression {
  const facts: MetricFacts = METRICS[id];
  const source = facts.namespace === 'own' ? (namespace ?? '') : facts.namespace;
  const schema = [source, ...facts.dimensions].map(quoted).join(', ');
  const conditions = Object.entries(where).map(([name, value]) => `${quoted(name)} = '${value}'`);
  const order = `ORDER BY ${aggregate}() ${aggregate === 'MIN' ? 'ASC' : 'DESC'}`;
  return new cloudwatch.MathExpression({
    expression: [
      `SELECT ${aggregate}(${quoted(facts.name)}) FROM SCHEMA(${schema})`,
      ...(conditions.length === 0 ? [] : [`WHERE ${conditions.join(' AND ')}`]),
      `GROUP BY ${by.map(quoted).join(', ')}`,
      order,
    ].join(' '),
    usingMetrics: {},
    period: PERIOD,
  });
}

function quoted(name: string): string {
  return `"${name}"`;
}
