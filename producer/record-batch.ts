import type { OutgoingMessage } from './transport.js';

/**
 * Messages of one partition as Kafka stores them, in a record batch of version 2. Who wrote it and
 * its number are filled in by {@link stampBatch}, as often as they change.
 * https://kafka.apache.org/documentation/#recordbatch
 */
export function encodeBatch(messages: readonly OutgoingMessage[]): Buffer {
  const [first] = messages;
  const firstMs = first?.timestampMs ?? 0;
  const sizes = messages.map((message, index) => sizeOfRecord(message, index, firstMs));
  const records = sizes.reduce((sum, size) => sum + sizeOfVarint(size) + size, 0);
  const batch = Buffer.allocUnsafe(HEADER_BYTES + records);
  batch.writeBigInt64BE(0n, AT.baseOffset);
  batch.writeInt32BE(batch.length - AT.leaderEpoch, AT.length);
  batch.writeInt32BE(-1, AT.leaderEpoch);
  batch.writeInt8(MAGIC, AT.magic);
  // Not compressed, the time is the sender's, no transaction.
  batch.writeInt16BE(0, AT.attributes);
  batch.writeInt32BE(messages.length - 1, AT.lastOffsetDelta);
  batch.writeBigInt64BE(BigInt(firstMs), AT.firstTimestamp);
  const lastMs = messages.reduce((last, { timestampMs }) => Math.max(last, timestampMs), firstMs);
  batch.writeBigInt64BE(BigInt(lastMs), AT.maxTimestamp);
  batch.writeInt32BE(messages.length, AT.count);
  const writer = new RecordWriter(batch, HEADER_BYTES);
  messages.forEach((message, index) => {
    writer.varint(sizes[index] ?? 0);
    writer.record(message, index, firstMs);
  });
  return batch;
}

/** Who wrote a batch, and its number among those of the writer in the partition. */
export interface BatchStamp {
  readonly producerId: bigint;
  readonly epoch: number;
  /** Of its first message. */
  readonly sequence: number;
}

/** Fills in what a broker tells batches apart by, and the checksum over it. */
export function stampBatch(
  batch: Buffer,
  stamp: BatchStamp,
  crc32c: (bytes: Uint8Array) => number,
): void {
  batch.writeBigInt64BE(stamp.producerId, AT.producerId);
  batch.writeInt16BE(stamp.epoch, AT.epoch);
  batch.writeInt32BE(stamp.sequence, AT.sequence);
  batch.writeUInt32BE(crc32c(batch.subarray(AT.attributes)), AT.crc);
}

/** Where a batch has what, in bytes. */
const AT = {
  baseOffset: 0,
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  firstTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  epoch: 51,
  sequence: 53,
  count: 57,
} as const;
const HEADER_BYTES = 61;
const MAGIC = 2;

function sizeOfRecord(message: OutgoingMessage, index: number, firstMs: number): number {
  const { key, value, headers } = message;
  let size = 1 + sizeOfVarint(message.timestampMs - firstMs) + sizeOfVarint(index);
  size += sizeOfBytes(key) + sizeOfBytes(value) + sizeOfVarint(headers.length);
  for (const [name, bytes] of headers) {
    const length = Buffer.byteLength(name);
    size += sizeOfVarint(length) + length + sizeOfBytes(bytes);
  }
  return size;
}

function sizeOfBytes(bytes: Uint8Array | null): number {
  return bytes === null ? 1 : sizeOfVarint(bytes.length) + bytes.length;
}

/** Small numbers have bits enough in 32; times may be farther apart. */
const SMALL = 2 ** 30;

function sizeOfVarint(value: number): number {
  let rest = zigzag(value);
  let size = 1;
  for (; rest >= 0x80; size++) rest = Math.floor(rest / 0x80);
  return size;
}

/** Numbers near zero, of either sign, as small ones. */
function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

class RecordWriter {
  private readonly bytes: Buffer;
  private at: number;

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  record({ key, value, headers, timestampMs }: OutgoingMessage, index: number, firstMs: number) {
    // Attributes, of which there are none.
    this.bytes[this.at++] = 0;
    this.varint(timestampMs - firstMs);
    this.varint(index);
    this.nullable(key);
    this.nullable(value);
    this.varint(headers.length);
    for (const [name, bytes] of headers) {
      this.varint(Buffer.byteLength(name));
      this.at += this.bytes.write(name, this.at);
      this.nullable(bytes);
    }
  }

  varint(value: number): void {
    if (value < SMALL && value > -SMALL) {
      let rest = (value << 1) ^ (value >> 31);
      for (; rest >= 0x80; rest >>>= 7) this.bytes[this.at++] = (rest & 0x7f) | 0x80;
      this.bytes[this.at++] = rest;
      return;
    }
    let rest = zigzag(value);
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80))
      this.bytes[this.at++] = (rest % 0x80) | 0x80;
    this.bytes[this.at++] = rest;
  }

  private nullable(bytes: Uint8Array | null): void {
    if (bytes === null) {
      this.varint(-1);
      return;
    }
    this.varint(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }
}
