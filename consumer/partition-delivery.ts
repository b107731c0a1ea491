import { type AttemptOptions, attemptBatch, attemptRecord } from './attempt.js';
import { type Consumed, type DecodedRecord, Refused } from './consumed.js';
import { ConsumerError } from './errors.js';
import type { FailureHandling } from './failure-handling.js';
import type { FailureLog } from './failure-log.js';
import { type FailurePolicyName, failurePolicies } from './failure-policy.js';
import type { HandlerContext } from './handler-context.js';
import type { HarmlessBatch } from './harmless.js';
import { failureOf, type IncomingRecord, identityOf, recordId } from './incoming-record.js';
import { KeyOrder } from './key-order.js';
import { PartitionTally } from './partition-tally.js';
import type { BatchHandling, Handling, SingleHandling } from './topic-handlers.js';

/** The decoded records of one partition, in offset order, and who takes them. */
export interface DecodedPartition {
  /** `<topic>-<partition>`. */
  readonly id: string;
  readonly handling: Handling;
  /** At least one. */
  readonly records: readonly DecodedRecord[];
  /** The same before they were decoded; not looked at where counting goes on ({@link DeliveryWays.tally}). */
  readonly arrived: readonly IncomingRecord[];
  /** What decoding took, in milliseconds. */
  readonly decodeMs: number;
  /** When the records arrived, in milliseconds since the epoch. */
  readonly arrivedMs: number;
}

export interface DeliveryWays {
  readonly failures: FailureHandling;
  readonly log: FailureLog;
  /** Who is told of each call and failure. */
  readonly batch: HarmlessBatch | undefined;
  /** Records of one partition, each of another key, that are handled at the same time. */
  readonly keysAtOnce: number;
  /** Where counting goes on; else it begins anew. */
  readonly tally?: PartitionTally | undefined;
  context(attempt: number): HandlerContext;
  /** False once no further record may be begun. */
  mayTake(): boolean;
  /** Told when a partition cannot go on. */
  onHeld(held: Held): void;
  /** What to do after an attempt that failed; answered when it is time to do so. */
  afterFailure(attempt: number): Verdict | Promise<Verdict>;
}

/**
 * What follows a failed attempt: the handler is called `again`, or it has `failed` and its policy holds; or it was
 * `interrupted` and counts for nothing, or was too `slow`, and counts as an attempt (`AttemptLimit`).
 */
