/**
 * Messages to read: copied into a scratch, one or many side by side. That costs less than a view of
 * each message would, and a message that changes while it is read cannot get past a check.
 */
import { fail, goBack, memory, place, select, use } from './input.js';
import { type Memory, memoryOf } from './memory.js';
import { countTexts, goBackToTexts, startTexts, textState } from './text.js';

/** Bytes behind the last message that may be looked at, never used: a varint is checked once, at its end. */
export const SLACK_BYTES = 16;
/** The scratch that is kept for many messages, in bytes. */
export const SCRATCH_BYTES = 65_536;
/** A scratch larger than this is given back after the message that needed it. */
const SCRATCH_KEPT_BYTES = 4_194_304;

/** What a small message may grow by when it is rewritten, in bytes. */
const GROWTH_BYTES = 1_024;

/** Made when a message first comes. */
let scratch: Memory = memory;
/** Whether a message is being read. */
export let isReading = false;

/** Says that reading of a message begins or ends. */
export function setReading(is: boolean): void {
  isReading = is;
}

/** Starts over with another message; `expectsText` is what `hadTexts` said of one like it. */
export function start(bytes: Uint8Array, expectsText = false): void {
  put(bytes, bytes.length);
  startTexts(bytes.length, expectsText);
  select(0, bytes.length);
}

/**
 * Writes the first `length` bytes of a memory in another layout behind them, and answers where that
 * ends; -1 when it cannot. Given to the module that reads: a process may hold several.
 */
export type Rewrite = (memory: Memory, length: number) => number;

/** Starts over with what a message is rewritten to. */
export function startRewritten(bytes: Uint8Array, expectsText: boolean, rewrite: Rewrite): void {
  const { length } = bytes;
  const room = 4 * length + GROWTH_BYTES;
  let end = -1;
  if (room < SCRATCH_KEPT_BYTES) {
    put(bytes, room);
    end = rewrite(scratch, length);
  }
  startTexts(end, expectsText);
  select(length, end);
  if (end < 0 || end + SLACK_BYTES > scratch.bytes.length)
    fail('AVRO_UNRESOLVED', 'data that can be rewritten at once');
}

/** Puts a message into the scratch, where `room` bytes are to be had. */
function put(bytes: Uint8Array, room: number): void {
  const size = scratch.bytes.length;
  if (room + SLACK_BYTES > size || size > SCRATCH_KEPT_BYTES) makeScratch(room);
  scratch.bytes.set(bytes);
  if (memory !== scratch) use(scratch);
}

/**
 * Puts messages side by side into the scratch, as many as fit from `first` on, and answers how
 * many: at least one. {@link next} then says which of them to read.
 */
export function load(messages: readonly Uint8Array[], first: number, expectsText: boolean): number {
  let at = 0;
  let index = first;
  for (; index < messages.length; index++) {
    const message = messages[index];
    if (message === undefined) break;
    if (at + message.length + SLACK_BYTES > scratch.bytes.length) {
      if (at > 0) break;
      makeScratch(message.length);
    }
    scratch.bytes.set(message, at);
    at += message.length;
  }
  use(scratch);
  startTexts(at, expectsText);
  return index - first;
}

/** Reads the message from `from` to `to` of the memory next. */
export function next(from: number, to: number): void {
  select(from, to);
  countTexts();
}

/** Reads the message from `from` to `to` of other memory next: where it lies, if enough lies behind it. */
export function nextIn(
  other: Memory,
  { from, to, expectsText }: { from: number; to: number; expectsText: boolean },
): void {
  const { bytes } = other;
  if (to + SLACK_BYTES > bytes.length) return start(bytes.subarray(from, to), expectsText);
  if (memory !== other) {
    use(other);
    startTexts(bytes.length, expectsText);
  }
  next(from, to);
}

/** Reads a message by itself: whoever is reading another one goes on with that where it stood. */
export function readMessage<Result>(bytes: Uint8Array, read: () => Result): Result {
  return readPart(copyOf(bytes), { from: 0, to: bytes.length }, read);
}

/** Reads from a {@link copyOf} a block of messages: between two of them anybody may read others. */
export function readPart<Result>(
  memory: Memory,
  { from, to }: { readonly from: number; readonly to: number },
  read: () => Result,
): Result {
  return aside(() => {
    use(memory);
    startTexts(to, false);
    select(from, to);
    return read();
  });
}

/** Bytes that are kept to be read. */
export function copyOf(bytes: Uint8Array): Memory {
  const copy = new Uint8Array(bytes.length + SLACK_BYTES);
  copy.set(bytes);
  return memoryOf(copy);
}

/** Runs a decode within another one, such as a conversion's, which then goes on where it stood. */
export function aside<Result>(run: () => Result): Result {
  const outer = { place: place(), texts: textState(), scratch, isReading };
  scratch = NONE;
  isReading = false;
  try {
    return run();
  } finally {
    // Calls come last: where the stack ends, they fail.
    ({ scratch, isReading } = outer);
    goBack(outer.place);
    goBackToTexts(outer.texts);
  }
}

const NONE: Memory = /* @__PURE__ */ memoryOf(new Uint8Array());

function makeScratch(bytes: number): void {
  scratch = memoryOf(new Uint8Array(Math.max(bytes + SLACK_BYTES, SCRATCH_BYTES)));
}
