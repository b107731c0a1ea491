import { TOPIC_PATIENCE_MS } from '../../../producer/attempts.js';
import { connectionSettings } from '../../../producer/confluent/settings.js';
import type { KafkaConnection } from '../../../producer/kafka-connection.js';
import { ConsumerError } from '../../errors.js';
import type {
  FetchedBatch,
  PollOptions,
  Position,
  Source,
  SourcePartition,
  Sources,
  Subscription,
} from '../../source.js';
import { BackOff, pause, within } from '../back-off.js';
import { COMMIT_PATIENCE_MS, notCommitted } from '../commit-failure.js';
import { failureError, withOwnErrors } from '../failure.js';
import { Handout } from '../handout.js';
import { checkGroup, type SourceOptions, type SourceSettings, sourceSettings } from '../options.js';
import { Refused } from '../protocol/refused.js';
import { StateTeller } from '../state.js';
import { ConsumerClient } from './client.js';
import { judge } from './failure.js';
import { ConfluentLane } from './lane.js';
import { Reading } from './reading.js';
import { startPositions } from './start-positions.js';

export interface ConfluentSourceOptions extends KafkaConnection, SourceOptions {}

/**
 * Reads Kafka as a member of a group by librdkafka, through the package @confluentinc/kafka-javascript,
 * cooperatively. It tells neither the group's generation, so that no transaction can commit its
 * offsets, nor whether a record's time is the broker's; a header of null is empty.
 * @throws ConsumerError `CONFIG`
 */
export function confluentSource(options: ConfluentSourceOptions): Sources {
  const settings = sourceSettings(options);
  withOwnErrors(() => connectionSettings(options));
  return (group) => {
    checkGroup(group);
    return new ConfluentSource(options, settings, group);
  };
}

/** How long a close waits for librdkafka to leave the group, in milliseconds. */
const CLOSE_TIMEOUT_MS = 5_000;
/** How often brokers are looked for while they are away, in milliseconds. */
const PROBE_MS = 1_000;

class ConfluentSource implements Source {
  readonly name: string;
  private readonly connection: KafkaConnection;
  private readonly settings: SourceSettings;
  private readonly group: string;
  private readonly handout = new Handout<ConfluentLane>();
  private readonly closing = new AbortController();
  private client: ConsumerClient | undefined;
  private reading: Reading | undefined;
  private subscription: Subscription | undefined;
  private state: StateTeller | undefined;
  private failure: ConsumerError | undefined;
  private closed: Promise<void> | undefined;
  private onReady: () => void = () => {};
  /** Partitions that come and go, one after the other. */
  private changes = Promise.resolve();
  private isProbing = false;

  constructor(connection: KafkaConnection, settings: SourceSettings, group: string) {
    this.connection = connection;
    this.settings = settings;
    this.group = group;
    this.name = connection.brokers.join(', ');
  }

  async subscribe(subscription: Subscription): Promise<void> {
    this.subscription = subscription;
    this.state = new StateTeller((state) => subscription.onState(state));
    this.state.joining(true);
    const ready = new Promise<void>((resolve) => {
      this.onReady = resolve;
    });
    await this.open();
    for (const topic of subscription.topics) await this.find(topic);
    if (this.client !== undefined && !this.isOver) {
      this.client.subscribe(subscription.topics);
      await ready;
    }
    if (this.failure === undefined) return;
    await this.close();
    throw this.failure;
  }

  async poll(options: PollOptions): Promise<FetchedBatch | undefined> {
    const batch = await this.handout.take(options, () => this.failure !== undefined);
    if (this.failure !== undefined) throw this.failure;
    return batch;
  }

  async commit(positions: readonly Position[]): Promise<void> {
    const others = positions.filter((one) => !this.holds(one));
    if (others.length > 0) throw notCommitted(others, undefined);
    if (positions.length === 0) return;
    const late = new Error('no answer came in time');
    let failed: unknown = late;
    const done = this.client?.commit(positions).then(
      () => {
        failed = undefined;
      },
      (error: unknown) => {
        failed = error;
      },
    );
    await within(COMMIT_PATIENCE_MS, done);
    if (failed !== undefined) throw notCommitted(positions, failed);
    for (const one of positions) this.handout.get(one)?.settle(one.offset);
    this.settled();
  }

  readFrom({ offset, ...at }: Position): void {
    this.handout.get(at)?.readFrom(offset);
    this.settled();
  }

  /** librdkafka does not tell it. */
  member(): undefined {
    return undefined;
  }

  close(): Promise<void> {
    this.closed ??= this.end();
    return this.closed;
  }

  private async end(): Promise<void> {
    this.closing.abort();
    this.handout.close();
    this.onReady();
    await this.reading?.over;
    await within(CLOSE_TIMEOUT_MS, this.client?.end());
    this.state?.closed();
  }

