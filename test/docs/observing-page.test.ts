/** What docs/observing.md and docs/logs.md show is what is written, measured and thrown. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import * as api from '@opentelemetry/api';
import { ConsumerError, embeddedMetrics, openTelemetryConsumer } from '../../consumer/index.js';
import { METRICS } from '../../consumer/topic-metrics.js';
import { ROOT } from '../architecture/imports.js';
import { begin, outcome, partition } from '../consumer/outcomes.js';
import { blocksOf } from './blocks.js';

const PAGE = readFileSync(join(ROOT, 'docs/observing.md'), 'utf8');

/** Names and units of the table between the marks of this name. */
function tableOf(name: string): Record<string, string> {
  const [, table = ''] =
    new RegExp(`<!-- ${name} -->([\\s\\S]*?)<!-- /${name} -->`).exec(PAGE) ?? [];
  const rows = [...table.matchAll(/^\| `([\w.]+)` \| ([^|]+) \|/gm)];
  return Object.fromEntries(rows.map(([, metric = '', unit = '']) => [metric, unit]));
}

it('shows the lines of the Embedded Metric Format', async () => {
  const shown = blocksOf('docs/observing.md', PAGE).find(({ language }) => language === 'jsonl');
  const lines: string[] = [];
  const telemetry = embeddedMetrics({
    namespace: 'Clicks',
    dimensions: { FunctionName: 'clicks' },
    now: () => new Date(1_796_112_000_000),
    write: (line) => lines.push(`${line}\n`),
  });
  const seen = partition({
    topic: 'user-clicks-avro',
    firstOffset: 4_200,
    lastOffset: 4_299,
    received: 100,
    handled: 99,
    skipped: 1,
    failed: { DECODE: 1 },
    writers: [{ schemaId: 7, version: 2, records: 99 }],
    decodeMs: 0.31,
    oldestAgeMs: 420,
  });
  begin(telemetry, { requestId: '8f5c…' }).onEnd(outcome([seen]));
  await telemetry.flush?.();
  expect(lines.join('')).toBe(shown?.text);
});

it('lists the metrics in the log', () => {
  expect(tableOf('embedded metrics')).toEqual(METRICS);
});

it('lists the metrics of OpenTelemetry', async () => {
  const made: Record<string, string> = {};
  const make = (name: string, { unit }: { readonly unit: string }) => {
    made[name] = unit;
    return { add: () => {}, record: () => {}, addCallback: () => {}, removeCallback: () => {} };
  };
  const meter = {
    createCounter: make,
    createHistogram: make,
    createGauge: make,
    createObservableUpDownCounter: make,
  };
  await openTelemetryConsumer({ ...api, metrics: { getMeter: () => meter } });
  expect(tableOf('OpenTelemetry')).toEqual(made);
});

it('names errors as they are named', () => {
  const page = readFileSync(join(ROOT, 'docs/logs.md'), 'utf8');
  const names = [...page.matchAll(/^\| `(ConsumerError\.[\w.]+)` \|/gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    const [, code, thrown] = name?.split('.') ?? [];
    // Safe: what is compared is how a name is put together.
    const error = new ConsumerError(code as 'HANDLER', 'no', { cause: { name: thrown } });
    expect(error.name).toBe(name);
  }
});
