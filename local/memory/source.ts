import { ConsumerError } from '../../consumer/errors.js';
import type {
  FetchedBatch,
  PollOptions,
  Position,
  Source,
  SourceMember,
  SourcePartition,
  SourceState,
  Sources,
  Subscription,
} from '../../consumer/source.js';
import type { MemoryBroker } from './broker.js';
import { type GroupMember, keyOf } from './group.js';

/** How far the member has come in a partition that it has. */
interface Lane {
  readonly at: SourcePartition;
  next: bigint;
  /** The end of what was handed out and not settled. */
  handedOutTo: bigint | undefined;
}

/** Reads from a broker in this process as a member of a consumer group. */
export function memorySource(broker: MemoryBroker): Sources {
  return (group) => new MemorySource(broker, group);
}

class MemorySource implements Source {
  readonly name = 'memory';
  private readonly broker: MemoryBroker;
  private readonly group: string;
  private readonly place: GroupMember;
  private readonly lanes = new Map<string, Lane>();
  private subscription: Subscription | undefined;
  /** In its group. */
  private state: 'joining' | 'reading' = 'joining';
  private told: SourceState['is'] | undefined;
  private closed = false;
  private ends: () => void = () => {};
  private turn = 0;
  private wake: () => void = () => {};

  constructor(broker: MemoryBroker, group: string) {
    this.broker = broker;
    this.group = group;
    this.place = broker.member(group);
  }

  async subscribe(subscription: Subscription): Promise<void> {
    this.subscription = subscription;
    this.ends = this.broker.onChange(() => this.tell());
    this.tell();
    while (!this.broker.isRunning && !this.closed) await this.change();
    if (this.closed) return;
    for (const topic of subscription.topics) {
      if (this.broker.partitionCount(topic) !== undefined) continue;
      throw new ConsumerError('TOPIC_UNKNOWN', `There is no topic "${topic}".`, { topic });
    }
    await this.place.join(subscription.topics, {
      onRebalancing: () => this.tell('joining'),
      onAssigned: (partitions) => this.assign(partitions),
      onRevoked: (partitions) => this.revoke(partitions),
      onLost: (partitions) => this.subscription?.onLost(partitions),
    });
  }

  async poll(options: PollOptions): Promise<FetchedBatch | undefined> {
    const giveUpMs = Date.now() + options.waitMs;
    while (!this.closed) {
      const batch = this.broker.isRunning ? this.next(options.maxRecords) : undefined;
      if (batch !== undefined) return batch;
      const leftMs = giveUpMs - Date.now();
      if (leftMs <= 0) return undefined;
      await this.change(leftMs);
    }
    return undefined;
  }

  async commit(positions: readonly Position[]): Promise<void> {
    if (!this.broker.isRunning) throw new ConsumerError('COMMIT', 'The broker was stopped.');
    try {
      this.place.commit(positions);
    } catch (cause) {
      throw new ConsumerError('COMMIT', 'Another member of the group has the partition.', {
        cause,
      });
    }
    for (const position of positions) {
      for (const lane of this.lanesOf([position])) {
        if (position.offset >= (lane.handedOutTo ?? 0n)) lane.handedOutTo = undefined;
      }
    }
    this.wake();
  }

  readFrom(position: Position): void {
    for (const lane of this.lanesOf([position])) {
      lane.next = position.offset;
      lane.handedOutTo = undefined;
    }
    this.wake();
  }

  member(): SourceMember | undefined {
    const generationId = this.place.generation();
    if (generationId === undefined) return undefined;
    return { groupId: this.group, generationId, memberId: this.place.id };
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.ends();
    this.place.leave();
    this.lanes.clear();
    this.tell();
    this.wake();
  }

  /** Begins where the group has committed, which may be less than what this member read before. */
  private assign(partitions: readonly SourcePartition[]): void {
    for (const at of partitions) {
      const next = this.broker.committed(this.group, at) ?? this.beginning(at);
      this.lanes.set(keyOf(at), { at, next, handedOutTo: undefined });
    }
    if (partitions.length > 0) this.subscription?.onAssigned(partitions);
    this.tell('reading');
  }

  /** What is handed out of them can be committed until this is over. */
  private async revoke(partitions: readonly SourcePartition[]): Promise<void> {
    for (const at of partitions) this.lanes.delete(keyOf(at));
    await this.subscription?.onRevoked(partitions);
  }

  private beginning(at: SourcePartition): bigint {
    const from = this.subscription?.from ?? 'earliest';
    if (from === 'earliest') return 0n;
    return from === 'latest' ? this.broker.endOffset(at) : this.broker.offsetAt(at, from.getTime());
  }

  /** The next batch of the partition whose turn it is. */
  private next(maxRecords: number): FetchedBatch | undefined {
    const lanes = [...this.lanes.values()];
    for (let step = 0; step < lanes.length; step++) {
      const lane = lanes[(this.turn + step) % lanes.length];
      if (lane === undefined || lane.handedOutTo !== undefined) continue;
      const records = this.broker.read(lane.at, lane.next, maxRecords);
      const last = records.at(-1);
      if (last === undefined) continue;
      lane.next = last.offset + 1n;
      lane.handedOutTo = lane.next;
      this.turn += step + 1;
      return { ...lane.at, records };
    }
    return undefined;
  }

  private lanesOf(partitions: readonly SourcePartition[]): readonly Lane[] {
    return partitions.flatMap((at) => this.lanes.get(keyOf(at)) ?? []);
  }

  private tell(state = this.state): void {
    this.state = state;
    const is = this.closed ? 'closed' : this.broker.isRunning ? state : 'disconnected';
    if (this.told === is) return;
    this.told = is;
    this.subscription?.onState({ is });
  }

  private change(withinMs?: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        forget();
        this.wake = () => {};
        resolve();
      };
      const timer = withinMs === undefined ? undefined : setTimeout(done, withinMs);
      const forget = this.broker.onChange(done);
      this.wake = done;
    });
  }
}
