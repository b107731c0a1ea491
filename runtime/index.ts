/** `tavro/runtime`: what generated code calls, and what reads and writes Avro on Kafka. */
export { fromAvroJson } from './avro-json-parse.js';
export { toAvroJson } from './avro-json-print.js';
export { canonicalForm, crc64, fingerprint } from './canonical.js';
export type { Codec, Decoder, EncodeOptions, KnownIds, ReadOf, WriteOf } from './codec.js';
export { decodeBatch } from './codec.js';
export type { Conversion } from './conversions.js';
export * from './conversions.js';
export {
  type CodecParts,
  createCodec,
  fingerprintOf,
  type GeneratedCodec,
} from './create-codec.js';
export { type WriterDecoders, writerDecoders } from './decoders.js';
export {
  AvroError,
  type AvroErrorCode,
  type AvroErrorFields,
  type ValueProblem,
} from './errors.js';
export { FRAME_BYTES, frame, MAGIC, type Unframed, unframe } from './frame.js';
export {
  getEntry,
  guarded,
  isList,
  isPlainObject,
  own,
  roomFor,
  setEntry,
  through,
} from './generated.js';
export {
  fromKafkajsRegistry,
  type KafkajsRegistryOptions,
  type KafkajsSchemaRegistry,
} from './kafkajs-registry.js';
export { longToFloat, PROMOTIONS, promotes } from './promotions.js';
export { Reader } from './reader.js';
export * from './registry.js';
export {
  type CompatibilityLevel,
  createSubjects,
  type Subjects,
  type SubjectVersion,
} from './registry-subjects.js';
export { transcoder } from './resolve.js';
export { resolvingDecoder, type WriterSchema } from './resolving-decoder.js';
export { readSchema, type Schema } from './schema.js';
export {
  decodeSingleObject,
  encodeSingleObject,
  frameSingleObject,
  isSingleObject,
  SINGLE_OBJECT_BYTES,
  type SingleObject,
  unframeSingleObject,
} from './single-object.js';
export { onMachine } from './this-machine.js';
export type { KeyFormat, KeyInputOf, KeyOf, Topic } from './topic.js';
export { Writer } from './writer.js';
