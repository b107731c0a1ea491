/** Sends that are to fail, since a test says so. */
import { brokerError } from '../../producer/broker-error.js';
import { isProducerErrorCode } from '../../producer/errors.js';
import {
  type Outcome,
  type OutgoingMessage,
  ProducerError,
  type ProducerErrorCode,
  type TopicPartition,
  type Transport,
} from '../../producer/index.js';
import { expect, isObject } from '../../producer/misuse.js';
import { withSends } from '../send-layer.js';

/** What a test brings about itself: a value that does not fit, options, `close()`, a signal. */
const OF_THE_TEST = ['ENCODE', 'CONFIG', 'CLOSED', 'ABORTED'] as const;

/**
 * Codes that a message may fail with once a producer took it. The others a test brings about itself:
 * a value that does not fit (`ENCODE`), options (`CONFIG`), `close()` (`CLOSED`), a signal (`ABORTED`).
 */
export type FailureCode = Exclude<ProducerErrorCode, (typeof OF_THE_TEST)[number]>;

/** How the next messages fail. */
export interface NextFailure {
  readonly code: FailureCode;
  /** `unknown`: the broker may have stored it; inside of a transaction `no` all the same. @default 'no' */
  readonly delivered?: 'no' | 'unknown' | undefined;
  /** With `unknown`: whether the broker has stored it. @default false */
  readonly stored?: boolean | undefined;
  /** Only messages to this topic. @default any */
  readonly topic?: { readonly name: string } | undefined;
  /** How many messages. @default 1 */
  readonly times?: number | undefined;
}

/** What is told before anything reaches a broker. */
const BEFORE_SENDING: readonly ProducerErrorCode[] = [
  'SCHEMA_UNREGISTERED',
  'SCHEMA_REFUSED',
  'REGISTRY',
  'BUFFER_FULL',
];

interface Planned {
  readonly code: FailureCode;
  readonly delivered: 'no' | 'unknown';
  readonly stored: boolean;
  /** Of the topic, where it is for one only. */
  readonly topic: string | undefined;
}

export class PlannedFailures {
  private plan: { readonly failure: Planned; left: number }[] = [];
  /** Messages that fail: one that is sent again, in a smaller batch, fails again. */
  private taken = new WeakMap<OutgoingMessage, Planned>();

  /** @throws ProducerError `CONFIG` for what no broker does */
  add(next: NextFailure): void {
    expect(
      isObject(next),
      'failNext: what it is given',
      next,
      "{ code }, such as { code: 'BROKER' }",
    );
    const { code, delivered = 'no', stored = false, topic, times = 1 } = next;
    const failure = { code, delivered, stored, topic: topic?.name };
    const problem = problemOf(failure, times);
    if (problem !== undefined) throw new ProducerError('CONFIG', `failNext: ${problem}`);
    this.plan.push({ failure, left: times });
  }

  clear(): void {
    this.plan = [];
    this.taken = new WeakMap();
  }

  /** The transport, but that messages which are to fail do; inside of a transaction never `unknown`. */
  over(transport: Transport): Transport {
    return withSends(transport, (send, inside) => async (to, messages, limit) => {
      const planned = messages.map((message) => certain(this.of(message, to), inside));
      const passing = messages.filter((_, index) => planned[index]?.stored ?? true);
      const outcomes = passing.length === 0 ? [] : await send(to, passing, limit);
      let next = 0;
      return planned.flatMap((failure): Outcome[] => {
        const outcome = (failure?.stored ?? true) ? outcomes[next++] : undefined;
        if (failure !== undefined) return [{ error: errorOf(failure, to, transport.name) }];
        return outcome === undefined ? [] : [outcome];
      });
    });
  }

  private of(message: OutgoingMessage, { topic }: TopicPartition): Planned | undefined {
    const before = this.taken.get(message);
    if (before !== undefined) return before;
    const found = this.plan.find(
      ({ failure, left }) => left > 0 && (failure.topic ?? topic) === topic,
    );
    if (found === undefined) return undefined;
    found.left--;
    this.taken.set(message, found.failure);
    return found.failure;
  }
}

/** What fails inside of a transaction is not there once it is aborted. */
function certain(failure: Planned | undefined, inside: unknown): Planned | undefined {
  const isCertain = failure === undefined || inside === undefined;
  return isCertain ? failure : { ...failure, delivered: 'no', stored: false };
}

function problemOf(failure: Planned, times: number): string | undefined {
  const { code, delivered, stored } = failure;
  const ofTheTest: readonly string[] = OF_THE_TEST;
  if (!isProducerErrorCode(code) || ofTheTest.includes(code))
    return `\`code\` is ${JSON.stringify(code)}; it must be one that a broker or the registry brings about, such as 'TIMED_OUT'.`;
  if (delivered === 'unknown' && BEFORE_SENDING.includes(code))
    return `${code} is told before anything is sent, so \`delivered\` is never 'unknown'.`;
  if (stored && delivered === 'no')
    return "`stored: true` goes with `delivered: 'unknown'`: what is stored is not undelivered.";
  if (!(Number.isInteger(times) && times > 0))
    return `\`times\` is ${times}; it must be a whole number from 1.`;
  return undefined;
}

function errorOf({ code, delivered }: Planned, to: TopicPartition, brokers: string): ProducerError {
  const failure = { code, reason: 'the test said so', verdict: 'final', ambiguous: false } as const;
  return brokerError(failure, { brokers, ...to, delivered });
}
