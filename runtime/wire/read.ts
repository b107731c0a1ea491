/**
 * Reads Avro binary of the message at which `message.ts` has started. Nothing is allocated before its
 * size was checked against the bytes that are left. Every function throws {@link AvroError} with the
 * byte offset.
 * Source: Avro 1.12 specification, "Binary Encoding".
 */
import {
  buffer,
  end,
  fail,
  failAt,
  int64,
  moveTo,
  position,
  truncated,
  view,
  words,
} from './input.js';
import { string } from './text.js';
import { block, length, varint32, varint64 } from './varint.js';

export { emptyValues, enter, fail, leave } from './input.js';
export { key, string } from './text.js';
export { block, skip, skipBytes, skipLong } from './varint.js';

// An array of bytes outside V8's heap costs some 250 ns to make, a view of Node's pool of small
// Buffers a fifth of that.
/** Up to this many bytes stand on the heap. */
const HEAP_BYTES = 64;
/** Up to this many come from the pool, which is 8 KiB: a kept value keeps no more than that alive. */
const POOLED_BYTES = 2_048;

export function boolean(): boolean {
  const at = position;
  if (at >= end) truncated('boolean');
  const byte = buffer[at];
  if (byte !== 0 && byte !== 1) fail('AVRO_BOOLEAN', 'boolean');
  moveTo(at + 1);
  return byte === 1;
}

export function int(): number {
  const at = position;
  const byte = buffer[at] ?? 0;
  if (byte < 0x80 && at < end) {
    moveTo(at + 1);
    return (byte >>> 1) ^ -(byte & 1);
  }
  const n = varint32('int');
  return (n >>> 1) ^ -(n & 1);
}

/** A long that is exact over all 64 bits. */
export function long(): bigint {
  const at = position;
  const byte = buffer[at] ?? 0;
  if (byte < 0x80 && at < end) {
    moveTo(at + 1);
    return BigInt((byte >>> 1) ^ -(byte & 1));
  }
  varint64('long');
  return int64[0] ?? 0n;
}

/** A long as a number. Fails with `AVRO_UNSAFE_NUMBER` beyond 2^53 instead of rounding. */
export function longNumber(): number {
  const start = position;
  const byte = buffer[start] ?? 0;
  if (byte < 0x80 && start < end) {
    moveTo(start + 1);
    return (byte >>> 1) ^ -(byte & 1);
  }
  varint64('long');
  // The high word is signed; the sum is exact up to 2^53.
  const n = ((words[1] ?? 0) | 0) * 0x1_0000_0000 + (words[0] ?? 0);
  if (!Number.isSafeInteger(n)) {
    failAt(start, 'AVRO_UNSAFE_NUMBER', 'long within ±2^53 (the project reads this one as number)');
  }
  return n;
}

export function float(): number {
  const at = position;
  if (at + 4 > end) truncated('float');
  moveTo(at + 4);
  return view.getFloat32(at, true);
}

export function double(): number {
  const at = position;
  if (at + 8 > end) truncated('double');
  moveTo(at + 8);
  return view.getFloat64(at, true);
}

/** An array of floats. */
export function floats(): number[] {
  let count = block(4);
  // The count was held against the bytes that are left, so that this is no more than twice those.
  const values = new Array<number>(count);
  for (let length = 0; count > 0; count = block(4)) {
    const numbers = view;
    let at = position;
    for (const end = length + count; length < end; length++, at += 4)
      values[length] = numbers.getFloat32(at, true);
    moveTo(at);
  }
  return values;
}

/** An array of doubles. */
export function doubles(): number[] {
  let count = block(8);
  // The count was held against the bytes that are left, so that this is no more than twice those.
  const values = new Array<number>(count);
  for (let length = 0; count > 0; count = block(8)) {
    const numbers = view;
    let at = position;
    for (const end = length + count; length < end; length++, at += 8)
      values[length] = numbers.getFloat64(at, true);
    moveTo(at);
  }
  return values;
}

/** A copy, so that a kept value does not keep the message alive. */
export function bytes(): Uint8Array {
  return fixed(length('bytes'));
}

/** `size` bytes, copied. */
export function fixed(size: number): Uint8Array {
  const at = position;
  if (size > end - at) truncated(`${size} bytes`);
  moveTo(at + size);
  if (size <= HEAP_BYTES || size > POOLED_BYTES) return buffer.slice(at, at + size);
  const pooled = Buffer.allocUnsafe(size);
  const copy = new Uint8Array(pooled.buffer, pooled.byteOffset, size);
  copy.set(buffer.subarray(at, at + size));
  return copy;
}

/** A union of null and boolean; `nullIndex`, 0 or 1, is where null stands in it. */
export function booleanOrNull(nullIndex: number): boolean | null {
  return index(2) === nullIndex ? null : boolean();
}

/** A union of null and int. */
export function intOrNull(nullIndex: number): number | null {
  return index(2) === nullIndex ? null : int();
}

/** A union of null and long. */
export function longOrNull(nullIndex: number): bigint | null {
  return index(2) === nullIndex ? null : long();
}

/** A union of null and a long read as a number. */
export function longNumberOrNull(nullIndex: number): number | null {
  return index(2) === nullIndex ? null : longNumber();
}

/** A union of null and float. */
export function floatOrNull(nullIndex: number): number | null {
  return index(2) === nullIndex ? null : float();
}

/** A union of null and double. */
export function doubleOrNull(nullIndex: number): number | null {
  return index(2) === nullIndex ? null : double();
}

/** A union of null and string. */
export function stringOrNull(nullIndex: number): string | null {
  return index(2) === nullIndex ? null : string();
}

/** Index of an enum symbol or union branch, below `count`. */
export function index(count: number): number {
  const start = position;
  const byte = buffer[start] ?? 0;
  const small = byte >>> 1;
  if ((byte & 0x81) === 0 && small < count && start < end) {
    moveTo(start + 1);
    return small;
  }
  const n = varint32('index');
  const index = (n >>> 1) ^ -(n & 1);
  if (index < 0 || index >= count) {
    moveTo(start);
    fail('AVRO_INDEX', `index below ${count}`);
  }
  return index;
}

/** An enum's symbol. A hole stands for a writer's symbol that the reader does not know. */
export function symbol<Symbol extends string>(symbols: readonly (Symbol | undefined)[]): Symbol {
  const start = position;
  const symbol = symbols[index(symbols.length)];
  return symbol ?? failAt(start, 'AVRO_UNRESOLVED', 'a symbol that the reader knows');
}
