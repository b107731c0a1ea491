import { AvroError } from './errors.js';
import { FRAME_BYTES, writeFrame } from './frame.js';
import { MAX_DEPTH, MAX_VALUE_BYTES } from './limits.js';

/** Buffer methods that Node has and its declarations leave out. */
interface NodeBytes extends Buffer {
  utf8Write(text: string, at: number): number;
}

/** Bytes that a writer starts with; it doubles as needed and is kept for the next message. */
const SCRATCH_BYTES = 65_536;
/** A scratch larger than this is given back after the message that needed it. */
const SCRATCH_KEPT_BYTES = 4_194_304;
/** Strings up to this many UTF-16 units are tried as ASCII without a native call. */
const SHORT_STRING = 40;

const words = new Uint32Array(2);
const int64 = new BigInt64Array(words.buffer);
const bytes8 = new Uint8Array(words.buffer);
const float32 = new Float32Array(words.buffer);
const float64 = new Float64Array(words.buffer);

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** A value that does not fit; the codec turns it into an error that names every bad field. */
export class BadValue extends AvroError {
  constructor(expected: string, actual: string) {
    super('AVRO_VALUE', `Expected ${expected}, got ${actual}`, { expected, actual });
  }
}

/**
 * Writes Avro binary into a private scratch buffer; {@link finish} copies the message out.
 * Every method checks its value and calls {@link bad} for one that does not fit.
 * Source: Avro 1.12 specification, "Binary Encoding".
 */
export class Writer {
  private buffer: NodeBytes = scratch(SCRATCH_BYTES);
  private position = 0;
  private depth = 0;
  /** Writes U+FFFD for a lone surrogate instead of refusing it. */
  readonly replaceLoneSurrogates: boolean;

  constructor(options: { replaceLoneSurrogates?: boolean } = {}) {
    this.replaceLoneSurrogates = options.replaceLoneSurrogates ?? false;
  }

  /** Starts a message. */
  start(): void {
    this.position = 0;
    this.depth = 0;
  }

  /** Starts a message with a Confluent frame. */
  startFramed(schemaId: number): void {
    writeFrame(this.buffer, schemaId);
    this.position = FRAME_BYTES;
    this.depth = 0;
  }

  /** The message, copied out of the scratch. */
  finish(): Uint8Array {
    const message = new Uint8Array(this.position);
    message.set(this.buffer.subarray(0, this.position));
    if (this.buffer.length > SCRATCH_KEPT_BYTES) this.buffer = scratch(SCRATCH_BYTES);
    return message;
  }

  /** Refuses a value: `expected` says what the schema takes. */
  bad(expected: string, value: unknown): never {
    throw new BadValue(expected, kindOf(value));
  }

  null(value: null): void {
    if (value !== null) this.bad('null', value);
  }

  boolean(value: boolean): void {
    if (typeof value !== 'boolean') this.bad('boolean', value);
    this.room(1);
    this.buffer[this.position++] = value ? 1 : 0;
  }

  int(value: number): void {
    if ((value | 0) !== value) return this.bad('int (a whole number of 32 bits)', value);
    this.room(5);
    this.varint32(((value << 1) ^ (value >> 31)) >>> 0);
  }

  long(value: bigint): void {
    if (typeof value !== 'bigint') return this.bad('bigint', value);
    if (value < INT64_MIN || value > INT64_MAX) return this.bad('bigint of 64 bits', value);
    int64[0] = value;
    this.varint64(words[0] ?? 0, words[1] ?? 0);
  }

  /** A long given as a number: refused beyond 2^53, where numbers skip integers. */
  longNumber(value: number): void {
    if (!Number.isSafeInteger(value)) return this.bad('whole number within ±2^53', value);
    if ((value | 0) === value) {
      this.room(5);
      this.varint32(((value << 1) ^ (value >> 31)) >>> 0);
      return;
    }
    const high = Math.floor(value / 0x1_0000_0000);
    this.varint64(value >>> 0, high >>> 0);
  }

  float(value: number): void {
    if (typeof value !== 'number') return this.bad('number', value);
    this.room(4);
    float32[0] = value;
    const { buffer, position } = this;
    for (let i = 0; i < 4; i++) buffer[position + i] = bytes8[i] ?? 0;
    this.position = position + 4;
  }

  double(value: number): void {
    if (typeof value !== 'number') return this.bad('number', value);
    this.room(8);
    float64[0] = value;
    const { buffer, position } = this;
    for (let i = 0; i < 8; i++) buffer[position + i] = bytes8[i] ?? 0;
    this.position = position + 8;
  }

  bytes(value: Uint8Array): void {
    if (!(value instanceof Uint8Array)) return this.bad('Uint8Array', value);
    if (value.length > MAX_VALUE_BYTES) return this.bad(`at most ${MAX_VALUE_BYTES} bytes`, value);
    this.room(5 + value.length);
    this.varint32(value.length << 1);
    this.raw(value);
  }

  /** Exactly `size` bytes. */
  fixed(value: Uint8Array, size: number): void {
    if (!(value instanceof Uint8Array)) return this.bad(`Uint8Array of ${size} bytes`, value);
    if (value.length !== size) return this.bad(`Uint8Array of ${size} bytes`, value);
    this.raw(value);
  }

