/** What OpenTelemetry and standard headers say of messages. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
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
  openTelemetry,
  ProducerError,
  type ProducerOptions,
  type ProducerTelemetry,
  type StandardHeaders,
  type TraceContext,
} from '../../producer/index.js';
import { click, clicks, failureOf, setUp as setUpOne } from './clicks.js';

const { context, metrics, propagation, SpanKind, SpanStatusCode, trace } = api;
const message = (n: number) => ({ key: `user-${n}`, value: click(n) });
const HOUR_MS = 3_600_000;

describe('openTelemetry', () => {
  const spans = new InMemorySpanExporter();
  const seen = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  let reader: PeriodicExportingMetricReader;

  beforeEach(() => {
    spans.reset();
    seen.reset();
    reader = new PeriodicExportingMetricReader({
      exporter: seen,
      exportIntervalMillis: HOUR_MS,
    });
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
    trace.setGlobalTracerProvider(provider);
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  });
  afterEach(() => {
    for (const api of [trace, metrics, propagation, context]) api.disable();
  });

  /** Data points by name of the metric. */
  async function points(): Promise<Record<string, readonly (readonly [object, unknown])[]>> {
    await reader.forceFlush();
    const all =
      seen
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
    return Object.fromEntries(
      all.map(({ descriptor, dataPoints }) => [
        descriptor.name,
        dataPoints.map(({ attributes, value }) => [
          attributes,
          typeof value === 'object' ? value.count : value,
        ]),
      ]),
    );
  }

  it('has a span of each message, a child of what is active, and counts and times', async () => {
    const { producer, transport, clock } = setUpOne({ telemetry: await openTelemetry() });
    const around = trace.getTracer('test').startSpan('request');
    const sending = context.with(trace.setSpan(context.active(), around), () =>
      producer.send(clicks, { ...message(1), headers: { mine: 'h' } }),
    );
    await clock.advance(5);
    await sending;
    transport.reply = () => [{ error: new ProducerError('REJECTED', 'no') }];
    const failing = failureOf(producer.send(clicks, message(2)));
    await clock.advance(5);
    await failing;
    // @ts-expect-error It is no click.
    await failureOf(producer.send(clicks, { key: 'k', value: {} }));

    const base = {
      'messaging.system': 'kafka',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'clicks',
    };
    const [first, second, third] = spans.getFinishedSpans();
    expect(first).toMatchObject({
      name: 'send clicks',
      kind: SpanKind.PRODUCER,
      parentSpanContext: { spanId: around.spanContext().spanId },
      attributes: {
        ...base,
        'messaging.destination.partition.id': '0',
        'messaging.kafka.offset': 0,
      },
    });
    expect(second).toMatchObject({
      attributes: { ...base, 'error.type': 'REJECTED' },
      status: { code: SpanStatusCode.ERROR, message: 'no' },
    });
    expect(third).toMatchObject({ attributes: { ...base, 'error.type': 'ENCODE' } });
    const { traceId, spanId } = first?.spanContext() ?? {};
    const headers = transport.sent[0]?.messages[0]?.headers.map(([name, value]) => [
      name,
      new TextDecoder().decode(value),
    ]);
    expect(headers).toEqual([
      ['traceparent', `00-${traceId}-${spanId}-01`],
      ['mine', 'h'],
    ]);
    const { 'tavro.producer.waiting': waiting, ...others } = await points();
    expect(others).toEqual({
      'messaging.client.sent.messages': [
        [base, 1],
        [{ ...base, 'error.type': 'REJECTED' }, 1],
        [{ ...base, 'error.type': 'ENCODE' }, 1],
      ],
      'messaging.client.operation.duration': [[base, 2]],
      'tavro.producer.batch.messages': [[base, 2]],
    });
    expect(waiting).toEqual([
      [{ state: 'on the way' }, 0],
      [{ state: 'blocked' }, 0],
    ]);
  });

  it('takes the package where it is given it, as in a bundle', async () => {
    const { producer, clock } = setUpOne({ telemetry: await openTelemetry(api) });
    void producer.send(clicks, message(1));
    await clock.advance(5);
    expect(spans.getFinishedSpans().map(({ name }) => name)).toEqual(['send clicks']);
  });

  it('tells what waits, until the producer is closed', async () => {
    const options = { telemetry: await openTelemetry(), maxBufferedMessages: 2 };
    const { producer, transport } = setUpOne(options);
    transport.onPartitions = () => new Promise(() => {});
    for (const n of [1, 2, 3]) void producer.send(clicks, message(n));
    expect((await points())['tavro.producer.waiting']).toEqual([
      [{ state: 'on the way' }, 2],
      [{ state: 'blocked' }, 1],
    ]);
    const other = setUpOne(options);
    await other.producer.close();
    expect((await points())['tavro.producer.waiting']).toHaveLength(2);
  });
});

