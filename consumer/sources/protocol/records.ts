import type { Buffer } from 'node:buffer';
import type { TimestampType } from '../../event.js';
import type { FetchedRecord } from '../../source.js';
import { type Cursor, type RecordBatch, readVarint, readVarlong } from './record-batches.js';

/** A record whose bytes are where they were fetched, and are looked for when they are asked for. */
class BatchRecord implements FetchedRecord {
  readonly offset: bigint;
  readonly timestampMs: number;
  private readonly batch: RecordBatch;
  private readonly bytes: Buffer;
  /** Where the key's length is. */
  private readonly at: number;

  constructor(batch: RecordBatch, bytes: Buffer, cursor: Cursor) {
    this.batch = batch;
    this.bytes = bytes;
    // Its attributes are not used yet.
    cursor.at++;
    const sinceFirstMs = readVarlong(bytes, cursor);
    this.offset = batch.firstOffset + BigInt(readVarint(bytes, cursor));
    const { timestampType, firstTimestampMs, maxTimestampMs } = batch;
    this.timestampMs =
      timestampType === 'CREATE_TIME' ? firstTimestampMs + sinceFirstMs : maxTimestampMs;
    this.at = cursor.at;
  }

  get timestampType(): TimestampType {
    return this.batch.timestampType;
  }

  get key(): Uint8Array | null {
    return readBytes(this.bytes, { at: this.at });
  }

  get value(): Uint8Array | null {
    const cursor = { at: this.at };
    skipBytes(this.bytes, cursor);
    return readBytes(this.bytes, cursor);
  }

  get headers(): readonly (readonly [name: string, value: Uint8Array | null])[] {
    const cursor = { at: this.at };
    skipBytes(this.bytes, cursor);
    skipBytes(this.bytes, cursor);
    const headers: [string, Uint8Array | null][] = [];
    for (let left = readVarint(this.bytes, cursor); left > 0; left--) {
      const name = readBytes(this.bytes, cursor)?.toString() ?? '';
      headers.push([name, readBytes(this.bytes, cursor)]);
    }
    return headers;
  }
}

function readBytes(bytes: Buffer, cursor: Cursor): Buffer | null {
  const size = readVarint(bytes, cursor);
  if (size < 0) return null;
  const from = cursor.at;
  cursor.at += size;
  return bytes.subarray(from, cursor.at);
}

function skipBytes(bytes: Buffer, cursor: Cursor): void {
  const size = readVarint(bytes, cursor);
  if (size > 0) cursor.at += size;
}

/** @param bytes the batch's records, without compression */
export function recordsOf(batch: RecordBatch, bytes: Buffer): readonly FetchedRecord[] {
  const records: FetchedRecord[] = [];
  const cursor = { at: 0 };
  for (let left = batch.count; left > 0; left--) {
    const size = readVarint(bytes, cursor);
    const next = cursor.at + size;
    if (size <= 0 || next > bytes.length) {
      throw new RangeError(`the record batch at offset ${batch.firstOffset} is damaged`);
    }
    records.push(new BatchRecord(batch, bytes, cursor));
    cursor.at = next;
  }
  return records;
}
