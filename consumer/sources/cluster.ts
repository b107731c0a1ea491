import type { SourcePartition } from '../source.js';
import type { Dialer, Link } from './dialer.js';
import { findCoordinator } from './protocol/group-requests.js';
import { metadata, type TopicMetadata } from './protocol/log-requests.js';
import { Refused } from './protocol/refused.js';
import type { Request } from './protocol/request.js';

export interface ClusterOptions {
  /** Bootstrap brokers, each as `host:port`. */
  readonly brokers: readonly string[];
  readonly requestTimeoutMs: number;
}

/** What a connection is for: what waits long has its own, so that nothing else waits behind it. */
export type Purpose = 'ask' | 'fetch' | 'group' | 'join' | 'wait';

export interface To {
  readonly broker: string;
  readonly purpose: Purpose;
  /** @default that of the cluster */
  readonly requestTimeoutMs?: number;
}

interface Slot {
  open?: Link | undefined;
  opening?: Promise<Link> | undefined;
}

/** One Kafka cluster: who leads what, and a connection to each broker for each purpose. */
export class Cluster {
  private readonly dialer: Dialer;
  private readonly options: ClusterOptions;
  private readonly slots = new Map<string, Slot>();
  private readonly topics = new Map<string, TopicMetadata>();
  private brokers: ReadonlyMap<number, string> = new Map();
  private readonly refreshing = new Map<string, Promise<readonly TopicMetadata[]>>();
  /** Which broker is asked first. */
  private turn = 0;
  private isClosed = false;

  constructor(dialer: Dialer, options: ClusterOptions) {
    this.dialer = dialer;
    this.options = options;
  }

  /** How many partitions each topic has, as far as that is known. */
  get partitionCounts(): ReadonlyMap<string, number> {
    return new Map([...this.topics].map(([topic, { leaders }]) => [topic, leaders.size]));
  }

  /** Where the partition's leader is; undefined where it has none, or none is known. */
  leader({ topic, partition }: SourcePartition): string | undefined {
    const leader = this.topics.get(topic)?.leaders.get(partition);
    return leader === undefined ? undefined : this.brokers.get(leader);
  }

  /** Asks who leads what; who asks at the same time shares the answer. Topics with an error stay as they were. */
  refresh(topics: readonly string[]): Promise<readonly TopicMetadata[]> {
    const key = topics.join('\n');
    const found = this.refreshing.get(key);
    if (found !== undefined) return found;
    const asked = this.askAny(metadata(topics))
      .then((answer) => {
        this.brokers = answer.brokers;
        for (const one of answer.topics) {
          if (one.error === undefined) this.topics.set(one.topic, one);
        }
        return answer.topics;
      })
      .finally(() => this.refreshing.delete(key));
    this.refreshing.set(key, asked);
    return asked;
  }

  coordinator(group: string): Promise<string> {
    return this.askAny(findCoordinator(group));
  }

  /** Asks one broker, once. */
  async call<T>(to: To, request: Request<T>): Promise<T> {
    const link = await this.link(to);
    try {
      return await link.call(request);
    } catch (error) {
      // What comes over it later would be an answer to something else.
      if (!(error instanceof Refused)) link.close();
      throw error;
    }
  }

  /** Cuts all connections, and opens no more. */
  close(): void {
    this.isClosed = true;
    for (const { open } of this.slots.values()) open?.close();
    this.slots.clear();
  }

  /** Asks whoever answers. Where one does not, another is asked first the next time. */
  private async askAny<T>(request: Request<T>): Promise<T> {
    const all = [...new Set([...this.options.brokers, ...this.brokers.values()])];
    const from = this.turn % all.length;
    let failed: unknown;
    for (const broker of [...all.slice(from), ...all.slice(0, from)]) {
      try {
        return await this.call({ broker, purpose: 'ask' }, request);
      } catch (error) {
        this.turn++;
        if (error instanceof Refused || this.isClosed) throw error;
        failed ??= error;
      }
    }
    throw failed;
  }

  private async link(to: To): Promise<Link> {
    const name = `${to.purpose} ${to.broker}`;
    const slot = this.slots.get(name) ?? {};
    this.slots.set(name, slot);
    if (slot.open?.isOpen) return slot.open;
    slot.open?.close();
    slot.opening ??= this.open(to, slot).finally(() => {
      slot.opening = undefined;
    });
    return slot.opening;
  }

  private async open({ broker, requestTimeoutMs }: To, slot: Slot): Promise<Link> {
    if (this.isClosed) throw new Error('the source was closed');
    const timeoutMs = requestTimeoutMs ?? this.options.requestTimeoutMs;
    const link = await this.dialer.open(broker, { requestTimeoutMs: timeoutMs });
    if (this.isClosed) {
      link.close();
      throw new Error('the source was closed');
    }
    slot.open = link;
    return link;
  }
}
