/** Holds what members handled against what the topic has. */
import { type Sequenced, sequencedAt } from './runner-events.js';
import type { Entry } from './runner-journal.js';

/** What must not happen. */
export const WRONGS = ['lost', 'misordered', 'foreign', 'repeated beyond', 'uncommitted'] as const;
export type Wrong = (typeof WRONGS)[number];

export interface MemberWork {
  readonly entries: Iterable<Entry>;
  /** How often harm was done to this process after which what it had under way may come again. */
  readonly faults: number;
}

export interface Work {
  /** The end of each partition's log. */
  readonly ends: readonly number[];
  /** What the group has committed of each at the end. */
  readonly committed: readonly number[];
  readonly members: readonly MemberWork[];
  /** How many records a member takes of a partition at once. */
  readonly maxRecords: number;
}

export interface Account {
  readonly events: number;
  /** All handlings, of which `repeats` were not the first of their record. */
  readonly handlings: number;
  readonly repeats: number;
  /** Most repeats of what one member handled of one partition. */
  readonly worst: number;
  readonly faults: number;
  /** From the first handling to the last one, in milliseconds. */
  readonly tookMs: number;
  /** The longest time in which nobody handled anything, in milliseconds. */
  readonly gapMs: number;
  /**
   * - `lost`: handled by nobody;
   * - `misordered`: handled for the first time, after a later one of its key;
   * - `foreign`: handled with another content than was written there;
   * - `repeated beyond`: more of a member's partition came again than one batch for each fault of that member;
   * - `uncommitted`: of records that are before the log's end, and were not committed when all was over.
   */
  readonly wrongs: Readonly<Record<Wrong, number>>;
  /** The first of each, in words. */
  readonly examples: Readonly<Partial<Record<Wrong, string>>>;
}

interface Handling extends Entry {
  readonly member: number;
}

export function account(work: Work): Account {
  const tally = new Tally();
  const partitions: Handling[][] = work.ends.map(() => []);
  const times: number[] = [];
  for (const [member, { entries }] of work.members.entries()) {
    for (const entry of entries) {
      times.push(entry.atMs);
      const handlings = partitions[entry.partition];
      if (handlings === undefined) tally.add('foreign', () => `partition ${entry.partition}`);
      else handlings.push({ ...entry, member });
    }
  }
  for (const [partition, handlings] of partitions.entries()) {
    // Stable: those of one process stay in its order.
    handlings.sort((a, b) => a.atMs - b.atMs);
    readPartition(work, { partition, handlings, tally });
  }
  const { wrongs, examples, repeats, worst } = tally;
  return {
    events: work.ends.reduce((sum, end) => sum + end, 0),
    handlings: times.length,
    faults: work.members.reduce((sum, { faults }) => sum + faults, 0),
    ...spans(Float64Array.from(times).sort()),
    ...{ wrongs, examples, repeats, worst },
  };
}

function spans(times: Float64Array): { readonly tookMs: number; readonly gapMs: number } {
  let gapMs = 0;
  for (const [n, atMs] of times.entries()) gapMs = Math.max(gapMs, atMs - (times[n - 1] ?? atMs));
  return { tookMs: (times.at(-1) ?? 0) - (times[0] ?? 0), gapMs };
}

class Tally {
  readonly wrongs: Record<Wrong, number> = {
    lost: 0,
    misordered: 0,
    foreign: 0,
    'repeated beyond': 0,
    uncommitted: 0,
  };
  readonly examples: Partial<Record<Wrong, string>> = {};
  repeats = 0;
  worst = 0;

  add(wrong: Wrong, example: () => string, count = 1): void {
    this.wrongs[wrong] += count;
    this.examples[wrong] ??= example();
  }
}

interface PartitionWork {
  readonly partition: number;
  readonly handlings: readonly Handling[];
  readonly tally: Tally;
}

function readPartition(work: Work, { partition, handlings, tally }: PartitionWork): void {
  const end = work.ends[partition] ?? 0;
  /** Who handled each offset last. */
  const handler = new Int32Array(end).fill(-1);
  const latest = new Map<number, Sequenced>();
  const repeatsOf = new Array<number>(work.members.length).fill(0);
  for (const { offset, key, seq, member } of handlings) {
    const at = () => `${partition}@${offset}, event ${seq} of key ${key}`;
    const there = sequencedAt(partition, offset);
    if (there.key !== key || there.seq !== seq || offset >= end) {
      tally.add('foreign', () => `${at()} is event ${there.seq} of key ${there.key}`);
      continue;
    }
    const before = handler[offset] ?? -1;
    handler[offset] = member;
    if (before >= 0) {
      // It is the earlier handling that did not count.
      repeatsOf[before] = (repeatsOf[before] ?? 0) + 1;
      continue;
    }
    const last = latest.get(key)?.seq ?? -1;
    if (seq < last) tally.add('misordered', () => `${at()} is behind event ${last}`);
    else latest.set(key, { key, seq });
  }
  for (const [offset, member] of handler.entries())
    if (member < 0) tally.add('lost', () => `${partition}@${offset}`);
  judgeRepeats(work, repeatsOf, { partition, tally });
  const committed = work.committed[partition] ?? 0;
  if (committed !== end) {
    const example = () => `partition ${partition} at ${committed} of ${end}`;
    tally.add('uncommitted', example, Math.abs(end - committed));
  }
}

function judgeRepeats(
  { members, maxRecords }: Work,
  repeatsOf: readonly number[],
  { partition, tally }: Omit<PartitionWork, 'handlings'>,
): void {
  for (const [member, repeats] of repeatsOf.entries()) {
    const { faults = 0 } = members[member] ?? {};
    tally.repeats += repeats;
    tally.worst = Math.max(tally.worst, repeats);
    const beyond = repeats - faults * maxRecords;
    const example = () =>
      `${repeats} of what process ${member} handled of partition ${partition} came again, after ${faults} faults`;
    if (beyond > 0) tally.add('repeated beyond', example, beyond);
  }
}
