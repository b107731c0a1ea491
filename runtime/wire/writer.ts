import { MAX_VALUE_BYTES } from '../limits.js';
import { ByteOutput } from './byte-output.js';
import { int64, words } from './input.js';
import { hasProperties, isDetached } from './kind-of.js';

export { BadValue, SLAB_BYTES } from './byte-output.js';

/** Strings up to this many UTF-16 units are tried as ASCII without a native call. */
const SHORT_STRING = 20;

/**
 * Writes Avro binary; {@link finish} answers the message. Small messages stand where they were
 * written and are never written to again; the next one goes behind them.
 * Every method checks its value and calls {@link bad} for one that does not fit.
 * Source: Avro 1.12 specification, "Binary Encoding".
 */
export class Writer extends ByteOutput {
  null(value: null): void {
    if (value !== null) this.bad('null', value);
  }

  boolean(value: boolean): void {
    if (typeof value !== 'boolean') this.bad('boolean', value);
    this.room(1);
    this.buffer[this.position++] = value ? 1 : 0;
  }

  int(value: number): void {
    // A bigint would throw at the next operator.
    if (typeof value !== 'number' || (value | 0) !== value)
      return this.bad('int (a whole number of 32 bits)', value);
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
    if (typeof value === 'number' && (value | 0) === value) {
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
    const length = this.array(values);
    this.room(length * 4);
    const { view } = this;
    let at = this.position;
    for (let i = 0; i < length; i++, at += 4) {
      const value = values[i];
      if (typeof value !== 'number') this.bad('number', value);
      else view.setFloat32(at, value, true);
    }
    this.position = at;
    this.endArray(values, length);
  }

  /** An array of doubles. */
  doubles(values: readonly number[]): void {
    const length = this.array(values);
    this.room(length * 8);
    const { view } = this;
    let at = this.position;
    for (let i = 0; i < length; i++, at += 8) {
      const value = values[i];
      if (typeof value !== 'number') this.bad('number', value);
      else view.setFloat64(at, value, true);
    }
    this.position = at;
    this.endArray(values, length);
  }

  bytes(value: Uint8Array): void {
    if (!(value instanceof Uint8Array) || isDetached(value)) return this.bad('Uint8Array', value);
    if (value.length > MAX_VALUE_BYTES) return this.bad(`at most ${MAX_VALUE_BYTES} bytes`, value);
    this.room(5 + value.length);
    this.varint32(value.length << 1);
    this.raw(value);
  }

  /** Exactly `size` bytes. */
  fixed(value: Uint8Array, size: number): void {
    if (!(value instanceof Uint8Array) || value.length !== size || isDetached(value))
      return this.bad(`Uint8Array of ${size} bytes`, value);
    this.raw(value);
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
    const { buffer, view, position } = this;
    const units = value.length;
    const at = position + 1;
    let bits = 0;
    let i = 0;
    // Four at a time. What is not ASCII spoils bytes that will be written over.
    for (; i + 4 <= units; i += 4) {
      const c0 = value.charCodeAt(i);
      const c1 = value.charCodeAt(i + 1);
      const c2 = value.charCodeAt(i + 2);
      const c3 = value.charCodeAt(i + 3);
      bits |= c0 | c1 | c2 | c3;
      view.setInt32(at + i, c0 | (c1 << 8) | (c2 << 16) | (c3 << 24), true);
    }
    for (; i < units; i++) {
      const unit = value.charCodeAt(i);
      bits |= unit;
      buffer[at + i] = unit;
    }
    if (bits > 0x7f) return false;
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

  /** A union of null and boolean; `nullIndex`, 0 or 1, is where null stands in it. */
  booleanOrNull(value: boolean | null, nullIndex: number): void {
    if (this.branchOf(value, nullIndex)) this.boolean(value);
  }

  /** A union of null and int. */
  intOrNull(value: number | null, nullIndex: number): void {
    if (this.branchOf(value, nullIndex)) this.int(value);
  }

  /** A union of null and long. */
  longOrNull(value: bigint | null, nullIndex: number): void {
    if (this.branchOf(value, nullIndex)) this.long(value);
  }

  /** A union of null and a long given as a number. */
  longNumberOrNull(value: number | null, nullIndex: number): void {
    if (this.branchOf(value, nullIndex)) this.longNumber(value);
  }

  /** A union of null and float. */
  floatOrNull(value: number | null, nullIndex: number): void {
    // Branch and value at once: they come in dozens.
    this.room(5);
    const at = this.position;
    if (typeof value === 'number') {
      this.buffer[at] = (1 - nullIndex) << 1;
      this.view.setFloat32(at + 1, value, true);
      this.position = at + 5;
    } else if (this.branchOf(value, nullIndex)) this.bad('number', value);
  }

  /** A union of null and double. */
  doubleOrNull(value: number | null, nullIndex: number): void {
    this.room(9);
    const at = this.position;
    if (typeof value === 'number') {
      this.buffer[at] = (1 - nullIndex) << 1;
      this.view.setFloat64(at + 1, value, true);
      this.position = at + 9;
    } else if (this.branchOf(value, nullIndex)) this.bad('number', value);
  }

  /** A union of null and string. */
  stringOrNull(value: string | null, nullIndex: number): void {
    if (this.branchOf(value, nullIndex)) this.string(value);
  }

  /** Writes the branch of a union of null and one more; false when nothing is to follow. */
  private branchOf<T>(value: T | null, nullIndex: number): value is T {
    this.room(1);
    this.buffer[this.position++] = value === null ? nullIndex << 1 : (1 - nullIndex) << 1;
    return value !== null;
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

  /**
   * Opens an array and answers how many items it has, however long it is when they have been
   * written; close it with {@link endArray}.
   */
  array(values: readonly unknown[]): number {
    if (!Array.isArray(values)) {
      this.bad('array', values);
      return 0;
    }
    const { length } = values;
    if (length > 0) this.longNumber(length);
    return length;
  }

  /** Ends an array that was opened with `count` items. */
  endArray(values: readonly unknown[], count: number): void {
    // What a getter of an item adds is not written, and not lost without a word.
    if (count > 0 && values.length !== count) this.bad('array that stays as it is', values);
    this.end();
  }

  /** Opens a map and answers its keys; close it with {@link end}. */
  keys(map: { readonly [key: string]: unknown }): readonly string[] {
    if (!hasProperties(map)) {
      this.bad('object (a map)', map);
      return [];
    }
    const keys = Object.keys(map);
    if (keys.length > 0) this.longNumber(keys.length);
    return keys;
  }

  /** Ends a map. */
  end(): void {
    this.room(1);
    this.buffer[this.position++] = 0;
  }
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
