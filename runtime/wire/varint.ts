/** Numbers of the format as they stand in a message: varints, and the lengths and counts they are. */
import {
  buffer,
  emptyValues,
  end,
  fail,
  failAt,
  left,
  moveTo,
  position,
  truncated,
  words,
} from './input.js';

/** A varint of at most 32 bits, zigzag not undone. */
export function varint32(what: string): number {
  const bytes = buffer;
  let at = position;
  let n = 0;
  let byte = 0x80;
  for (let shift = 0; shift < 28 && byte > 0x7f; shift += 7) {
    byte = bytes[at++] ?? 0;
    n |= (byte & 0x7f) << shift;
  }
  if (byte > 0x7f) {
    byte = bytes[at++] ?? 0;
    // The fifth byte has room for four bits.
    if (byte > 0x0f) badVarint(what, 5);
    n |= byte << 28;
  }
  if (at > end) badVarint(what, 5);
  moveTo(at);
  return n >>> 0;
}

/** Leaves the value, zigzag undone, in `words` (low, high). */
export function varint64(what: string): void {
  const bytes = buffer;
  let at = position;
  let low = 0;
  let high = 0;
  let byte = 0x80;
  for (let shift = 0; shift < 28 && byte > 0x7f; shift += 7) {
    byte = bytes[at++] ?? 0;
    low |= (byte & 0x7f) << shift;
  }
  if (byte > 0x7f) {
    byte = bytes[at++] ?? 0;
    low |= byte << 28;
    high = (byte & 0x7f) >>> 4;
    for (let shift = 3; shift < 31 && byte > 0x7f; shift += 7) {
      byte = bytes[at++] ?? 0;
      high |= (byte & 0x7f) << shift;
    }
    if (byte > 0x7f) {
      byte = bytes[at++] ?? 0;
      // The tenth byte has room for one bit.
      if (byte > 1) badVarint(what, 10);
      high |= byte << 31;
    }
  }
  if (at > end) badVarint(what, 10);
  moveTo(at);
  const sign = -(low & 1);
  words[0] = ((low >>> 1) | (high << 31)) ^ sign;
  words[1] = (high >>> 1) ^ sign;
}

/** A varint that the message cuts off, or that has more than `most` bytes or too many bits. */
function badVarint(what: string, most: number): never {
  let at = position;
  for (; at < end && at - position < most; at++) {
    if ((buffer[at] ?? 0) < 0x80) break;
  }
  const size = at - position;
  moveTo(Math.min(at, end));
  if (at === end && size < most) truncated(what);
  const bits = most === 5 ? 32 : 64;
  fail('AVRO_VARINT', `${what} of at most ${bits} bits, in at most ${most} bytes`);
}

/** A length in bytes that the rest of the message holds. */
export function length(what: string): number {
  const start = position;
  const n = count(what);
  if (n < 0) failAt(start, 'AVRO_LENGTH', `${what} length of 0 or more`);
  if (n > left()) {
    const rest = left();
    moveTo(start);
    fail('AVRO_TRUNCATED', `${what} of ${n} bytes`, `${rest} bytes`);
  }
  return n;
}

/** A long that is a count: exact, or so large that no message holds it. */
function count(what: string): number {
  const at = position;
  const byte = buffer[at] ?? 0;
  if (byte < 0x80 && at < end) {
    moveTo(at + 1);
    return (byte >>> 1) ^ -(byte & 1);
  }
  varint64(what);
  return ((words[1] ?? 0) | 0) * 0x1_0000_0000 + (words[0] ?? 0);
}

/**
 * Items in the next block of an array or map; 0 ends it. `itemBytes` is the least that one item
 * takes: a count that the rest of the message cannot hold fails before anything is allocated.
 */
export function block(itemBytes: number): number {
  const start = position;
  let items = count('block count');
  if (items === 0) return 0;
  if (items < 0) {
    items = -items;
    // The byte size lets a reader skip the block; its value is not needed to read the items.
    if (count('block size') < 0) failAt(start, 'AVRO_LENGTH', 'block size of 0 or more');
  }
  if (itemBytes === 0) emptyValues(items, start);
  else if (items > (end - position) / itemBytes)
    failAt(start, 'AVRO_LENGTH', 'block count that the message can hold');
  return items;
}

/** Passes over `size` bytes. */
export function skip(size: number): void {
  if (size > end - position) truncated(`${size} bytes`);
  moveTo(position + size);
}

/** Passes over a bytes or string value. */
export function skipBytes(): void {
  const size = length('bytes');
  moveTo(position + size);
}

/** Passes over an int or a long. */
export function skipLong(): void {
  varint64('long');
}
