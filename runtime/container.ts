/**
 * `tavro/container`: Avro object container files (`.avro`). An entry of its own, since it needs
 * Node's zlib: nothing else of the runtime does.
 */
export type { BlockCodec, BlockCodecs } from './block-codec.js';
export type { ByteChunks } from './byte-source.js';
export { BLOCK_BYTES, MAX_BLOCK_BYTES, MAX_HEADER_BYTES } from './container-format.js';
export { type ContainerFile, type ReadContainerOptions, readContainer } from './container-read.js';
export { type WriteContainerOptions, writeContainer } from './container-write.js';
