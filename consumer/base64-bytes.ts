/** Base64 text as bytes, many small pieces next to each other: a Buffer made of each costs as much again as its bytes. */

/** A Buffer with a method that Node has and its declarations leave out: one native call, no argument checks. */
interface NodeBytes extends Uint8Array {
  base64Write(base64: string, at: number, length: number): number;
}

/** Memory that pieces are cut from, in bytes. One that is kept keeps as much alive. */
const POOL_BYTES = 65_536;
/** Pieces up to this many bytes are cut from it. */
const POOLED_BYTES = 8_192;
/** Texts up to this many characters are read here: a native call takes as long as forty. */
const SHORT_TEXT = 32;

const PADDING = 0x3d;
/** Of a character that is not in the alphabet. */
const NONE = 0xff;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

let pool: NodeBytes | undefined;
let used = 0;
/** Six bits by character, once there was a short text. */
let bitsOf: Uint8Array | undefined;

/** The bytes, which nobody writes to again; undefined for text that is not base64. */
export function base64Bytes(base64: string): Uint8Array | undefined {
  const length = lengthOf(base64);
  if (length > POOLED_BYTES) {
    const bytes = Buffer.from(base64, 'base64');
    return bytes.length === length ? bytes : undefined;
  }
  if (pool === undefined || used + length > POOL_BYTES) {
    // Safe: Buffers have the method named above (Node's lib/internal/buffer.js).
    pool = Buffer.allocUnsafeSlow(POOL_BYTES) as Uint8Array as NodeBytes;
    used = 0;
  }
  const from = used;
  // Node stops in silence at the first character that is not base64; it takes that of URLs, too.
  const isWhole =
    (base64.length <= SHORT_TEXT && writeShort(base64, pool, from)) ||
    pool.base64Write(base64, from, length) === length;
  if (!isWhole) return undefined;
  used += length;
  return new Uint8Array(pool.buffer, from, length);
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

function lengthOf(base64: string): number {
  const { length } = base64;
  if (base64.charCodeAt(length - 1) !== PADDING) return (length * 3) >>> 2;
  const padding = base64.charCodeAt(length - 2) === PADDING ? 2 : 1;
  return ((length - padding) * 3) >>> 2;
}
