import type { CompressionTypes, IHeaders, Message, PartitionMetadata, Producer } from 'kafkajs';
import { systemClock } from './clock.js';
import { ProducerError } from './errors.js';
import { checkConnection, type KafkaConnection } from './kafka-connection.js';
import { createKafka, RETRY } from './kafkajs-client.js';
import { ownProducerId, ProducerIds } from './kafkajs-epochs.js';
import { classifyKafkajs } from './kafkajs-failure.js';
import {
  Carried,
  findSignal,
  Leaderless,
  MaybeStored,
  PartitionsFound,
} from './kafkajs-signals.js';
import type { Session, Stored } from './session.js';
import { sessionTransport } from './session-transport.js';
import { createSockets, type Sockets } from './sockets.js';
import type { Header, OutgoingMessage, PartitionState, Transport } from './transport.js';

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
 * - what is on the way of a session that was given up may arrive later: the next session has a higher
 *   epoch, after whose first batch the partition's leader refuses it, see kafkajs-epochs.ts;
 * - a disconnected producer reconnects and goes on sending: its sockets are ours to cut;
 * - a partition without a leader keeps it from learning of all others: see kafkajs-mends.ts;
 * - it goes on using a connection over which no answer comes, such as one that a network dropped
 *   without a word while a process was frozen: after a request's time-out it is cut.
 */
export function kafkajsTransport(options: KafkajsTransportOptions): Transport {
  checkConnection(options);
  const ids = new ProducerIds();
  return sessionTransport({
    name: options.brokers.join(', '),
    open: () => openSession(options, ids),
    classify: classifyKafkajs,
    clock: systemClock,
  });
}

function openSession(options: KafkajsTransportOptions, ids: ProducerIds): Session {
  const sockets = createSockets(options.tunnel ?? {});
  ownProducerId(sockets, ids.next());
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
    async send({ topic, partition }, messages) {
      const producer = await connect();
      const timeout = options.requestTimeoutMs ?? 10_000;
      const records = messages.map((message) => kafkajsMessage(message, partition));
      const isWritten = watchWriting(records[0]);
      try {
        const sent = { topic, messages: records, acks: -1, timeout, compression };
        return stored(await producer.send(sent), partition);
      } catch (error) {
        throw isWritten() ? new MaybeStored(error) : error;
      }
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

/** How soon a topic's new partitions, and leaders that are back, are seen where nothing fails. */
const METADATA_MAX_AGE_MS = 30_000;
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
    metadataMaxAge: METADATA_MAX_AGE_MS,
    // None, so that an attempt is one request, whose failure is its own. kafkajs refuses fewer than
    // one of an idempotent producer; NaN is not fewer, and no count is below it.
    retry: { ...RETRY, retries: idempotent ? Number.NaN : 0 },
    createPartitioner: () => (context) => {
      if (isGiven()) throw new Carried(closed());
      if (context.message === PROBE) throw new PartitionsFound(context.partitionMetadata);
      return withLeader(context.message.partition ?? 0, context.partitionMetadata);
    },
  });
  producer.on(producer.events.REQUEST_TIMEOUT, ({ payload }) => sockets.drop(payload.broker));
  await producer.connect();
  return producer;
}

function closed(): ProducerError {
  return new ProducerError('CLOSED', 'The producer was closed while a message was on its way.');
}

/** Of a partition without a leader kafkajs would say that there is no broker of number -1. */
function withLeader(partition: number, partitions: readonly PartitionMetadata[]): number {
  const found = partitions.find(({ partitionId }) => partitionId === partition);
  if (found !== undefined && found.leader < 0) throw new Leaderless();
  return partition;
}

/** Stands for "which partitions are there?" and is never sent. */
const PROBE: Message = { value: null };

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
    const found = findSignal(error, PartitionsFound);
    if (found === undefined) throw error;
    return found.partitions.map(({ partitionId, leader }) => ({
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
    headers: kafkajsHeaders(message.headers),
    timestamp: String(message.timestampMs),
    partition,
  };
}

/** By name, since kafkajs has no other form: equal names come together, in their order. */
function kafkajsHeaders(headers: readonly Header[]): IHeaders {
  const byName: Record<string, Buffer | Buffer[]> = {};
  for (const [name, value] of headers) {
    const earlier = Object.hasOwn(byName, name) ? byName[name] : undefined;
    const bytes = asBuffer(value);
    byName[name] = earlier === undefined ? bytes : [earlier, bytes].flat();
  }
  return byName;
}

/**
 * Whether kafkajs has made a request of a message, and may have written it. Only then does it read
 * the time.
 */
function watchWriting(message: Message | undefined): () => boolean {
  let written = false;
  const timestamp = message?.timestamp;
  if (message !== undefined) {
    Object.defineProperty(message, 'timestamp', {
      get() {
        written = true;
        return timestamp;
      },
    });
  }
  return () => written;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Without an answer nothing was sent: kafkajs passes over a partition of which metadata that it read
 * meanwhile does not know.
 */
function stored(results: Awaited<ReturnType<Producer['send']>>, partition: number): Stored {
  const result = results.find((one) => one.partition === partition);
  const offset = result?.baseOffset ?? result?.offset;
  if (offset === undefined) throw partitionGone(partition);
  // -1 where messages keep the time that they were sent with.
  const appendedMs = Number(result?.logAppendTime ?? -1);
  return { offset: BigInt(offset), ...(appendedMs >= 0 && { appendedMs }) };
}

function partitionGone(partition: number): ProducerError {
  return new ProducerError(
    'PARTITION_UNKNOWN',
    `Partition ${partition} is gone: the topic was made anew with fewer. Send again, to a partition ` +
      'that it has.',
    { retriable: true },
  );
}
