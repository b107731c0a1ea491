import {
  type Attributes,
  importOpenTelemetry,
  isOpenTelemetry,
  kafkaAttributes,
  OPEN_TELEMETRY,
  type OpenTelemetryApi,
  type Span,
  type SpanLink,
} from '../runtime/open-telemetry.js';
import { ConsumerError } from './errors.js';
import { consumerInstruments, type Instruments } from './open-telemetry-instruments.js';
import type {
  BatchObserver,
  BatchReceived,
  CallObserver,
  ConsumerTelemetry,
  DecodedRecordSeen,
  FailureSeen,
  RecordSeen,
} from './telemetry.js';
import { producerSpan } from './trace-context.js';

export interface OpenTelemetryConsumerOptions {
  /**
   * A span `process TOPIC` for each batch, or for each call of a handler, which costs more.
   * @default 'batch'
   */
  readonly spans?: 'batch' | 'call' | undefined;
  /**
   * Has the SDK export what it gathered: called at the end of each invocation in Lambda, where no timer of
   * its runs in between. @default nothing is called: for what exports by itself
   * @example () => Promise.all([tracerProvider.forceFlush(), meterProvider.forceFlush()])
   */
  readonly forceFlush?: (() => Promise<unknown>) | undefined;
}

/** Who measures, as OpenTelemetry has it. */
const SCOPE = 'tavro/consumer';

/** Most links of a span, as SDKs have it by default; records behind these are not looked at. */
const MAX_LINKS = 128;

/**
 * Spans, metrics and trace context by OpenTelemetry's API package (`@opentelemetry/api`, an optional
 * peer) and whatever SDK the process has set up; nothing where the package is not installed.
 *
 * A span `process TOPIC` with links to the spans that produced the records, by their headers `traceparent`
 * and `tracestate` (W3C), in whose context handlers run; `messaging.client.consumed.messages`,
 * `messaging.process.duration` and our own `tavro.consumer.*`: docs/observing.md lists them. Named after the
 * semantic conventions for Kafka (https://opentelemetry.io/docs/specs/semconv/messaging/kafka/).
 * @param api the package, for bundles, which do not hold what is loaded by name:
 * `import * as api from '@opentelemetry/api'`
 * @example createHandler({ telemetry: await openTelemetryConsumer(), … })
 * @throws ConsumerError `CONFIG` if the package is there and cannot be loaded
 */
export async function openTelemetryConsumer(
  api?: OpenTelemetryApi,
  options: OpenTelemetryConsumerOptions = {},
): Promise<ConsumerTelemetry> {
  check(api, options);
  try {
    const found = api ?? (await importOpenTelemetry());
    return found === undefined ? {} : telemetryOf(found, options);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConsumerError('CONFIG', `@opentelemetry/api cannot be loaded: ${why}`, { cause });
  }
}

/** For callers without the compiler. */
function check(api: unknown, { spans = 'batch', forceFlush }: OpenTelemetryConsumerOptions): void {
  const what = 'openTelemetryConsumer';
  if (api !== undefined && !isOpenTelemetry(api)) {
    throw new ConsumerError('CONFIG', `${what}: what it is given first must be ${OPEN_TELEMETRY}`);
  }
  if (spans !== 'batch' && spans !== 'call') {
    throw new ConsumerError('CONFIG', `${what}: spans must be 'batch' or 'call'.`);
  }
  if (forceFlush !== undefined && typeof forceFlush !== 'function') {
    throw new ConsumerError('CONFIG', `${what}: forceFlush must be a function.`);
  }
}

function telemetryOf(
  api: OpenTelemetryApi,
  { spans = 'batch', forceFlush }: OpenTelemetryConsumerOptions,
): ConsumerTelemetry {
  const instruments = consumerInstruments(api.metrics.getMeter(SCOPE));
  const observe = spans === 'batch' ? batchSpan : callSpans;
  return {
    onBatch: (batch) => observe(new Tracing(api, batch), instruments),
    ...(forceFlush && {
      async flush() {
        await forceFlush();
      },
    }),
  };
}

