/** What a member handled, in a file that outlives it: an entry of a fixed size each, in order. */
import { openSync, readFileSync, statSync, writeSync } from 'node:fs';
import type { Sequenced } from './runner-events.js';

export interface Entry extends Sequenced {
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

const ENTRY_BYTES = 24;

/** An entry is written when this returns, as far as the death of this process goes. */
export function openJournal(file: string): (entry: Entry) => void {
  const handle = openSync(file, 'a');
  const bytes = Buffer.alloc(ENTRY_BYTES);
  return ({ partition, offset, key, seq, atMs }) => {
    bytes.writeInt32LE(partition, 0);
    bytes.writeInt32LE(offset, 4);
    bytes.writeInt32LE(key, 8);
    bytes.writeInt32LE(seq, 12);
    bytes.writeDoubleLE(atMs, 16);
    writeSync(handle, bytes);
  };
}

export function countEntries(file: string): number {
  return Math.floor((statSync(file, { throwIfNoEntry: false })?.size ?? 0) / ENTRY_BYTES);
}

export function* readEntries(file: string): Generator<Entry> {
  const count = countEntries(file);
  if (count === 0) return;
  const bytes = readFileSync(file);
  for (let at = 0; at < count * ENTRY_BYTES; at += ENTRY_BYTES) {
    yield {
      partition: bytes.readInt32LE(at),
      offset: bytes.readInt32LE(at + 4),
      key: bytes.readInt32LE(at + 8),
      seq: bytes.readInt32LE(at + 12),
      atMs: bytes.readDoubleLE(at + 16),
    };
  }
}
