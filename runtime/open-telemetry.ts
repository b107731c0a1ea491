/** OpenTelemetry's API package (`@opentelemetry/api`), as far as it is used, and how it is loaded. */
import { isMissing } from './missing-package.js';

export type Attributes = Record<string, string | number>;

/** Names a span from elsewhere. */
interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly isRemote: boolean;
  readonly traceState?: TraceState;
}

export interface SpanLink {
  readonly context: SpanContext;
}

interface TraceState {
  get(key: string): string | undefined;
  set(key: string, value: string): TraceState;
  unset(key: string): TraceState;
  serialize(): string;
}

export interface Span {
  setAttribute(name: string, value: string | number): unknown;
  addEvent(name: string, attributes: Attributes): unknown;
  setStatus(status: { readonly code: number; readonly message: string }): unknown;
  end(): void;
}

interface Context {
  getValue(key: symbol): unknown;
  setValue(key: symbol, value: unknown): Context;
  deleteValue(key: symbol): Context;
}

interface InstrumentOptions {
  readonly unit: string;
  readonly description: string;
}

export interface Counter {
  add(value: number, attributes: Attributes): void;
}

export interface Histogram {
  record(value: number, attributes: Attributes): void;
}

export interface Observed {
  observe(value: number, attributes: Attributes): void;
}

export interface Meter {
  createCounter(name: string, options: InstrumentOptions): Counter;
  createHistogram(
    name: string,
    options: InstrumentOptions & { readonly advice: { explicitBucketBoundaries: number[] } },
  ): Histogram;
  /** Since version 1.9. */
  createGauge?(name: string, options: InstrumentOptions): Histogram;
  createObservableUpDownCounter(
    name: string,
    options: InstrumentOptions,
  ): {
    addCallback(observe: (result: Observed) => void): void;
    removeCallback(observe: (result: Observed) => void): void;
  };
}

interface SpanOptions {
  readonly kind: number;
  readonly attributes: Attributes;
  readonly links?: SpanLink[];
}

/** What is used of `@opentelemetry/api`; the types of the package would be asked of all who compile. */
export interface OpenTelemetryApi {
  readonly SpanKind: { readonly PRODUCER: number; readonly CONSUMER: number };
  readonly SpanStatusCode: { readonly ERROR: number };
  readonly context: {
    active(): Context;
    with<T>(context: Context, work: () => T): T;
  };
  readonly propagation: { inject(context: Context, carrier: Record<string, string>): void };
  readonly trace: {
    getTracer(name: string): { startSpan(name: string, options: SpanOptions): Span };
    setSpan(context: Context, span: Span): Context;
  };
  readonly metrics: { getMeter(name: string): Meter };
  createTraceState(text: string): TraceState;
}

/** Put together, so that no bundler demands it of those who have no use of it. */
const PACKAGE = ['@opentelemetry', 'api'].join('/');

/** The package; undefined where it is not installed. @throws what loading it threw, where it is */
export async function importOpenTelemetry(
  load: () => Promise<OpenTelemetryApi> = importPackage,
): Promise<OpenTelemetryApi | undefined> {
  try {
    return await load();
  } catch (cause) {
    if (isMissing(cause, PACKAGE)) return undefined;
    throw cause;
  }
}

function importPackage(): Promise<OpenTelemetryApi> {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ PACKAGE);
}

/** Whether something is the package, and not an SDK. */
export function isOpenTelemetry(given: unknown): boolean {
  const { trace, metrics }: { trace?: unknown; metrics?: unknown } = Object(given);
  const { getTracer }: { getTracer?: unknown } = Object(trace);
  const { getMeter }: { getMeter?: unknown } = Object(metrics);
  return typeof getTracer === 'function' && typeof getMeter === 'function';
}

/** What {@link isOpenTelemetry} holds for, as messages say it. */
export const OPEN_TELEMETRY = "the package: import * as api from '@opentelemetry/api'";

/** What each span and metric of Kafka says, by the semantic conventions. */
export function kafkaAttributes(operation: 'send' | 'process'): Attributes {
  return {
    'messaging.system': 'kafka',
    'messaging.operation.name': operation,
    'messaging.operation.type': operation,
  };
}
