/** The primitives of Kafka's protocol. https://kafka.apache.org/protocol.html#protocol_types */
import { Buffer } from 'node:buffer';

const FIRST_SIZE = 256;

/** Writes a request. */
export class RequestWriter {
  private buffer = Buffer.allocUnsafe(FIRST_SIZE);
  private length = 0;

  int8(value: number): this {
    const at = this.room(1);
    this.buffer.writeInt8(value, at);
    return this;
  }

  boolean(value: boolean): this {
    return this.int8(value ? 1 : 0);
  }

  int16(value: number): this {
    const at = this.room(2);
    this.buffer.writeInt16BE(value, at);
    return this;
  }

  int32(value: number): this {
    const at = this.room(4);
    this.buffer.writeInt32BE(value, at);
    return this;
  }

  int64(value: bigint): this {
    const at = this.room(8);
    this.buffer.writeBigInt64BE(value, at);
    return this;
  }

  /** Seven bits a byte, the lowest first. */
  varint(value: number): this {
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) this.byte((rest & 0x7f) | 0x80);
    return this.byte(rest);
  }

  string(value: string | null): this {
    if (value === null) return this.int16(-1);
    const size = Buffer.byteLength(value);
    this.int16(size);
    return this.text(value, size);
  }

  bytes(value: Uint8Array): this {
    this.int32(value.length);
    const at = this.room(value.length);
    this.buffer.set(value, at);
    return this;
  }

  array<T>(items: readonly T[], write: (item: T) => void): this {
    this.int32(items.length);
    for (const item of items) write(item);
    return this;
  }

  /** As "flexible" versions of requests have it. */
  compactString(value: string): this {
    const size = Buffer.byteLength(value);
    this.varint(size + 1);
    return this.text(value, size);
  }

  compactArray<T>(items: readonly T[], write: (item: T) => void): this {
    this.varint(items.length + 1);
    for (const item of items) write(item);
    return this;
  }

  /** None, which is what flexible versions end each structure with. */
  tags(): this {
    return this.varint(0);
  }

  done(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  private text(value: string, size: number): this {
    const at = this.room(size);
    this.buffer.write(value, at);
    return this;
  }

  private byte(value: number): this {
    const at = this.room(1);
    this.buffer[at] = value;
    return this;
  }

  /** Makes room, and answers where it is. */
  private room(size: number): number {
    const at = this.length;
    this.length += size;
    if (this.length > this.buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.length, this.buffer.length * 2));
      this.buffer.copy(larger, 0, 0, at);
      this.buffer = larger;
    }
    return at;
  }
}

/** Reads an answer. What ends too early throws, as Node's buffers do. */
export class AnswerReader {
  private readonly buffer: Buffer;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  int8(): number {
    return this.buffer.readInt8(this.skip(1));
  }

  boolean(): boolean {
    return this.int8() !== 0;
  }

  int16(): number {
    return this.buffer.readInt16BE(this.skip(2));
  }

  int32(): number {
    return this.buffer.readInt32BE(this.skip(4));
  }

  int64(): bigint {
    return this.buffer.readBigInt64BE(this.skip(8));
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.buffer.readUInt8(this.skip(1));
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  string(): string {
    return this.nullableString() ?? '';
  }

  nullableString(): string | null {
    const size = this.int16();
    return size < 0 ? null : this.take(size).toString();
  }

  /** Empty where there are none. No copy. */
  bytes(): Buffer {
    return this.take(Math.max(0, this.int32()));
  }

  array<T>(read: () => T): T[] {
    return this.many(this.int32(), read);
  }

  compactString(): string {
    return this.take(Math.max(0, this.varint() - 1)).toString();
  }

  compactArray<T>(read: () => T): T[] {
    return this.many(this.varint() - 1, read);
  }

  /** Passes over them. */
  tags(): void {
    for (let count = this.varint(); count > 0; count--) {
      this.varint();
      this.take(this.varint());
    }
  }

  private many<T>(count: number, read: () => T): T[] {
    const items: T[] = [];
    for (let left = count; left > 0; left--) items.push(read());
    return items;
  }

  private take(size: number): Buffer {
    const from = this.skip(size);
    if (this.at > this.buffer.length) throw new RangeError('the answer ends too early');
    return this.buffer.subarray(from, this.at);
  }

  private skip(size: number): number {
    const from = this.at;
    this.at += size;
    return from;
  }
}