/** One span for the whole batch. */
function batchSpan(tracing: Tracing, instruments: Instruments): BatchObserver {
  const { batch, base } = tracing;
  const span = tracing.start(batch.topic, batch.records(), {
    'messaging.batch.message_count': batch.count,
  });
  return {
    run: (work) => tracing.within(span, work),
    onFailure: (failure) => addFailure(span, failure),
    onEnd(outcome) {
      tracing.end(span, outcome.error);
      instruments.processed(outcome.durationMs, tracing.ofTopic(batch.topic), outcome.error);
      instruments.outcome(outcome, base);
    },
  };
}

/** A span for each call of a handler; what is of the batch is counted alone. */
function callSpans(tracing: Tracing, instruments: Instruments): BatchObserver {
  return {
    onCall(records): CallObserver {
      // A handler is one topic's.
      const topic = records[0]?.topic;
      const span = tracing.start(topic, records, attributesOfCall(records));
      const start = performance.now();
      const end = (error?: ConsumerError): void => {
        tracing.end(span, error);
        instruments.processed(performance.now() - start, tracing.ofTopic(topic), error);
      };
      return {
        run: (work) => tracing.within(span, work),
        onHandled: () => end(),
        onFailed: end,
      };
    },
    onEnd: (outcome) => instruments.outcome(outcome, tracing.base),
  };
}

/** Spans of one batch. */
class Tracing {
  readonly batch: BatchReceived;
  /** Attributes of every span and metric. */
  readonly base: Attributes;
  private readonly api: OpenTelemetryApi;

  constructor(api: OpenTelemetryApi, batch: BatchReceived) {
    const { group } = batch;
    this.api = api;
    this.batch = batch;
    this.base = {
      ...kafkaAttributes('process'),
      ...(group !== undefined && { 'messaging.consumer.group.name': group }),
    };
  }

  ofTopic(topic: string | undefined): Attributes {
    return { ...this.base, ...(topic !== undefined && { 'messaging.destination.name': topic }) };
  }

  start(topic: string | undefined, records: Iterable<RecordSeen>, attributes: Attributes): Span {
    const { requestId } = this.batch;
    const tracer = this.api.trace.getTracer(SCOPE);
    return tracer.startSpan(topic === undefined ? 'process' : `process ${topic}`, {
      kind: this.api.SpanKind.CONSUMER,
      attributes: {
        ...this.ofTopic(topic),
        ...(requestId !== undefined && { 'faas.invocation_id': requestId }),
        ...attributes,
      },
      links: linksTo(records, this.api),
    });
  }

  within<T>(span: Span, work: () => T): T {
    const { context, trace } = this.api;
    return context.with(trace.setSpan(context.active(), span), work);
  }

  end(span: Span, error: ConsumerError | undefined): void {
    if (error !== undefined) {
      span.setAttribute('error.type', error.code);
      span.setStatus({ code: this.api.SpanStatusCode.ERROR, message: error.message });
    }
    span.end();
  }
}

function linksTo(records: Iterable<RecordSeen>, api: OpenTelemetryApi): SpanLink[] {
  const links: SpanLink[] = [];
  for (const record of records) {
    const producer = producerSpan(record);
    if (producer === undefined) continue;
    const { traceState, ...span } = producer;
    const state = traceState !== undefined && { traceState: api.createTraceState(traceState) };
    links.push({ context: { ...span, ...state, isRemote: true } });
    if (links.length === MAX_LINKS) break;
  }
  return links;
}

function attributesOfCall(records: readonly DecodedRecordSeen[]): Attributes {
  const [record, ...others] = records;
  if (record === undefined || others.length > 0) {
    return { 'messaging.batch.message_count': records.length };
  }
  const { partition, offset, writerVersion } = record;
  return {
    'messaging.destination.partition.id': String(partition),
    'messaging.kafka.offset': offset,
    ...(writerVersion !== undefined && { 'tavro.writer.version': String(writerVersion) }),
  };
}

function addFailure(span: Span, { topic, partition, offset, error, policy }: FailureSeen): void {
  span.addEvent('tavro.record.failed', {
    'error.type': error.code,
    'messaging.destination.name': topic,
    'messaging.destination.partition.id': String(partition),
    'messaging.kafka.offset': offset,
    ...(policy !== undefined && { 'tavro.failure.policy': policy }),
  });
}
