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

/** Bytes behind the last message that may be looked at, never used: a varint is checked once, at its end. */
const SLACK_BYTES = 16;
/** A scratch larger than this is given back after the message that needed it. */
const SCRATCH_KEPT_BYTES = 4_194_304;
/** Strings up to this many bytes are made of their characters; longer ones are cut from a text. */
const SHORT_STRING = 8;
/** Longer strings are decoded by themselves. */
const LONG_STRING = 256;
/**
 * Length of the text that strings are cut from, in bytes. A string that is kept may keep this much
 * text alive: it is why a batch is not one text.
 */
const TEXT_BYTES = 1_024;

/** What a message is shown as when it fails: code, where, and what was expected. */
export class BadBytes extends AvroError {
  constructor(code: AvroErrorCode, what: { message: string; offset: number; expected: string }) {
    super(code, what.message, { offset: what.offset, expected: what.expected });
  }
}

/**
 * Reads Avro binary from one message. Nothing is allocated before its size was checked against the
 * bytes that are left. Every method throws {@link AvroError} with the byte offset.
 *
 * Messages are copied into a scratch that the reader keeps. That costs less than a view of each
 * message would, several messages can lie side by side there ({@link load}), and a message that
 * changes while it is read cannot get past a check.
 * Source: Avro 1.12 specification, "Binary Encoding".
 */
export class Reader {
  private buffer: Uint8Array;
  private view: DataView;
  private node: NodeBytes;
  /** Where the message starts in the scratch, where reading stands, where the message ends. */
  private start = 0;
  private position = 0;
  private end = 0;
  /** End of the last message in the scratch: a text may be cut up to here. */
  private loaded = 0;
  private depth = 0;
  private emptyItems = 0;
  /** The bytes from `textStart` to `textEnd` as latin1: where they are ASCII, so are its parts. */
  private text = '';
  private textStart = 0;
  private textEnd = 0;
  /** Strings of this message that a text is good for. */
  private texts = 0;
  /** Whether to make a text at the first string rather than at the third. */
  private expectsText = false;

  /** @param scratchBytes least size of the scratch; it grows with the messages */
  constructor(bytes: Uint8Array, scratchBytes = 0) {
    const scratch = scratchOf(Math.max(scratchBytes, bytes.length + SLACK_BYTES));
    this.buffer = scratch;
    this.view = new DataView(scratch.buffer);
    this.node = nodeBytes(scratch);
    this.reset(bytes);
  }

  /** Starts over with another message. `expectsText`: it likely has several strings. */
  reset(bytes: Uint8Array, expectsText = false): void {
    const { length } = bytes;
    const size = this.buffer.length;
    if (length + SLACK_BYTES > size || size > SCRATCH_KEPT_BYTES) this.resize(length);
    this.buffer.set(bytes);
    this.loaded = length;
    this.textEnd = 0;
    this.expectsText = expectsText;
    this.select(0, length);
  }

  /**
   * Puts messages side by side into the scratch, as many as fit from `first` on, and answers how
   * many: at least one. {@link select} then says which of them to read.
   */
  load(messages: readonly Uint8Array[], first: number): number {
    let at = 0;
    let index = first;
    for (; index < messages.length; index++) {
      const message = messages[index];
      if (message === undefined) break;
      if (at + message.length + SLACK_BYTES > this.buffer.length) {
        if (at > 0) break;
        this.resize(message.length);
      }
      this.buffer.set(message, at);
      at += message.length;
    }
    this.loaded = at;
    this.textEnd = 0;
    this.expectsText = true;
    return index - first;
  }

  /** Reads from `start` to `end` of the scratch next. */
  select(start: number, end: number): void {
    this.start = start;
    this.position = start;
    this.end = end;
    this.depth = 0;
    this.emptyItems = 0;
    this.texts = 0;
  }

  /** Whether the message had several strings that a text is good for. */
  get hadTexts(): boolean {
    return this.texts > 1;
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.position - this.start;
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
    const values: number[] = [];
    for (let count = this.block(4); count > 0; count = this.block(4)) {
      const { view } = this;
      let at = this.position;
      // The count was checked against the bytes that are left.
      for (; count > 0; count--, at += 4) values.push(view.getFloat32(at, true));
      this.position = at;
    }
    return values;
  }

  /** An array of doubles. */
  doubles(): number[] {
    const values: number[] = [];
    for (let count = this.block(8); count > 0; count = this.block(8)) {
      const { view } = this;
      let at = this.position;
      for (; count > 0; count--, at += 8) values.push(view.getFloat64(at, true));
      this.position = at;
    }
    return values;
  }

