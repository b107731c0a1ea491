/**
 * `tavro/write`: what generated code writes values with. For nothing else: it changes with the
 * generator, in any version. Each function checks its value and calls {@link bad} for one that does
 * not fit; see output.ts for where they write to.
 * Source: Avro 1.12 specification, "Binary Encoding".
 */
import { MAX_VALUE_BYTES } from '../limits.js';
import { int64, words } from './input.js';
import { hasProperties, isDetached } from './kind-of.js';
import { bad, claim, out, raw, room, varint32, varint64 } from './output.js';
import { string } from './text-output.js';

export { bad, emptyValues, enter, leave } from './output.js';
export { string } from './text-output.js';
export { writeNull as null };

function writeNull(value: null): void {
  if (value !== null) bad('null', value);
}

export function boolean(value: boolean): void {
  if (typeof value !== 'boolean') bad('boolean', value);
  const at = claim(1);
  out.buffer[at] = value ? 1 : 0;
}

export function int(value: number): void {
  // A bigint would throw at the next operator.
  if (typeof value !== 'number' || (value | 0) !== value)
    return bad('int (a whole number of 32 bits)', value);
  varint32(((value << 1) ^ (value >> 31)) >>> 0);
}

export function long(value: bigint): void {
  if (typeof value !== 'bigint') return bad('bigint', value);
  int64[0] = value;
  // Storing keeps the low 64 bits: a value of more is another one then.
  if (int64[0] !== value) return bad('bigint of 64 bits', value);
  varint64(words[0] ?? 0, words[1] ?? 0);
}

/** A long given as a number: refused beyond 2^53, where numbers skip integers. */
export function longNumber(value: number): void {
  if (typeof value === 'number' && (value | 0) === value)
    return varint32(((value << 1) ^ (value >> 31)) >>> 0);
  if (!Number.isSafeInteger(value)) return bad('whole number within ±2^53', value);
  const high = Math.floor(value / 0x1_0000_0000);
  varint64(value >>> 0, high >>> 0);
}

export function float(value: number): void {
  if (typeof value !== 'number') return bad('number', value);
  const at = claim(4);
  out.view.setFloat32(at, value, true);
}

export function double(value: number): void {
  if (typeof value !== 'number') return bad('number', value);
  const at = claim(8);
  out.view.setFloat64(at, value, true);
}

/** An array of floats. */
export function floats(values: readonly number[]): void {
  const length = array(values);
  room(length * 4);
  const { view } = out;
  let at = out.position;
  for (let i = 0; i < length; i++, at += 4) {
    const value = values[i];
    if (typeof value !== 'number') bad('number', value);
    else view.setFloat32(at, value, true);
  }
  out.position = at;
  endArray(values, length);
}

/** An array of doubles. */
export function doubles(values: readonly number[]): void {
  const length = array(values);
  room(length * 8);
  const { view } = out;
  let at = out.position;
  for (let i = 0; i < length; i++, at += 8) {
    const value = values[i];
    if (typeof value !== 'number') bad('number', value);
    else view.setFloat64(at, value, true);
  }
  out.position = at;
  endArray(values, length);
}

export function bytes(value: Uint8Array): void {
  if (!(value instanceof Uint8Array) || isDetached(value)) return bad('Uint8Array', value);
  if (value.length > MAX_VALUE_BYTES) return bad(`at most ${MAX_VALUE_BYTES} bytes`, value);
  varint32(value.length << 1);
  raw(value);
}

/** Exactly `size` bytes. */
export function fixed(value: Uint8Array, size: number): void {
  if (!(value instanceof Uint8Array) || value.length !== size || isDetached(value))
    return bad(`Uint8Array of ${size} bytes`, value);
  raw(value);
}

/** A union of null and boolean; `nullIndex`, 0 or 1, is where null stands in it. */
export function booleanOrNull(value: boolean | null, nullIndex: number): void {
  if (branchOf(value, nullIndex)) boolean(value);
}

/** A union of null and int. */
export function intOrNull(value: number | null, nullIndex: number): void {
  if (branchOf(value, nullIndex)) int(value);
}

/** A union of null and long. */
export function longOrNull(value: bigint | null, nullIndex: number): void {
  if (branchOf(value, nullIndex)) long(value);
}

/** A union of null and a long given as a number. */
export function longNumberOrNull(value: number | null, nullIndex: number): void {
  if (branchOf(value, nullIndex)) longNumber(value);
}

/** A union of null and float. */
export function floatOrNull(value: number | null, nullIndex: number): void {
  if (typeof value !== 'number') {
    if (branchOf(value, nullIndex)) bad('number', value);
    return;
  }
  // Branch and value at once: they come in dozens.
  const at = claim(5);
  out.buffer[at] = (1 - nullIndex) << 1;
  out.view.setFloat32(at + 1, value, true);
}

/** A union of null and double. */
export function doubleOrNull(value: number | null, nullIndex: number): void {
  if (typeof value !== 'number') {
    if (branchOf(value, nullIndex)) bad('number', value);
    return;
  }
  const at = claim(9);
  out.buffer[at] = (1 - nullIndex) << 1;
  out.view.setFloat64(at + 1, value, true);
}

/** A union of null and string. */
export function stringOrNull(value: string | null, nullIndex: number): void {
  if (branchOf(value, nullIndex)) string(value);
}

/** Writes the branch of a union of null and one more; false when nothing is to follow. */
function branchOf<T>(value: T | null, nullIndex: number): value is T {
  const at = claim(1);
  out.buffer[at] = value === null ? nullIndex << 1 : (1 - nullIndex) << 1;
  return value !== null;
}

/** Index of an enum symbol or a union branch. */
export function index(index: number): void {
  if (index >= 0x40) return varint32(index << 1);
  const at = claim(1);
  out.buffer[at] = index << 1;
}

/** An enum's symbol, by its place in `symbols`. */
export function symbol(value: string, symbols: readonly string[]): void {
  const place = symbols.indexOf(value);
  if (place < 0) return bad(`one of ${symbols.join(', ')}`, value);
  index(place);
}

/**
 * Opens an array and answers how many items it has, however long it is when they have been
 * written; close it with {@link endArray}.
 */
export function array(values: readonly unknown[]): number {
  if (!Array.isArray(values)) {
    bad('array', values);
    return 0;
  }
  const { length } = values;
  if (length > 0) longNumber(length);
  return length;
}

/** Ends an array that was opened with `count` items. */
export function endArray(values: readonly unknown[], count: number): void {
  // What a getter of an item adds is not written, and not lost without a word.
  if (count > 0 && values.length !== count) bad('array that stays as it is', values);
  end();
}

/** Opens a map and answers its keys; close it with {@link end}. */
export function keys(map: { readonly [key: string]: unknown }): readonly string[] {
  if (!hasProperties(map)) {
    bad('object (a map)', map);
    return [];
  }
  const names = Object.keys(map);
  if (names.length > 0) longNumber(names.length);
  return names;
}

/** Ends a map. */
export function end(): void {
  const at = claim(1);
  out.buffer[at] = 0;
}
