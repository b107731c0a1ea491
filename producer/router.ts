import type { Clock } from './clock.js';
import type { Delivery } from './delivery.js';
import { ProducerError } from './errors.js';
import { type BatchLimits, isTogether, Lane } from './lane.js';
import { partitionForKey } from './partitioner.js';
import type { Pending } from './pending.js';
import type { BatchSeen } from './telemetry.js';
import type { PartitionState } from './transport.js';

/** How old the partitions of a topic may be before they are asked for anew, in milliseconds. */
const MAX_AGE_MS = 1_000;

export interface RouterOptions {
  readonly topic: string;
  readonly transportName: string;
  /** How many batches of a partition may be under way. */
  readonly maxInFlight: number;
  readonly limits: BatchLimits;
  readonly delivery: Delivery;
  /** Makes room of messages that are no longer on the way. */
  leave(messages: readonly Pending[]): void;
  readonly onBatch: ((batch: BatchSeen) => void) | undefined;
  readonly clock: Clock;
  /** @default Math.random */
  readonly random?: () => number;
}

/**
 * The messages of one topic: each goes to the lane of its partition, in the order of the calls, once
 * the topic's partitions are known. A partition that is sick holds up nothing but its own messages.
 */
export class Router {
  private readonly options: RouterOptions;
  private readonly lanes = new Map<number, Lane>();
  private known: readonly PartitionState[] | undefined;
  private knownSinceMs = 0;
  private isAsking = false;
  /** Messages that an answer about partitions is needed for. */
  private readonly waiting: Pending[] = [];
  private isUrgent = false;
  /** Where messages without a key go until its lane starts a batch. */
  private sticky: number | undefined;

  constructor(options: RouterOptions) {
    this.options = options;
  }

  readonly enter = (message: Pending): void => {
    const partition = this.partitionOf(message);
    if (partition === undefined) this.waiting.push(message);
    else this.laneOf(partition).add(message);
    const isOld = this.known === undefined || message.sinceMs >= this.knownSinceMs + MAX_AGE_MS;
    if (isOld || this.waiting.length > 0) this.ask();
  };

  /** Sends what waits now without lingering. */
  hurry(): void {
    this.isUrgent = this.waiting.length > 0;
    for (const lane of this.lanes.values()) lane.hurry();
  }

  /** The partition of a message; undefined where it is not known or not there. */
  private partitionOf({ encoded }: Pending): number | undefined {
    if (this.known === undefined) return undefined;
    const { outgoing, partition } = encoded;
    if (partition !== undefined) return partition < this.known.length ? partition : undefined;
    if (outgoing.key !== null) return partitionForKey(outgoing.key, this.known.length);
    return this.keyless(this.known);
  }

  /**
   * One partition for messages that come together (sticky partitioning, KIP-480: fewer, larger
   * requests): the one whose messages wait least, so that a sick one gets no more.
   */
  private keyless(known: readonly PartitionState[]): number {
    const held = this.sticky === undefined ? undefined : this.lanes.get(this.sticky);
    if (this.sticky !== undefined && held?.takesMore) return this.sticky;
    const { clock, random = Math.random } = this.options;
    const available = known.filter((partition) => partition.available);
    let best:
      | { readonly ids: number[]; readonly ageMs: number; readonly held: boolean }
      | undefined;
    for (const { id } of available.length > 0 ? available : known) {
      const lane = this.lanes.get(id);
      const ageMs = lane?.ageMs(clock.running()) ?? 0;
      const held = lane !== undefined && !lane.takesMore;
      const order =
        best === undefined ? -1 : ageMs - best.ageMs || Number(held) - Number(best.held);
      if (order < 0) best = { ids: [id], ageMs, held };
      else if (order === 0) best?.ids.push(id);
    }
    const ids = best?.ids ?? [];
    this.sticky = ids[Math.floor(random() * ids.length)] ?? 0;
    return this.sticky;
  }

  private laneOf(partition: number): Lane {
    const known = this.lanes.get(partition);
    if (known !== undefined) return known;
    const { topic, delivery, onBatch } = this.options;
    const lane = new Lane({
      ...this.options,
      onBatch: onBatch && ((batch) => onBatch({ ...batch, topic, partition })),
      deliver: async (batch) => {
        if (this.sticky === partition) this.sticky = undefined;
        const outcomes = await delivery.deliver({ ...batch, topic, partition });
        if (outcomes[0]?.error?.code === 'PARTITION_UNKNOWN') this.ask();
        return outcomes;
      },
    });
    this.lanes.set(partition, lane);
    return lane;
  }

  /** Asks for the partitions, unless it is being asked; messages that are known where to go to go on. */
  private ask(): void {
    if (this.isAsking) return;
    this.isAsking = true;
    const { clock, topic, limits, delivery } = this.options;
    const sinceMs = this.waiting[0]?.sinceMs ?? clock.running();
    const asked = delivery.partitions(topic, sinceMs + limits.deliveryTimeoutMs);
    // It throws no other errors.
    void asked.then(
      (known) => this.learn(known),
      (error: ProducerError) => this.giveUp(error),
    );
  }

  private learn(known: readonly PartitionState[]): void {
    this.known = known;
    this.answered();
    if (!known.some(({ id, available }) => id === this.sticky && available)) {
      this.sticky = undefined;
    }
    const touched = new Set<Lane>();
    const gone: Pending[] = [];
    for (const message of this.waiting.splice(0)) {
      const partition = message.isSettled ? undefined : this.partitionOf(message);
      if (partition === undefined) gone.push(message);
      else {
        const lane = this.laneOf(partition);
        lane.add(message);
        touched.add(lane);
      }
    }
    if (this.isUrgent) for (const lane of touched) lane.hurry();
    this.isUrgent = false;
    this.fail(gone, (message) => this.partitionUnknown(message, known.length));
  }

  private fail(messages: readonly Pending[], error: (message: Pending) => ProducerError): void {
    this.options.leave(messages);
    for (const message of messages) {
      if (!message.isSettled) message.settle({ error: error(message) });
    }
  }

  /** Fails the messages that came with the first of those that wait, and asks again for the others. */
  private giveUp(error: ProducerError): void {
    this.answered();
    const [first] = this.waiting;
    if (first === undefined) return;
    const { limits } = this.options;
    const together = this.waiting.findIndex((message) => !isTogether(first, message, limits));
    const failed = this.waiting.splice(0, together < 0 ? this.waiting.length : together);
    this.fail(failed, () => error);
    if (this.waiting.length > 0) this.ask();
  }

  private answered(): void {
    this.isAsking = false;
    this.knownSinceMs = this.options.clock.running();
  }

  private partitionUnknown({ encoded: { partition } }: Pending, count: number): ProducerError {
    const { topic } = this.options;
    return new ProducerError(
      'PARTITION_UNKNOWN',
      `Topic "${topic}" has no partition ${partition}; it has ${count}, counted from 0.`,
      { topic, partition },
    );
  }
}
