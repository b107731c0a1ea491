import { partitionGone } from '../broker-error.js';
import { ProducerError } from '../errors.js';
import type { KafkaConnection } from '../kafka-connection.js';
import type { PartitionState, TopicPartition } from '../transport.js';
import { Calls, type TopicMetadata } from './calls.js';
import { importPlatformatic } from './client.js';
import { type BrokerConnection, type Call, Dialer } from './connection.js';
import { Answered } from './failure.js';
import type { Leaders, Route } from './partition-sender.js';
import type { Identity } from './partition-sequence.js';

interface Client {
  readonly dialer: Dialer;
  readonly calls: Calls;
}

/** A connection that may be there, or on its way. */
interface Slot {
  open?: BrokerConnection | undefined;
  opening?: Promise<BrokerConnection> | undefined;
  route?: Route;
}

/** Where questions go to that any broker answers, so that they do not wait behind batches. */
const ANY_BROKER = '';

/** One Kafka cluster: who leads what, and a connection to each broker that leads something. */
export class Cluster implements Leaders {
  private readonly options: KafkaConnection;
  private loading: Promise<Client> | undefined;
  private readonly topics = new Map<string, TopicMetadata>();
  /** Partitions whose leader may be another by now. */
  private readonly doubted = new Set<string>();
  private readonly refreshing = new Map<string, Promise<TopicMetadata>>();
  private readonly slots = new Map<string, Slot>();
  /** Which bootstrap broker is asked first. */
  private turn = 0;
  private identity: Identity | undefined;
  private identifying: Promise<Identity> | undefined;
  private isClosed = false;

  constructor(options: KafkaConnection) {
    this.options = options;
  }

  /** Whether any broker can be reached. */
  async connect(): Promise<void> {
    await this.ask((calls) => calls.metadata(undefined));
  }

  async partitions(topic: string): Promise<readonly PartitionState[]> {
    const { leaders } = await this.refresh(topic);
    return [...leaders]
      .map(([id, leader]) => ({ id, available: leader !== undefined }))
      .sort((a, b) => a.id - b.id);
  }

  route(to: TopicPartition): Route | undefined {
    if (this.doubted.has(keyOf(to))) return undefined;
    const metadata = this.topics.get(to.topic);
    const leader = metadata?.leaders.get(to.partition);
    const broker = leader === undefined ? undefined : metadata?.brokers.get(leader);
    const slot = broker === undefined ? undefined : this.slots.get(broker);
    return slot?.open?.isOpen ? slot.route : undefined;
  }

  async open(to: TopicPartition): Promise<void> {
    const isDoubted = this.doubted.delete(keyOf(to));
    const known = isDoubted ? undefined : this.topics.get(to.topic);
    const { leaders, brokers } = known ?? (await this.refresh(to.topic));
    if (!leaders.has(to.partition)) throw partitionGone(to.partition);
    const leader = leaders.get(to.partition);
    const broker = leader === undefined ? undefined : brokers.get(leader);
    if (broker === undefined) {
      throw new Answered('LEADER_NOT_AVAILABLE', 'the partition has no leader now', true);
    }
    await this.connection(broker, [broker]);
  }

  doubt(to: TopicPartition): void {
    this.doubted.add(keyOf(to));
  }

  async identify(lost: Identity | undefined): Promise<Identity> {
    const { identity } = this;
    if (identity !== undefined && identity.producerId !== lost?.producerId) return identity;
    this.identifying ??= this.ask((calls) => calls.initProducerId()).finally(() => {
      this.identifying = undefined;
    });
    this.identity = await this.identifying;
    return this.identity;
  }

  /** Cuts all connections, and opens no more. */
  close(): void {
    this.isClosed = true;
    for (const { open } of this.slots.values()) open?.destroy();
    this.slots.clear();
    void this.loading?.then(({ dialer }) => dialer.cut()).catch(() => undefined);
  }

  /** What a topic is now; who asks at the same time shares the answer. */
  private refresh(topic: string): Promise<TopicMetadata> {
    const found = this.refreshing.get(topic);
    if (found !== undefined) return found;
    const asked = this.ask((calls) => calls.metadata(topic))
      .then((metadata) => {
        this.topics.set(topic, metadata);
        return metadata;
      })
      .finally(() => this.refreshing.delete(topic));
    this.refreshing.set(topic, asked);
    return asked;
  }

  private async ask<T>(make: (calls: Calls) => Call<T>): Promise<T> {
    const { brokers } = this.options;
    const known = [...this.topics.values()].flatMap((topic) => [...topic.brokers.values()]);
    // Where one did not answer, another is asked first the next time.
    const from = this.turn % brokers.length;
    const inTurn = [...brokers.slice(from), ...brokers.slice(0, from), ...new Set(known)];
    try {
      const connection = await this.connection(ANY_BROKER, inTurn);
      return await connection.call(make((await this.load()).calls));
    } catch (error) {
      this.turn++;
      throw error;
    }
  }

  /** The connection in a slot, to the first of `brokers` that takes one. */
  private connection(name: string, brokers: readonly string[]): Promise<BrokerConnection> {
    const slot = this.slots.get(name) ?? {};
    this.slots.set(name, slot);
    if (slot.open?.isOpen) return Promise.resolve(slot.open);
    slot.open?.retire();
    slot.opening ??= this.dial(slot, brokers).finally(() => {
      slot.opening = undefined;
    });
    return slot.opening;
  }

  private async dial(slot: Slot, brokers: readonly string[]): Promise<BrokerConnection> {
    const { dialer, calls } = await this.load();
    let failed: unknown;
    for (const broker of brokers) {
      try {
        if (this.isClosed) throw closed();
        const opened = await dialer.open(broker);
        if (this.isClosed) {
          opened.destroy();
          throw closed();
        }
        slot.open = opened;
        slot.route = { produce: (request) => opened.call(calls.produce(request)) };
        return opened;
      } catch (error) {
        failed ??= error;
        if (this.isClosed) throw closed();
      }
    }
    throw failed;
  }

  private load(): Promise<Client> {
    const { requestTimeoutMs = 10_000 } = this.options;
    this.loading ??= importPlatformatic().then((kafka) => ({
      dialer: new Dialer(kafka, this.options),
      calls: new Calls(kafka, requestTimeoutMs),
    }));
    return this.loading;
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${partition} ${topic}`;
}

function closed(): ProducerError {
  return new ProducerError('CLOSED', 'The producer was closed while a message was on its way.');
}
