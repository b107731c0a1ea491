/** Strings of the message that is read. */
import { buffer, end, failAt, memory, moveTo, position, size, view } from './input.js';
import { SHORT_TEXT, SHORT_UTF8, shortText, shortUtf8 } from './short-text.js';
import { length } from './varint.js';

/** Strings longer than those, up to this many bytes, may be cut from a text. */
const LONG_STRING = 256;
/**
 * Length of the text that strings are cut from, in bytes. A string that is kept may keep this much
 * text alive: it is why a batch is not one text.
 */
const TEXT_BYTES = 1_024;
/** Map keys up to this many bytes are remembered: most maps have the same few. */
const SHORT_KEY = 32;
/** Keys that are remembered, a power of two. */
const KEYS = 256;

/** End of the last message in memory: a text may be cut up to here. */
let loaded = 0;
/** The bytes from `textStart` to `textEnd` as latin1: where they are ASCII, so are its parts. */
let text = '';
let textStart = 0;
let textEnd = 0;
/** Strings of this message that a text is good for: ASCII, of middling length. */
let texts = 0;
/** Whether messages are such that a text pays. */
let expectsText = false;
/** Map keys read before, by a hash of their bytes. */
const keys: string[] = /* @__PURE__ */ new Array<string>(KEYS).fill('');
const keyTags: Int32Array = /* @__PURE__ */ new Int32Array(KEYS);
/** Their bytes, four at a time: to compare them so makes maps 6 to 10 % faster. */
const KEY_WORDS = SHORT_KEY / 4;
const keyWords: Int32Array = /* @__PURE__ */ new Int32Array(KEYS * KEY_WORDS);

/** Texts are cut from other bytes next, up to `last`; `isExpected` is what {@link hadTexts} said of ones like them. */
export function startTexts(last: number, isExpected: boolean): void {
  loaded = last;
  textEnd = 0;
  texts = 0;
  expectsText = isExpected;
}

/** Counts the strings of another message. */
export function countTexts(): void {
  texts = 0;
}

/** Whether a text paid for this message, or would have: one costs as much as two strings. */
export function hadTexts(): boolean {
  return texts * TEXT_BYTES > size() + TEXT_BYTES;
}

/** What strings of the message are read with, to go on so after another message was read. */
export interface TextState {
  readonly loaded: number;
  readonly texts: number;
  readonly expectsText: boolean;
}

export function textState(): TextState {
  return { loaded, texts, expectsText };
}

/** Goes on as strings were read before. */
export function goBackToTexts(to: TextState): void {
  ({ loaded, texts, expectsText } = to);
  textEnd = 0;
}

export function string(): string {
  let at = position;
  const byte = buffer[at] ?? 0;
  let bytes = byte >>> 1;
  // One byte of length, even and therefore not negative, with all of the string behind it.
  if ((byte & 0x81) === 0 && at + bytes < end) at++;
  else {
    bytes = length('string');
    at = position;
  }
  const last = at + bytes;
  moveTo(last);
  if (bytes <= SHORT_TEXT) {
    const short = shortText(buffer, at, bytes);
    if (short !== undefined) return short;
  } else if (bytes <= LONG_STRING && expectsText) {
    if (isAscii(view, at, last)) return cut(at, last);
  }
  return utf8(at, bytes);
}

/** A map's key: the same text object for the same bytes where that is known. */
export function key(): string {
  const bytes = buffer;
  const start = position;
  const units = (bytes[start] ?? 0) >>> 1;
  const at = start + 1;
  const last = start + units;
  if (((bytes[start] ?? 0) & 0x81) !== 0 || last >= end) return string();
  if (units < 4 || units > SHORT_KEY) return string();
  const tag = hash(view, at, last + 1);
  const slot = tag & (KEYS - 1);
  // Remembered when it comes a second time: keys that are ids never do.
  if (keyTags[slot] !== tag) {
    keyTags[slot] = tag;
    return string();
  }
  const known = keys[slot] ?? '';
  if (known.length === units && isKey(slot, at, units)) {
    moveTo(last + 1);
    return known;
  }
  const read = string();
  // As many units as bytes: ASCII. A property's name is a text that engines look up at once.
  if (read.length === units) {
    keys[slot] = Object.keys({ [read]: true })[0] ?? read;
    keepKey(slot, at, units);
  }
  return read;
}

/** ASCII bytes as part of a text. */
function cut(at: number, last: number): string {
  texts++;
  if (last > textEnd || at < textStart) {
    textStart = at;
    textEnd = Math.min(loaded, at + TEXT_BYTES);
    text = memory.node.latin1Slice(at, textEnd);
  }
  return text.substring(at - textStart, last - textStart);
}

function utf8(at: number, bytes: number): string {
  if (bytes <= SHORT_UTF8) {
    const short = shortUtf8(buffer, at, bytes);
    if (short !== undefined) {
      if (bytes > SHORT_TEXT && short.length === bytes) texts++;
      return short;
    }
  }
  const read = memory.node.utf8Slice(at, at + bytes);
  if (read.length === bytes && bytes <= LONG_STRING) texts++;
  // Invalid bytes become U+FFFD. Only a text that has one can be wrong: then compare bytes.
  if (
    read.includes('\uFFFD') &&
    !Buffer.from(read, 'utf8').equals(buffer.subarray(at, at + bytes))
  ) {
    failAt(at, 'AVRO_UTF8', 'string in UTF-8');
  }
  return read;
}
/** A hash of the bytes from `at` to `end`, at least four. */
function hash(view: DataView, at: number, end: number): number {
  // The last four may overlap the ones before them.
  let bits = view.getInt32(end - 4, true) ^ (end - at);
  for (let i = at; i < end - 4; i += 4)
    bits = Math.imul(bits, 0x9e37_79b1 | 0) ^ view.getInt32(i, true);
  bits = Math.imul(bits, 0x85eb_ca6b | 0);
  return bits ^ (bits >>> 15);
}

/** Whether a remembered key has the bytes from `at`, of which there are as many as it has. */
function isKey(slot: number, at: number, units: number): boolean {
  const first = slot * KEY_WORDS;
  // The last four may overlap the ones before them.
  const last = units - 4;
  let difference = view.getInt32(at + last, true) ^ (keyWords[first + ((units - 1) >> 2)] ?? 0);
  for (let i = 0; i < last; i += 4)
    difference |= view.getInt32(at + i, true) ^ (keyWords[first + (i >> 2)] ?? 0);
  return difference === 0;
}

function keepKey(slot: number, at: number, units: number): void {
  const first = slot * KEY_WORDS;
  const last = units - 4;
  for (let i = 0; i < last; i += 4) keyWords[first + (i >> 2)] = view.getInt32(at + i, true);
  keyWords[first + ((units - 1) >> 2)] = view.getInt32(at + last, true);
}

/** Whether the bytes from `at` to `end`, more than four, are ASCII: four at a time. */
function isAscii(view: DataView, at: number, end: number): boolean {
  // The last four may overlap the ones before them.
  const last = end - 4;
  let bits = view.getInt32(last, true);
  for (let i = at; i < last; i += 4) bits |= view.getInt32(i, true);
  return (bits & 0x80808080) === 0;
}
