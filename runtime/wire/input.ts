/**
 * The message that is read: where it lies, where reading stands, and the numbers that lengths and
 * counts are made of. State of the module, not an object: reading is synchronous, so there is one at a
 * time, and bundlers shorten the names and drop what is not used.
 */
import type { AvroErrorCode } from '../errors.js';
import { MAX_DEPTH, MAX_EMPTY_VALUES } from '../limits.js';
import { BadBytes } from './bad-bytes.js';
import { type Memory, memoryOf } from './memory.js';

/** A scratch word to reinterpret bits; decoding is synchronous, so nobody shares it. */
export const words: Uint32Array = /* @__PURE__ */ new Uint32Array(2);
export const int64: BigInt64Array = /* @__PURE__ */ new BigInt64Array(words.buffer);

/** What is expected of a message's values that take no bytes. */
export const FEW_EMPTY_VALUES: string = `at most ${MAX_EMPTY_VALUES} values without bytes`;

/** The bytes among which the message stands, and the same memory as reading numbers and texts wants it. */
export let memory: Memory = /* @__PURE__ */ memoryOf(new Uint8Array());
export let buffer: Uint8Array = memory.bytes;
export let view: DataView = memory.view;
/** Where the message starts in memory, where reading stands, where the message ends. */
let start = 0;
export let position = 0;
export let end = 0;
let depth = 0;
let emptyCount = 0;

/** Reads from this memory next. */
export function use(next: Memory): void {
  memory = next;
  buffer = next.bytes;
  view = next.view;
}

/** Reads from `from` to `to` of the memory next. */
export function select(from: number, to: number): void {
  start = from;
  position = from;
  end = to;
  depth = 0;
  emptyCount = 0;
}

/** Where reading goes on: for who has read, and checked, what is before. */
export function moveTo(next: number): void {
  position = next;
}

/** Where reading stands, to go on there after another message was read. */
export interface Place {
  readonly memory: Memory;
  readonly start: number;
  readonly position: number;
  readonly end: number;
  readonly depth: number;
  readonly emptyCount: number;
}

export function place(): Place {
  return { memory, start, position, end, depth, emptyCount };
}

/** Goes on where reading stood. */
export function goBack(to: Place): void {
  use(to.memory);
  ({ start, position, end, depth, emptyCount } = to);
}

/** Bytes read so far. */
export function offset(): number {
  return position - start;
}

/** Bytes not read yet. */
export function left(): number {
  return end - position;
}

/** Bytes of the message. */
export function size(): number {
  return end - start;
}

/** A view of the message; good until the next one. */
export function message(): Uint8Array {
  return buffer.subarray(start, end);
}

/** Fails unless the whole message was read. */
export function finish(): void {
  if (position !== end)
    fail('AVRO_TRAILING_BYTES', 'the end of the message', `${left()} bytes more`);
}

/** A view of the message from `from` to where reading stands; good until the next message. */
export function since(from: number): Uint8Array {
  return buffer.subarray(start + from, position);
}

/** Ends the decode: for a value that the bytes hold but the reader's type has no place for. */
export function fail(code: AvroErrorCode, expected: string, actual?: string): never {
  throw new BadBytes(code, { expected, actual, offset: offset() });
}

export function failAt(at: number, code: AvroErrorCode, expected: string): never {
  position = at;
  fail(code, expected);
}

export function truncated(expected: string): never {
  fail('AVRO_TRUNCATED', expected);
}

/** Goes one level into a recursive type. */
export function enter(): void {
  if (++depth > MAX_DEPTH) fail('AVRO_LIMIT', `nesting of at most ${MAX_DEPTH}`);
}

/** Leaves the level that {@link enter} opened. */
export function leave(): void {
  depth--;
}

/**
 * Counts values that take no bytes: a message of any length has room for them, so that records of
 * records without bytes would multiply without end.
 */
export function emptyValues(count: number, at: number = position): void {
  emptyCount += count;
  if (emptyCount > MAX_EMPTY_VALUES) failAt(at, 'AVRO_LIMIT', FEW_EMPTY_VALUES);
}
