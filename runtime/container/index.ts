/**
 * `tavro/container`: Avro object container files (`.avro`). An entry of its own, since it needs
 * Node's zlib: nothing else of the runtime does.
 */
export type { BlockCodec, BlockCodecs } from './block-codec.js';
export type { ByteChunks } from './byte-source.js';
export { BLOCK_BYTES, MAX_BLOCK_BYTES, MAX_HEADER_BYTES } from './format.js';
export { type ContainerFile, type ReadContainerOptions, readContainer } from './read.js';
export { type WriteContainerOptions, writeContainer } from './write.js';
