import { Annotations, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { calledFunction } from '../consumer/called-function.js';
import { InfraError } from '../errors.js';
import {
  ALARMS,
  type AlarmFacts,
  type AlarmId,
  type AlarmThresholds,
  type BrokerAlarmId,
  conditionOf,
  runbookOf,
  type SubscriptionAlarmId,
} from './alarm-table.js';
import { BROKER_ALARMS } from './broker-metrics.js';
import { LogMetrics, savedQueriesOf } from './log-metrics.js';
import { SUBSCRIPTION_ALARMS, SubscriptionMetrics } from './subscription-metrics.js';
import {
  brokersOf,
  clusterNameOf,
  hidesLag,
  logGroupOf,
  nameOf,
  type WatchedPipeline,
  type WatchedSubscription,
} from './watched.js';

export interface PipelineAlarmsProps extends WatchedPipeline {
  /**
   * Who is told when an alarm goes off, and when it is over. A topic that a customer key encrypts must let
   * `cloudwatch.amazonaws.com` use the key, or CloudWatch tells nobody.
   *
   * @default - nobody: the alarms are there to be looked at
   */
  readonly notify?: sns.ITopic;

  /**
   * Other thresholds, by the alarm's id, or `false` for none of these alarms. A subscription that needs its own is
   * watched by a `PipelineAlarms` of its own.
   *
   * @default - as `ALARMS` has them, each with its reason
   */
  readonly thresholds?: AlarmThresholds;
}

/** The longest description that CloudWatch keeps. */
const DESCRIPTION_MAX = 1024;

/**
 * Alarms on what stops or slows a pipeline, or loses its records: for each subscription, and for the
 * brokers of a cluster that this app made. docs/runbook.md says what to do about each.
 *
 * Each alarm costs some 0.10 $ a month, one on several series as much for each of them; the metrics of AWS are free,
 * those of the log cost in hours with failures. The prices were not looked up.
 *
 * That a contributor of an alarm is notified of by itself, with the values of its dimensions, is documented
 * (CloudWatch, "Acting on alarm changes"), and was not tried; nor was any of the alarms.
 */
export class PipelineAlarms extends Construct {
  private readonly made: { readonly id: AlarmId; readonly alarm: cloudwatch.Alarm }[] = [];
  private readonly props: PipelineAlarmsProps;

  constructor(scope: Construct, id: string, props: PipelineAlarmsProps) {
    super(scope, id);
    this.props = props;
    this.refuseThresholds();
    for (const subscription of props.subscriptions) this.watch(subscription);
    this.watchBrokers();
  }

  /** Those that were made, or of them those with this id. */
  alarms(id?: AlarmId): readonly cloudwatch.Alarm[] {
    return this.made.filter((one) => id === undefined || one.id === id).map(({ alarm }) => alarm);
  }

  private watch(subscription: WatchedSubscription): void {
    const scope = new Construct(this, subscription.node.path.replaceAll('/', '-'));
    const logGroup = logGroupOf(subscription.target);
    if (logGroup === undefined) this.warnOfUnreadLog(subscription);
    else new LogMetrics(scope, 'Log', { subscription, logGroup });
    if (hidesLag(subscription)) this.warnOfHiddenLag(subscription);
    const metrics = new SubscriptionMetrics(this.props, subscription);
    // Safe: the keys of the table are the ids.
    for (const id of Object.keys(SUBSCRIPTION_ALARMS) as SubscriptionAlarmId[]) {
      const metric = SUBSCRIPTION_ALARMS[id](metrics);
      if (metric !== undefined) this.add(scope, { id, metric, where: placeOf(subscription) });
    }
  }

  private watchBrokers(): void {
    const { cluster } = this.props;
    if (cluster === undefined) return;
    const kind = brokersOf(this.props);
    const scope = new Construct(this, 'Brokers');
    const name = clusterNameOf(cluster);
    // Safe: the keys of the table are the ids.
    for (const id of Object.keys(BROKER_ALARMS) as BrokerAlarmId[]) {
      const { of, metric } = BROKER_ALARMS[id];
      if (of.includes(kind))
        this.add(scope, { id, metric: metric(name), where: `Cluster ${name}.` });
    }
  }

  private add(scope: Construct, { id, metric, where }: AlarmToAdd): void {
    const facts: AlarmFacts = ALARMS[id];
    const { [id]: threshold = facts.threshold } = this.props.thresholds ?? {};
    if (threshold === false) return;
    const [datapointsToAlarm, evaluationPeriods] = facts.periods;
    const alarm = new cloudwatch.Alarm(scope, id, {
      metric,
      threshold,
      datapointsToAlarm,
      evaluationPeriods,
      comparisonOperator:
        facts.when === 'above'
          ? cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
          : cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData:
        facts.missing === 'quiet'
          ? cloudwatch.TreatMissingData.NOT_BREACHING
          : cloudwatch.TreatMissingData.MISSING,
      alarmDescription: describe(id, { threshold, where }),
    });
    this.tell(alarm, facts);
    this.made.push({ id, alarm });
  }

  private tell(alarm: cloudwatch.Alarm, { missing }: AlarmFacts): void {
    const { notify } = this.props;
    if (notify === undefined) return;
    const action = new SnsAction(notify);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    if (missing === 'told') alarm.addInsufficientDataAction(action);
  }

  /** For callers without the compiler, too: a misspelt id would change nothing without a word. */
  private refuseThresholds(): void {
    for (const [id, threshold] of Object.entries(this.props.thresholds ?? {})) {
      if (!Object.hasOwn(ALARMS, id)) {
        this.refuse(`there is no alarm '${id}'; the ids are ${Object.keys(ALARMS).join(', ')}`);
      }
      const fits = threshold === undefined || threshold === false || Number.isFinite(threshold);
      if (!fits && !Token.isUnresolved(threshold)) {
        this.refuse(`the threshold of '${id}' is ${threshold}; give a number, or false for none`);
      }
    }
  }

  private refuse(message: string): never {
    throw new InfraError('ALARM', message, this.node.path);
  }

  private warnOfUnreadLog(subscription: WatchedSubscription): void {
    Annotations.of(this).addWarningV2(
      `tavro:unreadLog:${nameOf(subscription)}`,
      `${subscription.node.path}: its function was not given a log group, so that nobody tells which partition stopped and why. ` +
        'Give the function a logGroup, as ConsumerFunction has one, or switch the alarms partition-stopped and records-passed-over off knowingly.',
    );
  }

  private warnOfHiddenLag(subscription: WatchedSubscription): void {
    Annotations.of(this).addWarningV2(
      `tavro:hiddenLag:${nameOf(subscription)}`,
      `${subscription.node.path}: MSK keeps no lag of the consumer group '${subscription.consumerGroupId}', since its name has a colon. ` +
        'Give a new consumer a name without; one that has run would begin anew.',
    );
  }
}

interface AlarmToAdd {
  readonly id: AlarmId;
  readonly metric: cloudwatch.IMetric;
  /** A sentence. */
  readonly where: string;
}

function placeOf(subscription: WatchedSubscription): string {
  const { target, topic, consumerGroupId } = subscription;
  return (
    `Function ${calledFunction(target).functionName}, topic ${topic.topicName}, group ${consumerGroupId}; ` +
    `saved queries in ${savedQueriesOf(subscription)}.`
  );
}

function describe(
  id: AlarmId,
  { threshold, where }: { readonly threshold: number; readonly where: string },
): string {
  const { title, todo } = ALARMS[id];
  const text = `${title}: ${conditionOf(id, threshold)}. ${todo} ${where} ${runbookOf(id)}`;
  // What tokens come to is not known; they are names, and the texts leave room for them.
  return Token.isUnresolved(text) ? text : text.slice(0, DESCRIPTION_MAX);
}
