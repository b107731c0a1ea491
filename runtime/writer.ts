import { AvroError } from './errors.js';
import { FRAME_BYTES, MAGIC } from './frame.js';
import { MAX_DEPTH, MAX_VALUE_BYTES } from './limits.js';

/** Buffer methods that Node has and its declarations leave out. */
interface NodeBytes extends Buffer {
  utf8Write(text: string, at: number): number;
}

/** Bytes of a slab. Messages are views of slabs, as small Buffers are views of Node's pool. */
export const SLAB_BYTES = 32_768;
/** A message larger than this is written to a scratch and copied, so that no slab is half empty. */
const SLAB_MESSAGE_BYTES = 8_192;
/** A scratch larger than this is given back after the message that needed it. */
const SCRATCH_KEPT_BYTES = 4_194_304;
/** Strings up to this many UTF-16 units are tried as ASCII without a native call. */
const SHORT_STRING = 18;

const words = new Uint32Array(2);
const int64 = new BigInt64Array(words.buffer);

const NOTHING = allocate(0);
const NO_VIEW = new DataView(NOTHING.buffer);

/** A value that does not fit; the codec turns it into an error that names every bad field. */
export class BadValue extends AvroError {
  constructor(expected: string, actual: string) {
    super('AVRO_VALUE', `Expected ${expected}, got ${actual}`, { expected, actual });
  }
}

export interface WriterOptions {
  /** Writes U+FFFD for a lone surrogate instead of refusing it. */
  readonly replaceLoneSurrogates?: boolean;
  /** Told of each value that does not fit, instead of throwing; what is written then is no message. */
  readonly onBad?: (expected: string, value: unknown) => void;
}

/**
 * Writes Avro binary; {@link finish} answers the message. Small messages stand where they were
 * written and are never written to again; the next one goes behind them.
 * Every method checks its value and calls {@link bad} for one that does not fit.
 * Source: Avro 1.12 specification, "Binary Encoding".
 */
export class Writer {
  private buffer: NodeBytes = NOTHING;
  private view: DataView = NO_VIEW;
  /** Where the message starts in the buffer, and where writing stands. */
  private first = 0;
  private position = 0;
  private depth = 0;
  /** The buffer that small messages stand in, and how much of it is taken. */
  private slab: NodeBytes = NOTHING;
  private taken = 0;
  private scratch: NodeBytes = NOTHING;
  readonly replaceLoneSurrogates: boolean;
  private readonly onBad: WriterOptions['onBad'];
  private readonly slabBytes: number;

  /** @param slabBytes how much to allocate at a time; less for a writer of few messages */
  constructor(options: WriterOptions = {}, slabBytes = 1_024) {
    this.replaceLoneSurrogates = options.replaceLoneSurrogates ?? false;
    this.onBad = options.onBad;
    this.slabBytes = slabBytes;
  }

  /** Starts a message. */
  start(): void {
    // Empty when whoever got a message from it has transferred the memory to another thread.
    if (this.slab.length === 0) this.taken = 0;
    if (this.buffer !== this.slab) this.use(this.slab);
    this.first = this.taken;
    this.position = this.taken;
    this.depth = 0;
  }

  /** Starts a message with a Confluent frame. */
  startFramed(schemaId: number): void {
    this.start();
    this.room(FRAME_BYTES);
    const { buffer, position } = this;
    buffer[position] = MAGIC;
    buffer[position + 1] = schemaId >>> 24;
    buffer[position + 2] = schemaId >>> 16;
    buffer[position + 3] = schemaId >>> 8;
    buffer[position + 4] = schemaId;
    this.position = position + FRAME_BYTES;
  }

  /** The message. It is a view: its `buffer` holds other messages too. */
  finish(): Uint8Array {
    const { buffer, first, position } = this;
    if (buffer === this.slab) {
      this.taken = position;
      this.first = position;
      return buffer.subarray(first, position);
    }
    const message = Buffer.allocUnsafeSlow(position - first);
    message.set(buffer.subarray(first, position));
    if (buffer.length > SCRATCH_KEPT_BYTES) this.scratch = NOTHING;
    this.start();
    return message;
  }

  /** Refuses a value: `expected` says what the schema takes. */
  bad(expected: string, value: unknown): never {
    if (this.onBad === undefined) throw new BadValue(expected, kindOf(value));
    this.onBad(expected, value);
    // Safe: generated code goes on with whatever this gives; the bytes are thrown away.
    return undefined as never;
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
    int64[0] = value;
    // Storing keeps the low 64 bits: a value of more is another one then.
    if (int64[0] !== value) return this.bad('bigint of 64 bits', value);
    this.varint64(words[0] ?? 0, words[1] ?? 0);
  }

