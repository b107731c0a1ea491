import type { GroupOffsets, TopicPartition } from '../../producer/index.js';
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
  /** @default Date.now */
  readonly now?: () => number;
}

/** Why the broker refused. Named as in Kafka's protocol. */
export type MemoryBrokerErrorCode =
  | 'TOPIC_ALREADY_EXISTS'
  | 'UNKNOWN_TOPIC_OR_PARTITION'
  | 'MESSAGE_TOO_LARGE'
  | 'ILLEGAL_GENERATION'
  | 'PRODUCER_FENCED';

export class MemoryBrokerError extends Error {
  override readonly name = 'MemoryBrokerError';
  readonly code: MemoryBrokerErrorCode;
  readonly topic: string;

  constructor(code: MemoryBrokerErrorCode, topic: string, message: string) {
    super(message);
    this.code = code;
    this.topic = topic;
  }
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
  private readonly topics = new Map<string, { partitions: Log[]; type: TimestampType }>();
  private readonly groups = new Map<string, Group>();
  private readonly holders = new Map<string, MemoryTransactions>();
  private readonly listeners = new Set<() => void>();

  constructor(options: MemoryBrokerOptions = {}) {
    this.maxRecordBytes = options.maxRecordBytes ?? 1024 * 1024;
    this.maxRecords = options.maxRecords ?? 100_000;
    this.now = options.now ?? Date.now;
  }

  createTopic(topic: string, options: MemoryTopicOptions = {}): void {
    if (this.topics.has(topic)) {
      throw new MemoryBrokerError('TOPIC_ALREADY_EXISTS', topic, `Topic "${topic}" exists.`);
    }
    const partitions = Array.from({ length: options.partitions ?? 1 }, () => new Log());
    this.topics.set(topic, { partitions, type: options.timestampType ?? 'CREATE_TIME' });
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
  committed(group: string, { topic, partition }: TopicPartition): bigint | undefined {
    return this.groups.get(group)?.committed.get(`${topic}\n${partition}`);
  }

  /** Joins a group; its partitions are shared out anew among all members. */
  join(group: string, topics: readonly string[]): GroupMember {
    for (const topic of topics) this.partition({ topic, partition: 0 });
    const joined = this.group(group);
    const member: Member = { topics };
    const rebalance = (members: readonly Member[]) => {
      joined.members = members;
      joined.generation++;
      this.changed();
    };
    rebalance([...joined.members, member]);
    return {
      generation: () => joined.generation,
      assigned: () => this.assign(joined.members, member),
      commit: (at, nextOffset) => {
        const isMine = this.assign(joined.members, member).some(
          ({ topic, partition }) => topic === at.topic && partition === at.partition,
        );
        if (!isMine) throw notAssigned(at);
        joined.committed.set(`${at.topic}\n${at.partition}`, nextOffset);
      },
      leave: () => rebalance(joined.members.filter((one) => one !== member)),
    };
  }

  /** Calls `listener` after every change; the answer ends that. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Each partition to one of the members that want its topic, in turn. */
  private assign(members: readonly Member[], to: Member): readonly TopicPartition[] {
    const assigned: TopicPartition[] = [];
    for (const topic of to.topics) {
      const candidates = members.filter(({ topics }) => topics.includes(topic));
      const count = this.partitionCount(topic) ?? 0;
      for (let partition = 0; partition < count; partition++) {
        if (candidates[partition % candidates.length] === to) assigned.push({ topic, partition });
      }
    }
    return assigned;
  }

  private store(at: TopicPartition, record: NewRecord, transaction: object | undefined): bigint {
    const { topic } = at;
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
    const group = this.groups.get(name) ?? { members: [], generation: 0, committed: new Map() };
    this.groups.set(name, group);
    return group;
  }

  /** Members have no ids here: of one that is named, its generation is looked at. */
  private checkMember(group: GroupOffsets['group']): void {
    if (typeof group === 'string' || this.group(group.groupId).generation === group.generationId)
      return;
    const message = `Group "${group.groupId}" is not of generation ${group.generationId} any more.`;
    throw new MemoryBrokerError('ILLEGAL_GENERATION', '', message);
  }

  private commitOffsets({ group, offsets }: GroupOffsets): void {
    const { committed } = this.group(typeof group === 'string' ? group : group.groupId);
    for (const { topic, partition, offset } of offsets) {
      committed.set(`${topic}\n${partition}`, offset);
    }
  }

  private partition({ topic, partition }: TopicPartition): Log {
    const found = this.topics.get(topic)?.partitions[partition];
    if (found !== undefined) return found;
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

/** A consumer's place in its group. */
export interface GroupMember {
  /** Changes whenever a member joins or leaves. */
  generation(): number;
  assigned(): readonly TopicPartition[];
  /** @throws MemoryBrokerError `ILLEGAL_GENERATION` for a partition that is another member's. */
  commit(at: TopicPartition, nextOffset: bigint): void;
  leave(): void;
}

interface Member {
  readonly topics: readonly string[];
}

interface Group {
  members: readonly Member[];
  generation: number;
  readonly committed: Map<string, bigint>;
}

function notAssigned({ topic, partition }: TopicPartition): MemoryBrokerError {
  const message = `Partition ${partition} of "${topic}" is not assigned to this group member.`;
  return new MemoryBrokerError('ILLEGAL_GENERATION', topic, message);
}

function bytesOf({ key, value, headers }: NewRecord): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, header] of headers) bytes += name.length + header.length;
  return bytes;
}
