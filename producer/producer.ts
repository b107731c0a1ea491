/// <reference lib="esnext.disposable" preserve="true" />
import { listenToSignals } from '../runtime/closing-signals.js';
import { createDelivery } from './delivery.js';
import { encodeMessages, type LooseMessage } from './encode.js';
import { ProducerError } from './errors.js';
import { calledBy } from './framing.js';
import type { DeliveryReport, MessageOf, SendableTopic } from './message.js';
import { checkTopic, expect } from './misuse.js';
import { headersOf, Observers } from './observers.js';
import { Pending } from './pending.js';
import { reportOf, reportsOf, type Sent } from './reports.js';
import { Room } from './room.js';
import { Router } from './router.js';
import { createSchemaIds } from './schema-ids.js';
import { type SendFromOptions, sendFrom } from './send-from.js';
import { type SendOptions, sendLimit } from './send-options.js';
import { type ProducerOptions, type Settings, withDefaults } from './settings.js';
import { harmless } from './telemetry.js';
import { type Transaction, Transactions } from './transaction.js';
import { withoutTransactionalId } from './transaction-errors.js';
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

/** Makes a producer. It connects with its first message; one per process is enough. */
export function createProducer(options: ProducerOptions): Producer {
  const settings = withDefaults(options);
  const { transport, clock } = settings;
  const ids = createSchemaIds({ ...settings, by: calledBy(settings.framing) });
  const telemetry = settings.telemetry && harmless(settings.telemetry);
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
      onBatch: telemetry?.onBatch,
      clock,
    });
    routers.set(topic, router);
    return router;
  };
  /** Messages of a call, encoded. */
  const prepare = (
    topic: SendableTopic,
    messages: readonly LooseMessage[],
    how: { readonly numbered: boolean; readonly given: SendOptions },
  ): Sending => {
    checkTopic(topic);
    if (closing !== undefined) throw closed(topic.name);
    const { replaceLoneSurrogates, strictFields, framing } = settings;
    const observers = telemetry && new Observers(telemetry, topic.name, messages.length);
    const extraHeaders = headersOf(settings.standardHeaders, observers);
    try {
      // Not spread: it is made for each message that is sent by itself.
      const encoded = encodeMessages(topic, messages, {
        ids,
        nowMs: clock.now(),
        numbered: how.numbered,
        replaceLoneSurrogates,
        strictFields,
        framing,
        extraHeaders,
      });
      return { topic: topic.name, encoded, given: how.given, observers };
    } catch (error) {
      observers?.failed(error);
      throw error;
    }
  };
  /** @throws ProducerError what ends the call before it began; who observes it hears of it */
  const limitOf = ({ topic, given, observers }: Sending) => {
    try {
      return sendLimit(given, { topic, clock });
    } catch (error) {
      observers?.failed(error);
      throw error;
    }
  };
  /** Takes messages on their way; `tell` hears of each by its place. */
  const accept = (sending: Sending, tell: Tell): void => {
    const { topic, encoded, observers } = sending;
    const router = routerOf(topic);
    const limit = limitOf(sending);
    const pending = encoded.map((message, index) => {
      const isOver = unsettled.begin();
      const one = new Pending(topic, message, (outcome) => {
        isOver();
        limit?.forget(one);
        observers?.settled(sending, outcome, index);
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
      const sending = prepare(topic, [message], { numbered: false, given });
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
  const end = async () => {
    await Promise.all([flush(), transactions?.close()]);
    await transport.disconnect();
    stopTelling?.();
    stopListening?.();
  };
  const close = () => {
    closing ??= end();
    return closing;
  };
  const stopTelling = telemetry?.onOpen(() => room.waits());
  const stopListening = listenToSignals(settings.closeOnSignals, close);
  return {
    async connect() {
      if (closing !== undefined) throw closed();
      await transport.connect();
      await transactions?.claim();
    },
    send,
    async sendAll(topic, messages, given = {}) {
      const all = 'an array; what gives them otherwise is for sendFrom';
      expect(Array.isArray(messages), 'sendAll: messages', messages, all);
      // A copy has no holes.
      const sending = prepare(topic, [...messages], { numbered: true, given });
      return reportsOf(sending, await outcomesOf(sending, accept));
    },
    async sendFrom(topic, source, how = {}) {
      checkTopic(topic);
      return sendFrom(source, { ...how, room, send: (one, given) => send(topic, one, given) });
    },
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

/** Messages of one call, what it asked for, and who hears of them. */
interface Sending extends Sent {
  readonly given: SendOptions;
  readonly observers: Observers | undefined;
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
  const { transactionalId, closeOnSignals: _, ...others } = options;
  if (transactionalId === undefined) return undefined;
  if (transactionalId === '') {
    const advice = 'leave it out for no transactions';
    throw new ProducerError('CONFIG', `createProducer: transactionalId is empty; ${advice}`);
  }
  const open = (transport: Transport) => createProducer({ ...others, transport });
  return new Transactions({ ...settings, transactionalId, open });
}

function closed(topic?: string): ProducerError {
  const unsent = topic === undefined ? '.' : `; nothing was sent to "${topic}".`;
  return new ProducerError('CLOSED', `The producer is closed${unsent}`, { topic });
}
