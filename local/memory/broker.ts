import type { GroupOffsets, TopicPartition } from '../../producer/index.js';
import { MemoryBrokerError } from './errors.js';
import { Group, type GroupMember, keyOf } from './group.js';
import { Log, type NewRecord, type StoredRecord, type TimestampType } from './log.js';

export interface MemoryTopicOptions {
  /** @default 1 */
  readonly partitions?: number;
  /** @default 'CREATE_TIME' */
  readonly timestampType?: TimestampType;
}

export interface MemoryBrokerOptions {
  /** Key, value and headers of one record. @default 1048576, about Kafka's own */
  readonly maxRecordBytes?: number;
  /** Records kept per partition; the oldest go first. @default 100000 */
  readonly maxRecords?: number;
  /** How long a group waits for a member that gives partitions away, in milliseconds. @default 60000, as kafkajs has it */
  readonly rebalanceTimeoutMs?: number;
  /** @default Date.now */
  readonly now?: () => number;
}

/**
 * Kafka as far as a demo and tests need it, in this process: topics, partitions, offsets, record
 * timestamps and headers, tombstones, transactions, consumer groups with commits and assignment. Topics are not
 * created by writing to them, as on MSK.
 */
export class MemoryBroker {
  private readonly maxRecordBytes: number;
  private readonly maxRecords: number;
  private readonly now: () => number;
  private readonly rebalanceTimeoutMs: number;
  private readonly topics = new Map<string, { partitions: Log[]; type: TimestampType }>();
  private readonly groups = new Map<string, Group>();
  private readonly holders = new Map<string, MemoryTransactions>();
  private readonly listeners = new Set<() => void>();
  private running = true;

  constructor(options: MemoryBrokerOptions = {}) {
    this.maxRecordBytes = options.maxRecordBytes ?? 1024 * 1024;
    this.maxRecords = options.maxRecords ?? 100_000;
    this.now = options.now ?? Date.now;
    this.rebalanceTimeoutMs = options.rebalanceTimeoutMs ?? 60_000;
  }

  createTopic(topic: string, options: MemoryTopicOptions = {}): void {
    if (this.topics.has(topic)) {
      throw new MemoryBrokerError('TOPIC_ALREADY_EXISTS', topic, `Topic "${topic}" exists.`);
    }
    const partitions = Array.from({ length: options.partitions ?? 1 }, () => new Log());
    this.topics.set(topic, { partitions, type: options.timestampType ?? 'CREATE_TIME' });
    this.changed();
  }

  /** Goes away with all that it has, until {@link start}: sources wait for it, and what is sent fails. */
  stop(): void {
    this.running = false;
    this.changed();
  }

  start(): void {
    this.running = true;
    this.changed();
  }

  get isRunning(): boolean {
    return this.running;
  }

  /** Gives a topic more partitions: so many in all. Groups that read it share them out. */
  createPartitions(topic: string, total: number): void {
    const { partitions } = this.known({ topic, partition: 0 });
    if (total <= partitions.length) {
      const message = `Topic "${topic}" has ${partitions.length} partitions; ${total} are not more.`;
      throw new MemoryBrokerError('INVALID_PARTITIONS', topic, message);
    }
    while (partitions.length < total) partitions.push(new Log());
    for (const group of this.groups.values()) group.shareOut();
    this.changed();
  }

  /** How many partitions a topic has; undefined when there is no such topic. */
  partitionCount(topic: string): number | undefined {
    return this.topics.get(topic)?.partitions.length;
  }

  /** Stores one record; answers its offset. */
  append(at: TopicPartition, record: NewRecord): bigint {
    return this.store(at, record, undefined);
  }

  /**
   * Records from `offset` on; from the oldest kept one where that is gone. Those of a transaction are
   * there when it is committed, and so are those behind them, unless asked for `uncommitted` ones.
   */
  read(
    at: TopicPartition,
    offset: bigint,
    maxRecords: number,
    { uncommitted = false }: ReadOptions = {},
  ): readonly StoredRecord[] {
    return this.partition(at).read(offset, maxRecords, uncommitted);
  }

  /** The offset that the next record will get. */
  endOffset(at: TopicPartition): bigint {
    return this.partition(at).endOffset;
  }

  /** Of the first record that is as young as this, in milliseconds since the epoch; else the next one's. */
  offsetAt(at: TopicPartition, timestampMs: number): bigint {
    return this.partition(at).offsetAt(timestampMs);
  }

