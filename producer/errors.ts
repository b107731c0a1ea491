import type { ValueProblem } from '../runtime/index.js';
import type { Outcome } from './transport.js';

/** Why a message was not delivered, and whether the same send may succeed later. */
const RETRIABLE = {
  /** A value, key or header that does not fit; nothing was sent. */
  ENCODE: false,
  /** The registry does not have the schema, and registering is not allowed here. */
  SCHEMA_UNREGISTERED: false,
  /** The registry does not take the schema: incompatible, invalid or read-only. */
  SCHEMA_REFUSED: false,
  /** The registry could not be asked. */
  REGISTRY: true,
  /** No bootstrap broker answered. */
  UNREACHABLE: true,
  /** The broker's certificate or TLS setup does not fit ours. */
  TLS: false,
  /** The broker refused the user name, password or mechanism. */
  AUTHENTICATION: false,
  /** The user may not do this. */
  NOT_AUTHORIZED: false,
  TOPIC_UNKNOWN: false,
  PARTITION_UNKNOWN: false,
  /** Larger than the broker or topic allows, or than the whole buffer. */
  TOO_LARGE: false,
  /** The broker refused the message for another reason. */
  REJECTED: false,
  /** No acknowledgement within the delivery timeout; see {@link ProducerError.delivered}. */
  TIMED_OUT: true,
  /** More is waiting than the buffer holds, and for longer than `maxBlockMs`. */
  BUFFER_FULL: true,
  /** The sender called it off: by its signal, or by the end of its transaction. */
  ABORTED: true,
  /** The producer, or the transaction, was closed. */
  CLOSED: false,
  /** Another producer took over the transactional id: this one has to stop. */
  FENCED: false,
  /** The consumer group has other members now, and takes no offsets of this one. */
  REBALANCED: false,
  /** An option that cannot be used, or a package that is missing. */
  CONFIG: false,
  /** Anything else that the broker or its client reported. */
  BROKER: true,
} as const;

export type ProducerErrorCode = keyof typeof RETRIABLE;

export function isProducerErrorCode(code: unknown): code is ProducerErrorCode {
  return typeof code === 'string' && Object.hasOwn(RETRIABLE, code);
}

export interface ProducerErrorFields {
  readonly topic?: string | undefined;
  readonly partition?: number | undefined;
  /** Broker, as `host:port`. */
  readonly host?: string | undefined;
  /** Schema Registry subject. */
  readonly subject?: string | undefined;
  readonly delivered?: 'no' | 'unknown' | undefined;
  /** Where the code alone does not say. */
  readonly retriable?: boolean | undefined;
  readonly problems?: readonly ValueProblem[] | undefined;
  readonly outcomes?: readonly Outcome[] | undefined;
  readonly cause?: unknown;
}

/**
 * A message that was not delivered, or not surely. The message text and the fields never hold the
 * payload or a secret.
 */
export class ProducerError extends Error {
  override readonly name = 'ProducerError';
  readonly code: ProducerErrorCode;
  readonly topic: string | undefined;
  readonly partition: number | undefined;
  readonly host: string | undefined;
  readonly subject: string | undefined;
  /** Whether the same send may succeed later. */
  readonly retriable: boolean;
  /** `unknown`: the broker may have stored the message, so that sending it again may duplicate it. */
  readonly delivered: 'no' | 'unknown';
  /** Every field that does not fit (`ENCODE`). Paths begin with `value`, `key` or `headers`. */
  readonly problems: readonly ValueProblem[];
  /** What became of each message of a `sendAll`, in the order given; empty after a `send`. */
  readonly outcomes: readonly Outcome[];

  constructor(code: ProducerErrorCode, message: string, fields: ProducerErrorFields = {}) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = code;
    this.topic = fields.topic;
    this.partition = fields.partition;
    this.host = fields.host;
    this.subject = fields.subject;
    this.retriable = fields.retriable ?? RETRIABLE[code];
    this.delivered = fields.delivered ?? 'no';
    this.problems = fields.problems ?? [];
    this.outcomes = fields.outcomes ?? [];
  }
}
