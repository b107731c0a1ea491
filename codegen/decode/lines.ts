import { CodegenError } from '../error.js';

const NEWLINE = 0x0a;

/** How {@link splitLines} reads. */
export interface LineOptions {
  /** Names the input in errors. */
  readonly name: string;
  /** Longest line, in bytes. */
  readonly maxBytes: number;
  readonly encoding: 'utf8' | 'latin1';
  /** What stands for a line over the limit; without it that is an error. */
  readonly tooLong?: string;
}

/**
 * The lines of a stream. Not readline, which holds a line of any length and, on some Node versions,
 * ends one at U+2028, which JSON strings may hold.
 * @throws CodegenError `INPUT_INVALID` for a line over the limit.
 */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array | string>,
  { name, maxBytes, encoding, tooLong }: LineOptions,
): AsyncGenerator<string> {
  let parts: Uint8Array[] = [];
  let length = 0;
  const add = (part: Uint8Array): void => {
    length += part.length;
    if (length <= maxBytes) parts.push(part);
    else if (tooLong === undefined)
      throw new CodegenError('INPUT_INVALID', `${name}: a line over ${maxBytes} bytes.`);
    else parts = [];
  };
  const take = (): string => {
    const line = length > maxBytes ? tooLong : Buffer.concat(parts).toString(encoding);
    parts = [];
    length = 0;
    return line ?? '';
  };
  for await (const chunk of chunks) {
    let rest: Uint8Array = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      add(rest.subarray(0, end));
      yield take();
      rest = rest.subarray(end + 1);
    }
    add(rest);
  }
  if (length > 0) yield take();
}
