import { TOPIC_PATIENCE_MS } from '../../producer/attempts.js';
import type { KafkaConnection } from '../../producer/kafka-connection.js';
import { ConsumerError } from '../errors.js';
import type {
  FetchedBatch,
  PollOptions,
  Position,
  Source,
  SourceMember,
  SourcePartition,
  Sources,
  Subscription,
} from '../source.js';
import { keyOf } from './assignor.js';
import { BackOff, pause, within } from './back-off.js';
import { Cluster } from './cluster.js';
import { COMMIT_PATIENCE_MS, notCommitted } from './commit-failure.js';
import type { Dialer } from './dialer.js';
import { classify, failureError, unreadable } from './failure.js';
import { Fetcher } from './fetcher.js';
import { Handout } from './handout.js';
import { Lane } from './lane.js';
import { Membership, NotMember } from './membership.js';
import { checkGroup, type SourceOptions, type SourceSettings, sourceSettings } from './options.js';
import type { Fetched } from './protocol/log-requests.js';
import { UnknownFormat } from './protocol/record-batches.js';
import { locate } from './start-positions.js';
import { StateTeller } from './state.js';

interface GroupSourceOptions extends SourceSettings {
  /** Bootstrap brokers. */
  readonly brokers: readonly string[];
  readonly group: string;
  readonly requestTimeoutMs: number;
  readonly dialer: Dialer;
  readonly log?: KafkaConnection['log'];
}

/** How soon new partitions are seen where nothing fails, in milliseconds. */
const METADATA_MAX_AGE_MS = 30_000;
/** How long a close waits for the group to hear of it, in milliseconds. */
const CLOSE_TIMEOUT_MS = 5_000;

/** Sources on connections of a client. @throws ConsumerError `CONFIG` */
export function groupSources(options: KafkaConnection & SourceOptions, dialer: Dialer): Sources {
  const settings = sourceSettings(options);
  const { brokers, log, requestTimeoutMs = 10_000 } = options;
  return (group) => {
    checkGroup(group);
    return new GroupSource({
      ...settings,
      brokers,
      group,
      requestTimeoutMs,
      dialer,
      ...(log && { log }),
    });
  };
}

/**
 * A member of a group on connections of any client. It has no way out but the answers to
 * `subscribe` and `poll`: what fails in between is tried again, and told there if no waiting mends it.
 */
class GroupSource implements Source {
  readonly name: string;
  private readonly options: GroupSourceOptions;
  private readonly cluster: Cluster;
  private readonly handout = new Handout<Lane>();
  private readonly closing = new AbortController();
  private fetcher: Fetcher | undefined;
  private membership: Membership | undefined;
  private subscription: Subscription | undefined;
  private state: StateTeller | undefined;
  private failure: ConsumerError | undefined;
  private closed: Promise<void> | undefined;
  private onReady: () => void = () => {};

  constructor(options: GroupSourceOptions) {
    const { brokers, dialer, requestTimeoutMs } = options;
    this.options = options;
    this.name = brokers.join(', ');
    this.cluster = new Cluster(dialer, { brokers, requestTimeoutMs });
  }

  async subscribe(subscription: Subscription): Promise<void> {
    this.subscription = subscription;
    this.state = new StateTeller((state) => subscription.onState(state));
    this.state.joining(true);
    const ready = new Promise<void>((resolve) => {
      this.onReady = resolve;
    });
    await this.findTopics(subscription.topics);
    if (this.failure === undefined && !this.closing.signal.aborted) {
      this.start(subscription);
      await ready;
    }
    if (this.failure === undefined) return;
    await this.close();
    throw this.failure;
  }

  async poll(options: PollOptions): Promise<FetchedBatch | undefined> {
    try {
      const batch = await this.handout.take(options, () => this.failure !== undefined);
      this.fetcher?.wanted();
      if (this.failure === undefined) return batch;
    } catch (error) {
      this.fail(unreadable(error));
    }
    throw this.failure;
  }

