import { equal, ok } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  FetchedBatch,
  Source,
  SourcePartition,
  SourceState,
  Sources,
  StartingPosition,
} from '../../consumer/index.js';
import { text } from '../contract/bench.js';
import type { SourceSubject, WrittenRecord } from './subject.js';

/** What takes longer does not come, in milliseconds: a rebalance and a broker that starts are within it. */
const PATIENCE_MS = 90_000;
/** A look that finds nothing, in milliseconds. */
const LOOK_MS = 1_000;
/** Between two looks at what a member told, in milliseconds. */
const STEP_MS = 20;
const MOMENT_MS = Date.UTC(2026, 0, 1);

/** One thing that every source keeps. */
export type SourceCase = (bench: Bench) => Promise<void>;
/** By what it is called. */
export type SourceCases = Readonly<Record<string, SourceCase>>;

/** A subject, and the members that a case opened. */
export class Bench {
  readonly subject: SourceSubject;
  readonly patience: Patience;
  private readonly opened: Source[] = [];

  constructor(subject: SourceSubject) {
    this.subject = subject;
    this.patience = new Patience(subject.patienceMs);
  }

  get lookMs(): number {
    return this.subject.lookMs ?? LOOK_MS;
  }

  lacks(what: NonNullable<SourceSubject['lacks']>[number]): boolean {
    return this.subject.lacks?.includes(what) === true;
  }

  group(): string {
    return `contract-${randomUUID()}`;
  }

  /** A topic with so many numbered records in each of its partitions. */
  async topic(partitions: number, records = 0): Promise<string> {
    const topic = await this.subject.createTopic(partitions);
    for (let partition = 0; partition < partitions; partition++) {
      if (records > 0) await this.write({ topic, partition }, numbered(records));
    }
    return topic;
  }

  async write(at: SourcePartition, records: readonly WrittenRecord[]): Promise<void> {
    await this.subject.write({ topic: at.topic, partition: at.partition }, records);
  }

  /** A source that has joined no group yet. */
  make(group = this.group(), sources: Sources = this.subject.sources): Source {
    const source = sources(group);
    this.opened.push(source);
    return source;
  }

  /** A member that has joined its group, and has its share. */
  async member(topic: string, options: MemberOptions = {}): Promise<Member> {
    const member = this.joining(options);
    await this.patience.inTime('subscribe', member.subscribe(topic));
    await this.patience.until('it reads', () => member.is('reading'));
    return member;
  }

  /** A member that is yet to subscribe. */
  joining(options: MemberOptions = {}, sources?: Sources): Member {
    return new Member(this.make(options.group, sources), options, this);
  }

  async close(source: Source): Promise<void> {
    await this.patience.inTime('close', source.close());
  }

  /** These members have all partitions of the topic, each one of them. */
  async shared(topic: string, count: number, members: readonly Member[]): Promise<void> {
    const all = Array.from({ length: count }, (_, partition) => id({ topic, partition })).sort();
    const have = () => members.flatMap(({ owned }) => [...owned]).sort();
    const isShared = () => members.every(({ owned }) => owned.size > 0);
    await this.patience.until(
      `${members.length} members share ${count} partitions`,
      () => isShared() && have().join() === all.join(),
    );
  }

  async end(): Promise<void> {
    await Promise.all(this.opened.map((source) => this.close(source)));
  }
}

export type OnRevoked = (partitions: readonly SourcePartition[]) => Promise<void>;

export interface MemberOptions {
  readonly group?: string | undefined;
  readonly from?: StartingPosition | undefined;
  readonly onRevoked?: OnRevoked | undefined;
}

/** A source with what it told. */
export class Member {
  readonly source: Source;
  /** Partitions that it has, as `topic-partition`. */
  readonly owned = new Set<string>();
  /** Those that it lost, in the order told. */
  readonly lost: SourcePartition[] = [];
  readonly states: SourceState[] = [];
  private readonly options: MemberOptions;
  private readonly bench: Bench;

  constructor(source: Source, options: MemberOptions, bench: Bench) {
    this.source = source;
    this.options = options;
    this.bench = bench;
  }

