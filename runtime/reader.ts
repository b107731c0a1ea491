import { AvroError, type AvroErrorCode } from './errors.js';
import { MAX_DEPTH, MAX_EMPTY_ITEMS } from './limits.js';

/** Buffer methods that Node has and its declarations leave out: one native call, no argument checks. */
interface NodeBytes extends Buffer {
  utf8Slice(start: number, end: number): string;
  latin1Slice(start: number, end: number): string;
}

// One scratch word to reinterpret bits; decoding is synchronous, so nobody shares it.
const words = new Uint32Array(2);
const int64 = new BigInt64Array(words.buffer);
const bytes8 = new Uint8Array(words.buffer);
const float32 = new Float32Array(words.buffer);
const float64 = new Float64Array(words.buffer);

/** Strings up to this many bytes are tried as ASCII without a native call. */
const SHORT_STRING = 24;

/** What a message is shown as when it fails: code, where, and what was expected. */
export class BadBytes extends AvroError {
  constructor(code: AvroErrorCode, what: { message: string; offset: number; expected: string }) {
    super(code, what.message, { offset: what.offset, expected: what.expected });
  }
}

/**
 * Reads Avro binary from one message. Nothing is allocated before its size was checked against the
 * bytes that are left. Every method throws {@link AvroError} with the byte offset.
 * Source: Avro 1.12 specification, "Binary Encoding".
 */
export class Reader {
  private buffer: NodeBytes;
  private position = 0;
  private end: number;
  private depth = 0;
  private emptyItems = 0;

  constructor(bytes: Uint8Array) {
    // Safe: a Buffer over the same memory has the two methods named above (Node's lib/buffer.js).
    this.buffer = view(bytes) as NodeBytes;
    this.end = bytes.length;
  }

  /** Starts over with another message. */
  reset(bytes: Uint8Array): void {
    // Safe: as in the constructor.
    this.buffer = view(bytes) as NodeBytes;
    this.position = 0;
    this.end = bytes.length;
    this.depth = 0;
    this.emptyItems = 0;
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.position;
  }

  /** Bytes not read yet. */
  get left(): number {
    return this.end - this.position;
  }

  /** Fails unless the whole message was read. */
  finish(): void {
    if (this.position !== this.end) {
      this.fail(
        'AVRO_TRAILING_BYTES',
        `end of message, ${this.end - this.position} bytes are left`,
      );
    }
  }

  null(): null {
    return null;
  }

  boolean(): boolean {
    if (this.position >= this.end) this.truncated('boolean');
    const byte = this.buffer[this.position];
    if (byte === 1) {
      this.position++;
      return true;
    }
    if (byte !== 0) this.fail('AVRO_BOOLEAN', 'boolean');
    this.position++;
    return false;
  }

  int(): number {
    const n = this.varint32('int');
    return (n >>> 1) ^ -(n & 1);
  }

  /** A long that is exact over all 64 bits. */
  long(): bigint {
    const first = this.buffer[this.position];
    if (first !== undefined && first < 0x80) {
      this.position++;
      return BigInt((first >>> 1) ^ -(first & 1));
    }
    this.varint64('long');
    return int64[0] ?? 0n;
  }

