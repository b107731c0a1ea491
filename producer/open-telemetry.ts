import {
  type Attributes,
  importOpenTelemetry,
  isOpenTelemetry,
  kafkaAttributes,
  type Observed,
  OPEN_TELEMETRY,
  type OpenTelemetryApi,
} from '../runtime/open-telemetry.js';
import { ProducerError } from './errors.js';
import type { DeliveryReport } from './message.js';
import { expect } from './misuse.js';
import type { ProducerTelemetry, SendObserver } from './telemetry.js';

/** Who measures, as OpenTelemetry has it. */
const SCOPE = 'tavro/producer';

/** Bounds of buckets, in seconds and in messages. */
const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];
const MESSAGES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

/**
 * Spans, metrics and trace context by OpenTelemetry's API package (`@opentelemetry/api`, an optional
 * peer) and whatever SDK the process has set up; nothing where the package is not installed.
 *
 * A span `send TOPIC` for each message, to which the consumer's has a link by the header `traceparent`;
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
  if (api !== undefined) {
    expect(isOpenTelemetry(api), 'openTelemetry: what it is given', api, OPEN_TELEMETRY);
  }
  try {
    const found = api ?? (await importOpenTelemetry());
    return found === undefined ? {} : telemetryOf(found);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ProducerError('CONFIG', `@opentelemetry/api cannot be loaded: ${why}`, { cause });
  }
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
  return { ...kafkaAttributes('send'), 'messaging.destination.name': topic };
}
