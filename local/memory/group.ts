import type { TopicPartition } from '../../producer/index.js';
import { MemoryBrokerError } from './errors.js';

/** What a member is told, as Kafka's cooperative rebalancing tells it. */
export interface GroupListener {
  /** Partitions are shared out anew, which ends with {@link onAssigned}. */
  onRebalancing(): void;
  /** Besides those that it has; none where nothing came to it. */
  onAssigned(partitions: readonly TopicPartition[]): void;
  /** The group waits for it, as long as its time-out says. */
  onRevoked(partitions: readonly TopicPartition[]): Promise<void>;
  /** It was waited for too long: these are another member's. */
  onLost(partitions: readonly TopicPartition[]): void;
}

/** A consumer's place in a group. */
export interface GroupMember {
  readonly id: string;
  /** Fulfilled when the member has its share, or left. */
  join(topics: readonly string[], listener: GroupListener): Promise<void>;
  /** Of the group; undefined while the member is not in it. Changes when partitions are shared out anew. */
  generation(): number | undefined;
  assigned(): readonly TopicPartition[];
  /** @throws MemoryBrokerError `ILLEGAL_GENERATION` for a partition that is not its own; then none is committed */
  commit(positions: readonly GroupPosition[]): void;
  leave(): void;
}

export interface GroupPosition extends TopicPartition {
  readonly offset: bigint;
}

export interface GroupOptions {
  /** How many partitions a topic has. */
  readonly count: (topic: string) => number;
  /** How long the group waits for a member that gives partitions away, in milliseconds. */
  readonly rebalanceTimeoutMs: number;
  readonly changed: () => void;
}

interface Joined {
  readonly topics: readonly string[];
  readonly listener: GroupListener;
  owned: readonly TopicPartition[];
  hasShare: () => void;
}

/** A consumer group: how far it came, who is in it, and what each has. */
export class Group {
  readonly committed = new Map<string, bigint>();
  generation = 0;
  private readonly options: GroupOptions;
  private readonly members = new Map<string, Joined>();
  private memberCount = 0;
  private isSharing = false;
  private isStale = false;

  constructor(options: GroupOptions) {
    this.options = options;
  }

  member(): GroupMember {
    const id = `member-${++this.memberCount}`;
    const own = () => this.members.get(id);
    return {
      id,
      join: (topics, listener) =>
        new Promise((hasShare) => {
          this.members.set(id, { topics, listener, owned: [], hasShare });
          this.shareOut();
        }),
      generation: () => own() && this.generation,
      assigned: () => own()?.owned ?? [],
      commit: (positions) => {
        for (const at of positions) if (!includes(own()?.owned ?? [], at)) throw notAssigned(at);
        for (const at of positions) this.committed.set(keyOf(at), at.offset);
      },
      leave: () => {
        const left = own();
        this.members.delete(id);
        left?.hasShare();
        this.shareOut();
      },
    };
  }

  has(memberId: string): boolean {
    return this.members.has(memberId);
  }

  /** Also to be called when there are more partitions. One sharing out at a time. */
  shareOut(): void {
    this.isStale = true;
    if (this.isSharing) return;
    this.isSharing = true;
    this.round();
  }

  /** First what moves is given up, then all get theirs; waits only where somebody has to give up. */
  private round(): void {
    this.isStale = false;
    const members = [...this.members.values()];
    const shares = members.map((member) => ({ member, share: this.shareOf(member, members) }));
    for (const { listener } of members) listener.onRebalancing();
    const revoking = shares.flatMap(({ member, share }) => {
      const gone = member.owned.filter((at) => !includes(share, at));
      return gone.length === 0 ? [] : [this.revoke(member, gone)];
    });
    if (revoking.length === 0) this.settle(shares);
    else void Promise.all(revoking).then(() => this.settle(shares));
  }

  private async revoke(member: Joined, gone: readonly TopicPartition[]): Promise<void> {
    const ended = member.listener.onRevoked(gone).then(
      () => true,
      () => true,
    );
    const inTime = await withinMs(this.options.rebalanceTimeoutMs, ended);
    member.owned = member.owned.filter((at) => !includes(gone, at));
    if (inTime !== true) member.listener.onLost(gone);
  }

  private settle(shares: readonly Share[]): void {
    if (this.isStale) {
      this.round();
      return;
    }
    this.isSharing = false;
    this.generation++;
    for (const { member, share } of shares) {
      const come = share.filter((at) => !includes(member.owned, at));
      member.owned = share;
      member.listener.onAssigned(come);
      member.hasShare();
    }
    this.options.changed();
  }

  /** Each partition to one of the members that want its topic, in turn. */
  private shareOf(to: Joined, members: readonly Joined[]): readonly TopicPartition[] {
    return to.topics.flatMap((topic) => {
      const candidates = members.filter(({ topics }) => topics.includes(topic));
      const all = Array.from({ length: this.options.count(topic) }, (_, partition) => ({
        topic,
        partition,
      }));
      return all.filter(({ partition }) => candidates[partition % candidates.length] === to);
    });
  }
}

interface Share {
  readonly member: Joined;
  readonly share: readonly TopicPartition[];
}

/** What the work gives, or undefined after so many milliseconds. */
async function withinMs<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

export function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}\n${partition}`;
}

function includes(partitions: readonly TopicPartition[], at: TopicPartition): boolean {
  return partitions.some((one) => one.topic === at.topic && one.partition === at.partition);
}

function notAssigned({ topic, partition }: TopicPartition): MemoryBrokerError {
  const message = `Partition ${partition} of "${topic}" is not assigned to this group member.`;
  return new MemoryBrokerError('ILLEGAL_GENERATION', topic, message);
}
