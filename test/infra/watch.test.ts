import { describe, expect, it } from '@jest/globals';
import { CfnParameter, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as sns from 'aws-cdk-lib/aws-sns';
import {
  ALARMS,
  type AlarmId,
  InfraError,
  KAFKA_TIMEOUT_MAX,
  MskCluster,
  PipelineAlarms,
  PipelineNetwork,
} from '../../infra/index.js';
import { conditionOf, runbookOf } from '../../infra/watch/alarm-table.js';
import { quickApp } from './sample-stack.js';
import {
  ALL_METRICS,
  clusterOf,
  emptyStack,
  ImportedCluster,
  idsOf,
  one,
  propertiesOf,
  SELF_MANAGED,
  Serverless,
  Watched,
} from './watched.js';

const ALWAYS: readonly AlarmId[] = [
  'partition-stopped',
  'records-passed-over',
  'consumer-lag',
  'consumer-lag-growing',
  'function-errors',
  'function-throttled',
  'function-near-timeout',
];
const OF_MSK: readonly AlarmId[] = ['time-lag', 'poller-stopped'];
const OF_STANDARD: readonly AlarmId[] = [
  'brokers-disk',
  'brokers-cpu',
  'partitions-offline',
  'partitions-under-replicated',
  'no-controller',
];

describe('an alarm is made where its metric exists', () => {
  it('of an imported cluster: lag, and nothing of brokers that others watch', () => {
    const stack = emptyStack();
    const alarms = one({ cluster: new ImportedCluster(stack, 'Theirs') }, stack);
    expect(new Set(idsOf(alarms))).toEqual(new Set([...ALWAYS, ...OF_MSK]));
  });

  it('of brokers that are not MSK: what Lambda knows', () => {
    const stack = emptyStack();
    const subscriptions = [new Watched(stack, 'Clicks', { cluster: SELF_MANAGED })];
    expect(new Set(idsOf(one({ subscriptions }, stack)))).toEqual(new Set(ALWAYS));
  });

  it.each<readonly [string, readonly AlarmId[]]>([
    ['kafka.m7g.large', OF_STANDARD],
    ['kafka.t3.small', [...OF_STANDARD, 'brokers-cpu-credits']],
    ['express.m7g.large', ['brokers-cpu', 'no-controller']],
  ])('of brokers %s', (type, expected) => {
    const stack = emptyStack();
    const alarms = one({ cluster: clusterOf(stack, type) }, stack);
    expect(new Set(idsOf(alarms))).toEqual(new Set([...ALWAYS, ...OF_MSK, ...expected]));
  });

  it('of MSK Serverless: lag', () => {
    const stack = emptyStack();
    const alarms = one({ cluster: new Serverless(stack, 'Serverless') }, stack);
    expect(new Set(idsOf(alarms))).toEqual(new Set([...ALWAYS, ...OF_MSK]));
  });

  it('of our own cluster, and of one whose instance type is known at deployment only', () => {
    const stack = emptyStack();
    const { vpc } = new PipelineNetwork(stack, 'Net');
    const ours = one({ cluster: new MskCluster(stack, 'Ours', { vpc }) }, stack);
    const other = emptyStack();
    const type = new CfnParameter(other, 'Type').valueAsString;
    const unknown = one({ cluster: clusterOf(other, type) }, other);
    expect([idsOf(ours), idsOf(unknown)].map((ids) => new Set(ids))).toEqual([
      new Set([...ALWAYS, ...OF_MSK, ...OF_STANDARD]),
      new Set([...ALWAYS, ...OF_MSK, ...OF_STANDARD]),
    ]);
  });

  it('of an imported cluster whose brokers are named', () => {
    const stack = emptyStack();
    const alarms = one({ cluster: new ImportedCluster(stack, 'Own'), brokers: 'express' }, stack);
    expect(idsOf(alarms)).toEqual(expect.arrayContaining(['brokers-cpu', 'no-controller']));
    expect(idsOf(alarms)).not.toContain('brokers-disk');
  });

  it('of a mapping with metrics, and of a handler that writes some: all of a subscription', () => {
    const stack = emptyStack();
    const subscriptions = [new Watched(stack, 'Clicks', { metrics: ALL_METRICS })];
    const alarms = one({ subscriptions, metricsNamespace: 'Clicks' }, stack);
    const all = Object.entries(ALARMS).flatMap(([id, { of }]) => (of === 'brokers' ? [] : [id]));
    expect(idsOf(alarms)).toEqual(all);
  });
});

it('says which topic and partition stopped: a series, and so a notification, of each', () => {
  const { Metrics, AlarmDescription } = propertiesOf(one(), 'partition-stopped');
  expect(Metrics).toEqual([
    expect.objectContaining({
      Expression:
        'SELECT SUM("FailuresHeld") FROM SCHEMA("Tavro/Clicks/Clicks", "Cause", "Partition", "Topic") GROUP BY "Topic", "Partition" ORDER BY SUM() DESC',
      Period: 300,
    }),
  ]);
  expect(JSON.stringify(AlarmDescription)).toContain('user-clicks-avro');
});

it('asks for the brokers of this cluster by name', () => {
  const stack = emptyStack();
  const cluster = new ImportedCluster(stack, 'Own');
  const alarms = one({ cluster, brokers: 'standard' }, stack);
  expect(propertiesOf(alarms, 'brokers-disk')).toMatchObject({
    Threshold: 85,
    Metrics: [
      {
        Expression:
          'SELECT MAX("KafkaDataLogsDiskUsed") FROM SCHEMA("AWS/Kafka", "Broker ID", "Cluster Name") WHERE "Cluster Name" = \'clicks\' GROUP BY "Broker ID" ORDER BY MAX() DESC',
      },
    ],
  });
});

it('takes calls of the function for none where records wait', () => {
  const { Metrics } = propertiesOf(one(), 'poller-stopped');
  expect(Metrics).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        Expression: 'IF(FILL(lag, 0) > 0 AND FILL(calls, 0) == 0, 1, 0)',
      }),
    ]),
  );
});

