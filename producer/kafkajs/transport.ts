import type { CompressionTypes, Message, Producer } from 'kafkajs';
import { systemClock } from '../clock.js';
import { tellIfForgotten } from '../closing.js';
import { ProducerError } from '../errors.js';
import { checkConnection, type KafkaConnection } from '../kafka-connection.js';
import { expect } from '../misuse.js';
import type { Session } from '../session.js';
import { sessionTransport } from '../session-transport.js';
import type { PartitionState, Transport } from '../transport.js';
import { kafkajsBatch } from './batch.js';
import { CLOSE_TIMEOUT_MS, createKafka, METADATA_MAX_AGE_MS, RETRY } from './client.js';
import { ownProducerId, ProducerIds } from './epochs.js';
import { classifyKafkajs } from './failure.js';
import { stored, watchWriting, withLeader } from './messages.js';
import { Carried, findSignal, MaybeStored, PartitionsFound } from './signals.js';
import { createSockets, holding, NO_ANSWER, type Sockets } from './sockets.js';
import { kafkajsTransactional } from './transactions.js';

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
 *   epoch, after whose first batch the partition's leader refuses it, see kafkajs/epochs.ts;
 * - a disconnected producer reconnects and goes on sending: its sockets are ours to cut;
 * - a partition without a leader keeps it from learning of all others, and it takes one broker for
 *   another: see kafkajs/mends.ts;
 * - it goes on using a connection over which no answer comes, such as one that a network dropped
 *   without a word while a process was frozen: after a request's time-out it is cut.
 */
export function kafkajsTransport(options: KafkajsTransportOptions): Transport {
  checkConnection(options);
  const { compression = 'none' } = options;
  const fits = compression === 'none' || compression === 'gzip';
  expect(fits, '`compression`', compression, "'none' or 'gzip'");
  const ids = new ProducerIds();
  const transport = sessionTransport({
    name: options.brokers.join(', '),
    open: () => openSession(options, ids),
    classify: classifyKafkajs,
    clock: systemClock,
  });
  return { ...transport, transactional: (own) => kafkajsTransactional(options, own) };
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
  const tellNoMore = tellIfForgotten(options.brokers.join(', '));
  return {
    connect: () =>
      holding(sockets, async () => {
        await connect();
      }),
    partitions: (topic) => holding(sockets, async () => probePartitions(await connect(), topic)),
    send: ({ topic, partition }, messages) =>
      holding(sockets, async () => {
        const producer = await connect();
        const timeout = options.requestTimeoutMs ?? 10_000;
        const records = kafkajsBatch(messages, partition);
        const isWritten = watchWriting(records[0]);
        try {
          const sent = { topic, messages: records, acks: -1, timeout, compression };
          return stored(await producer.send(sent), partition);
        } catch (error) {
          throw isWritten() ? new MaybeStored(error) : error;
        }
      }),
    async close() {
      tellNoMore();
      const producer = await connecting?.catch(() => undefined);
      const timer = setTimeout(() => sockets.cut(), CLOSE_TIMEOUT_MS);
      await producer?.disconnect().catch(() => undefined);
      clearTimeout(timer);
      given = true;
      // Also those of brokers that kafkajs has lost sight of.
      sockets.cut();
    },
    destroy() {
      tellNoMore();
      given = true;
      sockets.cut();
      void connecting?.then((producer) => producer.disconnect()).catch(() => undefined);
    },
  };
}

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
  producer.on(producer.events.REQUEST_TIMEOUT, ({ payload }) =>
    sockets.drop(payload.broker, NO_ANSWER),
  );
  await producer.connect();
  return producer;
}

function closed(): ProducerError {
  return new ProducerError('CLOSED', 'The producer was closed while a message was on its way.');
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
