/** Holds what a producer said against what the topic has. */
import type { Ledger } from './ledger.js';

/** The message at each offset of each partition; {@link FOREIGN} for what is not of this run. */
export type Stored = readonly (readonly number[])[];

export const FOREIGN = -1;

/** What a report has for an offset that the broker did not tell. */
const NO_OFFSET = -1;

/** What must not happen. */
export const WRONGS = [
  'lost',
  'doubled',
  'misordered',
  'wrong no',
  'wrong offset',
  'unsettled',
] as const;
export type Wrong = (typeof WRONGS)[number];

export interface Account {
  readonly sent: number;
  readonly acknowledged: number;
  readonly no: number;
  readonly unknown: number;
  /**
   * - `lost`: acknowledged, and not there;
   * - `doubled`: there more than once, whatever was said;
   * - `misordered`: acknowledged, and behind a later one of the same key and partition;
   * - `wrong no`: said not to be delivered, and there;
   * - `wrong offset`: acknowledged, and there, but elsewhere than was said; where no offset was, in another partition;
   * - `unsettled`: neither acknowledged nor failed.
   */
  readonly wrongs: Readonly<Record<Wrong, number>>;
  /** The first of each, in words. */
  readonly examples: Readonly<Partial<Record<Wrong, string>>>;
  /** Of those whose fate is unknown: those that are there, and those behind a later one of their key. */
  readonly unknownStored: number;
  readonly unknownLate: number;
}

export function account(ledger: Ledger, stored: Stored): Account {
  const tally = new Tally();
  const copies = new Uint8Array(ledger.size);
  stored.forEach((messages, partition) => {
    readPartition({ ledger, tally, copies }, messages, partition);
  });
  for (let message = 0; message < ledger.size; message++) {
    judge({ ledger, tally, copies }, message, stored);
  }
  return {
    sent: ledger.size,
    acknowledged: ledger.count('acknowledged'),
    no: ledger.count('no'),
    unknown: ledger.count('unknown'),
    wrongs: tally.wrongs,
    examples: tally.examples,
    unknownStored: tally.unknownStored,
    unknownLate: tally.unknownLate,
  };
}

class Tally {
  readonly wrongs: Record<Wrong, number> = {
    lost: 0,
    doubled: 0,
    misordered: 0,
    'wrong no': 0,
    'wrong offset': 0,
    unsettled: 0,
  };
  readonly examples: Partial<Record<Wrong, string>> = {};
  unknownStored = 0;
  unknownLate = 0;

  add(wrong: Wrong, example: () => string): void {
    this.wrongs[wrong]++;
    this.examples[wrong] ??= example();
  }
}

interface Work {
  readonly ledger: Ledger;
  readonly tally: Tally;
  /** How often each message is there, up to 255. */
  readonly copies: Uint8Array;
}

function readPartition(
  { ledger, tally, copies }: Work,
  messages: readonly number[],
  partition: number,
): void {
  /** By key: the latest acknowledged message so far. */
  const latest = new Map<number, number>();
  for (const [offset, message] of messages.entries()) {
    const key = ledger.keyOf(message);
    if (key === undefined) continue;
    const at = () => `message ${message} of key ${key} at ${partition}@${offset}`;
    copies[message] = Math.min(255, (copies[message] ?? 0) + 1);
    if (copies[message] !== 1) {
      tally.add('doubled', () => `${at()} is there before`);
      continue;
    }
    const fate = ledger.fateOf(message);
    const before = latest.get(key) ?? -1;
    if (fate === 'no') tally.add('wrong no', () => `${at()} was said not to be delivered`);
    if (fate === 'unknown') {
      tally.unknownStored++;
      if (message < before) tally.unknownLate++;
    }
    if (fate !== 'acknowledged') continue;
    if (message < before) tally.add('misordered', () => `${at()} is behind message ${before}`);
    latest.set(key, Math.max(before, message));
  }
}

function judge({ ledger, tally, copies }: Work, message: number, stored: Stored): void {
  const fate = ledger.fateOf(message);
  if (fate === 'pending') tally.add('unsettled', () => `message ${message} has no outcome`);
  if (fate !== 'acknowledged') return;
  const { partition, offset } = ledger.placeOf(message);
  if (stored[partition]?.[offset] === message) return;
  // Of one that was stored by an earlier try the broker may not know the offset; the place it must know.
  if (offset === NO_OFFSET && stored[partition]?.includes(message)) return;
  const said = () =>
    `message ${message} of key ${ledger.keyOf(message)}, acknowledged at ${partition}@${offset},`;
  if (copies[message] !== 0) return tally.add('wrong offset', () => `${said()} is elsewhere`);
  if (!ledger.isExcused(message)) tally.add('lost', () => `${said()} is not there`);
}
