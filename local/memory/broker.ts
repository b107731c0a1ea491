import type { TopicPartition } from '../../producer/index.js';

/** One record as stored; times in milliseconds since the epoch. */
export interface StoredRecord {
  readonly offset: bigint;
  readonly timestampMs: number;
  readonly timestampType: TimestampType;
  readonly key: Uint8Array | null;
  /** null is a tombstone. */
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [name: string, value: Uint8Array])[];
}

export type TimestampType = 'CREATE_TIME' | 'LOG_APPEND_TIME';
export type NewRecord = Omit<StoredRecord, 'offset' | 'timestampType'>;

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
  | 'ILLEGAL_GENERATION';

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

interface Partition {
  records: StoredRecord[];
  nextOffset: bigint;
}

/**
 * Kafka as far as a demo and tests need it, in this process: topics, partitions, offsets, record
 * timestamps and headers, tombstones, consumer groups with commits and assignment. Topics are not
 * created by writing to them, as on MSK.
 */
export class MemoryBroker {
  private readonly maxRecordBytes: number;
  private readonly maxRecords: number;
  private readonly now: () => number;
  private readonly topics = new Map<string, { partitions: Partition[]; type: TimestampType }>();
  private readonly groups = new Map<string, Group>();
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
    const partitions = Array.from({ length: options.partitions ?? 1 }, () => ({
      records: [],
      nextOffset: 0n,
    }));
    this.topics.set(topic, { partitions, type: options.timestampType ?? 'CREATE_TIME' });
    this.changed();
  }

  /** How many partitions a topic has; undefined when there is no such topic. */
  partitionCount(topic: string): number | undefined {
    return this.topics.get(topic)?.partitions.length;
  }

  /** Stores one record; answers its offset. */
  append({ topic, partition }: TopicPartition, record: NewRecord): bigint {
    const log = this.partition({ topic, partition });
    const bytes = bytesOf(record);
    if (bytes > this.maxRecordBytes) {
      const message = `A record of ${bytes} bytes is larger than ${this.maxRecordBytes}.`;
      throw new MemoryBrokerError('MESSAGE_TOO_LARGE', topic, message);
    }
    const offset = log.nextOffset++;
    const timestampType = this.topics.get(topic)?.type ?? 'CREATE_TIME';
    const timestampMs = timestampType === 'CREATE_TIME' ? record.timestampMs : this.now();
    log.records.push(copy({ ...record, offset, timestampType, timestampMs }));
    if (log.records.length > this.maxRecords) log.records.shift();
    this.changed();
    return offset;
  }

  /** Records from `offset` on; from the oldest kept one where that is gone. */
  read(at: TopicPartition, offset: bigint, maxRecords: number): readonly StoredRecord[] {
    const { records } = this.partition(at);
    const first = records[0]?.offset ?? 0n;
    const from = offset <= first ? 0 : Number(offset - first);
    return records.slice(from, from + maxRecords).map(copy);
  }

  /** The offset that the next record will get. */
  endOffset(at: TopicPartition): bigint {
    return this.partition(at).nextOffset;
  }

  /** The first offset that a group has not handled; undefined when it committed nothing. */
  committed(group: string, { topic, partition }: TopicPartition): bigint | undefined {
    return this.groups.get(group)?.committed.get(`${topic}\n${partition}`);
  }

  /** Joins a group; its partitions are shared out anew among all members. */
  join(group: string, topics: readonly string[]): GroupMember {
    for (const topic of topics) this.partition({ topic, partition: 0 });
    const joined = this.groups.get(group) ?? { members: [], generation: 0, committed: new Map() };
    this.groups.set(group, joined);
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

  private partition({ topic, partition }: TopicPartition): Partition {
    const found = this.topics.get(topic)?.partitions[partition];
    if (found !== undefined) return found;
    const message = `There is no topic "${topic}" with a partition ${partition}.`;
    throw new MemoryBrokerError('UNKNOWN_TOPIC_OR_PARTITION', topic, message);
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener();
  }
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

/** What is stored never changes with what a caller does to its bytes. */
function copy(record: StoredRecord): StoredRecord {
  return {
    ...record,
    key: record.key && Uint8Array.from(record.key),
    value: record.value && Uint8Array.from(record.value),
    headers: record.headers.map(([name, value]) => [name, Uint8Array.from(value)] as const),
  };
}

function bytesOf({ key, value, headers }: NewRecord): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, header] of headers) bytes += name.length + header.length;
  return bytes;
}
