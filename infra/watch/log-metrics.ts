import { Stack } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { failurePolicies } from '../../consumer/failure-policy.js';
import { METRICS } from './metrics.js';
import { nameOf, type WatchedSubscription } from './watched.js';

const NOT_IN_NAMESPACES = /[^\w.\-/#]/g;

/** Policies by what they do with a partition whose record fails. */
const HOLDING = policiesThat(true);
const PASSING = policiesThat(false);

/** Where the metrics of a subscription's log are kept. */
export function logNamespaceOf(subscription: WatchedSubscription): string {
  return `Tavro/${savedQueriesOf(subscription)}`;
}

/** The lines of failures, by how they are asked for in a log. */
export const FAILURES_QUERY = [
  `filter policy in [${HOLDING.map((name) => `"${name}"`).join(', ')}]`,
  'stats count(*) as attempts, min(@timestamp) as since, max(@timestamp) as latest, latest(message) as cause by topic, partition, offset, code',
  'sort latest desc',
  'limit 100',
];

/** The same for records that the handler went on without. */
export const PASSED_QUERY = [
  'fields @timestamp, topic, partition, offset, code, policy, message',
  `filter policy in [${PASSING.map((name) => `"${name}"`).join(', ')}]`,
  'sort @timestamp desc',
  'limit 100',
];

/**
 * Makes metrics of what a consumer logs of failures: those that hold a partition by topic, partition
 * and cause, those that it goes on after by topic and cause; and saves the queries that show their offsets.
 * No handler has to do anything for it. A logger whose level is above WARN leaves the second out.
 *
 * CloudWatch charges for a custom metric only in hours in which it has data, here those with failures.
 */
export class LogMetrics extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: { readonly subscription: WatchedSubscription; readonly logGroup: logs.ILogGroup },
  ) {
    super(scope, id);
    const { subscription, logGroup } = props;
    const metricNamespace = logNamespaceOf(subscription);
    new logs.MetricFilter(this, 'Held', {
      logGroup,
      filterPattern: linesOf(HOLDING),
      metricNamespace,
      metricName: METRICS.failuresHeld.name,
      dimensions: { Topic: '$.topic', Partition: '$.partition', Cause: '$.code' },
    });
    new logs.MetricFilter(this, 'Passed', {
      logGroup,
      filterPattern: linesOf(PASSING),
      metricNamespace,
      metricName: METRICS.failuresPassed.name,
      dimensions: { Topic: '$.topic', Cause: '$.code' },
    });
    this.save('HeldQuery', 'records that hold a partition', {
      subscription,
      logGroup,
      lines: FAILURES_QUERY,
    });
    this.save('PassedQuery', 'records passed over', {
      subscription,
      logGroup,
      lines: PASSED_QUERY,
    });
  }

  private save(id: string, title: string, of: SavedQuery): void {
    const [fields, ...statements] = of.lines;
    new logs.CfnQueryDefinition(this, id, {
      name: `${savedQueriesOf(of.subscription)}/${title}`,
      logGroupNames: [of.logGroup.logGroupName],
      queryString: [fields, ...statements].join('\n| '),
    });
  }
}

interface SavedQuery {
  readonly subscription: WatchedSubscription;
  readonly logGroup: logs.ILogGroup;
  readonly lines: readonly string[];
}

/** The folder of a subscription's saved queries in CloudWatch Logs Insights. */
export function savedQueriesOf(subscription: WatchedSubscription): string {
  const { stackName } = Stack.of(subscription);
  return `${stackName}/${nameOf(subscription).replace(NOT_IN_NAMESPACES, '-')}`;
}

function policiesThat(hold: boolean): readonly string[] {
  return Object.entries(failurePolicies).flatMap(([name, { holdsPartition }]) =>
    holdsPartition === hold ? [name] : [],
  );
}

function linesOf(policies: readonly string[]): logs.IFilterPattern {
  return logs.FilterPattern.any(
    ...policies.map((name) => logs.FilterPattern.stringValue('$.policy', '=', name)),
  );
}
