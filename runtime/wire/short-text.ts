/** Short strings without a native call: each costs some 50 ns, as much as twenty characters. */

/** Strings up to this many bytes are tried as ASCII. */
export const SHORT_TEXT = 8;
/** Strings up to this many bytes are decoded here when they are not ASCII. */
export const SHORT_UTF8 = 16;

/** UTF-16 units of a short string. */
const units = new Uint16Array(SHORT_UTF8);

/** Up to sixteen bytes as text; `undefined` when they are not UTF-8. */
export function shortUtf8(b: Uint8Array, at: number, length: number): string | undefined {
  const end = at + length;
  let count = 0;
  for (let i = at; i < end; ) {
    const lead = b[i++] ?? 0;
    if (lead < 0x80) {
      units[count++] = lead;
      continue;
    }
    // How many bytes follow, and the least code point that needs as many.
    const more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    if (lead < 0xc2 || lead > 0xf4 || i + more > end) return undefined;
    let point = lead & (0x3f >> more);
    for (let left = more; left > 0; left--) {
      const byte = b[i++] ?? 0;
      if ((byte & 0xc0) !== 0x80) return undefined;
      point = (point << 6) | (byte & 0x3f);
    }
    if (more === 3) {
      if (point < 0x1_0000 || point > 0x10_ffff) return undefined;
      units[count++] = 0xd7c0 + (point >> 10);
      units[count++] = 0xdc00 | (point & 0x3ff);
    } else {
      if (more === 2 && (point < 0x800 || (point & 0xf800) === 0xd800)) return undefined;
      units[count++] = point;
    }
  }
  return count <= SHORT_TEXT
    ? unitText(units, 0, count)
    : unitText(units, 0, SHORT_TEXT) + unitText(units, SHORT_TEXT, count - SHORT_TEXT);
}

/** Up to eight units as text. */
function unitText(u: Uint16Array, at: number, length: number): string {
  const c0 = u[at] ?? 0;
  const c1 = u[at + 1] ?? 0;
  const c2 = u[at + 2] ?? 0;
  const c3 = u[at + 3] ?? 0;
  switch (length) {
    case 0:
      return '';
    case 1:
      return String.fromCharCode(c0);
    case 2:
      return String.fromCharCode(c0, c1);
    case 3:
      return String.fromCharCode(c0, c1, c2);
    case 4:
      return String.fromCharCode(c0, c1, c2, c3);
  }
  const c4 = u[at + 4] ?? 0;
  const c5 = u[at + 5] ?? 0;
  const c6 = u[at + 6] ?? 0;
  const c7 = u[at + 7] ?? 0;
  switch (length) {
    case 5:
      return String.fromCharCode(c0, c1, c2, c3, c4);
    case 6:
      return String.fromCharCode(c0, c1, c2, c3, c4, c5);
    case 7:
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6);
    default:
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7);
  }
}

/** Up to eight bytes as ASCII text; `undefined` when they are not. */
export function shortText(b: Uint8Array, at: number, length: number): string | undefined {
  if (length === 0) return '';
  const c0 = b[at] ?? 0;
  if (length === 1) return c0 > 0x7f ? undefined : String.fromCharCode(c0);
  const c1 = b[at + 1] ?? 0;
  if (length === 2) return (c0 | c1) > 0x7f ? undefined : String.fromCharCode(c0, c1);
  const c2 = b[at + 2] ?? 0;
  if (length === 3) return (c0 | c1 | c2) > 0x7f ? undefined : String.fromCharCode(c0, c1, c2);
  const c3 = b[at + 3] ?? 0;
  const half = c0 | c1 | c2 | c3;
  if (length === 4) return half > 0x7f ? undefined : String.fromCharCode(c0, c1, c2, c3);
  const c4 = b[at + 4] ?? 0;
  if (length === 5) return (half | c4) > 0x7f ? undefined : String.fromCharCode(c0, c1, c2, c3, c4);
  const c5 = b[at + 5] ?? 0;
  if (length === 6)
    return (half | c4 | c5) > 0x7f ? undefined : String.fromCharCode(c0, c1, c2, c3, c4, c5);
  const c6 = b[at + 6] ?? 0;
  if (length === 7)
    return (half | c4 | c5 | c6) > 0x7f
      ? undefined
      : String.fromCharCode(c0, c1, c2, c3, c4, c5, c6);
  const c7 = b[at + 7] ?? 0;
  return (half | c4 | c5 | c6 | c7) > 0x7f
    ? undefined
    : String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7);
}
