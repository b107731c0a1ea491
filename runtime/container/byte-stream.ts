import { AvroError } from '../errors.js';
import { offset } from '../wire/input.js';
import { readMessage } from '../wire/message.js';
import * as read from '../wire/read.js';

/** Where a container file's bytes come from: whole, or in pieces such as a read stream gives. */
export type ByteChunks = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Bytes of the longest varint. */
const MAX_VARINT_BYTES = 10;

/** Takes bytes off a stream in the sizes that a format asks for. */
export class ByteStream {
  /** Bytes taken so far. */
  offset = 0;
  private held: Uint8Array = new Uint8Array();
  private readonly chunks: Iterator<Uint8Array> | AsyncIterator<Uint8Array>;

  constructor(bytes: ByteChunks) {
    const chunks = bytes instanceof Uint8Array ? [bytes] : bytes;
    this.chunks =
      Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  }

  /** Whether all bytes were taken. */
  async ended(): Promise<boolean> {
    return (await this.peek(1)).length === 0;
  }

  /** The next `size` bytes, not taken; fewer where the stream ends before. */
  async peek(size: number): Promise<Uint8Array> {
    if (this.held.length < size) await this.hold(size);
    return this.held.subarray(0, size);
  }

  /** Takes `size` bytes: memory grows with what has come, not with what was asked for. */
  async take(size: number, what: string): Promise<Uint8Array> {
    const bytes = await this.peek(size);
    if (bytes.length < size) {
      throw new AvroError(
        'AVRO_TRUNCATED',
        `The container file ends inside ${what}, at byte ${this.offset + bytes.length}.`,
        {
          offset: this.offset,
          expected: `${what} of ${size} bytes`,
          actual: `${bytes.length} bytes`,
        },
      );
    }
    this.held = this.held.subarray(size);
    this.offset += size;
    return bytes;
  }

  /** Takes a long. */
  async long(what: string): Promise<bigint> {
    const bytes = await this.peek(MAX_VARINT_BYTES);
    let value: bigint;
    let size: number;
    try {
      [value, size] = readMessage(bytes, () => [read.long(), offset()] as const);
    } catch (cause) {
      const code = cause instanceof AvroError ? cause.code : 'AVRO_VARINT';
      throw new AvroError(code, `The container file has no valid ${what} at byte ${this.offset}.`, {
        offset: this.offset,
        expected: what,
        cause,
      });
    }
    await this.take(size, what);
    return value;
  }

  /** Lets go of the stream. */
  async close(): Promise<void> {
    this.held = new Uint8Array();
    await this.chunks.return?.();
  }

  private async hold(size: number): Promise<void> {
    const parts = [this.held];
    let length = this.held.length;
    while (length < size) {
      const { done, value } = await this.chunks.next();
      if (done === true) break;
      parts.push(value);
      length += value.length;
    }
    const [first = this.held, ...more] = parts.filter((part) => part.length > 0);
    this.held = more.length === 0 ? first : Buffer.concat([first, ...more]);
  }
}
