import { int64, SLACK_BYTES, words } from './byte-input.js';
import { TextInput } from './text-input.js';

export { SCRATCH_BYTES } from './byte-input.js';

// An array of bytes outside V8's heap costs some 250 ns to make, a view of Node's pool of small
// Buffers a fifth of that.
/** Up to this many bytes stand on the heap. */
const HEAP_BYTES = 64;
/** Up to this many come from the pool, which is 8 KiB: a kept value keeps no more than that alive. */
const POOLED_BYTES = 2_048;

/**
 * Reads Avro binary from one message. Nothing is allocated before its size was checked against the
 * bytes that are left. Every method throws {@link AvroError} with the byte offset.
 *
 * Messages are copied into a scratch that the reader keeps. That costs less than a view of each
 * message would, several messages can lie side by side there ({@link load}), and a message that
 * changes while it is read cannot get past a check.
 * Source: Avro 1.12 specification, "Binary Encoding".
 */
export class Reader extends TextInput {
  /** @param scratchBytes least size of the scratch */
  constructor(bytes: Uint8Array, scratchBytes = 0) {
    super(Math.max(scratchBytes, bytes.length + SLACK_BYTES));
    this.reset(bytes);
  }

  null(): null {
    return null;
  }

  boolean(): boolean {
    const at = this.position;
    if (at >= this.end) this.truncated('boolean');
    const byte = this.buffer[at];
    if (byte !== 0 && byte !== 1) this.fail('AVRO_BOOLEAN', 'boolean');
    this.position = at + 1;
    return byte === 1;
  }

  int(): number {
    const at = this.position;
    const byte = this.buffer[at] ?? 0;
    if (byte < 0x80 && at < this.end) {
      this.position = at + 1;
      return (byte >>> 1) ^ -(byte & 1);
    }
    const n = this.varint32('int');
    return (n >>> 1) ^ -(n & 1);
  }

  /** A long that is exact over all 64 bits. */
  long(): bigint {
    const at = this.position;
    const byte = this.buffer[at] ?? 0;
    if (byte < 0x80 && at < this.end) {
      this.position = at + 1;
      return BigInt((byte >>> 1) ^ -(byte & 1));
    }
    this.varint64('long');
    return int64[0] ?? 0n;
  }

  /** A long as a number. Fails with `AVRO_UNSAFE_NUMBER` beyond 2^53 instead of rounding. */
  longNumber(): number {
    const start = this.position;
    const byte = this.buffer[start] ?? 0;
    if (byte < 0x80 && start < this.end) {
      this.position = start + 1;
      return (byte >>> 1) ^ -(byte & 1);
    }
    this.varint64('long');
    // The high word is signed; the sum is exact up to 2^53.
    const n = ((words[1] ?? 0) | 0) * 0x1_0000_0000 + (words[0] ?? 0);
    if (!Number.isSafeInteger(n)) {
      this.failAt(
        start,
        'AVRO_UNSAFE_NUMBER',
        'long within ±2^53 (the project reads this one as number)',
      );
    }
    return n;
  }

  float(): number {
    const at = this.position;
    if (at + 4 > this.end) this.truncated('float');
    this.position = at + 4;
    return this.view.getFloat32(at, true);
  }

  double(): number {
    const at = this.position;
    if (at + 8 > this.end) this.truncated('double');
    this.position = at + 8;
    return this.view.getFloat64(at, true);
  }

  /** An array of floats. */
  floats(): number[] {
    let count = this.block(4);
    // The count was held against the bytes that are left, so that this is no more than twice those.
    const values = new Array<number>(count);
    for (let length = 0; count > 0; count = this.block(4)) {
      const { view } = this;
      let at = this.position;
      for (const end = length + count; length < end; length++, at += 4)
        values[length] = view.getFloat32(at, true);
      this.position = at;
    }
    return values;
  }

  /** An array of doubles. */
  doubles(): number[] {
    let count = this.block(8);
    // The count was held against the bytes that are left, so that this is no more than twice those.
    const values = new Array<number>(count);
    for (let length = 0; count > 0; count = this.block(8)) {
      const { view } = this;
      let at = this.position;
      for (const end = length + count; length < end; length++, at += 8)
        values[length] = view.getFloat64(at, true);
      this.position = at;
    }
    return values;
  }

  /** A copy, so that a kept value does not keep the message alive. */
  bytes(): Uint8Array {
    return this.fixed(this.length('bytes'));
  }

  /** `size` bytes, copied. */
  fixed(size: number): Uint8Array {
    const at = this.position;
    if (size > this.end - at) this.truncated(`${size} bytes`);
    this.position = at + size;
    if (size <= HEAP_BYTES || size > POOLED_BYTES) return this.buffer.slice(at, at + size);
    const pooled = Buffer.allocUnsafe(size);
    const copy = new Uint8Array(pooled.buffer, pooled.byteOffset, size);
    copy.set(this.buffer.subarray(at, at + size));
    return copy;
  }

  /** A union of null and boolean; `nullIndex`, 0 or 1, is where null stands in it. */
  booleanOrNull(nullIndex: number): boolean | null {
    return this.index(2) === nullIndex ? null : this.boolean();
  }

  /** A union of null and int. */
  intOrNull(nullIndex: number): number | null {
    return this.index(2) === nullIndex ? null : this.int();
  }

  /** A union of null and long. */
  longOrNull(nullIndex: number): bigint | null {
    return this.index(2) === nullIndex ? null : this.long();
  }

  /** A union of null and a long read as a number. */
  longNumberOrNull(nullIndex: number): number | null {
    return this.index(2) === nullIndex ? null : this.longNumber();
  }

  /** A union of null and float. */
  floatOrNull(nullIndex: number): number | null {
    return this.index(2) === nullIndex ? null : this.float();
  }

  /** A union of null and double. */
  doubleOrNull(nullIndex: number): number | null {
    return this.index(2) === nullIndex ? null : this.double();
  }

  /** A union of null and string. */
  stringOrNull(nullIndex: number): string | null {
    return this.index(2) === nullIndex ? null : this.string();
  }

  /** Index of an enum symbol or union branch, below `count`. */
  index(count: number): number {
    const start = this.position;
    const byte = this.buffer[start] ?? 0;
    const small = byte >>> 1;
    if ((byte & 0x81) === 0 && small < count && start < this.end) {
      this.position = start + 1;
      return small;
    }
    const n = this.varint32('index');
    const index = (n >>> 1) ^ -(n & 1);
    if (index < 0 || index >= count) {
      this.position = start;
      this.fail('AVRO_INDEX', `index below ${count}`);
    }
    return index;
  }

  /** An enum's symbol. A hole stands for a writer's symbol that the reader does not know. */
  symbol<Symbol extends string>(symbols: readonly (Symbol | undefined)[]): Symbol {
    const start = this.position;
    const symbol = symbols[this.index(symbols.length)];
    return symbol ?? this.failAt(start, 'AVRO_UNRESOLVED', 'a symbol that the reader knows');
  }
}
