import { type BrokerErrorContext, brokerError } from '../../producer/broker-error.js';
import { ProducerError, type ProducerErrorCode } from '../../producer/errors.js';
import { kindOfType } from '../../producer/kafka-errors.js';
import type { Failure } from '../../producer/session.js';
import { ConsumerError, type ConsumerErrorCode } from '../errors.js';
import { type RefusalName, Refused } from './protocol/refused.js';

/** What passes without our doing. */
const MAY_PASS: readonly RefusalName[] = [
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'FENCED_LEADER_EPOCH',
  'GROUP_MAX_SIZE_REACHED',
  'ILLEGAL_GENERATION',
  // As long as members with another protocol are in the group, such as those of before.
  'INCONSISTENT_GROUP_PROTOCOL',
  'KAFKA_STORAGE_ERROR',
  'LEADER_NOT_AVAILABLE',
  'MEMBER_ID_REQUIRED',
  'NETWORK_EXCEPTION',
  'NOT_COORDINATOR',
  'NOT_LEADER_OR_FOLLOWER',
  'OFFSET_NOT_AVAILABLE',
  'REBALANCE_IN_PROGRESS',
  'REPLICA_NOT_AVAILABLE',
  'REQUEST_TIMED_OUT',
  'UNKNOWN_LEADER_EPOCH',
  'UNKNOWN_MEMBER_ID',
  'UNSTABLE_OFFSET_COMMIT',
];

/** What went wrong at a broker or on the way to it. */
export function classify(error: unknown, byClient: (error: unknown) => Failure): Failure {
  if (!(error instanceof Refused)) return byClient(error);
  const mayPass = error.is(...MAY_PASS);
  const kind = kindOfType(error.type, mayPass) ?? {
    code: error.is('INVALID_SESSION_TIMEOUT', 'INVALID_GROUP_ID') ? 'CONFIG' : 'BROKER',
    verdict: 'final',
    ambiguous: false,
  };
  return { ...kind, reason: error.message };
}

const CODES: Partial<Record<ProducerErrorCode, ConsumerErrorCode>> = {
  UNREACHABLE: 'UNREACHABLE',
  TIMED_OUT: 'UNREACHABLE',
  TLS: 'TLS',
  AUTHENTICATION: 'AUTHENTICATION',
  NOT_AUTHORIZED: 'NOT_AUTHORIZED',
  TOPIC_UNKNOWN: 'TOPIC_UNKNOWN',
  CONFIG: 'CONFIG',
};

export interface FailureContext {
  /** The bootstrap brokers. */
  readonly brokers: string;
  readonly group: string;
  readonly topic?: string | undefined;
  readonly cause: unknown;
}

/** One clear sentence on what a broker or the way to it did, and what to do about it. */
export function failureError(failure: Failure, context: FailureContext): ConsumerError {
  const { brokers, group, topic, cause } = context;
  const at = failure.host ?? brokers;
  if (cause instanceof Refused) {
    const say = SENTENCES[cause.type];
    if (say !== undefined) return say({ at, group }, cause);
  }
  const code = failure.code === 'TIMED_OUT' ? 'UNREACHABLE' : failure.code;
  const about: BrokerErrorContext = { brokers, code, topic, action: 'read', cause };
  return asConsumerError(brokerError(failure, about));
}

type Say = (of: { readonly at: string; readonly group: string }, cause: Refused) => ConsumerError;

/** Of what only members of groups are told. */
const SENTENCES: Readonly<Record<string, Say>> = {
  GROUP_AUTHORIZATION_FAILED: ({ at, group }, cause) =>
    new ConsumerError(
      'NOT_AUTHORIZED',
      `${at} does not let this user join the group "${group}": it needs READ on the group.`,
      { cause },
    ),
  FENCED_INSTANCE_ID: ({ group }, cause) =>
    new ConsumerError(
      'FENCED',
      `Another member of the group "${group}" has the same \`groupInstanceId\`: give each process its own.`,
      { cause },
    ),
  INVALID_SESSION_TIMEOUT: ({ at }, cause) =>
    new ConsumerError(
      'CONFIG',
      `${at} does not take this \`sessionTimeoutMs\`: it must lie between the broker's ` +
        'group.min.session.timeout.ms and group.max.session.timeout.ms (6 s to 30 min).',
      { cause },
    ),
  INCONSISTENT_GROUP_PROTOCOL: ({ group }, cause) =>
    new ConsumerError(
      'BROKER',
      `The group "${group}" has members that share partitions out in another way, and cannot be ` +
        'joined while they run: stop the consumers of before, or take another group.',
      { cause },
    ),
  INVALID_GROUP_ID: ({ group }, cause) =>
    new ConsumerError('CONFIG', `"${group}" cannot be the name of a group.`, { cause }),
};

/** As consumers see what is known of connections and logins, which is the producer's. */
export function asConsumerError(error: ProducerError): ConsumerError {
  const { code, message, topic, partition, cause } = error;
  return new ConsumerError(CODES[code] ?? 'BROKER', message, { topic, partition, cause });
}

/** @throws ConsumerError in place of a ProducerError */
export function withOwnErrors<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof ProducerError ? asConsumerError(error) : error;
  }
}

/** A batch of records that nobody here can open. */
export function unreadable(error: unknown): ConsumerError {
  if (error instanceof ConsumerError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new ConsumerError(
    'BROKER',
    `A fetched batch of records cannot be read: ${why.replace(/\.$/, '')}. Topics with records of ` +
      'before Kafka 0.11 must be written anew; of another compression, see docs/sources.md.',
    { cause: error },
  );
}
