import type { Failure } from '../session.js';

/** Who numbers batches: brokers store one of a number once, as long as the producer is the same. */
export interface Identity {
  readonly producerId: bigint;
  readonly epoch: number;
}

/** A batch on its way, from {@link PartitionSequence.add} until it is settled. */
export interface Numbered {
  /** Messages in it. */
  readonly count: number;
}

/** What became of one attempt, where it did not store the batch for sure. */
export type Refusal = Pick<Failure, 'verdict' | 'ambiguous'>;

/** A batch that is settled without being stored for sure. */
export interface Unstored<T> {
  readonly batch: T;
  readonly delivered: 'no' | 'unknown';
}

interface Entry<T> {
  readonly batch: T;
  /** Of its first message; undefined until it is sent, and where its number is lost. */
  sequence: number | undefined;
  /** Whether an answer is awaited. */
  isSent: boolean;
  /** Whether an attempt may have stored it. */
  isDoubtful: boolean;
  /** Whether a later one is stored. */
  isLate: boolean;
}

/** Sequence numbers end there, and begin at 0 again. */
const SEQUENCES = 2 ** 31;

/**
 * The order of one partition's batches while several are under way: which may be sent, with what
 * number. It keeps to what brokers go by: of each producer they know the last five batches of a
 * partition, take the next number only, and answer a batch that they know as they did before.
 *
 * - Batches are sent in order. After one that fails nothing is sent until all answers are there;
 *   then it is sent again with its number, and after it the others.
 * - Until a producer's first batch is stored it is alone under way: a broker that does not know a
 *   producer takes any number for the first.
 * - A number whose batch is surely not stored goes to the next one, provided that no later batch may
 *   be stored. Else the producer is lost for this partition: what is left is numbered anew under
 *   another, or another epoch, except what may be stored already, which is given up.
 * - What a later batch has overtaken is given up, too: sent now it would be out of order.
 */
export class PartitionSequence<T extends Numbered> {
  private readonly window: number;
  private readonly entries: Entry<T>[] = [];
  private identity: Identity | undefined;
  /** What brokers take next of this producer, as far as they said. */
  private expected = 0;
  /** The number after those that were given. */
  private nextSequence = 0;
  /** Requests without an answer, also those of batches that were given up. */
  private underWay = 0;
  /** Whether the leader knows the producer for sure. */
  private isKnown = false;
  /** Whether nothing is sent until all answers are there. */
  private isDraining = false;
  /** Whether a number was given to a batch that is gone. */
  private hasGap = false;
  /** Whether the producer must not send another batch to this partition. */
  private isLost = false;

  /** `window`: how many batches may be under way at a time; brokers remember five. */
  constructor(window: number) {
    this.window = window;
  }

  /** Batches that are not settled, in order. */
  get batches(): readonly T[] {
    return this.entries.map(({ batch }) => batch);
  }

  /** Requests that no answer came for. */
  get inFlight(): number {
    return this.underWay;
  }

  /** The producer that batches are sent by; without one {@link identify} comes before the next. */
  get producer(): Identity | undefined {
    return this.identity;
  }

  /** Whether a batch may be sent now, once there is a producer. */
  get isReady(): boolean {
    const window = this.isKnown ? this.window : 1;
    return !this.isDraining && this.underWay < window && this.underWay < this.entries.length;
  }

  /** The last of the batches from now on. */
  add(batch: T): void {
    const fresh = { sequence: undefined, isSent: false, isDoubtful: false, isLate: false };
    this.entries.push({ batch, ...fresh });
  }

  /** Numbers what is sent from now on. */
  identify(identity: Identity): void {
    this.identity = identity;
    this.expected = this.nextSequence = 0;
    this.isKnown = false;
  }

  /** The leader may have forgotten the producer, such as when it has not heard of it for long. */
  doubt(): void {
    this.isKnown = false;
  }

