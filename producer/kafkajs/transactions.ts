import { systemClock } from '../clock.js';
import type { KafkaConnection } from '../kafka-connection.js';
import type { Stored } from '../session.js';
import { type TransactionRequests, transactionalSession } from '../transactional-session.js';
import type {
  GroupOffsets,
  OutgoingMessage,
  TopicPartition,
  TransactionalOptions,
  TransactionalSession,
} from '../transport.js';
import { kafkajsBatch } from './batch.js';
import { type Broker, type OpenCluster, openCluster, type TopicPartitions } from './cluster.js';
import type { ProducerIdAndEpoch } from './epochs.js';
import { stored, watchWriting } from './messages.js';
import { byTopic } from './requests.js';
import { MaybeStored } from './signals.js';
import { Epoch } from './transaction-epoch.js';
import { classifyTransactional, isAnswered, isNothingToAbort } from './transaction-failure.js';

interface Options extends KafkaConnection {
  readonly compression?: 'none' | 'gzip';
}

/**
 * Transactions by parts of kafkajs 2.2.4. Its own `producer.transaction()` cannot be relied upon: when
 * the answer to a commit or an abort is lost it neither tries again nor can be used any more, it cannot
 * take another epoch after a send that failed, and takes the id from others where it only should renew
 * its own.
 */
export function kafkajsTransactional(
  options: Options,
  own: TransactionalOptions,
): TransactionalSession {
  return transactionalSession({
    name: options.brokers.join(', '),
    transactionalId: own.transactionalId,
    requests: new KafkajsRequests(options, own),
    classify: classifyTransactional(own),
    isNothingToAbort,
    clock: systemClock,
  });
}

/** Kafka's numbers for kinds of coordinators. */
const GROUP = 0;
const TRANSACTION = 1;

class KafkajsRequests implements TransactionRequests {
  private readonly options: Options;
  private readonly own: TransactionalOptions;
  private opening: Promise<OpenCluster> | undefined;
  private coordinator: Broker | undefined;
  private epoch: Epoch | undefined;

  constructor(options: Options, own: TransactionalOptions) {
    this.options = options;
    this.own = own;
  }

  initProducerId(current: ProducerIdAndEpoch | undefined): Promise<ProducerIdAndEpoch> {
    const { transactionalId, transactionTimeoutMs } = this.own;
    return this.askCoordinator((broker, { requests }) => {
      if (current !== undefined && requests.canBump(broker)) {
        return requests.bump(broker, this.own, current);
      }
      return broker.initProducerId({ transactionalId, transactionTimeout: transactionTimeoutMs });
    });
  }

  begin(id: ProducerIdAndEpoch): void {
    const epoch = this.epoch?.id === id ? this.epoch : new Epoch(id, this.own.transactionalId);
    epoch.begin((topics) => this.addPartitions(id, topics));
    this.epoch = epoch;
  }

  async send(to: TopicPartition, messages: readonly OutgoingMessage[]): Promise<Stored> {
    const epoch = this.inTransaction();
    const { createSend } = await this.open();
    const timeout = this.options.requestTimeoutMs ?? 10_000;
    const compression = this.options.compression === 'gzip' ? 1 : 0;
    const records = kafkajsBatch(messages, to.partition);
    const isWritten = watchWriting(records[0]);
    try {
      const topicMessages = [{ topic: to.topic, messages: records }];
      const send = epoch.sender(createSend);
      return stored(await send({ acks: -1, timeout, compression, topicMessages }), to.partition);
    } catch (error) {
      throw isWritten() ? new MaybeStored(error) : error;
    }
  }

  async sendOffsets(offsets: GroupOffsets): Promise<void> {
    const epoch = this.inTransaction();
    const { id } = epoch;
    const { transactionalId } = this.own;
    const { group } = offsets;
    const groupId = typeof group === 'string' ? group : group.groupId;
    epoch.isOpen = true;
    await this.askCoordinator((broker) =>
      broker.addOffsetsToTxn({ transactionalId, groupId, ...id }),
    );
    await this.ask(async ({ cluster, requests }) => {
      const broker = await cluster.findGroupCoordinator({ groupId, coordinatorType: GROUP });
      if (requests.canNameMember(broker)) {
        await requests.commitOffsets(broker, { transactionalId, id, offsets });
        return;
      }
      const topics = [...byTopic(offsets.offsets)].map(([topic, partitions]) => ({
        topic,
        partitions: partitions.map((one) => ({
          partition: one.partition,
          offset: String(one.offset),
          metadata: '',
        })),
      }));
      await broker.txnOffsetCommit({ transactionalId, groupId, ...id, topics });
    });
  }

  async end(how: 'commit' | 'abort'): Promise<void> {
    const epoch = this.inTransaction();
    // Nothing was added to it: the coordinator knows of no transaction.
    if (!epoch.isOpen) return;
    const { transactionalId } = this.own;
    const transactionResult = how === 'commit';
    await this.askCoordinator((broker) =>
      broker.endTxn({ transactionalId, transactionResult, ...epoch.id }),
    );
  }

  async close(): Promise<void> {
    const opened = await this.opening?.catch(() => undefined);
    await opened?.close();
  }

  private async addPartitions(
    id: ProducerIdAndEpoch,
    topics: readonly TopicPartitions[],
  ): Promise<void> {
    const { transactionalId } = this.own;
    await this.askCoordinator((broker) =>
      broker.addPartitionsToTxn({ transactionalId, topics, ...id }),
    );
  }

  private inTransaction(): Epoch {
    if (this.epoch === undefined) throw new Error('no transaction was begun');
    return this.epoch;
  }

  private askCoordinator<T>(request: (broker: Broker, opened: OpenCluster) => Promise<T>) {
    return this.ask(async (opened) => {
      const groupId = this.own.transactionalId;
      this.coordinator ??= await opened.cluster.findGroupCoordinator({
        groupId,
        coordinatorType: TRANSACTION,
      });
      try {
        return await request(this.coordinator, opened);
      } catch (error) {
        this.coordinator = undefined;
        throw new MaybeStored(error);
      }
    });
  }

  /** Connections that fail are given up altogether: all that matters is here, nothing in kafkajs. */
  private async ask<T>(request: (opened: OpenCluster) => Promise<T>): Promise<T> {
    const opening = this.open();
    const opened = await opening;
    try {
      return await request(opened);
    } catch (error) {
      if (!isAnswered(error)) {
        if (this.opening === opening) this.forget();
        opened.destroy();
      }
      throw error;
    }
  }

  private forget(): void {
    this.opening = undefined;
    this.coordinator = undefined;
  }

  private open(): Promise<OpenCluster> {
    this.opening ??= openCluster(this.options).catch((error) => {
      this.forget();
      throw error;
    });
    return this.opening;
  }
}
