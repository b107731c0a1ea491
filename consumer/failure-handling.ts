import { given } from '../runtime/given.js';
import { isObject } from '../runtime/misuse.js';
import type { AttemptLimit } from './attempt-limit.js';
import { memoryAttempts } from './attempts.js';
import { CountedAttempts } from './counted-attempts.js';
import type { DeadLetterPolicy } from './dead-letter.js';
import { ConsumerError, type ConsumerErrorCode } from './errors.js';
import { failureFields } from './failure-fields.js';
import {
  BATCH_RESPONSES_VARIABLE,
  type FailureKind,
  type FailurePolicyName,
  failurePolicies,
} from './failure-policy.js';
import { handOver } from './hand-over.js';
import { failureOf, type IncomingRecord } from './incoming-record.js';
import type { Logger } from './logger.js';
import { expect } from './misuse.js';

type Rows = typeof failurePolicies;

/** A row of the failure policy table; one that takes a sink comes with it. */
export type FailurePolicy = {
  [Name in FailurePolicyName]: Rows[Name]['takesSink'] extends true ? DeadLetterPolicy : Name;
}[FailurePolicyName];

export interface FailureOptions {
  /**
   * What happens to a record that could not be handled: one policy for all failures, or one per
   * kind. `report` needs an event source mapping that reads the answer; see the table in
   * `failure-policy.ts`. What does not decode never gets better by waiting: let that go to the dead letters, and
   * report what handlers fail on. @default 'fail'
   * @example { decode: deadLetterTopic(producer, 'user-clicks.dead'), handler: 'report' }
   */
  readonly onFailure?: FailurePolicy | Partial<Record<FailureKind, FailurePolicy>> | undefined;
  /**
   * How often a record may fail in its handler, under `fail` or `report`, before it goes to the dead
   * letters: so that one record does not hold its partition for ever. @default without limit
   */
  readonly attempts?: AttemptLimit | undefined;
}

export interface FailureHandling {
  /** The policy that this error falls under. */
  policyOf(error: ConsumerError): FailurePolicyName;
  /**
   * Hands the record to the dead-letter sink where the failure's policy says so, or its attempts are used up.
   * @returns the policy that it came to
   * @throws ConsumerError `DEAD_LETTER` when the sink does not take it.
   */
  settle(record: IncomingRecord, error: ConsumerError): Promise<FailurePolicyName>;
  /**
   * Counts an attempt that did not end in time. Never rejected.
   * @returns whether it was the last one, and the sink has the record
   */
  moveOn(record: IncomingRecord, error: ConsumerError): Promise<boolean>;
  /** Whether some record may be named in the answer, which the event source mapping then reads. */
  readonly answersAreRead: boolean;
  /** Whether this was logged before, and once is enough: a type that is passed over. */
  isOldNews(error: ConsumerError): boolean;
  /** Logs one failure: of one event only so many, see {@link FailureLog}. */
  log(error: ConsumerError, policy: FailurePolicyName): void;
  /** The same, with what it remembers, as far as its lines go: those of one invocation. */
  loggingTo(logger: Logger): FailureHandling;
}

/** Nothing is wrong with the record, so that no policy may pass it. */
export const NOT_OF_RECORD: ReadonlySet<ConsumerErrorCode> = new Set([
  'REGISTRY',
  'TRANSACTION',
  'IN_PROGRESS',
]);

export function failureHandling(
  { onFailure, attempts }: FailureOptions,
  logger: Logger,
): FailureHandling {
  const isLimit = attempts === undefined || isObject(attempts);
  expect(isLimit, 'attempts', attempts, '{ max, deadLetter }');
  const policies = perKind(onFailure);
  const answersAreRead = checkBatchResponses(Object.values(policies));
  warnOfHeldPartitions(policies, logger);
  const choose = (error: ConsumerError): FailurePolicy =>
    NOT_OF_RECORD.has(error.code) ? 'fail' : policies[kindOf(error)];
  const passedOver = new PassedOver();
  // One store for all invocations.
  const limit = attempts && { store: memoryAttempts(), ...given(attempts) };
  const loggingTo = (to: Logger): FailureHandling => {
    const counted = limit && new CountedAttempts(limit, to);
    const log = (error: ConsumerError, policy: FailurePolicyName): void => {
      if (policy === 'skip' && error.code === 'UNKNOWN_TYPE') passedOver.add(error);
      const write = failurePolicies[policy].invocation === 'succeeds' ? 'warn' : 'error';
      to[write](error.message, { ...failureFields(error), policy, error });
    };
    return {
      answersAreRead,
      policyOf: (error) => nameOf(choose(error)),
      isOldNews: (error) => error.code === 'UNKNOWN_TYPE' && passedOver.has(error),
      log,
      loggingTo,
      async settle(record, error) {
        const policy = choose(error);
        if (typeof policy !== 'string') await handOver(policy, record, error);
        else if (failurePolicies[policy].holdsPartition && error.code === 'HANDLER') {
          if (await counted?.movesOn(record, error)) return 'dead-letter';
        }
        return nameOf(policy);
      },
      async moveOn(record, error) {
        try {
          return (await counted?.movesOn(record, error)) ?? false;
        } catch (refused) {
          log(failureOf(refused), 'fail');
          return false;
        }
      },
    };
  };
  return loggingTo(logger);
}