  /** Bytes that are Avro already. */
  raw(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.buffer.set(bytes, this.position);
    this.position += bytes.length;
  }

  string(value: string): void {
    if (typeof value !== 'string') return this.bad('string', value);
    const units = value.length;
    if (units * 3 > MAX_VALUE_BYTES)
      return this.bad(`string of at most ${MAX_VALUE_BYTES} bytes`, value);
    // A UTF-16 unit takes at most three bytes; the length before it at most five.
    this.room(5 + units * 3);
    if (units <= SHORT_STRING && this.shortAscii(value)) return;
    const start = this.position;
    // The length comes first but is known last: leave what it takes if all is ASCII, move if not.
    const guess = varintBytes(units << 1);
    const written = this.buffer.utf8Write(value, start + guess);
    if (written !== units && !this.replaceLoneSurrogates && !wellFormed(value)) {
      return this.bad('string without lone surrogates', value);
    }
    const needed = varintBytes(written << 1);
    if (needed !== guess)
      this.buffer.copyWithin(start + needed, start + guess, start + guess + written);
    this.varint32(written << 1);
    this.position = start + needed + written;
  }

  private shortAscii(value: string): boolean {
    const { buffer, position } = this;
    const units = value.length;
    for (let i = 0; i < units; i++) {
      const unit = value.charCodeAt(i);
      if (unit > 0x7f) return false;
      buffer[position + 1 + i] = unit;
    }
    buffer[position] = units << 1;
    this.position = position + 1 + units;
    return true;
  }

  /** Index of an enum symbol or a union branch. */
  index(index: number): void {
    this.room(5);
    this.varint32(index << 1);
  }

  /** An enum's symbol, by its place in `symbols`. */
  symbol(value: string, symbols: readonly string[]): void {
    const index = symbols.indexOf(value);
    if (index < 0) return this.bad(`one of ${symbols.join(', ')}`, value);
    this.index(index);
  }

  /** Opens an array of `values` and answers it; close it with {@link end}. */
  array<T>(values: readonly T[]): readonly T[] {
    if (!Array.isArray(values)) {
      this.bad('array', values);
      return [];
    }
    if (values.length > 0) this.longNumber(values.length);
    return values;
  }

  /** Opens a map and answers its entries; close it with {@link end}. */
  map<T>(values: { readonly [key: string]: T }): readonly (readonly [string, T])[] {
    if (typeof values !== 'object' || values === null || Array.isArray(values)) {
      this.bad('object (a map)', values);
      return [];
    }
    const entries = Object.entries(values);
    if (entries.length > 0) this.longNumber(entries.length);
    return entries;
  }

  /** Ends an array or map. */
  end(): void {
    this.room(1);
    this.buffer[this.position++] = 0;
  }

  /** Bytes written so far. */
  get length(): number {
    return this.position;
  }

  /** Puts the last written segments, which together end the message, into the order given. */
  reorder(segments: readonly { readonly start: number; readonly end: number }[]): void {
    const start = segments.reduce(
      (least, segment) => Math.min(least, segment.start),
      this.position,
    );
    if (segments.every((segment, i) => segment.start === (segments[i - 1]?.end ?? start))) return;
    const parts = segments.map(({ start, end }) => Buffer.from(this.buffer.subarray(start, end)));
    this.position = start;
    for (const part of parts) this.raw(part);
  }

  /** Goes one level into a recursive type. */
  enter(): void {
    if (++this.depth > MAX_DEPTH) this.bad(`nesting of at most ${MAX_DEPTH}`, undefined);
  }

  /** Leaves the level that {@link enter} opened. */
  leave(): void {
    this.depth--;
  }

  private room(bytes: number): void {
    if (this.position + bytes <= this.buffer.length) return;
    const larger = scratch(Math.max(this.buffer.length * 2, this.position + bytes));
    larger.set(this.buffer.subarray(0, this.position));
    this.buffer = larger;
  }

  private varint32(zigzag: number): void {
    let rest = zigzag;
    while (rest > 0x7f) {
      this.buffer[this.position++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[this.position++] = rest;
  }

  /** Zigzags the 64 bits of two words and writes them. */
  private varint64(lowWord: number, highWord: number): void {
    this.room(10);
    const sign = (highWord | 0) >> 31;
    let low = ((lowWord << 1) ^ sign) >>> 0;
    let high = (((highWord << 1) | (lowWord >>> 31)) ^ sign) >>> 0;
    while (high > 0) {
      this.buffer[this.position++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.varint32(low);
  }
}

/** What a value is, in the words of an error; never the value itself. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Uint8Array) return `Uint8Array of ${value.length} bytes`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid Date' : 'Date';
  if (typeof value === 'number' && !Number.isFinite(value)) return `number ${value}`;
  return typeof value;
}

function scratch(bytes: number): NodeBytes {
  // Safe: Node's Buffer has utf8Write (lib/buffer.js); unpooled, because it is kept.
  return Buffer.allocUnsafeSlow(bytes) as NodeBytes;
}

function varintBytes(zigzag: number): number {
  if (zigzag < 0x80) return 1;
  if (zigzag < 0x4000) return 2;
  if (zigzag < 0x20_0000) return 3;
  return zigzag < 0x1000_0000 ? 4 : 5;
}

// A surrogate without its other half. `String.isWellFormed` is in Node 20 but not in ES2023's types.
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

function wellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}
