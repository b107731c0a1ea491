import type { ConsumerError } from './errors.js';
import type { KafkaEventRecord } from './event.js';

/** A record that could not be handled, as it came, and why. */
export interface DeadLetter {
  /** `<topic>-<partition>@<offset>`. */
  readonly id: string;
  /** Untouched: key and value in base64, headers as signed bytes, schema metadata if any. */
  readonly record: KafkaEventRecord;
  readonly error: ConsumerError;
}

/**
 * Takes a record out of the way. The record counts as handled once the promise is fulfilled; when
 * it is rejected the invocation fails, so that Lambda delivers the batch again.
 */
export type DeadLetterSink = (letter: DeadLetter) => void | Promise<void>;

/** What {@link deadLetterTo} gives: a failure policy with its sink. */
export interface DeadLetterPolicy {
  readonly policy: 'dead-letter';
  readonly sink: DeadLetterSink;
}

/**
 * The failure policy that hands records over to `sink`.
 * @example createHandler({ onFailure: { decode: deadLetterTo(sendToQueue) }, routes })
 */
export function deadLetterTo(sink: DeadLetterSink): DeadLetterPolicy {
  return { policy: 'dead-letter', sink };
}
