/** Where messages are written: the memory that they stand in, and what becomes of a value that does not fit. */
import { MAX_DEPTH, MAX_EMPTY_VALUES } from '../limits.js';
import { BadValue, bad, type OnBad, refusals } from './bad-value.js';
import type { EncodeOptions } from './encode-options.js';
import { FRAME_BYTES, writeFrame } from './frame.js';
import { FEW_EMPTY_VALUES } from './input.js';

export { BadValue, bad } from './bad-value.js';

/**
 * A Buffer with the method that Node has and its declarations leave out. Not by the name of Buffer,
 * which users without Node's declarations do not have.
 */
interface NodeBytes extends Uint8Array {
  utf8Write(text: string, at: number): number;
}

/** Bytes of a slab. Messages are views of slabs, as small Buffers are views of Node's pool. */
const SLAB_BYTES = 32_768;
/** Of a slab for the few messages that are written within others, or with options. */
const SMALL_SLAB_BYTES = 1_024;
/** A message larger than this is written to a scratch and copied, so that no slab is half empty. */
const SLAB_MESSAGE_BYTES = 8_192;
/** A scratch larger than this is given back after the message that needed it. */
const SCRATCH_KEPT_BYTES = 4_194_304;
const NOTHING = /* @__PURE__ */ allocate(0);
const NO_VIEW = /* @__PURE__ */ new DataView(NOTHING.buffer);

// Writing is synchronous, and one message is written at a time: it is the module's state, so that
// generated code calls functions, of which bundlers keep what is used. See apart for the others.

interface Output {
  buffer: NodeBytes;
  view: DataView;
  position: number;
  /** Whether a message was started and not finished: another one is to be written {@link apart}. */
  isWriting: boolean;
}

/**
 * What the message is written to, and where its next value goes. In an object, whose fields V8 knows
 * the types of, and not of variables: measured, encoding takes 3 to 9 % less.
 */
export const out: Output = { buffer: NOTHING, view: NO_VIEW, position: 0, isWriting: false };
/** Where the message starts in the buffer. */
let first = 0;
let depth = 0;
let emptyCount = 0;
/** The buffer that small messages stand in, and how much of it is taken. */
let slab: NodeBytes = NOTHING;
let taken = 0;
let slabBytes = SLAB_BYTES;
/** What large messages are written to. */
let scratch: NodeBytes = NOTHING;
export let replacesLoneSurrogates = false;

/** Starts a message. */
export function start(): void {
  place();
  out.isWriting = true;
}

/** Starts a message with a Confluent frame. */
export function startFramed(schemaId: number): void {
  place();
  const at = claim(FRAME_BYTES);
  writeFrame(out.buffer, schemaId, at);
  out.isWriting = true;
}

function place(): void {
  // Empty when whoever got a message from it has transferred the memory to another thread.
  if (slab.length === 0) taken = 0;
  if (out.buffer !== slab) use(slab);
  first = taken;
  out.position = taken;
  depth = 0;
  emptyCount = 0;
}

/** The message. It is a view: its `buffer` holds other messages too. */
export function finish(): Uint8Array {
  out.isWriting = false;
  if (out.buffer === slab) {
    taken = out.position;
    return out.buffer.subarray(first, out.position);
  }
  const message = Buffer.allocUnsafeSlow(out.position - first);
  message.set(out.buffer.subarray(first, out.position));
  if (out.buffer.length > SCRATCH_KEPT_BYTES) scratch = NOTHING;
  place();
  return message;
}

/** The message that `write` writes, whether or not another one is being written. */
export function message(write: () => void, options?: ApartOptions): Uint8Array {
  if (out.isWriting || options !== undefined) return apart(options ?? {}, () => message(write));
  start();
  try {
    write();
    return finish();
  } finally {
    out.isWriting = false;
  }
}

export interface ApartOptions extends EncodeOptions {
  /** Told of each value that does not fit, instead of throwing; what is written then is no message. */
  readonly onBad?: OnBad;
  /** How much to allocate at a time. */
  readonly slabBytes?: number;
}

/** All that makes up the state of writing. */
interface State extends Output {
  first: number;
  depth: number;
  emptyCount: number;
  slab: NodeBytes;
  taken: number;
  slabBytes: number;
  scratch: NodeBytes;
  replacesLoneSurrogates: boolean;
  onBad: OnBad | undefined;
}

/**
 * Runs what writes messages with options, or within a call that writes one, as getters and
 * conversions may: to memory of its own. What was being written goes on where it stood.
 */
