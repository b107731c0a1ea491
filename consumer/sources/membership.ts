import type { Position, SourceMember, SourcePartition } from '../source.js';
import { COOPERATIVE_STICKY, keyOf } from './assignor.js';
import { BackOff, pause } from './back-off.js';
import type { Cluster, Purpose } from './cluster.js';
import {
  type Assignments,
  commitOffsets,
  fetchOffsets,
  heartbeat,
  type Joined,
  joinGroup,
  leaveGroup,
  MemberIdGiven,
  type RefusedPartition,
  syncGroup,
} from './protocol/group-requests.js';
import { type RefusalName, Refused } from './protocol/refused.js';
import type { Request } from './protocol/request.js';
import { decodeAssignment, encodeSubscription } from './protocol/subscription.js';
import { endable, shareOut } from './sharing.js';

export interface MembershipOptions {
  readonly groupId: string;
  readonly groupInstanceId?: string | undefined;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly topics: readonly string[];
  readonly cluster: Cluster;
  readonly watcher: MembershipWatcher;
}

export interface MembershipWatcher {
  /** Sharing partitions out begins, or is over. */
  joining(): void;
  joined(): void;
  assigned(partitions: readonly SourcePartition[]): void;
  /** Waited for, as long as the group lets it. */
  revoked(partitions: readonly SourcePartition[]): Promise<void>;
  lost(partitions: readonly SourcePartition[]): void;
  /** The coordinator cannot be reached, or can again. @throws what no waiting mends */
  trouble(error: unknown): void;
  fine(): void;
}

/** A member says that it is there this often in a session's time-out, as Kafka advises. */
const HEARTBEATS_PER_SESSION = 10;
const LONGEST_HEARTBEAT_MS = 3_000;
/** What an answer takes on its way, beside the time that the group waits for its members. */
const JOIN_MARGIN_MS = 5_000;

const COORDINATOR_MOVED: readonly RefusalName[] = ['COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR'];
/** What a member sends that does not lead. */
const NONE: Assignments = new Map();
/** The group goes on without this member. */
const EXPELLED: readonly RefusalName[] = ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION'];

/**
 * A member of a consumer group (KIP-62) that shares partitions out cooperatively (KIP-429): what stays
 * with it goes on being read and committed while others come and go. It says that it is there by
 * itself, however long its records take.
 */
export class Membership {
  private readonly options: MembershipOptions;
  private readonly closing = new AbortController();
  private readonly backOff: BackOff;
  private coordinator: string | undefined;
  private memberId = '';
  private current: SourceMember | undefined;
  private owned: ReadonlyMap<string, SourcePartition> = new Map();
  /** On the way to another member, and ours until then. */
  private leaving: ReadonlyMap<string, SourcePartition> = new Map();
  /** The generation in which that was given to us. */
  private ownedSince: number | undefined;
  private heardMs = 0;
  private isLeader = false;
  /** How many partitions of each topic were shared out by us. */
  private sharedOut = '';
  /** Ends the heartbeats of a generation. */
  private beating = new AbortController();
  private rejoin: () => void = () => {};
  private isRejoinWanted = false;
  /** From the time on that the group knows of it, until we know what is ours. */
  private joining: { readonly over: Promise<void>; end(): void } | undefined;

  constructor(options: MembershipOptions) {
    this.options = options;
    this.backOff = new BackOff(this.closing.signal);
  }

  get member(): SourceMember | undefined {
    return this.current;
  }

  /** Whether it is for this member to have the partitions shared out, since there are others now. */
  get isOutdated(): boolean {
    return this.isLeader && this.current !== undefined && this.sharedOut !== this.countsOf();
  }

  holds(at: SourcePartition): boolean {
    return this.owned.has(keyOf(at)) || this.leaving.has(keyOf(at));
  }

  /** Joins, and stays a member until it is closed. @throws what no waiting mends */
  async run(): Promise<void> {
    while (!this.closing.signal.aborted) {
      try {
        await this.join();
        this.backOff.reset();
        await this.rejoinWanted();
      } catch (error) {
        if (this.closing.signal.aborted) return;
        await this.recover(error);
      }
    }
  }