it('is not stopped by a telemetry that throws', async () => {
  const oh = () => {
    throw new Error('oh');
  };
  const telemetry: ProducerTelemetry = {
    onSend: () => ({ onDelivered: oh, onFailed: oh }),
    onBatch: oh,
    onOpen: oh,
  };
  for (const one of [telemetry, { onSend: oh }]) {
    const { producer, transport, clock } = setUpOne({ telemetry: one });
    const sending = producer.send(clicks, message(1));
    await clock.advance(5);
    expect((await sending).offset).toBe(0n);
    transport.reply = () => [{ error: new ProducerError('REJECTED', 'no') }];
    const failing = failureOf(producer.send(clicks, message(2)));
    await clock.advance(5);
    expect((await failing).code).toBe('REJECTED');
    await producer.close();
  }
});

describe('standard headers', () => {
  const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  /** The headers of one message, as text. */
  async function headersOf(
    standardHeaders: ProducerOptions['standardHeaders'],
    headers: Readonly<Record<string, string>> = {},
  ) {
    const { producer, transport, clock } = setUpOne({
      ...(standardHeaders && { standardHeaders }),
    });
    const sending = producer.sendAll(clicks, [{ ...message(1), headers }]);
    await clock.advance(5);
    await sending;
    const sent = transport.sent[0]?.messages[0]?.headers ?? [];
    return sent.map(([name, value]) => [name, new TextDecoder().decode(value)]);
  }
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

  const trace = (tracestate: object): TraceContext => ({ traceparent, ...tracestate });
  const TABLE: readonly (readonly [string, StandardHeaders, readonly (readonly string[])[]])[] = [
    ['none', {}, []],
    ['contentType', { contentType: 'application/avro' }, [['content-type', 'application/avro']]],
    ['eventId', { eventId: () => 'e-1' }, [['event-id', 'e-1']]],
    ['traceContext', { traceContext: () => trace({}) }, [['traceparent', traceparent]]],
    ['no trace', { traceContext: () => undefined }, []],
    [
      'traceContext with state',
      { traceContext: () => trace({ tracestate: 'a=b' }) },
      [
        ['traceparent', traceparent],
        ['tracestate', 'a=b'],
      ],
    ],
  ];
  it.each(TABLE)('%s', async (_, given, want) => {
    expect(await headersOf(given)).toEqual(want);
  });

  it('a random id is another for each message', async () => {
    const [[, one] = []] = await headersOf({ eventId: true });
    const [[, other] = []] = await headersOf({ eventId: true });
    expect([one, other]).toEqual([expect.stringMatching(UUID), expect.stringMatching(UUID)]);
    expect(one).not.toBe(other);
  });

  it("a message's own win", async () => {
    const own = { 'event-id': 'mine', other: 'o' };
    expect(await headersOf({ eventId: true, contentType: 'application/avro' }, own)).toEqual([
      ['content-type', 'application/avro'],
      ['event-id', 'mine'],
      ['other', 'o'],
    ]);
  });
});
