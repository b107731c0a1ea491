/** Headers that every message gets, by option. */
import { randomUUID } from 'node:crypto';

/** Headers that every message gets besides its own, which win where they have the same name. */
export interface StandardHeaders {
  /**
   * `traceparent` and `tracestate` as W3C Trace Context has them
   * (https://www.w3.org/TR/trace-context/): asked for each message. With OpenTelemetry,
   * {@link openTelemetry} does it.
   */
  readonly traceContext?: () => TraceContext | undefined;
  /** `content-type`, such as `application/avro`. */
  readonly contentType?: string;
  /** `event-id`, by which consumers know an event that comes twice: true is a random UUID. */
  readonly eventId?: true | (() => string);
}

export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/** The headers of one message, as text; undefined where there are none. */
export function standardHeaders({
  traceContext,
  contentType,
  eventId,
}: StandardHeaders): Readonly<Record<string, string>> {
  const trace = traceContext?.();
  return {
    ...(trace !== undefined && { traceparent: trace.traceparent }),
    ...(trace?.tracestate !== undefined && { tracestate: trace.tracestate }),
    ...(contentType !== undefined && { 'content-type': contentType }),
    ...(eventId !== undefined && { 'event-id': eventId === true ? randomUUID() : eventId() }),
  };
}
