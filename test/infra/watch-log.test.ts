/** What the metric filters look for is what a handler logs. */
import { describe, expect, it } from '@jest/globals';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  createHandler,
  deadLetterTo,
  type FailureOptions,
  jsonLogger,
  on,
} from '../../consumer/index.js';
import { PipelineAlarms } from '../../infra/index.js';
import { METRICS } from '../../infra/watch/metrics.js';
import { mskEvent } from '../../local/msk-event.js';
import { clicks, framed, testRegistry } from '../consumer/clicks.js';
import { emptyStack, Watched } from './watched.js';

interface Filter {
  readonly FilterPattern: string;
  readonly MetricTransformations: readonly [
    {
      readonly MetricName: string;
      readonly MetricNamespace: string;
      readonly Dimensions: readonly { readonly Key: string; readonly Value: string }[];
    },
  ];
}

const GARBAGE = new TextEncoder().encode('no frame');

function template(stack: Stack = emptyStack()): Template {
  new PipelineAlarms(stack, 'Alarms', { subscriptions: [new Watched(stack, 'User/Clicks ü')] });
  return Template.fromStack(stack);
}

function filters(): readonly Filter[] {
  const found = Object.values(template().findResources('AWS::Logs::MetricFilter'));
  // Safe: the parts of a metric filter that CloudFormation documents.
  return found.map(({ Properties }) => Properties as Filter);
}

/** The lines of a handler whose topic has a record that is no record, and one that it fails on. */
async function linesOf(onFailure: FailureOptions['onFailure']): Promise<Record<string, unknown>[]> {
  const lines: string[] = [];
  const handler = createHandler({
    onFailure,
    registry: testRegistry().registry,
    logger: jsonLogger({ write: (line) => lines.push(line) }),
    routes: [
      on(clicks, () => {
        throw new Error('cannot handle this');
      }),
    ],
  });
  const event = mskEvent([
    { topic: 'clicks', partition: 3, value: GARBAGE },
    { topic: 'clicks', partition: 5, value: framed('a') },
  ]);
  await handler(event).catch(() => undefined);
  return lines.map((line) => JSON.parse(line));
}

/** Which filter takes a line, and the dimensions that it gives the metric. */
function counted(line: Readonly<Record<string, unknown>>): readonly unknown[] {
  return filters().flatMap(({ FilterPattern, MetricTransformations: [metric] }) => {
    const values = [...FilterPattern.matchAll(/\(\$\.(\w+) = "([^"]+)"\)/g)];
    if (!values.some(([, field = '', value]) => line[field] === value)) return [];
    const dimensions = metric.Dimensions.map(({ Key, Value }) => [
      Key,
      String(line[Value.replace('$.', '')]),
    ]);
    return [{ metric: metric.MetricName, ...Object.fromEntries(dimensions) }];
  });
}

const held = (Partition: string, Cause: string) => ({
  metric: 'FailuresHeld',
  Topic: 'clicks',
  Partition,
  Cause,
});
const passed = (Cause: string) => ({ metric: 'FailuresPassed', Topic: 'clicks', Cause });

describe('a failure in the log counts', () => {
  it.each<readonly [string, FailureOptions['onFailure'], readonly unknown[]]>([
    ['under the default policy, of the partition it holds', undefined, [held('3', 'FRAME')]],
    ['as reported', 'report', [held('3', 'FRAME'), held('5', 'HANDLER')]],
    ['as skipped', 'skip', [passed('FRAME'), passed('HANDLER')]],
    ['as a dead letter', deadLetterTo(async () => {}), [passed('FRAME'), passed('HANDLER')]],
  ])('%s', async (_name, onFailure, expected) => {
    const lines = await linesOf(onFailure);
    const found = lines.flatMap(counted);
    expect(found).toEqual(expected);
  });
});

it('is kept by subscription, under a name that CloudWatch takes', () => {
  const spaces = filters().map(({ MetricTransformations: [metric] }) => metric.MetricNamespace);
  expect(new Set(spaces)).toEqual(new Set(['Tavro/Clicks/User--Clicks--']));
});

it('has the dimensions that the table says', () => {
  const dimensions = filters().map(({ MetricTransformations: [metric] }) => [
    metric.MetricName,
    metric.Dimensions.map(({ Key }) => Key).sort(),
  ]);
  expect(Object.fromEntries(dimensions)).toEqual({
    FailuresHeld: METRICS.failuresHeld.dimensions,
    FailuresPassed: METRICS.failuresPassed.dimensions,
  });
});

it('is saved as queries, in a folder of the subscription', () => {
  const queries = Object.values(template().findResources('AWS::Logs::QueryDefinition'));
  expect(queries.map(({ Properties }) => Properties.Name)).toEqual([
    'Clicks/User--Clicks--/records that hold a partition',
    'Clicks/User--Clicks--/records passed over',
  ]);
  expect(queries[0]?.Properties.QueryString).toMatchInlineSnapshot(`
"filter policy in ["fail", "report"]
| stats count(*) as attempts, min(@timestamp) as since, max(@timestamp) as latest, latest(message) as cause by topic, partition, offset, code
| sort latest desc
| limit 100"
`);
});
