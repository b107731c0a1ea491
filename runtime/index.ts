/**
 * `tavro/runtime`: what applications read and write with besides a producer or a consumer: types of
 * codecs and topics, frames, a registry client, errors.
 */
export {
  type Codec,
  type Decoder,
  decodeBatch,
  decodeSlices,
  type EncodedMany,
  type EncodeManyOptions,
  type KnownIds,
  type MessageBounds,
  type ReadOf,
  type WriteOf,
} from './codec/codec.js';
export type { Conversion, Duration } from './codec/conversions.js';
export { type WriterDecoders, writerDecoders } from './codec/decoders.js';
export { strictFields, undeclaredFields } from './codec/strict-fields.js';
export type {
  AnyTopic,
  AnyTopicOfTypes,
  Case,
  CaseOf,
  CaseValue,
  KeyFormat,
  KeyInputOf,
  KeyOf,
  Topic,
  TopicOfTypes,
  TopicType,
  ValueInputOf,
  ValueOf,
  WriterVersions,
} from './codec/topic.js';
export { typeDecoders } from './codec/type-decoders.js';
export {
  AvroError,
  type AvroErrorCode,
  type AvroErrorFields,
  type ValueProblem,
} from './errors.js';
export {
  createRegistry,
  type RegisteredSchema,
  type Registry,
  type RegistryAuth,
  type RegistryClient,
  RegistryError,
  type RegistryErrorCode,
  type RegistryHttp,
  type RegistryNames,
  type RegistryOptions,
  type RegistryTls,
  type SchemaOptions,
  type SchemaReference,
  type WholeSchema,
} from './registry/client.js';
export {
  fromKafkajsRegistry,
  type KafkajsRegistryOptions,
  type KafkajsSchemaRegistry,
} from './registry/kafkajs.js';
export type { CompatibilityLevel } from './registry/levels.js';
export { createSubjects, type Subjects, type SubjectVersion } from './registry/subjects.js';
export type { EncodeOptions } from './wire/encode-options.js';
export { FRAME_BYTES, frame, MAGIC, type Unframed, unframe } from './wire/frame.js';
export {
  readSchemaId,
  SCHEMA_ID_HEADERS,
  type SchemaId,
  schemaIdBytes,
} from './wire/schema-id.js';
