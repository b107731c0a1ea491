/** Base64 text as bytes, where and only where all of it is base64. */

/** A Buffer with methods that Node has and its declarations leave out: one native call, no argument checks. */
export interface NodeBytes extends Uint8Array {
  base64Write(base64: string, at: number, length: number): number;
  utf8Slice(start: number, end: number): string;
}

/** Texts up to this many characters are read here: a native call takes as long as forty. */
const SHORT_TEXT = 32;

const PADDING = 0x3d;
/** Of a character that is not in the alphabet. */
const NONE = 0xff;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Six bits by character, once there was a short text. */
let bitsOf: Uint8Array | undefined;

/** Memory for bytes, with what was in it before. */
export function nodeBytes(length: number): NodeBytes {
  // Safe: Buffers have the methods named above (Node's lib/internal/buffer.js).
  return Buffer.allocUnsafeSlow(length) as Uint8Array as NodeBytes;
}

/** The bytes, in memory of their own; undefined for text that is not base64. */
export function base64Bytes(base64: string): Uint8Array | undefined {
  const bytes = nodeBytes(base64Length(base64));
  return writeBase64(base64, bytes, 0) ? bytes : undefined;
}

/** How many bytes a text gives if it is base64. */
export function base64Length(base64: string): number {
  const { length } = base64;
  if (base64.charCodeAt(length - 1) !== PADDING) return (length * 3) >>> 2;
  const padding = base64.charCodeAt(length - 2) === PADDING ? 2 : 1;
  return ((length - padding) * 3) >>> 2;
}

/**
 * Writes {@link base64Length} bytes from `at` on, and up to two behind them where there is room. False for text that is
 * not base64.
 */
export function writeBase64(base64: string, into: NodeBytes, at: number): boolean {
  if (base64.length <= SHORT_TEXT && writeShort(base64, into, at)) return true;
  // Node stops in silence at the first character that is not base64; it takes that of URLs, too.
  const length = base64Length(base64);
  return into.base64Write(base64, at, length) === length;
}

/** False for what it cannot read, which may be base64 all the same. */
function writeShort(base64: string, into: Uint8Array, from: number): boolean {
  bitsOf ??= bitsOfAlphabet();
  const { length } = base64;
  if (length % 4 !== 0) return false;
  let at = from;
  let unread = 0;
  for (let i = 0; i < length; i += 4) {
    const isLast = i + 4 === length;
    const third = base64.charCodeAt(i + 2);
    const fourth = base64.charCodeAt(i + 3);
    const a = bitsOf[base64.charCodeAt(i)] ?? NONE;
    const b = bitsOf[base64.charCodeAt(i + 1)] ?? NONE;
    const c = isLast && third === PADDING && fourth === PADDING ? 0 : (bitsOf[third] ?? NONE);
    const d = isLast && fourth === PADDING ? 0 : (bitsOf[fourth] ?? NONE);
    unread |= a | b | c | d;
    into[at++] = (a << 2) | (b >> 4);
    into[at++] = (b << 4) | (c >> 2);
    into[at++] = (c << 6) | d;
  }
  return unread < 64;
}

function bitsOfAlphabet(): Uint8Array {
  const bits = new Uint8Array(128).fill(NONE);
  for (const [value, character] of [...ALPHABET].entries()) bits[character.charCodeAt(0)] = value;
  return bits;
}
