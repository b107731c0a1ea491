/** `tavro/runtime`: what generated code calls, and what reads and writes Avro on Kafka. */
export { fromAvroJson } from './avro-json/parse.js';
export { toAvroJson } from './avro-json/print.js';
export type { Codec, Decoder, KnownIds, ReadOf, WriteOf } from './codec/codec.js';
export { decodeBatch } from './codec/codec.js';
export type { Conversion } from './codec/conversions.js';
export * from './codec/conversions.js';
export {
  type CodecParts,
  createCodec,
  fingerprintOf,
  type GeneratedCodec,
} from './codec/create-codec.js';
export { type WriterDecoders, writerDecoders } from './codec/decoders.js';
export {
  getEntry,
  guarded,
  isList,
  isPlainObject,
  itemAt,
  own,
  roomFor,
  setEntry,
  through,
} from './codec/generated.js';
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
export type { KeyFormat, KeyInputOf, KeyOf, Topic } from './codec/topic.js';
export {
  AvroError,
  type AvroErrorCode,
  type AvroErrorFields,
  type ValueProblem,
} from './errors.js';
export * from './registry/client.js';
export {
  fromKafkajsRegistry,
  type KafkajsRegistryOptions,
  type KafkajsSchemaRegistry,
} from './registry/kafkajs.js';
export type { CompatibilityLevel } from './registry/levels.js';
export { createSubjects, type Subjects, type SubjectVersion } from './registry/subjects.js';
export { onMachine } from './registry/this-machine.js';
export { canonicalForm, crc64, fingerprint } from './schema/canonical.js';
export { longToFloat, PROMOTIONS, promotes } from './schema/promotions.js';
export { readSchema, type Schema } from './schema/schema.js';
export type { EncodeOptions } from './wire/encode-options.js';
export { FRAME_BYTES, frame, MAGIC, type Unframed, unframe } from './wire/frame.js';
export { hasProperties } from './wire/kind-of.js';
export { Reader } from './wire/reader.js';
export { Writer } from './wire/writer.js';
