/** Texts as Avro has them: how many bytes of UTF-8, then these. */
import { MAX_VALUE_BYTES } from '../limits.js';
import { bad, out, replacesLoneSurrogates, room, varint32 } from './output.js';

/** Strings up to this many UTF-16 units are tried as ASCII without a native call. */
const SHORT_STRING = 20;

export function string(value: string): void {
  if (typeof value !== 'string') return bad('string', value);
  const units = value.length;
  if (units * 3 > MAX_VALUE_BYTES) return bad(`string of at most ${MAX_VALUE_BYTES} bytes`, value);
  // A UTF-16 unit takes at most three bytes; the length before it at most five.
  room(5 + units * 3);
  if (units > SHORT_STRING || !shortAscii(value)) utf8(value);
}

function shortAscii(value: string): boolean {
  const { buffer, view, position } = out;
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
  out.position = at + units;
  return true;
}

function utf8(value: string): void {
  const { buffer, position: at } = out;
  const units = value.length;
  // The length comes first but is known last: leave what it takes if all is ASCII, move if not.
  const guess = varintBytes(units << 1);
  const written = buffer.utf8Write(value, at + guess);
  if (written !== units && !replacesLoneSurrogates && !isWellFormed(value)) {
    return bad('string without lone surrogates', value);
  }
  const needed = varintBytes(written << 1);
  if (needed !== guess) buffer.copyWithin(at + needed, at + guess, at + guess + written);
  varint32(written << 1);
  out.position = at + needed + written;
}

function varintBytes(zigzag: number): number {
  if (zigzag < 0x80) return 1;
  if (zigzag < 0x4000) return 2;
  if (zigzag < 0x20_0000) return 3;
  return zigzag < 0x1000_0000 ? 4 : 5;
}

function isWellFormed(text: string): boolean {
  // Safe: in every Node that we run on, but not in the types of ES2023.
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}