  /** Takes a transactional id over: what its holder has open is aborted, and the holder fenced. */
  claim(transactionalId: string): MemoryTransactions {
    this.holders.get(transactionalId)?.end('abort');
    const touched = new Set<Log>();
    let offsets: GroupOffsets[] = [];
    const check = (topic: string) => {
      if (this.holders.get(transactionalId) !== transactions) throw fenced(transactionalId, topic);
    };
    const transactions: MemoryTransactions = {
      append: (at, record) => {
        check(at.topic);
        touched.add(this.partition(at));
        return this.store(at, record, transactions);
      },
      sendOffsets: (added) => {
        check('');
        this.checkMember(added.group);
        offsets.push(added);
      },
      end: (how) => {
        check('');
        for (const log of touched) log.end(transactions, how);
        touched.clear();
        if (how === 'commit') for (const one of offsets) this.commitOffsets(one);
        offsets = [];
        this.changed();
      },
    };
    this.holders.set(transactionalId, transactions);
    return transactions;
  }

  /** The first offset that a group has not handled; undefined when it committed nothing. */
  committed(group: string, at: TopicPartition): bigint | undefined {
    return this.groups.get(group)?.committed.get(keyOf(at));
  }

  /** A consumer that is to join a group, whose partitions are then shared out anew among all members. */
  member(group: string): GroupMember {
    return this.group(group).member();
  }

  /** Calls `listener` after every change; the answer ends that. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private store(at: TopicPartition, record: NewRecord, transaction: object | undefined): bigint {
    const { topic } = at;
    if (!this.running)
      throw new MemoryBrokerError('BROKER_NOT_AVAILABLE', topic, 'It was stopped.');
    const log = this.partition(at);
    const bytes = bytesOf(record);
    if (bytes > this.maxRecordBytes) {
      const message = `A record of ${bytes} bytes is larger than ${this.maxRecordBytes}.`;
      throw new MemoryBrokerError('MESSAGE_TOO_LARGE', topic, message);
    }
    const timestampType = this.topics.get(topic)?.type ?? 'CREATE_TIME';
    const timestampMs = timestampType === 'CREATE_TIME' ? record.timestampMs : this.now();
    const offset = log.append({ ...record, timestampType, timestampMs }, transaction);
    log.trim(this.maxRecords);
    this.changed();
    return offset;
  }

  private group(name: string): Group {
    const known = this.groups.get(name);
    if (known !== undefined) return known;
    const group = new Group({
      count: (topic) => this.partitionCount(topic) ?? 0,
      rebalanceTimeoutMs: this.rebalanceTimeoutMs,
      changed: () => this.changed(),
    });
    this.groups.set(name, group);
    return group;
  }

  private checkMember(of: GroupOffsets['group']): void {
    if (typeof of === 'string') return;
    const group = this.group(of.groupId);
    if (group.generation === of.generationId && group.has(of.memberId)) return;
    const message = `Group "${of.groupId}" has no member "${of.memberId}" of generation ${of.generationId}.`;
    throw new MemoryBrokerError('ILLEGAL_GENERATION', '', message);
  }

  private commitOffsets({ group, offsets }: GroupOffsets): void {
    const { committed } = this.group(typeof group === 'string' ? group : group.groupId);
    for (const at of offsets) committed.set(keyOf(at), at.offset);
  }

  private partition(at: TopicPartition): Log {
    return this.known(at).log;
  }

  private known({ topic, partition }: TopicPartition) {
    const found = this.topics.get(topic);
    const log = found?.partitions[partition];
    if (found !== undefined && log !== undefined) return { ...found, log };
    const message = `There is no topic "${topic}" with a partition ${partition}.`;
    throw new MemoryBrokerError('UNKNOWN_TOPIC_OR_PARTITION', topic, message);
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

export interface ReadOptions {
  /** Also those of transactions that are open, or were aborted. @default false */
  readonly uncommitted?: boolean;
}

/** Transactions of one holder of a transactional id, one after another. */
export interface MemoryTransactions {
  /** @throws MemoryBrokerError `PRODUCER_FENCED` where another holds the id; so do the others */
  append(at: TopicPartition, record: NewRecord): bigint;
  sendOffsets(offsets: GroupOffsets): void;
  end(how: 'commit' | 'abort'): void;
}

function fenced(transactionalId: string, topic: string): MemoryBrokerError {
  const message = `Another producer has the transactional id "${transactionalId}" now.`;
  return new MemoryBrokerError('PRODUCER_FENCED', topic, message);
}

function bytesOf({ key, value, headers }: NewRecord): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, header] of headers) bytes += name.length + (header?.length ?? 0);
  return bytes;
}