  private get isOver(): boolean {
    return this.closing.signal.aborted || this.failure !== undefined;
  }

  /** Partitions that librdkafka took back, and waits for until they are given up. */
  private leaving: readonly SourcePartition[] = [];

  private holds(at: SourcePartition): boolean {
    const isSame = (one: SourcePartition) =>
      one.topic === at.topic && one.partition === at.partition;
    return this.handout.get(at) !== undefined || this.leaving.some(isSame);
  }

  private settled(): void {
    this.handout.changed();
    this.reading?.wanted();
  }

  private async open(): Promise<void> {
    try {
      this.client = await ConsumerClient.open({
        ...this.settings,
        connection: this.connection,
        group: this.group,
        assigned: (partitions) => this.change(() => this.assigned(partitions)),
        revoked: (partitions, areLost) => this.change(() => this.revoked(partitions, areLost)),
        trouble: () => this.trouble(this.client?.problem),
      });
      const { client, handout } = this;
      this.reading = new Reading({
        ...this.settings,
        client,
        handout,
        closing: this.closing.signal,
        trouble: (error) => this.trouble(error),
      });
      // It is also how librdkafka tells what goes wrong.
      void this.reading.run();
    } catch (error) {
      this.fail(this.explain(error));
    }
  }

  /** Waits for brokers, and a little for the topic. */
  private async find(topic: string): Promise<void> {
    const { signal } = this.closing;
    const backOff = new BackOff(signal);
    let unknownSinceMs: number | undefined;
    while (this.client !== undefined && !this.isOver) {
      try {
        if ((await this.client.partitions(topic)) > 0) return this.state?.fine(BROKERS);
        unknownSinceMs ??= Date.now();
        const isUnknown = Date.now() - unknownSinceMs >= TOPIC_PATIENCE_MS;
        if (isUnknown) this.fail(this.explain(new Refused(UNKNOWN_TOPIC), topic));
      } catch (error) {
        if (!signal.aborted) this.trouble(error);
      }
      await backOff.wait();
    }
  }

  private change(work: () => Promise<void>): void {
    this.changes = this.changes.then(work).catch((error: unknown) => this.trouble(error));
  }

  private async assigned(partitions: readonly SourcePartition[]): Promise<void> {
    const { client, subscription } = this;
    const { signal } = this.closing;
    if (client === undefined || subscription === undefined) return;
    const positions = await startPositions(client, partitions, {
      from: subscription.from ?? 'earliest',
      closing: signal,
      trouble: (error) => this.trouble(error),
    });
    client.assign(positions);
    for (const one of partitions) this.handout.add(new ConfluentLane(one));
    if (partitions.length > 0) subscription.onAssigned(partitions);
    this.state?.joining(false);
    this.onReady();
  }

  private async revoked(partitions: readonly SourcePartition[], areLost: boolean): Promise<void> {
    const { client, subscription } = this;
    for (const one of partitions) this.handout.remove(one);
    if (partitions.length > 0 && !this.closing.signal.aborted) {
      this.state?.joining(true);
      if (areLost || !(await this.letGo(partitions))) subscription?.onLost(partitions);
    }
    client?.unassign(partitions);
  }

  /** Answers whether what is under way of them ended in time. */
  private async letGo(partitions: readonly SourcePartition[]): Promise<boolean> {
    this.leaving = partitions;
    let isReady = false;
    const done = this.subscription?.onRevoked(partitions).then(
      () => {
        isReady = true;
      },
      (error: unknown) => {
        isReady = true;
        // It is the caller's own; the partitions go all the same.
        this.state?.note(error);
      },
    );
    await within(this.settings.rebalanceTimeoutMs, done);
    this.leaving = [];
    return isReady;
  }

  private trouble(error: unknown): void {
    if (this.closing.signal.aborted) return;
    const failure = judge(error);
    const told = this.explain(error);
    if (failure.verdict === 'final') return this.fail(told);
    this.state?.trouble(BROKERS, told);
    void this.probe();
  }

  /** librdkafka does not say when a broker is there again. */
  private async probe(): Promise<void> {
    const [topic] = this.subscription?.topics ?? [];
    if (this.isProbing || topic === undefined) return;
    this.isProbing = true;
    while (!this.isOver) {
      const isThere = await this.client?.partitions(topic).catch(() => undefined);
      if (isThere !== undefined) break;
      await pause(PROBE_MS, this.closing.signal);
    }
    this.isProbing = false;
    this.state?.fine(BROKERS);
  }

  private explain(error: unknown, topic?: string): ConsumerError {
    if (error instanceof ConsumerError) return error;
    const { name: brokers, group } = this;
    return failureError(judge(error), { brokers, group, topic, cause: error });
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

/** Kafka's number for a topic that there is not. */
const UNKNOWN_TOPIC = 3;
/** What may have trouble. */
const BROKERS = 'brokers';
const FAILED = 'failed';
