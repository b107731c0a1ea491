import type {
  CompressionTypes,
  Kafka,
  KafkaConfig,
  logCreator,
  Message,
  PartitionMetadata,
  Producer,
  SASLOptions,
} from 'kafkajs';
import { systemClock } from './clock.js';
import { ProducerError } from './errors.js';
import {
  checkConnection,
  type KafkaConnection,
  type KafkaSasl,
  type KafkaTls,
} from './kafka-connection.js';
import { classifyKafkajs } from './kafkajs-failure.js';
import type { PartitionState, Session } from './session.js';
import { sessionTransport } from './session-transport.js';
import { createSockets, GIVEN_UP, type Sockets } from './sockets.js';
import type { OutgoingMessage, Transport } from './transport.js';

export interface KafkajsTransportOptions extends KafkaConnection {
  /** Stores each message once even if an acknowledgement is lost. @default true */
  readonly idempotent?: boolean;
  /** @default 'none' */
  readonly compression?: 'none' | 'gzip';
}

/**
 * Kafka through kafkajs 2.2.4, acknowledged by all in-sync replicas. kafkajs is unmaintained, and
 * what is known to be wrong with it is kept from doing harm here:
 * - a batch over several partitions that fails in one leaves the others' sequence numbers wrong, and
 *   can drop messages silently when a leader moves: every partition's batch is a send of its own;
 * - after a lost acknowledgement and its last retry it reuses sequence numbers, and the broker drops
 *   the next message as a duplicate: see {@link sessionTransport};
 * - a disconnected producer reconnects and goes on sending: its sockets are ours to cut.
 */
export function kafkajsTransport(options: KafkajsTransportOptions): Transport {
  checkConnection(options);
  return sessionTransport({
    name: options.brokers.join(', '),
    open: () => openSession(options),
    classify: classifyKafkajs,
    clock: systemClock,
  });
}

/** A kafkajs client with our defaults; `sockets` can be cut by whoever made them. */
export async function createKafka(connection: KafkaConnection, sockets: Sockets): Promise<Kafka> {
  checkConnection(connection);
  const { Kafka, logLevel } = await importKafkajs();
  const { log } = connection;
  return new Kafka({
    clientId: connection.clientId ?? 'tavro',
    brokers: [...connection.brokers],
    ...(connection.sasl && { sasl: saslOptions(connection.sasl) }),
    ssl: tlsOptions(connection.ssl),
    connectionTimeout: connection.connectTimeoutMs ?? 5_000,
    authenticationTimeout: AUTHENTICATION_TIMEOUT_MS,
    requestTimeout: connection.requestTimeoutMs ?? 10_000,
    // All of it, since kafkajs has other defaults where NODE_ENV is `test`.
    retry: { ...RETRY, retries: Math.max(2, connection.brokers.length) },
    socketFactory: (request) => sockets.open(request),
    logLevel: log === undefined ? logLevel.NOTHING : logLevel.INFO,
    logCreator: logTo(log),
  });
}

const AUTHENTICATION_TIMEOUT_MS = 10_000;
/** Inside one attempt; {@link sessionTransport} makes the attempts. Times in milliseconds. */
const RETRY = { initialRetryTime: 100, maxRetryTime: 500, factor: 0.2, multiplier: 2 };

async function importKafkajs(): Promise<typeof import('kafkajs')> {
  try {
    const kafkajs = await import('kafkajs');
    // Another kafkajs may be built otherwise, and then has no need of it.
    await stopIdleTimers().catch(() => undefined);
    return kafkajs;
  } catch (cause) {
    throw new ProducerError(
      'CONFIG',
      'The package kafkajs is missing. It is an optional peer of tavro: run `npm install kafkajs@2`.',
      { cause },
    );
  }
}

/**
 * Every idle connection of kafkajs 2.2.4 wakes each millisecond to look for requests to send, by a
 * timer of negative time, which Node 24 also warns about (tulios/kafkajs#1751). Where nothing waits
 * there is nothing to look for: what is sent later sets the timer itself.
 */
async function stopIdleTimers(): Promise<void> {
  // @ts-expect-error Not in kafkajs's types.
  const { default: RequestQueue } = await import('kafkajs/src/network/requestQueue/index.js');
  const { prototype } = RequestQueue;
  const original = prototype.scheduleCheckPendingRequests;
  if (typeof original !== 'function' || patched.has(prototype)) return;
  patched.add(prototype);
  prototype.scheduleCheckPendingRequests = function (this: { pending: unknown[] }) {
    if (this.pending.length > 0) original.call(this);
  };
}

const patched = new WeakSet<object>();

