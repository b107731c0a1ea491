/** Compression of container blocks. Only this file and the container's use Node's zlib. */
import zlib from 'node:zlib';
import { AvroError } from '../errors.js';

/** Compresses and decompresses the blocks of a container file; a library is adapted in a line or two. */
export interface BlockCodec {
  /** Absent in a codec that only reads. */
  readonly compress?: (block: Uint8Array) => Uint8Array | Promise<Uint8Array>;
  /** Throws for a damaged block, and for one that would give over `maxBytes`, before it is in memory. */
  readonly decompress: (block: Uint8Array, maxBytes: number) => Uint8Array | Promise<Uint8Array>;
}

/**
 * Codecs by the names that the Avro specification gives them. `snappy` is plain Snappy: the
 * checksum that Avro puts behind it is taken care of.
 */
export type BlockCodecs = Readonly<Record<string, BlockCodec>>;

/** Bytes of the CRC-32 behind a Snappy block. */
const CRC_BYTES = 4;

/** The functions that Node has from 22.15 and 23.8 on, and the declarations of Node 20 do not. */
interface Zstandard {
  zstdCompressSync(block: Uint8Array): Uint8Array;
  zstdDecompressSync(block: Uint8Array, options: { maxOutputLength: number }): Uint8Array;
}

function hasZstandard(library: object): library is Zstandard {
  return 'zstdCompressSync' in library && 'zstdDecompressSync' in library;
}

const deflate: BlockCodec = {
  compress: (block) => zlib.deflateRawSync(block),
  decompress: (block, maxOutputLength) => zlib.inflateRawSync(block, { maxOutputLength }),
};

function builtIn(name: string): BlockCodec | undefined {
  if (name === 'null') return { compress: (block) => block, decompress: (block) => block };
  if (name === 'deflate') return deflate;
  // A namespace object's own type says what Node 20 has; the guard looks at this Node's.
  const library: object = zlib;
  if (name !== 'zstandard' || !hasZstandard(library)) return undefined;
  return {
    compress: (block) => library.zstdCompressSync(block),
    decompress: (block, maxOutputLength) => library.zstdDecompressSync(block, { maxOutputLength }),
  };
}

/**
 * The codec of this name: a given one, else one that Node has.
 * @throws AvroError `AVRO_COMPRESSION` when there is none
 */
export function blockCodec(name: string, given: BlockCodecs): BlockCodec {
  const found = Object.hasOwn(given, name) ? given[name] : builtIn(name);
  if (found === undefined) {
    const how = name === 'zstandard' ? 'Node has it from version 22.15 on; before, give' : 'Give';
    throw new AvroError(
      'AVRO_COMPRESSION',
      `The container's blocks are compressed with ${JSON.stringify(name)}, which is not there. ${how} one in the option codecs: { ${name}: { compress, decompress } }.`,
      { expected: 'a codec that is there', actual: name },
    );
  }
  return name === 'snappy' ? withChecksum(found) : found;
}

/** Avro puts the big-endian CRC-32 of the uncompressed bytes behind a Snappy block. */
function withChecksum({ compress, decompress }: BlockCodec): BlockCodec {
  return {
    ...(compress && {
      async compress(block: Uint8Array) {
        const checksum = Buffer.alloc(CRC_BYTES);
        checksum.writeUInt32BE(zlib.crc32(block));
        return Buffer.concat([await compress(block), checksum]);
      },
    }),
    async decompress(block, maxBytes) {
      const end = block.length - CRC_BYTES;
      if (end < 0) throw new Error('no checksum');
      const plain = await decompress(block.subarray(0, end), maxBytes);
      const view = new DataView(block.buffer, block.byteOffset, block.length);
      if (zlib.crc32(plain) !== view.getUint32(end)) throw new Error('wrong checksum');
      return plain;
    },
  };
}