describe('what is told', () => {
  it('of each alarm what to do, and where the runbook has it', () => {
    const stack = emptyStack();
    const subscriptions = [new Watched(stack, 'Clicks', { metrics: ALL_METRICS })];
    const cluster = clusterOf(stack, 'kafka.t3.small');
    const alarms = one({ subscriptions, cluster, metricsNamespace: 'Clicks' }, stack);
    for (const id of idsOf(alarms)) {
      const text = JSON.stringify(propertiesOf(alarms, id).AlarmDescription);
      expect(text).toContain(runbookOf(id));
      expect(text).toContain(conditionOf(id));
      expect(text).toContain(ALARMS[id].todo);
    }
    expect(idsOf(alarms)).toEqual(Object.keys(ALARMS));
  });

  it('leaves room for names in the 1024 characters of a description', () => {
    const texts = Object.entries(ALARMS).map(([id, { title, todo }]) =>
      // Safe: the keys of the table are the ids.
      [title, conditionOf(id as AlarmId), todo, runbookOf(id as AlarmId)].join(' '),
    );
    expect(texts.filter((text) => text.length > 420)).toEqual([]);
  });

  it('to a topic: that it began, that it is over, and for some that nobody knows', () => {
    const stack = emptyStack();
    const notify = new sns.Topic(stack, 'Told');
    const alarms = one({ notify, cluster: clusterOf(stack, 'kafka.m7g.large') }, stack);
    const topic = { Ref: stack.getLogicalId(notify.node.defaultChild as sns.CfnTopic) };
    for (const id of idsOf(alarms)) {
      const unknown = ALARMS[id].missing === 'told' ? { InsufficientDataActions: [topic] } : {};
      expect(propertiesOf(alarms, id)).toMatchObject({
        AlarmActions: [topic],
        OKActions: [topic],
        ...unknown,
        TreatMissingData: ALARMS[id].missing === 'told' ? 'missing' : 'notBreaching',
      });
      if (ALARMS[id].missing === 'quiet') {
        expect(propertiesOf(alarms, id)).not.toHaveProperty('InsufficientDataActions');
      }
    }
  });

  it('to nobody, unless somebody is named', () => {
    Template.fromStack(Stack.of(one())).allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: Match.absent(),
    });
  });
});

it('sees the second call of a function that takes as long as it may', () => {
  const minutes = (id: AlarmId) => ALARMS[id].periods[1] * 5;
  const twice = ['partition-stopped', 'function-errors', 'function-near-timeout'] as const;
  expect(twice.filter((id) => minutes(id) < 2 * KAFKA_TIMEOUT_MAX.toMinutes())).toEqual([]);
  expect(minutes('poller-stopped')).toBeGreaterThan(KAFKA_TIMEOUT_MAX.toMinutes() + 5);
});

describe('thresholds', () => {
  it('are others, none, or the default', () => {
    const alarms = one({
      thresholds: { 'consumer-lag': 50, 'function-errors': false, 'time-lag': undefined },
    });
    expect(propertiesOf(alarms, 'consumer-lag')).toMatchObject({
      Threshold: 50,
    });
    expect(JSON.stringify(propertiesOf(alarms, 'consumer-lag'))).toContain('above 50 records');
    expect(alarms.alarms('function-errors')).toEqual([]);
    expect(propertiesOf(alarms, 'time-lag')).toMatchObject({ Threshold: 900 });
  });

  it('of an id that does not exist do not compile, and are refused', () => {
    // @ts-expect-error 'consumer-lags' is no alarm.
    expect(() => one({ thresholds: { 'consumer-lags': 5 } })).toThrow(
      new InfraError(
        'ALARM',
        `there is no alarm 'consumer-lags'; the ids are ${Object.keys(ALARMS).join(', ')}`,
        'Clicks/Alarms',
      ),
    );
  });

  it('that are no numbers are refused, and those of the deployment are not', () => {
    expect(() => one({ thresholds: { 'time-lag': Number.NaN } })).toThrow(
      "the threshold of 'time-lag' is NaN; give a number, or false for none",
    );
    const stack = emptyStack();
    const lag = new CfnParameter(stack, 'Lag', { type: 'Number' });
    const alarms = one({ thresholds: { 'consumer-lag': lag.valueAsNumber } }, stack);
    expect(propertiesOf(alarms, 'consumer-lag')).toMatchObject({ Threshold: { Ref: 'Lag' } });
  });
});

it('warns of a group whose lag MSK does not keep', () => {
  const stack = emptyStack();
  const subscriptions = [new Watched(stack, 'Clicks', { consumerGroupId: 'clicks:v2' })];
  one({ subscriptions }, stack);
  Annotations.fromStack(stack).hasWarning('/Clicks/Alarms', Match.stringLikeRegexp('has a colon'));
});

it('watches subscriptions of other stacks, two of one name among them', () => {
  const app = quickApp();
  const stacks = ['A', 'B'].map((id) => new Stack(app, id));
  const watching = new Stack(app, 'Watching');
  const alarms = new PipelineAlarms(watching, 'Alarms', {
    subscriptions: stacks.map((stack) => new Watched(stack, 'Clicks')),
  });
  expect(alarms.alarms('partition-stopped')).toHaveLength(2);
  expect(() => app.synth()).not.toThrow();
  const queries = JSON.stringify(Template.fromStack(watching).toJSON());
  expect(queries).toContain('Tavro/A/Clicks');
  expect(queries).toContain('Tavro/B/Clicks');
});
