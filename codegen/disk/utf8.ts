/** Bytes of a file -> its text, or why they are none. */
import { CodegenError, type CodegenErrorCode } from '../error.js';

const UTF8 = new TextDecoder('utf-8', { fatal: true });
const LINE_FEED = 0x0a;

/**
 * The text of a file in UTF-8, with or without a byte order mark. Nothing is replaced: in a default
 * U+FFFD would be another value.
 * @throws CodegenError `code`, with file and line, for other encodings
 */
export function utf8Text(bytes: Uint8Array, file: string, code: CodegenErrorCode): string {
  const why = isUtf16(bytes) ? `${file} is UTF-16, not UTF-8` : undefined;
  try {
    if (why === undefined) return UTF8.decode(bytes);
  } catch {
    // Told below, with the line.
  }
  throw new CodegenError(
    code,
    `${why ?? `${file}:${firstBadLine(bytes)}: not UTF-8, but probably Latin-1 or another encoding of 8 bits`}. Save the file as UTF-8.`,
  );
}

/** By its byte order mark, or by the zeros that half of its bytes are where text is ASCII. */
function isUtf16([first, second, third, fourth]: Uint8Array): boolean {
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return isMarked || (first === 0 && third === 0) || (second === 0 && fourth === 0);
}

/** No character of several bytes holds the byte of a line's end: each line is judged alone. */
function firstBadLine(bytes: Uint8Array): number {
  for (let start = 0, line = 1; ; line++) {
    const found = bytes.indexOf(LINE_FEED, start);
    const end = found < 0 ? bytes.length : found;
    try {
      UTF8.decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    if (found < 0) return line;
    start = end + 1;
  }
}
