/**
 * Compression that Node does not have, for container files: Snappy, and Zstandard before Node 22.15.
 * Both libraries are plain JavaScript.
 */
import zlib from 'node:zlib';
import type { BlockCodec, BlockCodecs } from '../../runtime/avro.js';

/** Snappy's best is a copy of 64 bytes said in 3; the rest is for blocks of a few bytes. */
const MAX_SNAPPY_RATIO = 22;
const SNAPPY_SLACK_BYTES = 64;

/** Codecs by Avro's names; Zstandard only where Node has none, or if `always`. Each is loaded here. */
export async function blockCodecs(always = false): Promise<BlockCodecs> {
  const hasZstandard = 'zstdDecompressSync' in zlib && !always;
  return { snappy: await snappyjs(), ...(!hasZstandard && { zstandard: await fzstd() }) };
}

async function snappyjs(): Promise<BlockCodec> {
  const { default: snappy } = await import('snappyjs');
  return {
    compress: (block) => snappy.compress(block),
    decompress(block, maxBytes) {
      // The length at the front is allocated before it is known to be true.
      const most = block.length * MAX_SNAPPY_RATIO + SNAPPY_SLACK_BYTES;
      return snappy.uncompress(block, Math.min(maxBytes, most));
    },
  };
}

async function fzstd(): Promise<BlockCodec> {
  const { Decompress } = await import('fzstd');
  return {
    decompress(block, maxBytes) {
      checkFrames(block, maxBytes);
      const parts: Uint8Array[] = [];
      let bytes = 0;
      const stream = new Decompress((part) => {
        bytes += part.length;
        if (bytes > maxBytes) throw new RangeError(`over ${maxBytes} bytes`);
        parts.push(part);
      });
      stream.push(block, true);
      return Buffer.concat(parts);
    },
  };
}

/** Largest window of a Zstandard frame, in bytes: what RFC 8878 asks of every decoder. */
const MAX_WINDOW_BYTES = 8_388_608;
/** Most Zstandard blocks in a container's block: each holds up to 128 KiB, and costs fzstd a move of the window. */
const MAX_BLOCKS = 4_096;

/**
 * Looks at all frames before fzstd does, which allocates the window that a frame's header asks for
 * (up to 2 GiB) and moves it for each block.
 * Source: RFC 8878, "Zstandard Frames".
 */
function checkFrames(bytes: Uint8Array, maxBytes: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  let blocks = 0;
  while (at < bytes.length) {
    const frame = readFrame(view, at);
    if (frame.window > (frame.isSingleSegment ? maxBytes : MAX_WINDOW_BYTES)) {
      throw new RangeError(`a window of ${frame.window} bytes`);
    }
    at = frame.start;
    for (let isLast = false; !isLast; ) {
      if (++blocks > MAX_BLOCKS) throw new RangeError(`over ${MAX_BLOCKS} Zstandard blocks`);
      // Three bytes: whether it is the last, its type, its size.
      const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
      const isRepeatedByte = ((header >> 1) & 3) === 1;
      isLast = (header & 1) === 1;
      at += 3 + (isRepeatedByte ? 1 : header >> 3);
    }
    at += frame.checksumBytes;
  }
  if (at !== bytes.length) throw new Error('not whole Zstandard frames');
}

function readFrame(view: DataView, at: number) {
  if (view.getUint32(at, true) !== 0xfd2fb528) throw new Error('not a Zstandard frame');
  const flags = view.getUint8(at + 4);
  const isSingleSegment = (flags & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][flags & 3] ?? 0;
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
  const sizeAt = at + (isSingleSegment ? 5 : 6) + dictionaryBytes;
  return {
    isSingleSegment,
    window: isSingleSegment ? sizeOf(view, sizeAt, sizeBytes) : windowOf(view.getUint8(at + 5)),
    checksumBytes: (flags & 4) === 0 ? 0 : 4,
    /** Where its first block starts. */
    start: sizeAt + sizeBytes,
  };
}

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function sizeOf(view: DataView, at: number, bytes: number): number {
  if (bytes === 1) return view.getUint8(at);
  if (bytes === 2) return view.getUint16(at, true) + 256;
  return bytes === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
}
