/**
 * `tavro/avro`: Avro's formats, for tools: schemas, fingerprints, the JSON encoding, single objects,
 * container files, and decoders for data of any writer. A bundle gets what it imports: only
 * container files need Node's zlib.
 */
export { fromAvroJson } from './avro-json/parse.js';
export { toAvroJson } from './avro-json/print.js';
export { transcoder } from './codec/resolve.js';
export { resolvingDecoder, type WriterSchema } from './codec/resolving-decoder.js';
export {
  decodeSingleObject,
  encodeSingleObject,
  frameSingleObject,
  isSingleObject,
  SINGLE_OBJECT_BYTES,
  type SingleObject,
  unframeSingleObject,
} from './codec/single-object.js';
export type { BlockCodec, BlockCodecs } from './container/block-codec.js';
export type { ByteChunks } from './container/byte-stream.js';
export { BLOCK_BYTES, MAX_BLOCK_BYTES, MAX_HEADER_BYTES } from './container/format.js';
export { type ContainerFile, type ReadContainerOptions, readContainer } from './container/read.js';
export { type WriteContainerOptions, writeContainer } from './container/write.js';
export { type FingerprintAlgorithm, fingerprint } from './fingerprint.js';
export { canonicalForm, fingerprintOf } from './schema/canonical.js';
export {
  type Field,
  type NamedSchema,
  type RecordSchema,
  readSchema,
  type Schema,
} from './schema/schema.js';
