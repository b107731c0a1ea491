import type { TopicPartition } from '../../producer/index.js';
import type { PolledBatch, PollOptions, PollSource } from '../poller/source.js';
import type { GroupMember, MemoryBroker } from './broker.js';

/** How far the group member has come in one partition. */
interface Position {
  next: bigint;
  /** The end of what was handed out and not answered for. */
  handedOutTo: bigint | undefined;
}

/** Reads from a broker in this process as a member of a consumer group. */
export function memorySource(
  broker: MemoryBroker,
  options: { readonly group: string },
): PollSource {
  return new MemorySource(broker, options.group);
}

class MemorySource implements PollSource {
  readonly name = 'memory';
  private readonly broker: MemoryBroker;
  private readonly group: string;
  private member: GroupMember | undefined;
  private positions = new Map<string, Position>();
  private generation = -1;
  private turn = 0;
  private closed = false;
  private wake: () => void = () => {};

  constructor(broker: MemoryBroker, group: string) {
    this.broker = broker;
    this.group = group;
  }

  async subscribe(topics: readonly string[]): Promise<void> {
    this.member = this.broker.join(this.group, topics);
  }

  async poll(options: PollOptions): Promise<PolledBatch | undefined> {
    const giveUpMs = Date.now() + options.waitMs;
    while (!this.closed) {
      const batch = this.next(options.maxRecords);
      if (batch !== undefined) return batch;
      const leftMs = giveUpMs - Date.now();
      if (leftMs <= 0) return undefined;
      await this.change(leftMs);
    }
    return undefined;
  }

  async commit(topic: string, partition: number, nextOffset: bigint): Promise<void> {
    this.member?.commit({ topic, partition }, nextOffset);
    const position = this.positions.get(keyOf({ topic, partition }));
    if (position?.handedOutTo === undefined || nextOffset < position.handedOutTo) return;
    position.handedOutTo = undefined;
    this.wake();
  }

  async rewind(topic: string, partition: number, offset: bigint): Promise<void> {
    this.positions.set(keyOf({ topic, partition }), { next: offset, handedOutTo: undefined });
    this.wake();
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.member?.leave();
    this.wake();
  }

  /** The next batch of the partition whose turn it is. */
  private next(maxRecords: number): PolledBatch | undefined {
    const assigned = this.assigned();
    for (let step = 0; step < assigned.length; step++) {
      const at = assigned[(this.turn + step) % assigned.length];
      if (at === undefined) continue;
      const position = this.position(at);
      if (position.handedOutTo !== undefined) continue;
      const records = this.broker.read(at, position.next, maxRecords);
      const last = records.at(-1);
      if (last === undefined) continue;
      position.next = last.offset + 1n;
      position.handedOutTo = position.next;
      this.turn += step + 1;
      return { ...at, records };
    }
    return undefined;
  }

  /** After a rebalance, reading goes on from what is committed. */
  private assigned(): readonly TopicPartition[] {
    const generation = this.member?.generation() ?? -1;
    if (generation !== this.generation) this.positions = new Map();
    this.generation = generation;
    return this.member?.assigned() ?? [];
  }

  private position(at: TopicPartition): Position {
    const known = this.positions.get(keyOf(at));
    if (known !== undefined) return known;
    const position = { next: this.broker.committed(this.group, at) ?? 0n, handedOutTo: undefined };
    this.positions.set(keyOf(at), position);
    return position;
  }

  private change(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        forget();
        this.wake = () => {};
        resolve();
      };
      const timer = setTimeout(done, withinMs);
      const forget = this.broker.onChange(done);
      this.wake = done;
    });
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}\n${partition}`;
}
