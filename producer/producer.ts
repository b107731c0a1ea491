/// <reference lib="esnext.disposable" preserve="true" />
import { given } from '../runtime/given.js';
import type { EncodeOptions, Registry } from '../runtime/index.js';
import { type Clock, systemClock } from './clock.js';
import { createDelivery } from './delivery.js';
import { encodeMessages, type LooseMessage } from './encode.js';
import { ProducerError } from './errors.js';
import { calledBy, FRAMINGS, type Framing } from './framing.js';
import type { DeliveryReport, MessageOf, SendableTopic } from './message.js';
import { Pending } from './pending.js';
import { reportOf, reportsOf, type Sent } from './reports.js';
import { Room } from './room.js';
import { Router } from './router.js';
import { createSchemaIds } from './schema-ids.js';
import { type SendFromOptions, sendFrom } from './send-from.js';
import { MAX_TIMER_MS, type SendOptions, sendLimit } from './send-options.js';
import { type Transaction, Transactions, withoutTransactionalId } from './transaction.js';
import type { Outcome, Transport } from './transport.js';
import { Unsettled } from './unsettled.js';

/** Writes typed messages to Kafka. Made by {@link createProducer}. */
export interface Producer {
  /**
   * Connects, unless connected, or tells within seconds why it cannot: for start-up and readiness
   * probes. A `send` connects by itself, and goes on trying until its delivery timeout.
   * @throws ProducerError `UNREACHABLE`, `TLS`, `AUTHENTICATION`, `CONFIG` …
   */
  connect(): Promise<void>;
  /**
   * Sends one message; answers where it was stored, once all in-sync replicas have it. Messages of
   * one key, and of one partition that they name, keep the order of the calls; calls of one turn of the
   * event loop, and those made while an earlier one is under way, share a request. Where too much is on
   * the way it waits for room first, in the order of the calls.
   * @throws ProducerError
   */
  send<T extends SendableTopic>(
    topic: T,
    message: MessageOf<T>,
    options?: SendOptions,
  ): Promise<DeliveryReport>;
  /**
   * Sends many; answers their reports in order. All are encoded first: one that does not fit means
   * that none is sent.
   * @throws ProducerError if any was not delivered; `outcomes` then says what became of each.
   */
  sendAll<T extends SendableTopic>(
    topic: T,
    messages: readonly MessageOf<T>[],
    options?: SendOptions,
  ): Promise<readonly DeliveryReport[]>;
  /**
   * Sends what a source gives, a message at a time as there is room for it: an array, a generator, a
   * readable stream, or the end of `pipeline(…, (source) => producer.sendFrom(topic, source))`. Answers
   * how many were delivered, once all were.
   *
   * A message that was not delivered ends it: nothing more is asked of the source, what is on the way
   * is waited for. With {@link SendFromOptions.onFailed} it goes on. What the source throws is thrown.
   * @throws ProducerError of the first message that was not delivered
   */
  sendFrom<T extends SendableTopic>(
    topic: T,
    source: Iterable<MessageOf<T>> | AsyncIterable<MessageOf<T>>,
    options?: SendFromOptions<MessageOf<T>>,
  ): Promise<number>;
  /**
   * Runs a function whose messages, and offsets of a consumer group, are committed together when it
   * resolves, and aborted when it throws, with its error. Messages that are sent otherwise meanwhile
   * have no part in it. One at a time: others wait for their turn. Needs a `transactionalId`.
   * @throws ProducerError `FENCED` when another producer took the transactional id over: then stop;
   * `TIMED_OUT` with `delivered: 'unknown'` when nothing was learnt of a commit
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T> | T): Promise<T>;
  /** Whether a message that is sent now need not wait for room: what a stream's `write` answers. */
  hasRoom(): boolean;
  /** Settles when there is room: a stream's `drain`. */
  room(): Promise<void>;
  /** Sends what waits without lingering; settles with the last of it. Failures go to the senders. */
  flush(): Promise<void>;
  /**
   * Takes no more, flushes, disconnects. Takes no longer than the delivery timeout, after what waits
   * for room has found it.
   */
  close(): Promise<void>;
  /** {@link close}, at the end of a block with `await using producer = createProducer(…)`. */
  [Symbol.asyncDispose](): Promise<void>;
}

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
  /** @default the system clock */
  readonly clock?: Clock;
}