  async commit(positions: readonly Position[]): Promise<void> {
    const { signal } = this.closing;
    const backOff = new BackOff(signal);
    const giveUpMs = Date.now() + COMMIT_PATIENCE_MS;
    let left = positions;
    let failed: unknown;
    while (left.length > 0) {
      this.expectOurs(left);
      const { settled, error } = await this.commitOnce(left);
      for (const one of settled) this.handout.get(one)?.settle(one.offset);
      if (settled.length > 0) this.settled();
      left = left.filter((one) => !settled.includes(one));
      failed = error;
      if (left.length === 0) return;
      if (signal.aborted || Date.now() >= giveUpMs || this.isFinal(error)) break;
      await backOff.wait();
      await within(giveUpMs - Date.now(), this.membership?.isSharedOut());
    }
    if (left.length > 0) throw notCommitted(left, failed);
  }

  readFrom({ offset, ...at }: Position): void {
    this.handout.get(at)?.readFrom(offset);
    this.settled();
  }

  member(): SourceMember | undefined {
    return this.membership?.member;
  }

  close(): Promise<void> {
    this.closed ??= this.end();
    return this.closed;
  }

  private async end(): Promise<void> {
    this.closing.abort();
    this.handout.close();
    this.onReady();
    await within(CLOSE_TIMEOUT_MS, this.membership?.close());
    this.cluster.close();
    this.state?.closed();
  }

  private settled(): void {
    this.handout.changed();
    this.fetcher?.wanted();
  }

  /** Waits for brokers, and a little for topics. */
  private async findTopics(topics: readonly string[]): Promise<void> {
    const { signal } = this.closing;
    const backOff = new BackOff(signal);
    let unknownSinceMs: number | undefined;
    while (!signal.aborted && this.failure === undefined) {
      try {
        const found = await this.cluster.refresh(topics);
        this.state?.fine(BOOTSTRAP);
        const wrong = found.find(({ error }) => error !== undefined);
        if (wrong === undefined) return;
        unknownSinceMs ??= Date.now();
        const isOver = Date.now() - unknownSinceMs >= TOPIC_PATIENCE_MS;
        const isUnknown = wrong.error?.is('UNKNOWN_TOPIC_OR_PARTITION') === true;
        if (isUnknown && isOver) this.fail(this.explain(wrong.error, wrong.topic));
        else if (!isUnknown) this.trouble(BOOTSTRAP, wrong.error, wrong.topic);
      } catch (error) {
        if (!signal.aborted) this.trouble(BOOTSTRAP, error);
      }
      await backOff.wait();
    }
  }

  private start(subscription: Subscription): void {
    const { cluster, handout, options } = this;
    const { group: groupId, groupInstanceId, sessionTimeoutMs, rebalanceTimeoutMs } = options;
    const { signal } = this.closing;
    const { topics } = subscription;
    this.fetcher = new Fetcher({
      ...options,
      cluster,
      handout,
      closing: signal,
      refresh: () => this.refresh(),
      outOfRange: (lane, fetched) => this.outOfRange(lane, fetched),
      trouble: (broker, error, topic) => this.trouble(broker, error, topic),
      // Where one broker answers, they can be reached.
      fine: (broker) => this.state?.fine(broker, BOOTSTRAP),
    });
    this.membership = new Membership({
      groupId,
      groupInstanceId,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
      topics,
      cluster,
      watcher: {
        joining: () => this.state?.joining(true),
        joined: () => {
          this.state?.fine(GROUP, BOOTSTRAP);
          this.state?.joining(false);
          this.onReady();
        },
        assigned: (partitions) => this.assigned(partitions),
        revoked: (partitions) => this.revoked(partitions),
        lost: (partitions) => this.lost(partitions),
        trouble: (error) => {
          this.trouble(GROUP, error);
          if (this.failure !== undefined) throw this.failure;
        },
        fine: () => this.state?.fine(GROUP, BOOTSTRAP),
      },
    });
    void this.membership.run().catch((error: unknown) => this.fail(this.explain(error)));
    void this.watchTopics();
  }

  private assigned(partitions: readonly SourcePartition[]): void {
    for (const one of partitions) this.handout.add(new Lane(one, this.options.dialer.decompress));
    this.subscription?.onAssigned(partitions);
    void this.locate(partitions);
  }

  private async revoked(partitions: readonly SourcePartition[]): Promise<void> {
    for (const one of partitions) this.handout.remove(one);
    try {
      await this.subscription?.onRevoked(partitions);
    } catch (error) {
      // It is the caller's own; the partitions go all the same.
      this.state?.note(error);
    }
  }