/** Most types that are remembered as passed over; the one seen first is forgotten first. */
const MAX_PASSED_OVER = 1_000;

/** The types that a handler passes over and has logged, by topic. */
class PassedOver {
  private readonly types = new Set<string>();

  has(error: ConsumerError): boolean {
    return this.types.has(keyOf(error));
  }

  add(error: ConsumerError): void {
    const key = keyOf(error);
    this.types.add(key);
    const [oldest = key] = this.types;
    if (this.types.size > MAX_PASSED_OVER) this.types.delete(oldest);
  }
}

function keyOf({ topic, part, type }: ConsumerError): string {
  return JSON.stringify([topic, part, type]);
}

function perKind(
  onFailure: FailureOptions['onFailure'] = 'fail',
): Record<FailureKind, FailurePolicy> {
  if (!isOneForAll(onFailure) && !isPerKind(onFailure)) throw unknownPolicy();
  const of = (kind: FailureKind): FailurePolicy =>
    check(isOneForAll(onFailure) ? onFailure : (onFailure[kind] ?? 'fail'));
  return { decode: of('decode'), unknownType: of('unknownType'), handler: of('handler') };
}

function isOneForAll(
  onFailure: NonNullable<FailureOptions['onFailure']>,
): onFailure is FailurePolicy {
  return typeof onFailure === 'string' || (isObject(onFailure) && 'policy' in onFailure);
}

/** A kind that is misspelt would fall under `fail` without a word. */
function isPerKind(onFailure: unknown): boolean {
  const kinds: readonly string[] = ['decode', 'unknownType', 'handler'] satisfies FailureKind[];
  return isObject(onFailure) && Object.keys(onFailure).every((kind) => kinds.includes(kind));
}

/** For callers without the compiler: an unknown policy must never let a record go. */
function check(policy: FailurePolicy): FailurePolicy {
  const name = nameOf(policy);
  const hasSink = isObject(policy) && typeof policy.sink === 'function';
  if (Object.hasOwn(failurePolicies, name) && failurePolicies[name].takesSink === hasSink)
    return policy;
  throw unknownPolicy();
}

function unknownPolicy(): ConsumerError {
  const known = Object.entries(failurePolicies).map(([row, { takesSink }]) =>
    takesSink ? 'deadLetterTo(sink)' : `"${row}"`,
  );
  return new ConsumerError(
    'CONFIG',
    `onFailure must be one of ${known.join(', ')}, or { decode, handler, unknownType } of those.`,
  );
}

/** Whether the event source mapping reads answers: as the infrastructure says, else as the policies need it. */
function checkBatchResponses(policies: readonly FailurePolicy[]): boolean {
  const reports = policies
    .map(nameOf)
    .find((name) => failurePolicies[name].needs.reportBatchItemFailures);
  const said = process.env[BATCH_RESPONSES_VARIABLE];
  if (reports === undefined) return said === 'on';
  if (said !== 'off') return true;
  throw new ConsumerError(
    'CONFIG',
    `onFailure is "${reports}", but the event source mapping does not read batch responses ` +
      `(${BATCH_RESPONSES_VARIABLE}=off): reported records would be lost. ` +
      'Give the construct the same onFailure.',
  );
}

/** Waiting helps a handler's failure at times, and bytes that do not decode never. */
function warnOfHeldPartitions(
  { decode }: Record<FailureKind, FailurePolicy>,
  logger: Logger,
): void {
  if (decode !== 'report') return;
  logger.warn(
    'onFailure reports records that do not decode: each holds its partition, in a container without end, in Lambda until the ' +
      'mapping gives up, and with a destination the good records behind it go there unhandled. ' +
      'Give { decode: deadLetterTopic(…), handler: "report" }.',
  );
}

function kindOf(error: ConsumerError): FailureKind {
  if (error.code === 'UNKNOWN_TYPE') return 'unknownType';
  return error.code === 'HANDLER' ? 'handler' : 'decode';
}

function nameOf(policy: FailurePolicy): FailurePolicyName {
  return typeof policy === 'string' ? policy : policy?.policy;
}
