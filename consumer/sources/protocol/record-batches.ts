/** https://kafka.apache.org/documentation/#recordbatch */
import { Buffer } from 'node:buffer';
import type { TimestampType } from '../../event.js';
import type { AbortedTransaction } from './log-requests.js';

/** Positions in the header of a record batch. */
const AT = {
  length: 8,
  magic: 16,
  attributes: 21,
  lastOffsetDelta: 23,
  firstTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  count: 57,
  records: 61,
} as const;
/** What the length of a batch does not count: its first offset and the length itself. */
const BEFORE_LENGTH = 12;
const MAGIC = 2;

const COMPRESSION = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

/** By the numbers that attributes have. */
const CODECS = [undefined, 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type Codec = NonNullable<(typeof CODECS)[number]>;

/** A batch whose records are not looked at yet. */
export interface RecordBatch {
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
  readonly firstTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly timestampType: TimestampType;
  readonly producerId: bigint;
  readonly isTransactional: boolean;
  readonly isControl: boolean;
  readonly codec: Codec | undefined;
  readonly count: number;
  /** The records, compressed by {@link codec}. */
  readonly records: Buffer;
  /** Of all of it. */
  readonly bytes: number;
}

/** What was fetched holds batches of before Kafka 0.11, or is none at all. */
export class UnknownFormat extends Error {
  override readonly name = 'UnknownFormat';
}

/** The batches of a fetch, but one that is cut off at its end. @throws UnknownFormat */
export function* recordBatches(fetched: Uint8Array): Generator<RecordBatch> {
  const bytes = Buffer.from(fetched.buffer, fetched.byteOffset, fetched.byteLength);
  for (let from = 0; from + AT.records <= bytes.length; ) {
    const magic = bytes.readInt8(from + AT.magic);
    if (magic !== MAGIC) throw new UnknownFormat(`records of format ${magic}`);
    const to = from + BEFORE_LENGTH + bytes.readInt32BE(from + AT.length);
    if (to > bytes.length) return;
    if (to < from + AT.records) throw new UnknownFormat('a record batch without a header');
    yield readBatch(bytes.subarray(from, to));
    from = to;
  }
}

function readBatch(bytes: Buffer): RecordBatch {
  const attributes = bytes.readInt16BE(AT.attributes);
  const firstOffset = bytes.readBigInt64BE(0);
  const codec = CODECS[attributes & COMPRESSION];
  if (codec === undefined && (attributes & COMPRESSION) !== 0) {
    throw new UnknownFormat(`compression ${attributes & COMPRESSION}`);
  }
  return {
    firstOffset,
    lastOffset: firstOffset + BigInt(bytes.readInt32BE(AT.lastOffsetDelta)),
    firstTimestampMs: Number(bytes.readBigInt64BE(AT.firstTimestamp)),
    maxTimestampMs: Number(bytes.readBigInt64BE(AT.maxTimestamp)),
    timestampType: (attributes & LOG_APPEND_TIME) === 0 ? 'CREATE_TIME' : 'LOG_APPEND_TIME',
    producerId: bytes.readBigInt64BE(AT.producerId),
    isTransactional: (attributes & TRANSACTIONAL) !== 0,
    isControl: (attributes & CONTROL) !== 0,
    codec,
    count: bytes.readInt32BE(AT.count),
    records: bytes.subarray(AT.records),
    bytes: bytes.length,
  };
}

/**
 * The batches that readers of what is committed see. As in Kafka's own client, and unlike kafkajs's,
 * aborted transactions are taken in the order in which they begin, and each ends at its own marker.
 */
export function* committed(
  batches: Iterable<RecordBatch>,
  aborted: readonly AbortedTransaction[],
): Generator<RecordBatch> {
  const begins = [...aborted].sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  const open = new Set<bigint>();
  let next = 0;
  for (const batch of batches) {
    for (let one = begins[next]; one && one.firstOffset <= batch.lastOffset; one = begins[++next]) {
      open.add(one.producerId);
    }
    if (batch.isControl) {
      if (isAbortMarker(batch)) open.delete(batch.producerId);
    } else if (!batch.isTransactional || !open.has(batch.producerId)) {
      yield batch;
    }
  }
}

/** The key of a control record: a version, and what it is. */
const CONTROL_KEY_TYPE_AT = 2;
const ABORT = 0;

function isAbortMarker({ records, count }: RecordBatch): boolean {
  if (count < 1) return false;
  const at = { at: 0 };
  // Its length, attributes, timestamp and offset.
  readVarint(records, at);
  at.at++;
  skipVarint(records, at);
  skipVarint(records, at);
  const keySize = readVarint(records, at);
  if (keySize < CONTROL_KEY_TYPE_AT + 2) return false;
  return records.readInt16BE(at.at + CONTROL_KEY_TYPE_AT) === ABORT;
}

/** Where a reader is. */
export interface Cursor {
  at: number;
}

/** A number of 32 bits: seven bits a byte, the lowest first, the sign in the lowest bit of all. */
export function readVarint(bytes: Buffer, cursor: Cursor): number {
  let byte = bytes[cursor.at++] ?? 0;
  let value = byte & 0x7f;
  for (let shift = 7; byte >= 0x80; shift += 7) {
    byte = bytes[cursor.at++] ?? 0;
    value |= (byte & 0x7f) << shift;
  }
  return (value >>> 1) ^ -(value & 1);
}

/** Up to 2^53, as a time in milliseconds has no more. */
export function readVarlong(bytes: Buffer, cursor: Cursor): number {
  let value = 0;
  let factor = 1;
  let byte: number;
  do {
    byte = bytes[cursor.at++] ?? 0;
    value += (byte & 0x7f) * factor;
    factor *= 0x80;
  } while (byte >= 0x80);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function skipVarint(bytes: Buffer, cursor: Cursor): void {
  while ((bytes[cursor.at++] ?? 0) >= 0x80);
}