  /** Has the partitions shared out anew, as after a topic has more of them. */
  shareOut(): void {
    this.isRejoinWanted = true;
    this.rejoin();
  }

  async close(): Promise<void> {
    const { groupId, groupInstanceId } = this.options;
    const { memberId } = this;
    this.closing.abort();
    this.beating.abort();
    this.rejoin();
    this.joining?.end();
    this.current = undefined;
    // Whoever has an id of its own comes back, and has its partitions kept for it.
    const leaves = memberId !== '' && groupInstanceId === undefined;
    if (leaves) await this.ask('group', leaveGroup({ groupId, memberId })).catch(() => undefined);
  }

  /** Until partitions are shared out, where they are being. */
  async isSharedOut(): Promise<void> {
    await this.joining?.over;
  }

  /**
   * Commits once. Answers what was refused.
   * @throws NotMember, or what went wrong on the way
   */
  async commit(positions: readonly Position[]): Promise<readonly RefusedPartition[]> {
    const { current } = this;
    if (current === undefined) throw new NotMember();
    const refused = await this.ask('group', commitOffsets(current, positions));
    for (const { error } of refused) {
      if (error.is(...COORDINATOR_MOVED)) this.coordinator = undefined;
      // While we join, the generation that we know is over before we know the next.
      const isLate = this.joining !== undefined || current !== this.current;
      if (error.is(...EXPELLED) && !isLate) this.expelled(error);
    }
    return refused;
  }

  committed(partitions: readonly SourcePartition[]) {
    return this.ask('group', fetchOffsets(this.options.groupId, partitions));
  }

  private async join(): Promise<void> {
    const { watcher } = this.options;
    this.isRejoinWanted = false;
    this.joining ??= endable();
    watcher.joining();
    const joined = await this.joinGroup();
    const assigned = await this.sync(joined);
    this.heardMs = Date.now();
    this.joining.end();
    this.joining = undefined;
    watcher.joined();
    void this.beat(this.beating.signal);
    await this.handOver(assigned);
  }

  private async joinGroup(): Promise<Joined> {
    const { groupId, groupInstanceId, topics, sessionTimeoutMs, rebalanceTimeoutMs } = this.options;
    const owned = [...this.owned.values()];
    const subscription = encodeSubscription({ topics, owned, generation: this.ownedSince });
    const join = () =>
      this.ask(
        'join',
        joinGroup({
          groupId,
          groupInstanceId,
          sessionTimeoutMs,
          rebalanceTimeoutMs,
          memberId: this.memberId,
          protocol: COOPERATIVE_STICKY,
          subscription,
        }),
      );
    this.beating.abort();
    const joined = await join().catch((error: unknown) => {
      if (!(error instanceof MemberIdGiven)) throw error;
      this.memberId = error.memberId;
      return join();
    });
    this.memberId = joined.memberId;
    return joined;
  }

  private async sync(joined: Joined): Promise<ReadonlyMap<string, SourcePartition>> {
    const { groupId, groupInstanceId } = this.options;
    const { generationId, memberId, isLeader } = joined;
    const member: SourceMember = {
      groupId,
      generationId,
      memberId,
      ...(groupInstanceId !== undefined && { groupInstanceId }),
    };
    const shares = isLeader ? await this.shares(joined) : NONE;
    const assignment = await this.ask('join', syncGroup(member, shares));
    this.isLeader = isLeader;
    this.current = member;
    this.ownedSince = generationId;
    this.beating = new AbortController();
    return new Map(decodeAssignment(assignment).map((one) => [keyOf(one), one]));
  }

  private async shares({ members }: Joined): Promise<Assignments> {
    const { cluster, topics } = this.options;
    const found = await shareOut(cluster, topics, members);
    this.sharedOut = this.countsOf();
    return found;
  }

  private countsOf(): string {
    const { cluster, topics } = this.options;
    const counts = cluster.partitionCounts;
    return topics.map((topic) => counts.get(topic)).join();
  }

