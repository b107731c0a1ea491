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

/** Around what went wrong with a broker, since errors of the client do not say with which. */
export class BrokerTrouble extends Error {
  override readonly name = 'BrokerTrouble';
  readonly host: string;
  /** Whether a batch was written that no answer came for. */
  readonly isSent: boolean;

  constructor(host: string, cause: unknown, isSent: boolean) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.host = host;
    this.isSent = isSent;
  }
}

/** An error that a broker answered, by its name in Kafka's protocol. */
export class Answered extends Error {
  override readonly name = 'Answered';
  readonly apiId: string;
  readonly canRetry: boolean;

  constructor(apiId: string, message: string, canRetry: boolean) {
    super(message);
    this.apiId = apiId;
    this.canRetry = canRetry;
  }
}

/** What an error on the way through @platformatic/kafka means, told by its documented properties. */
export function classifyPlatformatic(error: unknown): Failure {
  const chain = [...chainOf(error)];
  const told = chain.find((one) => one instanceof ProducerError);
  const trouble = chain.find((one) => one instanceof BrokerTrouble);
  const host = trouble === undefined ? {} : { host: trouble.host };
  if (told !== undefined) return { ...kindOfOurs(told), reason: told.message, told, ...host };
  const answer = chain.find((one) => typeof one.apiId === 'string');
  const root = answer ?? chain.at(-1) ?? new Error(String(error));
  const kind = kindOf(chain, answer);
  const isDoubtful = trouble?.isSent === true && answer === undefined;
  const reason = reasonOf(root);
  return { ...kind, reason, ambiguous: kind.ambiguous || isDoubtful, ...host };
}

/** Credentials that cannot be had now may be had later; all else of ours is the answer. */
function kindOfOurs({ code, retriable }: ProducerError): Kind {
  return retriable && code === 'AUTHENTICATION' ? retry(code) : final(code);
}

/** Whether a broker refused a login; a connection that was cut says nothing of the credentials. */
export function isRefusal(error: unknown): boolean {
  return [...chainOf(error)].some(({ apiId }) => apiId === 'SASL_AUTHENTICATION_FAILED');
}

/** The properties that @platformatic/kafka and Node put on errors. */
interface ClientError extends Error {
  readonly code?: unknown;
  readonly apiId?: unknown;
  readonly canRetry?: unknown;
  readonly serverErrorMessage?: unknown;
  readonly errors?: unknown;
}

/** An error and those in it, outermost first. Those of Node's own may be of another realm. */
function* chainOf(error: unknown): Generator<ClientError> {
  if (typeof error !== 'object' || error === null || !('message' in error)) return;
  // Each property is looked at before it is used.
  const one = error as ClientError;
  yield one;
  if (Array.isArray(one.errors)) for (const inner of one.errors) yield* chainOf(inner);
  yield* chainOf(one.cause);
}

function kindOf(chain: readonly ClientError[], answer: ClientError | undefined): Kind {
  if (answer !== undefined) {
    return kindOfType(String(answer.apiId), answer.canRetry === true) ?? UNKNOWN;
  }
  const codes = chain.map(({ code }) => String(code ?? ''));
  if (codes.some((code) => TLS_CODE.test(code))) return final('TLS');
  // A connection that was cut during a login, too, is told as a failed login.
  if (chain.some(({ message }) => TIMED_OUT.test(message))) return retry('TIMED_OUT');
  if (codes.some((code) => NOT_CONNECTED.test(code) || NETWORK.test(code))) {
    const isRefused = codes.includes(LOGIN) && !chain.some(({ message }) => CUT.test(message));
    return isRefused ? final('AUTHENTICATION') : retry('UNREACHABLE');
  }
  if (codes.includes(LOGIN)) return final('AUTHENTICATION');
  return codes.includes(USER) ? retry('UNREACHABLE') : UNKNOWN;
}

const LOGIN = 'PLT_KFK_AUTHENTICATION';
/** Of a TLS port that is spoken to without, and the other way round. */
const USER = 'PLT_KFK_USER';
const NETWORK = /^(PLT_KFK_NETWORK|PLT_KFK_UNEXPECTED_CORRELATION_ID|E[A-Z]+)$/;
const TIMED_OUT = /^Request timed out$/;
const CUT = /^Connection closed/;

function reasonOf(error: ClientError): string {
  const { serverErrorMessage: said, apiId } = error;
  if (typeof said === 'string' && said !== '') return `${said} (${apiId})`;
  const code = apiId ?? error.code;
  const detail = typeof code === 'string' && !code.startsWith('PLT_KFK_') ? code : undefined;
  const message = withoutAdvice(error.message).replace(/\.$/, '');
  if (message === '') return detail ?? error.name;
  return detail === undefined || message.includes(detail) ? message : `${message} (${detail})`;
}