  /** A long as a number. Fails with `AVRO_UNSAFE_NUMBER` beyond 2^53 instead of rounding. */
  longNumber(): number {
    const start = this.position;
    const first = this.buffer[start];
    if (first !== undefined && first < 0x80) {
      this.position++;
      return (first >>> 1) ^ -(first & 1);
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
    for (let i = 0; i < 4; i++) bytes8[i] = this.buffer[at + i] ?? 0;
    this.position = at + 4;
    return float32[0] ?? 0;
  }

  double(): number {
    const at = this.position;
    if (at + 8 > this.end) this.truncated('double');
    for (let i = 0; i < 8; i++) bytes8[i] = this.buffer[at + i] ?? 0;
    this.position = at + 8;
    return float64[0] ?? 0;
  }

  /** A copy, so that a kept value does not keep the whole message alive. */
  bytes(): Uint8Array {
    return this.fixed(this.length('bytes'));
  }

  /** `size` bytes, copied. */
  fixed(size: number): Uint8Array {
    const at = this.position;
    if (size > this.end - at) this.truncated(`${size} bytes`);
    this.position = at + size;
    const copy = new Uint8Array(size);
    copy.set(this.buffer.subarray(at, at + size));
    return copy;
  }

  string(): string {
    const length = this.length('string');
    const at = this.position;
    this.position = at + length;
    if (length <= SHORT_STRING) {
      const ascii = this.shortAscii(at, length);
      if (ascii !== undefined) return ascii;
    }
    return this.utf8(at, length);
  }

  private shortAscii(at: number, length: number): string | undefined {
    const buffer = this.buffer;
    let text = '';
    for (let i = at; i < at + length; i++) {
      const byte = buffer[i] ?? 0x80;
      if (byte > 0x7f) return undefined;
      text += String.fromCharCode(byte);
    }
    return text;
  }

  private utf8(at: number, length: number): string {
    const text = this.buffer.utf8Slice(at, at + length);
    // Invalid bytes become U+FFFD. Only a text that has one can be wrong: then compare bytes.
    if (
      text.includes('\uFFFD') &&
      !Buffer.from(text, 'utf8').equals(this.buffer.subarray(at, at + length))
    ) {
      this.position = at;
      this.fail('AVRO_UTF8', 'string in UTF-8');
    }
    return text;
  }

  /** Index of an enum symbol or union branch, below `count`. */
  index(count: number): number {
    const start = this.position;
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
    const symbol = symbols[this.index(symbols.length)];
    return symbol ?? this.fail('AVRO_UNRESOLVED', 'a symbol that the reader knows');
  }

  /**
   * Items in the next block of an array or map; 0 ends it. `itemBytes` is the least that one item
   * takes: a count that the rest of the message cannot hold fails before anything is allocated.
   */
  block(itemBytes: number): number {
    const start = this.position;
    let count = this.count('block count');
    if (count < 0) {
      count = -count;
      // The byte size lets a reader skip the block; its value is not needed to read the items.
      if (this.count('block size') < 0)
        this.failAt(start, 'AVRO_LENGTH', 'block size of 0 or more');
    }
    if (itemBytes > 0) {
      if (count > this.left / itemBytes)
        this.failAt(start, 'AVRO_LENGTH', 'block count that the message can hold');
    } else {
      this.emptyItems += count;
      if (this.emptyItems > MAX_EMPTY_ITEMS) {
        this.failAt(start, 'AVRO_LIMIT', `at most ${MAX_EMPTY_ITEMS} items without bytes`);
      }
    }
    return count;
  }

  /** Goes one level into a recursive type. */
  enter(): void {
    if (++this.depth > MAX_DEPTH) this.fail('AVRO_LIMIT', `nesting of at most ${MAX_DEPTH}`);
  }

  /** Leaves the level that {@link enter} opened. */
  leave(): void {
    this.depth--;
  }

  /** Passes over `size` bytes. */
  skip(size: number): void {
    if (size > this.left) this.truncated(`${size} bytes`);
    this.position += size;
  }

  /** Passes over a bytes or string value. */
  skipBytes(): void {
    const length = this.length('bytes');
    this.position += length;
  }

  /** Passes over an int or a long. */
  skipLong(): void {
    this.varint64('long');
  }

  /** A view of the message from `start` to where reading stands. */
  since(start: number): Uint8Array {
    return this.buffer.subarray(start, this.position);
  }

  /** Ends the decode: for a value that the bytes hold but the reader's type has no place for. */
  fail(code: AvroErrorCode, expected: string): never {
    throw new BadBytes(code, { message: `Expected ${expected}`, offset: this.position, expected });
  }

  private failAt(offset: number, code: AvroErrorCode, expected: string): never {
    this.position = offset;
    this.fail(code, expected);
  }

  private truncated(expected: string): never {
    this.fail('AVRO_TRUNCATED', `${expected}, but the message ends`);
  }

  /** A length in bytes that the rest of the message holds. */
  private length(what: string): number {
    const start = this.position;
    const n = this.count(what);
    if (n < 0) this.failAt(start, 'AVRO_LENGTH', `${what} length of 0 or more`);
    if (n > this.left)
      this.failAt(start, 'AVRO_TRUNCATED', `${what} of ${n} bytes, but ${this.left} are left`);
    return n;
  }

  /** A long that is a count: exact, or so large that no message holds it. */
  private count(what: string): number {
    const first = this.buffer[this.position];
    if (first !== undefined && first < 0x80) {
      this.position++;
      return (first >>> 1) ^ -(first & 1);
    }
    this.varint64(what);
    return Number(int64[0] ?? 0n);
  }

  private varint32(what: string): number {
    const buffer = this.buffer;
    let n = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = buffer[this.position];
      if (byte === undefined) this.truncated(what);
      // The fifth byte has room for four bits.
      if (shift === 28 && byte > 0x0f) this.fail('AVRO_VARINT', `${what} of at most 32 bits`);
      this.position++;
      n |= (byte & 0x7f) << shift;
      if (byte < 0x80) return n >>> 0;
    }
    return this.fail('AVRO_VARINT', `${what} of at most 5 bytes`);
  }

  /** Leaves the value, zigzag undone, in `words` (low, high). */
  private varint64(what: string): void {
    const buffer = this.buffer;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = buffer[this.position];
      if (byte === undefined) this.truncated(what);
      // The tenth byte has room for one bit.
      if (shift === 63 && byte > 1) this.fail('AVRO_VARINT', `${what} of at most 64 bits`);
      this.position++;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        const sign = -(low & 1);
        words[0] = ((low >>> 1) | (high << 31)) ^ sign;
        words[1] = (high >>> 1) ^ sign;
        return;
      }
    }
    this.fail('AVRO_VARINT', `${what} of at most 10 bytes`);
  }
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
