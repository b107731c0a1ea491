import { ByteInput, SCRATCH_KEPT_BYTES, SLACK_BYTES } from './byte-input.js';
import { SHORT_TEXT, SHORT_UTF8, shortText, shortUtf8 } from './short-text.js';

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

/** Messages in a scratch, one or many side by side, and their strings. */
export class TextInput extends ByteInput {
  /** End of the last message in the scratch: a text may be cut up to here. */
  protected loaded = 0;
  /** The bytes from `textStart` to `textEnd` as latin1: where they are ASCII, so are its parts. */
  protected text = '';
  protected textStart = 0;
  protected textEnd = 0;
  /** Strings of this message that a text is good for: ASCII, of middling length. */
  protected texts = 0;
  /** Map keys read before, by a hash of their bytes. */
  protected readonly keys: string[] = new Array<string>(KEYS).fill('');
  protected readonly keyTags: Int32Array = new Int32Array(KEYS);
  /** Whether messages are such that a text pays. */
  protected expectsText = false;

  /** Starts over with another message; `expectsText` is what {@link hadTexts} said of one like it. */
  reset(bytes: Uint8Array, expectsText = false): void {
    const { length } = bytes;
    const size = this.buffer.length;
    if (length + SLACK_BYTES > size || size > SCRATCH_KEPT_BYTES) this.resize(length);
    this.buffer.set(bytes);
    this.loaded = length;
    this.textEnd = 0;
    this.expectsText = expectsText;
    this.select(0, length);
  }

  /**
   * Puts messages side by side into the scratch, as many as fit from `first` on, and answers how
   * many: at least one. {@link select} then says which of them to read.
   */
  load(messages: readonly Uint8Array[], first: number, expectsText: boolean): number {
    let at = 0;
    let index = first;
    for (; index < messages.length; index++) {
      const message = messages[index];
      if (message === undefined) break;
      if (at + message.length + SLACK_BYTES > this.buffer.length) {
        if (at > 0) break;
        this.resize(message.length);
      }
      this.buffer.set(message, at);
      at += message.length;
    }
    this.loaded = at;
    this.textEnd = 0;
    this.expectsText = expectsText;
    return index - first;
  }

  /** Reads from `start` to `end` of the scratch next. */
  select(start: number, end: number): void {
    this.start = start;
    this.position = start;
    this.end = end;
    this.depth = 0;
    this.emptyCount = 0;
    this.texts = 0;
  }

  /** Whether a text paid for this message, or would have: one costs as much as two strings. */
  get hadTexts(): boolean {
    const size = this.end - this.start;
    return this.texts * TEXT_BYTES > size + TEXT_BYTES;
  }

  string(): string {
    let at = this.position;
    const byte = this.buffer[at] ?? 0;
    let length = byte >>> 1;
    // One byte of length, even and therefore not negative, with all of the string behind it.
    if ((byte & 0x81) === 0 && at + length < this.end) at++;
    else {
      length = this.length('string');
      at = this.position;
    }
    const end = at + length;
    this.position = end;
    if (length <= SHORT_TEXT) {
      const text = shortText(this.buffer, at, length);
      if (text !== undefined) return text;
    } else if (length <= LONG_STRING && this.expectsText) {
      if (isAscii(this.view, at, end)) return this.cut(at, end);
    }
    return this.utf8(at, length);
  }

  /** A map's key: the same text object for the same bytes where that is known. */
  key(): string {
    const { buffer, position } = this;
    const length = (buffer[position] ?? 0) >>> 1;
    const at = position + 1;
    const last = position + length;
    if (((buffer[position] ?? 0) & 0x81) !== 0 || last >= this.end) return this.string();
    if (length < 4 || length > SHORT_KEY) return this.string();
    const tag = hash(this.view, at, last + 1);
    const slot = tag & (KEYS - 1);
    // Remembered when it comes a second time: keys that are ids never do.
    if (this.keyTags[slot] !== tag) {
      this.keyTags[slot] = tag;
      return this.string();
    }
    const known = this.keys[slot] ?? '';
    if (known.length === length && isText(buffer, at, known)) {
      this.position = last + 1;
      return known;
    }
    const key = this.string();
    // As many units as bytes: ASCII. A property's name is a text that engines look up at once.
    if (key.length === length) this.keys[slot] = Object.keys({ [key]: true })[0] ?? key;
    return key;
  }

  /** ASCII bytes as part of a text. */
  private cut(at: number, end: number): string {
    this.texts++;
    if (end > this.textEnd || at < this.textStart) {
      this.textStart = at;
      this.textEnd = Math.min(this.loaded, at + TEXT_BYTES);
      this.text = this.node.latin1Slice(at, this.textEnd);
    }
    return this.text.substring(at - this.textStart, end - this.textStart);
  }

  private utf8(at: number, length: number): string {
    if (length <= SHORT_UTF8) {
      const short = shortUtf8(this.buffer, at, length);
      if (short !== undefined) {
        if (length > SHORT_TEXT && short.length === length) this.texts++;
        return short;
      }
    }
    const text = this.node.utf8Slice(at, at + length);
    if (text.length === length && length <= LONG_STRING) this.texts++;
    // Invalid bytes become U+FFFD. Only a text that has one can be wrong: then compare bytes.
    if (
      text.includes('\uFFFD') &&
      !Buffer.from(text, 'utf8').equals(this.buffer.subarray(at, at + length))
    ) {
      this.failAt(at, 'AVRO_UTF8', 'string in UTF-8');
    }
    return text;
  }
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

/** Whether bytes are the ASCII text. */
function isText(bytes: Uint8Array, at: number, text: string): boolean {
  let difference = 0;
  for (let i = 0; i < text.length; i++) difference |= text.charCodeAt(i) ^ (bytes[at + i] ?? 0);
  return difference === 0;
}

/** Whether the bytes from `at` to `end`, more than four, are ASCII: four at a time. */
function isAscii(view: DataView, at: number, end: number): boolean {
  // The last four may overlap the ones before them.
  const last = end - 4;
  let bits = view.getInt32(last, true);
  for (let i = at; i < last; i += 4) bits |= view.getInt32(i, true);
  return (bits & 0x80808080) === 0;
}
