import { ProducerError } from '../errors.js';
import {
  final,
  type Kind,
  kindOfType,
  NOT_CONNECTED,
  retry,
  TLS_CODE,
  UNKNOWN,
  withoutAdvice,
} from '../kafka-errors.js';
import type { Failure } from '../session.js';
import {
  Carried,
  chainOf,
  findSignal,
  MaybeStored,
  PartitionsFound,
  RefusedOnce,
} from './signals.js';

/**
 * What a kafkajs error means. kafkajs wraps: after retries the type and code are only in `cause`,
 * and whether a batch may be stored is for the reader to know. Told by `name`, `type` and `code`, as
 * kafkajs documents; its classes are not imported, so that this file needs no kafkajs.
 */
export function classifyKafkajs(error: unknown): Failure {
  const carried = findSignal(error, Carried)?.error;
  const told = carried ?? findSignal(error, ProducerError);
  const root = rootOf(error);
  const kind = byName(root) ?? byType(root) ?? byMessage(root) ?? UNKNOWN;
  const isWritten = findSignal(error, MaybeStored) !== undefined;
  const failure: Failure =
    told === undefined
      ? { ...kind, reason: reasonOf(root), ...(root.broker !== undefined && { host: root.broker }) }
      : { ...kindOf(told, carried), reason: told.message, told };
  return { ...failure, ambiguous: failure.ambiguous || (isWritten && !isAnswer(root)) };
}

/**
 * Credentials that cannot be had now may be had later. A partition that is gone stays so, and what was
 * thrown past kafkajs is the answer.
 */
function kindOf({ code }: ProducerError, carried: ProducerError | undefined): Kind {
  const mayPass = carried?.retriable === true && code !== 'PARTITION_UNKNOWN';
  return mayPass ? retry(code) : final(code);
}

/** Whether the broker said what became of the batch; of a login it may speak afterwards. */
function isAnswer({ type }: KafkajsError): boolean {
  return type !== undefined && !type.includes('SASL');
}

/** The properties that kafkajs and Node put on errors. */
interface KafkajsError extends Error {
  readonly type?: string;
  readonly code?: string | number;
  readonly broker?: string;
  readonly retriable?: boolean;
}

const WRAPPERS = [
  'KafkaJSNumberOfRetriesExceeded',
  'KafkaJSNonRetriableError',
  'KafkaJSError',
  'MaybeStored',
];

/** JavaScript's own errors: a fault in kafkajs, or in how it is used. */
const INSIDES = ['RangeError', 'ReferenceError', 'SyntaxError'];

function rootOf(error: unknown): KafkajsError {
  let root = new Error(String(error));
  for (const one of chainOf(error)) {
    root = one;
    if (!WRAPPERS.includes(one.name)) break;
  }
  return root;
}

function reasonOf(error: KafkajsError): string {
  if (error.name === 'TypeError') return 'all connections were lost';
  // Their text would be one about the insides of a client.
  if (error instanceof PartitionsFound || INSIDES.includes(error.name)) {
    return 'the Kafka client failed; what it said is in `cause`';
  }
  const message = withoutAdvice(error.message).replace(
    /^(Connection error|Error|SASL .* authentication failed): /,
    '',
  );
  const detail = error.type ?? (typeof error.code === 'string' ? error.code : undefined);
  return detail === undefined || message.includes(detail) ? message : `${message} (${detail})`;
}

function byName(error: KafkajsError): Kind | undefined {
  if (error instanceof RefusedOnce) return retry('AUTHENTICATION');
  switch (error.name) {
    case 'KafkaJSSASLAuthenticationError':
      return final('AUTHENTICATION');
    case 'KafkaJSConnectionError':
      return connection(error);
    // kafkajs takes its bootstrap broker for one that is there, when connections close one after
    // another. Whatever was under way then is hidden by this; the next attempt finds a new one.
    case 'TypeError':
    case 'KafkaJSConnectionClosedError':
      return retry('UNREACHABLE', true);
    case 'KafkaJSRequestTimeoutError':
      return retry('TIMED_OUT', true);
    case 'NothingSent':
    case 'KafkaJSLockTimeout':
    case 'KafkaJSBrokerNotFound':
    case 'KafkaJSMetadataNotLoaded':
    case 'KafkaJSTopicMetadataNotLoaded':
    case 'KafkaJSNoBrokerAvailableError':
    case 'KafkaJSGroupCoordinatorNotFound':
      return retry('BROKER');
    default:
      return undefined;
  }
}

function connection(error: KafkajsError): Kind {
  const code = String(error.code ?? '');
  if (TLS_CODE.test(code)) return final('TLS');
  const neverSent =
    NOT_CONNECTED.test(code) ||
    /^(Not connected|Connection timeout|Failed to connect)/.test(error.message);
  return retry('UNREACHABLE', !neverSent);
}

function byType(error: KafkajsError): Kind | undefined {
  if (error.type === undefined) return undefined;
  return kindOfType(error.type, error.retriable === true);
}

/** What kafkajs tells by words only; none of these was sent. */
function byMessage({ message }: KafkajsError): Kind | undefined {
  if (/^The producer is disconnect(ed|ing)/.test(message)) return final('CLOSED');
  // Another request uses a connection that is still being opened; see also MaybeStored.
  if (message === 'Broker not connected') return retry('UNREACHABLE');
  return undefined;
}