  async subscribe(topic: string): Promise<void> {
    await this.source.subscribe({
      topics: [topic],
      from: this.options.from,
      onAssigned: (partitions) => {
        for (const at of partitions) this.owned.add(id(at));
      },
      onRevoked: async (partitions) => {
        await this.options.onRevoked?.(partitions);
        for (const at of partitions) this.owned.delete(id(at));
      },
      onLost: (partitions) => {
        this.lost.push(...partitions);
        for (const at of partitions) this.owned.delete(id(at));
      },
      onState: (state) => this.states.push(state),
    });
  }

  is(state: SourceState['is']): boolean {
    return this.states.at(-1)?.is === state;
  }

  has(at: SourcePartition): boolean {
    return this.owned.has(id(at));
  }

  /** The next batch, however long it takes. */
  async next(maxRecords = 100): Promise<FetchedBatch> {
    const look = { maxRecords, waitMs: this.bench.lookMs };
    const batch = await this.bench.patience.answer('a record', () => this.source.poll(look));
    ok(batch.records.length > 0, 'a batch has a record');
    ok(batch.records.length <= maxRecords, `at most ${maxRecords} records`);
    return batch;
  }

  async nothing(): Promise<void> {
    const { lookMs } = this.bench;
    const batch = await this.source.poll({ maxRecords: 100, waitMs: lookMs });
    equal(batch && values(batch).join(' '), undefined, 'nothing is given');
  }

  /** Commits the end of a batch. */
  async settle(batch: FetchedBatch): Promise<void> {
    await this.bench.patience.inTime('commit', this.source.commit([end(batch)]));
  }

  /** Reads and commits until there are so many records; answers their values. */
  async read(count: number, maxRecords = 100): Promise<readonly string[]> {
    const found: string[] = [];
    while (found.length < count) {
      const batch = await this.next(maxRecords);
      found.push(...values(batch));
      await this.settle(batch);
    }
    equal(found.length, count, `${count} records, not ${found.join(' ')}`);
    return found;
  }
}

export function written(value: string, more: Partial<WrittenRecord> = {}): WrittenRecord {
  const bytes = new TextEncoder().encode(value);
  return { key: null, value: bytes, headers: [], timestampMs: MOMENT_MS, ...more };
}

/** `m0`, `m1` …, each a millisecond after the other. */
export function numbered(count: number, from = 0): readonly WrittenRecord[] {
  return names(count, from).map((name, n) => written(name, { timestampMs: at(from + n) }));
}

export function names(count: number, from = 0): readonly string[] {
  return Array.from({ length: count }, (_, n) => `m${from + n}`);
}

/** The time of a numbered record, in milliseconds since the epoch. */
export function at(n: number): number {
  return MOMENT_MS + n;
}

export function values({ records }: FetchedBatch): readonly string[] {
  return records.map(({ value }) => text(value));
}

/** Behind the last record of a batch. */
export function end({ topic, partition, records }: FetchedBatch) {
  return { topic, partition, offset: (records.at(-1)?.offset ?? -1n) + 1n };
}

export function id({ topic, partition }: SourcePartition): string {
  return `${topic}-${partition}`;
}

/** How long what is to come is waited for. */
export class Patience {
  private readonly ms: number;

  constructor(ms = PATIENCE_MS) {
    this.ms = ms;
  }

  /** Asks until there is an answer. */
  async answer<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
    const untilMs = Date.now() + this.ms;
    while (Date.now() < untilMs) {
      const answer = await ask();
      if (answer !== undefined) return answer;
    }
    throw new Error(`${what}: it never came`);
  }

  async until(what: string, isSo: () => boolean): Promise<void> {
    await this.answer(what, async () => {
      if (isSo()) return true;
      await sleep(STEP_MS);
      return undefined;
    });
  }

  /** Fails where no answer comes. */
  async inTime<T>(what: string, work: Promise<T>): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${what}: no answer came`)), this.ms);
    });
    return await Promise.race([work, late]).finally(() => clearTimeout(timer));
  }
}
