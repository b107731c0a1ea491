/** Holds what the topic has against what became of it. */
import { GOOD, type StoredEvent } from './events.js';
import type { Entry } from './journal.js';
import type { StoredLetter } from './letters.js';
import { POISON } from './poison.js';
import type { Policy } from './policies.js';

/** What must not happen. */
export const WRONGS = [
  'lost',
  'good refused',
  'poison handled',
  'poison lost',
  'wrong place',
  'wrong cause',
  'changed',
  'misordered',
  'after commit',
  'repeats',
  'miscounted',
] as const;
export type Wrong = (typeof WRONGS)[number];

export interface Seen {
  readonly events: readonly StoredEvent[];
  readonly entries: readonly Entry[];
  readonly letters: readonly StoredLetter[];
  readonly policy: Pick<Policy, 'poisonIn' | 'losesGood' | 'repeatsAfterKillsOnly'>;
  /** Records of an invocation, at most. */
  readonly batchSize: number;
}

export interface Account {
  readonly events: number;
  /** Good events that were handled. */
  readonly handled: number;
  /** Times that one was handled once more. */
  readonly repeated: number;
  readonly poison: number;
  /** Records that the log says were skipped. */
  readonly skipped: number;
  /** Records with a dead letter. */
  readonly letters: number;
  readonly atDestination: { readonly good: number; readonly bad: number };
  /** Times that the group was joined anew without a kill. */
  readonly rejoined: number;
  /**
   * - `lost`: good, and never handled; where the policy gives up good ones, nor at the destination;
   * - `good refused`: good, and skipped, a dead letter, or at the destination where it must not be;
   * - `poison handled`, `poison lost`: neither where it belongs nor elsewhere;
   * - `wrong place`: poison, and elsewhere than where it belongs;
   * - `wrong cause`: skipped or a dead letter, for another cause than its own;
   * - `changed`: a dead letter whose key or value is another than the record's;
   * - `misordered`: handled for the first time behind a later one of its key;
   * - `after commit`: handled once it was committed;
   * - `repeats`: more than a batch of a partition handled again after one kill, or any without;
   * - `miscounted`: the log's counts of skipped records do not add up.
   */
  readonly wrongs: Readonly<Record<Wrong, number>>;
  /** The first of each, in words. */
  readonly examples: Readonly<Partial<Record<Wrong, string>>>;
}

export function account(seen: Seen): Account {
  const tally = new Tally(seen);
  for (const entry of seen.entries) tally.read(entry);
  for (const letter of seen.letters) tally.readLetter(letter);
  for (const event of seen.events) tally.judge(event);
  return tally.account();
}

interface Place {
  readonly partition: number;
  readonly offset: number;
}

const idOf = ({ partition, offset }: Place) => `${partition}@${offset}`;

class Tally {
  private readonly seen: Seen;
  private readonly events: ReadonlyMap<string, StoredEvent>;
  private readonly wrongs = Object.fromEntries(WRONGS.map((wrong) => [wrong, 0])) as Record<
    // Safe: made of all of them.
    Wrong,
    number
  >;
  private readonly examples: Partial<Record<Wrong, string>> = {};
  private readonly handled = new Set<string>();
  private readonly skipped = new Set<string>();
  private readonly lettered = new Set<string>();
  private readonly gaveUp = new Set<string>();
  /** By key: the latest event that was handled. */
  private readonly latest = new Map<string, number>();
  /** By partition. */
  private readonly committed = new Map<number, number>();
  /** By partition, since the consumer began the last time. */
  private readonly again = new Map<number, number>();
  private begun = 0;
  private rejoined = 0;
  private repeated = 0;
  private skips = 0;
  private countedSkips = 0;

  constructor(seen: Seen) {
    this.seen = seen;
    this.events = new Map(seen.events.map((event) => [idOf(event), event]));
  }

  read(entry: Entry): void {
    switch (entry.did) {
      case 'began':
        this.again.clear();
        this.begun += 1;
        if (entry.how === 'joined') this.rejoined += 1;
        return;
      case 'handled':
        return this.readHandled(entry);
      case 'skipped':
        this.skips += 1;
        this.skipped.add(idOf(entry));
        return this.checkCause(entry, entry.code);
      case 'counted':
        this.countedSkips += entry.skipped;
        return;
      case 'committed':
        this.committed.set(entry.partition, entry.offset);
        return;
      case 'gaveUp':
        this.gaveUp.add(idOf(entry));
    }
  }