  /** The next batch to be sent and its number; undefined where none may be. */
  next(): { readonly batch: T; readonly sequence: number } | undefined {
    if (!this.isReady || this.identity === undefined) return undefined;
    const entry = this.entries.find(({ isSent }) => !isSent);
    if (entry === undefined) return undefined;
    entry.sequence ??= this.number(entry.batch);
    entry.isSent = true;
    this.underWay++;
    return { batch: entry.batch, sequence: entry.sequence };
  }

  /** The broker has it. Answers what is given up meanwhile. */
  stored(batch: T): readonly Unstored<T>[] {
    this.underWay--;
    const index = this.entries.findIndex((entry) => entry.batch === batch);
    const entry = this.entries[index];
    if (entry?.sequence === undefined) return this.resume();
    for (const earlier of this.entries.slice(0, index)) earlier.isLate = true;
    if (!entry.isLate) this.expected = (entry.sequence + batch.count) % SEQUENCES;
    this.entries.splice(index, 1);
    this.isKnown = !this.isDraining;
    return this.resume();
  }

  /** An attempt failed. Answers what is settled by that: this batch, others. */
  refused(batch: T, { verdict, ambiguous }: Refusal): readonly Unstored<T>[] {
    this.underWay--;
    this.isDraining = true;
    this.isKnown = false;
    const index = this.entries.findIndex((entry) => entry.batch === batch);
    const entry = this.entries[index];
    if (entry === undefined) return this.resume();
    entry.isSent = false;
    entry.isDoubtful ||= ambiguous;
    // Brokers answer that for all that follow one that they did not take.
    if (verdict === 'sequence' && index === 0 && !this.hasGap) this.isLost = true;
    const settled = verdict === 'final' ? [this.remove(entry)] : [];
    return [...settled, ...this.resume()];
  }

  /** Nobody waits for it any more. Answers it, and what is given up besides. */
  giveUp(batch: T): readonly Unstored<T>[] {
    const entry = this.entries.find((one) => one.batch === batch);
    if (entry === undefined) return [];
    entry.isDoubtful ||= entry.isSent;
    return [this.remove(entry), ...this.resume()];
  }

  private number(batch: T): number {
    const sequence = this.nextSequence;
    this.nextSequence = (sequence + batch.count) % SEQUENCES;
    return sequence;
  }

  private remove(entry: Entry<T>): Unstored<T> {
    this.entries.splice(this.entries.indexOf(entry), 1);
    if (entry.sequence !== undefined) this.isDraining = this.hasGap = true;
    this.isLost ||= entry.isDoubtful;
    return { batch: entry.batch, delivered: entry.isDoubtful ? 'unknown' : 'no' };
  }

  /** Goes on when all answers are there, with other numbers where it must. */
  private resume(): readonly Unstored<T>[] {
    if (!this.isDraining || this.underWay > 0) return [];
    this.isDraining = false;
    // Its number might be taken by a leader that has forgotten the producer, and it stored after them.
    this.isLost ||= this.entries.some(({ isLate, isDoubtful }) => isLate && !isDoubtful);
    if (this.hasGap && !this.isLost) this.isLost = !this.closeGap();
    this.hasGap = false;
    return this.isLost ? this.loseProducer() : [];
  }

  /** Gives the numbers of what is gone to what follows; answers whether nothing speaks against that. */
  private closeGap(): boolean {
    this.nextSequence = this.expected;
    for (const entry of this.entries) {
      if (entry.sequence === undefined) break;
      if (entry.isDoubtful && entry.sequence !== this.nextSequence) return false;
      entry.sequence = this.number(entry.batch);
    }
    return true;
  }

  private loseProducer(): readonly Unstored<T>[] {
    this.identity = undefined;
    const settled: Unstored<T>[] = [];
    for (const entry of [...this.entries]) {
      entry.sequence = undefined;
      if (entry.isDoubtful || entry.isLate) settled.push(this.remove(entry));
    }
    this.isLost = false;
    return settled;
  }
}
