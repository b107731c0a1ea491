import { attemptBatch, attemptRecord } from './attempt.js';
import type { Consumed } from './consumed.js';
import { ConsumerError } from './errors.js';
import type { FailureHandling } from './failure-handling.js';
import type { FailureLog } from './failure-log.js';
import { type FailurePolicyName, failurePolicies } from './failure-policy.js';
import type { HandlerContext } from './handler-context.js';
import { failureOf, type IncomingRecord } from './incoming-record.js';
import { KeyOrder } from './key-order.js';
import type { DecodedRecord } from './route.js';
import type { Tally } from './tally.js';
import type { BatchHandling, Handling, SingleHandling } from './topic-handlers.js';

/** The decoded records of one partition, in offset order, and who takes them. */
export interface DecodedPartition {
  /** `<topic>-<partition>`. */
  readonly id: string;
  readonly handling: Handling;
  readonly records: readonly DecodedRecord[];
}

export interface DeliveryWays {
  readonly failures: FailureHandling;
  readonly log: FailureLog;
  readonly tally: Tally;
  /** Records of one partition, each of another key, that are handled at the same time. */
  readonly keysAtOnce: number;
  context(attempt: number): HandlerContext;
  /** False once no further record may be begun. */
  mayTake(): boolean;
  /** Told when a partition cannot go on. */
  onHeld(held: Held): void;
  /** Whether a failed handler is to be called again: after a wait, unless that is of no use any more. */
  again?(attempt: number): Promise<boolean>;
}

/** A record that the partition cannot go on without. */
export interface Held {
  readonly error: ConsumerError;
  readonly policy: FailurePolicyName;
}

/**
 * Hands the records of one partition to its handler: one after the other, by key at the same time, or all together.
 * What became of them can be asked at any time, also while handlers still run.
 */
export class PartitionDelivery {
  readonly id: string;
  private readonly records: readonly DecodedRecord[];
  private readonly handling: Handling;
  private readonly ways: DeliveryWays;
  /** By place: whether the record is handled, or out of the way. */
  private readonly settled: boolean[];
  private readonly running = new Set<number>();
  private heldAt: (Held & { readonly place: number }) | undefined;
  private abandoned = false;

  constructor({ id, records, handling }: DecodedPartition, ways: DeliveryWays) {
    this.id = id;
    this.records = records;
    this.handling = handling;
    this.ways = ways;
    this.settled = new Array<boolean>(records.length).fill(false);
  }

  /** Fulfilled when nothing runs and nothing more is begun. Never rejected for what a record does. */
  run(): Promise<void> {
    const { handling } = this;
    if ('deliverBatch' in handling) return this.together(handling);
    return this.ways.keysAtOnce > 1 ? this.byKey(handling) : this.inOrder(handling);
  }

  get length(): number {
    return this.records.length;
  }

  /** Why it cannot go on, if so: the first such record. */
  get held(): Held | undefined {
    return this.heldAt;
  }

  /** The first record that is neither handled nor out of the way; undefined when all are. */
  get firstOpen(): IncomingRecord | undefined {
    const place = this.settled.indexOf(false);
    return this.records[place]?.record;
  }

  /** How many records are not settled, of those from {@link firstOpen} on. */
  get open(): number {
    const place = this.settled.indexOf(false);
    return place === -1 ? 0 : this.records.length - place;
  }

  /**
   * Nobody waits any more: what still runs counts as not handled, whatever becomes of it, unless that was
   * its last attempt, so that it is out of the way.
   */
  async abandon(overdue: (record: IncomingRecord) => ConsumerError): Promise<void> {
    this.abandoned = true;
    for (const place of [...this.running]) {
      const record = this.records[place]?.record;
      if (record === undefined) continue;
      const error = overdue(record);
      if (!(await this.ways.failures.moveOn(record, error))) continue;
      this.ways.log.add(error, 'dead-letter');
      this.ways.tally.count(failurePolicies['dead-letter'].countedAs);
      this.settled[place] = true;
    }
  }

  private async inOrder(handling: SingleHandling): Promise<void> {
    for (let place = 0; place < this.records.length; place++) {
      if (!this.mayGoOn()) return;
      const ends = this.take(place, handling);
      if (ends !== undefined) await ends;
    }
  }

