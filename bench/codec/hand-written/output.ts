/** What encoders written by hand write with: every check that tavro makes, and nothing else. */

interface NodeBytes extends Uint8Array {
  utf8Write(text: string, at: number): number;
}

const SLAB_BYTES = 32_768;
const MAX_TEXT = 2 ** 30 / 3;
const SHORT = 20;
const long64 = new BigInt64Array(1);
const halves = new Uint32Array(long64.buffer);

function slab(bytes: number): NodeBytes {
  // Safe: Node's Buffer has the method.
  return Buffer.from(new ArrayBuffer(bytes)) as Uint8Array as NodeBytes;
}

const FIRST = slab(SLAB_BYTES);
const out = { bytes: FIRST, view: new DataView(FIRST.buffer), first: 0, at: 0 };

export function open(): void {
  out.at = out.first;
}

export function close(): Uint8Array {
  const message = out.bytes.subarray(out.first, out.at);
  out.first = out.at;
  return message;
}

function refuse(expected: string): never {
  throw new TypeError(`expected ${expected}`);
}

function room(bytes: number): void {
  if (out.at + bytes > out.bytes.length) grow(bytes);
}

function grow(bytes: number): void {
  const written = out.bytes.subarray(out.first, out.at);
  out.bytes = slab(Math.max(SLAB_BYTES, (written.length + bytes) * 2));
  out.view = new DataView(out.bytes.buffer);
  out.bytes.set(written);
  out.first = 0;
  out.at = written.length;
}

function varint(zigzag: number): void {
  room(5);
  const { bytes } = out;
  let { at } = out;
  let rest = zigzag;
  for (; rest > 0x7f; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
  bytes[at] = rest;
  out.at = at + 1;
}

export function int(value: number): void {
  if (typeof value !== 'number' || (value | 0) !== value) return refuse('int');
  varint(((value << 1) ^ (value >> 31)) >>> 0);
}

function words(lowWord: number, highWord: number): void {
  room(10);
  const { bytes } = out;
  let { at } = out;
  const sign = (highWord | 0) >> 31;
  let low = ((lowWord << 1) ^ sign) >>> 0;
  let high = (((highWord << 1) | (lowWord >>> 31)) ^ sign) >>> 0;
  while (high > 0) {
    bytes[at++] = (low & 0x7f) | 0x80;
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  for (; low > 0x7f; low >>>= 7) bytes[at++] = (low & 0x7f) | 0x80;
  bytes[at] = low;
  out.at = at + 1;
}

export function long(value: bigint): void {
  if (typeof value !== 'bigint') return refuse('bigint');
  long64[0] = value;
  if (long64[0] !== value) return refuse('bigint of 64 bits');
  words(halves[0] ?? 0, halves[1] ?? 0);
}

export function millis(value: Date): void {
  const ms = value instanceof Date ? value.getTime() : Number.NaN;
  if (Number.isNaN(ms)) return refuse('Date');
  words(ms >>> 0, Math.floor(ms / 0x1_0000_0000) >>> 0);
}

export function byte(value: number): void {
  room(1);
  out.bytes[out.at++] = value;
}

export function boolean(value: boolean): void {
  if (typeof value !== 'boolean') return refuse('boolean');
  byte(value ? 1 : 0);
}

export function float(value: number): void {
  if (typeof value !== 'number') return refuse('number');
  room(4);
  out.view.setFloat32(out.at, value, true);
  out.at += 4;
}

export function double(value: number): void {
  if (typeof value !== 'number') return refuse('number');
  room(8);
  out.view.setFloat64(out.at, value, true);
  out.at += 8;
}

/** The count of a list, which is as long when it has been written. */
export function count(list: readonly unknown[]): number {
  if (!Array.isArray(list)) return refuse('array');
  if (list.length > 0) varint(list.length << 1);
  return list.length;
}

export function end(list: readonly unknown[], length: number): void {
  if (list.length !== length) return refuse('array that stays as it is');
  byte(0);
}

export function numbers(list: readonly number[], bytes: 4 | 8): void {
  const length = count(list);
  room(length * bytes);
  const { view } = out;
  let { at } = out;
  for (let i = 0; i < length; i++, at += bytes) {
    const value = list[i];
    if (typeof value !== 'number') refuse('number');
    else if (bytes === 4) view.setFloat32(at, value, true);
    else view.setFloat64(at, value, true);
  }
  out.at = at;
  end(list, length);
}

export function keys(map: object): readonly string[] {
  if (Object.prototype.toString.call(map) !== '[object Object]') return refuse('object');
  const names = Object.keys(map);
  if (names.length > 0) varint(names.length << 1);
  return names;
}

export function text(value: string): void {
  if (typeof value !== 'string') return refuse('string');
  const units = value.length;
  if (units > MAX_TEXT) return refuse('a shorter string');
  room(5 + units * 3);
  if (units > SHORT || !ascii(value)) utf8(value);
}

function ascii(value: string): boolean {
  const { bytes, view, at } = out;
  const units = value.length;
  let bits = 0;
  let i = 0;
  for (; i + 4 <= units; i += 4) {
    const [a, b] = [value.charCodeAt(i), value.charCodeAt(i + 1)];
    const [c, d] = [value.charCodeAt(i + 2), value.charCodeAt(i + 3)];
    bits |= a | b | c | d;
    view.setInt32(at + 1 + i, a | (b << 8) | (c << 16) | (d << 24), true);
  }
  for (; i < units; i++) {
    const unit = value.charCodeAt(i);
    bits |= unit;
    bytes[at + 1 + i] = unit;
  }
  if (bits > 0x7f) return false;
  bytes[at] = units << 1;
  out.at = at + 1 + units;
  return true;
}

function utf8(value: string): void {
  const { bytes, at } = out;
  const guess = sizeOf(value.length << 1);
  const written = bytes.utf8Write(value, at + guess);
  // Safe: in every Node that we run on, but not in the types of ES2023.
  const checked = value as string & { isWellFormed(): boolean };
  if (written !== value.length && !checked.isWellFormed()) return refuse('no lone surrogates');
  const size = sizeOf(written << 1);
  if (size !== guess) bytes.copyWithin(at + size, at + guess, at + guess + written);
  varint(written << 1);
  out.at = at + size + written;
}

function sizeOf(zigzag: number): number {
  if (zigzag < 0x80) return 1;
  if (zigzag < 0x4000) return 2;
  if (zigzag < 0x20_0000) return 3;
  return zigzag < 0x1000_0000 ? 4 : 5;
}