  /** Gives up what is not ours any more, then says so by joining again; takes what is new. */
  private async handOver(assigned: ReadonlyMap<string, SourcePartition>): Promise<void> {
    const { watcher, rebalanceTimeoutMs } = this.options;
    const before = this.owned;
    const gone = new Map([...before].filter(([key]) => !assigned.has(key)));
    const come = [...assigned].filter(([key]) => !before.has(key)).map(([, one]) => one);
    this.owned = assigned;
    if (come.length > 0) watcher.assigned(come);
    if (gone.size === 0) return;
    this.leaving = gone;
    const leaving = [...gone.values()];
    const timeUp = pause(rebalanceTimeoutMs, this.beating.signal).then(() => false);
    const isReady = await Promise.race([watcher.revoked(leaving).then(() => true), timeUp]);
    // Else they were lost, and that is told already.
    if (this.leaving === gone) {
      this.leaving = new Map();
      if (!isReady) watcher.lost(leaving);
    }
    this.shareOut();
  }

  private async rejoinWanted(): Promise<void> {
    if (this.isRejoinWanted || this.closing.signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.rejoin = resolve;
    });
  }

  /** Says that we are there, until the generation is over. */
  private async beat(over: AbortSignal): Promise<void> {
    const { sessionTimeoutMs, watcher } = this.options;
    const everyMs = Math.min(LONGEST_HEARTBEAT_MS, sessionTimeoutMs / HEARTBEATS_PER_SESSION);
    const member = this.current;
    while (!over.aborted && member !== undefined) {
      await pause(everyMs, over);
      if (over.aborted) return;
      try {
        await this.ask('group', heartbeat(member));
        if (over.aborted) return;
        this.heardMs = Date.now();
        watcher.fine();
      } catch (error) {
        if (!over.aborted) this.missed(error);
      }
    }
  }

  private missed(error: unknown): void {
    if (error instanceof Refused && error.is('REBALANCE_IN_PROGRESS')) {
      this.heardMs = Date.now();
      return this.shareOut();
    }
    const isExpelled = error instanceof Refused && error.is(...EXPELLED, 'FENCED_INSTANCE_ID');
    if (isExpelled) return this.expelled(error);
    try {
      this.options.watcher.trouble(error);
    } catch {
      // Told; joining again finds out the same, and ends it.
      return this.shareOut();
    }
    if (this.isSilentTooLong()) this.expelled(error);
  }

  private isSilentTooLong(): boolean {
    return Date.now() - this.heardMs > this.options.sessionTimeoutMs;
  }

  /** The group went on without us. */
  private expelled(error: unknown): void {
    if (error instanceof Refused && error.is('UNKNOWN_MEMBER_ID')) this.memberId = '';
    this.beating.abort();
    this.lose();
    this.shareOut();
  }

  private lose(): void {
    const lost = [...this.owned.values(), ...this.leaving.values()];
    this.current = undefined;
    this.owned = new Map();
    this.leaving = new Map();
    this.ownedSince = undefined;
    if (lost.length > 0) this.options.watcher.lost(lost);
  }

  /** After a join that failed. @throws what no waiting mends */
  private async recover(error: unknown): Promise<void> {
    if (error instanceof Refused && error.is('REBALANCE_IN_PROGRESS')) return;
    if (error instanceof Refused && error.is(...EXPELLED)) {
      this.memberId = error.is('UNKNOWN_MEMBER_ID') ? '' : this.memberId;
      this.lose();
      return this.backOff.wait();
    }
    this.coordinator = undefined;
    this.options.watcher.trouble(error);
    if (this.isSilentTooLong()) this.lose();
    await this.backOff.wait();
  }

  /** Asks the coordinator, which is looked for where it is not known. */
  private async ask<T>(purpose: Purpose, request: Request<T>): Promise<T> {
    const { cluster, groupId, rebalanceTimeoutMs } = this.options;
    this.coordinator ??= await cluster.coordinator(groupId);
    const broker = this.coordinator;
    const waitsMs = { requestTimeoutMs: rebalanceTimeoutMs + JOIN_MARGIN_MS };
    try {
      return await cluster.call({ broker, purpose, ...(purpose === 'join' && waitsMs) }, request);
    } catch (error) {
      const isElsewhere = !(error instanceof Refused) || error.is(...COORDINATOR_MOVED);
      if (isElsewhere && this.coordinator === broker) this.coordinator = undefined;
      throw error;
    }
  }
}

/** Not a member of the group now. */
export class NotMember extends Error {
  override readonly name = 'NotMember';
}
