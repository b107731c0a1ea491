/** Base64 text as bytes, many small pieces next to each other: a Buffer made of each costs as much again as its bytes. */

/** Memory that pieces are cut from, in bytes. One that is kept keeps as much alive. */
const POOL_BYTES = 65_536;
/** Pieces up to this many bytes are cut from it. */
const POOLED_BYTES = 8_192;

let pool: Buffer | undefined;
let used = 0;

/** The bytes, which nobody writes to again; undefined for text that is not base64. */
export function base64Bytes(base64: string): Uint8Array | undefined {
  const length = lengthOf(base64);
  if (length > POOLED_BYTES) {
    const bytes = Buffer.from(base64, 'base64');
    return bytes.length === length ? bytes : undefined;
  }
  if (pool === undefined || used + length > POOL_BYTES) {
    pool = Buffer.allocUnsafeSlow(POOL_BYTES);
    used = 0;
  }
  const from = used;
  // Stops in silence at the first character that is not base64.
  if (pool.write(base64, from, length, 'base64') !== length) return undefined;
  used += length;
  return new Uint8Array(pool.buffer, from, length);
}

function lengthOf(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return Math.floor(((base64.length - padding) * 3) / 4);
}
