/** What OpenTelemetry hears of a consumer, by its own SDK. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import {
  ConsumerError,
  type OpenTelemetryApi,
  type OpenTelemetryConsumerOptions,
  openTelemetryConsumer,
} from '../../consumer/index.js';
import { begin, outcome, partition, recordSeen } from './outcomes.js';

const { context, metrics, SpanKind, SpanStatusCode, trace } = api;
const HOUR_MS = 3_600_000;
const BASE = {
  'messaging.system': 'kafka',
  'messaging.operation.name': 'process',
  'messaging.operation.type': 'process',
};
const CLICKS = { ...BASE, 'messaging.destination.name': 'clicks' };

/** The headers of a record that was sent within a span of this number. */
const sentBy = (n: number, tracestate?: string) => ({
  traceparent: `00-${'a'.repeat(32)}-${n.toString(16).padStart(16, '0')}-01`,
  ...(tracestate !== undefined && { tracestate }),
});

describe('openTelemetryConsumer', () => {
  const spans = new InMemorySpanExporter();
  let seen: InMemoryMetricExporter;
  let reader: PeriodicExportingMetricReader;

  beforeEach(() => {
    spans.reset();
    seen = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    reader = new PeriodicExportingMetricReader({ exporter: seen, exportIntervalMillis: HOUR_MS });
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
    trace.setGlobalTracerProvider(provider);
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  });
  afterEach(async () => {
    await reader.shutdown();
    for (const one of [trace, metrics, context]) one.disable();
  });

  /** Data points by name of the metric: attributes, and the sum of what was measured. */
  async function points(): Promise<Record<string, readonly (readonly [object, unknown])[]>> {
    await reader.forceFlush();
    const all =
      seen
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
    return Object.fromEntries(
      all.map(({ descriptor, dataPoints }) => [
        `${descriptor.name} ${descriptor.unit}`,
        dataPoints.map(({ attributes, value }) => [
          attributes,
          typeof value === 'object' ? [value.count, value.sum] : value,
        ]),
      ]),
    );
  }

  it('has a span for a batch, linked to those that sent its records', async () => {
    const batch = begin(await openTelemetryConsumer(), {
      requestId: 'r-1',
      group: 'web',
      count: 3,
      records: () => [
        recordSeen(sentBy(1, 'rojo=1')),
        recordSeen(),
        recordSeen({ traceparent: 'nonsense' }),
        recordSeen(sentBy(2)),
      ],
    });
    batch.run(() => trace.getTracer('test').startSpan('inner').end());
    batch.onEnd(outcome([]));
    const [inner, span] = spans.getFinishedSpans();
    expect(span).toMatchObject({
      name: 'process clicks',
      kind: SpanKind.CONSUMER,
      attributes: {
        ...CLICKS,
        'messaging.consumer.group.name': 'web',
        'messaging.batch.message_count': 3,
        'faas.invocation_id': 'r-1',
      },
      status: { code: SpanStatusCode.UNSET },
      links: [
        {
          context: {
            traceId: 'a'.repeat(32),
            spanId: '0000000000000001',
            traceFlags: 1,
            isRemote: true,
          },
        },
        { context: { spanId: '0000000000000002' } },
      ],
    });
    expect(span?.links.map((link) => link.context.traceState?.get('rojo'))).toEqual([
      '1',
      undefined,
    ]);
    expect(inner).toMatchObject({
      name: 'inner',
      parentSpanContext: { spanId: span?.spanContext().spanId },
    });
  });

  it('keeps its own trace, of what is active around it', async () => {
    const around = trace.getTracer('test').startSpan('invocation');
    const telemetry = await openTelemetryConsumer();
    context.with(trace.setSpan(context.active(), around), () => {
      begin(telemetry, { records: () => [recordSeen(sentBy(1))] }).onEnd(outcome([]));
    });
    expect(spans.getFinishedSpans()).toMatchObject([
      { parentSpanContext: { spanId: around.spanContext().spanId } },
    ]);
  });

  it('links to 128 records, and looks at no more', async () => {
    let asked = 0;
    function* records() {
      for (;;) {
        asked += 1;
        yield recordSeen(sentBy(asked));
      }
    }
    begin(await openTelemetryConsumer(), { records }).onEnd(outcome([]));
    expect(spans.getFinishedSpans()[0]?.links).toHaveLength(128);
    expect(asked).toBe(128);
  });

  it('says in the span what failed, and why the batch did', async () => {
    const batch = begin(await openTelemetryConsumer(), { topic: undefined });
    const error = new ConsumerError('HANDLER', 'no', { cause: new Error('secret') });
    const failure = { topic: 'clicks', partition: 3, offset: 9, error };
    batch.onFailure({ ...failure, policy: undefined });
    batch.onFailure({ ...failure, policy: 'fail' });
    batch.onEnd(outcome([], { error, durationMs: 250 }));
    const event = {
      'error.type': 'HANDLER',
      'messaging.destination.name': 'clicks',
      'messaging.destination.partition.id': '3',
      'messaging.kafka.offset': 9,
    };
    const [span] = spans.getFinishedSpans();
    expect(span).toMatchObject({
      name: 'process',
      attributes: { ...BASE, 'error.type': 'HANDLER' },
      status: { code: SpanStatusCode.ERROR, message: 'no' },
      events: [
        { name: 'tavro.record.failed', attributes: event },
        { name: 'tavro.record.failed', attributes: { ...event, 'tavro.failure.policy': 'fail' } },
      ],
    });
    expect(JSON.stringify(span?.events)).not.toContain('secret');
    expect((await points())['messaging.process.duration s']).toEqual([
      [{ ...BASE, 'error.type': 'HANDLER' }, [1, 0.25]],
    ]);
  });

  it('has a span for each call where it is asked for', async () => {
    const telemetry = await openTelemetryConsumer(api, { spans: 'call' });
    const batch = begin(telemetry, { topic: undefined });
    expect(batch.run(() => trace.getActiveSpan())).toBeUndefined();
    const one = batch.onCall?.([recordSeen(sentBy(1), { offset: 4, writerVersion: 2 })]);
    one?.run(() => trace.getTracer('test').startSpan('inner').end());
    one?.onHandled();
    const many = batch.onCall?.([recordSeen(sentBy(2)), recordSeen(sentBy(3))]);
    many?.onFailed(new ConsumerError('HANDLER', 'no'));
    batch.onEnd(outcome([]));
    const [inner, first, second, ...others] = spans.getFinishedSpans();
    expect(first).toMatchObject({
      name: 'process clicks',
      attributes: {
        ...CLICKS,
        'messaging.destination.partition.id': '0',
        'messaging.kafka.offset': 4,
        'tavro.writer.version': '2',
      },
      status: { code: SpanStatusCode.UNSET },
      links: { length: 1 },
    });
    expect(inner?.parentSpanContext?.spanId).toBe(first?.spanContext().spanId);
    expect(second).toMatchObject({
      attributes: { ...CLICKS, 'messaging.batch.message_count': 2, 'error.type': 'HANDLER' },
      status: { code: SpanStatusCode.ERROR },
      links: { length: 2 },
    });
    expect(others).toEqual([]);
    expect((await points())['messaging.process.duration s']).toEqual([
      [CLICKS, [1, expect.any(Number)]],
      [{ ...CLICKS, 'error.type': 'HANDLER' }, [1, expect.any(Number)]],
    ]);
  });

  it('counts and times by topic', async () => {
    const telemetry = await openTelemetryConsumer();
    begin(telemetry, { group: 'web' }).onEnd(
      outcome(
        [
          partition({
            received: 10,
            handled: 5,
            skipped: 1,
            deadLettered: 2,
            held: 2,
            failed: { DECODE: 3, HANDLER: 1 },
            writers: [
              { schemaId: 7, version: 2, records: 5 },
              { schemaId: 9, version: undefined, records: 1 },
            ],
            decodeMs: 2,
            oldestAgeMs: 1_500,
            lag: 40,
          }),
          partition({ partition: 1, received: 1, handled: 1, lag: 2 }),
        ],
        { durationMs: 250 },
      ),
    );
    const base = { ...CLICKS, 'messaging.consumer.group.name': 'web' };
    expect(await points()).toEqual({
      'messaging.client.consumed.messages {message}': [[base, 11]],
      'messaging.process.duration s': [[base, [1, 0.25]]],
      'tavro.consumer.records {record}': [
        [{ ...base, 'tavro.outcome': 'handled' }, 6],
        [{ ...base, 'tavro.outcome': 'skipped' }, 1],
        [{ ...base, 'tavro.outcome': 'dead-lettered' }, 2],
        [{ ...base, 'tavro.outcome': 'held' }, 2],
      ],
      'tavro.consumer.failures {failure}': [
        [{ ...base, 'error.type': 'DECODE' }, 3],
        [{ ...base, 'error.type': 'HANDLER' }, 1],
      ],
      'tavro.consumer.decoded {record}': [
        [{ ...base, 'tavro.schema.id': '7', 'tavro.writer.version': '2' }, 5],
        [{ ...base, 'tavro.schema.id': '9', 'tavro.writer.version': 'unknown' }, 1],
      ],
      'tavro.consumer.decode.duration s': [[base, [2, 0.002]]],
      'tavro.consumer.record.age s': [[base, [1, 1.5]]],
      'tavro.consumer.lag {record}': [
        [{ ...base, 'messaging.destination.partition.id': '0' }, 40],
        [{ ...base, 'messaging.destination.partition.id': '1' }, 2],
      ],
    });
  });

  it('counts without a gauge where the package is older', async () => {
    const { getMeter } = api.metrics;
    const older: OpenTelemetryApi = {
      ...api,
      metrics: {
        getMeter: (name) => {
          const meter = getMeter.call(api.metrics, name);
          return {
            createCounter: meter.createCounter.bind(meter),
            createHistogram: meter.createHistogram.bind(meter),
            createObservableUpDownCounter: meter.createObservableUpDownCounter.bind(meter),
          };
        },
      },
    };
    begin(await openTelemetryConsumer(older)).onEnd(outcome([partition({ received: 1, lag: 1 })]));
    const { 'tavro.consumer.lag {record}': lag, ...others } = await points();
    expect(lag).toBeUndefined();
    expect(others['messaging.client.consumed.messages {message}']).toEqual([[CLICKS, 1]]);
  });

  it('flushes where it is told how', async () => {
    expect((await openTelemetryConsumer()).flush).toBeUndefined();
    let flushed = 0;
    const forceFlush = async () => {
      flushed += 1;
    };
    await (await openTelemetryConsumer(api, { forceFlush })).flush?.();
    expect(flushed).toBe(1);
  });

  it.each<readonly [string, unknown, unknown]>([
    ['an SDK', new BasicTracerProvider(), {}],
    ['options in place of the package', { spans: 'call' }, {}],
    ['spans of another kind', undefined, { spans: 'record' }],
    ['a provider in place of a function', undefined, { forceFlush: new BasicTracerProvider() }],
  ])('refuses %s', async (_, given, options) => {
    const making = openTelemetryConsumer(
      // As callers without the compiler may give them.
      given as OpenTelemetryApi,
      options as OpenTelemetryConsumerOptions,
    );
    await expect(making).rejects.toMatchObject({
      code: 'CONFIG',
      message: expect.stringMatching(/^openTelemetryConsumer: /),
    });
  });
});
