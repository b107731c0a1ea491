/**
 * Props of alarms and the dashboard.
 *
 * Props whose value is `undefined` here are tried as that only: another one belongs to one stack, or
 * must go with others.
 */
import {
  ALARMS,
  PipelineAlarms,
  type PipelineAlarmsProps,
  PipelineDashboard,
  type PipelineDashboardProps,
} from '../../../infra/index.js';
import { type Row, row } from '../../options/same.js';
import { clusterOf as t3Cluster, Watched } from '../watched.js';
import { templateOf } from './stacks.js';

/** Alarms, or a dashboard. */
const watched = (alarms: Partial<PipelineAlarmsProps>, board?: Partial<PipelineDashboardProps>) =>
  templateOf((stack) => {
    const metrics = ['EventCount', 'ErrorCount'];
    const subscriptions = [new Watched(stack, 'Clicks', { metrics })];
    if (board) new PipelineDashboard(stack, 'Dashboard', { ...board, subscriptions });
    else new PipelineAlarms(stack, 'Alarms', { ...alarms, subscriptions });
  });

/** The same of a cluster whose kind is known. */
const watchedBrokers = (props: Partial<PipelineAlarmsProps>) =>
  templateOf((stack) => {
    const pipeline = { subscriptions: [], cluster: t3Cluster(stack, 'kafka.t3.small') };
    new PipelineAlarms(stack, 'Alarms', { ...props, ...pipeline });
    new PipelineDashboard(stack, 'Dashboard', { ...props, ...pipeline });
  });

export const watchRows: Readonly<Record<string, Row>> = {
  'infra AlarmThresholds': row(
    // Each at a number that is no default.
    Object.fromEntries(Object.keys(ALARMS).map((id) => [id, 7])),
    (thresholds) => [watched({ thresholds }), watchedBrokers({ thresholds })],
    4,
  ),
  'infra PipelineAlarmsProps': row(
    {
      brokers: 'express',
      cluster: undefined,
      metricsNamespace: 'Clicks',
      notify: undefined,
      thresholds: { 'consumer-lag': 7 },
    },
    (props) => [watched(props), watchedBrokers(props)],
    4,
  ),
  'infra PipelineDashboardProps': row(
    {
      alarms: undefined,
      brokers: 'express',
      cluster: undefined,
      dashboardName: 'mine',
      metricsNamespace: 'Clicks',
    },
    (props) => watched({}, props),
    4,
  ),
};