export function apart<Result>(options: ApartOptions, run: () => Result): Result {
  const outer: State = {
    ...out,
    first,
    depth,
    emptyCount,
    slab,
    taken,
    slabBytes,
    scratch,
    replacesLoneSurrogates,
    onBad: refusals.onBad,
  };
  out.buffer = NOTHING;
  out.view = NO_VIEW;
  out.isWriting = false;
  slab = NOTHING;
  taken = 0;
  slabBytes = options.slabBytes ?? SMALL_SLAB_BYTES;
  scratch = NOTHING;
  replacesLoneSurrogates = options.replaceLoneSurrogates ?? false;
  refusals.onBad = options.onBad;
  try {
    return run();
  } finally {
    // Without a call, which would fail where the stack ends.
    ({ buffer: out.buffer, view: out.view, position: out.position } = outer);
    ({ first, depth, emptyCount, slab, taken, slabBytes, scratch } = outer);
    replacesLoneSurrogates = outer.replacesLoneSurrogates;
    refusals.onBad = outer.onBad;
    out.isWriting = outer.isWriting;
  }
}

/** Counts values that take no bytes; there is no end to them in a value that shares its parts. */
export function emptyValues(count: number): void {
  emptyCount += count;
  if (emptyCount <= MAX_EMPTY_VALUES) return;
  // Noting it is not enough: whoever goes on has no end.
  refusals.onBad?.(FEW_EMPTY_VALUES, undefined);
  throw new BadValue(FEW_EMPTY_VALUES, 'more');
}

/** Goes one level into a recursive type. */
export function enter(): void {
  if (++depth > MAX_DEPTH) bad(`nesting of at most ${MAX_DEPTH}`, undefined);
}

/** Leaves the level that {@link enter} opened. */
export function leave(): void {
  depth--;
}

/** Bytes that are Avro already. */
export function raw(bytes: Uint8Array): void {
  const at = claim(bytes.length);
  out.buffer.set(bytes, at);
}

/** Starts a part of the message as if it were one of its own, as of {@link startFramed} or {@link start}. */
export function startPart(schemaId: number | undefined): void {
  depth = 0;
  emptyCount = 0;
  if (schemaId === undefined) return;
  const at = claim(FRAME_BYTES);
  writeFrame(out.buffer, schemaId, at);
}

/** Takes back what was written since there were so many bytes. */
export function takeBack(length: number): void {
  out.position = first + length;
}

/** Bytes of the message written so far. */
export function written(): number {
  return out.position - first;
}

/** Puts the last written segments, which together end the message, into the order given. */
export function reorder(
  segments: readonly { readonly start: number; readonly end: number }[],
): void {
  const start = segments.reduce((least, segment) => Math.min(least, segment.start), written());
  if (segments.every((segment, i) => segment.start === (segments[i - 1]?.end ?? start))) return;
  const parts = segments.map((segment) =>
    Buffer.from(out.buffer.subarray(first + segment.start, first + segment.end)),
  );
  out.position = first + start;
  for (const part of parts) raw(part);
}

/** Makes sure that this many bytes more can be written. */
export function room(bytes: number): void {
  if (out.position + bytes > out.buffer.length) grow(bytes);
}

/** Takes this many bytes, which whoever asks for them writes, and answers where they stand. */
export function claim(bytes: number): number {
  if (out.position + bytes > out.buffer.length) grow(bytes);
  const at = out.position;
  out.position = at + bytes;
  return at;
}

function grow(bytes: number): void {
  const from = out.buffer;
  const length = written();
  const needed = length + bytes;
  if (from === slab && needed <= Math.max(SLAB_MESSAGE_BYTES, slabBytes)) {
    slab = allocate(Math.max(slabBytes, needed * 2));
    taken = 0;
    use(slab);
  } else {
    if (scratch.length < needed || scratch === from)
      scratch = allocate(Math.max(SLAB_BYTES, needed * 2));
    use(scratch);
  }
  if (length > 0) out.buffer.set(from.subarray(first, first + length));
  first = 0;
  out.position = length;
}

function use(bytes: NodeBytes): void {
  out.buffer = bytes;
  out.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A varint of up to 32 bits, zigzagged before. */
export function varint32(zigzag: number): void {
  room(5);
  const to = out.buffer;
  let at = out.position;
  let rest = zigzag;
  while (rest > 0x7f) {
    to[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  to[at] = rest;
  out.position = at + 1;
}

/** Zigzags the 64 bits of two words and writes them. */
export function varint64(lowWord: number, highWord: number): void {
  room(10);
  const to = out.buffer;
  let at = out.position;
  const sign = (highWord | 0) >> 31;
  let low = ((lowWord << 1) ^ sign) >>> 0;
  let high = (((highWord << 1) | (lowWord >>> 31)) ^ sign) >>> 0;
  while (high > 0) {
    to[at++] = (low & 0x7f) | 0x80;
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  out.position = at;
  varint32(low);
}

function allocate(bytes: number): NodeBytes {
  // Safe: Node's Buffer has utf8Write (lib/buffer.js). Zeroed: what it held before is not ours.
  const zeroed: Uint8Array = Buffer.from(new ArrayBuffer(bytes));
  return zeroed as NodeBytes;
}