function openSession(options: KafkajsTransportOptions): Session {
  const sockets = createSockets(options.tunnel ?? {});
  let given = false;
  let connecting: Promise<Producer> | undefined;
  const connect = (): Promise<Producer> => {
    connecting ??= startProducer(options, sockets, () => given).catch((error) => {
      connecting = undefined;
      throw error;
    });
    return connecting;
  };
  const compression = options.compression === 'gzip' ? GZIP : NO_COMPRESSION;
  return {
    async connect() {
      await connect();
    },
    async partitions(topic) {
      return probePartitions(await connect(), topic);
    },
    async send(topic, partition, messages) {
      const producer = await connect();
      const timeout = options.requestTimeoutMs ?? 10_000;
      const records = messages.map((message) => kafkajsMessage(message, partition));
      const results = await producer.send({
        topic,
        messages: records,
        acks: -1,
        timeout,
        compression,
      });
      return baseOffset(results, partition);
    },
    async close() {
      const producer = await connecting?.catch(() => undefined);
      const timer = setTimeout(() => sockets.cut(), CLOSE_TIMEOUT_MS);
      await producer?.disconnect().catch(() => undefined);
      clearTimeout(timer);
      given = true;
      // Also those of brokers that kafkajs has lost sight of.
      sockets.cut();
    },
    destroy() {
      given = true;
      sockets.cut();
      void connecting?.then((producer) => producer.disconnect()).catch(() => undefined);
    },
  };
}

/** How long a close waits for requests under way, in milliseconds. */
const CLOSE_TIMEOUT_MS = 5_000;
// Numbers of kafkajs's CompressionTypes, which is an enum behind an import that may be missing.
const NO_COMPRESSION = 0 as CompressionTypes.None;
const GZIP = 1 as CompressionTypes.GZIP;

async function startProducer(
  options: KafkajsTransportOptions,
  sockets: Sockets,
  isGiven: () => boolean,
): Promise<Producer> {
  const idempotent = options.idempotent ?? true;
  const kafka = await createKafka(options, sockets);
  const producer = kafka.producer({
    idempotent,
    allowAutoTopicCreation: false,
    // The fewest that kafkajs allows.
    retry: { ...RETRY, retries: idempotent ? 1 : 0 },
    createPartitioner: () => (context) => {
      if (isGiven()) throw new GivenUp();
      if (context.message === PROBE) throw new PartitionsFound(context.partitionMetadata);
      return context.message.partition ?? 0;
    },
  });
  await producer.connect();
  return producer;
}

/** Stands for "which partitions are there?" and is never sent. */
const PROBE: Message = { value: null };

/** Ends a send before anything is sent; kafkajs does not retry what says that it is not retriable. */
class PartitionsFound extends Error {
  readonly retriable = false;
  readonly partitions: readonly PartitionMetadata[];

  constructor(partitions: readonly PartitionMetadata[]) {
    super(PROBE_MESSAGE);
    this.partitions = partitions;
  }
}

class GivenUp extends Error {
  readonly retriable = false;

  constructor() {
    super(GIVEN_UP);
  }
}

const PROBE_MESSAGE = 'asked for partitions';

/**
 * kafkajs shows a topic's partitions to partitioners only; an admin client would cost connections
 * and handshakes of its own.
 */
async function probePartitions(
  producer: Producer,
  topic: string,
): Promise<readonly PartitionState[]> {
  try {
    await producer.send({ topic, messages: [PROBE] });
  } catch (error) {
    if (!(error instanceof PartitionsFound)) throw error;
    return error.partitions.map(({ partitionId, leader }) => ({
      id: partitionId,
      available: leader >= 0,
    }));
  }
  throw new Error('kafkajs sent a probe');
}

function kafkajsMessage(message: OutgoingMessage, partition: number): Message {
  return {
    key: message.key === null ? null : asBuffer(message.key),
    value: message.value === null ? null : asBuffer(message.value),
    headers: Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [name, asBuffer(value)]),
    ),
    timestamp: String(message.timestampMs),
    partition,
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function baseOffset(results: Awaited<ReturnType<Producer['send']>>, partition: number): bigint {
  const result = results.find((one) => one.partition === partition);
  const offset = result?.baseOffset ?? result?.offset;
  if (offset === undefined) throw new Error(`kafkajs gave no answer for partition ${partition}`);
  return BigInt(offset);
}

/**
 * Always a new object: kafkajs keeps the first credentials in the one it is given, and a copy of that
 * with a rotated password would go on using the old one.
 */
function saslOptions(sasl: KafkaSasl): SASLOptions {
  if (sasl.mechanism !== 'oauthbearer') {
    const { mechanism, username, password } = sasl;
    // The three mechanisms differ in nothing but their name.
    return { mechanism, username, password } as SASLOptions;
  }
  return {
    mechanism: 'oauthbearer',
    oauthBearerProvider: async () => ({ value: await sasl.token() }),
  };
}

function tlsOptions(ssl: boolean | KafkaTls | undefined): NonNullable<KafkaConfig['ssl']> {
  if (ssl === undefined || typeof ssl === 'boolean') return ssl ?? false;
  const { ca, ...rest } = ssl;
  return { ...rest, ...(ca !== undefined && { ca: typeof ca === 'string' ? ca : [...ca] }) };
}

/** What kafkajs logs of our own doing. */
const NOISE = new RegExp(`Limiting retries for the idempotent|${PROBE_MESSAGE}|${GIVEN_UP}`);

function logTo(log: KafkaConnection['log']): logCreator {
  return () =>
    ({ label, log: { message, broker } }) => {
      if (log === undefined || NOISE.test(message)) return;
      const level = label === 'ERROR' ? 'error' : label === 'WARN' ? 'warn' : 'info';
      log({ level, message, ...(typeof broker === 'string' && { broker }) });
    };
}