  /** A long given as a number: refused beyond 2^53, where numbers skip integers. */
  longNumber(value: number): void {
    if ((value | 0) === value) {
      this.room(5);
      this.varint32(((value << 1) ^ (value >> 31)) >>> 0);
      return;
    }
    if (!Number.isSafeInteger(value)) return this.bad('whole number within ±2^53', value);
    const high = Math.floor(value / 0x1_0000_0000);
    this.varint64(value >>> 0, high >>> 0);
  }

  float(value: number): void {
    if (typeof value !== 'number') return this.bad('number', value);
    this.room(4);
    this.view.setFloat32(this.position, value, true);
    this.position += 4;
  }

  double(value: number): void {
    if (typeof value !== 'number') return this.bad('number', value);
    this.room(8);
    this.view.setFloat64(this.position, value, true);
    this.position += 8;
  }

  /** An array of floats. */
  floats(values: readonly number[]): void {
    const { length } = this.array(values);
    this.room(length * 4);
    for (let i = 0; i < length; i++) this.float(values[i] as number);
    this.end();
  }

  /** An array of doubles. */
  doubles(values: readonly number[]): void {
    const { length } = this.array(values);
    this.room(length * 8);
    for (let i = 0; i < length; i++) this.double(values[i] as number);
    this.end();
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
    if (units > SHORT_STRING || !this.shortAscii(value)) this.utf8(value);
  }

  private shortAscii(value: string): boolean {
    const { buffer, position } = this;
    const units = value.length;
    const at = position + 1;
    for (let i = 0; i < units; i++) {
      const unit = value.charCodeAt(i);
      if (unit > 0x7f) return false;
      buffer[at + i] = unit;
    }
    buffer[position] = units << 1;
    this.position = at + units;
    return true;
  }

  private utf8(value: string): void {
    const { buffer, position } = this;
    const units = value.length;
    // The length comes first but is known last: leave what it takes if all is ASCII, move if not.
    const guess = varintBytes(units << 1);
    const written = buffer.utf8Write(value, position + guess);
    if (written !== units && !this.replaceLoneSurrogates && !wellFormed(value)) {
      return this.bad('string without lone surrogates', value);
    }
    const needed = varintBytes(written << 1);
    if (needed !== guess)
      buffer.copyWithin(position + needed, position + guess, position + guess + written);
    this.varint32(written << 1);
    this.position = position + needed + written;
  }

  /** Index of an enum symbol or a union branch. */
  index(index: number): void {
    this.room(5);
    if (index < 0x40) this.buffer[this.position++] = index << 1;
    else this.varint32(index << 1);
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
    return this.position - this.first;
  }

  /** Puts the last written segments, which together end the message, into the order given. */
  reorder(segments: readonly { readonly start: number; readonly end: number }[]): void {
    const start = segments.reduce((least, segment) => Math.min(least, segment.start), this.length);
    if (segments.every((segment, i) => segment.start === (segments[i - 1]?.end ?? start))) return;
    const { first } = this;
    const parts = segments.map(({ start, end }) =>
      Buffer.from(this.buffer.subarray(first + start, first + end)),
    );
    this.position = first + start;
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

  /** Makes sure that this many bytes more can be written. */
  private room(bytes: number): void {
    if (this.position + bytes > this.buffer.length) this.grow(bytes);
  }

  private grow(bytes: number): void {
    const { buffer, first } = this;
    const written = this.position - first;
    const needed = written + bytes;
    if (buffer === this.slab && needed <= Math.max(SLAB_MESSAGE_BYTES, this.slabBytes)) {
      this.slab = allocate(Math.max(this.slabBytes, needed * 2));
      this.taken = 0;
      this.use(this.slab);
    } else {
      if (this.scratch.length < needed || this.scratch === buffer)
        this.scratch = allocate(Math.max(SLAB_BYTES, needed * 2));
      this.use(this.scratch);
    }
    if (written > 0) this.buffer.set(buffer.subarray(first, first + written));
    this.first = 0;
    this.position = written;
  }

  private use(buffer: NodeBytes): void {
    this.buffer = buffer;
    this.view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
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

function allocate(bytes: number): NodeBytes {
  // Safe: Node's Buffer has utf8Write (lib/buffer.js). Zeroed: what it held before is not ours.
  return Buffer.from(new ArrayBuffer(bytes)) as NodeBytes;
}

function varintBytes(zigzag: number): number {
  if (zigzag < 0x80) return 1;
  if (zigzag < 0x4000) return 2;
  if (zigzag < 0x20_0000) return 3;
  return zigzag < 0x1000_0000 ? 4 : 5;
}

function wellFormed(text: string): boolean {
  // Safe: in every Node that we run on, but not in the types of ES2023.
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}
