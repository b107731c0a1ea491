import { AvroError, type AvroErrorCode } from '../errors.js';
import { MAX_DEPTH, MAX_EMPTY_VALUES } from '../limits.js';

/**
 * A Buffer with the methods that Node has and its declarations leave out: one native call, no argument
 * checks. Not by the name of Buffer, which users without Node's declarations do not have.
 */
interface NodeBytes extends Uint8Array {
  utf8Slice(start: number, end: number): string;
  latin1Slice(start: number, end: number): string;
}

/** A scratch word to reinterpret bits; decoding is synchronous, so nobody shares it. */
export const words: Uint32Array = new Uint32Array(2);
export const int64: BigInt64Array = new BigInt64Array(words.buffer);

/** Bytes behind the last message that may be looked at, never used: a varint is checked once, at its end. */
export const SLACK_BYTES = 16;
/** Scratch of a reader that is kept for many messages, in bytes. */
export const SCRATCH_BYTES = 65_536;
/** A scratch larger than this is given back after the message that needed it. */
export const SCRATCH_KEPT_BYTES = 4_194_304;

/** What is expected of a message's values that take no bytes. */
export const FEW_EMPTY_VALUES: string = `at most ${MAX_EMPTY_VALUES} values without bytes`;

/** What was found in place of what was expected: a kind, never the data. */
const FOUND: { readonly [Code in AvroErrorCode]?: string } = {
  AVRO_TRUNCATED: 'the end of the message',
  AVRO_VARINT: 'more bits',
  AVRO_BOOLEAN: 'another byte',
  AVRO_INDEX: 'an index out of range',
  AVRO_UTF8: 'other bytes',
  AVRO_LENGTH: 'a number out of range',
  AVRO_LIMIT: 'more',
  AVRO_UNSAFE_NUMBER: 'a larger long',
};

/** What a message is shown as when it fails: code, where, what was expected and what was found. */
class BadBytes extends AvroError {
  constructor(
    code: AvroErrorCode,
    { expected, ...at }: { expected: string; actual: string | undefined; offset: number },
  ) {
    const got = at.actual === undefined ? '' : `, got ${at.actual}`;
    super(code, `Expected ${expected}${got}`, { expected, ...at });
  }
}

/** Bytes of a message: where reading stands, and the numbers that lengths and counts are made of. */
export class ByteInput {
  protected buffer: Uint8Array;
  protected view: DataView;
  protected node: NodeBytes;
  /** Where the message starts in the scratch, where reading stands, where the message ends. */
  protected start = 0;
  protected position = 0;
  protected end = 0;
  protected depth = 0;
  protected emptyCount = 0;

  /** @param scratchBytes size of the scratch; it grows with the messages */
  constructor(scratchBytes: number) {
    const scratch = new Uint8Array(scratchBytes);
    this.buffer = scratch;
    this.view = new DataView(scratch.buffer);
    this.node = nodeBytes(scratch);
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
      this.fail('AVRO_TRAILING_BYTES', 'the end of the message', `${this.left} bytes more`);
    }
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
    if (itemBytes === 0) this.emptyValues(count, start);
    else if (count > (this.end - this.position) / itemBytes)
      this.failAt(start, 'AVRO_LENGTH', 'block count that the message can hold');
    return count;
  }

  /**
   * Counts values that take no bytes: a message of any length has room for them, so that records of
   * records without bytes would multiply without end.
   */
  emptyValues(count: number, position: number = this.position): void {
    this.emptyCount += count;
    if (this.emptyCount > MAX_EMPTY_VALUES) this.failAt(position, 'AVRO_LIMIT', FEW_EMPTY_VALUES);
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
  fail(code: AvroErrorCode, expected: string, actual: string | undefined = FOUND[code]): never {
    throw new BadBytes(code, { expected, actual, offset: this.offset });
  }

  protected failAt(position: number, code: AvroErrorCode, expected: string): never {
    this.position = position;
    this.fail(code, expected);
  }

  protected truncated(expected: string): never {
    this.fail('AVRO_TRUNCATED', expected);
  }

  protected resize(length: number): void {
    const scratch = new Uint8Array(Math.max(length + SLACK_BYTES, SCRATCH_BYTES));
    this.buffer = scratch;
    this.view = new DataView(scratch.buffer);
    this.node = nodeBytes(scratch);
  }

  /** A length in bytes that the rest of the message holds. */
  protected length(what: string): number {
    const start = this.position;
    const n = this.count(what);
    if (n < 0) this.failAt(start, 'AVRO_LENGTH', `${what} length of 0 or more`);
    if (n > this.left) {
      const { left } = this;
      this.position = start;
      this.fail('AVRO_TRUNCATED', `${what} of ${n} bytes`, `${left} bytes`);
    }
    return n;
  }

  /** A long that is a count: exact, or so large that no message holds it. */
  protected count(what: string): number {
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
  protected varint32(what: string): number {
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
  protected varint64(what: string): void {
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
  protected badVarint(what: string, most: number): never {
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

function nodeBytes(scratch: Uint8Array): NodeBytes {
  // Safe: a Buffer over the same memory has the two methods named above (Node's lib/buffer.js).
  const bytes: Uint8Array = Buffer.from(scratch.buffer, scratch.byteOffset, scratch.length);
  return bytes as NodeBytes;
}
