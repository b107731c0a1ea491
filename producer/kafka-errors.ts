import type { ProducerErrorCode } from './errors.js';
import type { Failure } from './session.js';

/** What a kind of error means, whoever reports it. */
export type Kind = Pick<Failure, 'code' | 'verdict' | 'ambiguous'>;

export const final = (code: ProducerErrorCode): Kind => ({
  code,
  verdict: 'final',
  ambiguous: false,
});
export const retry = (code: ProducerErrorCode, ambiguous = false): Kind => ({
  code,
  verdict: 'retry',
  ambiguous,
});
const SEQUENCE: Kind = { code: 'BROKER', verdict: 'sequence', ambiguous: false };
/** Of an error that nobody foresaw. */
export const UNKNOWN: Kind = { code: 'BROKER', verdict: 'final', ambiguous: true };

/** Node's and OpenSSL's codes for a certificate or protocol that does not fit. */
export const TLS_CODE =
  /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_)/;
/** A connection that never came to be: nothing was sent over it. */
export const NOT_CONNECTED = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;

/** Kafka's error names. https://kafka.apache.org/protocol.html#protocol_error_codes */
const BY_TYPE: Readonly<Record<string, Kind>> = {
  UNKNOWN_TOPIC_OR_PARTITION: retry('TOPIC_UNKNOWN'),
  INVALID_TOPIC_EXCEPTION: final('TOPIC_UNKNOWN'),
  MESSAGE_TOO_LARGE: final('TOO_LARGE'),
  RECORD_LIST_TOO_LARGE: final('TOO_LARGE'),
  INVALID_RECORD: final('REJECTED'),
  INVALID_TIMESTAMP: final('REJECTED'),
  INVALID_REQUIRED_ACKS: final('REJECTED'),
  POLICY_VIOLATION: final('REJECTED'),
  UNSUPPORTED_COMPRESSION_TYPE: final('REJECTED'),
  UNSUPPORTED_FOR_MESSAGE_FORMAT: final('REJECTED'),
  TOPIC_AUTHORIZATION_FAILED: final('NOT_AUTHORIZED'),
  GROUP_AUTHORIZATION_FAILED: final('NOT_AUTHORIZED'),
  CLUSTER_AUTHORIZATION_FAILED: final('NOT_AUTHORIZED'),
  SASL_AUTHENTICATION_FAILED: final('AUTHENTICATION'),
  UNSUPPORTED_SASL_MECHANISM: final('AUTHENTICATION'),
  ILLEGAL_SASL_STATE: retry('AUTHENTICATION'),
  OUT_OF_ORDER_SEQUENCE_NUMBER: SEQUENCE,
  DUPLICATE_SEQUENCE_NUMBER: { ...SEQUENCE, ambiguous: true },
  INVALID_PRODUCER_EPOCH: SEQUENCE,
  UNKNOWN_PRODUCER_ID: SEQUENCE,
  // The leader stopped waiting for its followers; the batch may be in its log.
  REQUEST_TIMED_OUT: retry('TIMED_OUT', true),
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: retry('BROKER', true),
  NETWORK_EXCEPTION: retry('UNREACHABLE', true),
};

/** What an error that a broker answered means; undefined where only its caller can say. */
export function kindOfType(type: string, isRetriable: boolean): Kind | undefined {
  return BY_TYPE[type] ?? (isRetriable ? retry('BROKER') : undefined);
}

/** Node 24 adds advice of its own to errors of certificates; ours follows. */
export function withoutAdvice(message: string): string {
  return message.replace(/; if the root CA is installed locally, .*$/, '');
}
