import type { CreateSend, Send, TopicPartitions } from './cluster.js';
import type { ProducerIdAndEpoch } from './epochs.js';

/** Sequence numbers are 31 bits, and begin anew after the last. */
const SEQUENCES = 2 ** 31;

type AddPartitions = (topics: readonly TopicPartitions[]) => Promise<void>;

/**
 * What a transactional producer counts while it has one epoch: the sequence numbers of each partition,
 * and the partitions of the transaction. kafkajs asks for it as for its own `eosManager`. Another epoch
 * has another one, so that a send which was given up on counts nothing of it.
 */
export class Epoch {
  readonly id: ProducerIdAndEpoch;
  /** Whether the coordinator may know of a transaction. */
  isOpen = false;
  private readonly transactionalId: string;
  private readonly sequences = new Map<string, number>();
  private readonly added = new Set<string>();
  private add: AddPartitions = async () => {};
  /** One request at a time: the coordinator refuses others meanwhile. */
  private adding: Promise<void> = Promise.resolve();
  private made: { readonly by: CreateSend; readonly send: Send } | undefined;

  constructor(id: ProducerIdAndEpoch, transactionalId: string) {
    this.id = id;
    this.transactionalId = transactionalId;
  }

  begin(add: AddPartitions): void {
    this.isOpen = false;
    this.added.clear();
    this.add = add;
  }

  /** kafkajs's sending, by connections that may change meanwhile. */
  sender(by: CreateSend): Send {
    if (this.made?.by !== by) this.made = { by, send: by(this) };
    return this.made.send;
  }

  isTransactional(): boolean {
    return true;
  }

  isInitialized(): boolean {
    return true;
  }

  getTransactionalId(): string {
    return this.transactionalId;
  }

  getProducerId(): string | number {
    return this.id.producerId;
  }

  getProducerEpoch(): number {
    return this.id.producerEpoch;
  }

  getSequence(topic: string, partition: number): number {
    return this.sequences.get(keyOf(topic, partition)) ?? 0;
  }

  /** Also by a negative number: what failed is sent again with the numbers that it had. */
  updateSequence(topic: string, partition: number, by: number): void {
    const next = (this.getSequence(topic, partition) + by + SEQUENCES) % SEQUENCES;
    this.sequences.set(keyOf(topic, partition), next);
  }

  // One batch per partition is under way at a time, so nothing else has to wait.
  async acquireBrokerLock(): Promise<void> {}
  async releaseBrokerLock(): Promise<void> {}

  addPartitionsToTransaction(data: readonly TopicData[]): Promise<void> {
    const added = this.adding.then(() => this.addMissing(data));
    this.adding = added.catch(() => undefined);
    return added;
  }

  private async addMissing(data: readonly TopicData[]): Promise<void> {
    const missing = data
      .map(({ topic, partitions }) => ({
        topic,
        partitions: partitions
          .map(({ partition }) => Number(partition))
          .filter((partition) => !this.added.has(keyOf(topic, partition))),
      }))
      .filter(({ partitions }) => partitions.length > 0);
    if (missing.length === 0) return;
    this.isOpen = true;
    await this.add(missing);
    for (const { topic, partitions } of missing) {
      for (const partition of partitions) this.added.add(keyOf(topic, partition));
    }
  }
}

/** What kafkajs is about to send. */
interface TopicData {
  readonly topic: string;
  readonly partitions: readonly { readonly partition: number | string }[];
}

function keyOf(topic: string, partition: number): string {
  return `${topic}\n${partition}`;
}
