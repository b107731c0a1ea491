import type { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { Codec } from './record-batches.js';

/** What records of one batch may come to, in bytes; brokers bound what is compressed only. */
const MAX_BATCH_BYTES = 256 * 1024 * 1024;

/** Of what Node has no codec for, or this Node. */
export type Decompress = (codec: Codec, bytes: Buffer) => Promise<Buffer>;

const gunzip = promisify(zlib.gunzip);

type Zlib = typeof zlib & { readonly zstdDecompress?: typeof zlib.gunzip };

/** @throws Error of `zlib`, or of the client's codec */
export async function decompress(
  codec: Codec,
  bytes: Buffer,
  byClient: Decompress,
): Promise<Buffer> {
  const limit = { maxOutputLength: MAX_BATCH_BYTES };
  if (codec === 'gzip') return gunzip(bytes, limit);
  if (codec !== 'zstd') return byClient(codec, bytes);
  // Since Node 22.15. Not in the types of the oldest Node.
  const { zstdDecompress }: Zlib = zlib;
  return zstdDecompress === undefined
    ? byClient(codec, bytes)
    : promisify(zstdDecompress)(bytes, limit);
}
