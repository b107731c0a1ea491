import { isMissing } from '../runtime/missing-package.js';
import { ProducerError } from './errors.js';
import type { DeliveryReport } from './message.js';
import { expect, hasMethods } from './misuse.js';
import type { ProducerTelemetry, SendObserver } from './telemetry.js';

type Attributes = Record<string, string | number>;

interface Span {
  setAttribute(name: string, value: string | number): unknown;
  setStatus(status: { readonly code: number; readonly message: string }): unknown;
  end(): void;
}

interface Context {
  getValue(key: symbol): unknown;
  setValue(key: symbol, value: unknown): Context;
  deleteValue(key: symbol): Context;
}

interface Options {
  readonly unit: string;
  readonly description: string;
}

interface Histogram {
  record(value: number, attributes: Attributes): void;
}

interface Observed {
  observe(value: number, attributes: Attributes): void;
}

interface Meter {
  createCounter(
    name: string,
    options: Options,
  ): { add(value: number, attributes: Attributes): void };
  createHistogram(
    name: string,
    options: Options & { readonly advice: { explicitBucketBoundaries: number[] } },
  ): Histogram;
  createObservableUpDownCounter(
    name: string,
    options: Options,
  ): {
    addCallback(observe: (result: Observed) => void): void;
    removeCallback(observe: (result: Observed) => void): void;
  };
}

/** What is used of `@opentelemetry/api`; the types of the package would be asked of all who compile. */
export interface OpenTelemetryApi {
  readonly SpanKind: { readonly PRODUCER: number };
  readonly SpanStatusCode: { readonly ERROR: number };
  readonly context: { active(): Context };
  readonly propagation: { inject(context: Context, carrier: Record<string, string>): void };
  readonly trace: {
    getTracer(name: string): {
      startSpan(name: string, options: { kind: number; attributes: Attributes }): Span;
    };
    setSpan(context: Context, span: Span): Context;
  };
  readonly metrics: { getMeter(name: string): Meter };
}

/** Who measures, as OpenTelemetry has it. */
const SCOPE = 'tavro/producer';

/** Bounds of buckets, in seconds and in messages. */
const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];
const MESSAGES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

/**
 * Spans, metrics and trace context by OpenTelemetry's API package (`@opentelemetry/api`, an optional
 * peer) and whatever SDK the process has set up; nothing where the package is not installed.
 *
 * A span `send TOPIC` for each message, of which the consumer's is a child by the header `traceparent`;
 * `messaging.client.sent.messages` and `messaging.client.operation.duration` by topic and, where it
 * failed, `error.type`; `tavro.producer.batch.messages`, and `tavro.producer.waiting` for what has no
 * outcome yet. Named after the semantic conventions for Kafka
 * (https://opentelemetry.io/docs/specs/semconv/messaging/kafka/).
 * @param api the package, for bundles, which do not hold what is loaded by name:
 * `import * as api from '@opentelemetry/api'`
 * @example createProducer({ telemetry: await openTelemetry(), … })
 * @throws ProducerError `CONFIG` if the package is there and cannot be loaded
 */
export async function openTelemetry(api?: OpenTelemetryApi): Promise<ProducerTelemetry> {
  if (api !== undefined) checkApi(api);
  try {
    return telemetryOf(api ?? (await importPackage()));
  } catch (cause) {
    if (isMissing(cause, PACKAGE)) return {};
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ProducerError('CONFIG', `@opentelemetry/api cannot be loaded: ${why}`, { cause });
  }
}

/** The package, and not an SDK. @throws ProducerError `CONFIG` */
function checkApi(api: OpenTelemetryApi): void {
  const { trace, metrics }: Partial<OpenTelemetryApi> = Object(api);
  const fits = hasMethods(trace, 'getTracer') && hasMethods(metrics, 'getMeter');
  const expected = "the package: import * as api from '@opentelemetry/api'";
  expect(fits, 'openTelemetry: what it is given', api, expected);
}

/** Put together, so that no bundler demands it of those who have no use of it. */
const PACKAGE = ['@opentelemetry', 'api'].join('/');

function importPackage(): Promise<OpenTelemetryApi> {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ PACKAGE);
}

function telemetryOf(api: OpenTelemetryApi): ProducerTelemetry {
  const tracer = api.trace.getTracer(SCOPE);
  const meter = api.metrics.getMeter(SCOPE);
  const sent = meter.createCounter('messaging.client.sent.messages', {
    unit: '{message}',
    description: 'Messages that have an outcome; error.type says which were not delivered.',
  });
  const duration = meter.createHistogram('messaging.client.operation.duration', {
    unit: 's',
    description: 'From the start of a batch to its outcome.',
    advice: { explicitBucketBoundaries: SECONDS },
  });
  const batch = meter.createHistogram('tavro.producer.batch.messages', {
    unit: '{message}',
    description: 'Messages of a batch.',
    advice: { explicitBucketBoundaries: MESSAGES },
  });
  const waiting = meter.createObservableUpDownCounter('tavro.producer.waiting', {
    unit: '{message}',
    description: 'Messages without an outcome yet.',
  });
  return {
    onSend({ topic }): SendObserver {
      const attributes = attributesOf(topic);
      const span = tracer.startSpan(`send ${topic}`, {
        kind: api.SpanKind.PRODUCER,
        attributes,
      });
      const headers: Record<string, string> = {};
      api.propagation.inject(api.trace.setSpan(api.context.active(), span), headers);
      return {
        headers,
        onDelivered({ partition, offset }: DeliveryReport) {
          span.setAttribute('messaging.destination.partition.id', String(partition));
          span.setAttribute('messaging.kafka.offset', Number(offset));
          span.end();
          sent.add(1, attributes);
        },
        onFailed({ code, message }: ProducerError) {
          span.setAttribute('error.type', code);
          span.setStatus({ code: api.SpanStatusCode.ERROR, message });
          span.end();
          sent.add(1, { ...attributes, 'error.type': code });
        },
      };
    },
    onBatch({ topic, messages, durationMs }) {
      const attributes = attributesOf(topic);
      duration.record(durationMs / 1_000, attributes);
      batch.record(messages, attributes);
    },
    onOpen(read) {
      const observe = (result: Observed) => {
        const { messages, blocked } = read();
        result.observe(messages, { state: 'on the way' });
        result.observe(blocked, { state: 'blocked' });
      };
      waiting.addCallback(observe);
      return () => waiting.removeCallback(observe);
    },
  };
}

function attributesOf(topic: string): Attributes {
  return {
    'messaging.system': 'kafka',
    'messaging.operation.name': 'send',
    'messaging.operation.type': 'send',
    'messaging.destination.name': topic,
  };
}