  /** A copy, so that a kept value does not keep other bytes alive. */
  bytes(): Uint8Array {
    return this.fixed(this.length('bytes'));
  }

  /** `size` bytes, copied. */
  fixed(size: number): Uint8Array {
    const at = this.position;
    if (size > this.end - at) this.truncated(`${size} bytes`);
    this.position = at + size;
    return this.buffer.slice(at, at + size);
  }

  string(): string {
    let at = this.position;
    const byte = this.buffer[at] ?? 0;
    let length = byte >>> 1;
    // One byte of length, even and therefore not negative, with all of the string behind it.
    if ((byte & 0x81) === 0 && at + length < this.end) at++;
    else {
      length = this.length('string');
      at = this.position;
    }
    const end = at + length;
    this.position = end;
    if (length <= SHORT_STRING) {
      const text = shortText(this.buffer, at, length);
      if (text !== undefined) return text;
    } else if (length <= LONG_STRING && this.hasText(at, end)) {
      const from = at - this.textStart;
      if (isAscii(this.view, at, end)) return this.text.substring(from, from + length);
    }
    return this.utf8(at, length);
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

  /**
   * Items in the next block of an array or map; 0 ends it. `itemBytes` is the least that one item
   * takes: a count that the rest of the message cannot hold fails before anything is allocated.
   */
  block(itemBytes: number): number {
    const start = this.position;
    let count = this.count('block count');
    if (count === 0) return 0;
    if (count < 0) {
      count = -count;
      // The byte size lets a reader skip the block; its value is not needed to read the items.
      if (this.count('block size') < 0)
        this.failAt(start, 'AVRO_LENGTH', 'block size of 0 or more');
    }
    if (itemBytes > 0) {
      if (count > (this.end - this.position) / itemBytes)
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
    if (size > this.end - this.position) this.truncated(`${size} bytes`);
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

  /** A view of the message from `start` to where reading stands; good until the next message. */
  since(start: number): Uint8Array {
    return this.buffer.subarray(this.start + start, this.position);
  }

  /** Ends the decode: for a value that the bytes hold but the reader's type has no place for. */
  fail(code: AvroErrorCode, expected: string): never {
    throw new BadBytes(code, { message: `Expected ${expected}`, offset: this.offset, expected });
  }

  private failAt(position: number, code: AvroErrorCode, expected: string): never {
    this.position = position;
    this.fail(code, expected);
  }

  private truncated(expected: string): never {
    this.fail('AVRO_TRUNCATED', `${expected}, but the message ends`);
  }

  private resize(length: number): void {
    const scratch = scratchOf(Math.max(length + SLACK_BYTES, SCRATCH_BYTES));
    this.buffer = scratch;
    this.view = new DataView(scratch.buffer);
    this.node = nodeBytes(scratch);
  }

  /** Whether the text holds the bytes from `at` to `end`; makes one where that pays. */
  private hasText(at: number, end: number): boolean {
    this.texts++;
    if (end <= this.textEnd && at >= this.textStart) return true;
    // A text costs as much as two or three strings made by themselves.
    if (!this.expectsText && this.texts < 3) return false;
    this.textStart = at;
    this.textEnd = Math.min(this.loaded, at + TEXT_BYTES);
    this.text = this.node.latin1Slice(at, this.textEnd);
    return true;
  }

  private utf8(at: number, length: number): string {
    const text = this.node.utf8Slice(at, at + length);
    // Invalid bytes become U+FFFD. Only a text that has one can be wrong: then compare bytes.
    if (
      text.includes('\uFFFD') &&
      !Buffer.from(text, 'utf8').equals(this.buffer.subarray(at, at + length))
    ) {
      this.failAt(at, 'AVRO_UTF8', 'string in UTF-8');
    }
    return text;
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
    const at = this.position;
    const byte = this.buffer[at] ?? 0;
    if (byte < 0x80 && at < this.end) {
      this.position = at + 1;
      return (byte >>> 1) ^ -(byte & 1);
    }
    this.varint64(what);
    return ((words[1] ?? 0) | 0) * 0x1_0000_0000 + (words[0] ?? 0);
  }

  /** A varint of at most 32 bits, zigzag not undone. */
  private varint32(what: string): number {
    const { buffer } = this;
    let at = this.position;
    let n = 0;
    let byte = 0x80;
    for (let shift = 0; shift < 28 && byte > 0x7f; shift += 7) {
      byte = buffer[at++] ?? 0;
      n |= (byte & 0x7f) << shift;
    }
    if (byte > 0x7f) {
      byte = buffer[at++] ?? 0;
      // The fifth byte has room for four bits.
      if (byte > 0x0f) this.badVarint(what, 5);
      n |= byte << 28;
    }
    if (at > this.end) this.badVarint(what, 5);
    this.position = at;
    return n >>> 0;
  }

  /** Leaves the value, zigzag undone, in `words` (low, high). */
  private varint64(what: string): void {
    const { buffer } = this;
    let at = this.position;
    let low = 0;
    let high = 0;
    let byte = 0x80;
    for (let shift = 0; shift < 28 && byte > 0x7f; shift += 7) {
      byte = buffer[at++] ?? 0;
      low |= (byte & 0x7f) << shift;
    }
    if (byte > 0x7f) {
      byte = buffer[at++] ?? 0;
      low |= byte << 28;
      high = (byte & 0x7f) >>> 4;
      for (let shift = 3; shift < 31 && byte > 0x7f; shift += 7) {
        byte = buffer[at++] ?? 0;
        high |= (byte & 0x7f) << shift;
      }
      if (byte > 0x7f) {
        byte = buffer[at++] ?? 0;
        // The tenth byte has room for one bit.
        if (byte > 1) this.badVarint(what, 10);
        high |= byte << 31;
      }
    }
    if (at > this.end) this.badVarint(what, 10);
    this.position = at;
    const sign = -(low & 1);
    words[0] = ((low >>> 1) | (high << 31)) ^ sign;
    words[1] = (high >>> 1) ^ sign;
  }

  /** A varint that the message cuts off, or that has more than `most` bytes or too many bits. */
  private badVarint(what: string, most: number): never {
    let at = this.position;
    for (; at < this.end && at - this.position < most; at++) {
      if ((this.buffer[at] ?? 0) < 0x80) break;
    }
    const size = at - this.position;
    this.position = Math.min(at, this.end);
    if (at === this.end && size < most) this.truncated(what);
    const bits = most === 5 ? 32 : 64;
    this.fail('AVRO_VARINT', `${what} of at most ${bits} bits, in at most ${most} bytes`);
  }
}

/** Scratch of a reader that is kept for many messages, in bytes. */
export const SCRATCH_BYTES = 65_536;

function scratchOf(bytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

function nodeBytes(scratch: Uint8Array): NodeBytes {
  // Safe: a Buffer over the same memory has the two methods named above (Node's lib/buffer.js).
  return Buffer.from(scratch.buffer, scratch.byteOffset, scratch.length) as NodeBytes;
}

/** Whether the bytes from `at` to `end`, more than four, are ASCII: four at a time. */
function isAscii(view: DataView, at: number, end: number): boolean {
  // The last four may overlap the ones before them.
  const last = end - 4;
  let bits = view.getInt32(last, true);
  for (let i = at; i < last; i += 4) bits |= view.getInt32(i, true);
  return (bits & 0x80808080) === 0;
}

/** Up to eight bytes as ASCII text; `undefined` when they are not. */
function shortText(b: Uint8Array, at: number, length: number): string | undefined {
  if (length === 0) return '';
  const c0 = b[at] ?? 0;
  if (length === 1) return c0 > 0x7f ? undefined : String.fromCharCode(c0);
  const c1 = b[at + 1] ?? 0;
  if (length === 2) return (c0 | c1) > 0x7f ? undefined : String.fromCharCode(c0, c1);
  const c2 = b[at + 2] ?? 0;
  if (length === 3) return (c0 | c1 | c2) > 0x7f ? undefined : String.fromCharCode(c0, c1, c2);
  const c3 = b[at + 3] ?? 0;
  const half = c0 | c1 | c2 | c3;
  if (length === 4) return half > 0x7f ? undefined : String.fromCharCode(c0, c1, c2, c3);
  const c4 = b[at + 4] ?? 0;
  if (length === 5) return (half | c4) > 0x7f ? undefined : String.fromCharCode(c0, c1, c2, c3, c4);
  const c5 = b[at + 5] ?? 0;
  if (length === 6)
    return (half | c4 | c5) > 0x7f ? undefined : String.fromCharCode(c0, c1, c2, c3, c4, c5);
  const c6 = b[at + 6] ?? 0;
  if (length === 7)
    return (half | c4 | c5 | c6) > 0x7f
      ? undefined
      : String.fromCharCode(c0, c1, c2, c3, c4, c5, c6);
  const c7 = b[at + 7] ?? 0;
  return (half | c4 | c5 | c6 | c7) > 0x7f
    ? undefined
    : String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7);
}
