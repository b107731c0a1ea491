import { ProducerError, type ProducerErrorCode } from './errors.js';
import type { Failure } from './session.js';

/** What {@link brokerError} tells of, apart from the failure itself. */
export interface BrokerErrorContext {
  /** The bootstrap brokers. */
  readonly brokers: string;
  /** Instead of the failure's own. */
  readonly code?: ProducerErrorCode;
  readonly topic?: string | undefined;
  readonly partition?: number | undefined;
  /** What was attempted. @default 'write to' */
  readonly action?: 'write to' | 'read';
  readonly delivered?: 'no' | 'unknown';
  readonly cause?: unknown;
}

/** One clear sentence on what the broker or the way to it did, and what to do about it. */
export function brokerError(failure: Failure, context: BrokerErrorContext): ProducerError {
  const { topic, partition, delivered } = context;
  const { told } = failure;
  const code = context.code ?? failure.code;
  const isTold = told !== undefined && told.code === code;
  const message = isTold ? told.message : sentence(code, failure, context);
  const doubt = delivered === 'unknown' ? ` ${MAYBE_STORED}` : '';
  return new ProducerError(code, message + doubt, {
    topic,
    partition,
    host: told?.host ?? failure.host,
    delivered,
    retriable: isTold ? told.retriable : undefined,
    cause: isTold ? told.cause : context.cause,
  });
}

function sentence(code: ProducerErrorCode, failure: Failure, context: BrokerErrorContext): string {
  const write = SENTENCES[code] ?? refusal;
  return write({
    at: failure.host ?? context.brokers,
    brokers: context.brokers,
    reason: failure.reason.replace(/\.$/, ''),
    action: context.action ?? 'write to',
    topic: context.topic === undefined ? 'the topic' : `topic "${context.topic}"`,
    partition: context.partition === undefined ? '' : `, partition ${context.partition}`,
  });
}

/** What {@link ProducerError.delivered} `unknown` means for the sender. */
const MAYBE_STORED =
  'The broker may have stored it all the same: sending it again may duplicate it.';

interface Parts {
  readonly at: string;
  readonly brokers: string;
  readonly reason: string;
  readonly action: string;
  readonly topic: string;
  readonly partition: string;
}

const SENTENCES: Partial<Record<ProducerErrorCode, (parts: Parts) => string>> = {
  UNREACHABLE: ({ brokers, reason }) =>
    `No Kafka broker could be reached at ${brokers}: ${reason}. Check the address and port, that ` +
    'the network lets you through (VPC, security group, VPN), and that the port speaks the ' +
    'security protocol that is set (TLS, SASL).',
  TLS: ({ at, reason }) =>
    `The TLS connection to ${at} failed: ${reason}. Check that the port is a TLS listener; a ` +
    'private certificate authority is given as `ssl: { ca }`.',
  AUTHENTICATION: ({ at, reason }) =>
    `${at} refused the credentials: ${reason}. Check user name, password and SASL mechanism; on ` +
    'MSK the secret must also be associated with the cluster.',
  NOT_AUTHORIZED: ({ at, action, reason, topic }) =>
    `${at} does not allow this user to ${action} ${topic}: ${reason}. It needs DESCRIBE, and WRITE ` +
    '(before Kafka 3.0 also IDEMPOTENT_WRITE on the cluster) or READ (also on the group).',
  TOPIC_UNKNOWN: ({ brokers, topic }) =>
    `There is no ${topic} at ${brokers}, or this user may not see it. Create it first.`,
  TOO_LARGE: ({ at, topic, partition }) =>
    `${at} refused a message for ${topic}${partition}: larger than max.message.bytes allows.`,
  TIMED_OUT: ({ brokers, reason, topic, partition }) =>
    `${brokers} did not acknowledge a message for ${topic}${partition} within the delivery ` +
    `timeout; the last problem was: ${reason}.`,
};

function refusal({ at, action, reason, topic, partition }: Parts): string {
  return `${at} refused to ${action} ${topic}${partition}: ${reason}.`;
}

/** A topic has fewer partitions than it had. */
export function partitionGone(partition: number): ProducerError {
  return new ProducerError(
    'PARTITION_UNKNOWN',
    `Partition ${partition} is gone: the topic was made anew with fewer. Send again, to a partition ` +
      'that it has.',
    { retriable: true },
  );
}
