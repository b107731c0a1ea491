/** The options of a producer, and what they are where they are not given. */

import type { CloseOnSignals } from '../runtime/closing-signals.js';
import { given } from '../runtime/given.js';
import type { EncodeOptions, Registry } from '../runtime/index.js';
import { type Clock, systemClock } from './clock.js';
import { ProducerError } from './errors.js';
import { FRAMINGS, type Framing } from './framing.js';
import { checkFunction, checkRange, expect, hasMethods, isObject, MAX_TIMER_MS } from './misuse.js';
import type { StandardHeaders } from './standard-headers.js';
import type { ProducerTelemetry } from './telemetry.js';
import type { Transport } from './transport.js';

export interface ProducerOptions extends EncodeOptions {
  /**
   * Refuses a message whose key or value holds what its schema has no field for, misspelt or too
   * much, with `ENCODE`; else such fields are left out. Everything is gone over twice then.
   * @default false
   */
  readonly strictFields?: boolean;
  /** For instance {@link kafkajsTransport}. */
  readonly transport: Transport;
  /** Where schema ids come from. */
  readonly registry: Registry;
  /**
   * Whether a schema that the registry does not have is registered by its first message. In
   * production that is `tavro publish`'s work, behind the compatibility gate.
   * @default 'allowed' where NODE_ENV is `development`, else 'never'
   */
  readonly register?: 'never' | 'allowed';
  /**
   * Where messages say their schema. Consumers of this package read all three; mind who else reads
   * the topics.
   * @default 'prefix'
   */
  readonly framing?: Framing;
  /**
   * How long messages wait for company at most that come while an earlier batch of their partition is
   * under way, from the first of them, in milliseconds. A message that finds its partition idle goes
   * at once, together with those of the same turn of the event loop.
   * @default 5, as in Kafka 4's Java client, where every message waits
   */
  readonly lingerMs?: number;
  /** @default 1000 */
  readonly maxBatchMessages?: number;
  /**
   * Keep it under the topic's `max.message.bytes`; a single message may be larger.
   * @default 900000
   */
  readonly maxBatchBytes?: number;
  /**
   * Messages that may be on the way to their report; more wait for room, in the order of the calls.
   * @default 100000
   */
  readonly maxBufferedMessages?: number;
  /** @default 32 MiB */
  readonly maxBufferedBytes?: number;
  /**
   * How long a message waits for room at most, in milliseconds, before it is `BUFFER_FULL`. 0 refuses
   * at once. Eight times `maxBufferedBytes` may wait.
   * @default 60000
   */
  readonly maxBlockMs?: number;
  /**
   * From when there is room to the report: schema id, waiting, connecting and all retries, in
   * milliseconds.
   * @default 30000
   */
  readonly deliveryTimeoutMs?: number;
  /**
   * Makes {@link Producer.transaction} work, and names this instance of the service: who connects with
   * the same id fences the one before, whose open transaction is aborted. Choose one per process that
   * stays the same when it is restarted, such as `orders-` and the ordinal of a StatefulSet's pod.
   * @default no transactions
   */
  readonly transactionalId?: string;
  /**
   * How long a transaction may take until it is aborted, by us or, where this process is gone, by the
   * broker, whose `transaction.max.timeout.ms` is the most. Until then, readers of committed messages
   * wait for its end.
   * @default 60000
   */
  readonly transactionTimeoutMs?: number;
  /** Headers that every message gets. @default none */
  readonly standardHeaders?: StandardHeaders;
  /** Hears of every message and batch: {@link openTelemetry}, or one of yours. @default nobody */
  readonly telemetry?: ProducerTelemetry;
  /**
   * Closes at SIGTERM and SIGINT, within a bound, then lets the signal end the process; where somebody
   * else listens to it, that is theirs.
   * @default false
   */
  readonly closeOnSignals?: boolean | CloseOnSignals;
  /** @default the system clock */
  readonly clock?: Clock;
}

/** Options that stay undefined where they are not given. */
type Optional = 'transactionalId' | 'telemetry' | 'standardHeaders';

export type Settings = Required<Omit<ProducerOptions, Optional>> & Pick<ProducerOptions, Optional>;

