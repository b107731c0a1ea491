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
import { classifyKafkajs } from './kafkajs-failure.js';
import type { PartitionState, Session } from './session.js';
import { sessionTransport } from './session-transport.js';
import { createSockets, type Sockets } from './sockets.js';
import type { OutgoingMessage, Transport } from './transport.js';

/** How to reach a Kafka cluster. */
export interface KafkaConnection {
  /** Bootstrap brokers, each as `host:port`. */
  readonly brokers: readonly string[];
  /** Shown in the broker's logs and quotas. @default 'tavro' */
  readonly clientId?: string;
  /** MSK with SASL/SCRAM takes `scram-sha-512`. @default no authentication */
  readonly sasl?: KafkaSasl;
  /** TLS, on by `true` or by giving a private certificate authority. @default false */
  readonly ssl?: boolean | KafkaTls;
  /** TCP and TLS handshake, in milliseconds; a cold MSK needs more than kafkajs's 1,000. @default 5000 */
  readonly connectTimeoutMs?: number;
  /** One request's answer, in milliseconds. @default 10000 */
  readonly requestTimeoutMs?: number;
  /**
   * Where a broker is reached instead of at the address it advertises, by `host:port`: for port
   * forwarding into a VPC. Certificates are still checked for the broker's own name.
   */
  readonly tunnel?: Readonly<Record<string, string>>;
  /** Takes what the client logs. @default nothing is logged; errors reach the senders */
  readonly log?: (entry: KafkaLogEntry) => void;
}

export type KafkaSasl =
  | {
      readonly mechanism: 'scram-sha-512' | 'scram-sha-256' | 'plain';
      readonly username: string;
      readonly password: string;
    }
  /** For MSK IAM and OAuth; called for each connection. */
  | { readonly mechanism: 'oauthbearer'; readonly token: () => Promise<string> };

export interface KafkaTls {
  /** PEM of the certificate authorities to trust, instead of those of Node. */
  readonly ca?: string | readonly string[];
  /** PEM of the client's certificate and key, for mutual TLS. */
  readonly cert?: string;
  readonly key?: string;
}

export interface KafkaLogEntry {
  readonly level: 'error' | 'warn' | 'info';
  readonly message: string;
  readonly broker?: string;
}

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
    return await import('kafkajs');
  } catch (cause) {
    throw new ProducerError(
      'CONFIG',
      'The package kafkajs is missing. It is an optional peer of tavro: run `npm install kafkajs@2`.',
      { cause },
    );
  }
}

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
      const timer = setTimeout(() => sockets.destroy(), CLOSE_TIMEOUT_MS);
      await producer?.disconnect().catch(() => undefined);
      clearTimeout(timer);
      given = true;
      sockets.destroy();
    },
    destroy() {
      given = true;
      sockets.destroy();
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

function saslOptions(sasl: KafkaSasl): SASLOptions {
  if (sasl.mechanism !== 'oauthbearer') return sasl;
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

/** What kafkajs warns of and {@link sessionTransport} takes care of. */
const NOISE = /Limiting retries for the idempotent producer/;

function logTo(log: KafkaConnection['log']): logCreator {
  return () =>
    ({ label, log: { message, broker } }) => {
      if (log === undefined || NOISE.test(message) || message === PROBE_MESSAGE) return;
      const level = label === 'ERROR' ? 'error' : label === 'WARN' ? 'warn' : 'info';
      log({ level, message, ...(typeof broker === 'string' && { broker }) });
    };
}

const ADDRESS = /^[^\s:/]+:\d{1,5}$/;

function checkConnection({ brokers, tunnel = {} }: KafkaConnection): void {
  if (brokers.length === 0) {
    throw new ProducerError('CONFIG', 'No bootstrap broker is given: `brokers` is empty.');
  }
  const bad = [...brokers, ...Object.entries(tunnel).flat()].find((one) => !ADDRESS.test(one));
  if (bad === undefined) return;
  throw new ProducerError(
    'CONFIG',
    `"${bad}" is not a broker address: write it as host:port, such as b-1.example:9096.`,
  );
}