  private async byKey(handling: SingleHandling): Promise<void> {
    const order = new KeyOrder(this.records.map(({ record }) => record.keyIdentity()));
    const worker = async (): Promise<void> => {
      let place = order.begin();
      while (place !== undefined && this.mayGoOn()) {
        await this.take(place, handling);
        place = order.after(place);
      }
    };
    const workers = Math.min(this.ways.keysAtOnce, this.records.length);
    await Promise.all(Array.from({ length: workers }, worker));
  }

  private async together(handling: BatchHandling): Promise<void> {
    const sound = new Map<Consumed, number>();
    for (const [place, { decoded }] of this.records.entries()) {
      if (decoded instanceof ConsumerError) await this.fail(decoded, place);
      else sound.set(decoded, place);
      if (this.heldAt) break;
    }
    for (let attempt = 1; sound.size > 0 && this.ways.mayTake(); attempt++) {
      const context = this.ways.context(attempt);
      const failures = await this.whileRunning([...sound.values()], () =>
        attemptBatch(handling, [...sound.keys()], context),
      );
      for (const [record, place] of sound) {
        if (failures.has(record)) continue;
        this.settle(place, 'handled');
        sound.delete(record);
      }
      if (failures.size > 0 && (await this.ways.again?.(attempt))) continue;
      return this.failAll([...failures.values()], [...sound.values()]);
    }
  }

  /** Each at its place, until one of them holds the partition. */
  private async failAll(
    errors: readonly ConsumerError[],
    places: readonly number[],
  ): Promise<void> {
    for (const [i, error] of errors.entries()) {
      const place = places[i];
      if (place === undefined || (this.heldAt && this.heldAt.place < place)) return;
      await this.fail(error, place);
    }
  }

  /** Nothing when the record is settled already, so that handlers that do not wait are not waited for. */
  private take(place: number, handling: SingleHandling): undefined | Promise<void> {
    // Safe: places are those of the records.
    const { decoded } = this.records[place] as DecodedRecord;
    if (decoded instanceof ConsumerError) return this.fail(decoded, place);
    const ends = attemptRecord(handling, decoded, this.ways.context(1));
    if (ends !== undefined) return this.goOn(place, handling, ends);
    this.settle(place, 'handled');
    return undefined;
  }

  /** A handler that did not end at once, and well. */
  private async goOn(
    place: number,
    handling: SingleHandling,
    first: ConsumerError | Promise<ConsumerError | undefined>,
  ): Promise<void> {
    // Safe: what does not decode has no handler.
    const decoded = this.records[place]?.decoded as Consumed;
    let failure = await this.whileRunning([place], () => first);
    for (let attempt = 1; failure !== undefined; attempt++) {
      if (!(await this.ways.again?.(attempt))) return this.fail(failure, place);
      const context = this.ways.context(attempt + 1);
      failure = await this.whileRunning([place], () => attemptRecord(handling, decoded, context));
    }
    this.settle(place, 'handled');
  }

  private async whileRunning<T>(places: readonly number[], work: () => T | Promise<T>): Promise<T> {
    for (const place of places) this.running.add(place);
    try {
      return await work();
    } finally {
      for (const place of places) this.running.delete(place);
    }
  }

  private async fail(error: ConsumerError, place: number): Promise<void> {
    const entry = this.records[place];
    if (this.abandoned || entry === undefined) return;
    const { failures, log } = this.ways;
    try {
      const policy = await failures.settle(entry.record, error);
      log.add(error, policy);
      const { holdsPartition, countedAs } = failurePolicies[policy];
      if (holdsPartition) this.hold({ error, policy, place });
      else this.settle(place, countedAs);
    } catch (refused) {
      log.add(error, failures.policyOf(error));
      const refusal = failureOf(refused);
      log.add(refusal, 'fail');
      this.hold({ error: refusal, policy: 'fail', place });
    }
  }

  private hold(held: Held & { readonly place: number }): void {
    if (this.heldAt === undefined || held.place < this.heldAt.place) this.heldAt = held;
    this.ways.onHeld(held);
  }

  private settle(place: number, as: Parameters<Tally['count']>[0]): void {
    if (this.abandoned) return;
    this.settled[place] = true;
    this.ways.tally.count(as);
  }

  private mayGoOn(): boolean {
    return this.heldAt === undefined && !this.abandoned && this.ways.mayTake();
  }
}