/** @throws ProducerError `CONFIG` */
export function withDefaults(options: ProducerOptions): Settings {
  expect(
    isObject(options),
    'createProducer: what it is given',
    options,
    '{ transport, registry, … }',
  );
  const settings: Settings = {
    register: process.env.NODE_ENV === 'development' ? 'allowed' : 'never',
    framing: 'prefix',
    replaceLoneSurrogates: false,
    strictFields: false,
    lingerMs: 5,
    maxBatchMessages: 1_000,
    maxBatchBytes: 900_000,
    maxBufferedMessages: 100_000,
    maxBufferedBytes: 32 * 1024 * 1024,
    maxBlockMs: 60_000,
    deliveryTimeoutMs: 30_000,
    transactionTimeoutMs: 60_000,
    closeOnSignals: false,
    clock: systemClock,
    ...given(options),
  };
  for (const [name, lowest, highest] of RANGES) {
    checkRange(`createProducer: ${name}`, settings[name], [lowest, highest]);
  }
  for (const [name, fits, expected] of KINDS) {
    expect(fits(settings[name]), `createProducer: ${name}`, settings[name], expected);
  }
  checkStandardHeaders(settings.standardHeaders);
  checkCloseOnSignals(settings.closeOnSignals);
  if (FRAMINGS.includes(settings.framing)) return settings;
  throw new ProducerError(
    'CONFIG',
    `createProducer: framing is ${JSON.stringify(String(settings.framing))}; it must be one of ${FRAMINGS.join(', ')}`,
  );
}

const isBoolean = (value: unknown) => typeof value === 'boolean';

/** What an option must be, where that is no range of numbers. */
const KINDS = [
  [
    'transport',
    (value) => hasMethods(value, 'connect', 'partitions', 'send', 'disconnect'),
    'a transport, such as kafkajsTransport({ brokers })',
  ],
  ['registry', (value) => hasMethods(value, 'lookup', 'register'), 'createRegistry({ url })'],
  ['register', (value) => value === 'never' || value === 'allowed', "'never' or 'allowed'"],
  ['strictFields', isBoolean, 'true or false'],
  ['replaceLoneSurrogates', isBoolean, 'true or false'],
  ['transactionalId', (value) => value === undefined || typeof value === 'string', 'a string'],
  [
    'telemetry',
    (value) => value === undefined || (isObject(value) && !hasMethods(value, 'then')),
    'an object with onSend, onBatch or onOpen, such as await openTelemetry()',
  ],
  ['standardHeaders', (value) => value === undefined || isObject(value), 'an object'],
  [
    'closeOnSignals',
    (value) => typeof value === 'boolean' || isObject(value),
    'true, false or { signals, timeoutMs }',
  ],
  ['clock', (value) => hasMethods(value, 'now', 'running', 'schedule'), 'a Clock'],
] as const satisfies readonly (readonly [keyof Settings, (value: unknown) => boolean, string])[];

function checkStandardHeaders(headers: StandardHeaders | undefined): void {
  const at = 'createProducer: standardHeaders';
  const { traceContext, contentType, eventId } = headers ?? {};
  checkFunction(`${at}.traceContext`, traceContext);
  const isText = contentType === undefined || typeof contentType === 'string';
  expect(isText, `${at}.contentType`, contentType, 'a string');
  const isId = eventId === undefined || eventId === true || typeof eventId === 'function';
  expect(isId, `${at}.eventId`, eventId, 'true or a function');
}

function checkCloseOnSignals(option: boolean | CloseOnSignals): void {
  if (typeof option === 'boolean') return;
  const at = 'createProducer: closeOnSignals';
  const { signals, timeoutMs } = option;
  const areSignals =
    signals === undefined ||
    (Array.isArray(signals) && signals.every((signal) => SIGNALS.includes(signal)));
  expect(areSignals, `${at}.signals`, signals, `a list of ${SIGNALS.join(', ')}`);
  if (timeoutMs !== undefined) checkRange(`${at}.timeoutMs`, timeoutMs, [1, MAX_TIMER_MS]);
}

const SIGNALS: readonly string[] = ['SIGTERM', 'SIGINT', 'SIGHUP'];

const RANGES = [
  ['lingerMs', 0, MAX_TIMER_MS],
  ['deliveryTimeoutMs', 1, MAX_TIMER_MS],
  ['maxBlockMs', 0, MAX_TIMER_MS],
  ['transactionTimeoutMs', 1, MAX_TIMER_MS],
  ['maxBatchMessages', 1, Number.MAX_SAFE_INTEGER],
  ['maxBatchBytes', 1, Number.MAX_SAFE_INTEGER],
  ['maxBufferedMessages', 1, Number.MAX_SAFE_INTEGER],
  ['maxBufferedBytes', 1, Number.MAX_SAFE_INTEGER],
] as const satisfies readonly (readonly [keyof Settings, number, number])[];