  private readHandled(place: Place): void {
    const id = idOf(place);
    const { partition, offset } = place;
    if (offset < (this.committed.get(partition) ?? 0)) this.wrong('after commit', id);
    if (this.handled.has(id)) {
      this.repeated += 1;
      this.readRepeat(id, partition);
      return;
    }
    this.handled.add(id);
    // In one partition, as all of one key are.
    const key = `${this.events.get(id)?.key}`;
    const before = this.latest.get(key) ?? -1;
    if (offset < before) this.wrong('misordered', `${id}, behind offset ${before} of its key`);
    this.latest.set(key, Math.max(before, offset));
  }

  private readRepeat(id: string, partition: number): void {
    if (!this.seen.policy.repeatsAfterKillsOnly) return;
    const count = (this.again.get(partition) ?? 0) + 1;
    this.again.set(partition, count);
    if (this.begun < 2) this.wrong('repeats', `${id} is handled again without a kill`);
    if (count > this.seen.batchSize)
      this.wrong('repeats', `${id} is the ${count}th of its partition after a kill`);
  }

  readLetter(letter: StoredLetter): void {
    const id = idOf(letter);
    this.lettered.add(id);
    this.checkCause(letter, letter.code);
    const event = this.events.get(id);
    if (event === undefined || event.kind === GOOD) return;
    if (!same(event.key, letter.key) || !same(event.value, letter.value))
      this.wrong('changed', `${id} (${event.kind})`);
  }

  private checkCause(place: Place, code: string): void {
    const id = idOf(place);
    const kind = this.events.get(id)?.kind ?? 'no event';
    if (kind === GOOD) return;
    if (POISON[kind]?.code !== code) this.wrong('wrong cause', `${id} (${kind}) is ${code}`);
  }

  judge(event: StoredEvent): void {
    if (event.kind === GOOD) this.judgeGood(idOf(event));
    else this.judgePoison(idOf(event), event.kind);
  }

  private judgeGood(id: string): void {
    const { losesGood } = this.seen.policy;
    const isGivenUp = this.gaveUp.has(id);
    if (this.skipped.has(id) || this.lettered.has(id) || (isGivenUp && !losesGood))
      this.wrong('good refused', `${id}, for ${isGivenUp ? 'the destination' : 'its contents'}`);
    if (!this.handled.has(id) && !isGivenUp) this.wrong('lost', id);
  }

  private judgePoison(id: string, kind: string): void {
    const { poisonIn } = this.seen.policy;
    const said = `${id} (${kind})`;
    if (this.handled.has(id)) this.wrong('poison handled', said);
    const places = { log: this.skipped, letters: this.lettered, destination: this.gaveUp };
    const found = Object.entries(places).flatMap(([name, ids]) => (ids.has(id) ? [name] : []));
    if (found.length === 0) this.wrong('poison lost', said);
    const isElsewhere = found.some((name) => !poisonIn.split(' or ').includes(name));
    if (isElsewhere) this.wrong('wrong place', `${said} is in ${found.join(' and ')}`);
  }

  account(): Account {
    const { events } = this.seen;
    const good = events.filter(({ kind }) => kind === GOOD);
    const goodGivenUp = good.filter((event) => this.gaveUp.has(idOf(event))).length;
    // A kill comes between a record and its count at times, never the other way round.
    if (this.countedSkips < this.skipped.size || this.countedSkips > this.skips)
      this.wrong(
        'miscounted',
        `the log says ${this.countedSkips} for ${this.skipped.size} records that were skipped ${this.skips} times`,
      );
    return {
      events: events.length,
      handled: this.handled.size,
      repeated: this.repeated,
      poison: events.length - good.length,
      skipped: this.skipped.size,
      letters: this.lettered.size,
      atDestination: { good: goodGivenUp, bad: this.gaveUp.size - goodGivenUp },
      rejoined: this.rejoined,
      wrongs: this.wrongs,
      examples: this.examples,
    };
  }

  private wrong(wrong: Wrong, example: string): void {
    this.wrongs[wrong] += 1;
    this.examples[wrong] ??= example;
  }
}

function same(a: Buffer | null, b: Buffer | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}
