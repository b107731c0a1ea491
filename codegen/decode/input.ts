/** Messages from the command line, a file or standard input: binary, or one per line as text. */
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { reason } from '../disk/reason.js';
import { CodegenError } from '../error.js';
import { splitLines } from './lines.js';

/** How bytes are written down. Hex and base64 have one message per line. */
export type TextEncoding = 'hex' | 'base64';
export type MessageEncoding = 'binary' | TextEncoding;

/** Some bytes and where they are from, for messages. */
export interface MessageInput {
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Longest line of hex or base64, in bytes. */
const MAX_LINE = 268_435_456;

/** A file, or standard input when `path` is `-` or absent. Reading throws CodegenError `INPUT_INVALID`. */
export function openInput(path: string | undefined, stdin: Readable | undefined): MessageInput {
  if (path === undefined || path === '-') {
    if (stdin === undefined) {
      throw new CodegenError('USAGE', 'Say what to decode: a file, --hex or --base64.');
    }
    return { name: 'standard input', bytes: stdin };
  }
  return { name: path, bytes: chunksOf(path) };
}

/** Most files of a folder: more are no letters that a person looks through. */
const MAX_FILES = 100_000;

/**
 * The files of a folder and of those below it, by name; undefined where `path` is no folder.
 * @throws CodegenError `INPUT_INVALID`
 */
export function openFolder(path: string): readonly MessageInput[] | undefined {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
    const files = readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => join(entry.parentPath, entry.name));
    if (files.length <= MAX_FILES)
      return files.sort().map((file) => ({ name: file, bytes: chunksOf(file) }));
  } catch (cause) {
    throw new CodegenError('INPUT_INVALID', `${path} cannot be read: ${reason(cause)}.`, { cause });
  }
  throw new CodegenError(
    'INPUT_INVALID',
    `${path} has over ${MAX_FILES} files: give a part of it.`,
  );
}

async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path);
  } catch (cause) {
    throw new CodegenError('INPUT_INVALID', `${path} cannot be read: ${reason(cause)}.`, { cause });
  }
}

/** The lines of an input, each a message; empty lines are passed over. */
export async function* linesOf(
  input: MessageInput,
): AsyncGenerator<{ name: string; text: string }> {
  let number = 0;
  // Hex and base64 are ASCII; anything else is refused when it is read.
  const options = { name: input.name, maxBytes: MAX_LINE, encoding: 'latin1' } as const;
  for await (const text of splitLines(input.bytes, options)) {
    number++;
    if (text.trim() !== '') yield { name: `${input.name}:${number}`, text };
  }
}

/** Reads hex (spaces, colons and `0x` are fine) or base64 (also of URLs). @throws CodegenError `INPUT_INVALID` */
export function bytesOf(text: string, encoding: TextEncoding, name: string): Uint8Array {
  const digits = text.replace(/\s/g, '');
  if (encoding === 'hex') {
    const plain = digits.replace(/^0x/i, '').replaceAll(':', '');
    if (/^([0-9a-f]{2})*$/i.test(plain)) return Buffer.from(plain, 'hex');
  } else if (
    /^[A-Za-z0-9+/_-]*={0,2}$/.test(digits) &&
    digits.replace(/=+$/, '').length % 4 !== 1
  ) {
    return Buffer.from(digits, 'base64');
  }
  const expected = encoding === 'hex' ? 'an even number of hex digits' : 'base64';
  throw new CodegenError('INPUT_INVALID', `${name}: not ${expected}.`);
}

/** All bytes of an input, up to a limit. @throws CodegenError `INPUT_INVALID` beyond it */
export async function wholeOf(input: MessageInput, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of input.bytes) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new CodegenError(
        'INPUT_INVALID',
        `${input.name} is over ${maxBytes} bytes: too large for one message. Many messages go into one line each (--encoding hex or base64) or into a container file.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The input's first bytes, and the same input with all its bytes still to come. */
export async function peek(
  input: MessageInput,
  size: number,
): Promise<{ head: Uint8Array; input: MessageInput }> {
  const iterator = input.bytes[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length < size) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    chunks.push(value);
    length += value.length;
  }
  const head = Buffer.concat(chunks);
  async function* all(): AsyncGenerator<Uint8Array> {
    yield head;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { head: head.subarray(0, size), input: { name: input.name, bytes: all() } };
}
