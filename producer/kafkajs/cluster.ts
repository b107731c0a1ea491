import type { Message, PartitionMetadata, RecordMetadata } from 'kafkajs';
import type { KafkaConnection } from '../kafka-connection.js';
import { CLOSE_TIMEOUT_MS, createKafka } from './client.js';
import type { ProducerIdAndEpoch } from './epochs.js';
import { createCluster, otherKafkajs } from './insides.js';
import { withLeader } from './messages.js';
import { createRequests, type RequestBroker, type Requests } from './requests.js';
import { createSockets, NO_ANSWER } from './sockets.js';
import type { Epoch } from './transaction-epoch.js';

export interface TopicPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

interface OfTransaction extends ProducerIdAndEpoch {
  readonly transactionalId: string;
}

/** A broker of kafkajs's, which its types do not show. Each method is one request. */
export interface Broker extends RequestBroker {
  initProducerId(request: {
    readonly transactionalId: string;
    readonly transactionTimeout: number;
  }): Promise<ProducerIdAndEpoch>;
  addPartitionsToTxn(
    request: OfTransaction & { readonly topics: readonly TopicPartitions[] },
  ): Promise<unknown>;
  addOffsetsToTxn(request: OfTransaction & { readonly groupId: string }): Promise<unknown>;
  txnOffsetCommit(
    request: OfTransaction & { readonly groupId: string; readonly topics: readonly object[] },
  ): Promise<unknown>;
  endTxn(request: OfTransaction & { readonly transactionResult: boolean }): Promise<unknown>;
}

interface Cluster {
  readonly rootLogger: { namespace(name: string): object };
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  findGroupCoordinator(of: { groupId: string; coordinatorType: number }): Promise<Broker>;
}

export type Send = (request: {
  readonly acks: number;
  readonly timeout: number;
  readonly compression: number;
  readonly topicMessages: readonly { readonly topic: string; readonly messages: Message[] }[];
}) => Promise<RecordMetadata[]>;

/** Makes kafkajs's sending with sequence numbers of ours. */
export type CreateSend = (epoch: Epoch) => Send;

export interface OpenCluster {
  readonly cluster: Pick<Cluster, 'findGroupCoordinator'>;
  readonly requests: Requests;
  readonly createSend: CreateSend;
  /** Lets requests under way end, then closes the connections. */
  close(): Promise<void>;
  /** Cuts the connections. */
  destroy(): void;
}

/** The parts of kafkajs below its producer. @throws ProducerError `CONFIG` of another kafkajs */
export async function openCluster(connection: KafkaConnection): Promise<OpenCluster> {
  const sockets = createSockets(connection.tunnel ?? {});
  const kafka = await createKafka(connection, sockets);
  const { Emitter, createMessageProducer, requests } = await importParts();
  const emitter = new Emitter();
  emitter.addListener('network.request_timeout', ({ payload }: TimeOut) =>
    sockets.drop(payload.broker, NO_ANSWER),
  );
  const cluster = createCluster<Cluster>(kafka, emitter);
  try {
    await cluster.connect();
  } catch (error) {
    sockets.cut();
    throw error;
  }
  return {
    cluster,
    requests,
    createSend: (eosManager) =>
      createMessageProducer({
        logger: cluster.rootLogger.namespace('Producer'),
        cluster,
        partitioner,
        eosManager,
        idempotent: true,
        retrier: once,
        getConnectionStatus: () => 'connected',
      }).sendBatch,
    async close() {
      const timer = setTimeout(() => sockets.cut(), CLOSE_TIMEOUT_MS);
      await cluster.disconnect().catch(() => undefined);
      clearTimeout(timer);
      sockets.cut();
    },
    destroy() {
      sockets.cut();
      void cluster.disconnect().catch(() => undefined);
    },
  };
}

interface TimeOut {
  readonly payload: { readonly broker: string };
}

async function importParts() {
  try {
    // @ts-expect-error Not in kafkajs's types.
    const emitter = await import('kafkajs/src/instrumentation/emitter.js');
    // @ts-expect-error Not in kafkajs's types.
    const messageProducer = await import('kafkajs/src/producer/messageProducer.js');
    const requests = await createRequests();
    return { Emitter: emitter.default, createMessageProducer: messageProducer.default, requests };
  } catch (cause) {
    throw otherKafkajs(cause);
  }
}

interface Choice {
  readonly message: Message;
  readonly partitionMetadata: readonly PartitionMetadata[];
}

function partitioner({ message, partitionMetadata }: Choice): number {
  return withLeader(message.partition ?? 0, partitionMetadata);
}

type Attempt<T> = (bail: (error: unknown) => void, count: number, timeMs: number) => Promise<T>;

/** In place of kafkajs's retries: an attempt is one request, whose failure is its own. */
function once<T>(attempt: Attempt<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    attempt(reject, 0, 0).then(resolve, reject);
  });
}
