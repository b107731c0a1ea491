/**
 * What hand-written decoders share: the message, where it is read, and what is too long to be written
 * out at each field. It checks what the product checks, and nothing else.
 */
import { SHORT_TEXT, SHORT_UTF8, shortText, shortUtf8 } from '../../../runtime/wire/short-text.js';

/** Node's Buffer with the methods that its declarations leave out. */
interface Bytes extends Uint8Array {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
}

const SCRATCH_BYTES = 65_536;
// Safe: a Buffer has the methods above (Node's lib/buffer.js).
const bytes = Buffer.alloc(SCRATCH_BYTES) as Uint8Array as Bytes;
const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
let at = 0;
let end = 0;
/** The message as latin1, where its strings are to be cut from one text. */
let whole = '';
let isWhole = false;

/** @param hasTexts whether strings are cut from one text: several are ASCII, and of middling length */
export function open(message: Uint8Array, hasTexts: boolean): void {
  bytes.set(message);
  at = 0;
  end = message.length;
  whole = '';
  isWhole = hasTexts;
}

export function close(): void {
  if (at !== end) throw new RangeError('bytes are left');
}

function bad(what: string): never {
  throw new RangeError(`no ${what} at ${at}`);
}

/** An int, a length or an index. */
export function int(): number {
  const byte = bytes[at] ?? 0x80;
  if (byte < 0x80 && at < end) {
    at++;
    return (byte >>> 1) ^ -(byte & 1);
  }
  return longInt();
}

function longInt(): number {
  let i = at;
  let n = 0;
  let byte = 0x80;
  for (let shift = 0; shift < 28 && byte > 0x7f; shift += 7) {
    byte = bytes[i++] ?? 0;
    n |= (byte & 0x7f) << shift;
  }
  if (byte > 0x7f) {
    byte = bytes[i++] ?? 0;
    if (byte > 0x0f) bad('int');
    n |= byte << 28;
  }
  if (i > end) bad('int');
  at = i;
  return (n >>> 1) ^ -(n & 1);
}

let low = 0;
let high = 0;
const words = new Uint32Array(2);
const int64 = new BigInt64Array(words.buffer);

function varint64(): void {
  let byte = 0x80;
  low = 0;
  high = 0;
  let i = at;
  for (let shift = 0; shift < 28 && byte > 0x7f; shift += 7) {
    byte = bytes[i++] ?? 0;
    low |= (byte & 0x7f) << shift;
  }
  if (byte > 0x7f) {
    byte = bytes[i++] ?? 0;
    low |= byte << 28;
    high = (byte & 0x7f) >>> 4;
    for (let shift = 3; shift < 31 && byte > 0x7f; shift += 7) {
      byte = bytes[i++] ?? 0;
      high |= (byte & 0x7f) << shift;
    }
    if (byte > 0x7f) {
      byte = bytes[i++] ?? 0;
      if (byte > 1) bad('long');
      high |= byte << 31;
    }
  }
  if (i > end) bad('long');
  at = i;
  const sign = -(low & 1);
  low = (((low >>> 1) | (high << 31)) ^ sign) >>> 0;
  high = (high >>> 1) ^ sign;
}

export function long(): bigint {
  const byte = bytes[at] ?? 0x80;
  if (byte < 0x80 && at < end) {
    at++;
    return BigInt((byte >>> 1) ^ -(byte & 1));
  }
  varint64();
  words[0] = low;
  words[1] = high;
  return int64[0] ?? 0n;
}

export function millis(): Date {
  varint64();
  const n = (high | 0) * 0x1_0000_0000 + low;
  if (!Number.isSafeInteger(n)) bad('time');
  return new Date(n);
}

export function boolean(): boolean {
  const byte = bytes[at];
  if ((byte !== 0 && byte !== 1) || at >= end) bad('boolean');
  at++;
  return byte === 1;
}

/** An index of a branch or a symbol below `count`. */
export function index(count: number): number {
  const byte = bytes[at] ?? 0xff;
  const i = byte >>> 1;
  if ((byte & 0x81) !== 0 || i >= count || at >= end) bad('index');
  at++;
  return i;
}

export function double(): number {
  if (at + 8 > end) bad('double');
  at += 8;
  return view.getFloat64(at - 8, true);
}

export function float(): number {
  if (at + 4 > end) bad('float');
  at += 4;
  return view.getFloat32(at - 4, true);
}

/** Items of the next block, each of so many bytes at least. */
export function block(least: number): number {
  let count = int();
  if (count < 0) {
    count = -count;
    if (int() < 0) bad('size');
  }
  if (count * least > end - at) bad('count');
  return count;
}

export function floats(): number[] {
  let count = block(4);
  const values = new Array<number>(count);
  for (let i = 0; count > 0; count = block(4)) {
    let from = at;
    for (const last = i + count; i < last; i++, from += 4) values[i] = view.getFloat32(from, true);
    at = from;
  }
  return values;
}

export function doubles(): number[] {
  let count = block(8);
  const values = new Array<number>(count);
  for (let i = 0; count > 0; count = block(8)) {
    let from = at;
    for (const last = i + count; i < last; i++, from += 8) values[i] = view.getFloat64(from, true);
    at = from;
  }
  return values;
}

export function ints(): number[] {
  let count = block(1);
  const values = new Array<number>(count);
  for (let i = 0; count > 0; count = block(1)) for (; count > 0; count--) values[i++] = int();
  return values;
}

const WHOLE_BYTES = 1_024;
const LONG_BYTES = 256;

export function text(): string {
  const byte = bytes[at] ?? 0;
  let length = byte >>> 1;
  if ((byte & 0x81) === 0 && at + length < end) at++;
  else {
    length = int();
    if (length < 0 || length > end - at) bad('text');
  }
  const start = at;
  at += length;
  if (length <= SHORT_TEXT) {
    const short = shortText(bytes, start, length);
    if (short !== undefined) return short;
  } else if (isWhole && length <= LONG_BYTES && isAscii(start, at)) {
    if (whole === '') {
      isWhole = end <= WHOLE_BYTES;
      if (isWhole) whole = bytes.latin1Slice(0, end);
      else return bytes.latin1Slice(start, at);
    }
    return whole.substring(start, at);
  }
  if (length <= SHORT_UTF8) {
    const short = shortUtf8(bytes, start, length);
    if (short !== undefined) return short;
  }
  const read = bytes.utf8Slice(start, at);
  if (read.includes('\uFFFD') && !Buffer.from(read).equals(bytes.subarray(start, at))) bad('text');
  return read;
}

function isAscii(from: number, to: number): boolean {
  let bits = view.getInt32(to - 4, true);
  for (let i = from; i < to - 4; i += 4) bits |= view.getInt32(i, true);
  return (bits & 0x80808080) === 0;
}

const known = new Map<number, string>();

/** A key of a map, of which there are few: the same text object each time. */
export function key(): string {
  const length = (bytes[at] ?? 0) >>> 1;
  if (length < 8 || length > 32 || at + length >= end) return text();
  const start = at + 1;
  const hash =
    Math.imul(view.getInt32(start, true), 0x9e37_79b1) ^
    Math.imul(view.getInt32(start + length - 4, true), 0x85eb_ca6b) ^
    length;
  const text1 = known.get(hash);
  if (text1 !== undefined && isText(start, text1)) {
    at = start + length;
    return text1;
  }
  const read = text();
  if (known.size < 256 && read.length === length) known.set(hash, read);
  return read;
}

function isText(from: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[from + i]) return false;
  return true;
}
