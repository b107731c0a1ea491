import { attempt } from '../runtime/attempt.js';
import type { ProducerError } from './errors.js';
import type { DeliveryReport } from './message.js';

/**
 * Hears what a producer does; {@link openTelemetry} is one. It is called in the producer's own time:
 * what it throws is dropped, and what it does should be little.
 */
export interface ProducerTelemetry {
  /** A message is to be sent. */
  onSend?(message: { readonly topic: string }): SendObserver | undefined;
  /** A batch has its outcome. */
  onBatch?(batch: BatchSeen): void;
  /** Once, at the start: how much waits at any time. The answer is called when the producer closes. */
  onOpen?(waiting: () => Waiting): (() => void) | undefined;
}

/** Hears of one message. */
export interface SendObserver {
  /** Headers that go with it, such as a trace context; the message's own of the same name win. */
  readonly headers?: Readonly<Record<string, string>>;
  onDelivered?(report: DeliveryReport): void;
  onFailed?(error: ProducerError): void;
}

export interface BatchSeen {
  readonly topic: string;
  readonly partition: number;
  readonly messages: number;
  /** About what it took in a request. */
  readonly bytes: number;
  /** From its start to its outcome, schema ids and retries included, in milliseconds. */
  readonly durationMs: number;
  /** Messages of it that were not delivered. */
  readonly failed: number;
}

/** Messages without an outcome. */
export interface Waiting {
  readonly messages: number;
  readonly bytes: number;
  /** Messages that wait for room, besides. */
  readonly blocked: number;
}

/** A telemetry that harms nobody: what the one that is given throws ends here. */
export function harmless(telemetry: ProducerTelemetry): Required<ProducerTelemetry> {
  return {
    onSend: (message) => {
      const observer = attempt(() => telemetry.onSend?.(message));
      return (
        observer && {
          ...(observer.headers && { headers: observer.headers }),
          onDelivered: (report) => attempt(() => observer.onDelivered?.(report)),
          onFailed: (error) => attempt(() => observer.onFailed?.(error)),
        }
      );
    },
    onBatch: (batch) => attempt(() => telemetry.onBatch?.(batch)),
    onOpen: (waiting) => {
      const onClose = attempt(() => telemetry.onOpen?.(waiting));
      return onClose && (() => attempt(onClose));
    },
  };
}
