/// <reference lib="esnext.disposable" preserve="true" />
import { given } from '../runtime/given.js';
import type { EncodeOptions, Registry } from '../runtime/index.js';
import { counted } from '../runtime/words.js';
import { type Clock, systemClock } from './clock.js';
import { createDelivery } from './delivery.js';
import { type Encoded, encodeMessages, type LooseMessage } from './encode.js';
import { ProducerError } from './errors.js';
import { calledBy, FRAMINGS, type Framing } from './framing.js';
import type { AnyTopic, DeliveryReport, MessageOf } from './message.js';
import { Router } from './router.js';
import { createSchemaIds } from './schema-ids.js';
import type { Outcome, Transport } from './transport.js';

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
   * event loop, and those made while an earlier one is under way, share a request.
   * @throws ProducerError
   */
  send<T extends AnyTopic>(topic: T, message: MessageOf<T>): Promise<DeliveryReport>;
  /**
   * Sends many; answers their reports in order. All are encoded first: one that does not fit means
   * that none is sent.
   * @throws ProducerError if any was not delivered; `outcomes` then says what became of each.
   */
  sendAll<T extends AnyTopic>(
    topic: T,
    messages: readonly MessageOf<T>[],
  ): Promise<readonly DeliveryReport[]>;
  /** Sends what waits without lingering; settles with the last of it. Failures go to the senders. */
  flush(): Promise<void>;
  /** Takes no more, flushes, disconnects. Takes no longer than the delivery timeout. */
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
   * Messages that may wait for their report; more are refused with `BUFFER_FULL`.
   * @default 100000
   */
  readonly maxBufferedMessages?: number;
  /** @default 32 MiB */
  readonly maxBufferedBytes?: number;
  /**
   * From `send` to its report: schema id, waiting, connecting and all retries, in milliseconds.
   * @default 30000
   */
  readonly deliveryTimeoutMs?: number;
  /** @default the system clock */
  readonly clock?: Clock;
}

/** Makes a producer. It connects with its first message; one per process is enough. */
export function createProducer(options: ProducerOptions): Producer {
  const settings = withDefaults(options);
  const { transport, clock } = settings;
  const ids = createSchemaIds({ ...settings, by: calledBy(settings.framing) });
  const delivery = createDelivery({ transport, ids, clock });
  const buffer = new Buffered(settings);
  const routers = new Map<string, Router>();
  let closing: Promise<void> | undefined;

  const routerOf = (topic: string): Router => {
    const router =
      routers.get(topic) ??
      new Router({ topic, transportName: transport.name, limits: settings, delivery, clock });
    routers.set(topic, router);
    return router;
  };
  const enqueue = (topic: AnyTopic, messages: readonly LooseMessage[], numbered: boolean) => {
    if (closing !== undefined) throw closed(topic.name);
    const { replaceLoneSurrogates, strictFields, framing } = settings;
    const encoding = { replaceLoneSurrogates, strictFields, framing };
    const context = { ids, nowMs: clock.now(), numbered, ...encoding };
    const encoded = encodeMessages(topic, messages, context);
    const { pending, outcomes } = buffer.admit(topic.name, encoded);
    routerOf(topic.name).add(pending);
    const { name } = topic;
    return { topic: name, encoded, outcomes: Promise.all(outcomes) };
  };
  const flush = async () => {
    for (const router of routers.values()) router.hurry();
    await buffer.settled();
  };
  const close = () => {
    closing ??= flush().then(() => transport.disconnect());
    return closing;
  };
  return {
    async connect() {
      if (closing !== undefined) throw closed();
      await transport.connect();
    },
    async send(topic, message) {
      const sent = enqueue(topic, [message], false);
      const [outcome] = await sent.outcomes;
      return reportOf(sent, outcome, 0);
    },
    async sendAll(topic, messages) {
      const sent = enqueue(topic, messages, true);
      return reportsOf(sent, await sent.outcomes);
    },
    flush,
    close,
    [Symbol.asyncDispose]: close,
  };
}

type Settings = Required<ProducerOptions>;

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
    deliveryTimeoutMs: 30_000,
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

