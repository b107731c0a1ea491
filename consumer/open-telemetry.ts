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
  const { batch } = tracing;
  const span = tracing.start(batch.records(), {
    'messaging.batch.message_count': batch.count,
  });
  return {
    run: (work) => tracing.within(span, work),
    onFailure: (failure) => addFailure(span, failure),
    onEnd(outcome) {
      if (outcome.error !== undefined) tracing.fail(span, outcome.error);
      span.end();
      instruments.processed(outcome.durationMs, tracing.attributes, outcome.error);
      instruments.outcome(outcome, tracing.base);
    },
  };
}

/** A span for each call of a handler; what is of the batch is counted alone. */
function callSpans(tracing: Tracing, instruments: Instruments): BatchObserver {
  return {
    onCall(records): CallObserver {
      const span = tracing.start(records, attributesOfCall(records));
      const start = performance.now();
      const end = (error?: ConsumerError): void => {
        if (error !== undefined) tracing.fail(span, error);
        span.end();
        instruments.processed(performance.now() - start, tracing.attributes, error);
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
  /** Of every span and metric. */
  readonly base: Attributes;
  /** Of the batch's topic too, where it is of one. */
  readonly attributes: Attributes;
  private readonly api: OpenTelemetryApi;

  constructor(api: OpenTelemetryApi, batch: BatchReceived) {
    const { group, topic } = batch;
    this.api = api;
    this.batch = batch;
    this.base = {
      ...kafkaAttributes('process'),
      ...(group !== undefined && { 'messaging.consumer.group.name': group }),
    };
    this.attributes = {
      ...this.base,
      ...(topic !== undefined && { 'messaging.destination.name': topic }),
    };
  }

  start(records: Iterable<RecordSeen>, attributes: Attributes): Span {
    const { requestId, topic } = this.batch;
    const tracer = this.api.trace.getTracer(SCOPE);
    return tracer.startSpan(topic === undefined ? 'process' : `process ${topic}`, {
      kind: this.api.SpanKind.CONSUMER,
      attributes: {
        ...this.attributes,
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

  fail(span: Span, { code, message }: ConsumerError): void {
    span.setAttribute('error.type', code);
    span.setStatus({ code: this.api.SpanStatusCode.ERROR, message });
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
  const { topic, partition, offset, writerVersion } = record;
  return {
    'messaging.destination.name': topic,
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