export type Verdict = 'again' | 'failed' | 'interrupted' | 'slow';

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
  readonly tally: PartitionTally;
  private readonly records: readonly DecodedRecord[];
  private readonly handling: Handling;
  private readonly ways: DeliveryWays;
  private readonly firstAttempt: AttemptOptions;
  /** By place: whether the record is handled, or out of the way. */
  private readonly settled: boolean[];
  private readonly running = new Set<number>();
  private heldAt: (Held & { readonly place: number }) | undefined;
  private abandoned = false;
  private isInterrupted = false;

  constructor(partition: DecodedPartition, ways: DeliveryWays) {
    const { id, records, handling } = partition;
    this.id = id;
    this.tally = ways.tally ?? tallyOf(partition, ways);
    this.records = records;
    this.handling = handling;
    this.ways = ways;
    this.firstAttempt = { context: ways.context(1), batch: ways.batch };
    this.settled = new Array<boolean>(records.length).fill(false);
  }

  /** Of what does not decode, what fails the whole batch; it is told. */
  refused(): readonly ConsumerError[] {
    const { failures } = this.ways;
    const errors: ConsumerError[] = [];
    for (let place = 0; place < this.records.length; place++) {
      const record = this.records[place];
      if (record instanceof Refused && failures.policyOf(record.error) === 'fail')
        errors.push(record.error);
    }
    for (const error of errors) this.tell(error, 'fail');
    return errors;
  }

  /** Fulfilled when nothing runs and nothing more is begun. Never rejected for what a record does. */
  run(): Promise<void> {
    const { handling } = this;
    if ('deliverBatch' in handling) return this.together(handling);
    return this.ways.keysAtOnce > 1 ? this.byKey(handling) : this.inOrder(handling);
  }

  /** Why it cannot go on, if so: the first such record. */
  get held(): Held | undefined {
    return this.heldAt;
  }

  /** The first record that is neither handled nor out of the way; undefined when all are. */
  get firstOpen(): IncomingRecord | undefined {
    const place = this.settled.indexOf(false);
    return this.records[place]?.incoming;
  }

  /** All that are neither handled nor out of the way. */
  get openRecords(): readonly DecodedRecord[] {
    return this.records.filter((_, place) => !this.settled[place]);
  }

  /** How many records are not settled, of those from {@link firstOpen} on. */
  get open(): number {
    const place = this.settled.indexOf(false);
    return place === -1 ? 0 : this.records.length - place;
  }

  /** Nobody waits any more: what still runs counts as not handled, whatever becomes of it. */
  abandon(): void {
    this.abandoned = true;
  }

  /** What was abandoned counts as an attempt, and is out of the way if that was its last. */
  async moveOnRunning(): Promise<void> {
    for (const place of [...this.running]) await this.moveOn(place);
  }

  private async moveOn(place: number): Promise<void> {
    const record = this.records[place]?.incoming;
    if (record === undefined) return;
    const error = tooSlow(record);
    if (await this.ways.failures.moveOn(record, error)) {
      this.tell(error, 'dead-letter');
      this.settled[place] = true;
      this.tally.deadLettered += 1;
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
    const order = new KeyOrder(this.records.map(({ incoming }) => incoming.keyIdentity()));
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
    for (const [place, record] of this.records.entries()) {
      if (record instanceof Refused) await this.fail(record.error, place);
      else sound.set(record, place);
      if (this.heldAt) break;
    }
    for (let attempt = 1; sound.size > 0 && this.ways.mayTake(); attempt++) {
      const ways = { context: this.ways.context(attempt), batch: this.ways.batch };
      const failures = await this.whileRunning([...sound.values()], () =>
        attemptBatch(handling, [...sound.keys()], ways),
      );
      for (const [record, place] of sound) {
        if (failures.has(record)) continue;
        this.settle(place, 'handled');
        sound.delete(record);
      }
      if (failures.size === 0) return;
      const verdict = await this.ways.afterFailure(attempt);
      if (verdict === 'again') this.tellAgain([...failures.values()]);
      else if (verdict === 'failed')
        return this.failAll([...failures.values()], [...sound.values()]);
      else return this.interrupted(verdict, [...sound.values()]);
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
    const record = this.records[place] as DecodedRecord;
    if (record instanceof Refused) return this.fail(record.error, place);
    const ends = attemptRecord(handling, record, this.firstAttempt);
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
    const record = this.records[place] as Consumed;
    let failure = await this.whileRunning([place], () => first);
    for (let attempt = 1; failure !== undefined; attempt++) {
      const verdict = await this.ways.afterFailure(attempt);
      if (verdict === 'failed') return this.fail(failure, place);
      if (verdict !== 'again') return this.interrupted(verdict, [place]);
      this.tellAgain([failure]);
      const ways = { context: this.ways.context(attempt + 1), batch: this.ways.batch };
      failure = await this.whileRunning([place], () => attemptRecord(handling, record, ways));
    }
    this.settle(place, 'handled');
  }

  /** They stay open, and so does what is behind them. */
  private async interrupted(how: 'interrupted' | 'slow', places: readonly number[]): Promise<void> {
    this.isInterrupted = true;
    if (how === 'slow' && !this.abandoned) for (const place of places) await this.moveOn(place);
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
    const { failures } = this.ways;
    try {
      const policy = await failures.settle(entry.incoming, error);
      this.tell(error, policy);
      const { holdsPartition, countedAs } = failurePolicies[policy];
      if (holdsPartition) this.hold({ error, policy, place });
      else this.settle(place, countedAs);
    } catch (refused) {
      this.tell(error, failures.policyOf(error));
      const refusal = failureOf(refused);
      this.tell(refusal, 'fail');
      this.hold({ error: refusal, policy: 'fail', place });
    }
  }

  private tell(error: ConsumerError, policy: FailurePolicyName): void {
    this.ways.log.add(error, policy);
    this.count(error, policy);
  }

  private tellAgain(errors: readonly ConsumerError[]): void {
    for (const error of errors) this.count(error, undefined);
  }

  private count(error: ConsumerError, policy: FailurePolicyName | undefined): void {
    this.tally.failure(error.code);
    const { topic, partition } = this.tally;
    this.ways.batch?.onFailure({ topic, partition, offset: error.offset ?? 0, error, policy });
  }

  private hold(held: Held & { readonly place: number }): void {
    if (this.heldAt === undefined || held.place < this.heldAt.place) this.heldAt = held;
    this.ways.onHeld(held);
  }

  private settle(place: number, as: 'handled' | 'skipped' | 'deadLettered'): void {
    if (this.abandoned) return;
    this.settled[place] = true;
    this.tally[as] += 1;
  }

  private mayGoOn(): boolean {
    const goesOn = this.heldAt === undefined && !this.isInterrupted && !this.abandoned;
    return goesOn && this.ways.mayTake();
  }
}

function tallyOf(partition: DecodedPartition, { batch }: DeliveryWays): PartitionTally {
  const { records, arrived, arrivedMs, decodeMs } = partition;
  const tally = new PartitionTally(arrived, arrivedMs);
  tally.decodeMs = decodeMs;
  if (batch) countWriters(records, tally);
  return tally;
}

function countWriters(records: readonly DecodedRecord[], tally: PartitionTally): void {
  for (const record of records) {
    if (record instanceof Refused) continue;
    const { schemaId, schemaGuid, writerVersion } = record;
    const id = schemaId ?? schemaGuid;
    if (id !== undefined) tally.decoded(id, writerVersion);
  }
}

function tooSlow(record: IncomingRecord): ConsumerError {
  return new ConsumerError(
    'DEADLINE',
    `The handler of topic "${record.topic}" had not ended with ${recordId(record)} when the function's time-out was near.`,
    identityOf(record),
  );
}