/** The longest that a timer of Node can wait, in milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const RANGES = [
  ['lingerMs', 0, MAX_TIMER_MS],
  ['deliveryTimeoutMs', 1, MAX_TIMER_MS],
  ['maxBatchMessages', 1, Number.MAX_SAFE_INTEGER],
  ['maxBatchBytes', 1, Number.MAX_SAFE_INTEGER],
  ['maxBufferedMessages', 1, Number.MAX_SAFE_INTEGER],
  ['maxBufferedBytes', 1, Number.MAX_SAFE_INTEGER],
] as const satisfies readonly (readonly [keyof Settings, number, number])[];

/** What waits for its report: counted, bounded, and awaited by `flush`. */
class Buffered {
  private readonly waiting = new Set<Promise<Outcome>>();
  private bytes = 0;
  private readonly limits: Pick<Settings, 'maxBufferedMessages' | 'maxBufferedBytes'>;

  constructor(limits: Pick<Settings, 'maxBufferedMessages' | 'maxBufferedBytes'>) {
    this.limits = limits;
  }

  /** Takes all of them or none. */
  admit(topic: string, encoded: readonly Encoded[]) {
    const { maxBufferedMessages, maxBufferedBytes } = this.limits;
    const bytes = encoded.reduce((sum, one) => sum + one.bytes, 0);
    const messages = this.waiting.size + encoded.length;
    if (messages > maxBufferedMessages || this.bytes + bytes > maxBufferedBytes) {
      throw new ProducerError(
        'BUFFER_FULL',
        `${counted(this.waiting.size, 'message')} (${counted(this.bytes, 'byte')}) already ` +
          `${this.waiting.size === 1 ? 'waits' : 'wait'} for delivery, ` +
          `and ${encoded.length} more (${bytes} bytes) for "${topic}" would exceed the limit of ` +
          `${maxBufferedMessages} messages or ${maxBufferedBytes} bytes. Nothing of them was sent: ` +
          'await earlier sends, send fewer at once, or raise maxBufferedMessages/maxBufferedBytes.',
        { topic },
      );
    }
    const entries = encoded.map((one) => this.wait(one));
    return {
      pending: entries.map(({ pending }) => pending),
      outcomes: entries.map(({ outcome }) => outcome),
    };
  }

  async settled(): Promise<void> {
    await Promise.all(this.waiting);
  }

  private wait(encoded: Encoded) {
    let settle: (outcome: Outcome) => void = () => {};
    const outcome = new Promise<Outcome>((resolve) => {
      settle = resolve;
    });
    this.waiting.add(outcome);
    this.bytes += encoded.bytes;
    const pending = {
      encoded,
      settle: (result: Outcome) => {
        this.waiting.delete(outcome);
        this.bytes -= encoded.bytes;
        settle(result);
      },
    };
    return { pending, outcome };
  }
}

interface Sent {
  readonly topic: string;
  readonly encoded: readonly Encoded[];
}

function reportOf(
  { topic, encoded }: Sent,
  outcome: Outcome | undefined,
  index: number,
): DeliveryReport {
  if (outcome?.error !== undefined) throw outcome.error;
  const message = encoded[index]?.outgoing;
  if (outcome === undefined || message === undefined) {
    throw new ProducerError('BROKER', 'No outcome', { topic });
  }
  const { partition, offset, appendedMs = message.timestampMs } = outcome;
  return { topic, partition, offset, timestamp: new Date(appendedMs) };
}

function reportsOf(sent: Sent, outcomes: readonly Outcome[]): readonly DeliveryReport[] {
  const { topic } = sent;
  const failures = outcomes.flatMap(({ error }) => (error === undefined ? [] : [error]));
  const [first] = failures;
  if (first === undefined) return outcomes.map((outcome, index) => reportOf(sent, outcome, index));
  throw new ProducerError(
    first.code,
    `${failures.length} of ${counted(outcomes.length, 'message')} to "${topic}" ${failures.length === 1 ? 'was' : 'were'} not delivered ` +
      `(see \`outcomes\`); the first: ${first.message}`,
    {
      topic,
      partition: first.partition,
      host: first.host,
      subject: first.subject,
      delivered: failures.some(({ delivered }) => delivered === 'unknown') ? 'unknown' : 'no',
      outcomes,
      cause: first,
    },
  );
}

function closed(topic?: string): ProducerError {
  const unsent = topic === undefined ? '.' : `; nothing was sent to "${topic}".`;
  return new ProducerError('CLOSED', `The producer is closed${unsent}`, { topic });
}
