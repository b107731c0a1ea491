/** Nothing that deploys notices a metric that does not exist: all that is asked for is in the table. */
import { describe, expect, it } from '@jest/globals';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { METRICS as HANDLER_METRICS } from '../../consumer/topic-metrics.js';
import { PipelineAlarms, PipelineDashboard, type WatchedPipeline } from '../../infra/index.js';
import { METRICS } from '../../infra/watch/metrics.js';
import {
  ALL_METRICS,
  clusterOf,
  emptyStack,
  ImportedCluster,
  SELF_MANAGED,
  Serverless,
  Watched,
} from './watched.js';

/** Of a metric namespace, name and dimensions, in one text. */
type Asked = string;

const HANDLERS = 'Clicks';

function asked(namespace: string, name: string, dimensions: readonly string[]): Asked {
  const own = namespace === HANDLERS || namespace.startsWith('Tavro/');
  return [own ? 'own' : namespace, name, ...[...dimensions].sort()].join(' | ');
}

const TABLE = new Set(
  Object.values(METRICS).map((row) => asked(row.namespace, row.name, row.dimensions)),
);

/** What a Metrics Insights query asks for; texts with names of the deployment have those as `?`. */
function ofQuery(query: string): Asked {
  const [, name = '', schema = ''] =
    /SELECT \w+\("(\w+)"\) FROM SCHEMA\(([^)]*)\)/.exec(query) ?? [];
  const [namespace = '', ...dimensions] = schema.split(', ').map((part) => part.slice(1, -1));
  return asked(namespace, name, dimensions);
}

interface Stat {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string }[];
}

interface AlarmProperties extends Partial<Stat> {
  readonly Metrics?: readonly {
    readonly Expression?: unknown;
    readonly MetricStat?: { readonly Metric: Stat };
  }[];
}

const ofStat = ({ Namespace, MetricName, Dimensions = [] }: Stat): Asked =>
  asked(
    Namespace,
    MetricName,
    Dimensions.map(({ Name }) => Name),
  );

function plain(value: unknown): string {
  if (typeof value === 'string') return value;
  const [separator, parts] =
    (value as { 'Fn::Join'?: [string, unknown[]] } | undefined)?.['Fn::Join'] ?? [];
  return parts?.map((part) => (typeof part === 'string' ? part : '?')).join(separator) ?? '?';
}

function ofAlarms(template: Template): Asked[] {
  const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
  return alarms.flatMap(({ Properties }) => {
    // Safe: the parts of an alarm that CloudFormation documents.
    const { Metrics, ...single } = Properties as AlarmProperties;
    if (Metrics === undefined) return [ofStat(single as Stat)];
    return Metrics.flatMap(({ Expression, MetricStat }) => {
      if (MetricStat !== undefined) return [ofStat(MetricStat.Metric)];
      const text = plain(Expression);
      return text.startsWith('SELECT') ? [ofQuery(text)] : [];
    });
  });
}

interface Widget {
  readonly type: string;
  readonly properties: { readonly title?: string; readonly metrics?: readonly unknown[][] };
}

function widgetsOf(template: Template): readonly Widget[] {
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  // Safe: the body is JSON, in which names of the deployment are texts.
  return JSON.parse(plain(dashboard?.Properties.DashboardBody)).widgets as Widget[];
}

function ofDashboard(template: Template): Asked[] {
  return widgetsOf(template).flatMap(({ properties }) =>
    (properties.metrics ?? []).flatMap((row) => {
      const [first] = row;
      if (typeof first === 'object') {
        const { expression = '' } = first as { readonly expression?: string };
        return expression.startsWith('SELECT') ? [ofQuery(expression)] : [];
      }
      const [namespace = '', name = '', ...rest] = row.filter((part) => typeof part === 'string');
      return [
        asked(
          namespace,
          name,
          rest.filter((_, place) => place % 2 === 0),
        ),
      ];
    }),
  );
}

type Make = (stack: Stack) => WatchedPipeline;

const PIPELINES: Readonly<Record<string, Make>> = {
  't3 brokers, metrics of the mapping and of the handler': (stack) => ({
    subscriptions: [new Watched(stack, 'Clicks', { metrics: ALL_METRICS })],
    cluster: clusterOf(stack, 'kafka.t3.small'),
    metricsNamespace: HANDLERS,
  }),
  'Express brokers': (stack) => ({
    subscriptions: [new Watched(stack, 'Clicks')],
    cluster: clusterOf(stack, 'express.m7g.large'),
  }),
  'MSK Serverless': (stack) => ({
    subscriptions: [new Watched(stack, 'Clicks')],
    cluster: new Serverless(stack, 'Serverless'),
  }),
  'an imported cluster': (stack) => ({
    subscriptions: [new Watched(stack, 'Clicks')],
    cluster: new ImportedCluster(stack, 'Imported'),
  }),
  'brokers that are not MSK': (stack) => ({
    subscriptions: [
      new Watched(stack, 'OnDemand', { cluster: SELF_MANAGED }),
      new Watched(stack, 'Counted', { cluster: SELF_MANAGED, metrics: ALL_METRICS }),
    ],
  }),
};

function templateOf(make: Make): Template {
  const stack = emptyStack();
  const pipeline = make(stack);
  const alarms = new PipelineAlarms(stack, 'Alarms', pipeline);
  new PipelineDashboard(stack, 'Dashboard', { ...pipeline, alarms });
  return Template.fromStack(stack);
}

describe('the metrics that are asked for', () => {
  it.each(Object.keys(PIPELINES))('exist: %s', (name) => {
    const make = PIPELINES[name];
    if (make === undefined) throw new Error('no such pipeline');
    const template = templateOf(make);
    const all = [...ofAlarms(template), ...ofDashboard(template)];
    expect(all.length).toBeGreaterThan(8);
    expect(all.filter((one) => !TABLE.has(one))).toEqual([]);
  });

  it('are all that the table has', () => {
    const templates = Object.values(PIPELINES).map(templateOf);
    const all = new Set(templates.flatMap((one) => [...ofAlarms(one), ...ofDashboard(one)]));
    expect([...TABLE].filter((one) => !all.has(one))).toEqual([]);
  });

  it('of handlers are those that they write', () => {
    const own = Object.values(METRICS).filter(({ source }) => source === 'docs/observing.md');
    expect(own.filter(({ name }) => !(name in HANDLER_METRICS))).toEqual([]);
  });
});

describe('the dashboard', () => {
  it('says in its titles what to do', () => {
    const titles = Object.values(PIPELINES)
      .flatMap((make) => widgetsOf(templateOf(make)))
      .filter(({ type }) => type !== 'text')
      .map(({ properties }) => properties.title ?? 'none');
    expect(titles.filter((title) => !/^[^:.]+[^:]*[.:] .*/.test(title))).toEqual([]);
  });

  it('has the records that hold a partition, by offset', () => {
    const widgets = widgetsOf(
      templateOf((stack) => ({ subscriptions: [new Watched(stack, 'C')] })),
    );
    const held = widgets.filter(({ type }) => type === 'log');
    expect(JSON.stringify(held)).toContain('by topic, partition, offset, code');
  });

  it('has no alarms where none are given, and a name where one is', () => {
    const stack = emptyStack();
    new PipelineDashboard(stack, 'Dashboard', {
      subscriptions: [new Watched(stack, 'Clicks')],
      dashboardName: 'clicks',
    });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::CloudWatch::Dashboard', { DashboardName: 'clicks' });
    expect(widgetsOf(template).filter(({ type }) => type === 'alarm')).toEqual([]);
  });
});
