import { AvroError } from '../errors.js';
import { MAX_DEPTH, MAX_EMPTY_VALUES } from '../limits.js';
import type { EncodeOptions } from './encode-options.js';
import { FRAME_BYTES, writeFrame } from './frame.js';
import { FEW_EMPTY_VALUES } from './input.js';
import { kindOf } from './kind-of.js';

/**
 * A Buffer with the method that Node has and its declarations leave out. Not by the name of Buffer,
 * which users without Node's declarations do not have.
 */
interface NodeBytes extends Uint8Array {
  utf8Write(text: string, at: number): number;
}

/** Bytes of a slab. Messages are views of slabs, as small Buffers are views of Node's pool. */
export const SLAB_BYTES = 32_768;
/** A message larger than this is written to a scratch and copied, so that no slab is half empty. */
const SLAB_MESSAGE_BYTES = 8_192;
/** A scratch larger than this is given back after the message that needed it. */
const SCRATCH_KEPT_BYTES = 4_194_304;
const NOTHING = allocate(0);
const NO_VIEW = new DataView(NOTHING.buffer);

/** A value that does not fit; the codec turns it into an error that names every bad field. */
export class BadValue extends AvroError {
  constructor(expected: string, actual: string) {
    super('AVRO_VALUE', `Expected ${expected}, got ${actual}`, { expected, actual });
  }
}

export interface WriterOptions extends EncodeOptions {
  /** Told of each value that does not fit, instead of throwing; what is written then is no message. */
  readonly onBad?: (expected: string, value: unknown) => void;
}

/** Bytes of messages: where they stand, and the numbers that lengths and counts are made of. */
export class ByteOutput {
  protected buffer: NodeBytes = NOTHING;
  protected view: DataView = NO_VIEW;
  /** Where the message starts in the buffer, and where writing stands. */
  protected first = 0;
  protected position = 0;
  protected depth = 0;
  protected emptyCount = 0;
  /** The buffer that small messages stand in, and how much of it is taken. */
  protected slab: NodeBytes = NOTHING;
  protected taken = 0;
  protected scratch: NodeBytes = NOTHING;
  readonly replaceLoneSurrogates: boolean;
  protected readonly onBad: WriterOptions['onBad'];
  protected readonly slabBytes: number;

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
    this.emptyCount = 0;
  }

  /** Starts a message with a Confluent frame. */
  startFramed(schemaId: number): void {
    this.start();
    this.room(FRAME_BYTES);
    writeFrame(this.buffer, schemaId, this.position);
    this.position += FRAME_BYTES;
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

  /** Bytes that are Avro already. */
  raw(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.buffer.set(bytes, this.position);
    this.position += bytes.length;
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

  /** Counts values that take no bytes; there is no end to them in a value that shares its parts. */
  emptyValues(count: number): void {
    this.emptyCount += count;
    if (this.emptyCount <= MAX_EMPTY_VALUES) return;
    // Noting it is not enough: whoever goes on has no end.
    this.onBad?.(FEW_EMPTY_VALUES, undefined);
    throw new BadValue(FEW_EMPTY_VALUES, 'more');
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
  protected room(bytes: number): void {
    if (this.position + bytes > this.buffer.length) this.grow(bytes);
  }

  protected grow(bytes: number): void {
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

  protected use(buffer: NodeBytes): void {
    this.buffer = buffer;
    this.view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  }

  protected varint32(zigzag: number): void {
    let rest = zigzag;
    while (rest > 0x7f) {
      this.buffer[this.position++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[this.position++] = rest;
  }

  /** Zigzags the 64 bits of two words and writes them. */
  protected varint64(lowWord: number, highWord: number): void {
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

function allocate(bytes: number): NodeBytes {
  // Safe: Node's Buffer has utf8Write (lib/buffer.js). Zeroed: what it held before is not ours.
  const zeroed: Uint8Array = Buffer.from(new ArrayBuffer(bytes));
  return zeroed as NodeBytes;
}