/** Makes a producer. It connects with its first message; one per process is enough. */
export function createProducer(options: ProducerOptions): Producer {
  const settings = withDefaults(options);
  const { transport, clock } = settings;
  const ids = createSchemaIds({ ...settings, by: calledBy(settings.framing) });
  const delivery = createDelivery({ transport, ids, clock });
  const room = new Room(settings, clock);
  const unsettled = new Unsettled();
  const routers = new Map<string, Router>();
  const transactions = transactionsOf(options, settings);
  let closing: Promise<void> | undefined;

  const routerOf = (topic: string): Router => {
    const known = routers.get(topic);
    if (known !== undefined) return known;
    const router = new Router({
      topic,
      transportName: transport.name,
      maxInFlight: transport.maxInFlight ?? 1,
      limits: settings,
      delivery,
      leave: (messages) => room.leave(messages),
      clock,
    });
    routers.set(topic, router);
    return router;
  };
  const encode = (topic: SendableTopic, messages: readonly LooseMessage[], numbered: boolean) => {
    if (closing !== undefined) throw closed(topic.name);
    const { replaceLoneSurrogates, strictFields, framing } = settings;
    const encoding = { replaceLoneSurrogates, strictFields, framing };
    return encodeMessages(topic, messages, { ids, nowMs: clock.now(), numbered, ...encoding });
  };
  /** Takes messages on their way; `tell` hears of each by its place. */
  const accept = ({ topic, encoded, given }: Sending, tell: Tell): void => {
    const router = routerOf(topic);
    const limit = sendLimit(given, { topic, clock });
    const pending = encoded.map((message, index) => {
      const isOver = unsettled.begin();
      const one = new Pending(topic, message, (outcome) => {
        isOver();
        limit?.forget(one);
        tell(outcome, index);
      });
      limit?.keep(one);
      return one;
    });
    for (const one of pending) room.admit(one, router.enter);
  };
  const send = <T extends SendableTopic>(
    topic: T,
    message: MessageOf<T>,
    given: SendOptions = {},
  ) =>
    new Promise<DeliveryReport>((resolve, reject) => {
      const sending = { topic: topic.name, encoded: encode(topic, [message], false), given };
      accept(sending, (outcome, index) => {
        if (outcome.error === undefined) resolve(reportOf(sending, outcome, index));
        else reject(outcome.error);
      });
    });
  const flush = async () => {
    const settled = unsettled.all();
    for (const router of routers.values()) router.hurry();
    await settled;
  };
  const close = () => {
    closing ??= Promise.all([flush(), transactions?.close()]).then(() => transport.disconnect());
    return closing;
  };
  return {
    async connect() {
      if (closing !== undefined) throw closed();
      await transport.connect();
      await transactions?.claim();
    },
    send,
    async sendAll(topic, messages, given = {}) {
      const sending = { topic: topic.name, encoded: encode(topic, messages, true), given };
      return reportsOf(sending, await outcomesOf(sending, accept));
    },
    sendFrom: (topic, source, how = {}) =>
      sendFrom(source, { ...how, room, send: (one, given) => send(topic, one, given) }),
    hasRoom: () => room.isFree,
    room: () => room.free(),
    async transaction(work) {
      if (transactions === undefined) throw withoutTransactionalId();
      return transactions.run(work);
    },
    flush,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Messages of one call, and what it asked for. */
interface Sending extends Sent {
  readonly given: SendOptions;
}

type Tell = (outcome: Outcome, index: number) => void;

function outcomesOf(
  sending: Sending,
  accept: (sending: Sending, tell: Tell) => void,
): Promise<readonly Outcome[]> {
  return new Promise((resolve) => {
    const outcomes: Outcome[] = [];
    let missing = sending.encoded.length;
    if (missing === 0) resolve([]);
    else
      accept(sending, (outcome, index) => {
        outcomes[index] = outcome;
        if (--missing === 0) resolve(outcomes);
      });
  });
}

/** They send by a producer of their own, into the transaction that is running. */
function transactionsOf(options: ProducerOptions, settings: Settings): Transactions | undefined {
  const { transactionalId, ...others } = options;
  if (transactionalId === undefined) return undefined;
  if (transactionalId === '') {
    const advice = 'leave it out for no transactions';
    throw new ProducerError('CONFIG', `createProducer: transactionalId is empty; ${advice}`);
  }
  const open = (transport: Transport) => createProducer({ ...others, transport });
  return new Transactions({ ...settings, transactionalId, open });
}

type Settings = Required<Omit<ProducerOptions, 'transactionalId'>>;
function withDefaults(options: ProducerOptions): Settings {
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
    clock: systemClock,
    ...given(options),
  };
  for (const [name, lowest, highest] of RANGES) {
    const value = settings[name];
    if (value >= lowest && value <= highest) continue;
    throw new ProducerError(
      'CONFIG',
      `createProducer: ${name} is ${value}; it must be from ${lowest} to ${highest}`,
    );
  }
  if (FRAMINGS.includes(settings.framing)) return settings;
  throw new ProducerError(
    'CONFIG',
    `createProducer: framing is ${JSON.stringify(settings.framing)}; it must be one of ${FRAMINGS.join(', ')}`,
  );
}

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

function closed(topic?: string): ProducerError {
  const unsent = topic === undefined ? '.' : `; nothing was sent to "${topic}".`;
  return new ProducerError('CLOSED', `The producer is closed${unsent}`, { topic });
}