  private lost(partitions: readonly SourcePartition[]): void {
    for (const one of partitions) this.handout.remove(one);
    this.subscription?.onLost(partitions);
  }

  /** Finds out where partitions begin. */
  private async locate(partitions: readonly SourcePartition[]): Promise<void> {
    const { cluster, handout } = this;
    await locate(partitions, {
      cluster,
      handout,
      from: this.subscription?.from ?? 'earliest',
      closing: this.closing.signal,
      committed: async (of) => (await this.membership?.committed(of)) ?? [],
      refresh: () => this.refresh(),
      found: () => this.fetcher?.wanted(),
      trouble: (error) => {
        this.trouble(START, error);
        return this.failure === undefined;
      },
    });
    this.state?.fine(START);
  }

  /** What was committed is deleted, or the topic was made anew: nothing of what there is gets lost. */
  private outOfRange(lane: Lane, { logStart }: Fetched): void {
    const { topic, partition, position } = lane;
    const at = `${topic}-${partition}`;
    const message =
      `Offset ${position} of ${at} is not there any more: reading goes on at ${logStart}, the oldest ` +
      'that there is. Records that were deleted before they were read are lost to this group: ' +
      'look at the retention of the topic, and at how far the group is behind.';
    this.options.log?.({ level: 'warn', message });
    this.state?.note(new ConsumerError('OFFSET_OUT_OF_RANGE', message, { topic, partition }));
    lane.moveTo(logStart < 0n ? 0n : logStart);
  }

  /** New partitions are shared out by the member that leads. */
  private async watchTopics(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      await pause(METADATA_MAX_AGE_MS, signal);
      if (signal.aborted) return;
      await this.refresh();
      if (this.membership?.isOutdated) this.membership.shareOut();
      this.fetcher?.wanted();
    }
  }

  private async refresh(): Promise<void> {
    try {
      await this.cluster.refresh(this.subscription?.topics ?? []);
      this.state?.fine(BOOTSTRAP);
    } catch (error) {
      if (!this.closing.signal.aborted) this.trouble(BOOTSTRAP, error);
    }
  }

  private async commitOnce(positions: readonly Position[]): Promise<Committed> {
    try {
      const refused = (await this.membership?.commit(positions)) ?? [];
      this.state?.fine(GROUP, BOOTSTRAP);
      const keys = new Set(refused.map(keyOf));
      const settled = positions.filter((one) => !keys.has(keyOf(one)));
      return { settled, error: refused[0]?.error };
    } catch (error) {
      return { settled: [], error };
    }
  }

  private expectOurs(positions: readonly Position[]): void {
    const others = positions.filter((one) => this.membership?.holds(one) !== true);
    if (others.length > 0) throw notCommitted(others, undefined);
  }

  private isFinal(error: unknown): boolean {
    if (error instanceof NotMember) return false;
    return classify(error, this.options.dialer.classify).verdict === 'final';
  }

  private trouble(part: string, error: unknown, topic?: string): void {
    const explained = this.explain(error, topic);
    const { verdict } = classify(error, this.options.dialer.classify);
    if (error instanceof UnknownFormat || verdict === 'final') this.fail(explained);
    else this.state?.trouble(part, explained);
  }

  private explain(error: unknown, topic?: string): ConsumerError {
    if (error instanceof ConsumerError) return error;
    if (error instanceof UnknownFormat) return unreadable(error);
    const { brokers, group, dialer } = this.options;
    const failure = classify(error, dialer.classify);
    return failureError(failure, { brokers: brokers.join(', '), group, topic, cause: error });
  }

  /** No waiting mends it. */
  private fail(failure: ConsumerError): void {
    if (this.closing.signal.aborted) return;
    this.failure ??= failure;
    this.state?.trouble(FAILED, this.failure);
    this.onReady();
    this.handout.changed();
  }
}

interface Committed {
  readonly settled: readonly Position[];
  readonly error: unknown;
}

/** What may have trouble, besides single brokers. */
const BOOTSTRAP = 'bootstrap';
const GROUP = 'group';
const START = 'start';
const FAILED = 'failed';
