import { ProducerError, type ProducerErrorCode } from '../errors.js';
import type { Failure } from '../session.js';

/** What went wrong with a client of librdkafka's, or with one message of it. */
export class ConfluentFailure extends Error {
  override readonly name = 'ConfluentFailure';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.reason);
    this.failure = failure;
  }
}

export function classifyConfluent(error: unknown): Failure {
  if (error instanceof ConfluentFailure) return error.failure;
  if (error instanceof ProducerError) {
    const { code, message: reason } = error;
    return { code, reason, told: error, verdict: 'final', ambiguous: false };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return { code: 'BROKER', reason, verdict: 'final', ambiguous: false };
}

/** What librdkafka calls errors of a connection, in the only form in which it tells of them. */
const TRANSPORT = 'broker transport failure';
const SSL = 'ssl error';
const BY_TEXT: Readonly<Record<string, Pick<Failure, 'code' | 'verdict'>>> = {
  [TRANSPORT]: { code: 'UNREACHABLE', verdict: 'retry' },
  'host resolution failure': { code: 'UNREACHABLE', verdict: 'retry' },
  'timed out': { code: 'TIMED_OUT', verdict: 'retry' },
  [SSL]: { code: 'TLS', verdict: 'final' },
  'authentication failure': { code: 'AUTHENTICATION', verdict: 'final' },
};

/** @param text of an error event; `undefined` where it says nothing of a connection */
export function connectionFailure(text: string, reason: string): Failure | undefined {
  const isUntrusted = text === TRANSPORT && UNTRUSTED.test(reason);
  const isCut = text in BY_TEXT && CUT.test(reason);
  const kind = BY_TEXT[isUntrusted ? SSL : isCut ? TRANSPORT : text];
  return kind === undefined ? undefined : { ...kind, reason, ambiguous: false };
}

/** Now and then it calls this, too, an error of the connection: where it had read on. */
const UNTRUSTED = /certificate verify failed/;
/** A connection that was cut during a handshake says nothing of certificates and credentials. */
const CUT = /\b(Disconnected|transport failure|[Tt]imed out)\b/;

/** librdkafka's numbers for its own errors; those of the broker are Kafka's. */
const UNKNOWN_TOPIC = -188;
const UNKNOWN_PARTITION = -190;

/**
 * Refusals, after which librdkafka does not send a message again. Of any other error the message may
 * have been stored. https://kafka.apache.org/protocol.html#protocol_error_codes
 */
const REFUSALS: ReadonlyMap<number, ProducerErrorCode> = new Map([
  [UNKNOWN_TOPIC, 'TOPIC_UNKNOWN'],
  [UNKNOWN_PARTITION, 'PARTITION_UNKNOWN'],
  [3, 'TOPIC_UNKNOWN'],
  [10, 'TOO_LARGE'],
  [17, 'TOPIC_UNKNOWN'],
  [18, 'TOO_LARGE'],
  [29, 'NOT_AUTHORIZED'],
  [31, 'NOT_AUTHORIZED'],
  [32, 'REJECTED'],
  [43, 'REJECTED'],
  [44, 'REJECTED'],
  [76, 'REJECTED'],
  [87, 'REJECTED'],
]);

/** What librdkafka threw, or reported of a message. */
export function messageFailure(error: unknown): Failure {
  const { code, message }: { code?: unknown; message?: unknown } = Object(error);
  const refusal = typeof code === 'number' ? REFUSALS.get(code) : undefined;
  return {
    code: refusal ?? 'BROKER',
    reason: String(message).replace(/^(Broker|Local): /, ''),
    verdict: 'final',
    ambiguous: refusal === undefined,
  };
}
